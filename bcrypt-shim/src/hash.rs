//! Hashes and MACs: the kind of object.
//!
//! An algorithm is a value behind [`Algorithm`], one row's; it makes [`State`]s, which an [`Object`] lends to one call
//! at a time. The state is always ours: the caller's `pbHashObject` is never used.

pub mod aes;
pub mod digest;
pub mod multi;
mod tls;
pub mod xof;

use std::any::Any;
use std::fmt::Debug;

use zeroize::Zeroize;

use crate::algorithm::{self, ALGORITHMS, Does};
use crate::engine::digest::LONGEST;
use crate::engine::stack;
use crate::handle::Handle;
use crate::lent::Lent;
use crate::memory::Placed;
use crate::names;
use crate::property::{self, Property, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// How an algorithm hashes.
pub trait Algorithm: Any + Debug + Sync {
    /// What is fixed about it.
    fn limits(&self) -> &Limits;

    /// Properties of its providers, beside those of every hash.
    fn provider_properties(&self) -> &'static [Property<Provider>] {
        &[]
    }

    /// The names of the properties that its states take, as the documentation lists them; [`State::set`] does it.
    fn state_properties(&self) -> &'static [&'static str] {
        &[]
    }

    /// A hash, or with a key a MAC, that has read nothing yet. Fails with `InvalidParameter` for a key that the
    /// algorithm does not take.
    fn start(&self, key: Option<&[u8]>) -> Result<Started>;

    /// Hashes one input, where it can without memory of its own; `digest` has a length that the limits allow.
    fn once(&self, key: Option<&[u8]>, input: &[u8], digest: &mut [u8]) -> Result<()> {
        let mut started = self.start(key)?;
        started.state()?.update(input)?;
        started.state()?.finish(digest, Then::End)
    }

    /// Whether, with a key, it is a pseudo-random function: its MAC has one length and needs nothing else.
    fn is_prf(&self) -> bool {
        let limits = self.limits();
        limits.key != Keying::Never && !limits.any_length && self.state_properties().is_empty()
    }

    /// The flags of BCryptOpenAlgorithmProvider that go with it.
    fn open_flags(&self) -> u32 {
        let keyed = if self.limits().key == Keying::Never { 0 } else { names::BCRYPT_ALG_HANDLE_HMAC_FLAG };
        keyed | names::BCRYPT_HASH_REUSABLE_FLAG | names::BCRYPT_MULTI_FLAG
    }
}

/// What is fixed about a hash.
#[derive(Debug)]
pub struct Limits {
    /// Bytes of the digest: `HashDigestLength`.
    pub digest: usize,
    /// Bytes of a block: `HashBlockLength`.
    pub block: usize,
    /// Whether a digest of any length can be asked for.
    pub any_length: bool,
    /// Whether it takes a key.
    pub key: Keying,
    /// Its object identifiers in DER, tag and length included: `HashOIDList`. None: there is no such property.
    pub oids: &'static [&'static [u8]],
}

impl Limits {
    /// Whether a digest of this length can be asked for.
    fn takes(&self, length: usize) -> bool {
        self.any_length || length == self.digest
    }
}

/// When a hash takes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keying {
    /// Never.
    Never,
    /// As an HMAC, where the provider was opened for one.
    Hmac,
    /// Always: it is a MAC.
    Always,
}

/// What becomes of a state once its digest is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It ends.
    End,
    /// It is as it was when it started: the key and what properties have set stay.
    Reset,
    /// More can be squeezed out of it (BCRYPT_HASH_DONT_RESET_FLAG).
    Squeeze,
}

/// A hash in progress.
pub trait State: Debug + Send + Sync {
    /// Reads input.
    fn update(&mut self, input: &[u8]) -> Result<()>;

    /// Writes the digest over all of `digest`, whose length the limits allow.
    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()>;

    /// A copy that goes its own way.
    fn copy(&self) -> Result<Started>;

    /// Reads the end of a TLS record, which is the MAC of what was read before and stands in this input, and its padding;
    /// the state is then as it was when it started. Fails with `AuthTagMismatch` if either is wrong, with
    /// `InvalidParameter` for an algorithm that no TLS record has.
    fn verify_tls(&mut self, input: &[u8]) -> Result<()> {
        let _ = input;
        Err(Status::InvalidParameter)
    }

    /// Replaces `block`, as long as a MAC, by its MAC, adds that to `sum` by exclusive or, and so on, as often as is
    /// said: what PBKDF2 does. The state has read nothing.
    fn chain(&mut self, block: &mut [u8], sum: &mut [u8], count: u64) -> Result<()> {
        for _ in 0..count {
            self.update(block)?;
            self.finish(block, Then::Reset)?;
            sum.iter_mut().zip(&*block).for_each(|(sum, byte)| *sum ^= byte);
        }
        Ok(())
    }

