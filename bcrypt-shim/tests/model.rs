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
mod status {
    pub use bcrypt_shim::status::*;
}

mod memory {
    pub use bcrypt_shim::memory::{boxed, filled, shared};
}

mod sync {
    pub use loom::sync::RwLock;
    pub use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

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

/// A lookup finds the object of its handle or nothing, while it is destroyed and another takes its slot; and
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

/// Whoever is last frees: a lookup that found the object keeps it until it is done with it, one that found nothing
/// keeps nothing, and the destroyer waits for neither.
#[test]
fn the_last_user_frees() {
    check(|| {
        let world = World::new();
        let handle = world.insert(1);
        let users: [_; 2] = std::array::from_fn(|_| {
            spawn(&world, move |world| {
                let object = world.table.get(handle).ok();
                let living = world.living.load(Ordering::Relaxed);
                assert!(object.is_none() || living == 1, "freed under a user");
                object.is_some()
            })
        });
        assert!(world.removes(handle));
        let used = users.map(|user| user.join().unwrap());
        assert_eq!(world.living.load(Ordering::Relaxed), 0, "{used:?}");
    });
}

/// A slot that is destroyed while lookups stand in it is lost to nobody.
#[test]
fn no_slot_is_lost() {
    check(|| {
        let world = World::new();
        let first = world.insert(1);
        let reader = spawn(&world, move |world| world.name(first));
        assert!(world.removes(first));
        let second = world.insert(2);
        assert_eq!(world.name(second), Some(2));
        reader.join().unwrap();
        assert!(world.removes(second));
        // Two slots at most were used; one after the other, both are found again.
        let again = [3, 4].map(|name| world.insert(name));
        let indices = [first, second, again[0], again[1]].map(|handle| handle.0 >> 5 & 0xF);
        assert!(indices.iter().all(|&index| index < 2), "{indices:?}");
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

/// Threads that make and destroy at once never get one slot, nor disturb each other's objects.
#[test]
fn slots_have_one_owner() {
    check(|| {
        let world = World::new();
        let before = world.insert(0);
        assert!(world.removes(before));
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

/// A thread that stops while it takes a free slot: meanwhile another takes it, and the one below it, and gives the
/// first back. Without the count of changes in the stack both would have the second.
#[test]
fn a_free_slot_that_comes_back_is_not_mistaken() {
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
