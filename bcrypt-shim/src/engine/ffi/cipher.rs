//! Block ciphers and stream ciphers.
//!
//! Text is a [`Text`]: from one buffer to another that does not overlap it, or in place, which all of these allow.

use std::mem::MaybeUninit;
use std::{fmt, ptr};

use aws_lc_sys as lc;

use super::{Owned, check, release};
use crate::cipher::{Text, Way};
use crate::status::{Result, Status};

release! {
    lc::EVP_CIPHER_CTX => lc::EVP_CIPHER_CTX_free;
}

/// Bytes of a block of AES.
pub const AES_BLOCK: usize = 16;

/// An expanded AES key, for both directions; overwritten when dropped.
pub struct AesKey {
    encrypting: lc::AES_KEY,
    decrypting: lc::AES_KEY,
}

impl fmt::Debug for AesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an AES key")
    }
}

impl Drop for AesKey {
    fn drop(&mut self) {
        // SAFETY: pointer and size are of one field each, which nobody uses any more.
        unsafe {
            lc::OPENSSL_cleanse(ptr::from_mut(&mut self.encrypting).cast(), size_of::<lc::AES_KEY>());
            lc::OPENSSL_cleanse(ptr::from_mut(&mut self.decrypting).cast(), size_of::<lc::AES_KEY>());
        }
    }
}

impl AesKey {
    /// The key of 16, 24 or 32 bytes. Fails with `InvalidParameter` for another length.
    pub fn new(key: &[u8]) -> Result<Self> {
        let bits = key.len() as u32 * 8;
        let mut encrypting = MaybeUninit::uninit();
        let mut decrypting = MaybeUninit::uninit();
        // SAFETY: the engine reads as many bytes as the bits it accepts, and then fills the key.
        unsafe {
            if lc::AES_set_encrypt_key(key.as_ptr(), bits, encrypting.as_mut_ptr()) != 0
                || lc::AES_set_decrypt_key(key.as_ptr(), bits, decrypting.as_mut_ptr()) != 0
            {
                return Err(Status::InvalidParameter);
            }
            Ok(Self { encrypting: encrypting.assume_init(), decrypting: decrypting.assume_init() })
        }
    }

    fn key(&self, way: Way) -> &lc::AES_KEY {
        match way {
            Way::Encrypt => &self.encrypting,
            Way::Decrypt => &self.decrypting,
        }
    }

    /// Encrypts or decrypts one block in place.
    pub fn block(&self, way: Way, block: &mut [u8; AES_BLOCK]) {
        let pointer = block.as_mut_ptr();
        // SAFETY: the key is set for this direction; the engine works in place on one block.
        unsafe {
            match way {
                Way::Encrypt => lc::AES_encrypt(pointer, pointer, self.key(way)),
                Way::Decrypt => lc::AES_decrypt(pointer, pointer, self.key(way)),
            }
        }
    }

    /// CBC over whole blocks; the IV becomes the last block of ciphertext.
    pub fn cbc(&self, way: Way, iv: &mut [u8; AES_BLOCK], text: &mut Text<'_>) {
        let (from, to, length) = text.pointers();
        let whole = length - length % AES_BLOCK;
        // SAFETY: both pointers have `length` bytes and are the same or do not overlap; the key is set for this
        // direction, and the length is one of whole blocks.
        unsafe { lc::AES_cbc_encrypt(from, to, whole, self.key(way), iv.as_mut_ptr(), direction(way)) }
    }

    /// CFB with a feedback of one byte; the IV becomes the shift register.
    pub fn cfb8(&self, way: Way, iv: &mut [u8; AES_BLOCK], text: &mut Text<'_>) {
        let (from, to, length) = text.pointers();
        let mut unused = 0;
        // SAFETY: as in `cbc`, for any length; CFB uses the encrypting key both ways.
        unsafe {
            let key = &self.encrypting;
            lc::AES_cfb8_encrypt(from, to, length, key, iv.as_mut_ptr(), &mut unused, direction(way));
        }
    }

    /// Adds the key stream that starts with the encrypted `counter`, whose last four bytes count.
    pub fn counter(&self, counter: &[u8; AES_BLOCK], text: &mut Text<'_>) {
        let (from, to, length) = text.pointers();
        let (mut counter, mut stream, mut used) = (*counter, [0; AES_BLOCK], 0);
        // SAFETY: as in `cfb8`; counter and stream are blocks, and `used` tells how much of the stream is.
        unsafe {
            let (counter, stream) = (counter.as_mut_ptr(), stream.as_mut_ptr());
            lc::AES_ctr128_encrypt(from, to, length, &self.encrypting, counter, stream, &mut used);
            lc::OPENSSL_cleanse(stream.cast(), AES_BLOCK);
        }
    }

    /// Wraps a key as RFC 3394 does; `out` is 8 bytes longer. Fails with `InvalidParameter` for less than 16 bytes or
    /// a length that is no multiple of 8.
    pub fn wrap(&self, key: &[u8], out: &mut [u8]) -> Result<()> {
        if out.len() != key.len() + 8 {
            return Err(Status::InternalError);
        }
        // SAFETY: pointer and length are of one slice, `out` is as long as it must be, NULL is the standard's value.
        let written = unsafe {
            lc::AES_wrap_key(&self.encrypting, ptr::null(), out.as_mut_ptr(), key.as_ptr(), key.len())
        };
        if usize::try_from(written) == Ok(out.len()) { Ok(()) } else { Err(Status::InvalidParameter) }
    }

