//! What is true of every hash and MAC.

use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does, Preset};
use bcrypt_shim::hash::Keying;

use crate::hash::{
    DONT_RESET, HMAC, MULTI, REUSABLE, create, duplicate, feed, finish, finish_with, once, size,
};
use crate::support::library::lib;
use crate::support::objects::{
    Alg, Handle, Hash, Object, Secret, agree, export, finalize, generate, import, open_with, receive,
};
use crate::support::oracle;
use crate::support::output::fetch;
use crate::support::property::{get, number, set, string};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, Status};

/// A row, plain or keyed.
struct Subject {
    name: String,
    row: &'static Algorithm,
    keyed: bool,
    length: usize,
    any_length: bool,
    needs_iv: bool,
}

/// Every row that hashes; those that can be keyed stand twice.
fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for row in ALGORITHMS {
        let Does::Hash(hash) = row.does else { continue };
        let limits = hash.limits();
        let keyings: &[bool] = match limits.key {
            Keying::Never => &[false],
            Keying::Hmac => &[false, true],
            Keying::Always => &[true],
        };
        for &keyed in keyings {
            let name = format!("{}{}", if keyed { "keyed " } else { "" }, row.name);
            let needs_iv = hash.state_properties().contains(&"IV");
            let (length, any_length) = (limits.digest, limits.any_length);
            subjects.push(Subject { name, row, keyed, length, any_length, needs_iv });
        }
    }
    assert!(subjects.len() >= 26, "the table has hashes");
    subjects
}

const KEY: &[u8; 16] = b"a key of 16 byte";

impl Subject {
    fn open(&self, flags: u32) -> Alg {
        let Does::Hash(hash) = self.row.does else { unreachable!() };
        let hmac = if self.keyed && hash.limits().key == Keying::Hmac { HMAC } else { 0 };
        open_with(self.row.name, None, hmac | flags)
            .unwrap_or_else(|status| panic!("{}: {status:?}", self.name))
    }

    fn key(&self) -> &'static [u8] {
        if self.keyed { KEY } else { &[] }
    }

    /// A hash that has read nothing.
    fn start(&self, flags: u32) -> Hash {
        let hash = create(&self.open(0), self.key(), flags).unwrap();
        self.prepare(&hash);
        hash
    }

    fn prepare(&self, hash: &Hash) {
        if self.needs_iv {
            set(hash, "IV", &[7; 12]).unwrap();
        }
    }

    /// The digest of a message, made in one piece.
    fn digest(&self, message: &[u8]) -> Vec<u8> {
        let hash = self.start(0);
        feed(&hash, message).unwrap();
        finish(&hash, self.length).unwrap()
    }
}

fn message(length: usize) -> Vec<u8> {
    let mut random = Sequence::new(length as u64 + 1);
    (0..length).map(|_| random.next() as u8).collect()
}

#[test]
fn any_chunking_gives_the_digest_of_one_shot() {
    let mut random = Sequence::new(1);
    for subject in subjects() {
        for length in [0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 135, 136, 137, 168, 1000, 5000] {
            let message = message(length);
            let expected = subject.digest(&message);
            let hash = subject.start(0);
            let mut rest = &message[..];
            while !rest.is_empty() {
                let (part, later) = rest.split_at(random.below(rest.len().min(300)) + 1);
                feed(&hash, part).unwrap();
                feed(&hash, &[]).unwrap();
                rest = later;
            }
            assert_eq!(finish(&hash, subject.length), Ok(expected.clone()), "{} of {length}", subject.name);
            if !subject.needs_iv {
                let once = once(&subject.open(0), subject.key(), &message, subject.length);
                assert_eq!(once, Ok(expected), "{} of {length} at once", subject.name);
            }
        }
    }
}

/// RustCrypto on the same messages, for the hashes it has and HMAC over them.
#[test]
fn a_second_implementation_agrees() {
    let mut random = Sequence::new(2);
    for subject in subjects() {
        let Some(oracle) = oracle::hash::HASHES.iter().find(|hash| hash.name == subject.row.name) else {
            continue;
        };
        for round in 0..100 {
            let message = message(random.below(1 << (round % 13)));
            let expected = if subject.keyed { oracle.hmac(KEY, &message) } else { oracle.digest(&message) };
            let hash = subject.start(0);
            message.chunks(random.below(200) + 1).for_each(|part| feed(&hash, part).unwrap());
            assert_eq!(finish(&hash, subject.length), Ok(expected), "{}", subject.name);
        }
    }
}

#[test]
fn keys_of_any_length_for_hmac() {
    for subject in subjects().iter().filter(|subject| subject.keyed) {
        let Some(oracle) = oracle::hash::HASHES.iter().find(|hash| hash.name == subject.row.name) else {
            continue;
        };
        let block = oracle.block;
        for length in [0, 1, block - 1, block, block + 1, 2 * block, 1000] {
            let key = message(length);
            let mac = once(&subject.open(0), &key, b"message", subject.length);
            assert_eq!(mac, Ok(oracle.hmac(&key, b"message")), "{} with {length}", subject.name);
        }
    }
}

