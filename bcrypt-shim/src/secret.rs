//! Agreed secrets.

use std::fmt;

use crate::engine::digest::Digest;
use crate::kdf::hkdf;
use crate::memory::SecretBytes;
use crate::names;
use crate::property::Property;

/// The result of an agreement, from which keys are derived any number of times.
pub struct Secret {
    value: SecretBytes,
    concat_hash: &'static Digest,
    hkdf: hkdf::Setup,
}

impl Secret {
    /// A secret and the hash that SP800_56A_CONCAT uses for it.
    pub(crate) fn new(value: SecretBytes, concat_hash: &'static Digest) -> Self {
        Self { value, concat_hash, hkdf: hkdf::Setup::new() }
    }

    /// Z: big-endian, as wide as the field or the modulus; the RFC 7748 bytes for curve25519.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The hash of SP800_56A_CONCAT.
    pub fn concat_hash(&self) -> &'static Digest {
        self.concat_hash
    }

    /// How far HKDF has been set up.
    pub fn hkdf(&self) -> &hkdf::Setup {
        &self.hkdf
    }
}

/// Properties of secrets (behaviour.md e17).
pub static PROPERTIES: &[Property<Secret>] = &[
    Property::writable(names::BCRYPT_HKDF_HASH_ALGORITHM, |secret, value| secret.hkdf.set_hash(value)),
    Property::writable(names::BCRYPT_HKDF_SALT_AND_FINALIZE, |secret, value| {
        secret.hkdf.set_salt(&secret.value, value)
    }),
    Property::writable(names::BCRYPT_HKDF_PRK_AND_FINALIZE, |secret, value| {
        secret.hkdf.set_key(&secret.value, value)
    }),
];

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secret").field("length", &self.value.len()).finish_non_exhaustive()
    }
}
