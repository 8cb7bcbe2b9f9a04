//! Reading and setting properties.

use crate::support::library::lib;
use crate::support::objects::{Alg, Object, open};
use crate::support::output::{Fetch, whole};
use crate::support::status::Status;
use crate::support::text::{narrow, wide, wide_bytes};

/// A read, to be made with one of the functions of `output`.
pub fn read<O: Object>(object: &O, name: &str) -> impl Fetch + use<O> {
    let (object, name) = (object.handle(), wide(name));
    move |output: *mut u8, size: u32, result: *mut u32| {
        lib().get_property(object.raw(), name.as_ptr(), output, size, result, 0)
    }
}

/// The whole value.
pub fn get(object: &impl Object, name: &str) -> Result<Vec<u8>, Status> {
    whole(&read(object, name))
}

/// A 32-bit value.
pub fn number(object: &impl Object, name: &str) -> Result<u32, Status> {
    get(object, name).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four bytes")))
}

/// A string value.
pub fn string(object: &impl Object, name: &str) -> Result<String, Status> {
    get(object, name).map(|bytes| narrow(&bytes))
}

/// Sets a value.
pub fn set(object: &impl Object, name: &str, value: &[u8]) -> Result<(), Status> {
    let name = wide(name);
    let size = u32::try_from(value.len()).unwrap();
    lib().set_property(object.raw(), name.as_ptr(), value.as_ptr(), size, 0).ok()
}

/// Sets ECCCurveName with its NUL counted, as Windows programs do.
pub fn set_curve(object: &impl Object, name: &str) -> Result<(), Status> {
    set(object, "ECCCurveName", &wide_bytes(name))
}

/// Generic ECDH with a curve chosen on the provider.
pub fn open_curve(name: &str) -> Alg {
    let algorithm = open("ECDH");
    set_curve(&algorithm, name).unwrap_or_else(|status| panic!("{name} can be chosen: {status:?}"));
    algorithm
}
