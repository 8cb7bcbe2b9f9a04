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
/// A thread has waited for that fork for long enough; no other has to do so again.
const GIVEN_UP: u64 = 1 << 49;

/// Where a thread is that forks; for others it does not wait as for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Neither inside nor waiting.
    Outside,
    /// Waiting for another fork to be over.
    Waiting,
    /// On the way in or out: a signal came before it could say which.
    Between,
    /// Inside.
    Inside,
}

/// What came of an attempt to keep others out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Nobody is inside.
    Alone,
    /// Somebody stayed inside for too long.
    Crowded,
    /// Another fork took too long; it is the one that opens again.
    Failed,
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
        while is_open(now) {
            // What the child of a fork before left in memory is seen.
            match self.0.compare_exchange_weak(now, now + INSIDE, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => now = other,
            }
        }
        false
    }

    /// Comes in when the fork is over, or when it has been waited for long enough. Returns whether it is over.
    pub fn enter(&self, mut may_wait: impl FnMut() -> bool) -> bool {
        self.0.fetch_add(WAITING, Ordering::Relaxed);
        // Nobody closes what somebody waits for, so that it stays open once it is.
        while !is_open(self.0.load(Ordering::Relaxed)) {
            if !may_wait() {
                self.0.fetch_or(GIVEN_UP, Ordering::Relaxed);
            }
        }
        self.0.fetch_sub(WAITING - INSIDE, Ordering::Acquire) & CLOSED == 0
    }

    /// Goes out.
    pub fn leave(&self) {
        // What was done inside is seen by the fork, which copies it.
        self.0.fetch_sub(INSIDE, Ordering::Release);
    }

    /// Keeps others out and waits until those inside are gone, but for the thread itself, which may be anywhere.
    pub fn close(&self, own: Place, mut may_wait: impl FnMut() -> bool) -> Closing {
        let own_waiting = u64::from(own == Place::Waiting);
        let mut now = self.0.load(Ordering::Relaxed);
        loop {
            if now & CLOSED == 0 && waiting(now) <= own_waiting {
                let closed = (now | CLOSED) & !GIVEN_UP;
                match self.0.compare_exchange_weak(now, closed, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => break,
                    Err(other) => now = other,
                }
            } else if may_wait() {
                now = self.0.load(Ordering::Relaxed);
            } else {
                // Those that the last fork kept waiting are passed over; what another fork closed is its own.
                if self.0.fetch_or(CLOSED, Ordering::Relaxed) & CLOSED != 0 {
                    return Closing::Failed;
                }
                break;
            }
        }
        for attempt in 0_u32.. {
            let inside = inside(self.0.load(Ordering::Acquire));
            let may_be_own = match own {
                Place::Inside => inside <= 1,
                Place::Between => inside <= 1 && attempt > LONG,
                Place::Outside | Place::Waiting => false,
            };
            if inside == 0 || may_be_own {
                return Closing::Alone;
            }
            if !may_wait() {
                break;
            }
        }
        Closing::Crowded
    }

    /// The fork that closed is over, in the parent.
    pub fn open(&self) {
        self.0.fetch_and(!(CLOSED | GIVEN_UP), Ordering::Release);
    }

    /// The fork is over, in the child, where this thread is the only one.
    pub fn open_alone(&self, own: Place) {
        let now = self.0.load(Ordering::Relaxed);
        let left = match own {
            Place::Outside => 0,
            Place::Waiting => WAITING * waiting(now).min(1),
            // The others were gone, so who is still counted is this thread.
            Place::Between | Place::Inside => INSIDE * inside(now).min(1),
        };
        self.0.store(left, Ordering::Relaxed);
    }
}

/// Waits after which a thread that is counted inside can only be the one that forks, when it may be.
const LONG: u32 = 300;

fn inside(state: u64) -> u64 {
    state % WAITING
}

fn waiting(state: u64) -> u64 {
    state % CLOSED / WAITING
}

fn is_open(state: u64) -> bool {
    state & CLOSED == 0 || state & GIVEN_UP != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::check;

    #[test]
    fn a_closed_barrier_keeps_threads_out_until_they_waited_long_enough() {
        check(|| {
            let barrier = Barrier::new();
            assert!(barrier.try_enter());
            barrier.leave();
            assert_eq!(barrier.close(Place::Outside, || false), Closing::Alone);
            assert!(!barrier.try_enter());
            let mut waits = 0;
            barrier.enter(|| {
                waits += 1;
                waits < 3
            });
            assert_eq!(waits, 3);
            assert!(barrier.try_enter(), "one that waited is enough");
            barrier.leave();
            barrier.leave();
            barrier.open();
            assert!(barrier.try_enter());
        });
    }

    #[test]
    fn a_fork_waits_for_others_but_not_for_its_own_thread() {
        check(|| {
            let barrier = Barrier::new();
            assert!(barrier.try_enter());
            assert_eq!(barrier.close(Place::Outside, || false), Closing::Crowded);
            assert_eq!(barrier.close(Place::Outside, || false), Closing::Failed);
            barrier.open();
            assert_eq!(barrier.close(Place::Inside, || false), Closing::Alone);
            barrier.open();
            assert!(barrier.try_enter());
            assert_eq!(barrier.close(Place::Inside, || false), Closing::Crowded, "a second thread is inside");
            barrier.open_alone(Place::Inside);
            assert_eq!(barrier.close(Place::Inside, || false), Closing::Alone, "in the child there is one");
        });
    }

    #[test]
    fn a_fork_on_the_way_in_or_out_waits_for_others_first() {
        check(|| {
            for counted in [true, false] {
                let barrier = Barrier::new();
                assert!(!counted || barrier.try_enter());
                let mut waits = 0;
                let mut wait = || {
                    waits += 1;
                    true
                };
                assert_eq!(barrier.close(Place::Between, &mut wait), Closing::Alone);
                assert_eq!(waits > 100, counted);
                barrier.open_alone(Place::Between);
                assert!(counted || barrier.try_enter());
                barrier.leave();
                assert_eq!(barrier.close(Place::Outside, || false), Closing::Alone, "nobody is left");
            }
        });
    }

    #[test]
    fn a_fork_lets_those_in_whom_the_last_one_kept_waiting() {
        check(|| {
            let barrier = Barrier::new();
            assert_eq!(barrier.close(Place::Outside, || false), Closing::Alone);
            let is_over = barrier.enter(|| {
                barrier.open();
                assert_eq!(
                    barrier.close(Place::Waiting, || false),
                    Closing::Alone,
                    "one that waits itself can fork"
                );
                barrier.open();
                let mut waits = 0;
                let closing = barrier.close(Place::Outside, || {
                    waits += 1;
                    waits < 5
                });
                assert_eq!((closing, waits), (Closing::Alone, 5), "others are let in first");
                barrier.open();
                true
            });
            assert!(is_over);
            assert_eq!(barrier.close(Place::Outside, || false), Closing::Crowded, "it is inside");
        });
    }
}
