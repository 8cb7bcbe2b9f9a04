//! RSA's calls with their paddings, and its blobs.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{
    BCRYPT_OAEP_PADDING_INFO, BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO,
};

use crate::support::blob::word;
use crate::support::library::lib;
use crate::support::objects::{Key, Object, exported, import, open};
use crate::support::oracle::rsa::Numbers;
use crate::support::output::{Fetch, whole};
use crate::support::status::{SUCCESS, Status};
use crate::support::text::wide;

/// "RSA1", "RSA2", "RSA3" (behaviour.md t30).
pub const PUBLIC: u32 = 0x3141_5352;
pub const PRIVATE: u32 = 0x3241_5352;
pub const FULL: u32 = 0x3341_5352;

/// A padding: flags, and what stands behind `pPaddingInfo`.
#[derive(Clone, Copy, Debug)]
pub enum Pad<'a> {
    /// These flags with NULL.
    Flags(u32),
    /// BCRYPT_PAD_PKCS1 for a signature, with a hash's name or NULL.
    Pkcs1(Option<&'a str>),
    /// The same, and the hash alone will do.
    Optional(Option<&'a str>),
    /// BCRYPT_PAD_PSS with a hash and a salt length.
    Pss(&'a str, u32),
    /// BCRYPT_PAD_OAEP with a hash and a label.
    Oaep(&'a str, &'a [u8]),
}

/// Encryption without padding, and with PKCS #1's.
pub const RAW: Pad<'static> = Pad::Flags(0);
pub const ENCRYPT_PKCS1: Pad<'static> = Pad::Flags(2);

impl Pad<'_> {
    /// Calls with the structure as C sees it, and the flags.
    pub fn with<R>(self, call: impl FnOnce(*const c_void, u32) -> R) -> R {
        match self {
            Pad::Flags(flags) => call(null(), flags),
            Pad::Pkcs1(name) | Pad::Optional(name) => {
                let name = name.map(wide);
                let info = BCRYPT_PKCS1_PADDING_INFO {
                    pszAlgId: name.as_ref().map_or(null(), |name| name.as_ptr()),
                };
                call((&raw const info).cast(), if matches!(self, Pad::Pkcs1(_)) { 2 } else { 0x12 })
            }
            Pad::Pss(name, salt) => {
                let name = wide(name);
                let info = BCRYPT_PSS_PADDING_INFO { pszAlgId: name.as_ptr(), cbSalt: salt };
                call((&raw const info).cast(), 8)
            }
            Pad::Oaep(name, label) => {
                let name = wide(name);
                let info = BCRYPT_OAEP_PADDING_INFO {
                    pszAlgId: name.as_ptr(),
                    pbLabel: if label.is_empty() { null_mut() } else { label.as_ptr().cast_mut() },
                    cbLabel: u32::try_from(label.len()).unwrap(),
                };
                call((&raw const info).cast(), 4)
            }
        }
    }
}

/// A signature, to be made with one of the functions of `output`.
pub fn signing<'a, O: Object>(key: &'a O, pad: Pad<'a>, hash: &'a [u8]) -> impl Fetch + 'a {
    let size = u32::try_from(hash.len()).unwrap();
    move |out: *mut u8, room: u32, result: *mut u32| {
        pad.with(|info, flags| {
            lib().sign_hash(key.raw(), info, hash.as_ptr(), size, out, room, result, flags)
        })
    }
}

/// Signs.
pub fn sign(key: &impl Object, pad: Pad<'_>, hash: &[u8]) -> Result<Vec<u8>, Status> {
    whole(&signing(key, pad, hash))
}

/// Verifies.
pub fn verify(key: &impl Object, pad: Pad<'_>, hash: &[u8], signature: &[u8]) -> Result<(), Status> {
    let [hash_size, size] = [hash, signature].map(|bytes| u32::try_from(bytes.len()).unwrap());
    pad.with(|info, flags| {
        lib()
            .verify_signature(key.raw(), info, hash.as_ptr(), hash_size, signature.as_ptr(), size, flags)
            .ok()
    })
}

/// Which way a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Encrypt,
    Decrypt,
}

