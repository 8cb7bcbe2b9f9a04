//! The caller's BCryptBufferDesc; and, a file each, other structures that calls take.

pub mod auth_info;
pub mod text;

use bcrypt_shim::kdf::Parameter;
use bcrypt_shim::status::{Result, Status};

use crate::ptr;
use crate::types::BCryptBufferDesc;

/// Reads a parameter list; NULL is an empty one. `ulVersion` is not looked at (behaviour.md e2).
///
/// Fails with `InvalidParameter` where a size stands beside a NULL pointer, with `NoMemory` for a list
/// that memory can't hold.
///
/// # Safety
///
/// `list` is NULL or points at a BCryptBufferDesc, whose `pBuffers` points at `cBuffers` BCryptBuffers,
/// each of which has a `pvBuffer` of `cbBuffer` bytes.
pub unsafe fn read<'a>(list: *const BCryptBufferDesc) -> Result<Vec<Parameter<'a>>> {
    let mut parameters = Vec::new();
    if list.is_null() {
        return Ok(parameters);
    }
    // SAFETY: the caller's promise.
    let list = unsafe { list.read_unaligned() };
    let count = list.cBuffers as usize;
    if count > 0 && list.pBuffers.is_null() {
        return Err(Status::InvalidParameter);
    }
    parameters.try_reserve_exact(count).map_err(|_| Status::NoMemory)?;
    for index in 0..count {
        // SAFETY: the caller's promise: `index` is below the number of buffers.
        let buffer = unsafe { list.pBuffers.add(index).read_unaligned() };
        // SAFETY: the caller's promise for each buffer.
        let bytes = unsafe { ptr::bytes(buffer.pvBuffer.cast(), buffer.cbBuffer) }?;
        parameters.push(Parameter { kind: buffer.BufferType, bytes });
    }
    Ok(parameters)
}