#[test]
fn copies_go_their_own_way() {
    for subject in subjects() {
        let hash = subject.start(0);
        feed(&hash, b"common").unwrap();
        let copy = duplicate(&hash).unwrap();
        let fresh = duplicate(&subject.start(0)).unwrap();
        feed(&hash, b" one").unwrap();
        feed(&copy, b" other").unwrap();
        feed(&fresh, b"fresh").unwrap();
        assert_eq!(finish(&hash, subject.length), Ok(subject.digest(b"common one")), "{}", subject.name);
        assert_eq!(hash.release().ok(), Ok(()));
        assert_eq!(finish(&copy, subject.length), Ok(subject.digest(b"common other")), "{}", subject.name);
        assert_eq!(finish(&fresh, subject.length), Ok(subject.digest(b"fresh")), "{}", subject.name);
    }
}

/// behaviour.md j4, j5: by its own flag, by the provider's, and of a copy.
#[test]
fn a_reusable_one_starts_again() {
    for subject in subjects() {
        let by_flag = subject.start(REUSABLE);
        let by_provider = create(&subject.open(REUSABLE), subject.key(), 0).unwrap();
        subject.prepare(&by_provider);
        let copy = duplicate(&by_flag).unwrap();
        for hash in [by_flag, by_provider, copy] {
            for text in [&b"first"[..], b"", b"second"] {
                if text != b"first" {
                    subject.prepare(&hash);
                }
                feed(&hash, text).unwrap();
                assert_eq!(finish(&hash, subject.length), Ok(subject.digest(text)), "{}", subject.name);
            }
        }
    }
}

/// behaviour.md j6.
#[test]
fn another_one_is_spent() {
    for subject in subjects().iter().filter(|subject| !subject.any_length) {
        let hash = subject.start(0);
        finish(&hash, subject.length).unwrap();
        assert_eq!(feed(&hash, b"more"), Err(INVALID_HANDLE), "{}", subject.name);
        assert_eq!(lib().hash_data(hash.raw(), std::ptr::null(), 0, 0), INVALID_HANDLE);
        assert_eq!(finish(&hash, subject.length), Err(INVALID_HANDLE));
        assert_eq!(duplicate(&hash).unwrap_err(), INVALID_HANDLE, "undecided");
        assert_eq!(number(&hash, "HashDigestLength"), Ok(size(&vec![0; subject.length])));
        assert_eq!(hash.release().ok(), Ok(()));
    }
}

/// behaviour.md j3; the hash goes on as if nothing had been asked.
#[test]
fn a_digest_has_one_length() {
    for subject in subjects() {
        let hash = subject.start(0);
        feed(&hash, b"text").unwrap();
        let lengths = [0, 1, subject.length - 1, subject.length + 1, 2 * subject.length, 1000];
        for length in lengths.into_iter().filter(|_| !subject.any_length) {
            assert_eq!(finish(&hash, length), Err(INVALID_PARAMETER), "{} of {length}", subject.name);
            let at_once = once(&subject.open(0), subject.key(), b"text", length);
            assert_eq!(at_once, Err(INVALID_PARAMETER), "{} of {length}", subject.name);
        }
        assert_eq!(finish(&hash, subject.length), Ok(subject.digest(b"text")), "{}", subject.name);
    }
}

/// behaviour.md j27, j28, j29: what is squeezed in parts is what is squeezed at once; then it starts again.
#[test]
fn squeezing_goes_on() {
    let mut random = Sequence::new(3);
    for subject in subjects() {
        let hash = subject.start(0);
        feed(&hash, b"text").unwrap();
        if !subject.any_length {
            assert_eq!(finish_with(&hash, subject.length, DONT_RESET), Err(INVALID_PARAMETER), "undecided");
            continue;
        }
        let copy = duplicate(&hash).unwrap();
        let whole = finish_with(&copy, 1000, DONT_RESET).unwrap();
        let mut parts = Vec::new();
        while parts.len() < 1000 {
            let length = random.below(300).min(1000 - parts.len());
            parts.extend(finish_with(&hash, length, DONT_RESET).unwrap());
            assert_eq!(feed(&hash, b"more"), Err(INVALID_PARAMETER), "{}", subject.name);
        }
        assert_eq!(parts, whole, "{}", subject.name);
        assert_eq!(finish(&hash, 10).unwrap(), finish(&copy, 10).unwrap(), "{}", subject.name);
        feed(&hash, b"text").unwrap();
        assert_eq!(finish(&hash, subject.length), Ok(subject.digest(b"text")), "{}", subject.name);
        let longest = once(&subject.open(0), subject.key(), b"text", 1000).unwrap();
        feed(&copy, b"text").unwrap();
        assert_eq!(finish(&copy, 1000), Ok(longest), "{}", subject.name);
    }
}

