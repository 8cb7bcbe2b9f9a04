//! The handle table in every order its threads can take, by loom: the same source with loom's atomics and locks
//! in place of the standard library's.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "the included files have more than is checked here"
)]

#[path = "../src/handle.rs"]
mod handle;
#[path = "../src/status.rs"]
mod status;

mod names {
    pub use bcrypt_shim::names::*;
}

mod memory {
    pub fn shared<T>(value: T) -> std::sync::Arc<T> {
        std::sync::Arc::new(value)
    }
}

mod timed_mutex {
    /// A lookup that stops in its midst goes on at some time, which the library only waits a second for.
    pub fn patiently<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
        loop {
            match attempt() {
                None => loom::thread::yield_now(),
                done => return done,
            }
        }
    }
}

mod sync {
    pub use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
    pub use loom::sync::{RwLock, RwLockWriteGuard};

    macro_rules! constructor {
        ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
            $(#[$attribute])* $visible fn $($rest)*
        };
    }
    pub(crate) use constructor;

    pub fn check(test: impl Fn() + Sync + Send + 'static) {
        let mut model = loom::model::Builder::new();
        model.max_branches = 1_000_000;
        model.preemption_bound = Some(3);
        model.check(test);
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use handle::{Handle, Kind, Table};
use loom::thread;
use status::Status;
use sync::check;

/// An object that says who it is, and counts the living.
struct Object {
    name: usize,
    living: Arc<AtomicUsize>,
}

impl Drop for Object {
    fn drop(&mut self) {
        self.living.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Clone)]
struct World {
    table: Arc<Table<Object>>,
    living: Arc<AtomicUsize>,
}

impl World {
    fn new() -> World {
        World { table: Arc::new(Table::new(Kind::Key)), living: Arc::default() }
    }

    fn insert(&self, name: usize) -> Handle {
        self.living.fetch_add(1, Ordering::Relaxed);
        self.table.insert(Object { name, living: Arc::clone(&self.living) }).unwrap()
    }

    fn name(&self, handle: Handle) -> Option<usize> {
        self.table.get(handle).ok().map(|object| object.name)
    }

    fn removes(&self, handle: Handle) -> bool {
        self.table.remove(handle).is_ok()
    }
}

fn spawn<R: 'static>(world: &World, work: impl FnOnce(&World) -> R + 'static) -> thread::JoinHandle<R> {
    let world = world.clone();
    thread::spawn(move || work(&world))
}

/// A lookup finds the object of its handle or nothing, while it is destroyed and another takes its place; and
/// what is destroyed is gone.
#[test]
fn a_lookup_never_finds_another_object() {
    check(|| {
        let world = World::new();
        let first = world.insert(1);
        let reader = spawn(&world, move |world| [world.name(first), world.name(first)]);
        let replacer = spawn(&world, move |world| {
            assert!(world.removes(first));
            let second = world.insert(2);
            assert_eq!(world.name(second), Some(2), "a live object is always found");
            second
        });
        let found = reader.join().unwrap();
        assert!(found.iter().all(|name| matches!(name, None | Some(1))), "{found:?}");
        assert!(found != [None, Some(1)], "destroyed, then found");
        let second = replacer.join().unwrap();
        assert_ne!(first, second);
        assert_eq!((world.name(first), world.name(second)), (None, Some(2)));
        assert!(world.removes(second));
        assert_eq!(world.living.load(Ordering::Relaxed), 0, "nothing is left");
    });
}

/// Of two that destroy one object one succeeds, also if a lookup is under way.
#[test]
fn one_removal_wins() {
    check(|| {
        let world = World::new();
        let handle = world.insert(1);
        let reader = spawn(&world, move |world| world.name(handle));
        let other = spawn(&world, move |world| world.removes(handle));
        let own = world.removes(handle);
        assert!(own != other.join().unwrap());
        reader.join().unwrap();
        assert_eq!(world.living.load(Ordering::Relaxed), 0);
    });
}

/// Threads that make and destroy at once never get one place, nor disturb each other's objects.
#[test]
fn places_have_one_owner() {
    check(|| {
        let world = World::new();
        let place = world.insert(0);
        assert!(world.removes(place));
        let work = |name| {
            move |world: &World| {
                let handle = world.insert(name);
                assert_eq!(world.name(handle), Some(name));
                assert!(world.removes(handle));
                let handle = world.insert(name);
                assert_eq!(world.name(handle), Some(name));
                handle
            }
        };
        let other = spawn(&world, work(1));
        let own = work(2)(&world);
        let other = other.join().unwrap();
        assert_eq!((world.name(other), world.name(own)), (Some(1), Some(2)));
        assert!(world.removes(own) && world.removes(other));
        assert_eq!(world.living.load(Ordering::Relaxed), 0);
    });
}

/// A thread that stops while it takes a free place: meanwhile another takes it, and the one below it, and gives the
/// first back. Without the count of changes in the stack both would have the second.
#[test]
fn a_free_place_that_comes_back_is_not_mistaken() {
    check(|| {
        let world = World::new();
        let (below, top) = (world.insert(0), world.insert(0));
        assert!(world.removes(below) && world.removes(top));
        let other = spawn(&world, |world| {
            let (top, kept) = (world.insert(1), world.insert(2));
            assert!(world.removes(top));
            kept
        });
        let own = world.insert(3);
        let kept = other.join().unwrap();
        let last = world.insert(4);
        let names = [own, kept, last].map(|handle| world.name(handle));
        assert_eq!(names, [Some(3), Some(2), Some(4)]);
    });
}
