//! The barrier between forks and the engine in every order its threads can take, by loom: the same source with loom's
//! atomics in place of the standard library's.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the included file has more than is checked"
)]

#[path = "../src/engine/gate/barrier.rs"]
mod barrier;

mod sync {
    pub use loom::sync::atomic::{AtomicU64, Ordering};

    macro_rules! constructor {
        ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
            $(#[$attribute])* $visible fn $($rest)*
        };
    }
    pub(crate) use constructor;

    pub fn check(test: impl Fn() + Sync + Send + 'static) {
        let mut model = loom::model::Builder::new();
        model.max_branches = 10_000;
        model.preemption_bound = Some(2);
        model.check(test);
    }
}

use std::sync::Arc;

use barrier::{Barrier, Closing, Place};
use loom::cell::UnsafeCell;
use loom::thread;

/// What a thread changes inside and a fork copies: loom finds two that come to it at once, and one that does not see what
/// the other did before.
#[derive(Default)]
struct World {
    data: [UnsafeCell<u32>; 2],
}

fn check(test: impl Fn(Arc<Barrier>, Arc<World>) + Sync + Send + 'static) {
    sync::check(move || test(Arc::new(Barrier::new()), Arc::default()));
}

/// Waits a few times and gives up then: a model can't wait for ever, and this way that is a part of it.
fn patience() -> impl FnMut() -> bool {
    let mut left = 2;
    move || {
        left -= 1;
        thread::yield_now();
        left > 0
    }
}

/// Whoever gave up leaves the data alone. Returns whether it did not.
fn work(barrier: &Barrier, world: &World, own: usize) -> bool {
    let is_sure = barrier.try_enter() || barrier.enter(patience());
    if is_sure {
        world.data[own].with_mut(|data| {
            // SAFETY: loom checks that nobody else has it.
            unsafe { *data += 1 }
        });
    }
    barrier.leave();
    is_sure
}

fn fork(barrier: &Barrier, world: &World) -> u32 {
    let copy = |data: &UnsafeCell<u32>| {
        data.with_mut(|data| {
            // SAFETY: as above.
            unsafe { *data }
        })
    };
    let closing = barrier.close(Place::Outside, patience());
    let copied = if closing == Closing::Alone { world.data.iter().map(copy).sum() } else { 0 };
    if closing != Closing::Failed {
        barrier.open();
    }
    copied
}

fn spawn<R: 'static>(
    barrier: &Arc<Barrier>,
    world: &Arc<World>,
    work: impl FnOnce(&Barrier, &World) -> R + 'static,
) -> thread::JoinHandle<R> {
    let (barrier, world) = (Arc::clone(barrier), Arc::clone(world));
    thread::spawn(move || work(&barrier, &world))
}

#[test]
fn nobody_is_inside_during_a_fork() {
    check(|barrier, world| {
        let threads =
            [0, 1].map(|own| spawn(&barrier, &world, move |barrier, world| work(barrier, world, own)));
        fork(&barrier, &world);
        let sure = threads.map(|thread| u32::from(thread.join().unwrap()));
        assert_eq!(fork(&barrier, &world), sure.iter().sum(), "and nobody is left");
    });
}

#[test]
fn forks_of_two_threads_come_one_after_the_other() {
    check(|barrier, world| {
        let worker = spawn(&barrier, &world, |barrier, world| work(barrier, world, 0));
        let other = spawn(&barrier, &world, fork);
        fork(&barrier, &world);
        let is_sure = worker.join().unwrap();
        other.join().unwrap();
        assert_eq!(fork(&barrier, &world), u32::from(is_sure));
    });
}
