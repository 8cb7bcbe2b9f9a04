//! Properties: the names each kind of object answers to, one row each.

use std::sync::Arc;

use crate::algorithm::{Algorithm, Scheme};
use crate::blob::ecc_full;
use crate::curve::{self, Curve};
use crate::handle::Handle;
use crate::key::{Key, Shape, dh};
use crate::names;
use crate::out::{self, Output};
use crate::provider::Provider;
use crate::secret::Secret;
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
    /// Text, in UTF-16 with its NUL.
    Text(&'static str),
    /// A handle.
    Handle(Handle),
    /// Bytes.
    Bytes(Vec<u8>),
    /// BCRYPT_ECC_CURVE_NAMES: the names of all curves.
    CurveNames,
}

impl Value {
    /// Gives the value to the caller, whole or not at all.
    pub fn write(self, out: &mut dyn Output) -> Result<()> {
        let bytes = match self {
            Self::Number(number) => return out::whole(out, &number.to_ne_bytes()),
            Self::Lengths(least, greatest, step) => {
                return out::whole(out, [least, greatest, step].map(u32::to_ne_bytes).as_flattened());
            }
            Self::Handle(handle) => return out::whole(out, &handle.0.to_ne_bytes()),
            Self::Text(text) => wide::encode(text)?,
            Self::Bytes(bytes) => bytes,
            Self::CurveNames => curve_names(out.address())?,
        };
        out::whole(out, &bytes)
    }
}

/// BCRYPT_ECC_CURVE_NAMES as it stands at `address`: a count and a pointer, the array of pointers that
/// one points at, and the names (behaviour.md n, f3).
fn curve_names(address: usize) -> Result<Vec<u8>> {
    let header = 2 * size_of::<usize>();
    let count = curve::supported().count();
    let mut writer = StructWriter::new(address, header + count * size_of::<usize>());
    writer.number(count as u32);
    writer.pointer(address.wrapping_add(header));
    curve::supported().for_each(|row| writer.name(row.name));
    writer.finish()
}

