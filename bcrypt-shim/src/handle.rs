//! Handles: numbers in a table, never pointers.
//!
//! A handle names a slot of the table and how often that slot was used before; it is not used again (on 32-bit hosts
//! not before 2^27 others). So a
//! stale, doubled, foreign or random handle finds nothing and can touch nothing. From the top:
//!
//! ```text
//! 64 bits   33 generation | 26 index | 1 parity | 3 kind | 1
//! 32 bits   11 generation | 16 index | 1 parity | 3 kind | 1
//! ```
//!
//! It is never NULL, never ≡ 1 mod 16 (those are the pseudo-handles of CNG), and shows its kind in a
//! debugger. The parity makes the count of ones even, so that a handle with one flipped bit is never another
//! handle.

// Paths are spelled out because the model check includes this file from its own crate.
#[path = "handle/stack.rs"]
pub mod stack;
#[path = "handle/table.rs"]
pub mod table;

pub use table::Table;

/// What kind of object a handle names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Kind {
    /// An opened algorithm provider.
    Algorithm = 1,
    /// A key of any kind.
    Key = 2,
    /// An agreed secret.
    Secret = 3,
    /// A hash or MAC.
    Hash = 4,
    /// What would tell of changed configuration.
    Notification = 5,
    /// Memory given out by an enumeration, of which callers get the address only.
    Buffer = 7,
}

/// A handle as the caller passes it; any number may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(pub usize);

impl Handle {
    const KIND_SHIFT: u32 = 1;
    const PARITY_SHIFT: u32 = 4;
    const INDEX_SHIFT: u32 = 5;
    /// Bits of a slot's number: how many objects of a kind can be live.
    const INDEX_BITS: u32 = if usize::BITS < 64 { 16 } else { 26 };
    const GENERATION_SHIFT: u32 = Self::INDEX_SHIFT + Self::INDEX_BITS;
    /// The last generation of a slot; the first is 1.
    const LAST_GENERATION: usize = usize::MAX >> Self::GENERATION_SHIFT;

    fn new(kind: Kind, index: usize, generation: usize) -> Self {
        let number = (generation << Self::GENERATION_SHIFT)
            | (index << Self::INDEX_SHIFT)
            | ((kind as usize) << Self::KIND_SHIFT)
            | 1;
        Self(number | ((number.count_ones() as usize & 1) << Self::PARITY_SHIFT))
    }

    /// The pseudo-handle number, if this is one: 16 n + 1 with n from 0, below 0x1000.
    pub fn pseudo(self) -> Option<u32> {
        u32::try_from(self.0).ok().filter(|value| value & 0xF == 1 && *value < 0x1000)
    }

    /// The kind of object that a handle of this form names, if it has the form at all.
    pub fn kind(self) -> Option<Kind> {
        [Kind::Algorithm, Kind::Key, Kind::Secret, Kind::Hash]
            .into_iter()
            .find(|&kind| self.0 & 0xF == ((kind as usize) << Self::KIND_SHIFT) | 1)
    }

    fn index(self) -> usize {
        (self.0 >> Self::INDEX_SHIFT) & ((1 << Self::INDEX_BITS) - 1)
    }

    fn generation(self) -> usize {
        self.0 >> Self::GENERATION_SHIFT
    }

    /// Whether it has the bit that every handle has.
    fn is_handle(self) -> bool {
        self.0 & 1 == 1
    }

    /// A number with the same generation that is no handle.
    fn retired(self) -> Self {
        Self(self.0 & !1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 4] = [Kind::Algorithm, Kind::Key, Kind::Secret, Kind::Hash];

    #[test]
    fn a_handle_shows_its_kind_and_is_no_pseudo_handle() {
        for kind in KINDS {
            for index in [0, 1, 0xFFFF] {
                for generation in [1, 2, Handle::LAST_GENERATION] {
                    let handle = Handle::new(kind, index, generation);
                    assert_eq!((handle.kind(), handle.pseudo(), handle.index()), (Some(kind), None, index));
                }
            }
        }
    }

    #[test]
    fn two_handles_differ_in_more_than_one_bit() {
        let numbers = [0, 1, 2, 3, 4, 0x5555, 0xFFFF];
        let generations = [1, 2, 3, 4, 5, Handle::LAST_GENERATION];
        let handles: Vec<usize> = KINDS
            .into_iter()
            .flat_map(|kind| numbers.map(|index| (kind, index)))
            .flat_map(|(kind, index)| generations.map(|generation| Handle::new(kind, index, generation).0))
            .collect();
        for (place, one) in handles.iter().enumerate() {
            for other in handles.iter().skip(place + 1) {
                assert!((one ^ other).count_ones() > 1, "{one:#x} {other:#x}");
            }
        }
    }

    #[test]
    fn pseudo_handles_are_sixteen_n_plus_one() {
        assert_eq!(Handle(0x2A1).pseudo(), Some(0x2A1));
        assert_eq!(Handle(0x2A3).pseudo(), None);
        assert_eq!(Handle(usize::MAX - 14).pseudo(), None);
    }
}
