//! The buffers of BCryptEncrypt and BCryptDecrypt.

use std::marker::PhantomData;

use bcrypt_shim::cipher::{AuthInfo, Call, Chain, Text, Way};
use bcrypt_shim::memory::{self, SecretBytes};
use bcrypt_shim::names::BCRYPT_BLOCK_PADDING;
use bcrypt_shim::status::Result;

use super::auth_info;
use crate::ptr::{self, OutParam, Range};
use crate::types::{PUCHAR, PVOID, ULONG};

/// Bytes that an IV has at most.
const IV: usize = 16;

/// The buffers of a call.
pub struct Buffers<'a> {
    way: Way,
    input: (PUCHAR, ULONG),
    info: PVOID,
    iv: (PUCHAR, ULONG),
    output: (PUCHAR, ULONG),
    result: OutParam<ULONG>,
    flags: ULONG,
    /// The input, where it overlaps the output.
    copy: Option<SecretBytes>,
    caller: PhantomData<&'a mut [u8]>,
}

impl Buffers<'_> {
    /// The arguments as the call has them, sizes beside their pointers. Fails with `InvalidParameter` if there is no
    /// place for the result size.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL or points at as many bytes as the size beside it tells, the output, the IV and the result
    /// at writable ones; `info` is NULL or points at what the key's mode takes there. All hold as long as the buffers
    /// are used, and nobody else writes them.
    pub unsafe fn new(
        way: Way,
        input: (PUCHAR, ULONG),
        info: PVOID,
        iv: (PUCHAR, ULONG),
        output: (PUCHAR, ULONG),
        result: *mut ULONG,
        flags: ULONG,
    ) -> Result<Self> {
        // SAFETY: as this function's.
        let result = unsafe { OutParam::new(result) }?;
        Ok(Self { way, input, info, iv, output, result, flags, copy: None, caller: PhantomData })
    }
}

impl<'a> Call<'a> for Buffers<'a> {
    fn length(&self) -> usize {
        self.input.1 as usize
    }

    fn is_input_null(&self) -> bool {
        self.input.0.is_null()
    }

    fn room(&self) -> Option<usize> {
        if self.output.0.is_null() { None } else { Some(self.output.1 as usize) }
    }

    fn report(&mut self, size: usize) {
        // The core reports no size that does not fit.
        self.result.set(size as ULONG);
    }

    fn is_padded(&self) -> bool {
        self.flags & BCRYPT_BLOCK_PADDING != 0
    }

    fn iv(&self) -> Option<(usize, [u8; IV])> {
        let (iv, length) = (self.iv.0, self.iv.1 as usize);
        if iv.is_null() {
            return None;
        }
        let mut first = [0; IV];
        // SAFETY: `new`'s promise, for at most as many bytes as there are.
        unsafe { first.as_mut_ptr().copy_from(iv, IV.min(length)) }
        Some((length, first))
    }

    fn set_iv(&mut self, iv: &[u8]) {
        if !self.iv.0.is_null() {
            // SAFETY: `new`'s promise, for at most as many bytes as there are; the source is the core's own memory.
            unsafe { self.iv.0.copy_from(iv.as_ptr(), iv.len().min(self.iv.1 as usize)) }
        }
    }

    fn auth_info(&self) -> Result<AuthInfo<'a>> {
        let output = Range::new(self.output.0, self.output.1 as usize);
        // SAFETY: `new`'s promise; the mode is one that takes this structure.
        unsafe { auth_info::read(self.info.cast(), self.iv, output, self.way == Way::Decrypt) }
    }

    fn set_tag(&mut self, tag: &[u8]) {
        // SAFETY: `new`'s promise; the core writes a tag of the length that the structure tells, where it has a tag.
        unsafe { auth_info::write_tag(self.info.cast(), tag) }
    }

    fn set_chain(&mut self, chain: &Chain) {
        // SAFETY: `new`'s promise; the core hands back what it was given.
        unsafe { auth_info::write_chain(self.info.cast(), self.iv, chain) }
    }

    fn text(&mut self, room: usize) -> Result<Text<'_>> {
        let ((input, size), (output, _)) = (self.input, self.output);
        let length = size as usize;
        if input == output && length > 0 && !input.is_null() {
            // SAFETY: `new`'s promise; both ranges begin here, and the core writes at most `room` bytes, which the
            // caller has. What the caller has not set is read as whatever is there.
            let whole = unsafe { std::slice::from_raw_parts_mut(output, length.max(room)) };
            return Ok(Text::in_place(whole, length));
        }
        // SAFETY: `new`'s promise.
        let mut bytes = unsafe { ptr::bytes(input, size) }?;
        if Range::new(output, room).overlaps(&Range::new(input, length)) {
            bytes = self.copy.insert(memory::secret_copy(bytes)?);
        }
        let target = if room == 0 {
            &mut []
        } else {
            // SAFETY: `new`'s promise, for `room` bytes, which the core made sure of; they are not the input's.
            unsafe { std::slice::from_raw_parts_mut(output, room) }
        };
        Ok(Text::apart(bytes, target))
    }
}
