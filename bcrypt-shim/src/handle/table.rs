//! The table of live objects of one kind.
//!
//! No call waits for another one here, so neither a thread that stops in the midst of a call nor a fork at
//! that moment keeps others from going on. Each object has a lock of its own, which is only ever tried:
//!
//! - A call that looks a handle up reads the name of the place, shares the lock for as long as it takes to
//!   clone an `Arc`, and reads the name again. If it is still the same, so was the object; a name never
//!   comes twice. If the lock can't be had, the object is just being made, which nobody knows of yet, or
//!   destroyed, and the handle is not valid.
//! - Who destroys an object first takes the name away, which one thread manages, and then has to wait for
//!   the few lookups that are in the midst of cloning. It gives up if they do not end: in the child of a
//!   fork they belong to threads that do not exist. The object then stays in the child's memory.

use std::sync::{Arc, TryLockError};

use once_cell::race::OnceBox;

use super::stack::{Link, Stack};
use super::{Handle, Kind};
use crate::memory;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, AtomicUsize, Ordering, RwLock, RwLockWriteGuard, constructor};
use crate::timed_mutex;

/// Places in the first segment, as a power of two. Each further segment has twice as many.
const FIRST_SEGMENT_BITS: u32 = 5;
const SEGMENTS: usize = (Handle::INDEX_BITS - FIRST_SEGMENT_BITS) as usize;

/// The name of a place without an object.
const NOBODY: usize = 0;

/// One place. A cache line each, so that threads with objects of their own do not disturb each other.
#[derive(Debug)]
#[repr(align(64))]
struct Place<T> {
    /// The handle of the object, or [`NOBODY`].
    name: AtomicUsize,
    object: RwLock<Option<Arc<T>>>,
    /// How often the place was used; changed only by the thread that took it off a stack.
    generation: AtomicUsize,
    link: Link,
}

impl<T> Place<T> {
    fn new() -> Self {
        Self {
            name: AtomicUsize::new(NOBODY),
            object: RwLock::new(None),
            generation: AtomicUsize::new(0),
            link: AtomicU32::new(0),
        }
    }

    fn has_name(&self, handle: Handle) -> bool {
        self.name.load(Ordering::Acquire) == handle.0
    }

