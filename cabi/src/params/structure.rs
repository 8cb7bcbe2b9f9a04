//! Where the configuration calls put the structure they give out: a buffer of the caller's, or one of the library's.

use bcrypt_shim::out::{Destination, Memory};
use bcrypt_shim::status::Result;

use crate::ptr::{self, OutParam};
use crate::types::ULONG;

/// The caller's `pcbBuffer` and `ppBuffer`.
///
/// A NULL `ppBuffer` asks for the size only. Where `*ppBuffer` is NULL the library allocates, and `*pcbBuffer` is not
/// read; else it is the size of the caller's buffer at `*ppBuffer` (behaviour.md g3, s107).
pub struct OutStructure<T> {
    size: OutParam<ULONG>,
    place: Option<OutParam<*mut T>>,
    memory: Memory,
    buffer: *mut u8,
}

impl<T> OutStructure<T> {
    /// Fails with `InvalidParameter` if there is no place for the size.
    ///
    /// # Safety
    ///
    /// `size` is NULL or points at a writable ULONG, `place` is NULL or points at a pointer. If that one is not NULL,
    /// `size` was set, and so many bytes there are writable. All that holds as long as the structure is used.
    pub unsafe fn new(size: *mut ULONG, place: *mut *mut T) -> Result<Self> {
        // SAFETY: as this function's.
        let mut out = unsafe {
            let place = OutParam::new(place).ok();
            Self { size: OutParam::new(size)?, place, memory: Memory::None, buffer: std::ptr::null_mut() }
        };
        if out.place.is_some() {
            // SAFETY: the caller's promise.
            out.buffer = unsafe { ptr::written(place) }.cast();
            out.memory = Memory::Library;
        }
        if !out.buffer.is_null() {
            // SAFETY: the caller's promise: beside a buffer there is its size.
            let room = unsafe { ptr::written(size) } as usize;
            out.memory = Memory::Caller { address: out.buffer.expose_provenance(), room };
        }
        Ok(out)
    }
}

impl<T> Destination for OutStructure<T> {
    fn memory(&self) -> Memory {
        self.memory
    }

    fn report(&mut self, size: usize) {
        // No structure here comes near 4 GiB.
        self.size.set(size as ULONG);
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Memory::Caller { room, .. } = self.memory {
            // SAFETY: `new`'s promise, for at most `room` bytes; the source is the core's own memory.
            unsafe { self.buffer.copy_from(bytes.as_ptr(), bytes.len().min(room)) }
        }
    }

    fn hand_over(&mut self, address: usize) {
        if let Some(place) = &mut self.place {
            place.set(std::ptr::with_exposed_provenance_mut(address));
        }
    }
}
