//! Keeps forks and the engine's locks apart.
//!
//! The engine has locks: those of its generator, of its threads' data, of each RSA key. A fork copies them as they are.
//! If another thread holds one at that moment nobody in the child ever releases it, and the child hangs where it comes
//! to it: in a draw, in a failed call, at the end of a thread or of the process. So
//!
//! - whoever takes a lock of the engine is *inside* for as long as he has it ([`super::ffi`]'s system functions, which
//!   the engine calls in place of the C library's, see to that);
//! - so is whoever works with what threads share in the engine, such as an RSA key ([`super::generator::drawing`]);
//! - `fork` waits until nobody is inside, and keeps others out until it is done. Its handlers are registered when the
//!   library is loaded, and are dropped by the C library when it is unloaded.
//!
//! A fork waits for the longest time that somebody is inside, which is that of a short operation. It never waits for
//! good, nor does anybody who wants to come in: after a second both go on. A fork that went on while others were inside
//! makes a child in which the engine's generator is not used any more: [`is_sound`].
//!
//! # Forks in strange places
//!
//! - **In a signal handler that interrupted this library**: the fork does not wait for its own thread. The child may call
//!   `exec` or `_exit`. If it returns from the handler instead, the call it interrupted goes on in it, too; in the
//!   midst of a draw the engine sees that, and ends the child rather than give it the parent's bytes.
//! - **In a handler of the host's around a fork**: it may call this library.
//! - **By a bare `clone`, or `_Fork`**, which run no handlers: such a child may only do what a signal handler may.

mod barrier;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use barrier::{Barrier, Closing, Place};

static BARRIER: Barrier = Barrier::new();
/// Whether this process is the child of a fork that went on while others were inside.
static IS_UNSOUND: AtomicBool = AtomicBool::new(false);

/// Forks between the loading of this library and this process.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Nobody waits longer.
const LONGEST: Duration = Duration::from_secs(1);
/// Attempts made one right after the other; who runs is gone by then.
const QUICK_ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_micros(50);

thread_local! {
    /// How often this thread has come in; a thread that forks counts as inside, for the handlers of the host's.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// What it does about that, for a signal handler that forks.
    static PLACE: Cell<Place> = const { Cell::new(Place::Outside) };
    /// What came of its fork's attempt to keep others out.
    static CLOSING: Cell<Closing> = const { Cell::new(Closing::Failed) };
}

/// A stay inside.
#[derive(Debug)]
pub struct Inside(());

impl Inside {
    /// Comes in, once no fork is under way.
    pub fn enter() -> Self {
        enter();
        Self(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        leave();
    }
}

/// Comes in, once no fork is under way. Each call is followed by one of [`leave`] in this thread.
pub fn enter() {
    let depth = DEPTH.get();
    if depth == 0 {
        PLACE.set(Place::Between);
        if !BARRIER.try_enter() {
            PLACE.set(Place::Waiting);
            BARRIER.enter(patience());
        }
        PLACE.set(Place::Inside);
    }
    DEPTH.set(depth.saturating_add(1));
}

/// Goes out.
pub fn leave() {
    let depth = DEPTH.get().saturating_sub(1);
    DEPTH.set(depth);
    if depth == 0 {
        PLACE.set(Place::Between);
        BARRIER.leave();
        PLACE.set(Place::Outside);
    }
}

/// Whether the engine's locks can be relied on: not in the child of a fork that had to go on while others were inside.
pub fn is_sound() -> bool {
    !IS_UNSOUND.load(Ordering::Relaxed)
}

/// How many forks lie between the loading of this library and this process.
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Before a fork.
pub fn close() {
    CLOSING.set(BARRIER.close(PLACE.get(), patience()));
    DEPTH.set(DEPTH.get().saturating_add(1));
}

/// After a fork, in the parent.
pub fn open() {
    DEPTH.set(DEPTH.get().saturating_sub(1));
    if CLOSING.get() != Closing::Failed {
        BARRIER.open();
    }
}

/// After a fork, in the child.
pub fn open_in_child() {
    DEPTH.set(DEPTH.get().saturating_sub(1));
    BARRIER.open_alone(PLACE.get());
    GENERATION.fetch_add(1, Ordering::Relaxed);
    if CLOSING.get() != Closing::Alone {
        IS_UNSOUND.store(true, Ordering::Relaxed);
    }
}

/// Waits a little each time, and says when it has been long enough.
fn patience() -> impl FnMut() -> bool {
    let (mut attempts, mut since) = (0, None);
    move || {
        attempts += 1;
        if attempts <= QUICK_ATTEMPTS {
            thread::yield_now();
            return true;
        }
        thread::sleep(PAUSE);
        since.get_or_insert_with(Instant::now).elapsed() < LONGEST
    }
}
