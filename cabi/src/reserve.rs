//! Memory for small allocations when the system has none.
//!
//! Some code of the standard library and of other crates can't report that an allocation failed: `Arc::new`,
//! the nodes of a map, big numbers. There the process would end. So the allocator of this library, which the
//! host does not share, falls back to blocks of its own, and calls are refused with STATUS_NO_MEMORY while few
//! of those are free. The engine allocates by malloc and reports its failures.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a block: more than any allocation that can't fail, such as a number of 4096 bits.
const BLOCK: usize = 1024;
const BLOCKS: usize = u64::BITS as usize;
/// Taken blocks from which on calls are refused: the rest is for the calls that run already.
const FEW_LEFT: u32 = BLOCKS as u32 / 4;

/// Pages of it that nothing touches take no memory.
#[repr(C, align(16))]
struct Blocks(UnsafeCell<[u8; BLOCKS * BLOCK]>);

// SAFETY: a block is used by the one who set its bit in `TAKEN`, until the bit is cleared.
unsafe impl Sync for Blocks {}

static BLOCKS_OF_OURS: Blocks = Blocks(UnsafeCell::new([0; BLOCKS * BLOCK]));
static TAKEN: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Reserve = Reserve;

struct Reserve;

/// Whether memory is so short that no new work should begin.
pub fn is_short() -> bool {
    TAKEN.load(Ordering::Relaxed).count_ones() >= FEW_LEFT
}

fn start() -> *mut u8 {
    BLOCKS_OF_OURS.0.get().cast()
}

/// A free block that is large enough, or NULL.
fn take(size: usize, align: usize) -> *mut u8 {
    if size > BLOCK || align > align_of::<Blocks>() {
        return std::ptr::null_mut();
    }
    let mut taken = TAKEN.load(Ordering::Relaxed);
    while taken != u64::MAX {
        let index = taken.trailing_ones();
        match TAKEN.compare_exchange_weak(taken, taken | 1 << index, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => return start().wrapping_add(index as usize * BLOCK),
            Err(now) => taken = now,
        }
    }
    std::ptr::null_mut()
}

/// The number of the block at this address, if it is one of ours.
fn index(memory: *mut u8) -> Option<usize> {
    let offset = memory.addr().wrapping_sub(start().addr());
    (offset < BLOCKS * BLOCK).then_some(offset / BLOCK)
}

// SAFETY: memory is the system's, or a block whose bit was free and is set until `dealloc`; a block has the size
// and the alignment that `take` checked. Nothing here panics.
unsafe impl GlobalAlloc for Reserve {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as this function's.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() { take(layout.size(), layout.align()) } else { memory }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match index(memory) {
            Some(index) => drop(TAKEN.fetch_and(!(1 << index), Ordering::Release)),
            // SAFETY: not ours, so the system's; else as this function's.
            None => unsafe { System.dealloc(memory, layout) },
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if index(memory).is_none() {
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
#[allow(clippy::indexing_slicing, reason = "a test ends at the first thing that is wrong")]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_given_out_once_and_come_back() {
        assert!(take(BLOCK + 1, 1).is_null() && take(1, 32).is_null());
        let blocks: Vec<*mut u8> = (0..BLOCKS).map(|_| take(BLOCK, 16)).collect();
        assert!(is_short() && take(1, 1).is_null());
        for (number, block) in blocks.iter().enumerate() {
            assert_eq!(index(*block), Some(number));
        }
        let layout = Layout::new::<[u8; BLOCK]>();
        for block in blocks {
            // SAFETY: `take` gave it out, and it is released once.
            unsafe { ALLOCATOR.dealloc(block, layout) };
        }
        assert!(!is_short());
    }
}
