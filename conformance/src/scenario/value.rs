//! What expressions come to.

use super::{Bounds, Expression};

/// A number or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(u64),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// The bytes; a number as four little-endian ones.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Number(number) => (number as u32).to_le_bytes().into(),
            Self::Bytes(bytes) => bytes,
        }
    }

    fn number(&self) -> Result<u64, String> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Bytes(_) => Err("bytes stand where a number is wanted".into()),
        }
    }
}

/// The value of an expression, with the values of names; `&name` stands for where its memory is. Fails with what stops it: a name without a
/// value, a part outside, a number among bytes.
pub fn evaluate(expression: &Expression, look_up: &dyn Fn(&str) -> Option<Value>) -> Result<Value, String> {
    let bytes = |part: &Expression| match evaluate(part, look_up)? {
        Value::Bytes(bytes) => Ok(bytes),
        Value::Number(_) => Err("a number stands where bytes are wanted".to_owned()),
    };
    let number = |part: &Expression| evaluate(part, look_up)?.number();
    Ok(match expression {
        Expression::Number(number) => Value::Number(*number),
        Expression::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Expression::Name(name) => look_up(name).ok_or_else(|| format!("{name} was not set"))?,
        Expression::Or(parts) => {
            let numbers = parts.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            Value::Number(numbers.into_iter().fold(0, |all, bits| all | bits))
        }
        Expression::Sum(parts) => {
            sum(parts.iter().map(|part| evaluate(part, look_up)).collect::<Result<_, _>>()?)?
        }
        Expression::Word(value) => Value::Bytes((number(value)? as u32).to_le_bytes().into()),
        Expression::Long(value) => Value::Bytes(number(value)?.to_le_bytes().into()),
        Expression::Unword(value) => {
            let bytes = bytes(value)?;
            if bytes.len() > 8 {
                return Err(format!("{} bytes are too many for a number", bytes.len()));
            }
            Value::Number(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
        }
        Expression::Address(name) => {
            look_up(&format!("&{name}")).ok_or_else(|| format!("{name} has no memory"))?
        }
        Expression::Fill(count, byte) => {
            let count = usize::try_from(number(count)?).ok().filter(|&count| count <= 1 << 24);
            Value::Bytes(vec![*byte; count.ok_or("more than 16 MiB")?])
        }
        Expression::Reverse(value) => Value::Bytes(bytes(value)?.into_iter().rev().collect()),
        Expression::Edit(value, offset, with) => {
            let (mut whole, with) = (bytes(value)?, bytes(with)?);
            let end = offset.saturating_add(with.len());
            whole.get_mut(*offset..end).ok_or("the edit lies outside")?.copy_from_slice(&with);
            Value::Bytes(whole)
        }
        Expression::Slice(value, bounds) => {
            let whole = bytes(value)?;
            let (from, to) = edges(bounds, whole.len(), look_up)?;
            Value::Bytes(whole.get(from..to).ok_or_else(|| format!("{from}..{to} lies outside"))?.to_vec())
        }
    })
}

/// The two edges of bounds in a whole of `length` bytes.
pub fn edges(
    bounds: &Bounds,
    length: usize,
    look_up: &dyn Fn(&str) -> Option<Value>,
) -> Result<(usize, usize), String> {
    let edge = |edge: &Option<Box<Expression>>, otherwise: usize| match edge {
        Some(edge) => Ok::<_, String>(evaluate(edge, look_up)?.number()? as usize),
        None => Ok(otherwise),
    };
    Ok((edge(&bounds.from, 0)?, edge(&bounds.to, length)?))
}

/// Numbers added, or bytes one after the other; in bytes a number is a mistake.
fn sum(parts: Vec<Value>) -> Result<Value, String> {
    if parts.iter().all(|part| matches!(part, Value::Number(_))) {
        let numbers = parts.iter().map(Value::number).collect::<Result<Vec<_>, _>>()?;
        return Ok(Value::Number(numbers.into_iter().fold(0, u64::wrapping_add)));
    }
    let mut whole = Vec::new();
    for part in parts {
        match part {
            Value::Bytes(bytes) => whole.extend(bytes),
            Value::Number(_) => return Err("a number stands among bytes; u32(…) makes bytes of it".into()),
        }
    }
    Ok(Value::Bytes(whole))
}
