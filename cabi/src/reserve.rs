//! Memory for small allocations that can't report that the system has none.
//!
//! Nearly all allocations of this library report it (`bcrypt_shim::memory`), and the engine's do. What is left is in
//! the standard library: `Arc::new` and `Box::new` where another thread took the room that was found a moment ago, and
//! the payload of a panic. There the process would end. So the allocator of this library, which the host does not
//! share, falls back to blocks of its own.
//!
//! A block may be kept for long, say by a key, so the blocks are replaced as soon as the system has memory again: what
//! was made in one shortage takes nothing from the next. A call is refused, with STATUS_NO_MEMORY, only while few
//! blocks are free and the system has no more.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use bcrypt_shim::memory::{self, BLOCK};

/// Blocks that lie side by side.
const BLOCKS: usize = u64::BITS as usize;
/// Free blocks with which a call may begin: what it and those that run beside it may need.
const NEEDED: usize = BLOCKS / 2;
/// The layout of so many blocks.
const LAYOUT: Layout = match Layout::from_size_align(BLOCKS * BLOCK, align_of::<First>()) {
    Ok(layout) => layout,
    Err(_) => Layout::new::<First>(),
};
/// How often blocks can be replaced. Each time half of the last ones are still in use.
const REPLACEMENTS: usize = 31;

/// The blocks that are always there. Pages of them that nothing touches take no memory.
#[repr(C, align(16))]
struct First(UnsafeCell<[u8; BLOCKS * BLOCK]>);

// SAFETY: a block is used by the one who set its bit in `Blocks::taken`, until the bit is cleared.
unsafe impl Sync for First {}

static FIRST: First = First(UnsafeCell::new([0; BLOCKS * BLOCK]));
static RESERVE: Reserve = Reserve::new(FIRST.0.get().cast());

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

struct Allocator;

/// Whether memory is so short that no new work should begin.
#[inline]
pub fn is_short() -> bool {
    RESERVE.first.taken.load(Ordering::Relaxed) != 0 && RESERVE.is_short()
}

/// Some blocks, and which of them are taken.
struct Blocks {
    start: AtomicPtr<u8>,
    taken: AtomicU64,
}

impl Blocks {
    const fn new(start: *mut u8) -> Self {
        Self { start: AtomicPtr::new(start), taken: AtomicU64::new(0) }
    }

    fn start(&self) -> *mut u8 {
        self.start.load(Ordering::Acquire)
    }

    fn free(&self) -> usize {
        self.taken.load(Ordering::Relaxed).count_zeros() as usize
    }

    /// A free block, or NULL.
    fn take(&self) -> *mut u8 {
        let mut taken = self.taken.load(Ordering::Relaxed);
        while taken != u64::MAX {
            let index = taken.trailing_ones();
            let with = taken | 1 << index;
            match self.taken.compare_exchange_weak(taken, with, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return self.start().wrapping_add(index as usize * BLOCK),
                Err(now) => taken = now,
            }
        }
        ptr::null_mut()
    }

    /// Whether the memory at this address is one of the blocks.
    fn has(&self, memory: *mut u8) -> bool {
        memory.addr().wrapping_sub(self.start().addr()) < BLOCKS * BLOCK
    }

    fn give_back(&self, block: *mut u8) {
        let index = block.addr().wrapping_sub(self.start().addr()) / BLOCK;
        self.taken.fetch_and(!(1 << index), Ordering::Release);
    }
}

/// All blocks. Those of the system's that replaced others stay: nobody knows when the last one is free.
struct Reserve {
    first: Blocks,
    /// Without a start as long as they were not needed, one after the other.
    more: [Blocks; REPLACEMENTS],
}

impl Reserve {
    const fn new(first: *mut u8) -> Self {
        Self { first: Blocks::new(first), more: [const { Blocks::new(ptr::null_mut()) }; REPLACEMENTS] }
    }

