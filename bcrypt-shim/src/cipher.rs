//! Symmetric ciphers: the kind of object.
//!
//! An algorithm is a value behind [`Algorithm`], one row's. It expands a key once; what is expanded never changes, is
//! shared by all copies of a key, and has one capability for each of its modes. What changes of a key, its mode and its
//! IV, stands beside it and is read once a call, so that no lock is held while a text is worked on.

pub mod aes;
pub mod call;
mod ccm;
pub mod chacha;
mod context;
pub mod des;
mod gcm;
mod mode;
mod operation;
mod padding;
mod property;
pub mod rc2;
pub mod rc4;
mod text;
pub mod xts;

use std::any::Any;
use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::algorithm;
use crate::blob::{key_data, opaque, wrap};
use crate::engine::cipher::{AesKey, TAG};
use crate::handle::Handle;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{Property, Value, find};
use crate::provider::{Choice, Provider};
use crate::status::{Result, Status, require};
use crate::timed_mutex::TimedMutex;
use crate::wide::WideName;

pub use call::{Aad, AuthInfo, Call, Chain};
pub use property::{OBJECT_LENGTH, PROPERTIES, PROVIDER_PROPERTIES};
pub use text::Text;

/// A chaining mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Cipher block chaining.
    Cbc,
    /// Electronic codebook.
    Ecb,
    /// Cipher feedback.
    Cfb,
    /// Counter with CBC-MAC.
    Ccm,
    /// Galois/Counter mode.
    Gcm,
    /// None: the algorithm has no modes.
    NotApplicable,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 6] = [Self::Cbc, Self::Ecb, Self::Cfb, Self::Ccm, Self::Gcm, Self::NotApplicable];

    /// The value of `ChainingMode`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cbc => names::BCRYPT_CHAIN_MODE_CBC,
            Self::Ecb => names::BCRYPT_CHAIN_MODE_ECB,
            Self::Cfb => names::BCRYPT_CHAIN_MODE_CFB,
            Self::Ccm => names::BCRYPT_CHAIN_MODE_CCM,
            Self::Gcm => names::BCRYPT_CHAIN_MODE_GCM,
            Self::NotApplicable => names::BCRYPT_CHAIN_MODE_NA,
        }
    }
}

/// Which way a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From plaintext to ciphertext.
    Encrypt,
    /// Back.
    Decrypt,
}

/// How an algorithm encrypts.
pub trait Algorithm: Any + Debug + Sync {
    /// What is fixed about it.
    fn limits(&self) -> &'static Limits;

    /// Properties of its providers, beside those of every cipher.
    fn provider_properties(&self) -> &'static [Property<Provider>] {
        &[]
    }

    /// Properties of its keys, beside those of every cipher's.
    fn key_properties(&self) -> &'static [Property<Key>] {
        &[]
    }

    /// Expands a key whose length is one of the limits', as properties have chosen.
    fn expand(&self, key: &[u8], choice: &Choice) -> Result<Arc<dyn Cipher>>;

    /// Whether BCRYPT_ENABLE_INCOMPATIBLE_FIPS_CHECKS lets a key pass.
    fn passes_fips_checks(&self, key: &[u8]) -> bool {
        let _ = key;
        true
    }
}

/// What is fixed about a cipher.
#[derive(Debug)]
pub struct Limits {
    /// The least and the greatest key and the step between, in bits: `KeyLengths`.
    pub key_bits: (u32, u32, u32),
    /// The greatest key with BCRYPT_EXTENDED_KEYSIZE, in bits.
    pub extended_key_bits: u32,
    /// Bytes of a block: `BlockLength`.
    pub block: usize,
    /// Its modes, the default first.
    pub modes: &'static [Mode],
    /// What `MessageBlockLength` is to it.
    pub unit: Unit,
    /// The least and the greatest tag and the step between, in bytes, for each mode with tags: `AuthTagLength`.
    pub tags: &'static [(Mode, (u32, u32, u32))],
}

impl Limits {
    /// The tags of a mode. Fails with `NotSupported` for one without.
    pub fn tags(&self, mode: Mode) -> Result<(u32, u32, u32)> {
        self.tags.iter().find(|row| row.0 == mode).map(|row| row.1).ok_or(Status::NotSupported)
    }

