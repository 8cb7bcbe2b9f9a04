//! NTSTATUS values, shown in hexadecimal when an assertion fails.

use windows_sys::Win32::Foundation;

/// What a call answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status(pub i32);

pub const SUCCESS: Status = Status(Foundation::STATUS_SUCCESS);
pub const ACCESS_DENIED: Status = Status(Foundation::STATUS_ACCESS_DENIED);
pub const AUTH_TAG_MISMATCH: Status = Status(Foundation::STATUS_AUTH_TAG_MISMATCH);
pub const BUFFER_TOO_SMALL: Status = Status(Foundation::STATUS_BUFFER_TOO_SMALL);
pub const DATA_ERROR: Status = Status(Foundation::STATUS_DATA_ERROR);
pub const INVALID_BUFFER_SIZE: Status = Status(Foundation::STATUS_INVALID_BUFFER_SIZE);
pub const INVALID_HANDLE: Status = Status(Foundation::STATUS_INVALID_HANDLE);
pub const INVALID_PARAMETER: Status = Status(Foundation::STATUS_INVALID_PARAMETER);
pub const INVALID_SIGNATURE: Status = Status(Foundation::STATUS_INVALID_SIGNATURE);
pub const NOT_FOUND: Status = Status(Foundation::STATUS_NOT_FOUND);
pub const NOT_IMPLEMENTED: Status = Status(Foundation::STATUS_NOT_IMPLEMENTED);
pub const NOT_SUPPORTED: Status = Status(Foundation::STATUS_NOT_SUPPORTED);

impl Status {
    /// `Ok` for success, so that `?` and `unwrap` work on calls without a result.
    pub fn ok(self) -> Result<(), Status> {
        if self == SUCCESS { Ok(()) } else { Err(self) }
    }
}

impl std::fmt::Debug for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match *self {
            SUCCESS => "SUCCESS",
            ACCESS_DENIED => "ACCESS_DENIED",
            AUTH_TAG_MISMATCH => "AUTH_TAG_MISMATCH",
            BUFFER_TOO_SMALL => "BUFFER_TOO_SMALL",
            DATA_ERROR => "DATA_ERROR",
            INVALID_BUFFER_SIZE => "INVALID_BUFFER_SIZE",
            INVALID_HANDLE => "INVALID_HANDLE",
            INVALID_PARAMETER => "INVALID_PARAMETER",
            INVALID_SIGNATURE => "INVALID_SIGNATURE",
            NOT_FOUND => "NOT_FOUND",
            NOT_IMPLEMENTED => "NOT_IMPLEMENTED",
            NOT_SUPPORTED => "NOT_SUPPORTED",
            _ => "status",
        };
        write!(f, "{name}({:08X})", self.0)
    }
}
