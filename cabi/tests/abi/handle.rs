//! Handles: what outlives what, those that a call does not take, and those that a refused call must not leave behind.

mod bad_handles;
mod lifetimes;
mod refusals;
