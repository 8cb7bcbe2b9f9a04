//! ML-DSA keys (FIPS 204).

use std::sync::Arc;

use super::parameter_set::{self, ParameterSet};
use super::{KeyProperty, Padding, Signature, Size, Validation, boxed};
use crate::blob::{self, BlobType, Format, Part};
use crate::engine::mldsa::{Key, Message, SEED, Set};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{Property, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// ML-DSA.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn blobs(&self) -> &'static [BlobType] {
        BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        &[]
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        KEY_PROPERTIES
    }

    fn draft(&self, _: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        parameter_set::Draft::<Set>::start(bits)
    }

    /// A private key is checked whatever the validation (behaviour.md t149): the engine finds the public half by it.
    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        _: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        match (blob.format, blob.part) {
            (Format::ParameterSetSeed, _) => {
                let (set, seed) = parse(bytes, names::BCRYPT_MLDSA_PRIVATE_SEED_MAGIC, |_| SEED)?;
                Pair::boxed(Key::of_seed(set, seed)?, Some(memory::secret_copy(seed)?))
            }
            (_, Part::Private) => {
                let (set, key) = parse(bytes, names::BCRYPT_MLDSA_PRIVATE_MAGIC, Set::private_size)?;
                Pair::boxed(Key::of_private(set, key)?, None)
            }
            (_, Part::Public) => {
                let (set, key) = parse(bytes, names::BCRYPT_MLDSA_PUBLIC_MAGIC, Set::public_size)?;
                Pair::boxed(Key::of_public(set, key)?, None)
            }
        }
    }
}

fn parse(bytes: &[u8], magic: u32, size: fn(Set) -> usize) -> Result<(Set, &[u8])> {
    parameter_set::parse(bytes, magic, size)
}

static BLOBS: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::ParameterSet),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::ParameterSet),
    BlobType::new(names::BCRYPT_PQDSA_PUBLIC_BLOB, Part::Public, Format::ParameterSet),
    BlobType::new(names::BCRYPT_PQDSA_PRIVATE_BLOB, Part::Private, Format::ParameterSet),
    BlobType::new(names::BCRYPT_PQDSA_PRIVATE_SEED_BLOB, Part::Private, Format::ParameterSetSeed),
];

static KEY_PROPERTIES: &[KeyProperty] =
    &[parameter_set::NAME, KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH)];

static SET_PROPERTIES: &[Property<Set>] = &[Property::readable(names::BCRYPT_SIGNATURE_LENGTH, |set| {
    Ok(Value::Number(set.signature_size() as u32))
})];

impl ParameterSet for Set {
    const ALL: &'static [Self] = &[Self::MlDsa44, Self::MlDsa65, Self::MlDsa87];

    fn name(self) -> &'static str {
        match self {
            Self::MlDsa44 => names::BCRYPT_MLDSA_PARAMETER_SET_44,
            Self::MlDsa65 => names::BCRYPT_MLDSA_PARAMETER_SET_65,
            Self::MlDsa87 => names::BCRYPT_MLDSA_PARAMETER_SET_87,
        }
    }

    fn size(self) -> Size {
        let strength = match self {
            Self::MlDsa44 => 128,
            Self::MlDsa65 => 192,
            Self::MlDsa87 => 256,
        };
        Size { bits: self.public_size() as u32 * 8, strength }
    }

    fn properties() -> &'static [Property<Self>] {
        SET_PROPERTIES
    }

    fn generate(self) -> Result<Box<dyn super::Pair>> {
        let mut seed = memory::secret_zeros(SEED)?;
        let key = Key::generate(self, &mut seed)?;
        Pair::boxed(key, Some(seed))
    }
}

/// A hash that HashML-DSA signs.
#[derive(Debug)]
struct Prehash {
    name: &'static str,
    /// Bytes of its output.
    length: usize,
    /// Bits of security against collisions, which are no fewer than those of the set (FIPS 204, 5.4.1).
    strength: u32,
    /// Its object identifier, in DER.
    identifier: [u8; 11],
}

impl Prehash {
    /// A hash of NIST's arc 2.16.840.1.101.3.4.2, by its last number there.
    const fn new(name: &'static str, length: usize, strength: u32, number: u8) -> Self {
        let identifier = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number];
        Self { name, length, strength, identifier }
    }
}

