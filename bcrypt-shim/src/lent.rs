//! A value that one call at a time works with, however long that takes.
//!
//! The state of a hash is lent to a call; another call waits for its turn. It waits for a thread that lives, and no
//! longer: what was lent before a fork is lost in the child, which has only the thread that forked, and a thread that has
//! the value already, as in a signal handler, does not wait.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::engine::fork;
use crate::status::{Result, Status};
use crate::timed_mutex::{Guard, TimedMutex};

/// A value to be lent to one call at a time.
#[derive(Debug)]
pub struct Lent<T> {
    /// Who has the value: how many forks there were, and the thread's number. It is set and reset under the lock.
    holder: AtomicU64,
    value: TimedMutex<T>,
}

const NOBODY: u64 = 0;

/// Attempts made one right after the other, then those a millisecond apart: about an hour, longer than any call works.
const QUICK_ATTEMPTS: u32 = 200;
const SLOW_ATTEMPTS: u32 = 3_600_000;
/// Attempts in a row at a value that is lent to nobody: whoever was about to say that it has it does not exist any more.
const ATTEMPTS_AT_NOBODY: u32 = QUICK_ATTEMPTS + 1000;

impl<T> Lent<T> {
    /// A value to be lent.
    pub fn new(value: T) -> Self {
        Self { holder: AtomicU64::new(NOBODY), value: TimedMutex::new(value) }
    }

    /// Takes the value, once nobody else has it; it goes back when the loan is dropped.
    ///
    /// Fails with `InternalError` if this thread has it already or the one that had it was left behind by a fork.
    pub fn borrow(&self) -> Result<Loan<'_, T>> {
        let own = u64::from(fork::generation()) << u32::BITS | u64::from(thread_number());
        let mut at_nobody = 0;
        for attempt in 0..QUICK_ATTEMPTS + SLOW_ATTEMPTS {
            if let Some(value) = self.value.try_lock() {
                self.holder.store(own, Ordering::Relaxed);
                return Ok(Loan { lent: self, value });
            }
            let holder = self.holder.load(Ordering::Relaxed);
            at_nobody = if holder == NOBODY { at_nobody + 1 } else { 0 };
            let is_lost = holder != NOBODY && holder >> u32::BITS != own >> u32::BITS;
            if holder == own || is_lost || at_nobody > ATTEMPTS_AT_NOBODY {
                return Err(Status::InternalError);
            }
            if attempt < QUICK_ATTEMPTS {
                thread::yield_now()
            } else {
                thread::sleep(Duration::from_millis(1))
            }
        }
        Err(Status::InternalError)
    }
}

/// A number of this thread, from 1.
fn thread_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    if NUMBER.get() == 0 {
        NUMBER.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.get()
}

/// A value that is lent.
#[derive(Debug)]
pub struct Loan<'a, T> {
    lent: &'a Lent<T>,
    value: Guard<'a, T>,
}

impl<T> Loan<'_, T> {
    /// The value.
    pub fn value(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        // The lock is let go of afterwards, with the field.
        self.lent.holder.store(NOBODY, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_take_turns() {
        let lent = Lent::new(0_u32);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let Ok(mut loan) = lent.borrow() else { return };
                        let value = loan.value();
                        let before = *value;
                        thread::yield_now();
                        *value = before + 1;
                    }
                });
            }
        });
        assert_eq!(lent.borrow().map(|mut loan| *loan.value()), Ok(800));
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let lent = Lent::new(());
        let loan = lent.borrow();
        assert_eq!(lent.borrow().map(drop), Err(Status::InternalError));
        drop(loan);
        assert_eq!(lent.borrow().map(drop), Ok(()));
    }
}