/// One call, with a buffer of so many bytes or NULL: the answer, the result size and the buffer.
pub fn run(
    way: Way,
    key: &impl Object,
    pad: Pad<'_>,
    text: &[u8],
    room: Option<usize>,
) -> (Status, u32, Vec<u8>) {
    let mut out = vec![0xA5; room.unwrap_or(0) + 16];
    let pointer = if room.is_some() { out.as_mut_ptr() } else { null_mut() };
    let (size, stated) = (u32::try_from(text.len()).unwrap(), u32::try_from(room.unwrap_or(0)).unwrap());
    let mut result = 0x5EED_5EED;
    let call = match way {
        Way::Encrypt => crate::support::library::Library::encrypt,
        Way::Decrypt => crate::support::library::Library::decrypt,
    };
    let status = pad.with(|info, flags| {
        call(lib(), key.raw(), text.as_ptr(), size, info, null_mut(), 0, pointer, stated, &mut result, flags)
    });
    let behind = out.split_off(room.unwrap_or(0));
    assert_eq!(behind, [0xA5; 16], "wrote behind the buffer");
    if status != SUCCESS {
        assert!(out.iter().all(|&byte| byte == 0xA5), "wrote in spite of {status:?}");
    }
    (status, result, out)
}

/// Encrypts, through the two calls every program makes.
pub fn encrypt(key: &impl Object, pad: Pad<'_>, text: &[u8]) -> Result<Vec<u8>, Status> {
    two_calls(Way::Encrypt, key, pad, text)
}

/// Decrypts, likewise.
pub fn decrypt(key: &impl Object, pad: Pad<'_>, text: &[u8]) -> Result<Vec<u8>, Status> {
    two_calls(Way::Decrypt, key, pad, text)
}

fn two_calls(way: Way, key: &impl Object, pad: Pad<'_>, text: &[u8]) -> Result<Vec<u8>, Status> {
    let (status, size, _) = run(way, key, pad, text, None);
    status.ok()?;
    let (status, written, out) = run(way, key, pad, text, Some(size as usize));
    status.ok()?;
    assert_eq!((written, out.len()), (size, size as usize), "the query and the call agree");
    Ok(out)
}

/// A blob of numbers, whose words are taken from their widths.
pub fn blob(magic: u32, bits: usize, numbers: &[&[u8]]) -> Vec<u8> {
    let width = |index: usize| numbers.get(index).map_or(0, |number| number.len() as u32);
    let header = [magic, bits as u32, width(0), width(1), width(2), width(3)];
    [&header.map(u32::to_le_bytes).concat(), &numbers.concat()].map(|part| &part[..]).concat()
}

/// The blobs of a key's numbers: public, private, full.
pub fn blobs(key: &Numbers) -> [Vec<u8>; 3] {
    let bits = key.bits();
    [
        blob(PUBLIC, bits, &[&key.e, &key.n]),
        blob(PRIVATE, bits, &[&key.e, &key.n, &key.p, &key.q]),
        blob(FULL, bits, &[&key.e, &key.n, &key.p, &key.q, &key.dp, &key.dq, &key.q_inverse, &key.d]),
    ]
}

/// The numbers of an exported key.
pub fn numbers(key: &impl Object) -> Numbers {
    let full = exported(key, "RSAFULLPRIVATEBLOB").unwrap();
    let [e, n, p, q] = [8, 12, 16, 20].map(|at| word(&full, at) as usize);
    let mut rest = &full[24..];
    let mut next = |width: usize| {
        let (number, behind) = rest.split_at(width);
        rest = behind;
        number.to_vec()
    };
    let key = Numbers {
        e: next(e),
        n: next(n),
        p: next(p),
        q: next(q),
        dp: next(p),
        dq: next(q),
        q_inverse: next(p),
        d: next(n),
    };
    assert!(rest.is_empty());
    key
}

/// A key of a full blob, and its public half.
pub fn pair(key: &Numbers) -> (Key, Key) {
    let [public, _, full] = blobs(key);
    let algorithm = open("RSA");
    (
        import(&algorithm, "RSAFULLPRIVATEBLOB", &full).unwrap(),
        import(&algorithm, "RSAPUBLICBLOB", &public).unwrap(),
    )
}
