//! A value that one call at a time works with, without a lock held meanwhile.
//!
//! The state of a hash is taken out, worked on for as long as that takes, and put back; another call waits for its
//! turn. It waits for a thread that lives, and no longer: a turn that was taken before a fork is nobody's in the
//! child, whose value is then lost, and a thread that holds the turn already, as in a signal handler, does not wait.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::engine::fork;
use crate::status::{Result, Status};
use crate::timed_mutex::TimedMutex;

/// A value to be lent to one call at a time.
#[derive(Debug)]
pub struct Lent<T> {
    turn: AtomicU64,
    value: TimedMutex<Option<T>>,
}

/// Nobody's turn.
const FREE: u64 = 0;

/// Attempts made one right after the other, then those a millisecond apart: about an hour, longer than any call works.
const QUICK_ATTEMPTS: u32 = 200;
const SLOW_ATTEMPTS: u32 = 3_600_000;

impl<T> Lent<T> {
    /// A value to be lent.
    pub fn new(value: T) -> Self {
        Self { turn: AtomicU64::new(FREE), value: TimedMutex::new(Some(value)) }
    }

    /// Takes the value out, once nobody else has it; it goes back when the loan is dropped.
    ///
    /// Fails with `InternalError` if this thread has it already or the one that had it was left behind by a fork.
    pub fn borrow(&self) -> Result<Loan<'_, T>> {
        self.take_turn()?;
        match self.value.lock().map(|mut value| value.take()) {
            Ok(Some(value)) => Ok(Loan { lent: self, value: Some(value) }),
            _ => {
                self.turn.store(FREE, Ordering::Release);
                Err(Status::InternalError)
            }
        }
    }

    fn take_turn(&self) -> Result<()> {
        let own = u64::from(fork::generation()) << u32::BITS | u64::from(thread_number());
        for attempt in 0..QUICK_ATTEMPTS + SLOW_ATTEMPTS {
            match self.turn.compare_exchange(FREE, own, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(holder) if holder == own => return Err(Status::InternalError),
                Err(holder) if holder >> u32::BITS != own >> u32::BITS => {
                    let stolen =
                        self.turn.compare_exchange(holder, own, Ordering::Acquire, Ordering::Relaxed);
                    if stolen.is_ok() {
                        return Ok(());
                    }
                }
                Err(_) if attempt < QUICK_ATTEMPTS => thread::yield_now(),
                Err(_) => thread::sleep(Duration::from_millis(1)),
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

/// A value taken out.
#[derive(Debug)]
pub struct Loan<'a, T> {
    lent: &'a Lent<T>,
    /// There until the loan is dropped.
    value: Option<T>,
}

impl<T> Loan<'_, T> {
    /// The value.
    pub fn value(&mut self) -> Result<&mut T> {
        self.value.as_mut().ok_or(Status::InternalError)
    }
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        if let Ok(mut value) = self.lent.value.lock() {
            *value = self.value.take();
        }
        self.lent.turn.store(FREE, Ordering::Release);
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
                        let mut loan = lent.borrow();
                        let Ok(value) = loan.as_mut().map_err(|status| *status).and_then(Loan::value) else {
                            return;
                        };
                        let before = *value;
                        thread::yield_now();
                        *value = before + 1;
                    }
                });
            }
        });
        assert_eq!(lent.borrow().and_then(|mut loan| loan.value().copied()), Ok(800));
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
