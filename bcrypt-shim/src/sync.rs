//! What the handle table is built of. Its model check puts the same names of a model checker in their place.

pub use std::sync::RwLock;
pub use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// A constructor that can be called at compile time; a model checker's can not.
macro_rules! constructor {
    ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visible const fn $($rest)*
    };
}
pub(crate) use constructor;

/// Runs a test of the table; a model checker runs it in every order.
#[cfg(test)]
pub fn check(test: impl Fn()) {
    test();
}
