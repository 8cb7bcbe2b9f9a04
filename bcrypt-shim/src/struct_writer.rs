//! Structures as they stand in memory, followed by the text their pointers point at.

use crate::memory;
use crate::status::Result;
use crate::wide;

/// A structure under construction for one address.
#[derive(Debug)]
pub struct StructWriter {
    text_address: usize,
    head: Vec<u8>,
    text: Vec<u8>,
    /// Whether there was memory for all of it so far.
    result: Result<()>,
}

impl StructWriter {
    /// A structure of `head` bytes that will stand at `address`.
    pub fn new(address: usize, head: usize) -> Self {
        let text_address = address.wrapping_add(head);
        Self { text_address, head: Vec::new(), text: Vec::new(), result: Ok(()) }
    }

    /// Adds a 32-bit number.
    pub fn number(&mut self, number: u32) {
        self.add(&number.to_ne_bytes());
    }

    /// Adds a pointer, on its boundary.
    pub fn pointer(&mut self, address: usize) {
        let misaligned = self.head.len() % size_of::<usize>();
        let gap = [0; size_of::<usize>()];
        if misaligned > 0 {
            self.add(gap.get(misaligned..).unwrap_or_default());
        }
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
        self.pointer(self.text_address.wrapping_add(self.text.len()));
        self.result = self.result.and(memory::append(&mut self.text, bytes));
    }

    /// The bytes that belong at the address. Fails with `NoMemory` if there was none for a part of them.
    pub fn finish(self) -> Result<Vec<u8>> {
        self.result?;
        memory::concat(&[&self.head, &self.text])
    }

    fn add(&mut self, bytes: &[u8]) {
        self.result = self.result.and(memory::append(&mut self.head, bytes));
    }
}
