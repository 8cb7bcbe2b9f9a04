//! Encapsulate and Decapsulate: behaviour.md t160 to t167.

use std::ptr::{null, null_mut};

use super::{DSA, KEM, Private, Public, Set};
use crate::support::library::{Raw, lib};
use crate::support::objects::{Handle, Key, Object, new_key, open};
use crate::support::property::{number, set};
use crate::support::status::{
    BUFFER_TOO_SMALL, INVALID_BUFFER_SIZE, INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS, Status,
};

const SECRET: usize = 32;
const UNTOUCHED: u8 = 0xA5;
const NO_SIZE: u32 = 0x5EED_5EED;

/// What a call left: its status, the two counts, and what stands in the buffers, between margins that nobody may write.
#[derive(PartialEq, Eq, Debug)]
pub struct Outcome {
    status: Status,
    counts: [u32; 2],
    secret: Vec<u8>,
    ciphertext: Vec<u8>,
}

const MARGIN: usize = 32;

fn buffer(room: usize) -> Vec<u8> {
    vec![UNTOUCHED; room + 2 * MARGIN]
}

fn inside(buffer: &[u8]) -> Vec<u8> {
    let (before, rest) = buffer.split_at(MARGIN);
    let (inside, after) = rest.split_at(rest.len() - MARGIN);
    assert!([before, after].concat().iter().all(|&byte| byte == UNTOUCHED), "wrote outside a buffer");
    inside.to_vec()
}

/// With buffers of these sizes; `None` is NULL with a size that counts for nothing.
fn encapsulate_into(key: Raw, secret: Option<usize>, ciphertext: Option<usize>, flags: u32) -> Outcome {
    let mut counts = [NO_SIZE; 2];
    let mut memory = [secret, ciphertext].map(|room| buffer(room.unwrap_or(0)));
    let pointers: Vec<_> = memory
        .iter_mut()
        .zip([secret, ciphertext])
        .map(|(memory, room)| room.map_or(null_mut(), |_| memory[MARGIN..].as_mut_ptr()))
        .collect();
    let sizes = [secret, ciphertext].map(|room| room.unwrap_or(7) as u32);
    let [secret_count, ciphertext_count] = &mut counts;
    let status = lib().encapsulate(
        key,
        pointers[0],
        sizes[0],
        secret_count,
        pointers[1],
        sizes[1],
        ciphertext_count,
        flags,
    );
    let [secret, ciphertext] = memory.map(|memory| inside(&memory));
    Outcome { status, counts, secret, ciphertext }
}

pub fn encapsulate(set: &Set, key: &Key) -> (Vec<u8>, Vec<u8>) {
    let outcome = encapsulate_into(key.raw(), Some(SECRET), Some(set.output), 0);
    assert_eq!((outcome.status, outcome.counts), (SUCCESS, [SECRET as u32, set.output as u32]));
    (outcome.secret, outcome.ciphertext)
}

fn decapsulate_into(key: Raw, ciphertext: &[u8], room: Option<usize>, flags: u32) -> (Status, u32, Vec<u8>) {
    let (mut count, mut memory) = (NO_SIZE, buffer(room.unwrap_or(0)));
    let pointer = room.map_or(null_mut(), |_| memory[MARGIN..].as_mut_ptr());
    let (input, size) = (ciphertext.as_ptr(), ciphertext.len() as u32);
    let status = lib().decapsulate(key, input, size, pointer, room.unwrap_or(7) as u32, &mut count, flags);
    (status, count, inside(&memory))
}

pub fn decapsulate(key: &Key, ciphertext: &[u8]) -> Result<Vec<u8>, Status> {
    let (status, _, secret) = decapsulate_into(key.raw(), ciphertext, Some(SECRET), 0);
    status.ok().map(|()| secret)
}

#[test]
fn both_have_one_secret() {
    for set in KEM {
        let key = set.new_key();
        let public = set.public_of(&key);
        let private = set.import(Private, &set.exported(&key, Private)).unwrap();
        let mut seen = Vec::new();
        for sender in [&key, &public, &private] {
            for _ in 0..4 {
                let (secret, ciphertext) = encapsulate(&set, sender);
                for receiver in [&key, &private] {
                    assert_eq!(decapsulate(receiver, &ciphertext), Ok(secret.clone()), "{set:?}");
                }
                assert!(!seen.contains(&secret), "a secret is made once");
                seen.push(secret);
            }
        }
        let (secret, ciphertext) = encapsulate(&set, &public);
        assert_ne!(decapsulate(&set.new_key(), &ciphertext), Ok(secret), "another key");
        assert_eq!(decapsulate(&public, &ciphertext), Err(INVALID_PARAMETER), "no private half");
    }
}