    fn all(&self) -> impl Iterator<Item = &Blocks> {
        let more = self.more.iter().take_while(|blocks| !blocks.start().is_null());
        std::iter::once(&self.first).chain(more)
    }

    fn is_short(&self) -> bool {
        self.all().map(Blocks::free).sum::<usize>() < NEEDED && !self.grow()
    }

    /// Adds blocks, if the system has memory for them.
    fn grow(&self) -> bool {
        let Some(next) = self.more.iter().find(|blocks| blocks.start().is_null()) else { return false };
        // SAFETY: the size is not zero.
        let start = unsafe { System.alloc(LAYOUT) };
        let published =
            next.start.compare_exchange(ptr::null_mut(), start, Ordering::AcqRel, Ordering::Relaxed);
        if published.is_err() && !start.is_null() {
            // SAFETY: allocated above with this layout, and nobody else knows it: another thread was faster.
            unsafe { System.dealloc(start, LAYOUT) };
        }
        !start.is_null()
    }

    /// A free block that is large enough, or NULL.
    #[cold]
    fn take(&self, layout: Layout) -> *mut u8 {
        if layout.size() > BLOCK || layout.align() > LAYOUT.align() {
            return ptr::null_mut();
        }
        self.all().map(Blocks::take).find(|block| !block.is_null()).unwrap_or_default()
    }

    /// Those that the memory at this address is of, if it is a block.
    fn of(&self, memory: *mut u8) -> Option<&Blocks> {
        self.all().find(|blocks| blocks.has(memory))
    }
}

// SAFETY: memory is the system's, or a block whose bit was free and is set until `dealloc`; a block has the size
// and the alignment that `take` checked. Nothing here panics.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as this function's.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() && !memory::is_reporting() { RESERVE.take(layout) } else { memory }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match RESERVE.of(memory) {
            Some(blocks) => blocks.give_back(memory),
            // SAFETY: not ours, so the system's; else as this function's.
            None => unsafe { System.dealloc(memory, layout) },
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if RESERVE.of(memory).is_none() {
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
#[allow(clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    /// Of their own, so that calls of other tests are not refused.
    static FIRST_OF_A_TEST: First = First(UnsafeCell::new([0; BLOCKS * BLOCK]));
    static RESERVE_OF_A_TEST: Reserve = Reserve::new(FIRST_OF_A_TEST.0.get().cast());

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap_or(LAYOUT)
    }

    #[test]
    fn blocks_are_given_out_once_come_back_and_are_replaced() {
        let reserve = &RESERVE_OF_A_TEST;
        let take = || reserve.take(layout(BLOCK, 16));
        assert!(reserve.take(layout(BLOCK + 1, 1)).is_null() && reserve.take(layout(1, 32)).is_null());
        let first: Vec<_> = (0..BLOCKS).map(|_| take()).collect();
        assert!(first.iter().all(|&block| reserve.first.has(block)));
        assert!(take().is_null());
        reserve.first.give_back(first[5]);
        assert_eq!(take(), first[5]);

        assert!(!reserve.is_short(), "the system has memory");
        let more: Vec<_> = (0..BLOCKS).map(|_| take()).collect();
        assert!(more.iter().all(|&block| reserve.more[0].has(block)) && take().is_null());
        let mut all = [first, more].concat();
        all.sort();
        assert!(all.windows(2).all(|pair| pair[1].addr() - pair[0].addr() >= BLOCK), "apart");

        for &block in &all {
            assert!(!block.is_null());
            // SAFETY: a block of this size that only this test has.
            unsafe { block.write_bytes(0xAA, BLOCK) };
            if let Some(blocks) = reserve.of(block) {
                blocks.give_back(block);
            }
        }
        assert!(!reserve.is_short() && reserve.more[1].start().is_null(), "those that are free are enough");
        assert!(reserve.of(ptr::from_ref(&all).cast_mut().cast()).is_none());
    }
}
