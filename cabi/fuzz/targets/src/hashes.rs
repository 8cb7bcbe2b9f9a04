//! Looks for a sequence of calls on hashes that crashes, reads or writes outside its buffers, is answered with an
//! undocumented status, or gives a digest that is not that of the bytes which were read.
//!
//! Input: an algorithm (a byte, of the rows that hash) and a key (a byte for its length), then steps: what (a byte), which
//! of the hashes (a byte), a length (16 bits) and bytes. A model keeps what each hash has read.

use std::ptr::{null_mut, without_provenance_mut};

use arbitrary::{Result, Unstructured};
use bcrypt::api::hash as calls;
use bcrypt::types::BCRYPT_MULTI_HASH_OPERATION;
use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does};
use bcrypt_shim::hash::Keying;
use bcrypt_shim::names;

use crate::door::{self, INVALID_HANDLE, Raw, SUCCESS, Status};

/// Steps of one input, and hashes that live at once.
const MOST_STEPS: usize = 64;
const MOST_HASHES: usize = 8;

/// The rows that hash.
pub fn rows() -> Vec<&'static Algorithm> {
    ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Hash(_))).collect()
}

/// One hash beside the library's.
struct Known {
    handle: Raw,
    /// What it has read since it started.
    read: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Reads,
    /// Nothing can be predicted: properties were set, or it is squeezed.
    Unknown,
    Spent,
}

struct Run {
    row: &'static Algorithm,
    provider: Raw,
    key: Vec<u8>,
    length: usize,
    any_length: bool,
    needs_iv: bool,
    hashes: Vec<Known>,
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(mut run) = Run::new(&mut input) else { return };
    for _ in 0..MOST_STEPS {
        // An exhausted input would give zeros without end.
        if input.is_empty() || run.step(&mut input).is_err() {
            break;
        }
    }
    run.end();
}

