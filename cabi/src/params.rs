//! The caller's lists, BCryptBufferDesc and the operations of a multi-hash; and, a file each, other structures that calls take.

pub mod auth_info;
pub mod padding;
pub mod registration;
pub mod structure;
pub mod text;

use bcrypt_shim::hash::multi::{Batch, Kind};
use bcrypt_shim::kdf::Parameter;
use bcrypt_shim::memory;
use bcrypt_shim::names::{BCRYPT_HASH_OPERATION_FINISH_HASH, BCRYPT_HASH_OPERATION_HASH_DATA};
use bcrypt_shim::status::{Result, Status};

use crate::ptr::{self, OutBytes};
use crate::types::{BCRYPT_MULTI_HASH_OPERATION, BCryptBufferDesc, ULONG};

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
    memory::reserve(&mut parameters, count)?;
    for index in 0..count {
        // SAFETY: the caller's promise: `index` is below the number of buffers.
        let buffer = unsafe { list.pBuffers.add(index).read_unaligned() };
        // SAFETY: the caller's promise for each buffer.
        let bytes = unsafe { ptr::bytes(buffer.pvBuffer.cast(), buffer.cbBuffer) }?;
        memory::push(&mut parameters, Parameter { kind: buffer.BufferType, bytes })?;
    }
    Ok(parameters)
}

/// One operation of a multi-hash. Its buffer may overlap others, so it becomes a slice only while it is done.
pub struct Operation {
    index: ULONG,
    kind: Kind,
    buffer: *mut u8,
    size: ULONG,
}

/// Reads operations that take `size` bytes.
///
/// Fails with `InvalidParameter` for a size that is not of whole operations or stands beside NULL, and for an unknown
/// operation, with `NoMemory`.
///
/// # Safety
///
/// `list` is NULL or points at `size` bytes of operations, each of which has a `pbBuffer` of `cbBuffer` bytes, writable
/// for a digest. All that holds as long as the operations are used.
pub unsafe fn operations(list: *const BCRYPT_MULTI_HASH_OPERATION, size: ULONG) -> Result<Vec<Operation>> {
    let each = size_of::<BCRYPT_MULTI_HASH_OPERATION>();
    let count = size as usize / each;
    if !(size as usize).is_multiple_of(each) || count > 0 && list.is_null() {
        return Err(Status::InvalidParameter);
    }
    memory::collected((0..count).map(|index| {
        // SAFETY: the caller's promise: `index` is below the number of operations.
        let operation = unsafe { list.add(index).read_unaligned() };
        let kind = match operation.hashOperation.cast_unsigned() {
            BCRYPT_HASH_OPERATION_HASH_DATA => Kind::Read,
            BCRYPT_HASH_OPERATION_FINISH_HASH => Kind::Finish,
            _ => return Err(Status::InvalidParameter),
        };
        let (buffer, size) = (operation.pbBuffer, operation.cbBuffer);
        Ok(Operation { index: operation.iHash, kind, buffer, size })
    }))
}

impl Operation {
    /// Whether it can be done. Fails with `InvalidParameter`.
    pub fn check(&self, batch: &Batch<'_>) -> Result<()> {
        batch.check(self.index, self.kind, self.size)?;
        if self.buffer.is_null() && self.size > 0 { Err(Status::InvalidParameter) } else { Ok(()) }
    }

    /// Does it.
    pub fn run(&self, batch: &mut Batch<'_>) -> Result<()> {
        match self.kind {
            Kind::Read => {
                // SAFETY: what `operations` was promised; nothing is written while the slice lives.
                let input = unsafe { ptr::bytes(self.buffer, self.size) }?;
                batch.update(self.index, input)
            }
            Kind::Finish => {
                // SAFETY: what `operations` was promised; no other slice lives.
                let mut digest = unsafe { OutBytes::new(self.buffer, self.size) }?;
                batch.finish(self.index, digest.zeroed()?)
            }
        }
    }
}
