//! What a line shows of an argument.

use std::fmt::{self, Write};

use bcrypt_shim::engine::digest;
use bcrypt_shim::kdf::Parameter;
use bcrypt_shim::names;
use bcrypt_shim::wide::WideName;

use crate::params;
use crate::ptr;
use crate::types::*;

/// An argument of an export, told apart by its C type. Nothing is read before it is written into a line.
#[derive(Clone, Copy)]
pub enum Argument {
    Number(u64),
    Name(LPCWSTR),
    Parameters(*const BCryptBufferDesc),
    /// Where a new handle goes.
    NewHandle(*mut PVOID),
    /// Where a size or a count goes.
    NewNumber(*mut ULONG),
    /// A handle or a pointer to anything else; their names tell them apart.
    Address(usize),
}

macro_rules! from {
    ($($type:ty => |$value:ident| $argument:expr;)*) => {$(
        impl From<$type> for Argument {
            fn from($value: $type) -> Self {
                $argument
            }
        }
    )*};
}

from! {
    ULONG => |number| Self::Number(number.into());
    ULONGLONG => |number| Self::Number(number);
    BCRYPT_MULTI_OPERATION_TYPE => |kind| Self::Number(kind.cast_unsigned().into());
    LPCWSTR => |text| Self::Name(text);
    PVOID => |handle| Self::Address(handle.addr());
    PUCHAR => |buffer| Self::Address(buffer.addr());
    *mut BCryptBufferDesc => |list| Self::Parameters(list);
    *mut PVOID => |place| Self::NewHandle(place);
    *mut ULONG => |place| Self::NewNumber(place);
    *mut *mut BCRYPT_ALGORITHM_IDENTIFIER => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_PROVIDER_NAME => |place| Self::Address(place.addr());
    *mut *mut CRYPT_CONTEXTS => |place| Self::Address(place.addr());
    *mut *mut CRYPT_CONTEXT_FUNCTIONS => |place| Self::Address(place.addr());
    *mut *mut CRYPT_CONTEXT_FUNCTION_PROVIDERS => |place| Self::Address(place.addr());
    *mut *mut CRYPT_CONTEXT_CONFIG => |place| Self::Address(place.addr());
    *mut *mut CRYPT_CONTEXT_FUNCTION_CONFIG => |place| Self::Address(place.addr());
    *mut *mut CRYPT_PROVIDERS => |place| Self::Address(place.addr());
    *mut *mut CRYPT_PROVIDER_REG => |place| Self::Address(place.addr());
    *mut *mut CRYPT_PROVIDER_REFS => |place| Self::Address(place.addr());
    *mut PUCHAR => |place| Self::Address(place.addr());
    *mut CRYPT_CONTEXT_CONFIG => |place| Self::Address(place.addr());
    *mut CRYPT_CONTEXT_FUNCTION_CONFIG => |place| Self::Address(place.addr());
    *mut CRYPT_PROVIDER_REG => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_CIPHER_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_HASH_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_SIGNATURE_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_RNG_FUNCTION_TABLE => |place| Self::Address(place.addr());
    *mut *mut BCRYPT_KEY_DERIVATION_FUNCTION_TABLE => |place| Self::Address(place.addr());
}

/// Any argument of a function that reads none.
pub trait Unread {
    fn unread(self) -> Argument;
}

impl<T> Unread for *mut T {
    fn unread(self) -> Argument {
        Argument::Address(self.addr())
    }
}

impl<T> Unread for *const T {
    fn unread(self) -> Argument {
        Argument::Address(self.addr())
    }
}

impl Unread for i32 {
    fn unread(self) -> Argument {
        Argument::Number(self.cast_unsigned().into())
    }
}

impl Unread for u32 {
    fn unread(self) -> Argument {
        Argument::Number(self.into())
    }
}

impl Unread for u64 {
    fn unread(self) -> Argument {
        Argument::Number(self)
    }
}

impl Argument {
    /// An argument that no pointer of is followed.
    pub fn unread(argument: impl Unread) -> Self {
        argument.unread()
    }

