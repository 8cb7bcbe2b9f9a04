//! The count behind the gate: threads that are inside, threads that wait to come in, and whether a fork holds it closed.
//!
//! A fork takes its turn after the threads that the fork before it kept waiting, so neither side starves.

use crate::sync::{AtomicU64, Ordering, constructor};

/// One thread inside, in the low bits.
const INSIDE: u64 = 1;
/// One thread that waits, in the bits above.
const WAITING: u64 = 1 << 24;
/// A fork is under way.
const CLOSED: u64 = 1 << 48;

/// Where a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Neither inside nor waiting.
    Outside,
    /// Waiting for a fork to be over.
    Waiting,
    /// Inside.
    Inside,
}

impl Place {
    fn counted(self) -> u64 {
        match self {
            Self::Outside => 0,
            Self::Waiting => WAITING,
            Self::Inside => INSIDE,
        }
    }
}

/// How many are inside or waiting. Every wait goes through a function of the caller's, which says at some time that
/// it has been long enough.
#[derive(Debug)]
pub struct Barrier(AtomicU64);

impl Barrier {
    constructor! {
        /// Open, with nobody inside.
        pub fn new() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    /// Comes in if no fork is under way.
    pub fn try_enter(&self) -> bool {
        let mut now = self.0.load(Ordering::Relaxed);
        while now & CLOSED == 0 {
            // What the child of a fork before left in memory is seen.
            match self.0.compare_exchange_weak(now, now + INSIDE, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => now = other,
            }
        }
        false
    }

    /// Comes in when the fork is over, or when it has been waited for long enough.
    pub fn enter(&self, mut may_wait: impl FnMut() -> bool) {
        self.0.fetch_add(WAITING, Ordering::Relaxed);
        // Nobody closes what somebody waits for, so that it stays open once it is.
        while self.0.load(Ordering::Relaxed) & CLOSED != 0 && may_wait() {}
        self.0.fetch_sub(WAITING - INSIDE, Ordering::Acquire);
    }

    /// Goes out.
    pub fn leave(&self) {
        // What was done inside is seen by the fork, which copies it.
        self.0.fetch_sub(INSIDE, Ordering::Release);
    }

    /// Keeps others out and waits until those inside are gone, but for the thread itself, which may be anywhere.
    /// Returns whether they are; if not, they have been waited for long enough.
    pub fn close(&self, own: Place, mut may_wait: impl FnMut() -> bool) -> bool {
        let own_waiting = own == Place::Waiting;
        loop {
            let now = self.0.load(Ordering::Relaxed);
            let waiting = (now % CLOSED) / WAITING;
            if now & CLOSED == 0 && waiting <= u64::from(own_waiting) {
                let closed = now | CLOSED;
                if self.0.compare_exchange_weak(now, closed, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                    break;
                }
            } else if !may_wait() {
                self.0.fetch_or(CLOSED, Ordering::Relaxed);
                break;
            }
        }
        let own_inside = u64::from(own == Place::Inside);
        loop {
            if self.0.load(Ordering::Acquire) % WAITING <= own_inside {
                return true;
            }
            if !may_wait() {
                return false;
            }
        }
    }

    /// The fork is over, in the parent.
    pub fn open(&self) {
        self.0.fetch_and(!CLOSED, Ordering::Release);
    }

    /// The fork is over, in the child, where this thread is the only one.
    pub fn open_alone(&self, own: Place) {
        self.0.store(own.counted(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_barrier_keeps_threads_out_until_they_waited_long_enough() {
        let barrier = Barrier::new();
        assert!(barrier.try_enter());
        barrier.leave();
        assert!(barrier.close(Place::Outside, || false));
        assert!(!barrier.try_enter());
        let mut waits = 0;
        barrier.enter(|| {
            waits += 1;
            waits < 3
        });
        assert_eq!(waits, 3);
        barrier.leave();
        barrier.open();
        assert!(barrier.try_enter());
    }

    #[test]
    fn a_fork_waits_for_others_but_not_for_its_own_thread() {
        let barrier = Barrier::new();
        assert!(barrier.try_enter());
        assert!(!barrier.close(Place::Outside, || false));
        barrier.open();
        assert!(barrier.close(Place::Inside, || false));
        barrier.open();
        assert!(barrier.try_enter());
        assert!(!barrier.close(Place::Inside, || false), "a second thread is inside");
        barrier.open_alone(Place::Inside);
        assert!(barrier.close(Place::Inside, || false), "in the child there is one");
    }

    #[test]
    fn a_fork_lets_those_in_whom_the_last_one_kept_waiting() {
        let barrier = Barrier::new();
        assert!(barrier.close(Place::Outside, || false));
        barrier.enter(|| {
            assert!(barrier.close(Place::Waiting, || false), "one that waits itself can fork");
            barrier.open();
            let mut waits = 0;
            assert!(barrier.close(Place::Outside, || {
                waits += 1;
                waits < 5
            }));
            assert_eq!(waits, 5, "others are let in first");
            barrier.open();
            true
        });
        assert!(!barrier.close(Place::Outside, || false), "it is inside");
    }
}
