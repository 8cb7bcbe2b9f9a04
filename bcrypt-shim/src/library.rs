//! The library: its only global state, and one method for each verb.

use std::sync::Arc;

use crate::algorithm::{self, ALGORITHMS, Does};
use crate::configuration::{Answer, Notification};
use crate::engine::stack;
use crate::handle::{Handle, Kind, Table};
use crate::hash;
use crate::key::Key;
use crate::memory;
use crate::names;
use crate::out::{self, Destination};
use crate::property::Object;
use crate::provider::{Flags, Opened, Provider};
use crate::secret::Secret;
use crate::status::{Result, Status, require};
use crate::struct_writer::StructWriter;
use crate::wide::WideName;

/// All live objects of the process.
#[derive(Debug)]
pub struct Library {
    providers: Table<Opened>,
    hashes: Table<hash::Object>,
    keys: Table<Key>,
    secrets: Table<Secret>,
    notifications: Table<Notification>,
    /// Memory given out by the enumeration and configuration calls, in words, so that structures are aligned.
    buffers: Table<Vec<usize>>,
}

/// The one library of the process.
pub fn library() -> &'static Library {
    static LIBRARY: Library = Library::new();
    &LIBRARY
}

impl Library {
    const fn new() -> Self {
        Self {
            providers: Table::new(Kind::Algorithm),
            hashes: Table::new(Kind::Hash),
            keys: Table::new(Kind::Key),
            secrets: Table::new(Kind::Secret),
            notifications: Table::new(Kind::Notification),
            buffers: Table::new(Kind::Buffer),
        }
    }

    /// Opens a provider.
    ///
    /// Fails with `NotFound` for an unknown algorithm or implementation (behaviour.md b2, b3), with
    /// `NotSupported` for a flag that does not go with the algorithm (b5).
    pub fn open(&self, id: &WideName, implementation: Option<&WideName>, flags: u32) -> Result<Handle> {
        let algorithm = algorithm::find(id)?;
        if implementation.is_some_and(|name| !name.is(names::MS_PRIMITIVE_PROVIDER)) {
            return Err(Status::NotFound);
        }
        self.providers.insert(Opened::new(algorithm, flags_of(algorithm, flags)?))
    }

    /// The opened provider of a handle, which no pseudo-handle is. Fails with `InvalidHandle`.
    pub fn opened(&self, handle: Handle) -> Result<Arc<Opened>> {
        self.providers.get(handle)
    }

    /// Closes a provider; its keys live on. Fails with `InvalidHandle`, for a pseudo-handle too
    /// (behaviour.md b6).
    pub fn close(&self, handle: Handle) -> Result<()> {
        self.providers.remove(handle)
    }

    /// The provider of an algorithm handle or pseudo-handle. What is made through it may be a secret. Fails with
    /// `InvalidHandle`.
    pub fn provider(&self, handle: Handle) -> Result<Provider> {
        stack::mark();
        self.found_provider(handle)
    }

    /// As [`Self::provider`], for a hash, which is no secret without a key; with one, whoever makes it says so.
    pub fn provider_of_hash(&self, handle: Handle) -> Result<Provider> {
        self.found_provider(handle)
    }

    fn found_provider(&self, handle: Handle) -> Result<Provider> {
        match handle.pseudo() {
            Some(value) => algorithm::by_pseudo_handle(value)
                .map(|(algorithm, preset)| Provider::Shared(algorithm, preset)),
            None => self.opened(handle).map(Provider::Opened),
        }
    }

    /// The hash of a handle. Only a MAC may hold a secret: what else is hashed is the caller's own text. Fails with
    /// `InvalidHandle`.
    pub fn hash(&self, handle: Handle) -> Result<Arc<hash::Object>> {
        let hash = self.hashes.get(handle)?;
        if hash.is_keyed() {
            stack::mark();
        }
        Ok(hash)
    }

    /// The key of a handle. Fails with `InvalidHandle`.
    pub fn key(&self, handle: Handle) -> Result<Arc<Key>> {
        found(self.keys.get(handle))
    }

    /// The secret of a handle. Fails with `InvalidHandle`.
    pub fn secret(&self, handle: Handle) -> Result<Arc<Secret>> {
        found(self.secrets.get(handle))
    }

    /// Keeps a hash and names it. Fails with `NoMemory`.
    pub fn insert_hash(&self, hash: hash::Object) -> Result<Handle> {
        self.hashes.insert(hash)
    }

    /// Keeps a key and names it. Fails with `NoMemory`.
    pub fn insert_key(&self, key: Key) -> Result<Handle> {
        self.keys.insert(key)
    }

    /// Keeps a secret and names it. Fails with `NoMemory`.
    pub fn insert_secret(&self, secret: Secret) -> Result<Handle> {
        self.secrets.insert(secret)
    }

    /// Forgets a hash. Fails with `InvalidParameter`, unlike the other kinds (behaviour.md d7).
    pub fn destroy_hash(&self, handle: Handle) -> Result<()> {
        self.hashes.remove(handle).map_err(|_| Status::InvalidParameter)
    }

    /// Forgets a key. Fails with `InvalidHandle`.
    pub fn destroy_key(&self, handle: Handle) -> Result<()> {
        self.keys.remove(handle)
    }

