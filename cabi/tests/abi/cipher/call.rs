//! Keys, and calls of Encrypt and Decrypt with buffers that notice what is written.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO;

use crate::support::library::lib;
use crate::support::objects::{Alg, Handle, Key, Object, open, receive};
use crate::support::property::set;
use crate::support::status::{SUCCESS, Status};
use crate::support::text::wide_bytes;

/// BCRYPT_BLOCK_PADDING.
pub const PADDING: u32 = 1;

/// Which of the two functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Encrypt,
    Decrypt,
}

/// A key of these bytes, with flags.
pub fn key_with(algorithm: &impl Object, secret: &[u8], flags: u32) -> Result<Key, Status> {
    let (secret, size) = (secret.as_ptr(), u32::try_from(secret.len()).unwrap());
    let call = |out| lib().generate_symmetric_key(algorithm.raw(), out, null_mut(), 0, secret, size, flags);
    receive(call).map(Key::adopt)
}

/// A key of these bytes.
pub fn key(algorithm: &impl Object, secret: &[u8]) -> Key {
    key_with(algorithm, secret, 0).unwrap()
}

/// An algorithm with a chaining mode: `CBC` for `ChainingModeCBC`.
pub fn open_mode(algorithm: &str, mode: &str) -> Alg {
    let opened = open(algorithm);
    set_mode(&opened, mode).unwrap();
    opened
}

/// Chooses a mode, of a provider or a key.
pub fn set_mode(object: &impl Object, mode: &str) -> Result<(), Status> {
    set(object, "ChainingMode", &wide_bytes(&format!("ChainingMode{mode}")))
}

/// A key of AES in a mode.
pub fn aes(mode: &str, secret: &[u8]) -> Key {
    key(&open_mode("AES", mode), secret)
}

/// A key's copy.
pub fn duplicate(key: &Key) -> Key {
    receive(|out| lib().duplicate_key(key.raw(), out, null_mut(), 0, 0)).map(Key::adopt).unwrap()
}

/// A call of Encrypt or Decrypt.
#[derive(Clone)]
pub struct Run<'a> {
    pub way: Way,
    pub key: Handle,
    /// `None` for NULL.
    pub input: Option<&'a [u8]>,
    pub info: *const c_void,
    /// `None` for NULL.
    pub room: Option<usize>,
    pub flags: u32,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub status: Status,
    /// `*pcbResult`, if it was touched.
    pub result: Option<usize>,
    /// All of the output.
    pub output: Vec<u8>,
    pub iv: Option<Vec<u8>>,
}

/// What stands in an output before a call.
pub const UNTOUCHED: u8 = 0xA5;
const MARGIN: usize = 32;
const NO_SIZE: u32 = 0x5EED_5EED;

impl<'a> Run<'a> {
    pub fn new(way: Way, key: &Key, input: &'a [u8]) -> Run<'a> {
        let key = key.handle();
        Run { way, key, input: Some(input), info: null(), room: Some(input.len() + 16), flags: 0 }
    }

    pub fn room(self, room: usize) -> Run<'a> {
        Run { room: Some(room), ..self }
    }

    pub fn query(self) -> Run<'a> {
        Run { room: None, ..self }
    }

    pub fn padded(self) -> Run<'a> {
        Run { flags: PADDING, ..self }
    }

    /// Makes the call with an IV, which must stay as it was on failure and in a query.
    pub fn with_iv(&self, iv: Option<&[u8]>) -> Outcome {
        let mut output = vec![UNTOUCHED; self.room.unwrap_or(0) + 2 * MARGIN];
        let target = self.room.map_or(null_mut(), |_| output[MARGIN..].as_mut_ptr());
        let (input, length) = self.input.map_or((null(), 0), |input| (input.as_ptr(), input.len()));
        let mut after = iv.map(<[u8]>::to_vec);
        let iv_pointer = after.as_mut().map_or(null_mut(), |iv| iv.as_mut_ptr());
        let iv_size = u32::try_from(iv.map_or(0, <[u8]>::len)).unwrap();
        let mut result = NO_SIZE;
        let call = match self.way {
            Way::Encrypt => crate::support::library::Library::encrypt,
            Way::Decrypt => crate::support::library::Library::decrypt,
        };
        let (length, room) = (u32::try_from(length).unwrap(), u32::try_from(self.room.unwrap_or(0)).unwrap());
        let key = self.key.raw();
        let status = call(
            lib(),
            key,
            input,
            length,
            self.info,
            iv_pointer,
            iv_size,
            target,
            room,
            &mut result,
            self.flags,
        );
        let end = output.len() - MARGIN;
        let guards = output[..MARGIN].iter().chain(&output[end..]);
        assert!(guards.into_iter().all(|byte| *byte == UNTOUCHED), "wrote outside the output");
        if status != SUCCESS || self.room.is_none() {
            assert_eq!(after.as_deref(), iv, "the IV stays as it was");
        }
        let result = (result != NO_SIZE).then_some(result as usize);
        Outcome { status, result, output: output[MARGIN..end].to_vec(), iv: after }
    }

    /// Makes the call without an IV.
    pub fn call(&self) -> Outcome {
        self.with_iv(None)
    }
}