    /// Sets a property of the algorithm's own. Fails with `NotSupported` for another name.
    fn set(&mut self, name: &WideName, value: &[u8]) -> Result<()> {
        let _ = (name, value);
        Err(Status::NotSupported)
    }
}

/// A hash that has been started. The plain ones, which programs make most of, take no memory of their own.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "that is what it is for")]
pub enum Started {
    /// A plain hash.
    Plain(digest::Plain),
    /// HMAC.
    Keyed(Placed<digest::Keyed>),
    /// Any other one.
    Boxed(Box<dyn State>),
}

impl Started {
    /// Its state.
    pub fn state(&mut self) -> Result<&mut dyn State> {
        Ok(match self {
            Self::Plain(plain) => plain,
            Self::Keyed(keyed) => keyed.get_mut()?,
            Self::Boxed(state) => state.as_mut(),
        })
    }

    fn copy(&self) -> Result<Self> {
        match self {
            Self::Plain(plain) => plain.copy(),
            Self::Keyed(keyed) => keyed.get()?.copy(),
            Self::Boxed(state) => state.copy(),
        }
    }
}

/// A hash that a handle names, or several that work side by side.
#[derive(Debug)]
pub struct Object {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    limits: &'static Limits,
    /// Whether it has read a key.
    is_keyed: bool,
    /// Whether it starts again when finished.
    is_reusable: bool,
    /// How many hashes it is, if it was made for several.
    count: Option<usize>,
    states: Lent<States>,
}

/// What a hash object holds.
#[derive(Debug)]
enum States {
    /// A hash.
    One(Started),
    /// Nothing: the hash was finished and can't be used again.
    Spent,
    /// Several hashes.
    Many(Vec<Started>),
}

impl States {
    /// The one hash. Fails with `InvalidHandle` if it is spent, `InvalidParameter` if there are several
    /// (behaviour.md j6, j33).
    fn one(&mut self) -> Result<&mut dyn State> {
        match self {
            Self::One(started) => started.state(),
            Self::Spent => Err(Status::InvalidHandle),
            Self::Many(_) => Err(Status::InvalidParameter),
        }
    }

    fn copy(&self) -> Result<Self> {
        match self {
            Self::One(state) => state.copy().map(Self::One),
            Self::Spent => Err(Status::InvalidHandle),
            Self::Many(states) => multi::states(states.len(), |index| match states.get(index) {
                Some(state) => state.copy(),
                None => Err(Status::InternalError),
            })
            .map(Self::Many),
        }
    }
}

impl Object {
    /// A hash, or a MAC with a key, made through a provider.
    ///
    /// Fails with `NotSupported` for an algorithm that is no hash, `InvalidParameter` for a key that is not wanted.
    pub fn create(provider: &Provider, handle: Handle, key: Option<&[u8]>, reusable: bool) -> Result<Self> {
        let algorithm = provider.algorithm();
        let hash = algorithm.hash()?;
        let key = key_of(provider, hash, key)?;
        Ok(Self {
            algorithm,
            provider: handle,
            limits: hash.limits(),
            is_keyed: key.is_some(),
            is_reusable: reusable || provider.flags().reusable,
            count: None,
            states: Lent::new(States::One(hash.start(key)?)),
        })
    }

    /// Several hashes that start alike and are reusable. Fails as [`Self::create`] does, and with `InvalidParameter` for
    /// none of them, for more than a caller's memory could hold, and for a provider that was not opened for several (behaviour.md j31, j33).
    pub fn create_many(
        provider: &Provider,
        handle: Handle,
        key: Option<&[u8]>,
        count: usize,
    ) -> Result<Self> {
        let algorithm = provider.algorithm();
        let hash = algorithm.hash()?;
        let key = key_of(provider, hash, key)?;
        // The greatest of 32 bits is no length: it may stand for more, where addresses have no more.
        let fits = object_length(Some(count)) < u32::MAX as usize;
        require(provider.flags().multi && count > 0 && fits)?;
        Ok(Self {
            algorithm,
            provider: handle,
            limits: hash.limits(),
            is_keyed: key.is_some(),
            is_reusable: true,
            count: Some(count),
            states: Lent::new(States::Many(multi::states(count, |_| hash.start(key))?)),
        })
    }

    /// Bytes of caller's memory that a copy takes: `ObjectLength`.
    pub fn object_length(&self) -> usize {
        object_length(self.count)
    }

    /// Whether it has read a key, so that what it leaves on the stack is secret.
    pub fn is_keyed(&self) -> bool {
        self.is_keyed
    }

