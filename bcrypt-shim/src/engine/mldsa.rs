//! ML-DSA (FIPS 204). Keys and signatures are the encodings of the standard.
//!
//! What is signed is μ = SHAKE256(tr ‖ M′), 64 bytes, with tr = SHAKE256(pk), 64 bytes, and M′ the message behind what
//! [`Message`] says. It is made here, so that the three ways to sign have one path through the engine, which has only two.

use std::fmt;

use super::sponge::{Sponge, Strength};
use super::{ffi, generator, random, stack};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// Bytes of a seed.
pub const SEED: usize = 32;
/// Bytes of μ.
pub const MU: usize = 64;
/// The longest context.
pub const MAX_CONTEXT: usize = 255;
/// Bytes of tr, and where it lies in a private key: behind ρ and K.
const TR: usize = 64;
const TR_START: usize = 64;

/// The parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// ML-DSA-44.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
}

impl Set {
    /// Bytes of a public key (FIPS 204, table 2).
    pub const fn public_size(self) -> usize {
        match self {
            Self::MlDsa44 => 1312,
            Self::MlDsa65 => 1952,
            Self::MlDsa87 => 2592,
        }
    }

    /// Bytes of a private key.
    pub const fn private_size(self) -> usize {
        match self {
            Self::MlDsa44 => 2560,
            Self::MlDsa65 => 4032,
            Self::MlDsa87 => 4896,
        }
    }

    /// Bytes of a signature.
    pub const fn signature_size(self) -> usize {
        match self {
            Self::MlDsa44 => 2420,
            Self::MlDsa65 => 3309,
            Self::MlDsa87 => 4627,
        }
    }

    /// Makes a private key; the stack is overwritten as deep as the engine goes: 34 528, 54 048 and 84 320 bytes were seen.
    fn making<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::MlDsa44 => stack::deep::<{ 36 << 10 }, _>(work),
            Self::MlDsa65 => stack::deep::<{ 55 << 10 }, _>(work),
            Self::MlDsa87 => stack::deep::<{ 85 << 10 }, _>(work),
        }
    }

    /// Signs; the same, deeper: 52 992, 77 696 and 115 328 bytes.
    fn signing<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::MlDsa44 => stack::deep::<{ 54 << 10 }, _>(work),
            Self::MlDsa65 => stack::deep::<{ 78 << 10 }, _>(work),
            Self::MlDsa87 => stack::deep::<{ 115 << 10 }, _>(work),
        }
    }
}

/// What is signed, and how.
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// A message (FIPS 204, algorithms 2 and 3): M′ = 0 ‖ |context| ‖ context ‖ message.
    Pure {
        /// At most 255 bytes.
        context: &'a [u8],
        /// The message.
        message: &'a [u8],
    },
    /// The hash of a message (algorithms 4 and 5): M′ = 1 ‖ |context| ‖ context ‖ identifier ‖ hash.
    Hashed {
        /// At most 255 bytes.
        context: &'a [u8],
        /// The hash's object identifier, in DER.
        identifier: &'a [u8],
        /// The hash.
        hash: &'a [u8],
    },
    /// μ itself, made by the caller (FIPS 204, 6.2).
    Mu(&'a [u8]),
}

/// A key: both halves, or the public one.
pub struct Key {
    set: Set,
    has_private: bool,
    /// The hash of the public half.
    tr: [u8; TR],
    key: ffi::MlDsaKey,
}

