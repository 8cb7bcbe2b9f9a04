//! RSA keys.

mod encoding;

use std::sync::Arc;

use self::encoding::Parameters;
use super::{
    Encryption, EncryptionPadding, KeyProperty, Padding, Signature, Size, Validation, boxed, shared,
};
use crate::blob::{self, BlobType, Format, Part, legacy_rsa};
use crate::engine::digest::Digest;
use crate::engine::rsa::{Hash, Key};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// Modulus sizes of generated keys, in bits (behaviour.md t21).
const MIN_BITS: u32 = 512;
/// The largest modulus, in bits.
const MAX_BITS: u32 = 16384;
/// The step between modulus sizes, in bits, that current Windows takes.
const STEP_BITS: u32 = 8;
/// The step that `KeyLengths` tells, as it is documented.
const TOLD_STEP_BITS: u32 = 64;

/// RSA, for everything or for signatures alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Encryption and signatures.
    Whole,
    /// Signatures.
    Signing,
}

impl super::Algorithm for Algorithm {
    fn blobs(&self) -> &'static [BlobType] {
        BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        match self {
            Self::Whole => PROVIDER_PROPERTIES,
            Self::Signing => SIGNING_PROVIDER_PROPERTIES,
        }
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        KEY_PROPERTIES
    }

    fn draft(&self, _: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        require_bits(bits)?;
        shared(Draft { algorithm: *self, bits })
    }

    /// Nothing of a public half is left out by a minimal validation: all of it keeps the arithmetic sound.
    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        _: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let key = match blob.format {
            Format::Rsa | Format::RsaFull => {
                let numbers = blob::rsa::parse(bytes, blob.part)?;
                match numbers.primes {
                    Some((p, q)) => Key::private(numbers.n, numbers.e, p, q, numbers.told),
                    None => Key::public(numbers.n, numbers.e),
                }
            }
            Format::LegacyRsa => {
                let numbers = legacy_rsa::parse(bytes)?;
                Key::private(&numbers.n, &numbers.e, &numbers.p, &numbers.q, Some(numbers.told()))
            }
            _ => Err(Status::NotSupported),
        };
        key.and_then(|key| boxed(Pair { algorithm: *self, key }))
    }
}

static BLOBS: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::Rsa),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::Rsa),
    BlobType::new(names::BCRYPT_RSAPUBLIC_BLOB, Part::Public, Format::Rsa),
    BlobType::new(names::BCRYPT_RSAPRIVATE_BLOB, Part::Private, Format::Rsa),
    BlobType::new(names::BCRYPT_RSAFULLPRIVATE_BLOB, Part::Private, Format::RsaFull),
    // Windows exports the public legacy form only (behaviour.md t43).
    BlobType::export_only(names::LEGACY_RSAPUBLIC_BLOB, Part::Public, Format::LegacyRsa),
    BlobType::new(names::LEGACY_RSAPRIVATE_BLOB, Part::Private, Format::LegacyRsa),
];

const LENGTHS: Property<Provider> =
    Property::readable(names::BCRYPT_KEY_LENGTHS, |_| Ok(Value::Lengths(MIN_BITS, MAX_BITS, TOLD_STEP_BITS)));

static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    LENGTHS,
    Property::readable(names::BCRYPT_PADDING_SCHEMES, |_| {
        Ok(Value::Number(
            SIGNATURE_PADDINGS | names::BCRYPT_SUPPORTED_PAD_PKCS1_ENC | names::BCRYPT_SUPPORTED_PAD_OAEP,
        ))
    }),
];

static SIGNING_PROVIDER_PROPERTIES: &[Property<Provider>] =
    &[LENGTHS, Property::readable(names::BCRYPT_PADDING_SCHEMES, |_| Ok(Value::Number(SIGNATURE_PADDINGS)))];

/// The bits of `PaddingSchemes` for signatures, and the one for every scheme (behaviour.md t25).
const SIGNATURE_PADDINGS: u32 = names::BCRYPT_SUPPORTED_PAD_ROUTER
    | names::BCRYPT_SUPPORTED_PAD_PKCS1_SIG
    | names::BCRYPT_SUPPORTED_PAD_PSS;

static KEY_PROPERTIES: &[KeyProperty] =
    &[KeyProperty::write(names::BCRYPT_KEY_LENGTH), KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH)];

static SETTINGS: &[Setting<Draft>] = &[Setting::new(names::BCRYPT_KEY_LENGTH, |draft, value| {
    draft.bits = length(value)?;
    require_bits(draft.bits)
})];

/// The value of `KeyLength`: a 32-bit number. Fails with `InvalidParameter` for another size (behaviour.md t24).
fn length(value: &[u8]) -> Result<u32> {
    value.try_into().map(u32::from_ne_bytes).map_err(|_| Status::InvalidParameter)
}

fn require_bits(bits: u32) -> Result<()> {
    require((MIN_BITS..=MAX_BITS).contains(&bits) && bits.is_multiple_of(STEP_BITS))
}

fn size(bits: u32) -> Size {
    Size { bits, strength: bits }
}

/// Reads one of the algorithm's own properties of a key with a modulus of so many bits.
fn read(bits: u32, name: &WideName) -> Result<Value> {
    match name.is(names::BCRYPT_SIGNATURE_LENGTH) {
        true => Ok(Value::Number(bits.div_ceil(8))),
        false => Err(Status::NotSupported),
    }
}

/// A key whose length can still be set.
#[derive(Clone, Copy, Debug)]
struct Draft {
    algorithm: Algorithm,
    bits: u32,
}