    /// Reads input. Fails with `InvalidHandle` if it is spent (behaviour.md j6).
    pub fn update(&self, input: &[u8]) -> Result<()> {
        self.with(|states| states.one()?.update(input))
    }

    /// Writes the digest of this length over what `digest` gives. Fails with `InvalidParameter` for a length that is not
    /// the digest's and for squeezing a hash that has one length, `InvalidHandle` if it is spent (behaviour.md j3, j6).
    pub fn finish<'a>(
        &self,
        length: usize,
        squeeze: bool,
        digest: impl FnOnce() -> Result<&'a mut [u8]>,
    ) -> Result<()> {
        self.with(|states| {
            let state = states.one()?;
            require(self.limits.takes(length) && (!squeeze || self.limits.any_length))?;
            let then = match (squeeze, self.is_reusable || self.limits.any_length) {
                (true, _) => Then::Squeeze,
                (false, true) => Then::Reset,
                (false, false) => Then::End,
            };
            write(state, length, then, digest)?;
            if then == Then::End {
                *states = States::Spent;
            }
            Ok(())
        })
    }

    /// Reads the end of a TLS record and checks its MAC and padding. Fails with `AuthTagMismatch` if they are wrong
    /// (behaviour.md j24).
    pub fn verify_tls(&self, input: &[u8]) -> Result<()> {
        self.with(|states| states.one()?.verify_tls(input))
    }

    /// Ends the hash, reusable or not, and gives its value to `use_value`, with the algorithm. Fails with
    /// `InvalidParameter` if the value has no length of its own or there are several, `InvalidHandle` if it is spent.
    pub fn consume<R>(&self, use_value: impl FnOnce(&dyn Algorithm, &[u8]) -> Result<R>) -> Result<R> {
        let mut storage = [0; LONGEST];
        let value = storage.get_mut(..self.limits.digest).ok_or(Status::InternalError)?;
        let result = self.with(|states| {
            let state = states.one()?;
            require(!self.limits.any_length)?;
            state.finish(value, Then::End)?;
            *states = States::Spent;
            use_value(self.algorithm.hash()?, value)
        });
        storage.zeroize();
        result
    }

    /// Bytes of the value, `HashDigestLength`.
    pub fn digest_length(&self) -> usize {
        self.limits.digest
    }

    /// A copy that goes its own way. Fails with `InvalidHandle` if it is spent.
    pub fn duplicate(&self) -> Result<Self> {
        let states = Lent::new(self.with(|states| states.copy())?);
        let Self { algorithm, provider, limits, is_keyed, is_reusable, count, .. } = *self;
        Ok(Self { algorithm, provider, limits, is_keyed, is_reusable, count, states })
    }

    /// Reads a property. Fails with `NotSupported` if there is none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PROPERTIES, name).ok_or(Status::NotSupported)?.read(self)
    }

    /// Sets a property of the algorithm's own. Fails with `NotSupported` if there is none of this name.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        self.with(|states| states.one()?.set(name, value))
    }

    fn with<R>(&self, work: impl FnOnce(&mut States) -> Result<R>) -> Result<R> {
        work(self.states.borrow()?.value())
    }
}

/// Writes a digest of this length over what `digest` gives, which a hash that has one length leaves alone if it fails.
fn write<'a>(
    state: &mut dyn State,
    length: usize,
    then: Then,
    digest: impl FnOnce() -> Result<&'a mut [u8]>,
) -> Result<()> {
    let mut storage = [0; LONGEST];
    let Some(bytes) = storage.get_mut(..length) else {
        return state.finish(digest()?, then);
    };
    state.finish(bytes, then)?;
    digest()?.copy_from_slice(bytes);
    Ok(())
}

/// A hash that has read all its input and gives one digest.
#[derive(Debug)]
pub struct Last {
    started: Started,
}

impl Last {
    /// Writes the digest, whose size was given to [`read`].
    pub fn finish(mut self, digest: &mut [u8]) -> Result<()> {
        self.started.state()?.finish(digest, Then::End)
    }
}

/// Hashes one input (BCryptHash). Fails as [`Object::create`] and [`Object::finish`] do.
pub fn once(provider: &Provider, key: Option<&[u8]>, input: &[u8], digest: &mut [u8]) -> Result<()> {
    let hash = provider.algorithm().hash()?;
    let key = key_of(provider, hash, key)?;
    require(hash.limits().takes(digest.len()))?;
    hash.once(key, input, digest)
}

/// As [`once`], for a digest of this size that is to be written where the input may stand.
pub fn read(provider: &Provider, key: Option<&[u8]>, input: &[u8], size: usize) -> Result<Last> {
    let hash = provider.algorithm().hash()?;
    let key = key_of(provider, hash, key)?;
    require(hash.limits().takes(size))?;
    let mut started = hash.start(key)?;
    started.state()?.update(input)?;
    Ok(Last { started })
}

