//! Memory that may run out: whatever this crate allocates it allocates here, and a lack is reported.

use std::cell::Cell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use zeroize::Zeroizing;

use crate::status::{Result, Status};

/// A buffer of secret bytes: overwritten when dropped, of fixed length, and shown as a length only.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl Deref for SecretBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for SecretBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} secret bytes", self.len())
    }
}

/// A buffer of `length` zero bytes. Fails with `NoMemory`.
#[expect(clippy::disallowed_methods, reason = "there is room")]
pub fn zeros(length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reserve(&mut bytes, length)?;
    bytes.resize(length, 0);
    Ok(bytes)
}

/// A copy of public bytes. Fails with `NoMemory`.
pub fn copy(bytes: &[u8]) -> Result<Vec<u8>> {
    concat(&[bytes])
}

/// The parts one after the other. Fails with `NoMemory`.
pub fn concat(parts: &[&[u8]]) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    // Parts may be the same bytes, so on a 32-bit host they may have more than there are addresses.
    let length = parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(part.len()));
    reserve(&mut whole, length.ok_or(Status::NoMemory)?)?;
    parts.iter().try_for_each(|part| append(&mut whole, part))?;
    Ok(whole)
}

/// As many values as `make` is called. Fails with `NoMemory`.
#[expect(clippy::disallowed_methods, reason = "there is room")]
pub fn filled<T>(count: usize, make: impl FnMut() -> T) -> Result<Vec<T>> {
    let mut values = Vec::new();
    reserve(&mut values, count)?;
    values.resize_with(count, make);
    Ok(values)
}

/// What an iterator gives. Fails with `NoMemory`, and as an item fails.
pub fn collected<T>(items: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    reserve(&mut values, items.size_hint().0)?;
    for item in items {
        push(&mut values, item?)?;
    }
    Ok(values)
}

/// Adds a value at the end. Fails with `NoMemory`.
#[expect(clippy::disallowed_methods, reason = "there is room")]
pub fn push<T>(values: &mut Vec<T>, value: T) -> Result<()> {
    if values.len() == values.capacity() {
        reporting(|| values.try_reserve(1).is_ok())?;
    }
    // The compiler sees by it that pushing never grows the vector.
    if values.len() == values.capacity() {
        return Err(Status::NoMemory);
    }
    values.push(value);
    Ok(())
}

/// Adds bytes at the end. Fails with `NoMemory`.
#[expect(clippy::disallowed_methods, reason = "there is room")]
pub fn append(bytes: &mut Vec<u8>, more: &[u8]) -> Result<()> {
    if bytes.capacity() - bytes.len() < more.len() {
        reporting(|| bytes.try_reserve(more.len()).is_ok())?;
    }
    // As in `push`.
    if bytes.capacity() - bytes.len() < more.len() {
        return Err(Status::NoMemory);
    }
    bytes.extend_from_slice(more);
    Ok(())
}

/// Makes room for so many values, and no more, in an empty vector. Fails with `NoMemory`.
#[expect(clippy::disallowed_methods, reason = "this is where it reports")]
pub fn reserve<T>(values: &mut Vec<T>, count: usize) -> Result<()> {
    reporting(|| values.try_reserve_exact(count).is_ok())
}

/// A secret buffer of `length` zero bytes. Fails with `NoMemory`.
pub fn secret_zeros(length: usize) -> Result<SecretBytes> {
    zeros(length).map(|bytes| SecretBytes(Zeroizing::new(bytes)))
}

/// A copy of secret bytes. Fails with `NoMemory`.
pub fn secret_copy(bytes: &[u8]) -> Result<SecretBytes> {
    secret_concat(&[bytes])
}

/// Secret parts one after the other. Fails with `NoMemory`.
pub fn secret_concat(parts: &[&[u8]]) -> Result<SecretBytes> {
    concat(parts).map(|bytes| SecretBytes(Zeroizing::new(bytes)))
}

/// Bytes of the largest value that [`shared`] and [`boxed`] take, and of a block of the C library's reserve.
pub const BLOCK: usize = 2048;

