//! Memory that a judged library reads and writes.

use std::cell::{Cell, RefCell};

/// Bytes before and behind a buffer that nobody may write.
pub const GUARD: usize = 64;
/// What the guards hold.
const GUARD_BYTE: u8 = 0xC3;
/// What an output holds before the call.
pub const FILL: u8 = 0xA5;

/// A buffer between two guards. Cells, since the library changes what we see through a shared reference.
#[derive(Debug)]
pub struct Region {
    words: Box<[Cell<u64>]>,
    size: usize,
    /// What the buffer held before the call.
    before: RefCell<Vec<u8>>,
}

impl Region {
    /// An output of this size, full of [`FILL`].
    pub fn output(size: usize) -> Self {
        Self::holding(&vec![FILL; size])
    }

    /// An input with these bytes.
    pub fn holding(bytes: &[u8]) -> Self {
        let mut all = vec![GUARD_BYTE; GUARD];
        all.extend_from_slice(bytes);
        all.extend_from_slice(&[GUARD_BYTE; GUARD]);
        all.resize(all.len().next_multiple_of(8), GUARD_BYTE);
        let (words, _) = all.as_chunks::<8>();
        Self {
            words: words.iter().map(|&word| Cell::new(u64::from_ne_bytes(word))).collect(),
            size: bytes.len(),
            before: RefCell::new(bytes.to_vec()),
        }
    }

    /// Where the buffer stands, between the guards. On a boundary of 8 bytes.
    pub fn address(&self) -> u64 {
        (self.words.as_ptr().expose_provenance() + GUARD) as u64
    }

    /// Writes over the buffer's first bytes, for what must hold its own address.
    pub fn fill(&self, bytes: &[u8]) {
        let whole = Self::holding(bytes);
        for (word, new) in self.words.iter().zip(&whole.words) {
            word.set(new.get());
        }
        self.mark();
    }

    /// Writes over a part of the buffer; what lies outside is left out.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        let mut whole = self.bytes();
        for (byte, new) in whole.iter_mut().skip(at).zip(bytes) {
            *byte = *new;
        }
        self.fill(&whole);
    }

    /// Takes what the buffer holds now for what it held before the next call.
    pub fn mark(&self) {
        self.before.replace(self.bytes());
    }

    /// What the buffer held before the call.
    pub fn before(&self) -> Vec<u8> {
        self.before.borrow().clone()
    }

    /// The buffer's size.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What the buffer holds now.
    pub fn bytes(&self) -> Vec<u8> {
        self.all().skip(GUARD).take(self.size).collect()
    }

    /// Whether the buffer is as it was before the call.
    pub fn is_untouched(&self) -> bool {
        self.all().skip(GUARD).take(self.size).eq(self.before.borrow().iter().copied())
    }

    /// Whether the buffer is as [`Self::output`] made it.
    pub fn is_new(&self) -> bool {
        self.all().skip(GUARD).take(self.size).all(|byte| byte == FILL)
    }

    /// Whether both guards are as they were.
    pub fn guards_hold(&self) -> bool {
        let outside = |&(index, _): &(usize, u8)| index < GUARD || index >= GUARD + self.size;
        self.all().enumerate().filter(outside).all(|(_, byte)| byte == GUARD_BYTE)
    }

    fn all(&self) -> impl Iterator<Item = u8> {
        self.words.iter().flat_map(|word| word.get().to_ne_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_outside_is_seen() {
        for (index, inside) in [(7, false), (8, true), (9, false)] {
            let region = Region::output(8);
            assert!(region.is_untouched() && region.guards_hold());
            region.words.get(index).into_iter().for_each(|word| word.set(0));
            assert_eq!(region.guards_hold(), inside);
            assert_eq!(region.is_untouched(), !inside);
        }
    }
}
