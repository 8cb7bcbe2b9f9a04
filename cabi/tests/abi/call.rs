//! Calls of any kind: wrong arguments, one and two at a time.

mod bad_input;
mod order;
