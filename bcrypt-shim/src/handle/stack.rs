//! Slots of the table that wait to be used, the last one first.

use crate::sync::{AtomicU32, AtomicU64, Ordering, constructor};

/// The link of a slot that is in a stack: one more than the index of the slot below it, or 0.
pub type Link = AtomicU32;

/// A stack of indices, linked through the slots themselves.
///
/// The head is one more than an index, or 0, below a count of changes: without it a thread that stops between
/// reading the head and replacing it could put back a slot that others took out meanwhile.
#[derive(Debug)]
pub struct Stack(AtomicU64);

impl Stack {
    constructor! {
        /// An empty stack.
        pub fn empty() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    /// Puts a slot on top. It is in no stack, and this thread alone has it.
    pub fn push(&self, index: u32, link: &Link) {
        let mut head = self.0.load(Ordering::Relaxed);
        loop {
            link.store(low(head), Ordering::Relaxed);
            match self.replace(head, index + 1) {
                Ok(()) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes the top off. `link_of` gives the link of any slot that ever was in the stack.
    pub fn pop<'a>(&self, link_of: impl Fn(u32) -> Option<&'a Link>) -> Option<u32> {
        let mut head = self.0.load(Ordering::Acquire);
        loop {
            let index = low(head).checked_sub(1)?;
            let below = link_of(index)?.load(Ordering::Relaxed);
            match self.replace(head, below) {
                Ok(()) => return Some(index),
                Err(now) => head = now,
            }
        }
    }

    fn replace(&self, head: u64, top: u32) -> Result<(), u64> {
        let changes = (head >> u32::BITS).wrapping_add(1);
        let new = (changes << u32::BITS) | u64::from(top);
        self.0.compare_exchange_weak(head, new, Ordering::AcqRel, Ordering::Acquire).map(drop)
    }
}

fn low(head: u64) -> u32 {
    (head & u64::from(u32::MAX)) as u32
}