    /// Unwraps what [`Self::wrap`] made; `out` is 8 bytes shorter. Fails with `InvalidParameter` for what this key did
    /// not wrap.
    pub fn unwrap(&self, wrapped: &[u8], out: &mut [u8]) -> Result<()> {
        if out.len() + 8 != wrapped.len() {
            return Err(Status::InternalError);
        }
        // SAFETY: as in `wrap`.
        let written = unsafe {
            let (out, wrapped, length) = (out.as_mut_ptr(), wrapped.as_ptr(), wrapped.len());
            lc::AES_unwrap_key(&self.decrypting, ptr::null(), out, wrapped, length)
        };
        if usize::try_from(written) == Ok(out.len()) { Ok(()) } else { Err(Status::InvalidParameter) }
    }
}

fn direction(way: Way) -> i32 {
    match way {
        Way::Encrypt => lc::AES_ENCRYPT,
        Way::Decrypt => lc::AES_DECRYPT,
    }
}

/// A cipher of the engine that is used through its generic interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generic {
    /// AES in ECB, with a key of 16 bytes.
    Aes128Ecb,
    /// AES in ECB, with a key of 24 bytes.
    Aes192Ecb,
    /// AES in ECB, with a key of 32 bytes.
    Aes256Ecb,
    /// AES in XTS, with a key of two different halves of 32 bytes.
    Aes256Xts,
    /// DES in ECB, with a key of 8 bytes.
    DesEcb,
    /// DES three times, in ECB, with a key of 24 bytes.
    TripleDesEcb,
    /// RC4.
    Rc4,
}

impl Generic {
    fn pointer(self) -> *const lc::EVP_CIPHER {
        // SAFETY: no preconditions; the descriptions are static.
        unsafe {
            match self {
                Self::Aes128Ecb => lc::EVP_aes_128_ecb(),
                Self::Aes192Ecb => lc::EVP_aes_192_ecb(),
                Self::Aes256Ecb => lc::EVP_aes_256_ecb(),
                Self::Aes256Xts => lc::EVP_aes_256_xts(),
                Self::DesEcb => lc::EVP_des_ecb(),
                Self::TripleDesEcb => lc::EVP_des_ede3_ecb(),
                Self::Rc4 => lc::EVP_rc4(),
            }
        }
    }
}

/// A cipher with its key, for one direction: without a mode's state, or RC4's with its state.
#[derive(Debug)]
pub struct CipherContext(Owned<lc::EVP_CIPHER_CTX>);

impl CipherContext {
    /// Sets the key. Fails with `InvalidParameter` for one that the cipher does not take.
    pub fn new(cipher: Generic, way: Way, key: &[u8]) -> Result<Self> {
        // SAFETY: no preconditions.
        let context = Self(Owned::new(unsafe { lc::EVP_CIPHER_CTX_new() })?);
        let (made, cipher, none) = (context.0.as_ptr(), cipher.pointer(), ptr::null_mut());
        // SAFETY: the context is valid. The key's length is set, where the cipher has no other, before the key is read.
        unsafe {
            let way = direction(way);
            let started = lc::EVP_CipherInit_ex(made, cipher, none, ptr::null(), ptr::null(), way);
            check(started, Status::NoMemory)?;
            check(lc::EVP_CIPHER_CTX_set_key_length(made, key.len() as u32), Status::InvalidParameter)?;
            let keyed = lc::EVP_CipherInit_ex(made, ptr::null(), none, key.as_ptr(), ptr::null(), way);
            check(keyed, Status::InvalidParameter)?;
            check(lc::EVP_CIPHER_CTX_set_padding(made, 0), Status::InternalError)?;
        }
        Ok(context)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        // SAFETY: no preconditions.
        let copy = Self(Owned::new(unsafe { lc::EVP_CIPHER_CTX_new() })?);
        // SAFETY: both contexts are valid; the original is only read.
        check(unsafe { lc::EVP_CIPHER_CTX_copy(copy.0.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        Ok(copy)
    }

    /// Starts again with another IV, of the cipher's own length: 16 bytes for XTS, the only one that has any.
    pub fn set_iv(&mut self, iv: &[u8; AES_BLOCK]) -> Result<()> {
        let none = ptr::null_mut();
        // SAFETY: the context is valid and keyed; -1 keeps its direction.
        let set = unsafe {
            lc::EVP_CipherInit_ex(self.0.as_ptr(), ptr::null(), none, ptr::null(), iv.as_ptr(), -1)
        };
        check(set, Status::InternalError)
    }

    /// Encrypts or decrypts text, of whole blocks but for XTS and RC4.
    pub fn apply(&mut self, text: &mut Text<'_>) -> Result<()> {
        /// The engine counts in a C int; a multiple of every block.
        const MOST: usize = 1 << 30;
        let (mut from, mut to, mut left) = text.pointers();
        while left > 0 {
            let part = left.min(MOST);
            let mut written = 0;
            // SAFETY: the context is valid; both pointers have at least `part` bytes, and are the same or do not
            // overlap. A cipher without padding writes no more than it reads.
            unsafe {
                let done = lc::EVP_CipherUpdate(self.0.as_ptr(), to, &mut written, from, part as i32);
                check(done, Status::InternalError)?;
                (from, to) = (from.add(part), to.add(part));
            }
            if usize::try_from(written) != Ok(part) {
                return Err(Status::InternalError);
            }
            left -= part;
        }
        Ok(())
    }
}
