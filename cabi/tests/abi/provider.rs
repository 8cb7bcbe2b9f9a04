//! Algorithm providers: opening, listing, properties, pseudo-handles.

mod algorithms;
mod enumeration;
mod properties;
mod pseudo_handles;