/// The MAC of a provider as a pseudo-random function: HMAC, or AES-CMAC however it was opened. Fails with `InvalidParameter`
/// for a plain hash and a MAC that has no length or needs more than a key (behaviour.md j34).
pub fn prf(provider: &Provider) -> Result<&'static dyn Algorithm> {
    let hash = provider.algorithm().hash()?;
    require(hash.is_prf() && (hash.limits().key == Keying::Always || provider.flags().keyed))?;
    Ok(hash)
}

/// The pseudo-random function that a derivation asks for by name: HMAC over that hash, or AES-CMAC. Fails with
/// `NotSupported` if there is none that `is_name` is true of (behaviour.md s85, s87, s90).
pub fn prf_of_name(is_name: impl Fn(&str) -> bool) -> Result<&'static dyn Algorithm> {
    let mut hashes = ALGORITHMS.iter().filter_map(|row| match row.does {
        Does::Hash(hash) if is_name(row.name) => Some(hash),
        _ => None,
    });
    hashes.next().filter(|hash| hash.is_prf()).ok_or(Status::NotSupported)
}

/// The key of a MAC, which may be empty; `None` for a hash. Fails with `InvalidParameter` for a key that is not wanted
/// (behaviour.md j9, j10).
fn key_of<'a>(provider: &Provider, hash: &dyn Algorithm, key: Option<&'a [u8]>) -> Result<Option<&'a [u8]>> {
    match (hash.limits().key, provider.flags().keyed) {
        (Keying::Always, _) | (Keying::Hmac, true) => {
            stack::mark();
            Ok(Some(key.unwrap_or_default()))
        }
        _ if key.is_none() => Ok(None),
        _ => Err(Status::InvalidParameter),
    }
}

/// Bytes of a hash object, `ObjectLength`, and of each part of one for several hashes. Nothing is kept in them; they
/// are less than any program reserves that does not ask.
pub const OBJECT_LENGTH: usize = 64;

/// Bytes of caller's memory for an object of several hashes, or of one.
pub fn object_length(count: Option<usize>) -> usize {
    OBJECT_LENGTH.saturating_add(count.unwrap_or(0).saturating_mul(OBJECT_LENGTH))
}

/// Properties of every provider of hashes.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    Property::readable(names::BCRYPT_HASH_LENGTH, |provider| {
        length(provider.algorithm().hash()?.limits().digest)
    }),
    Property::readable(names::BCRYPT_HASH_BLOCK_LENGTH, |provider| {
        length(provider.algorithm().hash()?.limits().block)
    }),
    Property::readable(names::BCRYPT_HASH_OID_LIST, |provider| oids(provider.algorithm().hash()?.limits())),
    Property::readable(names::BCRYPT_OBJECT_LENGTH, |_| length(OBJECT_LENGTH)),
    Property::readable(names::BCRYPT_MULTI_OBJECT_LENGTH, |_| {
        Ok(Value::Numbers([OBJECT_LENGTH as u32, OBJECT_LENGTH as u32]))
    }),
    Property::readable(names::BCRYPT_IS_KEYED_HASH, |provider| {
        let always = provider.algorithm().hash()?.limits().key == Keying::Always;
        Ok(Value::Number((always || provider.flags().keyed).into()))
    }),
    Property::readable(names::BCRYPT_IS_REUSABLE_HASH, |provider| {
        Ok(Value::Number(provider.flags().reusable.into()))
    }),
];

/// Properties of every hash.
pub static PROPERTIES: &[Property<Object>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |hash| Ok(Value::Text(hash.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |hash| Ok(Value::Handle(hash.provider))),
    Property::readable(names::BCRYPT_HASH_LENGTH, |hash| length(hash.limits.digest)),
    Property::readable(names::BCRYPT_HASH_BLOCK_LENGTH, |hash| length(hash.limits.block)),
    Property::readable(names::BCRYPT_HASH_OID_LIST, |hash| oids(hash.limits)),
    Property::readable(names::BCRYPT_OBJECT_LENGTH, |hash| length(hash.object_length())),
    Property::readable(names::BCRYPT_IS_KEYED_HASH, |hash| Ok(Value::Number(hash.is_keyed.into()))),
    Property::readable(names::BCRYPT_IS_REUSABLE_HASH, |hash| Ok(Value::Number(hash.is_reusable.into()))),
];

fn length(bytes: usize) -> Result<Value> {
    Ok(Value::Number(bytes as u32))
}

fn oids(limits: &'static Limits) -> Result<Value> {
    if limits.oids.is_empty() { Err(Status::NotSupported) } else { Ok(Value::Oids(limits.oids)) }
}
