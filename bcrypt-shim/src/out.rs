//! Output buffers: the two-call size-and-fetch pattern, and memory that may be the library's own, once each.

use crate::status::{Result, Status};

/// Where a call's output goes. The door implements it over the caller's pointers.
pub trait Output {
    /// Bytes the caller has room for; `None` when only the size is asked for (a NULL buffer).
    fn room(&self) -> Option<usize>;
    /// Bytes the caller says it has room for, whether or not the buffer is NULL.
    fn requested(&self) -> usize;
    /// The address the output will have, for values that point into themselves.
    fn address(&self) -> usize;
    /// Copies bytes to the start of the caller's buffer; what exceeds the room is cut.
    fn write(&mut self, bytes: &[u8]);
    /// Sets the caller's result size.
    fn report(&mut self, size: usize);
}

/// Gives a value whole or not at all.
///
/// Reports the value's size in every case. A NULL buffer succeeds; a short one is left as it was and
/// the answer is `BufferTooSmall` (behaviour.md c28, f1).
pub fn whole(out: &mut dyn Output, value: &[u8]) -> Result<()> {
    out.report(value.len());
    match out.room() {
        None => Ok(()),
        Some(room) if room < value.len() => Err(Status::BufferTooSmall),
        Some(_) => {
            out.write(value);
            Ok(())
        }
    }
}

/// Gives as much of a derived value as fits and reports how much that is; a NULL buffer gets the
/// natural size. Never fails (behaviour.md e6, e7).
pub fn truncated(out: &mut dyn Output, value: &[u8]) -> Result<()> {
    out.report(out.room().map_or(value.len(), |room| room.min(value.len())));
    if out.room().is_some() {
        out.write(value);
    }
    Ok(())
}

/// Memory for a structure that a call gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// None: only the size is asked for.
    None,
    /// Of the library's, for the caller to free with BCryptFreeBuffer.
    Library,
    /// Of the caller's.
    Caller {
        /// Where it is.
        address: usize,
        /// How many bytes it has.
        room: usize,
    },
}

/// Where a structure goes. The door implements it over the caller's pointers.
pub trait Destination {
    /// What the caller wants it to be in.
    fn memory(&self) -> Memory;
    /// Sets the caller's size.
    fn report(&mut self, size: usize);
    /// Copies bytes into the caller's memory, which has room for them.
    fn write(&mut self, bytes: &[u8]);
    /// Sets the caller's pointer to memory of the library's.
    fn hand_over(&mut self, address: usize);
}

/// Gives a structure whole or not at all, and its size in every case but a lack of memory.
///
/// `at` makes its bytes for an address, `keep` in memory of the library's, whose address it gives. `asked` is the answer
/// where only the size is wanted. Fails with `BufferTooSmall`, `NoMemory` (behaviour.md g3).
pub fn structure(
    out: &mut dyn Destination,
    asked: Result<()>,
    at: &dyn Fn(usize) -> Result<Vec<u8>>,
    keep: impl FnOnce() -> Result<usize>,
) -> Result<()> {
    match out.memory() {
        Memory::None => {
            out.report(at(0)?.len());
            asked
        }
        Memory::Library => {
            let size = at(0)?.len();
            let address = keep()?;
            out.report(size);
            out.hand_over(address);
            Ok(())
        }
        Memory::Caller { address, room } => {
            let bytes = at(address)?;
            out.report(bytes.len());
            if room < bytes.len() {
                return Err(Status::BufferTooSmall);
            }
            out.write(&bytes);
            Ok(())
        }
    }
}
