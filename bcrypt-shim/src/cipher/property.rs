//! The properties of ciphers' providers and keys, one row each.

use super::{Chosen, Key, Limits, MAX_IV, Mode};
use crate::memory;
use crate::names;
use crate::property::{Property, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::{self, WideName};

/// `ObjectLength`: keys need no memory of the caller's, who may have to be told that it is not too little.
pub const OBJECT_LENGTH: u32 = 64;

/// Properties of every provider of ciphers.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    Property::readable(names::BCRYPT_BLOCK_LENGTH, |provider| {
        Ok(Value::Number(limits(provider)?.block as u32))
    }),
    Property::readable(names::BCRYPT_BLOCK_SIZE_LIST, |provider| {
        Ok(Value::Number(limits(provider)?.block as u32))
    }),
    Property::readable(names::BCRYPT_KEY_LENGTHS, |provider| {
        let (least, greatest, step) = limits(provider)?.key_bits;
        Ok(Value::Lengths(least, greatest, step))
    }),
    Property::readable(names::BCRYPT_OBJECT_LENGTH, |_| Ok(Value::Number(OBJECT_LENGTH))),
    Property::readable(names::BCRYPT_AUTH_TAG_LENGTH, |provider| {
        let (least, greatest, step) = limits(provider)?.tags(mode(provider)?)?;
        Ok(Value::Lengths(least, greatest, step))
    }),
    Property::both(
        names::BCRYPT_CHAINING_MODE,
        |provider| mode_value(mode(provider)?),
        |provider, value| {
            let mode = mode_of(limits(provider)?, value)?;
            provider.choose(|choice| choice.mode = Some(mode))
        },
    ),
    Property::both(
        names::BCRYPT_MESSAGE_BLOCK_LENGTH,
        |provider| unit_value(limits(provider)?, provider.choice()?.unit.unwrap_or(0)),
        |provider, value| {
            let unit = unit_of(limits(provider)?, value)?;
            provider.choose(|choice| choice.unit = Some(unit))
        },
    ),
];

/// Properties of every symmetric key.
pub static PROPERTIES: &[Property<Key>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::readable(names::BCRYPT_KEY_LENGTH, |key| Ok(Value::Number(key.secret.len() as u32 * 8))),
    Property::readable(names::BCRYPT_KEY_STRENGTH, |key| Ok(Value::Number(key.secret.len() as u32 * 8))),
    Property::readable(names::BCRYPT_BLOCK_LENGTH, |key| Ok(Value::Number(key.limits().block as u32))),
    Property::both(
        names::BCRYPT_CHAINING_MODE,
        |key| mode_value(key.chosen().mode),
        |key, value| {
            let mode = mode_of(key.limits(), value)?;
            key.choose(|chosen| Chosen { mode, ..chosen });
            Ok(())
        },
    ),
    Property::both(
        names::BCRYPT_MESSAGE_BLOCK_LENGTH,
        |key| unit_value(key.limits(), key.chosen().unit),
        |key, value| {
            let unit = unit_of(key.limits(), value)?;
            key.choose(|chosen| Chosen { unit, ..chosen });
            Ok(())
        },
    ),
    Property::both(
        names::BCRYPT_INITIALIZATION_VECTOR,
        |key| {
            let length = iv_length(key)?;
            let iv = key.state.lock()?.iv;
            memory::copy(iv.get(..length).ok_or(Status::InternalError)?).map(Value::Bytes)
        },
        |key, value| {
            require(value.len() == iv_length(key)?)?;
            let mut iv = [0; MAX_IV];
            iv.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
            key.state.lock()?.iv = iv;
            Ok(())
        },
    ),
];

fn limits(provider: &Provider) -> Result<&'static Limits> {
    Ok(provider.algorithm().cipher()?.limits())
}

/// What was chosen, or the algorithm's first.
fn mode(provider: &Provider) -> Result<Mode> {
    let chosen = provider.choice()?.mode.or(limits(provider)?.modes.first().copied());
    Ok(chosen.unwrap_or(Mode::NotApplicable))
}

/// The name in a field of 64 bytes, whatever its length (surroundings s34).
fn mode_value(mode: Mode) -> Result<Value> {
    const FIELD: usize = 64;
    let mut field = memory::zeros(FIELD)?;
    field.iter_mut().zip(wide::encode(mode.name())?).for_each(|(to, from)| *to = from);
    Ok(Value::Bytes(field))
}

/// The mode of a name. Fails with `NotSupported` for one that the algorithm does not have (surroundings s36).
fn mode_of(limits: &Limits, value: &[u8]) -> Result<Mode> {
    let name = WideName::from_bytes(value);
    limits.modes.iter().find(|mode| name.is(mode.name())).copied().ok_or(Status::NotSupported)
}

/// What was chosen; of block ciphers 1 otherwise, of sectors 0.
fn unit_value(limits: &Limits, chosen: u32) -> Result<Value> {
    match (limits.unit, chosen) {
        (super::Unit::None, _) => Err(Status::NotSupported),
        (super::Unit::Feedback, 0) => Ok(Value::Number(1)),
        _ => Ok(Value::Number(chosen)),
    }
}

fn unit_of(limits: &Limits, value: &[u8]) -> Result<u32> {
    let bytes = value.try_into().map_err(|_| Status::InvalidParameter);
    limits
        .unit
        .checked(if limits.unit == super::Unit::None { 0 } else { u32::from_ne_bytes(bytes?) }, limits.block)
}

/// Bytes of the IV that a key keeps. Fails with `NotSupported` for a cipher without CBC and CFB.
fn iv_length(key: &Key) -> Result<usize> {
    let limits = key.limits();
    if limits.modes.contains(&Mode::Cbc) { Ok(limits.block) } else { Err(Status::NotSupported) }
}