    /// How many bytes of a secret are the key. Fails with `InvalidParameter` for a length that is none, and less than
    /// the longest: what follows that is passed over.
    fn key_length(&self, secret: usize, is_extended: bool) -> Result<usize> {
        let (least, greatest, step) = self.key_bits;
        let greatest = if is_extended { self.extended_key_bits } else { greatest };
        let bits = u32::try_from(secret).unwrap_or(u32::MAX).saturating_mul(8).min(greatest);
        require(bits >= least && (bits == least || step != 0 && (bits - least).is_multiple_of(step)))?;
        Ok(bits as usize / 8)
    }
}

/// What `MessageBlockLength` is to a cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: it has no such property.
    None,
    /// The bytes that CFB feeds back, 1 or a block.
    Feedback,
    /// The bytes of a sector, whole blocks.
    Sector,
}

impl Unit {
    /// The bytes of a value. Fails with `NotSupported` where there is no such property, with `InvalidParameter` for a
    /// value it can't have.
    pub fn checked(self, bytes: u32, block: usize) -> Result<u32> {
        let size = bytes as usize;
        match self {
            Self::None => Err(Status::NotSupported),
            Self::Feedback => require(size == 1 || size == block).map(|()| bytes),
            Self::Sector => require(size >= block && size.is_multiple_of(block)).map(|()| bytes),
        }
    }
}

/// An expanded key. Nothing of it changes, but for a key stream that goes on.
pub trait Cipher: Debug + Send + Sync {
    /// What it does in a mode, one of its algorithm's.
    fn capability(&self, mode: Mode) -> Result<Capability<'_>>;

    /// A copy for a key that goes its own way; `None` if the two can share this one.
    fn copy(&self) -> Result<Option<Arc<dyn Cipher>>> {
        Ok(None)
    }

    /// The AES key that wraps others.
    fn wrapping(&self) -> Option<&AesKey> {
        None
    }
}