/// An object that has properties.
#[derive(Debug)]
pub enum Object {
    /// An algorithm handle or pseudo-handle.
    Provider(Provider),
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
            Self::Provider(provider) if provider.algorithm().scheme.is_none() => {
                get(ABSENT_PROPERTIES, provider.algorithm(), name).map_err(|_| Status::NotImplemented)
            }
            Self::Provider(provider) => get(PROVIDER_PROPERTIES, provider, name),
            Self::Key(key) => get(KEY_PROPERTIES, key, name),
            Self::Secret(secret) => get(SECRET_PROPERTIES, secret, name),
        }
    }

    /// Sets a property. Fails with `NotSupported` if the object has none of this name or it is
    /// read-only (behaviour.md f2).
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        match self {
            Self::Provider(provider) => set(PROVIDER_PROPERTIES, provider, name, value),
            Self::Key(key) => set(KEY_PROPERTIES, key, name, value),
            Self::Secret(secret) => set(SECRET_PROPERTIES, secret, name, value),
        }
    }

    /// Fails with `AccessDenied` for a pseudo-handle, whatever is to be set (behaviour.md b9).
    pub fn require_own(&self) -> Result<()> {
        match self {
            Self::Provider(Provider::Shared(_)) => Err(Status::AccessDenied),
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

impl<T> Property<T> {
    const fn read(name: &'static str, get: Get<T>) -> Self {
        Self { name, get: Some(get), set: None }
    }

    const fn write(name: &'static str, set: Set<T>) -> Self {
        Self { name, get: None, set: Some(set) }
    }

    const fn both(name: &'static str, get: Get<T>, set: Set<T>) -> Self {
        Self { name, get: Some(get), set: Some(set) }
    }
}

fn get<T>(properties: &[Property<T>], object: &T, name: &WideName) -> Result<Value> {
    let property = properties.iter().find(|property| name.is(property.name));
    property.and_then(|property| property.get).ok_or(Status::NotSupported)?(object)
}

fn set<T>(properties: &[Property<T>], object: &T, name: &WideName, value: &[u8]) -> Result<()> {
    let property = properties.iter().find(|property| name.is(property.name));
    property.and_then(|property| property.set).ok_or(Status::NotSupported)?(object, value)
}

/// Properties of algorithm handles whose algorithm is done here.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    Property::read(names::BCRYPT_ALGORITHM_NAME, |provider| Ok(Value::Text(provider.algorithm().name))),
    Property::read(names::BCRYPT_PRIMITIVE_TYPE, |provider| Ok(primitive_type(provider.algorithm()))),
    Property::read(names::BCRYPT_KEY_LENGTH, |provider| {
        Ok(Value::Number(provider_curve(provider)?.domain.bits))
    }),
    Property::read(names::BCRYPT_KEY_LENGTHS, |provider| match provider.algorithm().scheme {
        Some(Scheme::DiffieHellman) => Ok(Value::Lengths(dh::MIN_BITS, dh::MAX_BITS, dh::STEP_BITS)),
        _ => provider_curve(provider).map(|curve| Value::Lengths(curve.domain.bits, curve.domain.bits, 0)),
    }),
    Property::both(
        names::BCRYPT_ECC_CURVE_NAME,
        |provider| curve_name(&provider_curve(provider)?),
        |provider, value| set_provider_curve(provider, || curve::find(&WideName::from_bytes(value))),
    ),
    Property::both(
        names::BCRYPT_ECC_PARAMETERS,
        |provider| curve_parameters(&provider_curve(provider)?),
        |provider, value| set_provider_curve(provider, || ecc_full::parse_parameters(value)),
    ),
    Property::read(names::BCRYPT_ECC_CURVE_NAME_LIST, |provider| match provider.algorithm().scheme {
        Some(Scheme::ChosenCurve) => Ok(Value::CurveNames),
        _ => Err(Status::NotSupported),
    }),
];

/// Properties of the pseudo-handles whose algorithm is not done here; Windows has more.
static ABSENT_PROPERTIES: &[Property<Algorithm>] = &[
    Property::read(names::BCRYPT_ALGORITHM_NAME, |algorithm| Ok(Value::Text(algorithm.name))),
    Property::read(names::BCRYPT_PRIMITIVE_TYPE, |algorithm| Ok(primitive_type(algorithm))),
];

/// Properties of keys.
pub static KEY_PROPERTIES: &[Property<Key>] = &[
    Property::read(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::read(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::read(names::BCRYPT_KEY_LENGTH, |key| key_bits(key).map(Value::Number)),
    Property::read(names::BCRYPT_PUBLIC_KEY_LENGTH, |key| key_bits(key).map(Value::Number)),
    Property::read(names::BCRYPT_KEY_STRENGTH, |key| match key.shape() {
        Shape::Dh(bits) => Ok(Value::Number(bits)),
        Shape::Ec(curve) => chosen(curve).map(|curve| Value::Number(curve.domain.strength())),
    }),
    Property::both(
        names::BCRYPT_ECC_CURVE_NAME,
        |key| curve_name(&key_curve(key)?),
        |key, value| key.set_curve(|| curve::find(&WideName::from_bytes(value))),
    ),
    Property::both(
        names::BCRYPT_ECC_PARAMETERS,
        |key| curve_parameters(&key_curve(key)?),
        |key, value| key.set_curve(|| ecc_full::parse_parameters(value)),
    ),
    Property::both(
        names::BCRYPT_DH_PARAMETERS,
        |key| key.dh_parameters().map(Value::Bytes),
        Key::set_dh_parameters,
    ),
    Property::write(names::BCRYPT_GLOBAL_PARAMETERS, Key::set_dh_parameters),
    Property::write(names::BCRYPT_PRIVATE_KEY, Key::set_private),
];

/// Properties of secrets.
pub static SECRET_PROPERTIES: &[Property<Secret>] = &[
    Property::write(names::BCRYPT_HKDF_HASH_ALGORITHM, |secret, value| {
        secret.set_hkdf_hash(&WideName::from_bytes(value))
    }),
    Property::write(names::BCRYPT_HKDF_SALT_AND_FINALIZE, Secret::set_hkdf_salt),
    Property::write(names::BCRYPT_HKDF_PRK_AND_FINALIZE, Secret::set_hkdf_key),
];

fn primitive_type(algorithm: &Algorithm) -> Value {
    Value::Number(algorithm.class as u32)
}

/// The provider's curve. Fails with `InvalidParameter` if none is chosen yet, `NotSupported` if its
/// keys have none.
fn provider_curve(provider: &Provider) -> Result<Curve> {
    match provider.algorithm().scheme {
        Some(Scheme::FixedCurve(_) | Scheme::ChosenCurve) => chosen(provider.curve()?),
        _ => Err(Status::NotSupported),
    }
}

/// Chooses the curve of generic ECDH; other algorithms do not look at the value.
fn set_provider_curve(provider: &Provider, curve: impl FnOnce() -> Result<Curve>) -> Result<()> {
    match provider.algorithm().scheme {
        Some(Scheme::ChosenCurve) => provider.set_curve(curve()?),
        _ => Err(Status::NotSupported),
    }
}

/// The key's curve. Fails with `InvalidParameter` if none is chosen yet, `NotSupported` on DH keys.
fn key_curve(key: &Key) -> Result<Curve> {
    match key.shape() {
        Shape::Ec(curve) => chosen(curve),
        Shape::Dh(_) => Err(Status::NotSupported),
    }
}

fn chosen(curve: Option<Curve>) -> Result<Curve> {
    curve.ok_or(Status::InvalidParameter)
}

/// The name of a curve. Fails with `NotFound` for one that was given by its numbers
/// (behaviour.md n, c33).
fn curve_name(curve: &Curve) -> Result<Value> {
    curve.name.map(Value::Text).ok_or(Status::NotFound)
}

fn curve_parameters(curve: &Curve) -> Result<Value> {
    ecc_full::encode_parameters(&curve.domain).map(Value::Bytes)
}

fn key_bits(key: &Key) -> Result<u32> {
    match key.shape() {
        Shape::Dh(bits) => Ok(bits),
        Shape::Ec(curve) => chosen(curve).map(|curve| curve.domain.bits),
    }
}