/// behaviour.md t161: implicit rejection.
#[test]
fn a_changed_ciphertext_has_another_secret() {
    for set in KEM {
        let key = set.new_key();
        let (secret, ciphertext) = encapsulate(&set, &key);
        for bit in (0..8 * set.output).step_by(97).chain([8 * set.output - 1]) {
            let mut other = ciphertext.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let rejected = decapsulate(&key, &other).unwrap();
            assert_ne!(rejected, secret, "{set:?} bit {bit}");
            assert_eq!(decapsulate(&key, &other), Ok(rejected), "{set:?}: the same each time");
        }
        for byte in [0, 0xFF] {
            assert_ne!(decapsulate(&key, &vec![byte; set.output]), Ok(secret.clone()));
        }
    }
}

/// behaviour.md t160, t162; that too large is INVALID_BUFFER_SIZE is Microsoft's page, and nobody tried.
#[test]
fn sizes_of_encapsulation() {
    for set in KEM {
        let key = set.new_key();
        let sizes = [SECRET as u32, set.output as u32];
        let query = encapsulate_into(key.raw(), None, None, 0);
        assert_eq!((query.status, query.counts), (SUCCESS, sizes));
        let cases = [
            (Some(0), Some(0), BUFFER_TOO_SMALL),
            (Some(SECRET - 1), Some(set.output), BUFFER_TOO_SMALL),
            (Some(SECRET), Some(set.output - 1), BUFFER_TOO_SMALL),
            (Some(SECRET - 1), Some(set.output + 1), BUFFER_TOO_SMALL),
            (Some(SECRET + 1), Some(0), BUFFER_TOO_SMALL),
            (Some(SECRET + 1), Some(set.output), INVALID_BUFFER_SIZE),
            (Some(SECRET), Some(set.output + 1), INVALID_BUFFER_SIZE),
            (Some(1000), Some(3000), INVALID_BUFFER_SIZE),
            (None, Some(set.output), INVALID_PARAMETER),
            (Some(SECRET), None, INVALID_PARAMETER),
        ];
        for (secret, ciphertext, status) in cases {
            let outcome = encapsulate_into(key.raw(), secret, ciphertext, 0);
            assert_eq!((outcome.status, outcome.counts), (status, sizes), "{secret:?} {ciphertext:?}");
            let both = [outcome.secret, outcome.ciphertext].concat();
            assert!(
                both.iter().all(|&byte| byte == UNTOUCHED),
                "{secret:?} {ciphertext:?}: neither is written"
            );
        }
    }
}

#[test]
fn sizes_of_decapsulation() {
    for set in KEM {
        let key = set.new_key();
        let (secret, ciphertext) = encapsulate(&set, &key);
        for any in [&ciphertext[..], &[], &[1; 5]] {
            assert_eq!(decapsulate_into(key.raw(), any, None, 0), (SUCCESS, 32, vec![]), "the size alone");
        }
        for length in (0..set.output + 20).filter(|&length| length != set.output).chain([5000]) {
            let mut other = ciphertext.clone();
            other.resize(length, 0);
            let (status, count, out) = decapsulate_into(key.raw(), &other, Some(SECRET), 0);
            assert_eq!((status, count), (INVALID_BUFFER_SIZE, 32), "{set:?} {length}");
            assert_eq!(out, [UNTOUCHED; SECRET]);
        }
        for (room, status) in [
            (0, BUFFER_TOO_SMALL),
            (SECRET - 1, BUFFER_TOO_SMALL),
            (SECRET + 1, INVALID_BUFFER_SIZE),
            (500, INVALID_BUFFER_SIZE),
        ] {
            let (found, count, out) = decapsulate_into(key.raw(), &ciphertext, Some(room), 0);
            assert_eq!((found, count), (status, 32), "{room}");
            assert!(out.iter().all(|&byte| byte == UNTOUCHED));
        }
        // In place: the secret over the ciphertext.
        let (mut memory, mut count) = (ciphertext.clone(), 0);
        let pointer = memory.as_mut_ptr();
        let status = lib().decapsulate(key.raw(), pointer, set.output as u32, pointer, 32, &mut count, 0);
        assert_eq!((status, count, &memory[..32]), (SUCCESS, 32, &secret[..]));
        assert_eq!(memory[32..], ciphertext[32..]);
    }
}

