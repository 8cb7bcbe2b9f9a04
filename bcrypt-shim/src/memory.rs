//! Buffers that report a lack of memory instead of ending the process.

use std::fmt;
use std::ops::{Deref, DerefMut};

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
pub fn zeros(length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| Status::NoMemory)?;
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
    whole.try_reserve_exact(parts.iter().map(|part| part.len()).sum()).map_err(|_| Status::NoMemory)?;
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    Ok(whole)
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

/// The shared value in an `Arc`.
///
/// `Arc` has no stable constructor that reports a lack of memory, and its layout is not ours to build, so
/// this ends the process when a small allocation fails. The C library's allocator keeps a reserve for that.
pub(crate) fn shared<T>(value: T) -> std::sync::Arc<T> {
    std::sync::Arc::new(value)
}

/// A value in a box, with the limits of [`shared`].
pub(crate) fn boxed<T>(value: T) -> Box<T> {
    Box::new(value)
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
