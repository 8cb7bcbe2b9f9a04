//! Memory for small allocations when the system has none.
//!
//! Some code of the standard library and of other crates can't report that an allocation failed: `Arc::new`,
//! the nodes of a map, big numbers. There the process would end. So the allocator of this library, which the
//! host does not share, falls back to blocks of its own, and calls are refused with STATUS_NO_MEMORY while a
//! quarter of those is taken. The engine allocates by malloc and reports its failures.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a block: more than any allocation that can't fail, such as a number of 4096 bits.
const BLOCK: usize = 1024;
const BLOCKS: usize = u64::BITS as usize;
/// Taken blocks from which on calls are refused: the rest is for the calls that run already.
const MANY_TAKEN: u32 = BLOCKS as u32 / 4;

/// Blocks of memory, and which of them are taken. Pages of it that nothing touches take no memory.
#[repr(C, align(16))]
struct Blocks {
    bytes: UnsafeCell<[u8; BLOCKS * BLOCK]>,
    taken: AtomicU64,
}

// SAFETY: a block is used by the one who set its bit in `taken`, until the bit is cleared.
unsafe impl Sync for Blocks {}

static RESERVE: Blocks = Blocks::new();

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

struct Allocator;

/// Whether memory is so short that no new work should begin.
pub fn is_short() -> bool {
    RESERVE.is_short()
}

impl Blocks {
    const fn new() -> Self {
        Self { bytes: UnsafeCell::new([0; BLOCKS * BLOCK]), taken: AtomicU64::new(0) }
    }

    fn is_short(&self) -> bool {
        self.taken.load(Ordering::Relaxed).count_ones() >= MANY_TAKEN
    }

    fn start(&self) -> *mut u8 {
        self.bytes.get().cast()
    }

    /// A free block that is large enough, or NULL.
    fn take(&self, size: usize, align: usize) -> *mut u8 {
        if size > BLOCK || align > align_of::<Self>() {
            return std::ptr::null_mut();
        }
        let mut taken = self.taken.load(Ordering::Relaxed);
        while taken != u64::MAX {
            let index = taken.trailing_ones();
            let with = taken | 1 << index;
            match self.taken.compare_exchange_weak(taken, with, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return self.start().wrapping_add(index as usize * BLOCK),
                Err(now) => taken = now,
            }
        }
        std::ptr::null_mut()
    }

    /// The number of the block at this address, if it is one of these.
    fn index(&self, memory: *mut u8) -> Option<usize> {
        let offset = memory.addr().wrapping_sub(self.start().addr());
        (offset < BLOCKS * BLOCK).then_some(offset / BLOCK)
    }

    fn give_back(&self, index: usize) {
        self.taken.fetch_and(!(1 << index), Ordering::Release);
    }
}

// SAFETY: memory is the system's, or a block whose bit was free and is set until `dealloc`; a block has the size
// and the alignment that `take` checked. Nothing here panics.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as this function's.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() { RESERVE.take(layout.size(), layout.align()) } else { memory }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match RESERVE.index(memory) {
            Some(index) => RESERVE.give_back(index),
            // SAFETY: not ours, so the system's; else as this function's.
            None => unsafe { System.dealloc(memory, layout) },
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if RESERVE.index(memory).is_none() {
            // SAFETY: not ours, so the system's; else as this function's.
            let moved = unsafe { System.realloc(memory, layout, size) };
            if !moved.is_null() {
                return moved;
            }
        }
        // SAFETY: the new memory is NULL or has room for `size` bytes; the old one is released once it is copied.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, size.min(layout.size()));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of its own, so that calls of other tests are not refused.
    static BLOCKS_OF_A_TEST: Blocks = Blocks::new();

    #[test]
    fn blocks_are_given_out_once_and_come_back() {
        let blocks = &BLOCKS_OF_A_TEST;
        assert!(blocks.take(BLOCK + 1, 1).is_null() && blocks.take(1, 32).is_null());
        for number in 0..BLOCKS {
            assert_eq!(blocks.is_short(), number >= MANY_TAKEN as usize);
            assert_eq!(blocks.index(blocks.take(BLOCK, 16)), Some(number));
        }
        assert!(blocks.take(1, 1).is_null());
        blocks.give_back(5);
        assert_eq!(blocks.index(blocks.take(1, 1)), Some(5));
        (0..BLOCKS).for_each(|number| blocks.give_back(number));
        assert!(!blocks.is_short());
    }
}