    /// Forgets a secret. Fails with `InvalidHandle`.
    pub fn destroy_secret(&self, handle: Handle) -> Result<()> {
        self.secrets.remove(handle)
    }

    /// The object of a handle of any kind. Fails with `InvalidHandle`.
    pub fn object(&self, handle: Handle) -> Result<Object> {
        match handle.kind() {
            Some(Kind::Hash) => self.hash(handle).map(Object::Hash),
            Some(Kind::Key) => self.key(handle).map(Object::Key),
            Some(Kind::Secret) => self.secret(handle).map(Object::Secret),
            _ => self.provider(handle).map(Object::Provider),
        }
    }

    /// Lists the algorithms of the classes in the mask, all for 0, as an array of
    /// BCRYPT_ALGORITHM_IDENTIFIER: how many, and the address. Fails with `InvalidParameter` for a bit
    /// that no class has (behaviour.md g1).
    pub fn enumerate_algorithms(&self, mask: u32) -> Result<(u32, usize)> {
        let known = ALGORITHMS.iter().fold(0, |bits, algorithm| bits | algorithm.class.operation());
        require(mask & !known == 0)?;
        let listed = || {
            algorithm::implemented().filter(|algorithm| mask == 0 || mask & algorithm.class.operation() != 0)
        };
        let count = listed().count();
        let entry = size_of::<usize>() + 2 * size_of::<u32>();
        let address = self.keep_buffer(|address| {
            let mut writer = StructWriter::new(address, count * entry);
            for algorithm in listed() {
                writer.name(algorithm.name);
                writer.number(algorithm.class as u32);
                writer.number(0);
            }
            writer.finish()
        })?;
        Ok((count as u32, address))
    }

    /// Lists the providers of an algorithm as an array of BCRYPT_PROVIDER_NAME: how many, and the
    /// address. Fails with `NotFound` for an unknown algorithm.
    pub fn enumerate_providers(&self, id: &WideName) -> Result<(u32, usize)> {
        algorithm::find(id)?;
        let address = self.keep_buffer(|address| {
            let mut writer = StructWriter::new(address, size_of::<usize>());
            writer.name(names::MS_PRIMITIVE_PROVIDER);
            writer.finish()
        })?;
        Ok((1, address))
    }

    /// Gives a structure to the caller, in memory of the caller's or of the library's; `asked` is the answer where only
    /// its size is wanted. Fails with `BufferTooSmall`, `NoMemory`.
    pub fn give(&self, answer: &Answer, asked: Result<()>, out: &mut dyn Destination) -> Result<()> {
        let at = |address| answer.at(address);
        out::structure(out, asked, &at, || self.keep_buffer(at))
    }

    /// Makes something that would tell of changed configuration, and names it. Fails with `NoMemory`.
    pub fn register_notification(&self) -> Result<Handle> {
        self.notifications.insert(Notification)
    }

    /// Forgets it. Fails with `InvalidParameter`.
    pub fn unregister_notification(&self, handle: Handle) -> Result<()> {
        self.notifications.remove(handle).map_err(|_| Status::InvalidParameter)
    }

    /// Keeps bytes that depend on their own address until [`Self::free_buffer`]; gives the address, NULL
    /// for no bytes.
    fn keep_buffer(&self, bytes_at: impl Fn(usize) -> Result<Vec<u8>>) -> Result<usize> {
        const WORD: usize = size_of::<usize>();
        let count = bytes_at(0)?.len().div_ceil(WORD);
        if count == 0 {
            return Ok(0);
        }
        let mut words = memory::filled(count, || 0)?;
        let address = words.as_ptr().expose_provenance();
        for (word, chunk) in words.iter_mut().zip(bytes_at(address)?.chunks(WORD)) {
            let mut bytes = [0; WORD];
            bytes.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            *word = usize::from_ne_bytes(bytes);
        }
        self.buffers.insert(words)?;
        Ok(address)
    }

    /// Frees what an enumeration call gave out; any other address is passed over.
    pub fn free_buffer(&self, address: usize) {
        if let Some(buffer) = self.buffers.find(|words| words.as_ptr().addr() == address) {
            // Whoever else frees it at this moment has freed it.
            self.buffers.remove(buffer).ok();
        }
    }
}

/// Notes that the call has an object that may hold a secret: what it leaves on the stack is to be overwritten.
fn found<T>(object: Result<T>) -> Result<T> {
    if object.is_ok() {
        stack::mark();
    }
    object
}

/// What the flags of BCryptOpenAlgorithmProvider ask for. Fails with `NotSupported` for those that do not go with the
/// algorithm.
fn flags_of(algorithm: &algorithm::Algorithm, flags: u32) -> Result<Flags> {
    let known = match algorithm.does {
        Does::Hash(hash) => hash.open_flags(),
        _ => 0,
    };
    if flags & !known != 0 {
        return Err(Status::NotSupported);
    }
    Ok(Flags {
        keyed: flags & names::BCRYPT_ALG_HANDLE_HMAC_FLAG != 0,
        reusable: flags & names::BCRYPT_HASH_REUSABLE_FLAG != 0,
        multi: flags & names::BCRYPT_MULTI_FLAG != 0,
    })
}
