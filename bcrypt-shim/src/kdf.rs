//! The key derivation functions, one file each: those of BCryptDeriveKey, which start from a secret, and those of
//! BCryptKeyDerivation, which start from a key and are algorithms. A formula that serves both stands in one file.

pub mod capi;
pub mod concat;
mod hash;
pub mod hkdf;
mod hmac;
pub mod pbkdf2;
pub mod sp800_108;
pub mod tls_prf;
mod truncate;

use crate::engine::digest::{self, Digest};
use crate::hash::{Algorithm as Prf, prf_of_name};
use crate::memory;
use crate::names;
use crate::out::Output;
use crate::secret::Secret;
use crate::status::{Result, Status};
use crate::wide::WideName;

/// One buffer of the caller's parameter list.
#[derive(Clone, Copy)]
pub struct Parameter<'a> {
    /// `BufferType`.
    pub kind: u32,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The caller's parameter list. Kinds that a KDF does not know are passed over.
#[derive(Clone, Copy)]
pub struct Parameters<'a>(pub &'a [Parameter<'a>]);

impl<'a> Parameters<'a> {
    /// The one buffer of a kind; the last, if there are several.
    fn get(self, kind: u32) -> Option<&'a [u8]> {
        self.all(kind).last()
    }

    /// The one buffer of a kind that must be there. Fails with `InvalidParameter`.
    fn required(self, kind: u32) -> Result<&'a [u8]> {
        self.get(kind).ok_or(Status::InvalidParameter)
    }

    /// All buffers of a kind, in the list's order.
    fn all(self, kind: u32) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter(move |parameter| parameter.kind == kind).map(|parameter| parameter.bytes)
    }

    /// The hash that is asked for, if any. Fails with `NotSupported` for an unknown one, on a size query
    /// too (behaviour.md e4).
    fn digest(self) -> Result<Option<&'static Digest>> {
        match self.get(names::KDF_HASH_ALGORITHM) {
            Some(name) => digest::find(&WideName::from_bytes(name)).map(Some),
            None => Ok(None),
        }
    }

    /// The pseudo-random function that is asked for, if any: HMAC over a hash, or AES-CMAC. Fails with `NotSupported` for
    /// an unknown one.
    fn prf(self) -> Result<Option<&'static dyn Prf>> {
        match self.get(names::KDF_HASH_ALGORITHM) {
            Some(bytes) => {
                let name = WideName::from_bytes(bytes);
                prf_of_name(|known| name.is_ignoring_case(known)).map(Some)
            }
            None => Ok(None),
        }
    }

    /// prepends ‖ Z ‖ appends, each kind in the list's order (behaviour.md e12).
    /// Fails with `NoMemory`.
    fn framed(self, secret: &'a Secret) -> Result<Vec<&'a [u8]>> {
        let before = self.all(names::KDF_SECRET_PREPEND);
        let after = self.all(names::KDF_SECRET_APPEND);
        memory::collected(before.chain([secret.value()]).chain(after).map(Ok))
    }
}

/// What is to be derived.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// From which secret.
    pub secret: &'a Secret,
    /// With which parameters.
    pub parameters: Parameters<'a>,
    /// With which flags: KDF_USE_SECRET_AS_HMAC_KEY_FLAG or none.
    pub flags: u32,
}

type Derive = fn(Request<'_>, &mut dyn Output) -> Result<()>;

/// A key derivation function.
#[derive(Debug)]
pub struct Kdf {
    /// The `pwszKDF` of BCryptDeriveKey.
    pub name: &'static str,
    derive: Derive,
}

impl Kdf {
    /// Derives bytes into `out`.
    ///
    /// Fails with `InvalidParameter` for a missing or malformed parameter, `NotSupported` for an
    /// unknown hash.
    pub fn derive(&self, request: Request<'_>, out: &mut dyn Output) -> Result<()> {
        (self.derive)(request, out)
    }
}

/// Every KDF.
pub static KDFS: &[Kdf] = &[
    Kdf { name: names::BCRYPT_KDF_HASH, derive: hash::derive },
    Kdf { name: names::BCRYPT_KDF_HMAC, derive: hmac::derive },
    Kdf { name: names::BCRYPT_KDF_TLS_PRF, derive: tls_prf::derive },
    Kdf { name: names::BCRYPT_KDF_SP80056A_CONCAT, derive: concat::derive },
    Kdf { name: names::BCRYPT_KDF_RAW_SECRET, derive: truncate::derive },
    Kdf { name: names::BCRYPT_KDF_HKDF, derive: hkdf::derive },
];

/// The KDF of a name. Fails with `NotSupported` (behaviour.md e3).
pub fn find(name: &WideName) -> Result<&'static Kdf> {
    KDFS.iter().find(|kdf| name.is(kdf.name)).ok_or(Status::NotSupported)
}
