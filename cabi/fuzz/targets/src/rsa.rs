//! Looks for signatures and encryptions of RSA that crash, read or write outside their buffers, are answered with an
//! undocumented status, or are not taken back.
//!
//! Input: a byte for the row, then steps: what (a byte), a hash and flags (a byte each), a salt length (16 bits), a label's
//! length (a byte), a length (16 bits) and bytes.

use std::ptr::null_mut;

use arbitrary::{Result, Unstructured};
use bcrypt::api::{encryption, signature};
use bcrypt::types::{
    BCRYPT_OAEP_PADDING_INFO, BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO, NTSTATUS, PVOID, ULONG,
};
use bcrypt_shim::names;

use crate::door::{self, Raw, SUCCESS, Status};

/// Steps of one input.
const MOST_STEPS: usize = 32;

/// A key of 512 bits, as a full private blob.
const KEY: &[u8] = include_bytes!("rsa512.blob");
/// Bytes of its modulus.
const WIDTH: usize = 64;

/// Names of hashes and of what is none, and NULL.
const NAMES: [Option<&str>; 8] = [
    Some("MD2"),
    Some("MD4"),
    Some("MD5"),
    Some("SHA1"),
    Some("SHA256"),
    Some("SHA3-512"),
    Some("AES"),
    None,
];

/// Encrypt or decrypt.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Encrypt,
    Decrypt,
}

/// What stands behind `pPaddingInfo`, as large as the largest structure.
struct Padding {
    name: Vec<u16>,
    is_named: bool,
    label: Vec<u8>,
    salt: ULONG,
    is_there: bool,
    flags: ULONG,
}

impl Padding {
    fn with<R>(&self, call: impl FnOnce(PVOID, ULONG) -> R) -> R {
        let name = if self.is_named { self.name.as_ptr() } else { std::ptr::null() };
        let mut pkcs1 = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name };
        let mut pss = BCRYPT_PSS_PADDING_INFO { pszAlgId: name, cbSalt: self.salt };
        let mut oaep = BCRYPT_OAEP_PADDING_INFO {
            pszAlgId: name,
            pbLabel: self.label.as_ptr().cast_mut(),
            cbLabel: self.label.len() as u32,
        };
        let info = match self.flags {
            _ if !self.is_there => null_mut(),
            // The structure of ML-DSA has a pointer where OAEP's has padding.
            names::BCRYPT_PAD_PQDSA => null_mut(),
            names::BCRYPT_PAD_PKCS1 | 0x12 => (&raw mut pkcs1).cast(),
            names::BCRYPT_PAD_PSS => (&raw mut pss).cast(),
            _ => (&raw mut oaep).cast(),
        };
        call(info, self.flags)
    }
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let is_signing = input.arbitrary::<u8>().unwrap_or(0) & 1 == 1;
    let provider = door::open(if is_signing { "RSA_SIGN" } else { "RSA" }).unwrap();
    let key = door::import(provider, &door::wide(names::BCRYPT_RSAFULLPRIVATE_BLOB), KEY, 0).unwrap();
    for _ in 0..MOST_STEPS {
        if input.is_empty() || step(key, is_signing, &mut input).is_err() {
            break;
        }
    }
    assert_eq!(door::destroy_key(key), SUCCESS);
    assert_eq!(door::close(provider), SUCCESS);
}

fn step(key: Raw, is_signing: bool, input: &mut Unstructured<'_>) -> Result<()> {
    let (what, hash, flags): (u8, u8, u8) = (input.arbitrary()?, input.arbitrary()?, input.arbitrary()?);
    let salt: u16 = input.arbitrary()?;
    let label: u8 = input.arbitrary()?;
    let label = input.bytes(usize::from(label).min(input.len()))?.to_vec();
    let length: u16 = input.arbitrary()?;
    let bytes = input.bytes(usize::from(length % 200).min(input.len()))?.to_vec();
    let name = NAMES[usize::from(hash) % NAMES.len()];
    let padding = Padding {
        name: door::wide(name.unwrap_or_default()),
        is_named: name.is_some(),
        label,
        salt: if salt == u16::MAX { ULONG::MAX } else { salt.into() },
        is_there: hash & 0x80 == 0,
        flags: flags.into(),
    };
    match what % 4 {
        0 => signed(key, &padding, &bytes),
        1 => {
            verify(key, &padding, bytes.get(..20).unwrap_or_default(), bytes.get(20..).unwrap_or_default())
                .ok();
        }
        2 => encrypted(key, is_signing, &padding, &bytes),
        _ => {
            let result = transform(Way::Decrypt, key, &padding, &bytes);
            assert!(!is_signing || result == Err(names::STATUS_NOT_SUPPORTED));
        }
    }
    Ok(())
}

/// What is signed is verified, and not as something else.
fn signed(key: Raw, padding: &Padding, hash: &[u8]) {
    let made = door::whole(|output, size, result| {
        padding.with(|info, flags| {
            let (start, length) = (hash.as_ptr().cast_mut(), hash.len() as u32);
            // SAFETY: the pointers are to live values for the length of the call.
            unsafe { signature::BCryptSignHash(key, info, start, length, output, size, result, flags) }
        })
    });
    let Ok(made) = made else { return };
    assert_eq!(made.len(), WIDTH);
    assert_eq!(verify(key, padding, hash, &made), Ok(()));
    let mut wrong = made;
    wrong[WIDTH - 1] ^= 1;
    assert!(verify(key, padding, hash, &wrong).is_err());
}

fn verify(key: Raw, padding: &Padding, hash: &[u8], made: &[u8]) -> std::result::Result<(), Status> {
    let (hash, made) = (hash.to_vec(), made.to_vec());
    let status = padding.with(|info, flags| {
        let (start, length) = (hash.as_ptr().cast_mut(), hash.len() as u32);
        let (signature_start, size) = (made.as_ptr().cast_mut(), made.len() as u32);
        // SAFETY: as in `signed`.
        unsafe { signature::BCryptVerifySignature(key, info, start, length, signature_start, size, flags) }
    });
    match door::documented(status) {
        SUCCESS => Ok(()),
        status => Err(status),
    }
}

/// What is encrypted is decrypted.
fn encrypted(key: Raw, is_signing: bool, padding: &Padding, text: &[u8]) {
    match transform(Way::Encrypt, key, padding, text) {
        Ok(ciphertext) => {
            assert_eq!(ciphertext.len(), WIDTH);
            assert_eq!(transform(Way::Decrypt, key, padding, &ciphertext).as_deref(), Ok(text));
        }
        Err(status) => assert!(!is_signing || status == names::STATUS_NOT_SUPPORTED),
    }
}

/// A call with a buffer of the modulus's size: what was written. A failed call writes nothing.
fn transform(way: Way, key: Raw, padding: &Padding, text: &[u8]) -> std::result::Result<Vec<u8>, Status> {
    type Function = unsafe extern "system" fn(
        Raw,
        *mut u8,
        ULONG,
        PVOID,
        *mut u8,
        ULONG,
        *mut u8,
        ULONG,
        *mut ULONG,
        ULONG,
    ) -> NTSTATUS;
    let function: Function = match way {
        Way::Encrypt => encryption::BCryptEncrypt,
        Way::Decrypt => encryption::BCryptDecrypt,
    };
    let text = text.to_vec();
    door::fetch(WIDTH, |output, size, result| {
        padding.with(|info, flags| {
            let (start, length) = (text.as_ptr().cast_mut(), text.len() as u32);
            // SAFETY: as in `signed`.
            unsafe { function(key, start, length, info, null_mut(), 0, output, size, result, flags) }
        })
    })
}
