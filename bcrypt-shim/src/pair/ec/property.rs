//! The properties of the providers of elliptic-curve algorithms and of their keys.

use std::any::Any;

use super::{Algorithm, signature_size};
use crate::blob::ecc_full;
use crate::curve::{self, Curve, Purpose};
use crate::names;
use crate::pair::KeyProperty;
use crate::property::{self, Property, Value};
use crate::provider::Provider;
use crate::status::{Result, Status};
use crate::wide::WideName;

const PROVIDER_LENGTH: Property<Provider> = Property::readable(names::BCRYPT_KEY_LENGTH, |provider| {
    Ok(Value::Number(provider_curve(provider)?.domain.bits))
});
const PROVIDER_LENGTHS: Property<Provider> = Property::readable(names::BCRYPT_KEY_LENGTHS, |provider| {
    provider_curve(provider).map(|curve| Value::Lengths(curve.domain.bits, curve.domain.bits, 0))
});

pub(super) static FIXED_PROVIDER: &[Property<Provider>] = &[
    PROVIDER_LENGTH,
    PROVIDER_LENGTHS,
    Property::readable(names::BCRYPT_ECC_CURVE_NAME, |provider| curve_name(&provider_curve(provider)?)),
    Property::readable(names::BCRYPT_ECC_PARAMETERS, |provider| curve_parameters(&provider_curve(provider)?)),
];

pub(super) static GENERIC_PROVIDER: &[Property<Provider>] = &[
    PROVIDER_LENGTH,
    PROVIDER_LENGTHS,
    Property::both(
        names::BCRYPT_ECC_CURVE_NAME,
        |provider| curve_name(&provider_curve(provider)?),
        |provider, value| choose(provider, curve::find(&WideName::from_bytes(value))?),
    ),
    Property::both(
        names::BCRYPT_ECC_PARAMETERS,
        |provider| curve_parameters(&provider_curve(provider)?),
        |provider, value| choose(provider, ecc_full::parse_parameters(value)?),
    ),
    Property::readable(names::BCRYPT_ECC_CURVE_NAME_LIST, |provider| {
        Ok(Value::CurveNames(provider_algorithm(provider)?.purpose))
    }),
];

pub(super) static FIXED_KEY: &[KeyProperty] = &[
    KeyProperty::read(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::read(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

pub(super) static GENERIC_KEY: &[KeyProperty] = &[
    KeyProperty::both(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::both(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

pub(super) static FIXED_SIGNATURE_KEY: &[KeyProperty] = &[
    KeyProperty::read(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::read(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

pub(super) static GENERIC_SIGNATURE_KEY: &[KeyProperty] = &[
    KeyProperty::both(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::both(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

/// What a key tells of its curve.
static CURVE_PROPERTIES: &[Property<Curve>] = &[
    Property::readable(names::BCRYPT_ECC_CURVE_NAME, curve_name),
    Property::readable(names::BCRYPT_ECC_PARAMETERS, curve_parameters),
];

/// What a key that signs tells of its curve.
static SIGNATURE_PROPERTIES: &[Property<Curve>] =
    &[Property::readable(names::BCRYPT_SIGNATURE_LENGTH, |curve| {
        Ok(Value::Number(signature_size(curve) as u32))
    })];

/// Reads a property of a key's curve. Fails with `NotSupported` if there is none of this name.
pub(super) fn read(purpose: Purpose, curve: Option<&Curve>, name: &WideName) -> Result<Value> {
    let own = match purpose {
        Purpose::Agreement => None,
        Purpose::Signature => property::find(SIGNATURE_PROPERTIES, name),
    };
    let property = own.or_else(|| property::find(CURVE_PROPERTIES, name)).ok_or(Status::NotSupported)?;
    property.read(curve.ok_or(Status::InvalidParameter)?)
}

/// The provider's algorithm.
fn provider_algorithm(provider: &Provider) -> Result<&'static Algorithm> {
    let algorithm: &dyn Any = provider.algorithm().pair()?;
    algorithm.downcast_ref::<Algorithm>().ok_or(Status::InternalError)
}

/// The provider's curve. Fails with `InvalidParameter` if none is chosen yet.
fn provider_curve(provider: &Provider) -> Result<Curve> {
    provider_algorithm(provider)?.curve(provider)?.ok_or(Status::InvalidParameter)
}

/// Chooses the curve of keys made from now on (behaviour.md b7).
fn choose(provider: &Provider, curve: Curve) -> Result<()> {
    let curve = provider_algorithm(provider)?.allowed(curve)?;
    provider.choose(|choice| choice.curve = Some(curve))
}

/// The name of a curve. Fails with `NotFound` for one that was given by its numbers
/// (behaviour.md n, c33).
fn curve_name(curve: &Curve) -> Result<Value> {
    curve.name.map(Value::Text).ok_or(Status::NotFound)
}

fn curve_parameters(curve: &Curve) -> Result<Value> {
    ecc_full::encode_parameters(&curve.domain).map(Value::Bytes)
}
