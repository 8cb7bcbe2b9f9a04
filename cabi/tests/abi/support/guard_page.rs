//! Bytes that end where readable memory ends: reading one byte more stops the test program.

use std::ptr::null_mut;

const PAGE: usize = 4096;

/// A copy of some bytes with an inaccessible page right behind it.
pub struct Guarded {
    mapping: *mut libc::c_void,
    length: usize,
    pages: usize,
}

impl Guarded {
    /// Copies the bytes to the end of fresh pages.
    pub fn new(bytes: &[u8]) -> Guarded {
        let pages = bytes.len().div_ceil(PAGE).max(1) * PAGE;
        // SAFETY: an anonymous mapping of our own; its last page is made inaccessible and never touched.
        let mapping = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let mapping =
                libc::mmap(null_mut(), pages + PAGE, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            assert_ne!(mapping, libc::MAP_FAILED);
            assert_eq!(libc::mprotect(mapping.byte_add(pages), PAGE, libc::PROT_NONE), 0);
            mapping
        };
        let guarded = Guarded { mapping, length: bytes.len(), pages };
        // SAFETY: the bytes fit into the accessible pages.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), guarded.as_ptr().cast_mut(), bytes.len()) };
        guarded
    }

    /// The first of the bytes.
    pub fn as_ptr(&self) -> *const u8 {
        self.mapping.cast::<u8>().wrapping_add(self.pages - self.length)
    }

    /// How many there are.
    pub fn size(&self) -> u32 {
        u32::try_from(self.length).unwrap()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: this is the mapping made in `new`.
        unsafe { libc::munmap(self.mapping, self.pages + PAGE) };
    }
}