/// behaviour.md t163; the first row is Microsoft's page against all other functions.
#[test]
fn wrong_arguments() {
    let (set, ecdh) = (KEM[1], new_key(&open("ECDH_P256"), 256));
    let (key, draft) = (set.new_key(), set.draft());
    let (_, ciphertext) = encapsulate(&set, &key);
    let signing = DSA[0].new_key();
    let gone = Handle(key.handle().0 ^ 0x40);
    let keys: [(Raw, Status); 6] = [
        (null_mut(), INVALID_PARAMETER),
        (gone.raw(), INVALID_HANDLE),
        (Handle(0x481).raw(), INVALID_HANDLE),
        (draft.raw(), INVALID_HANDLE),
        (ecdh.raw(), NOT_SUPPORTED),
        (signing.raw(), NOT_SUPPORTED),
    ];
    for (raw, status) in keys {
        for (secret, output) in [(None, None), (Some(SECRET), Some(set.output)), (Some(0), None)] {
            let outcome = encapsulate_into(raw, secret, output, 0);
            assert_eq!((outcome.status, outcome.counts), (status, [NO_SIZE; 2]), "{raw:?}");
            let (found, count, _) = decapsulate_into(raw, &ciphertext, secret, 0);
            assert_eq!((found, count), (status, NO_SIZE), "{raw:?}");
        }
    }
    for flags in (0..32).map(|bit| 1 << bit).chain([u32::MAX]) {
        let outcome = encapsulate_into(key.raw(), Some(SECRET), Some(set.output), flags);
        assert_eq!((outcome.status, outcome.counts), (INVALID_PARAMETER, [NO_SIZE; 2]), "{flags:#x}");
        let (status, count, _) = decapsulate_into(key.raw(), &ciphertext, Some(SECRET), flags);
        assert_eq!((status, count), (INVALID_PARAMETER, NO_SIZE), "{flags:#x}");
    }
    let (mut secret, mut output, mut count) = ([0; SECRET], vec![0; set.output], 0);
    let (secret, size) = (secret.as_mut_ptr(), set.output as u32);
    let output = output.as_mut_ptr();
    for [one, other] in [[null_mut(), &raw mut count], [&raw mut count, null_mut()], [null_mut(); 2]] {
        for [secret, output] in [[secret, output], [null_mut(); 2]] {
            let status = lib().encapsulate(key.raw(), secret, 32, one, output, size, other, 0);
            assert_eq!((status, count), (INVALID_PARAMETER, 0), "a count is NULL");
        }
    }
    let none = lib().decapsulate(key.raw(), ciphertext.as_ptr(), size, secret, 32, null_mut(), 0);
    assert_eq!(none, INVALID_PARAMETER);
    let none = lib().decapsulate(key.raw(), null(), size, secret, 32, &mut count, 0);
    assert_eq!((none, count), (INVALID_PARAMETER, 32));
    assert_eq!(
        lib().decapsulate(key.raw(), null(), 0, null_mut(), 0, &mut count, 0),
        SUCCESS,
        "the size alone"
    );
}

/// behaviour.md t165.
#[test]
fn lengths_of_secret_and_ciphertext() {
    let opened = open("ML-KEM");
    assert_eq!(number(&opened, "KEMSharedSecretLength"), Ok(32));
    assert_eq!(number(&Handle(0x481), "KEMSharedSecretLength"), Ok(32));
    assert_eq!(number(&opened, "KEMCiphertextLength"), Err(NOT_SUPPORTED), "each set has its own");
    for kem in KEM {
        let (draft, key) = (kem.draft(), kem.new_key());
        for key in [&draft, &key, &kem.public_of(&key)] {
            assert_eq!(number(key, "KEMSharedSecretLength"), Ok(32));
            assert_eq!(number(key, "KEMCiphertextLength"), Ok(kem.output as u32));
            for name in ["KEMSharedSecretLength", "KEMCiphertextLength"] {
                assert_eq!(set(key, name, &32_u32.to_le_bytes()), Err(NOT_SUPPORTED), "it is read-only");
            }
        }
        assert_eq!(number(&key, "SignatureLength"), Err(NOT_SUPPORTED));
        let none = kem.import(Public, &[]).unwrap_err();
        assert_eq!(none, INVALID_PARAMETER);
    }
}