/// A value that has several owners. Fails with `NoMemory`; one that is too large is not compiled.
///
/// `Arc` and `Box` have no stable constructor that reports a lack of memory, and in safe code none can be
/// built. So room of the same size is asked for first, and given back for the allocation that follows. Should another
/// thread take it in between, the C library's allocator has a reserve of blocks of [`BLOCK`] bytes.
#[expect(clippy::disallowed_methods, reason = "there is room, or a block of the reserve")]
#[inline(never)] // assurance/allocations.rs looks for it by name.
pub fn shared<T>(value: T) -> Result<Arc<T>> {
    require_room::<(AtomicUsize, AtomicUsize, T)>()?;
    Ok(Arc::new(value))
}

/// A value of its own, as [`shared`]. Fails with `NoMemory`; one that is too large is not compiled.
#[expect(clippy::disallowed_methods, reason = "there is room, or a block of the reserve")]
#[inline(never)]
pub fn boxed<T>(value: T) -> Result<Box<T>> {
    require_room::<T>()?;
    Ok(Box::new(value))
}

/// A value of its own in memory that is asked for once, and in which it is made: unlike a [`boxed`] one it is not moved.
// A vector of one: in safe code no box can be made that reports a lack of memory.
#[derive(Debug)]
pub struct Placed<T>(Vec<T>);

impl<T> Placed<T> {
    /// What `make` makes. Fails with `NoMemory`, and as it fails.
    #[inline]
    pub fn new(make: impl FnOnce() -> Result<T>) -> Result<Self> {
        let mut room = Vec::new();
        reserve(&mut room, 1)?;
        push(&mut room, make()?)?;
        Ok(Self(room))
    }

    /// The value. It does not fail.
    #[inline]
    pub fn get(&self) -> Result<&T> {
        self.0.first().ok_or(Status::InternalError)
    }

    /// The value. It does not fail.
    #[inline]
    pub fn get_mut(&mut self) -> Result<&mut T> {
        self.0.first_mut().ok_or(Status::InternalError)
    }
}

/// Whether a `T` can be allocated now. Fails with `NoMemory`.
fn require_room<T>() -> Result<()> {
    const { assert!(size_of::<T>() <= BLOCK && align_of::<T>() <= 16, "no block of the reserve holds it") };
    let mut room = Vec::<T>::new();
    reserve(&mut room, 1)?;
    // An allocation that nothing uses is left out by the compiler.
    std::hint::black_box(&mut room);
    Ok(())
}

thread_local! {
    /// Whether this thread is asking for memory in a way that reports when there is none.
    static IS_REPORTING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the allocation that this thread is in can report a lack of memory. The others are what the C library's
/// reserve is for.
pub fn is_reporting() -> bool {
    IS_REPORTING.try_with(Cell::get).unwrap_or(false)
}

/// Runs an allocation that tells whether it succeeded. Fails with `NoMemory`.
fn reporting(allocate: impl FnOnce() -> bool) -> Result<()> {
    IS_REPORTING.set(true);
    let succeeded = allocate();
    IS_REPORTING.set(false);
    if succeeded { Ok(()) } else { Err(Status::NoMemory) }
}

/// Whether all bytes are zero, without a branch on any of them.
pub fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |any, byte| any | byte) == 0
}

/// A fact about a secret that a status or the time of a call may tell, such as whether it is valid.
///
/// Every such fact passes through here, so that the check of constant time, which follows secrets through the
/// program, finds them by this function's name. The look-up makes the fact an ordinary one for it.
#[inline(never)]
pub fn declassify(fact: bool) -> bool {
    static FACTS: [bool; 2] = [false, true];
    std::hint::black_box(&FACTS).get(usize::from(fact)).is_some_and(|&fact| fact)
}

/// Bits of a public big-endian number.
pub fn bits(number: &[u8]) -> usize {
    let leading = number.iter().take_while(|&&byte| byte == 0).count();
    let top = number.get(leading).map_or(0, |top| top.leading_zeros() as usize);
    (number.len() - leading) * 8 - top
}
