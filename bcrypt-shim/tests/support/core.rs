//! Drives the core as the door does, with names and blobs as a caller gives them.

#![allow(dead_code, reason = "each test file uses its own part")]

use bcrypt_shim::handle::Handle;
use bcrypt_shim::library::library;
use bcrypt_shim::out::Output;
use bcrypt_shim::pair::{Key, Validation};
use bcrypt_shim::property::{Object, Value};
use bcrypt_shim::provider::Provider;
use bcrypt_shim::status::Result;
use bcrypt_shim::wide::WideName;

pub fn wide(name: &str) -> WideName {
    WideName::read(name.encode_utf16())
}

/// A name as a property value: UTF-16 with its NUL.
pub fn text(name: &str) -> Vec<u8> {
    name.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect()
}

/// A buffer that is large enough for anything here.
pub struct Buffer {
    bytes: Vec<u8>,
    size: usize,
}

impl Output for Buffer {
    fn room(&self) -> Option<usize> {
        Some(self.bytes.len())
    }

    fn requested(&self) -> usize {
        self.bytes.len()
    }

    fn address(&self) -> usize {
        self.bytes.as_ptr().addr()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.bytes[..bytes.len()].copy_from_slice(bytes);
    }

    fn report(&mut self, size: usize) {
        self.size = size;
    }
}

/// An open provider.
pub struct Algorithm {
    pub handle: Handle,
    pub provider: Provider,
}

impl Drop for Algorithm {
    fn drop(&mut self) {
        library().close(self.handle).unwrap();
    }
}

pub fn open(id: &str) -> Algorithm {
    let handle = library().open(&wide(id), None, 0).unwrap();
    Algorithm { handle, provider: library().provider(handle).unwrap() }
}

/// Generic ECDH on a named curve.
pub fn open_curve(name: &str) -> Algorithm {
    let algorithm = open("ECDH");
    algorithm.set("ECCCurveName", &text(name)).unwrap();
    algorithm
}

impl Algorithm {
    fn object(&self) -> Object {
        library().object(self.handle).unwrap()
    }

    pub fn set(&self, property: &str, value: &[u8]) -> Result<()> {
        self.object().set(&wide(property), value)
    }

    pub fn get(&self, property: &str) -> Result<Vec<u8>> {
        value_of(self.object().get(&wide(property)))
    }

    /// A key to be finalized.
    pub fn start(&self, bits: u32) -> Key {
        Key::generate(&self.provider, self.handle, bits).unwrap()
    }

    /// A finalized key.
    pub fn generate(&self, bits: u32) -> Key {
        let key = self.start(bits);
        key.finalize().unwrap();
        key
    }

    pub fn import(&self, blob_type: &str, blob: &[u8]) -> Result<Key> {
        self.import_with(blob_type, blob, Validation::Full)
    }

    pub fn import_with(&self, blob_type: &str, blob: &[u8], validation: Validation) -> Result<Key> {
        Key::import(&self.provider, self.handle, &wide(blob_type), blob, validation)
    }
}

fn value_of(value: Result<Value>) -> Result<Vec<u8>> {
    let mut buffer = Buffer { bytes: vec![0; 1 << 16], size: 0 };
    value?.write(&mut buffer)?;
    buffer.bytes.truncate(buffer.size);
    Ok(buffer.bytes)
}

/// A property of a key.
pub fn get(key: &Key, property: &str) -> Result<Vec<u8>> {
    value_of(key.get(&wide(property)))
}

pub fn set(key: &Key, property: &str, value: &[u8]) -> Result<()> {
    key.set(&wide(property), value)
}

pub fn export(key: &Key, blob_type: &str) -> Result<Vec<u8>> {
    key.export(&wide(blob_type)).map(|blob| blob.to_vec())
}

/// The agreed value Z.
pub fn agree(own: &Key, peer: &Key) -> Result<Vec<u8>> {
    own.agree(peer).map(|secret| secret.value().to_vec())
}

/// A blob: little-endian words, then numbers.
pub fn blob(words: &[u32], numbers: &[&[u8]]) -> Vec<u8> {
    let words = words.iter().flat_map(|word| word.to_le_bytes());
    words.chain(numbers.concat()).collect()
}

/// The bytes of hexadecimal digits.
pub fn bytes(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