    // A panic can't leave an object half there, so a poisoned lock is taken all the same.
    fn peek(&self) -> Option<Arc<T>> {
        match self.object.try_read() {
            Ok(object) => object.clone(),
            Err(TryLockError::Poisoned(object)) => object.into_inner().clone(),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The object, to be changed, once no lookup is in the midst of cloning it; `None` if that takes too long.
    fn change(&self) -> Option<RwLockWriteGuard<'_, Option<Arc<T>>>> {
        timed_mutex::patiently(|| match self.object.try_write() {
            Ok(object) => Some(object),
            Err(TryLockError::Poisoned(object)) => Some(object.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        })
    }
}

/// All live objects of one kind. It grows with the most objects there ever were at once.
#[derive(Debug)]
pub struct Table<T> {
    kind: Kind,
    segments: [OnceBox<Vec<Place<T>>>; SEGMENTS],
    /// How many places were ever used.
    used: AtomicUsize,
    free: Stack,
    /// Free places that had their last generation. They start again when there are no others, which only
    /// 32-bit hosts meet, after 2^27 handles.
    spent: Stack,
}

impl<T> Table<T> {
    constructor! {
        /// An empty table.
        pub fn new(kind: Kind) -> Self {
            Self {
                kind,
                segments: [const { OnceBox::new() }; SEGMENTS],
                used: AtomicUsize::new(0),
                free: Stack::empty(),
                spent: Stack::empty(),
            }
        }
    }

    /// Keeps an object and names it. Fails with `NoMemory`.
    pub fn insert(&self, object: T) -> Result<Handle> {
        let object = memory::shared(object);
        loop {
            let (index, place) = self.vacancy()?;
            // In the child of a fork a place may be locked for good. It is left alone.
            let Some(mut vacancy) = place.change() else { continue };
            *vacancy = Some(object);
            drop(vacancy);
            let generation = place.generation.load(Ordering::Relaxed) + 1;
            place.generation.store(generation, Ordering::Relaxed);
            let handle = Handle::new(self.kind, index, generation);
            place.name.store(handle.0, Ordering::Release);
            return Ok(handle);
        }
    }

    /// The object of a handle; it stays alive while the caller works with it, even if destroyed
    /// meanwhile. Fails with `InvalidHandle`.
    pub fn get(&self, handle: Handle) -> Result<Arc<T>> {
        let place = self.named(handle)?;
        let object = place.peek();
        // Another object may have taken the place between the first look at the name and the lock.
        object.filter(|_| place.has_name(handle)).ok_or(Status::InvalidHandle)
    }

    /// Forgets a handle; its object ends with the last call that uses it. Fails with `InvalidHandle`.
    pub fn remove(&self, handle: Handle) -> Result<()> {
        let place = self.named(handle)?;
        let taken = place.name.compare_exchange(handle.0, NOBODY, Ordering::AcqRel, Ordering::Relaxed);
        taken.map_err(|_| Status::InvalidHandle)?;
        if let Some(mut occupant) = place.change() {
            let object = occupant.take();
            drop(occupant);
            let is_spent = place.generation.load(Ordering::Relaxed) == Handle::LAST_GENERATION;
            let stack = if is_spent { &self.spent } else { &self.free };
            stack.push(handle.index() as u32, &place.link);
            drop(object);
        }
        Ok(())
    }

    /// A place for a new object: one that was used before, or a new one. Fails with `NoMemory`.
    fn vacancy(&self) -> Result<(usize, &Place<T>)> {
        let link_of = |index| self.place(index as usize).map(|place| &place.link);
        if let Some(index) = self.free.pop(link_of) {
            return self
                .place(index as usize)
                .map(|place| (index as usize, place))
                .ok_or(Status::InternalError);
        }
        loop {
            let index = self.used.load(Ordering::Relaxed);
            let Some(place) = self.new_place(index)? else { break };
            if self.used.compare_exchange(index, index + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return Ok((index, place));
            }
        }
        let index = self.spent.pop(link_of).ok_or(Status::NoMemory)? as usize;
        let place = self.place(index).ok_or(Status::InternalError)?;
        place.generation.store(0, Ordering::Relaxed);
        Ok((index, place))
    }

    /// The place that has this name now. NULL is also what a free place has, and names none.
    fn named(&self, handle: Handle) -> Result<&Place<T>> {
        let place = self.place(handle.index()).filter(|place| handle.0 != NOBODY && place.has_name(handle));
        place.ok_or(Status::InvalidHandle)
    }

    fn place(&self, index: usize) -> Option<&Place<T>> {
        let (segment, offset) = position(index);
        self.segments.get(segment)?.get()?.get(offset)
    }

    /// As [`Self::place`], making its segment if need be; `None` behind the last one. Fails with `NoMemory`.
    fn new_place(&self, index: usize) -> Result<Option<&Place<T>>> {
        let (number, offset) = position(index);
        let Some(segment) = self.segments.get(number) else { return Ok(None) };
        let places = segment.get_or_try_init(|| {
            let count = 1 << (FIRST_SEGMENT_BITS as usize + number);
            let mut places = Vec::new();
            places.try_reserve_exact(count).map_err(|_| Status::NoMemory)?;
            places.resize_with(count, Place::new);
            Ok(Box::new(places))
        })?;
        Ok(places.get(offset))
    }
}

/// The segment of an index, and the place within it.
fn position(index: usize) -> (usize, usize) {
    let segment = ((index >> FIRST_SEGMENT_BITS) + 1).ilog2();
    let before = ((1 << segment) - 1) << FIRST_SEGMENT_BITS;
    (segment as usize, index - before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::check;

    #[test]
    fn a_handle_finds_its_object_until_removed_and_no_other_number_does() {
        check(|| {
            let table = Table::new(Kind::Key);
            let handles: Vec<_> = (0..100).filter_map(|number| table.insert(number).ok()).collect();
            assert_eq!((handles.len(), table.get(Handle(0))), (100, Err(Status::InvalidHandle)));
            for (number, handle) in handles.into_iter().enumerate() {
                assert_eq!(table.get(handle).as_deref(), Ok(&number));
                for bit in 0..usize::BITS {
                    assert_eq!(table.get(Handle(handle.0 ^ (1 << bit))), Err(Status::InvalidHandle), "{bit}");
                }
                assert_eq!(table.remove(handle), Ok(()));
                assert_eq!(table.get(handle), Err(Status::InvalidHandle));
                assert_eq!(table.remove(handle), Err(Status::InvalidHandle));
            }
        });
    }

    #[test]
    fn a_place_is_used_again_under_another_name() {
        check(|| {
            let table = Table::new(Kind::Key);
            let first = table.insert("first");
            first.and_then(|handle| table.remove(handle)).unwrap_or_default();
            let second = table.insert("second");
            assert_eq!(first.map(Handle::index), second.map(Handle::index));
            assert_ne!(first, second);
            assert_eq!(first.and_then(|handle| table.get(handle)), Err(Status::InvalidHandle));
        });
    }

    #[test]
    fn null_names_no_free_place() {
        check(|| {
            let table = Table::new(Kind::Key);
            assert_eq!(table.insert("first").and_then(|handle| table.remove(handle)), Ok(()));
            assert_eq!(table.get(Handle(0)), Err(Status::InvalidHandle));
            assert_eq!(table.remove(Handle(0)), Err(Status::InvalidHandle));
        });
    }

    /// A place after its last generation is passed over as long as there are others.
    #[test]
    fn a_spent_place_waits_for_all_others() {
        check(|| {
            let table = Table::new(Kind::Key);
            let handle = table.insert("old").unwrap_or(Handle(0));
            let last = Handle::new(Kind::Key, handle.index(), Handle::LAST_GENERATION);
            if let Some(place) = table.place(handle.index()) {
                place.generation.store(Handle::LAST_GENERATION, Ordering::Relaxed);
                place.name.store(last.0, Ordering::Relaxed);
            }
            assert_eq!(table.remove(last), Ok(()));
            assert_ne!(table.insert("new").map(Handle::index), Ok(handle.index()));
            // As if every place had been used.
            table.used.store(usize::MAX >> 8, Ordering::Relaxed);
            assert_eq!(table.insert("newer"), Ok(handle), "the first generation again");
            assert_eq!(table.insert("one too many"), Err(Status::NoMemory));
        });
    }

    #[test]
    fn segments_follow_each_other() {
        let mut expected = (0, 0);
        for index in 0..100_000 {
            assert_eq!(position(index), expected);
            expected.1 += 1;
            if expected.1 == 32 << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
    }
}
