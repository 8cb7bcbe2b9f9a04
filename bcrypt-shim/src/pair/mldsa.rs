//! ML-DSA keys (FIPS 204).

use super::parameter_set::{self, Form, ParameterSet, blobs};
use super::{KeyProperty, Padding, Signature};
use crate::blob::BlobType;
use crate::engine::mldsa::{Key, Message, SEED, Set};
use crate::names;
use crate::property::{Property, Value};
use crate::status::{Result, Status, require};

/// ML-DSA.
pub type Algorithm = parameter_set::Algorithm<Set>;

/// A key that can be used.
type Pair = parameter_set::Pair<Set>;

impl ParameterSet for Set {
    type Key = Key;

    const ALL: &'static [Self] = &[Self::MlDsa44, Self::MlDsa65, Self::MlDsa87];

    const BLOBS: &'static [BlobType] = &blobs(
        names::BCRYPT_PQDSA_PUBLIC_BLOB,
        names::BCRYPT_PQDSA_PRIVATE_BLOB,
        names::BCRYPT_PQDSA_PRIVATE_SEED_BLOB,
    );

    const PUBLIC: Form<Self> = Form {
        magic: names::BCRYPT_MLDSA_PUBLIC_MAGIC,
        size: Self::public_size,
        read: Key::of_public,
        write: |pair| pair.key.public(),
    };

    const PRIVATE: Form<Self> = Form {
        magic: names::BCRYPT_MLDSA_PRIVATE_MAGIC,
        size: Self::private_size,
        read: Key::of_private,
        write: |pair| pair.key.private(),
    };

    const SEED: Form<Self> = Form {
        magic: names::BCRYPT_MLDSA_PRIVATE_SEED_MAGIC,
        size: |_| SEED,
        read: Key::of_seed,
        write: |pair| pair.seed(pair.key.has_private()),
    };

    const KEY_PROPERTIES: &'static [KeyProperty] =
        &[parameter_set::NAME, KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH)];

    const PROPERTIES: &'static [Property<Self>] =
        &[Property::readable(names::BCRYPT_SIGNATURE_LENGTH, |set| {
            Ok(Value::Number(set.signature_size() as u32))
        })];

    fn name(self) -> &'static str {
        match self {
            Self::MlDsa44 => names::BCRYPT_MLDSA_PARAMETER_SET_44,
            Self::MlDsa65 => names::BCRYPT_MLDSA_PARAMETER_SET_65,
            Self::MlDsa87 => names::BCRYPT_MLDSA_PARAMETER_SET_87,
        }
    }

    fn strength(self) -> u32 {
        match self {
            Self::MlDsa44 => 128,
            Self::MlDsa65 => 192,
            Self::MlDsa87 => 256,
        }
    }

    fn generate(self, seed: &mut [u8]) -> Result<Key> {
        Key::generate(self, seed)
    }

    fn signature(pair: &Pair) -> Option<&dyn Signature> {
        Some(pair)
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

impl Pair {
    /// What is signed of an input. Fails with `InvalidParameter` for a padding of RSA and for a hash of another size than
    /// it is said to be (behaviour.md t147), with `NotSupported` for a hash that the set does not take (t146).
    fn message<'a>(&self, padding: Padding<'a>, input: &'a [u8]) -> Result<Message<'a>> {
        match padding {
            Padding::None => Ok(Message::Pure { context: &[], message: input }),
            Padding::Pqdsa { context, prehash: None } => Ok(Message::Pure { context, message: input }),
            Padding::Pqdsa { context, prehash: Some(name) } => {
                let set = self.set.strength();
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

impl Signature for Pair {
    fn size(&self) -> usize {
        self.set.signature_size()
    }

    fn takes(&self, flags: u32) -> bool {
        matches!(flags, 0 | names::BCRYPT_PAD_PQDSA | names::BCRYPT_MLDSA_EXTERNAL_MU)
    }

    fn sign(&self, padding: Padding, input: &[u8], out: &mut [u8]) -> Result<()> {
        self.key.sign(self.message(padding, input)?, out)
    }

    fn verify(&self, padding: Padding, input: &[u8], signature: &[u8]) -> Result<()> {
        let message = self.message(padding, input)?;
        require(signature.len() == self.set.signature_size())?;
        self.key.verify(message, signature)
    }
}