/// behaviour.md b8: each pseudo-handle makes what its preset says.
#[test]
fn pseudo_handles_make_the_same() {
    for subject in subjects() {
        for &(handle, preset) in subject.row.pseudo_handles {
            let of_this = (preset == Preset::Keyed) == subject.keyed || subject.row.pseudo_handles.len() == 1;
            if of_this && !subject.needs_iv {
                let digest = once(&Handle(handle as usize), subject.key(), b"text", subject.length);
                assert_eq!(digest, Ok(subject.digest(b"text")), "{}", subject.name);
            }
        }
    }
}

/// behaviour.md j15, j16, j18.
#[test]
fn properties_are_the_same_on_provider_and_hash() {
    for subject in subjects() {
        let (provider, hash) = (subject.open(0), subject.start(0));
        for object in [provider.handle(), hash.handle()] {
            assert_eq!(string(&object, "AlgorithmName"), Ok(subject.row.name.to_string()));
            assert_eq!(number(&object, "HashDigestLength"), Ok(size(&vec![0; subject.length])));
            assert!(number(&object, "HashBlockLength").unwrap() > 0, "{}", subject.name);
            let object_length = number(&object, "ObjectLength").unwrap();
            assert!(object_length > 0 && object_length <= 512, "behaviour.md j1");
            assert_eq!(number(&object, "IsKeyedHash"), Ok(subject.keyed.into()), "{}", subject.name);
            assert_eq!(number(&object, "IsReusableHash"), Ok(0));
        }
        assert_eq!(number(&provider, "PrimitiveType"), Ok(2));
        assert_eq!(get(&hash, "ProviderHandle").map(|bytes| bytes.len()), Ok(size_of::<usize>()));
    }
}

/// A secret for a hash that takes none: our choice of status.
#[test]
fn a_plain_hash_takes_no_secret_undecided() {
    for subject in subjects().iter().filter(|subject| !subject.keyed) {
        assert_eq!(create(&subject.open(0), KEY, 0).unwrap_err(), INVALID_PARAMETER, "{}", subject.name);
        let at_once = once(&subject.open(0), KEY, b"text", subject.length);
        assert_eq!(at_once, Err(INVALID_PARAMETER), "{}", subject.name);
    }
}

/// Every verb that a hash does not have, and every hash verb with a row that is no hash.
#[test]
fn rows_have_their_own_verbs_alone() {
    for row in ALGORITHMS {
        let Some((handle, _)) = row.pseudo_handles.first() else { continue };
        let handle = Handle(*handle as usize);
        match row.does {
            Does::Hash(_) => {
                assert_eq!(generate(&handle, 256).unwrap_err(), NOT_SUPPORTED, "{}", row.name);
                assert_eq!(import(&handle, "ECCPUBLICBLOB", &[0; 72]).unwrap_err(), NOT_SUPPORTED);
            }
            Does::Nothing => {}
            _ => {
                let made = create(&handle, &[], 0).map(drop);
                assert_eq!(made, Err(NOT_SUPPORTED), "{}", row.name);
                assert_eq!(once(&handle, &[], b"text", 32), Err(NOT_SUPPORTED), "{}", row.name);
                let many = receive(|out| {
                    let (none, nothing) = (std::ptr::null_mut(), std::ptr::null());
                    lib().create_multi_hash(handle.raw(), out, 1, none, 0, nothing, 0, 0)
                });
                assert_eq!(many.unwrap_err(), NOT_SUPPORTED, "{}", row.name);
                let derived = crate::hash::guarded(20, |output, size| {
                    let none = std::ptr::null();
                    lib().derive_key_pbkdf2(handle.raw(), none, 0, none, 0, 1, output, size, 0)
                });
                assert_eq!(derived, Err(NOT_SUPPORTED), "{}", row.name);
            }
        }
    }
    let hash = create(&Handle(0x41), &[], 0).unwrap();
    let refused: [Result<(), Status>; 5] = [
        finalize(&hash),
        agree(&hash, &hash).map(drop),
        fetch(&export(&hash, "ECCPUBLICBLOB"), 100).map(drop),
        lib().destroy_key(hash.raw()).ok(),
        Secret::release_handle(hash.handle()).ok(),
    ];
    assert_eq!(refused, [Err(INVALID_HANDLE); 5], "a hash is no key");
    assert_eq!(finish(&hash, 32).map(drop), Ok(()), "and lives on");
}

/// behaviour.md j14: the flags of Open; others are not supported.
#[test]
fn flags_of_open() {
    for subject in subjects() {
        let Does::Hash(hash) = subject.row.does else { unreachable!() };
        for flag in (0..32).map(|bit| 1_u32 << bit) {
            let opened = open_with(subject.row.name, None, flag).map(drop);
            let known = hash.open_flags() & flag != 0;
            assert_eq!(opened, if known { Ok(()) } else { Err(NOT_SUPPORTED) }, "{} {flag:#x}", subject.name);
        }
        assert_ne!(hash.open_flags() & REUSABLE, 0, "{}", subject.name);
        assert!(subject.needs_iv || hash.open_flags() & MULTI != 0, "{}", subject.name);
    }
}
