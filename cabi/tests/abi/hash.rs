//! Hashes and MACs: behaviour.md section j.

mod derivation;
mod input;
mod known;
mod multi;
mod objects;
mod properties;
mod threads;
mod tls;

use std::ptr::null_mut;

use crate::support::library::lib;
use crate::support::objects::{Hash, Object, receive};
use crate::support::status::Status;

/// BCRYPT_ALG_HANDLE_HMAC_FLAG
pub const HMAC: u32 = 8;
/// BCRYPT_HASH_REUSABLE_FLAG
pub const REUSABLE: u32 = 0x20;
/// BCRYPT_MULTI_FLAG
pub const MULTI: u32 = 0x40;
/// BCRYPT_HASH_DONT_RESET_FLAG
pub const DONT_RESET: u32 = 1;

pub fn size(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}

/// Starts a hash; with a key a MAC.
pub fn create(algorithm: &impl Object, key: &[u8], flags: u32) -> Result<Hash, Status> {
    receive(|out| lib().create_hash(algorithm.raw(), out, null_mut(), 0, key.as_ptr(), size(key), flags))
        .map(Hash::adopt)
}

/// Feeds a hash.
pub fn feed(hash: &impl Object, input: &[u8]) -> Result<(), Status> {
    lib().hash_data(hash.raw(), input.as_ptr(), size(input), 0).ok()
}

/// Ends a hash.
pub fn finish(hash: &impl Object, length: usize) -> Result<Vec<u8>, Status> {
    finish_with(hash, length, 0)
}

/// Ends a hash with flags. A failure leaves the buffer as it was, and what lies beside it stays in any case.
pub fn finish_with(hash: &impl Object, length: usize, flags: u32) -> Result<Vec<u8>, Status> {
    guarded(length, |output, size| lib().finish_hash(hash.raw(), output, size, flags))
}

/// A copy.
pub fn duplicate(hash: &impl Object) -> Result<Hash, Status> {
    receive(|out| lib().duplicate_hash(hash.raw(), out, null_mut(), 0, 0)).map(Hash::adopt)
}

/// Hashes at once.
pub fn once(algorithm: &impl Object, key: &[u8], input: &[u8], length: usize) -> Result<Vec<u8>, Status> {
    guarded(length, |output, output_size| {
        let (key_size, input_size) = (size(key), size(input));
        let (key, input) = (key.as_ptr(), input.as_ptr());
        lib().hash(algorithm.raw(), key, key_size, input, input_size, output, output_size)
    })
}

/// What a call writes into a buffer of this length, which it has to write whole or not at all.
pub fn guarded(length: usize, call: impl FnOnce(*mut u8, u32) -> Status) -> Result<Vec<u8>, Status> {
    const MARGIN: usize = 32;
    let mut memory = vec![0xA5; length + 2 * MARGIN];
    let status = call(memory[MARGIN..].as_mut_ptr(), u32::try_from(length).unwrap());
    let (before, rest) = memory.split_at(MARGIN);
    let (output, after) = rest.split_at(length);
    assert!([before, after].concat().iter().all(|byte| *byte == 0xA5), "wrote outside the buffer");
    match status.ok() {
        Ok(()) => Ok(output.to_vec()),
        Err(status) => {
            assert!(output.iter().all(|byte| *byte == 0xA5), "the buffer stays untouched on failure");
            Err(status)
        }
    }
}
