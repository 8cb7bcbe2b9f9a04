//! The table of live objects of one kind.
//!
//! No call waits for another one here, so neither a thread that stops in the midst of a call nor a fork at
//! that moment keeps others from going on. Each slot has locks of its own, which are only ever tried:
//!
//! - A call that looks a handle up compares it with the slot's, shares the lock, compares again and upgrades
//!   a `Weak`. If the handle is still the same, so is the object; no handle comes twice. If the lock can't be
//!   had, the object is just being made, which nobody knows of yet, or is destroyed, and the handle is not
//!   valid.
//! - The table keeps an object alive by one `Arc`, behind a lock that lookups never touch. Who destroys the
//!   object first takes the handle away, which one thread manages, and then that `Arc`. The object is overwritten
//!   and freed there and then, or with the last call that still has it: whoever is last, and no lookup can
//!   keep it alive by stopping in its midst.
//! - A slot in which a lookup stands is given to no new object; another one is. Once the lookup goes on, or
//!   never in the child of a fork, the slot is used again.

use std::sync::{Arc, TryLockError, TryLockResult, Weak};

use once_cell::race::OnceBox;

use super::stack::{Link, Stack};
use super::{Handle, Kind};
use crate::memory;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, AtomicUsize, Ordering, RwLock, constructor};

/// Slots in the first segment, as a power of two. Each further segment has twice as many.
const FIRST_SEGMENT_BITS: u32 = 5;
const SEGMENTS: usize = (Handle::INDEX_BITS - FIRST_SEGMENT_BITS) as usize;

/// Room for one object. A cache line each, so that threads with objects of their own do not disturb each other.
#[derive(Debug)]
#[repr(align(64))]
struct Slot<T> {
    /// The handle of the object; without one the last handle, less the bit that every handle has.
    handle: AtomicUsize,
    /// The object as lookups find it. Only who has the slot to itself changes it.
    object: RwLock<Weak<T>>,
    /// What keeps the object alive. Only who makes it and who destroys it come here, never at once.
    // Not a Mutex: on macOS that allocates at its first use.
    owner: RwLock<Option<Arc<T>>>,
    link: Link,
}

impl<T> Slot<T> {
    fn new() -> Self {
        Self {
            handle: AtomicUsize::new(0),
            object: RwLock::new(Weak::new()),
            owner: RwLock::new(None),
            link: AtomicU32::new(0),
        }
    }

    fn is_of(&self, handle: Handle) -> bool {
        self.handle.load(Ordering::Acquire) == handle.0
    }

    /// The handle of its object, or the last one, which names nothing any more.
    fn last_handle(&self) -> Handle {
        Handle(self.handle.load(Ordering::Acquire))
    }

    /// Its object, if it is of this handle.
    fn object_of(&self, handle: Handle) -> Option<Arc<T>> {
        let seen = free(self.object.try_read())?;
        // Another object may have taken the slot since the caller looked at the handle.
        if self.is_of(handle) { seen.upgrade() } else { None }
    }

    /// Puts an object into a slot that nobody else has; gives it back while an earlier lookup stands there.
    fn fill(&self, object: Arc<T>) -> std::result::Result<(), Arc<T>> {
        match (free(self.object.try_write()), free(self.owner.try_write())) {
            (Some(mut seen), Some(mut owner)) => {
                *seen = Arc::downgrade(&object);
                *owner = Some(object);
                Ok(())
            }
            _ => Err(object),
        }
    }

    /// Takes the object out of a slot that has no handle any more.
    fn empty(&self) -> Option<Arc<T>> {
        // Behind a lookup in its midst the memory stays, without the object, until the slot is used again.
        if let Some(mut seen) = free(self.object.try_write()) {
            *seen = Weak::new();
        }
        free(self.owner.try_write())?.take()
    }
}

