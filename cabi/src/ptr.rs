//! The caller's pointers: with `params`, the only dereferences.
//!
//! Every function here is unsafe for one reason: it trusts what the caller of the C function promised
//! about a pointer (see the crate's safety contract).

use bcrypt_shim::handle::Handle;
use bcrypt_shim::memory::{self, SecretBytes};
use bcrypt_shim::out::Output;
use bcrypt_shim::status::{Result, Status};
use bcrypt_shim::wide::WideName;

use crate::types::{LPCWSTR, PUCHAR, PVOID, ULONG};

/// The handle as a number.
pub fn handle(handle: PVOID) -> Handle {
    Handle(handle.addr())
}

/// The handle's number as the caller gets it.
pub fn from_handle(handle: Handle) -> PVOID {
    std::ptr::without_provenance_mut(handle.0)
}

/// A required name. Fails with `InvalidParameter` for NULL.
///
/// # Safety
///
/// `text` is NULL or points at UTF-16 units up to a NUL, or at more of them than any name has.
pub unsafe fn name(text: LPCWSTR) -> Result<WideName> {
    // SAFETY: as this function's.
    unsafe { optional_name(text) }.ok_or(Status::InvalidParameter)
}

/// A name that may be NULL.
///
/// # Safety
///
/// As [`name`].
pub unsafe fn optional_name(text: LPCWSTR) -> Option<WideName> {
    if text.is_null() {
        return None;
    }
    let units = (0..).map(|index| {
        // SAFETY: the name reads no unit after its NUL, and none once it is longer than all names.
        unsafe { text.add(index).read_unaligned() }
    });
    Some(WideName::read(units))
}

/// Input bytes. NULL is an empty input; fails with `InvalidParameter` for NULL with a size.
///
/// # Safety
///
/// `data` is NULL or points at `size` bytes that nobody changes during the call.
pub unsafe fn bytes<'a>(data: *const u8, size: ULONG) -> Result<&'a [u8]> {
    if size == 0 {
        return Ok(&[]);
    }
    let size = checked(data, size)?;
    // SAFETY: the caller's promise; `checked` made sure of NULL and of the largest size of a slice.
    Ok(unsafe { std::slice::from_raw_parts(data, size) })
}

/// A copy of input bytes that decide something, so that another thread can't change them between a check and their
/// use; zeroized when dropped. Fails as [`bytes`] does, and with `NoMemory`.
///
/// # Safety
///
/// As [`bytes`].
pub unsafe fn copied(data: *const u8, size: ULONG) -> Result<SecretBytes> {
    // SAFETY: as this function's.
    memory::secret_copy(unsafe { bytes(data, size) }?)
}

/// A copy of a text that ends in a NUL, in memory order. Programs give sizes that have nothing to do with it; a size is
/// where it ends only once it is as long as every chaining mode's name. Fails with `InvalidParameter` for NULL, with
/// `NoMemory`.
///
/// # Safety
///
/// `data` is NULL or points at UTF-16 units up to a NUL, or at more of them than any chaining mode's name has.
pub unsafe fn text(data: *const u8, size: ULONG) -> Result<SecretBytes> {
    const LONGEST: usize = 15;
    if data.is_null() {
        return Err(Status::InvalidParameter);
    }
    let mut units = [[0; 2]; LONGEST + 1];
    for (index, unit) in units.iter_mut().enumerate() {
        if index == LONGEST && size as usize == LONGEST * 2 {
            break;
        }
        // SAFETY: the caller's promise: no NUL came before.
        *unit = unsafe { data.add(index * 2).cast::<[u8; 2]>().read() };
        if *unit == [0; 2] {
            break;
        }
    }
    memory::secret_copy(units.as_flattened())
}

/// Where bytes lie in memory.
#[derive(Clone, Copy)]
pub struct Range {
    start: usize,
    end: usize,
}

impl Range {
    /// `size` bytes at an address.
    pub fn new(data: *const u8, size: usize) -> Self {
        Self { start: data.addr(), end: data.addr().saturating_add(size) }
    }

    /// Whether two ranges have a byte in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end && self.start < self.end && other.start < other.end
    }
}

