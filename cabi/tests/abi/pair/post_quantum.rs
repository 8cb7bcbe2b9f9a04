//! ML-KEM and ML-DSA: what the two have in common. behaviour.md t120 to t130.

mod dsa;
pub mod kem;
mod known;
mod oracle;

use crate::support::blob::words;
use crate::support::objects::{Key, exported, finalize, generate, import, open};
use crate::support::output::size;
use crate::support::property::{get, number, read, set, string};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::wide_bytes;

/// A parameter set with its sizes in bytes: public key, private key, seed, and ciphertext or signature.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    algorithm: &'static str,
    name: &'static str,
    public: usize,
    private: usize,
    seed: usize,
    output: usize,
}

const fn kem(name: &'static str, public: usize, private: usize, output: usize) -> Set {
    Set { algorithm: "ML-KEM", name, public, private, seed: 64, output }
}

const fn dsa(name: &'static str, public: usize, private: usize, output: usize) -> Set {
    Set { algorithm: "ML-DSA", name, public, private, seed: 32, output }
}

pub const KEM: [Set; 3] =
    [kem("512", 800, 1632, 768), kem("768", 1184, 2400, 1088), kem("1024", 1568, 3168, 1568)];
pub const DSA: [Set; 3] =
    [dsa("44", 1312, 2560, 2420), dsa("65", 1952, 4032, 3309), dsa("87", 2592, 4896, 4627)];

fn sets() -> impl Iterator<Item = Set> {
    KEM.into_iter().chain(DSA)
}

/// What a blob carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Public,
    Private,
    Seed,
}
use Form::{Private, Public, Seed};

const FORMS: [Form; 3] = [Public, Private, Seed];

impl Set {
    pub fn is_kem(&self) -> bool {
        self.algorithm == "ML-KEM"
    }

    fn kind(&self, form: Form) -> &'static str {
        match (self.is_kem(), form) {
            (true, Public) => "MLKEMPUBLICBLOB",
            (true, Private) => "MLKEMPRIVATEBLOB",
            (true, Seed) => "MLKEMPRIVATESEEDBLOB",
            (false, Public) => "PQDSAPUBLICBLOB",
            (false, Private) => "PQDSAPRIVATEBLOB",
            (false, Seed) => "PQDSAPRIVATESEEDBLOB",
        }
    }

    fn magic(&self, form: Form) -> u32 {
        u32::from_le_bytes(match (self.is_kem(), form) {
            (true, Public) => *b"MLKP",
            (true, Private) => *b"MLKR",
            (true, Seed) => *b"MLKS",
            (false, Public) => *b"DSPK",
            (false, Private) => *b"DSSK",
            (false, Seed) => *b"DSSS",
        })
    }

    fn size(&self, form: Form) -> usize {
        match form {
            Public => self.public,
            Private => self.private,
            Seed => self.seed,
        }
    }

    /// Bytes before the key.
    fn header(&self) -> usize {
        12 + 2 * (self.name.len() + 1)
    }

    fn blob(&self, form: Form, key: &[u8]) -> Vec<u8> {
        let name = wide_bytes(self.name);
        [&words(&[self.magic(form), name.len() as u32, key.len() as u32]), &name[..], key].concat()
    }

    fn import(&self, form: Form, key: &[u8]) -> Result<Key, Status> {
        import(&open(self.algorithm), self.kind(form), &self.blob(form, key))
    }

    /// The encoded key of an exported blob.
    pub fn exported(&self, key: &Key, form: Form) -> Vec<u8> {
        exported(key, self.kind(form)).unwrap().split_off(self.header())
    }

    fn draft(&self) -> Key {
        let key = generate(&open(self.algorithm), 0).unwrap();
        set(&key, "ParameterSetName", &wide_bytes(self.name)).unwrap();
        key
    }

    pub fn new_key(&self) -> Key {
        let key = self.draft();
        finalize(&key).unwrap();
        key
    }

    /// The key of a seed that says which bytes are where.
    fn known(&self) -> Key {
        let seed: Vec<u8> = (0..self.seed as u8).collect();
        self.import(Seed, &seed).unwrap()
    }

    fn public_of(&self, key: &Key) -> Key {
        self.import(Public, &self.exported(key, Public)).unwrap()
    }
}