/// What a lock guards, unless somebody has it. A panic can't leave an object half there, so a poisoned lock is taken
/// all the same.
fn free<G>(attempt: TryLockResult<G>) -> Option<G> {
    match attempt {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// All live objects of one kind. It grows with the most objects there ever were at once.
#[derive(Debug)]
pub struct Table<T> {
    kind: Kind,
    segments: [OnceBox<Vec<Slot<T>>>; SEGMENTS],
    /// How many slots were ever used.
    used: AtomicUsize,
    free: Stack,
    /// Free slots that had their last generation. They start again when there are no others, which only
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

    /// Keeps an object and gives it a handle. Fails with `NoMemory`.
    pub fn insert(&self, object: T) -> Result<Handle> {
        let mut object = memory::shared(object)?;
        let passed_over = Stack::empty();
        let made = loop {
            let (index, slot) = match self.vacancy() {
                Ok(vacancy) => vacancy,
                Err(status) => break Err(status),
            };
            match slot.fill(object) {
                Ok(()) => break Ok(self.publish(index, slot)),
                Err(back) => object = back,
            }
            passed_over.push(index as u32, &slot.link);
        };
        while let Some(index) = passed_over.pop(|index| self.link(index)) {
            self.slot(index as usize).into_iter().for_each(|slot| self.release(index, slot));
        }
        made
    }

    /// The object of a handle; it stays alive while the caller works with it, even if destroyed
    /// meanwhile. Fails with `InvalidHandle`.
    pub fn get(&self, handle: Handle) -> Result<Arc<T>> {
        self.slot_of(handle)?.object_of(handle).ok_or(Status::InvalidHandle)
    }

    /// The handle of an object that is wanted. It looks at all of them.
    pub fn find(&self, is_wanted: impl Fn(&T) -> bool) -> Option<Handle> {
        (0..self.used.load(Ordering::Acquire)).find_map(|index| {
            let slot = self.slot(index)?;
            let handle = slot.last_handle();
            let object = slot.object_of(handle).filter(|_| handle.is_handle())?;
            is_wanted(&object).then_some(handle)
        })
    }

    /// Forgets a handle; its object ends now, or with the last call that uses it. Fails with `InvalidHandle`.
    pub fn remove(&self, handle: Handle) -> Result<()> {
        let slot = self.slot_of(handle)?;
        let none = handle.retired().0;
        let taken = slot.handle.compare_exchange(handle.0, none, Ordering::AcqRel, Ordering::Relaxed);
        taken.map_err(|_| Status::InvalidHandle)?;
        let object = slot.empty();
        self.release(handle.index() as u32, slot);
        drop(object);
        Ok(())
    }

    /// Gives the object of a slot that this thread filled a handle.
    fn publish(&self, index: usize, slot: &Slot<T>) -> Handle {
        let handle = Handle::new(self.kind, index, slot.last_handle().generation() + 1);
        slot.handle.store(handle.0, Ordering::Release);
        handle
    }

    /// Lets a slot without an object be used again.
    fn release(&self, index: u32, slot: &Slot<T>) {
        let is_spent = slot.last_handle().generation() == Handle::LAST_GENERATION;
        let stack = if is_spent { &self.spent } else { &self.free };
        stack.push(index, &slot.link);
    }

    /// A slot for a new object: one that was used before, or a new one. Fails with `NoMemory`.
    fn vacancy(&self) -> Result<(usize, &Slot<T>)> {
        if let Some(index) = self.free.pop(|index| self.link(index)) {
            let slot = self.slot(index as usize).ok_or(Status::InternalError)?;
            return Ok((index as usize, slot));
        }
        loop {
            let index = self.used.load(Ordering::Relaxed);
            let Some(slot) = self.new_slot(index)? else { break };
            if self.used.compare_exchange(index, index + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return Ok((index, slot));
            }
        }
        let index = self.spent.pop(|index| self.link(index)).ok_or(Status::NoMemory)? as usize;
        let slot = self.slot(index).ok_or(Status::InternalError)?;
        slot.handle.store(0, Ordering::Relaxed);
        Ok((index, slot))
    }

    /// The slot that has this handle now. What a free slot has there names nothing.
    fn slot_of(&self, handle: Handle) -> Result<&Slot<T>> {
        let slot = self.slot(handle.index()).filter(|slot| handle.is_handle() && slot.is_of(handle));
        slot.ok_or(Status::InvalidHandle)
    }

    fn slot(&self, index: usize) -> Option<&Slot<T>> {
        let (segment, offset) = position(index);
        self.segments.get(segment)?.get()?.get(offset)
    }

    fn link(&self, index: u32) -> Option<&Link> {
        self.slot(index as usize).map(|slot| &slot.link)
    }

    /// As [`Self::slot`], making its segment if need be; `None` behind the last one. Fails with `NoMemory`.
    fn new_slot(&self, index: usize) -> Result<Option<&Slot<T>>> {
        let (number, offset) = position(index);
        let Some(segment) = self.segments.get(number) else { return Ok(None) };
        let slots = segment.get_or_try_init(|| {
            let count = 1 << (FIRST_SEGMENT_BITS as usize + number);
            memory::boxed(memory::filled(count, Slot::new)?)
        })?;
        Ok(slots.get(offset))
    }
}

/// The segment of an index, and the slot within it.
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
    fn a_slot_is_used_again_under_another_handle() {
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
    fn what_a_free_slot_has_names_nothing() {
        check(|| {
            let table = Table::new(Kind::Key);
            let handle = table.insert("first").unwrap_or(Handle(0));
            assert_eq!(table.remove(handle), Ok(()));
            for none in [Handle(0), handle.retired(), Handle(1)] {
                assert_eq!(table.get(none), Err(Status::InvalidHandle));
                assert_eq!(table.remove(none), Err(Status::InvalidHandle));
            }
            assert_eq!(table.find(|_| true), None);
        });
    }

    /// A slot after its last generation is passed over as long as there are others.
    #[test]
    fn a_spent_slot_waits_for_all_others() {
        check(|| {
            let table = Table::new(Kind::Key);
            let handle = table.insert("old").unwrap_or(Handle(0));
            let last = Handle::new(Kind::Key, handle.index(), Handle::LAST_GENERATION);
            if let Some(slot) = table.slot(handle.index()) {
                slot.handle.store(last.0, Ordering::Relaxed);
            }
            assert_eq!(table.remove(last), Ok(()));
            assert_ne!(table.insert("new").map(Handle::index), Ok(handle.index()));
            // As if every slot had been used.
            table.used.store(usize::MAX >> 8, Ordering::Relaxed);
            assert_eq!(table.insert("newer"), Ok(handle), "the first generation again");
            assert_eq!(table.insert("one too many"), Err(Status::NoMemory));
        });
    }

    /// A lookup that stops in its midst, as under a debugger, keeps neither the object alive nor the call waiting.
    #[test]
    fn an_object_ends_at_once_beside_a_lookup_that_stands_still() {
        check(|| {
            let table = Table::new(Kind::Key);
            let object = Arc::new(());
            let living = Arc::downgrade(&object);
            let handle = table.insert(object).unwrap_or(Handle(0));
            let slot = table.slot(handle.index());
            let lookup = slot.map(|slot| slot.object.try_read());
            assert_eq!(table.remove(handle), Ok(()));
            assert_eq!(living.strong_count(), 0);
            // The slot is passed over until the lookup is over, and others are not lost by it.
            let others = [(); 3].map(|()| table.insert(Arc::new(())).unwrap_or(Handle(0)));
            assert!(others.iter().all(|other| other.index() != handle.index()), "{others:?}");
            assert!(others.iter().all(|&other| table.get(other).is_ok()));
            drop(lookup);
            assert_eq!(table.insert(Arc::new(())).map(Handle::index), Ok(handle.index()));
        });
    }

    #[test]
    fn an_object_outlives_its_handle_as_long_as_it_is_used() {
        check(|| {
            let table = Table::new(Kind::Key);
            let object = Arc::new(());
            let living = Arc::downgrade(&object);
            let handle = table.insert(object).unwrap_or(Handle(0));
            let used = table.get(handle);
            assert_eq!((used.is_ok(), table.remove(handle)), (true, Ok(())));
            assert_eq!((living.strong_count(), table.get(handle)), (1, Err(Status::InvalidHandle)));
            drop(used);
            assert_eq!(living.strong_count(), 0);
        });
    }

    #[test]
    fn an_object_is_found_by_what_it_is() {
        check(|| {
            let table = Table::new(Kind::Key);
            let handles: Vec<_> = (0..40).filter_map(|number| table.insert(number).ok()).collect();
            for (number, handle) in handles.iter().enumerate() {
                assert_eq!(table.find(|&object| object == number), Some(*handle));
                assert_eq!(table.remove(*handle), Ok(()));
                assert_eq!(table.find(|&object| object == number), None);
            }
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
