//! Properties: the names each kind of object answers to, one row each.

use std::fmt;
use std::sync::Arc;

use crate::algorithm::Does;
use crate::curve::{self, Purpose};
use crate::handle::Handle;
use crate::hash;
use crate::key::Key;
use crate::out::{self, Output};
use crate::provider::Provider;
use crate::secret::{self, Secret};
use crate::status::{Result, Status};
use crate::struct_writer::StructWriter;
use crate::wide::{self, WideName};

/// The value of a property.
#[derive(Debug)]
pub enum Value {
    /// A 32-bit number.
    Number(u32),
    /// BCRYPT_KEY_LENGTHS_STRUCT: least, greatest and step, in bits.
    Lengths(u32, u32, u32),
    /// Two 32-bit numbers: BCRYPT_MULTI_OBJECT_LENGTH_STRUCT.
    Numbers([u32; 2]),
    /// Text, in UTF-16 with its NUL.
    Text(&'static str),
    /// A handle.
    Handle(Handle),
    /// Bytes.
    Bytes(Vec<u8>),
    /// BCRYPT_ECC_CURVE_NAMES: the names of all curves for a purpose.
    CurveNames(Purpose),
    /// BCRYPT_OID_LIST: object identifiers.
    Oids(&'static [&'static [u8]]),
}

impl Value {
    /// Gives the value to the caller, whole or not at all.
    pub fn write(self, out: &mut dyn Output) -> Result<()> {
        let bytes = match self {
            Self::Number(number) => return out::whole(out, &number.to_ne_bytes()),
            Self::Lengths(least, greatest, step) => {
                return out::whole(out, [least, greatest, step].map(u32::to_ne_bytes).as_flattened());
            }
            Self::Numbers(numbers) => return out::whole(out, numbers.map(u32::to_ne_bytes).as_flattened()),
            Self::Handle(handle) => return out::whole(out, &handle.0.to_ne_bytes()),
            Self::Text(text) => wide::encode(text)?,
            Self::Bytes(bytes) => bytes,
            Self::CurveNames(purpose) => curve_names(out.address(), purpose)?,
            Self::Oids(oids) => oid_list(out.address(), oids)?,
        };
        out::whole(out, &bytes)
    }
}

/// BCRYPT_ECC_CURVE_NAMES as it stands at `address`: a count and a pointer, the array of pointers that
/// one points at, and the names (behaviour.md n, f3).
fn curve_names(address: usize, purpose: Purpose) -> Result<Vec<u8>> {
    let header = 2 * size_of::<usize>();
    let count = curve::supported(purpose).count();
    let mut writer = StructWriter::new(address, header + count * size_of::<usize>());
    writer.number(count as u32);
    writer.pointer(address.wrapping_add(header));
    curve::supported(purpose).for_each(|row| writer.name(row.name));
    writer.finish()
}

/// BCRYPT_OID_LIST as it stands at `address`: a count and a pointer, the array of sizes and pointers that one points
/// at, and the identifiers.
fn oid_list(address: usize, oids: &[&[u8]]) -> Result<Vec<u8>> {
    let pair = 2 * size_of::<usize>();
    let mut writer = StructWriter::new(address, pair + oids.len() * pair);
    writer.number(oids.len() as u32);
    writer.pointer(address.wrapping_add(pair));
    for oid in oids {
        writer.number(oid.len() as u32);
        writer.bytes(oid);
    }
    writer.finish()
}

/// An object that has properties.
#[derive(Debug)]
pub enum Object {
    /// An algorithm handle or pseudo-handle.
    Provider(Provider),
    /// A hash.
    Hash(Arc<hash::Object>),
    /// A key.
    Key(Arc<Key>),
    /// A secret.
    Secret(Arc<Secret>),
}

