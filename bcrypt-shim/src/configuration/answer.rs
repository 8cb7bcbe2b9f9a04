//! The structures that the configuration calls give out, as they stand in memory.

use super::{IMAGE, PROVIDER, functions_of};
use crate::algorithm::Algorithm;
use crate::names;
use crate::status::Result;
use crate::struct_writer::StructWriter;

const POINTER: usize = size_of::<usize>();
const NUMBER: usize = size_of::<u32>();

/// Bytes of a structure of a number and a pointer: CRYPT_PROVIDERS and the like, CRYPT_PROVIDER_REFS.
const LIST: usize = 2 * POINTER;
/// Bytes of CRYPT_CONTEXT_CONFIG.
const SETTINGS: usize = 2 * NUMBER;
/// Bytes of CRYPT_PROVIDER_REG.
const PROVIDER_REG: usize = 4 * POINTER;
/// Bytes of CRYPT_IMAGE_REG.
const IMAGE_REG: usize = 3 * POINTER;
/// Bytes of CRYPT_INTERFACE_REG.
const INTERFACE_REG: usize = (3 * NUMBER).next_multiple_of(POINTER) + POINTER;
/// Bytes of CRYPT_PROVIDER_REF.
const PROVIDER_REF: usize = 7 * POINTER;
/// Bytes of CRYPT_IMAGE_REF.
const IMAGE_REF: usize = 2 * POINTER;

/// What a call gives out.
#[derive(Debug)]
pub enum Answer {
    /// How many names there are, and a pointer to pointers to them.
    Names(Vec<&'static str>),
    /// The settings of a context of which none was set.
    Settings,
    /// The provider's registration for these interfaces.
    Registration(Vec<u32>),
    /// The provider for each of these functions.
    References(Vec<&'static Algorithm>),
}

impl Answer {
    /// The bytes of the structure at an address, with all that it points at behind it. Their number does not depend on
    /// the address. Fails with `NoMemory`.
    pub fn at(&self, address: usize) -> Result<Vec<u8>> {
        let mut writer = StructWriter::new(address, self.head());
        match self {
            Self::Names(names) => writer.array(names.iter(), |array, name| array.name(name)),
            Self::Settings => {
                writer.number(0);
                writer.number(0);
            }
            Self::Registration(interfaces) => registration(&mut writer, interfaces),
            Self::References(functions) => {
                writer.array(functions.iter(), |array, row| {
                    array.structure(PROVIDER_REF, |entry| reference(entry, row))
                });
            }
        }
        writer.finish()
    }

    fn head(&self) -> usize {
        match self {
            Self::Names(_) | Self::References(_) => LIST,
            Self::Settings => SETTINGS,
            Self::Registration(_) => PROVIDER_REG,
        }
    }
}

/// CRYPT_PROVIDER_REG: no other name, no kernel mode.
fn registration(writer: &mut StructWriter, interfaces: &[u32]) {
    writer.number(0);
    writer.pointer(0);
    writer.structure(IMAGE_REG, |image| {
        image.name(IMAGE);
        image.array(interfaces.iter(), |array, &number| {
            array.structure(INTERFACE_REG, |entry| interface(entry, number));
        });
    });
    writer.pointer(0);
}

/// CRYPT_INTERFACE_REG.
fn interface(writer: &mut StructWriter, number: u32) {
    writer.number(number);
    writer.number(names::CRYPT_LOCAL);
    writer.array(functions_of(number), |array, row| array.name(row.name));
}

/// CRYPT_PROVIDER_REF: no named values, no kernel mode.
fn reference(writer: &mut StructWriter, function: &Algorithm) {
    writer.number(function.class as u32);
    writer.name(function.name);
    writer.name(PROVIDER);
    writer.number(0);
    writer.pointer(0);
    writer.structure(IMAGE_REF, |image| {
        image.name(IMAGE);
        image.number(0);
    });
    writer.pointer(0);
}