/// behaviour.md t121, t122. That a set can be chosen again, and that each refusal is this one, is ours.
#[test]
fn the_parameter_set_is_chosen_before_the_key_is_finalized() {
    for set_ in sets() {
        let key = generate(&open(set_.algorithm), 0).unwrap();
        assert_eq!(finalize(&key), Err(INVALID_PARAMETER), "{set_:?}: no set");
        for name in ["ParameterSetName", "KeyLength", "KeyStrength"] {
            assert_eq!(size(&read(&key, name)), Err(INVALID_PARAMETER), "{set_:?}: {name} without a set");
        }
        for wrong in ["", "0", "513", "512 ", "ML-KEM-768", "ml-dsa-65", "SHAKE-128s", "65-ECDSA-P256-SHA512"]
        {
            assert_eq!(set(&key, "ParameterSetName", &wide_bytes(wrong)), Err(INVALID_PARAMETER), "{wrong}");
        }
        assert_eq!(set(&key, "ParameterSetName", &[]), Err(INVALID_PARAMETER));
        let other = if set_.is_kem() { DSA } else { KEM };
        for other in other {
            assert_eq!(set(&key, "ParameterSetName", &wide_bytes(other.name)), Err(INVALID_PARAMETER));
        }
        assert_eq!(finalize(&key), Err(INVALID_PARAMETER), "{set_:?}: still no set");
        let own = if set_.is_kem() { KEM } else { DSA };
        for twice in own.into_iter().chain([set_]) {
            assert_eq!(set(&key, "ParameterSetName", &wide_bytes(twice.name)), Ok(()));
            assert_eq!(string(&key, "ParameterSetName").as_deref(), Ok(twice.name));
        }
        assert_eq!(finalize(&key), Ok(()));
        assert_eq!(finalize(&key), Err(INVALID_HANDLE));
        let again = set(&key, "ParameterSetName", &wide_bytes(set_.name));
        assert_eq!(again, Err(INVALID_HANDLE), "{set_:?}: after it was finalized");
        assert_eq!(get(&key, "ParameterSetName"), Ok(wide_bytes(set_.name)));
        assert_eq!(string(&key, "AlgorithmName").as_deref(), Ok(set_.algorithm));
    }
}

#[test]
fn keys_have_no_length_of_their_own() {
    for algorithm in ["ML-KEM", "ML-DSA"] {
        for bits in [1, 44, 256, 512, 768, 2048, u32::MAX] {
            assert_eq!(
                generate(&open(algorithm), bits).unwrap_err(),
                INVALID_PARAMETER,
                "{algorithm} {bits}"
            );
        }
        let opened = open(algorithm);
        assert_eq!(size(&read(&opened, "ParameterSetName")), Err(NOT_SUPPORTED));
        let chosen = set(&opened, "ParameterSetName", &wide_bytes("768"));
        assert_eq!(chosen, Err(NOT_SUPPORTED), "a set is chosen on the key");
    }
}

/// Nobody knows what Windows answers.
#[test]
fn lengths_undecided() {
    for (set, strength) in sets().zip([128, 192, 256].into_iter().cycle()) {
        let key = set.new_key();
        for name in ["KeyLength", "PublicKeyLength"] {
            assert_eq!(number(&key, name), Ok(set.public as u32 * 8), "{set:?}");
        }
        assert_eq!(number(&key, "KeyStrength"), Ok(strength), "{set:?}");
    }
}

/// behaviour.md t123 to t125, t127.
#[test]
fn blobs_of_a_key() {
    for set in sets() {
        let (one, other) = (set.new_key(), set.new_key());
        assert_ne!(set.exported(&one, Seed), set.exported(&other, Seed), "each key has its own seed");
        for form in FORMS {
            let blob = exported(&one, set.kind(form)).unwrap();
            let key = &blob[set.header()..];
            assert_eq!(key.len(), set.size(form), "{set:?} {form:?}");
            assert_eq!(blob, set.blob(form, key), "{set:?} {form:?}");
            let again = set.import(form, key).unwrap();
            assert_eq!(exported(&again, set.kind(form)).as_ref(), Ok(&blob));
            assert_eq!(set.exported(&again, Public), set.exported(&one, Public), "{set:?} {form:?}");
            assert_eq!(string(&again, "ParameterSetName").as_deref(), Ok(set.name));
            match form {
                Seed => {
                    for form in FORMS {
                        assert_eq!(exported(&again, set.kind(form)), exported(&one, set.kind(form)));
                    }
                }
                Private => {
                    assert_eq!(set.exported(&again, Private), key);
                    assert_eq!(exported(&again, set.kind(Seed)), Err(NOT_SUPPORTED), "the seed is gone");
                }
                Public => {
                    assert_eq!(exported(&again, set.kind(Private)), Err(INVALID_PARAMETER));
                    assert_eq!(exported(&again, set.kind(Seed)), Err(INVALID_PARAMETER));
                }
            }
        }
        for (generic, form) in [("PUBLICBLOB", Public), ("PRIVATEBLOB", Private)] {
            let blob = exported(&one, generic).unwrap();
            assert_eq!(
                exported(&one, set.kind(form)),
                Ok(blob.clone()),
                "the generic name is one of the forms"
            );
            assert!(import(&open(set.algorithm), generic, &blob).is_ok());
        }
    }
}

