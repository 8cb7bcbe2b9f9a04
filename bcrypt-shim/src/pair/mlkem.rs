//! ML-KEM keys (FIPS 203).

use super::parameter_set::{self, Form, ParameterSet, blobs};
use super::{Encapsulation, KeyProperty};
use crate::blob::BlobType;
use crate::engine::mlkem::{Key, SECRET, SEED, Set};
use crate::names;
use crate::property::{Property, Value};
use crate::provider::Provider;
use crate::status::Result;

/// ML-KEM.
pub type Algorithm = parameter_set::Algorithm<Set>;

/// A key that can be used.
type Pair = parameter_set::Pair<Set>;

impl ParameterSet for Set {
    type Key = Key;

    const ALL: &'static [Self] = &[Self::MlKem512, Self::MlKem768, Self::MlKem1024];

    const BLOBS: &'static [BlobType] = &blobs(
        names::BCRYPT_MLKEM_PUBLIC_BLOB,
        names::BCRYPT_MLKEM_PRIVATE_BLOB,
        names::BCRYPT_MLKEM_PRIVATE_SEED_BLOB,
    );

    const PUBLIC: Form<Self> = Form {
        magic: names::BCRYPT_MLKEM_PUBLIC_MAGIC,
        size: Self::public_size,
        read: Key::of_public,
        write: |pair| pair.key.public(),
    };

    const PRIVATE: Form<Self> = Form {
        magic: names::BCRYPT_MLKEM_PRIVATE_MAGIC,
        size: Self::private_size,
        read: Key::of_private,
        write: |pair| pair.key.private(),
    };

    const SEED: Form<Self> = Form {
        magic: names::BCRYPT_MLKEM_PRIVATE_SEED_MAGIC,
        size: |_| SEED,
        read: Key::of_seed,
        write: |pair| pair.seed(pair.key.has_private()),
    };

    /// A secret has the same size in every set (behaviour.md t165).
    const PROVIDER_PROPERTIES: &'static [Property<Provider>] =
        &[Property::readable(names::BCRYPT_KEM_SHARED_SECRET_LENGTH, |_| Ok(Value::Number(SECRET as u32)))];

    const KEY_PROPERTIES: &'static [KeyProperty] = &[
        parameter_set::NAME,
        KeyProperty::read(names::BCRYPT_KEM_SHARED_SECRET_LENGTH),
        KeyProperty::read(names::BCRYPT_KEM_CIPHERTEXT_LENGTH),
    ];

    /// Behaviour.md t165.
    const PROPERTIES: &'static [Property<Self>] = &[
        Property::readable(names::BCRYPT_KEM_SHARED_SECRET_LENGTH, |_| Ok(Value::Number(SECRET as u32))),
        Property::readable(names::BCRYPT_KEM_CIPHERTEXT_LENGTH, |set| {
            Ok(Value::Number(set.ciphertext_size() as u32))
        }),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::MlKem512 => names::BCRYPT_MLKEM_PARAMETER_SET_512,
            Self::MlKem768 => names::BCRYPT_MLKEM_PARAMETER_SET_768,
            Self::MlKem1024 => names::BCRYPT_MLKEM_PARAMETER_SET_1024,
        }
    }

    fn strength(self) -> u32 {
        match self {
            Self::MlKem512 => 128,
            Self::MlKem768 => 192,
            Self::MlKem1024 => 256,
        }
    }

    fn generate(self, seed: &mut [u8]) -> Result<Key> {
        Key::generate(self, seed)
    }

    fn encapsulation(pair: &Pair) -> Option<&dyn Encapsulation> {
        Some(pair)
    }
}

impl Encapsulation for Pair {
    fn secret_size(&self) -> usize {
        SECRET
    }

    fn ciphertext_size(&self) -> usize {
        self.set.ciphertext_size()
    }

    fn encapsulate(&self, secret: &mut [u8], ciphertext: &mut [u8]) -> Result<()> {
        self.key.encapsulate(secret, ciphertext)
    }

    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        self.key.decapsulate(ciphertext, secret)
    }
}