    /// Writes `name=value` as it is before the call.
    pub fn write(self, name: &str, out: &mut impl Write) -> fmt::Result {
        write!(out, "{name}=")?;
        match self {
            Self::Number(number) if is_mask(name) => write!(out, "0x{number:x}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Address(handle) if is_handle(name) => write!(out, "0x{handle:x}"),
            Self::Name(text) => write_name(text, out),
            Self::Parameters(list) => write_parameters(list, out),
            // Where memory lies helps nobody but an attacker.
            _ => out.write_str(if self.is_null() { "NULL" } else { "pointer" }),
        }
    }

    /// Writes ` name=value` for a handle or a number that the call gave back.
    pub fn write_result(
        self,
        name: &str,
        all: &[(&str, Self)],
        status: u32,
        out: &mut impl Write,
    ) -> fmt::Result {
        // Only then has the library written there. A failed call may leave memory that was never set.
        let written = match self {
            Self::NewHandle(_) => status == names::STATUS_SUCCESS,
            Self::NewNumber(_) => matches!(status, names::STATUS_SUCCESS | names::STATUS_BUFFER_TOO_SMALL),
            _ => false,
        };
        if !written || self.lies_in_a_buffer(all) {
            return Ok(());
        }
        match self {
            Self::NewHandle(place) => {
                // SAFETY: the call wrote a handle there, so the pointer is good by the crate's contract.
                let handle = unsafe { ptr::written(place) };
                write!(out, " {name}=0x{:x}", handle.addr())
            }
            Self::NewNumber(place) => {
                // SAFETY: as above, for a number.
                let number = unsafe { ptr::written(place) };
                write!(out, " {name}={number}")
            }
            _ => Ok(()),
        }
    }

    fn is_null(self) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Name(pointer) => pointer.is_null(),
            Self::Parameters(pointer) => pointer.is_null(),
            Self::NewHandle(pointer) => pointer.is_null(),
            Self::NewNumber(pointer) => pointer.is_null(),
            Self::Address(address) => address == 0,
        }
    }

    /// Whether this place for a result lies in a buffer, which has bytes now that nobody may see.
    fn lies_in_a_buffer(self, all: &[(&str, Self)]) -> bool {
        let (place, bytes) = match self {
            Self::NewHandle(place) => (place.addr(), size_of::<PVOID>()),
            Self::NewNumber(place) => (place.addr(), size_of::<ULONG>()),
            _ => return false,
        };
        all.windows(2).any(|pair| match *pair {
            [(_, Self::Address(buffer)), (_, Self::Number(size))] => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                place < buffer.saturating_add(size) && buffer < place.saturating_add(bytes)
            }
            _ => false,
        })
    }
}

/// Windows' names of handles begin with an h.
fn is_handle(name: &str) -> bool {
    name.starts_with('h')
}

fn is_mask(name: &str) -> bool {
    name.ends_with("Flags") || name.ends_with("Operations")
}

fn write_name(text: LPCWSTR, out: &mut impl Write) -> fmt::Result {
    // SAFETY: the caller's contract (crate docs).
    match unsafe { ptr::optional_name(text) } {
        Some(name) => write!(out, "{name}"),
        None => out.write_str("NULL"),
    }
}

/// The parameters' kinds and sizes. What they hold is the program's business, but for the name of a hash.
fn write_parameters(list: *const BCryptBufferDesc, out: &mut impl Write) -> fmt::Result {
    if list.is_null() {
        return out.write_str("NULL");
    }
    // SAFETY: the caller's contract (crate docs).
    let Ok(parameters) = (unsafe { params::read(list) }) else {
        return out.write_str("invalid");
    };
    out.write_char('[')?;
    for (index, parameter) in parameters.iter().enumerate() {
        out.write_str(if index == 0 { "" } else { ", " })?;
        write_parameter(*parameter, out)?;
    }
    out.write_char(']')
}

fn write_parameter(parameter: Parameter<'_>, out: &mut impl Write) -> fmt::Result {
    match names::KDF_BUFFER_TYPES.rows.iter().find(|row| row.value == parameter.kind) {
        Some(row) => out.write_str(row.c_name)?,
        None => write!(out, "0x{:x}", parameter.kind)?,
    }
    // A program that forgot the type has 0 here, the type of a hash's name, beside any bytes.
    let hash = digest::find(&WideName::from_bytes(parameter.bytes));
    match hash {
        Ok(hash) if parameter.kind == names::KDF_HASH_ALGORITHM => write!(out, " \"{}\"", hash.name),
        _ => write!(out, " {} bytes", parameter.bytes.len()),
    }
}
