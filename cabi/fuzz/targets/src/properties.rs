//! Looks for a property value that crashes a call, reads outside itself, is answered with an undocumented
//! status, or leaves an object that can't be used as before.
//!
//! Input: which object (a byte), then steps: which property (a byte; the last ones are not names of the
//! object's kind), the value's length (16 bits) and its bytes. Every step sets the value and reads all
//! properties; at the end a key is finalized and agreed with.

use arbitrary::{Result, Unstructured};
use bcrypt_shim::names;

use crate::door::{self, Raw, SUCCESS};

/// Lengths are cut here; nothing valid is longer.
const LONGEST: u16 = 4096;

/// Steps of one input.
const MOST_STEPS: usize = 16;

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(kind) = input.arbitrary::<u8>() else { return };
    let object = Object::new(kind);
    for _ in 0..MOST_STEPS {
        // An exhausted input would give zeros without end.
        if input.is_empty() || step(&mut input, object.handle).is_err() {
            break;
        }
    }
    object.finish();
}

/// What the steps work on.
struct Object {
    handle: Raw,
    kind: u8,
}

impl Object {
    fn new(kind: u8) -> Self {
        let p256 = || door::generate(door::raw(names::BCRYPT_ECDH_P256_ALG_HANDLE as usize), 256).unwrap();
        let kind = kind % 8;
        let handle = match kind {
            0 => door::open("ECDH").unwrap(),
            1 => door::open("DH").unwrap(),
            2 => door::generate(door::raw(names::BCRYPT_ECDH_ALG_HANDLE as usize), 0).unwrap(),
            // 512 bits have a standard group, so that finalizing is quick even without parameters.
            3 => door::generate(door::raw(names::BCRYPT_DH_ALG_HANDLE as usize), 1024).unwrap(),
            4 => p256(),
            5 => door::raw(names::BCRYPT_ECDH_ALG_HANDLE as usize),
            _ => {
                let key = p256();
                assert_eq!(door::finalize(key), SUCCESS);
                if kind == 6 {
                    key
                } else {
                    let secret = door::agree(key, key).unwrap();
                    door::destroy_key(key);
                    secret
                }
            }
        };
        Self { handle, kind }
    }

    fn finish(self) {
        match self.kind {
            0 | 1 => {
                if let Ok(key) = door::generate(self.handle, if self.kind == 0 { 0 } else { 1024 }) {
                    use_key(key);
                }
                assert_eq!(door::close(self.handle), SUCCESS);
            }
            5 => {}
            7 => {
                door::derive(self.handle, &door::wide(names::BCRYPT_KDF_HKDF), &[], Some(32), 0).ok();
                door::value(self.handle);
                assert_eq!(door::destroy_secret(self.handle), SUCCESS);
            }
            _ => use_key(self.handle),
        }
    }
}

fn use_key(key: Raw) {
    let was_ready = door::export(key, &door::wide(names::BCRYPT_PUBLIC_KEY_BLOB)).is_ok();
    if !was_ready {
        door::finalize(key);
    }
    if let Ok(secret) = door::agree(key, key) {
        door::value(secret);
        door::export(key, &door::wide(names::BCRYPT_PRIVATE_KEY_BLOB)).unwrap();
        door::destroy_secret(secret);
    }
    assert_eq!(door::destroy_key(key), SUCCESS);
}

/// Every name that bcrypt.h knows, and two that are none.
fn all_names() -> Vec<&'static str> {
    names::PROPERTIES.rows.iter().map(|row| row.value).chain(["", "No such property"]).collect()
}

/// The number of a property in an input.
pub fn number_of(name: &str) -> u8 {
    all_names().iter().position(|known| *known == name).unwrap() as u8
}

fn step(input: &mut Unstructured<'_>, object: Raw) -> Result<()> {
    let name: u8 = input.arbitrary()?;
    let length: u16 = input.arbitrary()?;
    let length = usize::from(length % LONGEST).min(input.len());
    let value = input.bytes(length)?;
    let all = all_names();
    let name = door::wide(all[usize::from(name) % all.len()]);
    let before = door::get(object, &name);
    // The list of curve names has pointers into the buffer it was read into.
    let is_list = name == door::wide(names::BCRYPT_ECC_CURVE_NAME_LIST);
    if door::set(object, &name, value) != SUCCESS && !is_list {
        assert_eq!(door::get(object, &name), before, "a refused value changes nothing");
    }
    for name in all {
        door::get(object, &door::wide(name)).ok();
    }
    Ok(())
}
