//! Structures as they stand in memory, followed by what their pointers point at.

use crate::memory;
use crate::status::Result;
use crate::wide;

/// A structure under construction for one address.
#[derive(Debug)]
pub struct StructWriter {
    address: usize,
    head_size: usize,
    head: Vec<u8>,
    /// What the head points at.
    tail: Vec<u8>,
    /// Whether there was memory for all of it so far.
    result: Result<()>,
}

/// Bytes of a pointer, which are its boundary too.
const POINTER: usize = size_of::<usize>();

impl StructWriter {
    /// A structure of `head` bytes that will stand at `address`.
    pub fn new(address: usize, head: usize) -> Self {
        Self { address, head_size: head, head: Vec::new(), tail: Vec::new(), result: Ok(()) }
    }

    /// Adds a 32-bit number.
    pub fn number(&mut self, number: u32) {
        self.add(&number.to_ne_bytes());
    }

    /// Adds a pointer, on its boundary.
    pub fn pointer(&mut self, address: usize) {
        let aligned = self.head.len().next_multiple_of(POINTER);
        fill(&mut self.head, &mut self.result, aligned);
        self.add(&address.to_ne_bytes());
    }

    /// Adds a pointer to a name, which goes behind the structure.
    pub fn name(&mut self, name: &str) {
        match wide::encode(name) {
            Ok(name) => self.bytes(&name),
            Err(status) => self.result = self.result.and(Err(status)),
        }
    }

    /// Adds a pointer to bytes, which go behind the structure.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.pointer(self.end());
        self.result = self.result.and(memory::append(&mut self.tail, bytes));
    }

    /// Adds a pointer to another structure of `size` bytes, which goes behind this one. It stands on a pointer's
    /// boundary if this one does.
    pub fn structure(&mut self, size: usize, write: impl FnOnce(&mut Self)) {
        let start = (self.head_size + self.tail.len()).next_multiple_of(POINTER) - self.head_size;
        fill(&mut self.tail, &mut self.result, start);
        let mut structure = Self::new(self.end(), size);
        write(&mut structure);
        match structure.finish() {
            Ok(bytes) => self.bytes(&bytes),
            Err(status) => self.result = self.result.and(Err(status)),
        }
    }

    /// Adds how many there are and a pointer to an array of pointers, one for each, that `write` adds; NULL for none.
    pub fn array<T>(&mut self, elements: impl Iterator<Item = T> + Clone, write: impl Fn(&mut Self, T)) {
        let count = elements.clone().count();
        // No list here comes near 4 Gi.
        self.number(count as u32);
        if count == 0 {
            self.pointer(0);
        } else {
            self.structure(count * POINTER, |array| elements.for_each(|element| write(array, element)));
        }
    }

    /// The bytes that belong at the address, with zeros at the head's end where it has room to spare. Fails with
    /// `NoMemory` if there was none for a part of them.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        fill(&mut self.head, &mut self.result, self.head_size);
        self.result?;
        memory::concat(&[&self.head, &self.tail])
    }

    /// Where the next thing behind the structure goes.
    fn end(&self) -> usize {
        self.address.wrapping_add(self.head_size).wrapping_add(self.tail.len())
    }

    fn add(&mut self, bytes: &[u8]) {
        self.result = self.result.and(memory::append(&mut self.head, bytes));
    }
}

/// Adds zeros up to a length.
fn fill(bytes: &mut Vec<u8>, result: &mut Result<()>, length: usize) {
    while result.is_ok() && bytes.len() < length {
        *result = memory::append(bytes, &[0]);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn structures_point_at_structures_on_their_boundaries() {
        const AT: usize = 0x1000;
        let mut writer = StructWriter::new(AT, 2 * POINTER);
        writer.array(["ab", "c"].into_iter(), |array, name| {
            array.structure(2 * POINTER, |inner| {
                inner.name(name);
                inner.number(7);
            });
        });
        let bytes = writer.finish().unwrap();
        let word = |at: usize| {
            let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<POINTER>()).unwrap();
            usize::from_ne_bytes(*word)
        };
        let array = word(POINTER) - AT;
        assert_eq!((word(0) as u32, array), (2, 2 * POINTER));
        for (index, name) in ["ab", "c"].into_iter().enumerate() {
            let inner = word(array + index * POINTER) - AT;
            assert_eq!(inner % POINTER, 0);
            assert_eq!(word(inner + POINTER), 7, "the number, and zeros behind it");
            let text = word(inner) - AT;
            assert!(bytes.get(text..).unwrap().starts_with(&wide::encode(name).unwrap()));
        }
    }

    #[test]
    fn an_empty_array_is_null() {
        let mut writer = StructWriter::new(0x1000, 2 * POINTER);
        writer.array([].into_iter(), |array, name: &str| array.name(name));
        assert_eq!(writer.finish().unwrap(), [0; 2 * POINTER]);
    }
}