/// A buffer to fill, set to zeros first since a C caller need not have set it. Fails with
/// `InvalidParameter` for NULL.
///
/// # Safety
///
/// `data` is NULL or points at `size` writable bytes that nobody else uses during the call.
pub unsafe fn filled<'a>(data: PUCHAR, size: ULONG) -> Result<&'a mut [u8]> {
    let size = checked(data, size)?;
    // SAFETY: the caller's promise; `checked` made sure of NULL and of the largest size of a slice.
    unsafe {
        data.write_bytes(0, size);
        Ok(std::slice::from_raw_parts_mut(data, size))
    }
}

/// The size of a slice at `data`. Fails with `InvalidParameter` for NULL and for more than a slice can
/// have, which only a 32-bit host meets.
fn checked(data: *const u8, size: ULONG) -> Result<usize> {
    match isize::try_from(size) {
        Ok(_) if !data.is_null() => Ok(size as usize),
        _ => Err(Status::InvalidParameter),
    }
}

/// A place for one value.
pub struct OutParam<T>(*mut T);

impl<T> OutParam<T> {
    /// Fails with `InvalidParameter` for NULL.
    ///
    /// # Safety
    ///
    /// `place` is NULL or points at a writable value for as long as the slot is used.
    pub unsafe fn new(place: *mut T) -> Result<Self> {
        if place.is_null() { Err(Status::InvalidParameter) } else { Ok(Self(place)) }
    }

    /// Sets the caller's value.
    pub fn set(&mut self, value: T) {
        // SAFETY: `new`'s promise; C callers may have packed structures, hence unaligned.
        unsafe { self.0.write_unaligned(value) }
    }
}

/// An output buffer whose size is the caller's to know. NULL is one of no bytes.
pub struct OutBytes {
    data: PUCHAR,
    size: ULONG,
}

impl OutBytes {
    /// Fails with `InvalidParameter` for NULL with a size.
    ///
    /// # Safety
    ///
    /// `data` is NULL or points at `size` writable bytes that nobody else uses for as long as a slice of them lives.
    pub unsafe fn new(data: PUCHAR, size: ULONG) -> Result<Self> {
        if size > 0 {
            checked(data, size)?;
        }
        Ok(Self { data, size })
    }

    /// The bytes, set to zeros. No slice of an input that may overlap is used from here on.
    pub fn zeroed(&mut self) -> Result<&mut [u8]> {
        if self.size == 0 {
            return Ok(&mut []);
        }
        // SAFETY: `new`'s promise.
        unsafe { filled(self.data, self.size) }
    }
}

/// The value at a place that the caller or this library wrote.
///
/// # Safety
///
/// `place` points at a readable value that was written.
pub unsafe fn written<T: Copy>(place: *const T) -> T {
    // SAFETY: the caller's promise; C callers may have packed structures, hence unaligned.
    unsafe { place.read_unaligned() }
}

/// An output buffer with its result size.
pub struct OutBuffer {
    data: PUCHAR,
    size: usize,
    result: OutParam<ULONG>,
}

impl OutBuffer {
    /// Fails with `InvalidParameter` if there is no place for the result size. A NULL buffer asks for
    /// the size only.
    ///
    /// # Safety
    ///
    /// `data` is NULL or points at `size` writable bytes; `result` is NULL or points at a writable
    /// ULONG. Both hold for as long as the buffer is used.
    pub unsafe fn new(data: PUCHAR, size: ULONG, result: *mut ULONG) -> Result<Self> {
        // SAFETY: as this function's.
        let result = unsafe { OutParam::new(result) }?;
        Ok(Self { data, size: size as usize, result })
    }
}

impl Output for OutBuffer {
    fn room(&self) -> Option<usize> {
        if self.data.is_null() { None } else { Some(self.size) }
    }

    fn requested(&self) -> usize {
        self.size
    }

    fn address(&self) -> usize {
        self.data.expose_provenance()
    }

    fn write(&mut self, bytes: &[u8]) {
        let length = bytes.len().min(self.room().unwrap_or(0));
        // SAFETY: `new`'s promise, for at most `room` bytes; the source is the core's own memory.
        unsafe { self.data.copy_from(bytes.as_ptr(), length) }
    }

    fn report(&mut self, size: usize) {
        // No value here comes near 4 GiB.
        self.result.set(size as ULONG);
    }
}