impl Key {
    /// Both halves of a new seed, which is written. Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate(set: Set, seed: &mut [u8]) -> Result<Self> {
        random::fill(seed)?;
        Self::of_seed(set, seed)
    }

    /// Both halves of a seed. Fails with `InvalidParameter` for another size.
    pub fn of_seed(set: Set, seed: &[u8]) -> Result<Self> {
        let seed = seed.try_into().map_err(|_| Status::InvalidParameter)?;
        Self::of_both(set, set.making(|| ffi::MlDsaKey::of_seed(set, seed))?)
    }

    /// Both halves of the encoded private one. Fails with `InvalidParameter` for another size, for numbers that are out of
    /// range, and unless t0 and tr are those that its other parts give.
    pub fn of_private(set: Set, private: &[u8]) -> Result<Self> {
        require(private.len() == set.private_size())?;
        Self::of_both(set, set.making(|| ffi::MlDsaKey::of_private(set, private))?)
    }

    fn of_both(set: Set, key: ffi::MlDsaKey) -> Result<Self> {
        let mut private = memory::secret_zeros(set.private_size())?;
        key.private(&mut private)?;
        let tr = private.get(TR_START..).and_then(|rest| rest.first_chunk()).ok_or(Status::InternalError)?;
        Ok(Self { set, has_private: true, tr: *tr, key })
    }

    /// The public half. Fails with `InvalidParameter` for another size; every number in it is in range.
    pub fn of_public(set: Set, public: &[u8]) -> Result<Self> {
        require(public.len() == set.public_size())?;
        let key = ffi::MlDsaKey::of_public(set, public)?;
        let mut tr = [0; TR];
        shake256(&[public], &mut tr)?;
        Ok(Self { set, has_private: false, tr, key })
    }

    /// Its parameter set.
    pub fn set(&self) -> Set {
        self.set
    }

    /// Whether it has both halves.
    pub fn has_private(&self) -> bool {
        self.has_private
    }

    /// The encoded public half.
    pub fn public(&self) -> Result<SecretBytes> {
        let mut bytes = memory::secret_zeros(self.set.public_size())?;
        self.key.public(&mut bytes)?;
        Ok(bytes)
    }

    /// The encoded private half. Fails with `InvalidParameter` if it is missing.
    pub fn private(&self) -> Result<SecretBytes> {
        require(self.has_private)?;
        let mut bytes = memory::secret_zeros(self.set.private_size())?;
        self.key.private(&mut bytes)?;
        Ok(bytes)
    }

    /// μ. Fails with `InvalidParameter` if the context is longer than 255 bytes, or a μ has another size.
    pub fn mu(&self, message: Message<'_>) -> Result<[u8; MU]> {
        let (domain, context, parts) = match message {
            Message::Mu(mu) => return mu.try_into().map_err(|_| Status::InvalidParameter),
            Message::Pure { context, message } => (0, context, [message, &[]]),
            Message::Hashed { context, identifier, hash } => (1, context, [identifier, hash]),
        };
        let length = u8::try_from(context.len()).map_err(|_| Status::InvalidParameter)?;
        let mut mu = [0; MU];
        let [first, second] = parts;
        shake256(&[&self.tr, &[domain, length], context, first, second], &mut mu)?;
        Ok(mu)
    }

    /// Writes a signature over all of `out`, which has its size. It is hedged (FIPS 204, 3.4): random bytes go into it.
    /// Fails with `InvalidParameter` if the private half is missing or as [`Self::mu`] does, and as [`generator::drawing`]
    /// does.
    pub fn sign(&self, message: Message<'_>, out: &mut [u8]) -> Result<()> {
        require(self.has_private)?;
        let mu = self.mu(message)?;
        self.set.signing(|| generator::drawing(|draw| self.key.sign(draw, &mu, out)))
    }

    /// Fails with `InvalidSignature` unless the bytes are this key's signature, and as [`Self::mu`] does.
    pub fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<()> {
        self.key.verify(&self.mu(message)?, signature)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Key").field("set", &self.set).finish_non_exhaustive()
    }
}

/// Writes SHAKE256 of the parts, one after the other, over all of `out`.
fn shake256(parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    let mut sponge = Sponge::new(Strength::Of256, b"", b"");
    parts.iter().try_for_each(|part| sponge.update(part))?;
    sponge.squeeze(out);
    Ok(())
}
