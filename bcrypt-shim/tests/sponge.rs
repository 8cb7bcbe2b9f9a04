//! cSHAKE and KMAC beside a second implementation, on random keys, names and inputs, read in random pieces.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

use bcrypt_shim::algorithm::ALGORITHMS;
use bcrypt_shim::handle::Handle;
use bcrypt_shim::hash::Object;
use bcrypt_shim::names::{BCRYPT_CUSTOMIZATION_STRING, BCRYPT_FUNCTION_NAME_STRING};
use bcrypt_shim::provider::{Flags, Opened, Provider};
use bcrypt_shim::wide::WideName;
use tiny_keccak::{CShake, Hasher, Kmac, Xof};

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self, below: usize) -> Vec<u8> {
        let length = self.below(below);
        (0..length).map(|_| self.next() as u8).collect()
    }
}

fn object(name: &str, key: Option<&[u8]>) -> Object {
    let row = ALGORITHMS.iter().find(|row| row.name == name).unwrap();
    let provider = Provider::Opened(Opened::new(row, Flags::default()).into());
    Object::create(&provider, Handle(0), key, false).unwrap()
}

fn set(hash: &Object, property: &str, value: &[u8]) {
    hash.set(&WideName::read(property.encode_utf16()), value).unwrap();
}

/// Reads the input in random pieces and gives so many bytes.
fn read(hash: &Object, input: &[u8], length: usize, sequence: &mut Sequence) -> Vec<u8> {
    let mut rest = input;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(1 + sequence.below(rest.len()));
        hash.update(piece).unwrap();
        rest = behind;
    }
    let mut digest = vec![0; length];
    hash.finish(length, false, || Ok(&mut digest)).unwrap();
    digest
}

/// Whether strings fill blocks without a byte of padding (SP 800-185, 2.3): tiny-keccak 2.0.2 then takes one block too many.
fn fill_blocks(round: usize, strings: &[&[u8]]) -> bool {
    let rate = if round.is_multiple_of(2) { 168 } else { 136 };
    let encoded = |string: &&[u8]| 1 + if string.len() * 8 < 256 { 1 } else { 2 } + string.len();
    (2 + strings.iter().map(encoded).sum::<usize>()).is_multiple_of(rate)
}

#[test]
fn cshake() {
    let mut sequence = Sequence(0x9E37_79B9_7F4A_7C15);
    for round in 0..300 {
        let (function, name) = (sequence.bytes(40), sequence.bytes(300));
        let (input, length) = (sequence.bytes(1000), 1 + sequence.below(500));
        if fill_blocks(round, &[&function, &name]) {
            continue;
        }
        let (id, mut theirs) = match round % 2 {
            0 => ("CSHAKE128", CShake::v128(&function, &name)),
            _ => ("CSHAKE256", CShake::v256(&function, &name)),
        };
        let ours = object(id, None);
        set(&ours, BCRYPT_FUNCTION_NAME_STRING, &function);
        set(&ours, BCRYPT_CUSTOMIZATION_STRING, &name);
        let mut wanted = vec![0; length];
        theirs.update(&input);
        theirs.squeeze(&mut wanted);
        assert_eq!(read(&ours, &input, length, &mut sequence), wanted, "{id} {round}");
    }
}

#[test]
fn kmac() {
    let mut sequence = Sequence(0xD1B5_4A32_D192_ED03);
    for round in 0..300 {
        let (key, name) = (sequence.bytes(300), sequence.bytes(300));
        let (input, length) = (sequence.bytes(1000), 1 + sequence.below(500));
        if fill_blocks(round, &[b"KMAC", &name]) || fill_blocks(round, &[&key]) {
            continue;
        }
        let (id, mut theirs) = match round % 2 {
            0 => ("KMAC128", Kmac::v128(&key, &name)),
            _ => ("KMAC256", Kmac::v256(&key, &name)),
        };
        let ours = object(id, Some(&key));
        set(&ours, BCRYPT_CUSTOMIZATION_STRING, &name);
        let mut wanted = vec![0; length];
        theirs.update(&input);
        theirs.finalize(&mut wanted);
        assert_eq!(read(&ours, &input, length, &mut sequence), wanted, "{id} {round}");
    }
}
