//! Locks that are held for moments only and never waited for without end.
//!
//! A fork copies a lock that another thread holds at that moment, and nobody in the child ever releases it.
//! The same is true of a signal handler that interrupts the holder. Where a lock can't be done without, it is
//! held for a few instructions, or a hash at most, and who can't have it for a second is answered with an error.

use std::sync::{RwLock, RwLockWriteGuard, TryLockError};
use std::thread;
use std::time::Duration;

use crate::status::{Result, Status};

/// A lock for moments.
// Only ever locked for writing. A Mutex allocates on macOS at its first use, and can't report that it failed.
#[derive(Debug, Default)]
pub struct TimedMutex<T>(RwLock<T>);

/// What a [`TimedMutex`] guards, for as long as it is held.
pub type Guard<'a, T> = RwLockWriteGuard<'a, T>;

impl<T> TimedMutex<T> {
    /// A lock around a value.
    pub const fn new(value: T) -> Self {
        Self(RwLock::new(value))
    }

    /// The value. Fails with `InternalError` if the lock's holder does not exist any more.
    pub fn lock(&self) -> Result<Guard<'_, T>> {
        patiently(|| self.try_lock()).ok_or(Status::InternalError)
    }

    /// The value, unless somebody holds it.
    // No holder leaves the value half changed, so a poisoned lock is taken all the same.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        match self.0.try_write() {
            Ok(value) => Some(value),
            Err(TryLockError::Poisoned(value)) => Some(value.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// Attempts made one right after the other; a holder that runs is done by then.
const QUICK_ATTEMPTS: usize = 200;
/// Attempts a millisecond apart, for a holder that the system keeps from running.
const SLOW_ATTEMPTS: usize = 1000;

/// Attempts something that others can only be in the way of for a moment; `None` after about a second.
fn patiently<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..QUICK_ATTEMPTS {
        match attempt() {
            None => thread::yield_now(),
            done => return done,
        }
    }
    (0..SLOW_ATTEMPTS).find_map(|_| {
        thread::sleep(Duration::from_millis(1));
        attempt()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_never_released_is_given_up() {
        let lock = TimedMutex::new(1);
        let held = lock.lock();
        assert_eq!(lock.lock().map(|value| *value), Err(Status::InternalError));
        drop(held);
        assert_eq!(lock.lock().map(|value| *value), Ok(1));
    }
}