impl super::Draft for Draft {
    fn size(&self) -> Result<Size> {
        Ok(size(self.bits))
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        read(self.bits, name)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = *self;
        property::apply(SETTINGS, &mut changed, name, value)?;
        shared(changed)
    }

    fn finish(&self) -> Result<Box<dyn super::Pair>> {
        boxed(Pair { algorithm: self.algorithm, key: Key::generate(self.bits)? })
    }
}

/// A key that can be used.
#[derive(Debug)]
struct Pair {
    algorithm: Algorithm,
    key: Key,
}

impl Pair {
    fn require_private(&self) -> Result<()> {
        require(self.key.has_private())
    }
}

impl super::Pair for Pair {
    fn size(&self) -> Size {
        size(self.key.bits())
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        read(self.key.bits(), name)
    }

    /// The length can be set to what it is (behaviour.md t24).
    fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        if !name.is(names::BCRYPT_KEY_LENGTH) {
            return Err(Status::InvalidHandle);
        }
        require(length(value)? == self.key.bits())
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        if blob.part == Part::Private {
            self.require_private()?;
        }
        match blob.format {
            Format::LegacyRsa => legacy_rsa::encode(&self.key, blob.part),
            format => blob::rsa::encode(&self.key, blob.part, format == Format::RsaFull),
        }
    }

    fn signature(&self) -> Option<&dyn Signature> {
        Some(self)
    }

    fn encryption(&self) -> Option<&dyn Encryption> {
        (self.algorithm == Algorithm::Whole).then_some(self)
    }
}

impl Signature for Pair {
    fn size(&self) -> usize {
        self.key.width()
    }

    fn takes(&self, flags: u32) -> bool {
        const MAY_BE_BARE: u32 = names::BCRYPT_PAD_PKCS1 | names::BCRYPT_PAD_PKCS1_OPTIONAL_HASH_OID;
        matches!(flags, names::BCRYPT_PAD_PKCS1 | MAY_BE_BARE | names::BCRYPT_PAD_PSS)
    }

    fn sign(&self, padding: Padding, hash: &[u8], out: &mut [u8]) -> Result<()> {
        let mut encoded = memory::zeros(self.key.width())?;
        match padding {
            Padding::Pkcs1 { hash: digest, may_be_bare: false } => {
                encoding::pkcs1(digest.map(|digest| (digest, Parameters::Null)), hash, &mut encoded)?;
            }
            Padding::Pss { hash: digest, salt } => {
                encoding::pss(digest, salt as usize, hash, self.key.bits(), &mut encoded)?;
            }
            _ => return Err(Status::InvalidParameter),
        }
        self.require_private()?;
        self.key.private_power(&encoded, out)
    }

    /// The number that was signed is compared as a whole with what may have been signed, so that nothing of it is parsed.
    fn verify(&self, padding: Padding, hash: &[u8], signature: &[u8]) -> Result<()> {
        require(signature.len() == self.key.width())?;
        let mut number = memory::zeros(signature.len())?;
        match padding {
            Padding::Pkcs1 { hash: digest, may_be_bare } => {
                let mut expected = memory::zeros(signature.len())?;
                let identified = |parameters| digest.map(|digest| (digest, parameters));
                encoding::pkcs1(identified(Parameters::Null), hash, &mut expected)?;
                self.key.public_power(signature, &mut number)?;
                if number == expected {
                    return Ok(());
                }
                encoding::pkcs1(identified(Parameters::Absent), hash, &mut expected)?;
                if number == expected {
                    return Ok(());
                }
                encoding::pkcs1(None, hash, &mut expected)?;
                if may_be_bare && number == expected { Ok(()) } else { Err(Status::InvalidSignature) }
            }
            Padding::Pss { hash: digest, salt } => {
                self.key.public_power(signature, &mut number)?;
                encoding::verify_pss(digest, salt as usize, hash, self.key.bits(), &mut number)
            }
            _ => Err(Status::InvalidParameter),
        }
    }
}

/// The engine's form of a hash, which OAEP takes. Fails with `NotSupported` for MD2 and MD4.
fn engine_hash(digest: &Digest) -> Result<Hash> {
    digest.hash().ok_or(Status::NotSupported)
}

impl Encryption for Pair {
    fn size(&self) -> usize {
        self.key.width()
    }

    fn encrypt(&self, padding: EncryptionPadding<'_>, text: &[u8], out: &mut [u8]) -> Result<()> {
        match padding {
            EncryptionPadding::None => {
                require(text.len() == self.key.width())?;
                self.key.public_power(text, out)
            }
            EncryptionPadding::Pkcs1 => self.key.encrypt_pkcs1(text, out),
            EncryptionPadding::Oaep { hash, label } => {
                self.key.encrypt_oaep(engine_hash(hash)?, label, text, out)
            }
        }
    }

    fn decrypt(&self, padding: EncryptionPadding<'_>, ciphertext: &[u8], out: &mut [u8]) -> Result<usize> {
        require(ciphertext.len() == self.key.width())?;
        self.require_private()?;
        match padding {
            EncryptionPadding::None => self.key.private_power(ciphertext, out).map(|()| out.len()),
            EncryptionPadding::Pkcs1 => self.key.decrypt_pkcs1(ciphertext, out),
            EncryptionPadding::Oaep { hash, label } => {
                self.key.decrypt_oaep(engine_hash(hash)?, label, ciphertext, out)
            }
        }
    }
}