impl Outcome {
    /// The result of a call that succeeded; nothing stands behind it.
    pub fn text(self) -> Vec<u8> {
        assert_eq!(self.status, SUCCESS);
        let size = self.result.expect("a result size");
        assert!(self.output[size..].iter().all(|byte| *byte == UNTOUCHED), "wrote beyond the result");
        self.output[..size].to_vec()
    }

    /// Status and result size of a call that left the output alone.
    pub fn refused(self) -> (Status, Option<usize>) {
        assert!(self.output.iter().all(|byte| *byte == UNTOUCHED), "the output stays as it was");
        (self.status, self.result)
    }
}

/// Encrypts or decrypts with an IV, and gives the result and the new IV.
pub fn run(
    way: Way,
    key: &Key,
    text: &[u8],
    iv: Option<&[u8]>,
    flags: u32,
) -> Result<(Vec<u8>, Vec<u8>), Status> {
    let outcome = Run { flags, ..Run::new(way, key, text) }.with_iv(iv);
    outcome.status.ok()?;
    let iv = outcome.iv.clone().unwrap_or_default();
    Ok((outcome.text(), iv))
}

/// A structure for authenticated encryption, with its buffers.
pub struct Info {
    pub raw: BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO,
    pub nonce: Vec<u8>,
    pub aad: Vec<u8>,
    pub tag: Vec<u8>,
    pub mac: Vec<u8>,
}

impl Info {
    pub fn new(nonce: &[u8], aad: &[u8], tag: &[u8]) -> Info {
        let raw = BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
            cbSize: u32::try_from(size_of::<BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO>()).unwrap(),
            dwInfoVersion: 1,
            pbNonce: null_mut(),
            cbNonce: u32::try_from(nonce.len()).unwrap(),
            pbAuthData: null_mut(),
            cbAuthData: u32::try_from(aad.len()).unwrap(),
            pbTag: null_mut(),
            cbTag: u32::try_from(tag.len()).unwrap(),
            pbMacContext: null_mut(),
            cbMacContext: 0,
            cbAAD: 0,
            cbData: 0,
            dwFlags: 0,
        };
        let mut info =
            Info { raw, nonce: nonce.to_vec(), aad: aad.to_vec(), tag: tag.to_vec(), mac: vec![0; 16] };
        info.raw.pbNonce = info.nonce.as_mut_ptr();
        info.raw.pbAuthData = if aad.is_empty() { null_mut() } else { info.aad.as_mut_ptr() };
        info.raw.pbTag = info.tag.as_mut_ptr();
        info
    }

    /// The same for a text in parts.
    pub fn chained(mut self) -> Info {
        self.raw.pbMacContext = self.mac.as_mut_ptr();
        self.raw.cbMacContext = u32::try_from(self.mac.len()).unwrap();
        self.raw.dwFlags = 1;
        self
    }

    pub fn pointer(&mut self) -> *const c_void {
        (&raw mut self.raw).cast::<c_void>().cast_const()
    }
}

/// Encrypts, and gives ciphertext and tag.
pub fn seal(
    key: &Key,
    nonce: &[u8],
    aad: &[u8],
    text: &[u8],
    tag: usize,
) -> Result<(Vec<u8>, Vec<u8>), Status> {
    let mut info = Info::new(nonce, aad, &vec![UNTOUCHED; tag]);
    let outcome = Run { info: info.pointer(), ..Run::new(Way::Encrypt, key, text) }.call();
    match outcome.status {
        SUCCESS => Ok((outcome.text(), info.tag)),
        status => {
            assert!(info.tag.iter().all(|byte| *byte == UNTOUCHED), "the tag stays as it was");
            Err(status)
        }
    }
}

/// Decrypts.
pub fn unseal(key: &Key, nonce: &[u8], aad: &[u8], text: &[u8], tag: &[u8]) -> Result<Vec<u8>, Status> {
    let mut info = Info::new(nonce, aad, tag);
    let outcome = Run { info: info.pointer(), ..Run::new(Way::Decrypt, key, text) }.call();
    assert_eq!(info.tag, tag, "the tag is an input");
    match outcome.status {
        SUCCESS => Ok(outcome.text()),
        status => {
            let left = &outcome.output[..text.len()];
            assert!(left.iter().all(|byte| *byte == 0) || left.iter().all(|byte| *byte == UNTOUCHED));
            Err(status)
        }
    }
}
