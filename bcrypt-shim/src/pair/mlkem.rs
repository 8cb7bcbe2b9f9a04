//! ML-KEM keys (FIPS 203).

use std::sync::Arc;

use super::parameter_set::{self, ParameterSet};
use super::{Encapsulation, KeyProperty, Size, Validation, boxed};
use crate::blob::{self, BlobType, Format, Part};
use crate::engine::mlkem::{Key, SECRET, SEED, Set};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{Property, Value};
use crate::provider::Provider;
use crate::status::Result;
use crate::wide::WideName;

/// ML-KEM.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn blobs(&self) -> &'static [BlobType] {
        BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        PROVIDER_PROPERTIES
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        KEY_PROPERTIES
    }

    fn draft(&self, _: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        parameter_set::Draft::<Set>::start(bits)
    }

    /// The checks of FIPS 203 are made whatever the validation: the engine would refuse to work with such a key.
    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        _: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        match (blob.format, blob.part) {
            (Format::ParameterSetSeed, _) => {
                let (set, seed) = parse(bytes, names::BCRYPT_MLKEM_PRIVATE_SEED_MAGIC, |_| SEED)?;
                Pair::boxed(Key::of_seed(set, seed)?, Some(memory::secret_copy(seed)?))
            }
            (_, Part::Private) => {
                let (set, key) = parse(bytes, names::BCRYPT_MLKEM_PRIVATE_MAGIC, Set::private_size)?;
                Pair::boxed(Key::of_private(set, key)?, None)
            }
            (_, Part::Public) => {
                let (set, key) = parse(bytes, names::BCRYPT_MLKEM_PUBLIC_MAGIC, Set::public_size)?;
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
    BlobType::new(names::BCRYPT_MLKEM_PUBLIC_BLOB, Part::Public, Format::ParameterSet),
    BlobType::new(names::BCRYPT_MLKEM_PRIVATE_BLOB, Part::Private, Format::ParameterSet),
    BlobType::new(names::BCRYPT_MLKEM_PRIVATE_SEED_BLOB, Part::Private, Format::ParameterSetSeed),
];

/// A secret has the same size in every set (behaviour.md t165).
static PROVIDER_PROPERTIES: &[Property<Provider>] =
    &[Property::readable(names::BCRYPT_KEM_SHARED_SECRET_LENGTH, |_| Ok(Value::Number(SECRET as u32)))];

static KEY_PROPERTIES: &[KeyProperty] = &[
    parameter_set::NAME,
    KeyProperty::read(names::BCRYPT_KEM_SHARED_SECRET_LENGTH),
    KeyProperty::read(names::BCRYPT_KEM_CIPHERTEXT_LENGTH),
];

/// What a key tells of its set (behaviour.md t165).
static SET_PROPERTIES: &[Property<Set>] = &[
    Property::readable(names::BCRYPT_KEM_SHARED_SECRET_LENGTH, |_| Ok(Value::Number(SECRET as u32))),
    Property::readable(names::BCRYPT_KEM_CIPHERTEXT_LENGTH, |set| {
        Ok(Value::Number(set.ciphertext_size() as u32))
    }),
];

impl ParameterSet for Set {
    const ALL: &'static [Self] = &[Self::MlKem512, Self::MlKem768, Self::MlKem1024];

    fn name(self) -> &'static str {
        match self {
            Self::MlKem512 => names::BCRYPT_MLKEM_PARAMETER_SET_512,
            Self::MlKem768 => names::BCRYPT_MLKEM_PARAMETER_SET_768,
            Self::MlKem1024 => names::BCRYPT_MLKEM_PARAMETER_SET_1024,
        }
    }

    fn size(self) -> Size {
        let strength = match self {
            Self::MlKem512 => 128,
            Self::MlKem768 => 192,
            Self::MlKem1024 => 256,
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
                encode(names::BCRYPT_MLKEM_PRIVATE_SEED_MAGIC, seed)
            }
            (_, Part::Private) => encode(names::BCRYPT_MLKEM_PRIVATE_MAGIC, &self.key.private()?),
            (_, Part::Public) => encode(names::BCRYPT_MLKEM_PUBLIC_MAGIC, &self.key.public()?),
        }
    }

    fn encapsulation(&self) -> Option<&dyn Encapsulation> {
        Some(self)
    }
}

impl Encapsulation for Pair {
    fn secret_size(&self) -> usize {
        SECRET
    }

    fn ciphertext_size(&self) -> usize {
        self.key.set().ciphertext_size()
    }

    fn encapsulate(&self, secret: &mut [u8], ciphertext: &mut [u8]) -> Result<()> {
        self.key.encapsulate(secret, ciphertext)
    }

    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        self.key.decapsulate(ciphertext, secret)
    }
}
