//! Output buffers: the two-call size-and-fetch pattern, once.

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