/// What a key does with a text.
pub enum Capability<'a> {
    /// ECB, CBC, CFB.
    Block(&'a dyn Block),
    /// Authenticated encryption.
    Aead(&'a dyn Aead),
    /// XTS.
    Sectors(&'a dyn Sectors),
    /// A stream cipher.
    Stream(&'a dyn Stream),
}

/// A block cipher.
pub trait Block {
    /// Bytes of a block.
    fn size(&self) -> usize;

    /// Works with what encrypts or decrypts blocks.
    fn with(&self, way: Way, work: &mut dyn FnMut(&mut dyn Blocks) -> Result<()>) -> Result<()>;

    /// ECB over whole blocks.
    fn ecb(&self, way: Way, text: &mut Text<'_>) -> Result<()> {
        self.with(way, &mut |blocks| blocks.apply(text.settle()))
    }

    /// CBC over whole blocks; the IV, of a block, becomes the last one of ciphertext.
    fn cbc(&self, way: Way, iv: &mut [u8], text: &mut Text<'_>) -> Result<()>;

    /// CFB with a feedback of a byte or a block; the IV, of a block, becomes the shift register.
    fn cfb(&self, way: Way, unit: usize, iv: &mut [u8], text: &mut Text<'_>) -> Result<()>;
}

/// What encrypts or decrypts blocks, each for itself.
pub trait Blocks {
    /// Works on whole blocks in place.
    fn apply(&mut self, blocks: &mut [u8]) -> Result<()>;
}

/// Authenticated encryption with associated data.
pub trait Aead {
    /// The lengths of nonces, in bytes.
    fn nonces(&self) -> RangeInclusive<usize>;

    /// The longest text for a nonce of a length.
    fn longest(&self, nonce: usize) -> u64 {
        let _ = nonce;
        u64::MAX
    }

    /// Encrypts and makes a whole tag, which is cut to the length asked for.
    fn seal(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &mut [u8; TAG]) -> Result<()>;

    /// Decrypts. Fails with `AuthTagMismatch` for a tag that is wrong, and leaves no plaintext then.
    fn open(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &[u8]) -> Result<()>;

    /// Encrypts or decrypts a part of a text; the last makes a whole tag, or compares it with what is expected. Fails
    /// with `NotSupported` where that can't be done in parts, with `AuthTagMismatch`.
    fn part(
        &self,
        way: Way,
        message: &Message<'_>,
        chain: &mut Chain,
        text: &mut Text<'_>,
        expected: &[u8],
        tag: &mut [u8; TAG],
    ) -> Result<()> {
        let _ = (way, message, chain, text, expected, tag);
        Err(Status::NotSupported)
    }
}

/// What goes with a text that is encrypted with authentication.
#[derive(Debug)]
pub struct Message<'a> {
    /// The nonce.
    pub nonce: &'a [u8],
    /// What is authenticated and not encrypted.
    pub aad: &'a [u8],
    /// Bytes of the tag.
    pub tag: usize,
}

/// A cipher of sectors.
pub trait Sectors {
    /// Works on units of whole blocks, numbered from the first one on.
    fn run(&self, way: Way, unit: usize, first: u64, text: Text<'_>) -> Result<()>;
}

/// A stream cipher, whose key stream goes on from call to call.
pub trait Stream {
    /// Adds the next bytes of the key stream.
    fn apply(&self, text: &mut Text<'_>) -> Result<()>;
}

/// The longest IV that a key keeps: a block.
const MAX_IV: usize = 16;

/// A symmetric key.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    does: &'static dyn Algorithm,
    secret: SecretBytes,
    /// The mode and the unit.
    chosen: AtomicU64,
    state: TimedMutex<State>,
    cipher: Arc<dyn Cipher>,
}

/// What else changes of a key.
#[derive(Clone, Debug)]
struct State {
    iv: [u8; MAX_IV],
    effective_bits: Option<u32>,
    /// Expanded anew, for other effective bits.
    cipher: Option<Arc<dyn Cipher>>,
}

impl Key {
    /// The flags of BCryptGenerateSymmetricKey and BCryptImportKey.
    pub const FLAGS: u32 = names::BCRYPT_EXTENDED_KEYSIZE | names::BCRYPT_ENABLE_INCOMPATIBLE_FIPS_CHECKS;

    /// A key of these bytes.
    ///
    /// Fails with `NotSupported` for an algorithm that is no cipher, `InvalidParameter` for a length that it does not
    /// have (behaviour.md s46), and for what the checks of the flags refuse (s78).
    pub fn new(provider: &Provider, handle: Handle, secret: &[u8], flags: u32) -> Result<Self> {
        let algorithm = provider.algorithm();
        let does = algorithm.cipher()?;
        let is_extended = flags & names::BCRYPT_EXTENDED_KEYSIZE != 0;
        let length = does.limits().key_length(secret.len(), is_extended)?;
        let secret = memory::secret_copy(secret.get(..length).ok_or(Status::InternalError)?)?;
        let is_strict = flags & names::BCRYPT_ENABLE_INCOMPATIBLE_FIPS_CHECKS != 0;
        require(!is_strict || does.passes_fips_checks(&secret))?;
        Self::made(algorithm, does, handle, secret, &provider.choice()?)
    }

    fn made(
        algorithm: &'static algorithm::Algorithm,
        does: &'static dyn Algorithm,
        provider: Handle,
        secret: SecretBytes,
        choice: &Choice,
    ) -> Result<Self> {
        let mode = choice.mode.or_else(|| does.limits().modes.first().copied());
        let cipher = does.expand(&secret, choice)?;
        let state = State { iv: [0; MAX_IV], effective_bits: choice.effective_bits, cipher: None };
        Ok(Self {
            algorithm,
            provider,
            does,
            secret,
            chosen: AtomicU64::new(packed(mode.unwrap_or(Mode::NotApplicable), choice.unit.unwrap_or(0))),
            state: TimedMutex::new(state),
            cipher,
        })
    }

    /// A copy that goes its own way from here on (behaviour.md s51).
    pub fn duplicate(&self) -> Result<Self> {
        let mut state = self.state.lock()?.clone();
        let used = state.cipher.take().unwrap_or_else(|| Arc::clone(&self.cipher));
        let cipher = used.copy()?.unwrap_or(used);
        Ok(Self {
            algorithm: self.algorithm,
            provider: self.provider,
            does: self.does,
            secret: memory::secret_copy(&self.secret)?,
            chosen: AtomicU64::new(self.chosen.load(Ordering::Relaxed)),
            state: TimedMutex::new(state),
            cipher,
        })
    }

    /// The key of a blob, unwrapped with another key where the blob is wrapped.
    ///
    /// Fails with `NotSupported` for a blob type that no cipher has, `InvalidParameter` for anything wrong in the blob.
    pub fn import(
        provider: &Provider,
        handle: Handle,
        wrapping: Option<&Key>,
        blob_type: &WideName,
        blob: &[u8],
        flags: u32,
    ) -> Result<Self> {
        let algorithm = provider.algorithm();
        let does = algorithm.cipher()?;
        match BlobType::find(blob_type)? {
            BlobType::KeyData => {
                require(wrapping.is_none())?;
                Self::new(provider, handle, key_data::parse(blob)?, flags)
            }
            BlobType::Wrapped => {
                let wrapping = wrapping.ok_or(Status::InvalidParameter)?.wrapping()?;
                Self::new(provider, handle, &wrap::parse(wrapping, blob)?, flags)
            }
            BlobType::Opaque => {
                require(wrapping.is_none())?;
                let opaque = opaque::parse(blob)?;
                require(opaque.algorithm == algorithm.name.as_bytes())?;
                let length = does.limits().key_length(opaque.key.len(), true)?;
                require(length == opaque.key.len())?;
                let mode = does.limits().modes.iter().find(|mode| **mode as u32 == opaque.mode);
                let choice = Choice {
                    mode: Some(*mode.ok_or(Status::InvalidParameter)?),
                    unit: does.limits().unit.checked(opaque.unit, does.limits().block).ok(),
                    effective_bits: Some(opaque.effective_bits).filter(|bits| *bits != 0),
                    ..Choice::default()
                };
                Self::made(algorithm, does, handle, memory::secret_copy(opaque.key)?, &choice)
            }
        }
    }

    /// The key as a blob, wrapped with another key where the type asks for that. Fails as [`Self::import`] does.
    pub fn export(&self, wrapping: Option<&Key>, blob_type: &WideName) -> Result<SecretBytes> {
        let blob_type = BlobType::find(blob_type)?;
        require((blob_type == BlobType::Wrapped) == wrapping.is_some())?;
        match (blob_type, wrapping) {
            (BlobType::Opaque, _) => {
                let chosen = self.chosen();
                opaque::encode(&opaque::Blob {
                    algorithm: self.algorithm.name.as_bytes(),
                    mode: chosen.mode as u32,
                    unit: chosen.unit,
                    effective_bits: self.state.lock()?.effective_bits.unwrap_or(0),
                    key: &self.secret,
                })
            }
            (_, Some(wrapping)) => wrap::encode(wrapping.wrapping()?, &self.secret),
            (_, None) => key_data::encode(&self.secret),
        }
    }

    /// What wraps other keys. Fails with `InvalidParameter` for a key that is not AES.
    fn wrapping(&self) -> Result<&AesKey> {
        self.cipher.wrapping().ok_or(Status::InvalidParameter)
    }

    /// Reads a property. Fails with `NotSupported` if there is none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        self.property(name)?.read(self)
    }

    /// Sets a property. Fails with `NotSupported` if there is none of this name or it is read-only.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        self.property(name)?.write(self, value)
    }

    fn property(&self, name: &WideName) -> Result<&'static Property<Self>> {
        let tables = [PROPERTIES, self.does.key_properties()];
        tables.into_iter().find_map(|table| find(table, name)).ok_or(Status::NotSupported)
    }

    fn limits(&self) -> &'static Limits {
        self.does.limits()
    }

    fn chosen(&self) -> Chosen {
        let packed = self.chosen.load(Ordering::Relaxed);
        let mode = Mode::ALL.get((packed >> u32::BITS) as usize).copied();
        Chosen { mode: mode.unwrap_or(Mode::NotApplicable), unit: packed as u32 }
    }

    fn choose(&self, change: impl Fn(Chosen) -> Chosen) {
        // Which of two threads comes last is theirs to settle.
        let Chosen { mode, unit } = change(self.chosen());
        self.chosen.store(packed(mode, unit), Ordering::Relaxed);
    }
}

/// What properties have chosen of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen {
    mode: Mode,
    /// `MessageBlockLength`; 0 if it was not set.
    unit: u32,
}

fn packed(mode: Mode, unit: u32) -> u64 {
    (mode as u64) << u32::BITS | u64::from(unit)
}

/// The blob types of symmetric keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobType {
    /// BCRYPT_KEY_DATA_BLOB_HEADER and the key.
    KeyData,
    /// Wrapped as RFC 3394 does, by an AES key.
    Wrapped,
    /// Ours.
    Opaque,
}

/// The `pszBlobType` of each.
pub static BLOB_TYPES: &[(&str, BlobType)] = &[
    (names::BCRYPT_KEY_DATA_BLOB, BlobType::KeyData),
    (names::BCRYPT_AES_WRAP_KEY_BLOB, BlobType::Wrapped),
    (names::BCRYPT_OPAQUE_KEY_BLOB, BlobType::Opaque),
];

impl BlobType {
    /// The type of a name. Fails with `NotSupported`.
    fn find(name: &WideName) -> Result<Self> {
        BLOB_TYPES.iter().find(|row| name.is(row.0)).map(|row| row.1).ok_or(Status::NotSupported)
    }
}
