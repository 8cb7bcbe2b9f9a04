//! The statuses that calls answer with.

use crate::names;

/// Every failure the library reports; success is the `Ok` of [`Result`].
///
/// The meaning of each is that of Microsoft's page for the call that returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// The function or algorithm exists on Windows and is not part of this library.
    NotImplemented = names::STATUS_NOT_IMPLEMENTED,
    /// A handle is NULL, stale, of the wrong kind, or in the wrong state for the call.
    InvalidHandle = names::STATUS_INVALID_HANDLE,
    /// An argument is not valid.
    InvalidParameter = names::STATUS_INVALID_PARAMETER,
    /// Memory could not be had.
    NoMemory = names::STATUS_NO_MEMORY,
    /// The object is shared and can't be changed.
    AccessDenied = names::STATUS_ACCESS_DENIED,
    /// The output buffer is too small; the needed size was reported.
    BufferTooSmall = names::STATUS_BUFFER_TOO_SMALL,
    /// The algorithm, blob type, property or KDF does not go with this object.
    NotSupported = names::STATUS_NOT_SUPPORTED,
    /// The engine or the operating system failed.
    InternalError = names::STATUS_INTERNAL_ERROR,
    /// No provider for this algorithm or of this name.
    NotFound = names::STATUS_NOT_FOUND,
    /// The text has a length that the chaining mode can't work on.
    InvalidBufferSize = names::STATUS_INVALID_BUFFER_SIZE,
    /// The padding of a decrypted text is wrong.
    DataError = names::STATUS_DATA_ERROR,
    /// The tag does not belong to the text.
    AuthTagMismatch = names::STATUS_AUTH_TAG_MISMATCH,
    /// The signature does not belong to the hash.
    InvalidSignature = names::STATUS_INVALID_SIGNATURE,
    /// The exponent of an RSA key is too wide: NTE_BAD_DATA, which is no NTSTATUS but answered as one.
    BadData = 0x8009_0005,
}

impl Status {
    /// The NTSTATUS: a negative number, since every status here is an error.
    pub const fn ntstatus(self) -> i32 {
        (self as u32).cast_signed()
    }
}

/// What every fallible function of this crate returns.
pub type Result<T> = core::result::Result<T, Status>;

/// `InvalidParameter` unless the condition holds.
pub fn require(condition: bool) -> Result<()> {
    if condition { Ok(()) } else { Err(Status::InvalidParameter) }
}