impl Run {
    fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let rows = rows();
        let row = rows[usize::from(input.arbitrary::<u8>()?) % rows.len()];
        let Does::Hash(hash) = row.does else { unreachable!() };
        let length = usize::from(input.arbitrary::<u8>()?).min(input.len());
        let wanted = input.bytes(length)?;
        let keyed = hash.limits().key == Keying::Always || (hash.limits().key == Keying::Hmac && length > 0);
        let needs_iv = hash.state_properties().contains(&names::BCRYPT_INITIALIZATION_VECTOR);
        let of_aes = hash.limits().block == 16 && hash.limits().key == Keying::Always;
        let key = match (keyed, of_aes) {
            (false, _) => Vec::new(),
            (true, false) => wanted.to_vec(),
            (true, true) => wanted.iter().copied().chain([0; 16]).take(16).collect(),
        };
        let hmac =
            if keyed && hash.limits().key == Keying::Hmac { names::BCRYPT_ALG_HANDLE_HMAC_FLAG } else { 0 };
        // Nothing but GMAC refuses this flag.
        let multi = if needs_iv { 0 } else { names::BCRYPT_MULTI_FLAG };
        let provider = door::open_with(row.name, hmac | multi).unwrap();
        let (length, any_length) = (hash.limits().digest, hash.limits().any_length);
        Ok(Self { row, provider, key, length, any_length, needs_iv, hashes: Vec::new() })
    }

    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let what: u8 = input.arbitrary()?;
        let which: u8 = input.arbitrary()?;
        let length: u16 = input.arbitrary()?;
        let bytes = input.bytes(usize::from(length % 600).min(input.len()))?;
        let length = usize::from(length);
        if self.hashes.is_empty() {
            self.create(0);
        }
        let which = usize::from(which) % self.hashes.len();
        match what % 10 {
            0 => self.create(u32::from(what) & names::BCRYPT_HASH_REUSABLE_FLAG),
            1 | 2 => self.update(which, bytes),
            3 => self.finish(which, self.length, 0),
            4 => self.finish(which, length % 300, u32::from(what) >> 7),
            5 => self.duplicate(which),
            6 => self.destroy(which),
            7 => self.set(which, what, bytes),
            8 => self.verify(which, bytes),
            _ => self.several(bytes, length),
        }
        Ok(())
    }

    fn create(&mut self, flags: u32) {
        if self.hashes.len() == MOST_HASHES {
            return;
        }
        let key = self.key.clone();
        let made = door::receive(|out| {
            let (secret, size) = (key.as_ptr().cast_mut(), key.len() as u32);
            // SAFETY: the pointers are to live values for the length of the call.
            unsafe { calls::BCryptCreateHash(self.provider, out, null_mut(), 0, secret, size, flags) }
        });
        let handle = made.unwrap();
        if self.needs_iv {
            assert_eq!(
                door::set(handle, &door::wide(names::BCRYPT_INITIALIZATION_VECTOR), &[7; 12]),
                SUCCESS
            );
        }
        let reusable = flags != 0 || self.any_length;
        let state = if reusable && !self.any_length { State::Unknown } else { State::Reads };
        self.hashes.push(Known { handle, read: Vec::new(), state });
    }

    fn update(&mut self, which: usize, bytes: &[u8]) {
        let known = &mut self.hashes[which];
        let status = feed(known.handle, bytes, 0);
        match known.state {
            State::Reads => {
                assert_eq!(status, SUCCESS);
                known.read.extend_from_slice(bytes);
            }
            State::Spent => assert_eq!(status, INVALID_HANDLE),
            State::Unknown => {}
        }
    }

    /// The digest of what was read, made at once.
    fn digest(&self, read: &[u8], length: usize) -> Vec<u8> {
        let (key, text) = (self.key.clone(), read.to_vec());
        let mut digest = vec![0; length];
        let (secret, secret_size) = (key.as_ptr().cast_mut(), key.len() as u32);
        let (input, input_size) = (text.as_ptr().cast_mut(), text.len() as u32);
        let (output, output_size) = (digest.as_mut_ptr(), length as u32);
        // SAFETY: as in `create`.
        let status = unsafe {
            calls::BCryptHash(self.provider, secret, secret_size, input, input_size, output, output_size)
        };
        assert_eq!(door::documented(status), SUCCESS, "{}", self.row.name);
        digest
    }

    fn finish(&mut self, which: usize, length: usize, flags: u32) {
        let known = &self.hashes[which];
        let mut digest = vec![0xA5; length];
        // SAFETY: as in `create`.
        let status =
            unsafe { calls::BCryptFinishHash(known.handle, digest.as_mut_ptr(), length as u32, flags) };
        let status = door::documented(status);
        let fits = (self.any_length || length == self.length) && (flags == 0 || self.any_length);
        match known.state {
            State::Spent => assert_eq!(status, INVALID_HANDLE),
            State::Unknown => {}
            State::Reads if !fits => assert_eq!(status, names::STATUS_INVALID_PARAMETER),
            State::Reads => {
                assert_eq!(status, SUCCESS);
                // The length is part of KMAC, and squeezing another function.
                if !self.needs_iv && flags == 0 {
                    assert_eq!(digest, self.digest(&known.read, length), "{}", self.row.name);
                }
            }
        }
        let known = &mut self.hashes[which];
        if known.state == State::Reads && fits {
            known.read.clear();
            known.state = match (flags, self.any_length) {
                (0, true) => State::Reads,
                (0, false) => State::Spent,
                _ => State::Unknown,
            };
        }
    }

    fn duplicate(&mut self, which: usize) {
        if self.hashes.len() == MOST_HASHES {
            return;
        }
        let known = &self.hashes[which];
        // SAFETY: as in `create`.
        let copy =
            door::receive(|out| unsafe { calls::BCryptDuplicateHash(known.handle, out, null_mut(), 0, 0) });
        match copy {
            Ok(handle) => {
                assert!(known.state != State::Spent);
                let (read, state) = (known.read.clone(), known.state);
                self.hashes.push(Known { handle, read, state });
            }
            Err(status) => {
                assert_eq!(status, INVALID_HANDLE);
                assert!(known.state != State::Reads);
            }
        }
    }

    fn destroy(&mut self, which: usize) {
        let known = self.hashes.swap_remove(which);
        assert_eq!(destroy(known.handle), SUCCESS);
        assert_eq!(destroy(known.handle), names::STATUS_INVALID_PARAMETER);
        assert_eq!(feed(known.handle, &[], 0), INVALID_HANDLE);
    }

    fn set(&mut self, which: usize, what: u8, bytes: &[u8]) {
        let all = [
            names::BCRYPT_INITIALIZATION_VECTOR,
            names::BCRYPT_CUSTOMIZATION_STRING,
            names::BCRYPT_FUNCTION_NAME_STRING,
            names::BCRYPT_HASH_LENGTH,
        ];
        let known = &mut self.hashes[which];
        let name = door::wide(all[usize::from(what) / 10 % all.len()]);
        if door::set(known.handle, &name, bytes) == SUCCESS {
            known.state = State::Unknown;
        }
        for row in names::PROPERTIES.rows {
            door::get(known.handle, &door::wide(row.value)).ok();
        }
    }

    /// As a TLS record; whatever it was, the hash can be used further.
    fn verify(&mut self, which: usize, bytes: &[u8]) {
        let known = &mut self.hashes[which];
        if feed(known.handle, bytes, names::BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG) != INVALID_HANDLE {
            known.state = State::Unknown;
        }
    }

    /// An object of several hashes, and operations that may be wrong.
    fn several(&mut self, bytes: &[u8], count: usize) {
        let (key, count) = (self.key.clone(), count % 4 + 1);
        let made = door::receive(|out| {
            let (secret, size) = (key.as_ptr().cast_mut(), key.len() as u32);
            // SAFETY: as in `create`.
            unsafe {
                calls::BCryptCreateMultiHash(self.provider, out, count as u32, null_mut(), 0, secret, size, 0)
            }
        });
        let Ok(handle) = made else { return assert!(self.needs_iv) };
        let mut buffers: Vec<Vec<u8>> = bytes.chunks(40).map(<[u8]>::to_vec).collect();
        let mut operations: Vec<BCRYPT_MULTI_HASH_OPERATION> = buffers
            .iter_mut()
            .map(|buffer| BCRYPT_MULTI_HASH_OPERATION {
                iHash: u32::from(buffer[0] % 5),
                hashOperation: i32::from(buffer[0] / 5 % 4),
                pbBuffer: buffer.as_mut_ptr(),
                cbBuffer: buffer.len() as u32,
            })
            .collect();
        let size = size_of_val(operations.as_slice()) as u32;
        // SAFETY: as in `create`; each operation has a buffer of its own.
        door::documented(unsafe {
            calls::BCryptProcessMultiOperations(handle, 1, operations.as_mut_ptr().cast(), size, 0)
        });
        assert_eq!(destroy(handle), SUCCESS);
    }

    fn end(mut self) {
        for which in 0..self.hashes.len() {
            self.finish(which, self.length, 0);
            let handle = self.hashes[which].handle;
            let mut derived = [0; 16];
            let target = without_provenance_mut(names::BCRYPT_AES_CBC_ALG_HANDLE as usize);
            // SAFETY: as in `create`.
            door::documented(unsafe {
                calls::BCryptDeriveKeyCapi(handle, target, derived.as_mut_ptr(), 16, 0)
            });
            assert_eq!(destroy(handle), SUCCESS);
        }
        let key = self.key.clone();
        let (secret, size) = (key.as_ptr().cast_mut(), key.len() as u32);
        let mut derived = [0; 40];
        // SAFETY: as in `create`.
        door::documented(unsafe {
            let output = derived.as_mut_ptr();
            calls::BCryptDeriveKeyPBKDF2(self.provider, secret, size, secret, size, 3, output, 40, 0)
        });
        assert_eq!(door::close(self.provider), SUCCESS);
    }
}

fn feed(handle: Raw, bytes: &[u8], flags: u32) -> Status {
    // A block of its own and of the exact size.
    let bytes = bytes.to_vec();
    // SAFETY: as in `create`.
    door::documented(unsafe {
        calls::BCryptHashData(handle, bytes.as_ptr().cast_mut(), bytes.len() as u32, flags)
    })
}

fn destroy(handle: Raw) -> Status {
    door::documented(calls::BCryptDestroyHash(handle))
}