/// behaviour.md t126, t128, t129.
#[test]
fn wrong_blobs() {
    for set in sets() {
        let algorithm = open(set.algorithm);
        let key = set.known();
        for form in FORMS {
            let (kind, good) = (set.kind(form), exported(&key, set.kind(form)).unwrap());
            let refused = |blob: &[u8], what: &str| {
                let status = import(&algorithm, kind, blob).unwrap_err();
                assert_eq!(status, INVALID_PARAMETER, "{set:?} {form:?}: {what}");
            };
            let cuts = (0..set.header() + 3).chain([good.len() / 2, good.len() - 2, good.len() - 1]);
            cuts.for_each(|cut| refused(&good[..cut], "cut"));
            for more in [1, 7, 5000] {
                let long = [&good[..], &vec![0xEE; more]].concat();
                assert!(
                    import(&algorithm, kind, &long).is_ok(),
                    "{set:?} {form:?}: what follows is passed over"
                );
            }
            for magic in sets().flat_map(|set| FORMS.map(|form| set.magic(form))).chain([0, 0x314B_4345]) {
                if magic != set.magic(form) {
                    refused(&[&magic.to_le_bytes(), &good[4..]].concat(), "another magic");
                }
            }
            let body = &good[set.header()..];
            let unknown = ["", "0", "45", "769", "51", "5121", "SHA2-128f"];
            for name in unknown.into_iter().chain(sets().map(|set| set.name)) {
                // A seed is as long in each set.
                let fits = form == Seed && sets().any(|other| other.name == name && other.seed == set.seed);
                if name != set.name && !fits {
                    refused(&Set { name, ..set }.blob(form, body), "another set");
                }
            }
            for size in [0, 1, body.len() - 1, body.len() + 1, 2 * body.len()] {
                let mut other = body.to_vec();
                other.resize(size, 1);
                refused(&set.blob(form, &other), "another size");
            }
            for (offset, word) in [(4, 0), (4, u32::MAX), (4, 4), (8, 0), (8, u32::MAX), (8, 1 << 31)] {
                refused(
                    &[&good[..offset], &word.to_le_bytes(), &good[offset + 4..]].concat(),
                    "a wrong word",
                );
            }
            for name in ["\0", "\0\0", "x"] {
                let name = wide_bytes(&format!("{}{name}", set.name));
                let words = words(&[set.magic(form), name.len() as u32, body.len() as u32]);
                refused(&[&words, &name[..], body].concat(), "more behind the name");
            }
            for other in FORMS {
                if other != form {
                    let status = import(&algorithm, set.kind(other), &good).unwrap_err();
                    assert_eq!(status, INVALID_PARAMETER, "{set:?}: {form:?} as {other:?}");
                }
                let (alien, name) = if set.is_kem() { (DSA[0], "ML-DSA") } else { (KEM[0], "ML-KEM") };
                assert_eq!(import(&open(name), kind, &good).unwrap_err(), NOT_SUPPORTED);
                assert_eq!(exported(&key, alien.kind(other)), Err(NOT_SUPPORTED));
            }
        }
    }
}

/// behaviour.md t166, t149: every number of every vector, in its turn, is made too large.
#[test]
fn numbers_out_of_range() {
    let too_large = |key: &[u8], number: usize| {
        let mut key = key.to_vec();
        let place = number / 2 * 3;
        match number % 2 {
            // 3329, the modulus itself.
            0 => (key[place], key[place + 1]) = (0x01, key[place + 1] & 0xF0 | 0xD),
            _ => (key[place + 1], key[place + 2]) = (key[place + 1] & 0xF | 0x10, 0xD0),
        }
        key
    };
    for set in KEM {
        let key = set.known();
        let (public, private) = (set.exported(&key, Public), set.exported(&key, Private));
        let numbers = (set.public - 32) / 3 * 2;
        for number in (0..numbers).step_by(7).chain([1, numbers - 2, numbers - 1]) {
            let status = set.import(Public, &too_large(&public, number)).unwrap_err();
            assert_eq!(status, INVALID_PARAMETER, "{set:?}: ek, {number}");
            let status = set.import(Private, &too_large(&private, number)).unwrap_err();
            assert_eq!(status, INVALID_PARAMETER, "{set:?}: s of dk, {number}");
        }
        let hash = set.private - 64;
        let inside = set.public - 32;
        for place in [inside, inside + 400, hash - 1, hash, hash + 17, hash + 31] {
            let mut other = private.clone();
            other[place] ^= 1;
            let status = set.import(Private, &other).unwrap_err();
            assert_eq!(status, INVALID_PARAMETER, "{set:?}: the hash does not fit, {place}");
        }
        let mut other = private.clone();
        other[hash + 32] ^= 1;
        assert!(set.import(Private, &other).is_ok(), "z is any number");
    }
    for set in DSA {
        let private = set.exported(&set.known(), Private);
        // ρ, tr, s1 and s2, t0; K, behind ρ, is any number.
        for place in [0, 31, 64, 127, 128, 200, 128 + 96, set.private - 1, set.private - 400] {
            let mut other = private.clone();
            other[place] ^= 0xFF;
            assert_eq!(set.import(Private, &other).unwrap_err(), INVALID_PARAMETER, "{set:?} {place}");
        }
        let mut other = private.clone();
        other[40] ^= 1;
        assert!(set.import(Private, &other).is_ok(), "{set:?}");
    }
}

/// behaviour.md t180: their blob types are not published.
#[test]
fn composites_are_not_found() {
    use crate::support::objects::open_with;
    use crate::support::status::NOT_FOUND;
    for id in ["Composite-ML-KEM", "Composite-ML-DSA", "SLH-DSA", "LMS", "XMSS"] {
        assert_eq!(open_with(id, None, 0).unwrap_err(), NOT_FOUND, "{id}");
    }
}