/// Those that Windows takes, each with the sets that are not stronger (behaviour.md t146).
static PREHASHES: &[Prehash] = &[
    Prehash::new(names::BCRYPT_SHA256_ALGORITHM, 32, 128, 1),
    Prehash::new(names::BCRYPT_SHA384_ALGORITHM, 48, 192, 2),
    Prehash::new(names::BCRYPT_SHA512_ALGORITHM, 64, 256, 3),
    Prehash::new(names::BCRYPT_SHA3_256_ALGORITHM, 32, 128, 8),
    Prehash::new(names::BCRYPT_SHA3_384_ALGORITHM, 48, 192, 9),
    Prehash::new(names::BCRYPT_SHA3_512_ALGORITHM, 64, 256, 10),
    Prehash::new(names::BCRYPT_SHAKE128_ALGORITHM, 32, 128, 11),
    Prehash::new(names::BCRYPT_SHAKE256_ALGORITHM, 64, 256, 12),
];

/// A key that can be used.
#[derive(Debug)]
struct Pair {
    key: Key,
    /// What it was made of, unless it was imported without (behaviour.md t127).
    seed: Option<SecretBytes>,
}

impl Pair {
    fn boxed(key: Key, seed: Option<SecretBytes>) -> Result<Box<dyn super::Pair>> {
        boxed(Self { key, seed })
    }

    /// What is signed of an input. Fails with `InvalidParameter` for a padding of RSA and for a hash of another size than
    /// it is said to be (behaviour.md t147), with `NotSupported` for a hash that the set does not take (t146).
    fn message<'a>(&self, padding: Padding<'a>, input: &'a [u8]) -> Result<Message<'a>> {
        match padding {
            Padding::None => Ok(Message::Pure { context: &[], message: input }),
            Padding::Pqdsa { context, prehash: None } => Ok(Message::Pure { context, message: input }),
            Padding::Pqdsa { context, prehash: Some(name) } => {
                let set = self.key.set().size().strength;
                let known = |row: &&Prehash| name.is_ignoring_case(row.name) && row.strength >= set;
                let prehash = PREHASHES.iter().find(known).ok_or(Status::NotSupported)?;
                require(input.len() == prehash.length)?;
                Ok(Message::Hashed { context, identifier: &prehash.identifier, hash: input })
            }
            Padding::ExternalMu => Ok(Message::Mu(input)),
            _ => Err(Status::InvalidParameter),
        }
    }
}

impl super::Pair for Pair {
    fn size(&self) -> Size {
        self.key.set().size()
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        parameter_set::read(Some(self.key.set()), name)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let set = self.key.set().name();
        let encode = |magic, key: &[u8]| blob::parameter_set::encode(magic, set, key);
        match (blob.format, blob.part) {
            (Format::ParameterSetSeed, _) => {
                let seed = parameter_set::seed(self.seed.as_deref(), self.key.has_private())?;
                encode(names::BCRYPT_MLDSA_PRIVATE_SEED_MAGIC, seed)
            }
            (_, Part::Private) => encode(names::BCRYPT_MLDSA_PRIVATE_MAGIC, &self.key.private()?),
            (_, Part::Public) => encode(names::BCRYPT_MLDSA_PUBLIC_MAGIC, &self.key.public()?),
        }
    }

    fn signature(&self) -> Option<&dyn Signature> {
        Some(self)
    }
}

impl Signature for Pair {
    fn size(&self) -> usize {
        self.key.set().signature_size()
    }

    fn takes(&self, flags: u32) -> bool {
        matches!(flags, 0 | names::BCRYPT_PAD_PQDSA | names::BCRYPT_MLDSA_EXTERNAL_MU)
    }

    fn sign(&self, padding: Padding, input: &[u8], out: &mut [u8]) -> Result<()> {
        self.key.sign(self.message(padding, input)?, out)
    }

    fn verify(&self, padding: Padding, input: &[u8], signature: &[u8]) -> Result<()> {
        let message = self.message(padding, input)?;
        require(signature.len() == self.key.set().signature_size())?;
        self.key.verify(message, signature)
    }
}
