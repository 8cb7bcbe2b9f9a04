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
}

impl StructWriter {
    /// A structure of `head` bytes that will stand at `address`.
    pub fn new(address: usize, head: usize) -> Self {
        Self { text_address: address.wrapping_add(head), head: Vec::new(), text: Vec::new() }
    }

    /// Adds a 32-bit number.
    pub fn number(&mut self, number: u32) {
        self.head.extend_from_slice(&number.to_ne_bytes());
    }

    /// Adds a pointer, on its boundary.
    pub fn pointer(&mut self, address: usize) {
        self.head.resize(self.head.len().next_multiple_of(size_of::<usize>()), 0);
        self.head.extend_from_slice(&address.to_ne_bytes());
    }

    /// Adds a pointer to a name, which goes behind the structure.
    pub fn name(&mut self, name: &str) {
        self.bytes(&wide::encode(name));
    }

    /// Adds a pointer to bytes, which go behind the structure.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.pointer(self.text_address.wrapping_add(self.text.len()));
        self.text.extend_from_slice(bytes);
    }

    /// The bytes that belong at the address.
    pub fn finish(self) -> Result<Vec<u8>> {
        memory::concat(&[&self.head, &self.text])
    }
}
