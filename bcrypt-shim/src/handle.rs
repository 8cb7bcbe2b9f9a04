//! Handles: numbers in a table, never pointers.
//!
//! A handle is `(counter << 4) | (kind << 1) | 1`. It is never NULL, never ≡ 1 mod 16 (those are the
//! pseudo-handles of CNG), shows its kind in a debugger and is not used again. So a stale, doubled,
//! foreign or random handle finds nothing and can touch nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::memory;
use crate::status::{Result, Status};

/// What kind of object a handle names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Kind {
    /// An opened algorithm provider.
    Algorithm = 1,
    /// An asymmetric key, finalized or not.
    Key = 2,
    /// An agreed secret.
    Secret = 3,
}

/// A handle as the caller passes it; any number may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(pub usize);

impl Handle {
    const KIND_SHIFT: u32 = 1;
    const COUNTER_SHIFT: u32 = 4;

    fn new(counter: usize, kind: Kind) -> Self {
        Self((counter << Self::COUNTER_SHIFT) | ((kind as usize) << Self::KIND_SHIFT) | 1)
    }

    /// The pseudo-handle number, if this is one: 16 n + 1 with n from 0, below 0x1000.
    pub fn pseudo(self) -> Option<u32> {
        u32::try_from(self.0).ok().filter(|value| value & 0xF == 1 && *value < 0x1000)
    }

    /// The kind of object that a handle of this form names, if it has the form at all.
    pub fn kind(self) -> Option<Kind> {
        [Kind::Algorithm, Kind::Key, Kind::Secret]
            .into_iter()
            .find(|&kind| self.0 & 0xF == ((kind as usize) << Self::KIND_SHIFT) | 1)
    }

    fn shard(self) -> usize {
        (self.0 >> Self::COUNTER_SHIFT) % SHARDS
    }
}

/// Locks a table is split over, so that threads with their own handles rarely meet.
const SHARDS: usize = 16;

type Objects<T> = HashMap<usize, Arc<T>, BuildHasherDefault<CounterHasher>>;

/// All live objects of one kind.
#[derive(Debug)]
pub struct Table<T> {
    kind: Kind,
    counter: AtomicUsize,
    shards: [RwLock<Objects<T>>; SHARDS],
}

impl<T> Table<T> {
    /// An empty table.
    pub const fn new(kind: Kind) -> Self {
        let shards = [const { RwLock::new(HashMap::with_hasher(BuildHasherDefault::new())) }; SHARDS];
        Self { kind, counter: AtomicUsize::new(1), shards }
    }

    /// Keeps an object and names it. Fails with `NoMemory`.
    pub fn insert(&self, object: T) -> Result<Handle> {
        let object = memory::shared(object);
        loop {
            let handle = Handle::new(self.counter.fetch_add(1, Ordering::Relaxed), self.kind);
            let mut objects = self.write(handle)?;
            // Only a counter that wrapped (32-bit hosts, after 2^28 handles) can meet a live handle.
            if objects.contains_key(&handle.0) {
                continue;
            }
            objects.try_reserve(1).map_err(|_| Status::NoMemory)?;
            objects.insert(handle.0, object);
            return Ok(handle);
        }
    }

    /// The object of a handle; it stays alive while the caller works with it, even if destroyed
    /// meanwhile. Fails with `InvalidHandle`.
    pub fn get(&self, handle: Handle) -> Result<Arc<T>> {
        self.read(handle)?.get(&handle.0).cloned().ok_or(Status::InvalidHandle)
    }

    /// Forgets a handle. Fails with `InvalidHandle`.
    pub fn remove(&self, handle: Handle) -> Result<Arc<T>> {
        let mut objects = self.write(handle)?;
        let object = objects.remove(&handle.0).ok_or(Status::InvalidHandle)?;
        // A program that destroyed all it made finds nothing of ours in its heap.
        if objects.is_empty() {
            *objects = Objects::default();
        }
        Ok(object)
    }

    // A panic can't leave a map half changed, so a poisoned lock is taken all the same.
    fn read(&self, handle: Handle) -> Result<RwLockReadGuard<'_, Objects<T>>> {
        let shard = self.shards.get(handle.shard()).ok_or(Status::InternalError)?;
        Ok(shard.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, handle: Handle) -> Result<RwLockWriteGuard<'_, Objects<T>>> {
        let shard = self.shards.get(handle.shard()).ok_or(Status::InternalError)?;
        Ok(shard.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Spreads the counter of a handle over the bits a hash map looks at. Handles come from our own
/// counter, so an attacker can't choose colliding keys.
#[derive(Debug, Default)]
pub struct CounterHasher(u64);

impl Hasher for CounterHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_usize(usize::from(byte)));
    }

    fn write_usize(&mut self, number: usize) {
        // 2^64 divided by the golden ratio: neighbouring counters land far apart.
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 3] = [Kind::Algorithm, Kind::Key, Kind::Secret];

    #[test]
    fn a_handle_shows_its_kind_and_is_no_pseudo_handle() {
        for kind in KINDS {
            let table = Table::new(kind);
            for number in 0..100 {
                let handle = table.insert(number).unwrap_or(Handle(0));
                assert_eq!(handle.kind(), Some(kind));
                assert_eq!(handle.pseudo(), None);
            }
        }
    }

    #[test]
    fn a_handle_finds_its_object_until_removed_and_no_other_number_does() {
        let table = Table::new(Kind::Key);
        let handles: Vec<_> = (0..100).map(|number| table.insert(number)).collect();
        assert_eq!(table.get(Handle(0)), Err(Status::InvalidHandle));
        for (number, handle) in handles.into_iter().enumerate() {
            let Ok(handle) = handle else { continue };
            assert_eq!(table.get(handle).as_deref(), Ok(&number));
            for bit in 0..usize::BITS {
                let other = table.get(Handle(handle.0 ^ (1 << bit)));
                assert_ne!(other.as_deref(), Ok(&number), "bit {bit}");
            }
            assert_eq!(table.remove(handle).as_deref(), Ok(&number));
            assert_eq!(table.get(handle), Err(Status::InvalidHandle));
            assert_eq!(table.remove(handle), Err(Status::InvalidHandle));
        }
    }

    #[test]
    fn a_counter_that_wraps_passes_over_live_handles() {
        let table = Table::new(Kind::Key);
        let first = table.insert("first");
        table.counter.store(1, Ordering::Relaxed);
        let second = table.insert("second");
        assert_ne!(first, second);
    }

    #[test]
    fn pseudo_handles_are_sixteen_n_plus_one() {
        assert_eq!(Handle(0x2A1).pseudo(), Some(0x2A1));
        assert_eq!(Handle(0x2A3).pseudo(), None);
        assert_eq!(Handle(usize::MAX - 14).pseudo(), None);
    }
}