impl Object {
    /// Reads a property. Fails with `NotSupported` if the object has none of this name
    /// (behaviour.md f1). Of an algorithm that is not done here, Windows may have the property and this
    /// library not: `NotImplemented`.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        match self {
            Self::Provider(provider) => {
                let found = provider.tables().into_iter().find_map(|table| find(table, name));
                match (found, provider.algorithm().does) {
                    (Some(property), _) => property.read(provider),
                    (None, Does::Nothing) => Err(Status::NotImplemented),
                    (None, _) => Err(Status::NotSupported),
                }
            }
            Self::Hash(hash) => hash.get(name),
            Self::Key(key) => key.get(name),
            Self::Secret(_) => Err(Status::NotSupported),
        }
    }

    /// Sets a property. Fails with `NotSupported` if the object has none of this name or it is
    /// read-only (behaviour.md f2).
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        match self {
            Self::Provider(provider) => {
                let found = provider.tables().into_iter().find_map(|table| find(table, name));
                found.ok_or(Status::NotSupported)?.write(provider, value)
            }
            Self::Hash(hash) => hash.set(name, value),
            Self::Key(key) => key.set(name, value),
            Self::Secret(secret) => {
                find(secret::PROPERTIES, name).ok_or(Status::NotSupported)?.write(&**secret, value)
            }
        }
    }

    /// Fails with `AccessDenied` for a pseudo-handle, whatever is to be set (behaviour.md b9).
    pub fn require_own(&self) -> Result<()> {
        match self {
            Self::Provider(Provider::Shared(..)) => Err(Status::AccessDenied),
            _ => Ok(()),
        }
    }
}

/// How a property of objects of type `T` is read.
pub type Get<T> = fn(&T) -> Result<Value>;
/// How a property of objects of type `T` is set, from the caller's bytes.
pub type Set<T> = fn(&T, &[u8]) -> Result<()>;

/// A property of objects of type `T`.
pub struct Property<T> {
    /// Its name.
    pub name: &'static str,
    /// How it is read; `None` if it can't be.
    pub get: Option<Get<T>>,
    /// How it is set; `None` if it can't be.
    pub set: Option<Set<T>>,
}

impl<T> fmt::Debug for Property<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl<T> Property<T> {
    pub(crate) const fn readable(name: &'static str, get: Get<T>) -> Self {
        Self { name, get: Some(get), set: None }
    }

    pub(crate) const fn writable(name: &'static str, set: Set<T>) -> Self {
        Self { name, get: None, set: Some(set) }
    }

    pub(crate) const fn both(name: &'static str, get: Get<T>, set: Set<T>) -> Self {
        Self { name, get: Some(get), set: Some(set) }
    }

    /// Reads it. Fails with `NotSupported` if it can only be set.
    pub fn read(&self, object: &T) -> Result<Value> {
        self.get.ok_or(Status::NotSupported)?(object)
    }

    /// Sets it. Fails with `NotSupported` if it can only be read.
    pub fn write(&self, object: &T, value: &[u8]) -> Result<()> {
        self.set.ok_or(Status::NotSupported)?(object, value)
    }
}

/// The property of a name.
pub(crate) fn find<T>(properties: &'static [Property<T>], name: &WideName) -> Option<&'static Property<T>> {
    properties.iter().find(|property| name.is(property.name))
}

/// A property that is set on what is not shared yet.
pub(crate) struct Setting<T> {
    name: &'static str,
    set: fn(&mut T, &[u8]) -> Result<()>,
}

impl<T> Setting<T> {
    pub(crate) const fn new(name: &'static str, set: fn(&mut T, &[u8]) -> Result<()>) -> Self {
        Self { name, set }
    }
}

/// Sets a property of a table. Fails with `NotSupported` if there is none of this name.
pub(crate) fn apply<T>(settings: &[Setting<T>], object: &mut T, name: &WideName, value: &[u8]) -> Result<()> {
    let setting = settings.iter().find(|setting| name.is(setting.name)).ok_or(Status::NotSupported)?;
    (setting.set)(object, value)
}
