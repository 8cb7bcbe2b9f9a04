//! Looks for a sequence of calls, over live, destroyed, mistyped, bit-flipped and made-up handles, that crashes,
//! is answered otherwise than the kind and state of its handles demand, or reaches another object.
//!
//! Input: steps of a call (a byte) and its handles, each an origin (a byte) and a number (64 bits). A model
//! beside the library knows which handles are live.

use std::collections::HashMap;

use arbitrary::{Result, Unstructured};
use bcrypt_shim::names;

use crate::door::{self, INVALID_HANDLE, Raw, SUCCESS, Status};

/// Steps of one input.
const LONGEST: usize = 64;

const P256: usize = names::BCRYPT_ECDH_P256_ALG_HANDLE as usize;

/// What the model knows of a live object.
#[derive(Clone, Debug, PartialEq)]
enum Object {
    Algorithm,
    Building,
    /// A finalized key and its public blob.
    Key(Vec<u8>),
    /// A secret and its value.
    Secret(Vec<u8>),
}

#[derive(Default)]
struct Model {
    live: HashMap<usize, Object>,
    /// Every handle ever given out, in order.
    given: Vec<usize>,
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut model = Model::default();
    for _ in 0..LONGEST {
        // An exhausted input would give zeros without end.
        if input.is_empty() || model.step(&mut input).is_err() {
            break;
        }
    }
    model.finish();
}

impl Model {
    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let call: u8 = input.arbitrary()?;
        let handle = self.pick(input)?;
        match call % 12 {
            0 => self.open(),
            1 => self.generate(handle),
            2 => self.finalize(handle),
            3 => self.export(handle),
            4 => {
                let peer = self.pick(input)?;
                self.agree(handle, peer);
            }
            5 => self.derive(handle),
            6 => self.import(handle),
            7 => self.property(handle),
            8 => self.release(handle, door::destroy_key, |object| {
                matches!(object, Object::Building | Object::Key(_))
            }),
            9 => {
                self.release(handle, door::destroy_secret, |object| matches!(object, Object::Secret(_)));
            }
            10 => self.release(handle, door::close, |object| *object == Object::Algorithm),
            _ => self.set_property(handle),
        }
        Ok(())
    }

    /// A handle: one that was given out, live or not; one with a bit flipped; or any number.
    fn pick(&self, input: &mut Unstructured<'_>) -> Result<usize> {
        let origin: u8 = input.arbitrary()?;
        let number: u64 = input.arbitrary()?;
        let number = number as usize;
        let given = || match self.given.len() {
            0 => number,
            count => self.given[number % count],
        };
        Ok(match origin % 8 {
            0..=4 => given(),
            5 => given() ^ (1 << ((number >> 32) % usize::BITS as usize)),
            6 => P256,
            _ => number,
        })
    }

    fn add(&mut self, handle: Raw, object: Object) {
        let handle = handle.addr();
        assert!(self.live.insert(handle, object).is_none(), "{handle:#x} is live already");
        assert!(!self.given.contains(&handle), "{handle:#x} was given out before");
        self.given.push(handle);
    }

    fn is_algorithm(&self, handle: usize) -> bool {
        handle == P256 || self.live.get(&handle) == Some(&Object::Algorithm)
    }

    /// What a handle other than the expected is answered with; a pseudo-handle may stand for an algorithm that is
    /// not implemented.
    fn refused(handle: usize, status: Status) {
        let pseudo = handle & 0xF == 1 && handle < 0x1000;
        assert!(status == INVALID_HANDLE || (pseudo && status != SUCCESS), "{handle:#x}: {status:#x}");
    }

    fn open(&mut self) {
        let handle = door::open("ECDH_P256").unwrap();
        self.add(handle, Object::Algorithm);
    }

    fn generate(&mut self, handle: usize) {
        match door::generate(door::raw(handle), 256) {
            Ok(key) if self.is_algorithm(handle) => self.add(key, Object::Building),
            Err(status) if !self.is_algorithm(handle) => Self::refused(handle, status),
            // Another algorithm's pseudo-handle: a generic key has no curve yet and is not pursued.
            Ok(key) => assert_eq!(door::destroy_key(key), SUCCESS),
            Err(status) => panic!("{status:#x}"),
        }
    }

    fn finalize(&mut self, handle: usize) {
        let status = door::finalize(door::raw(handle));
        if self.live.get(&handle) == Some(&Object::Building) {
            assert_eq!(status, SUCCESS);
            let blob = public_blob(handle).unwrap();
            self.live.insert(handle, Object::Key(blob));
        } else {
            assert_eq!(status, INVALID_HANDLE);
        }
    }

    fn export(&self, handle: usize) {
        match (public_blob(handle), self.live.get(&handle)) {
            (Ok(blob), Some(Object::Key(known))) => assert_eq!(blob, *known, "another key's blob"),
            (exported, _) => assert_eq!(exported, Err(INVALID_HANDLE)),
        }
    }

    fn agree(&mut self, own: usize, peer: usize) {
        let ready = |handle| matches!(self.live.get(&handle), Some(Object::Key(_)));
        match door::agree(door::raw(own), door::raw(peer)) {
            Ok(secret) => {
                assert!(ready(own), "{own:#x} is no key");
                assert!(ready(peer), "{peer:#x} is no key");
                let value = door::value(secret);
                self.add(secret, Object::Secret(value));
            }
            // A public key has no private half to agree with.
            Err(names::STATUS_INVALID_PARAMETER) => assert!(ready(own) && ready(peer)),
            Err(status) => {
                assert_eq!(status, INVALID_HANDLE);
                assert!(!ready(own) || !ready(peer));
            }
        }
    }

    fn derive(&self, handle: usize) {
        let kdf = door::wide(names::BCRYPT_KDF_RAW_SECRET);
        let derived = door::derive(door::raw(handle), &kdf, &[], Some(32), 0);
        match self.live.get(&handle) {
            Some(Object::Secret(known)) => assert_eq!(derived.as_ref(), Ok(known), "another secret"),
            _ => assert_eq!(derived, Err(INVALID_HANDLE)),
        }
    }

    /// Imports the public half of a key that is live, through any algorithm handle.
    fn import(&mut self, handle: usize) {
        let known = self.given.iter().find_map(|given| match self.live.get(given) {
            Some(Object::Key(blob)) => Some(blob.clone()),
            _ => None,
        });
        let Some(blob) = known else { return };
        let kind = door::wide(names::BCRYPT_ECCPUBLIC_BLOB);
        match door::import(door::raw(handle), &kind, &blob, 0) {
            Ok(key) if self.is_algorithm(handle) => self.add(key, Object::Key(blob)),
            Err(status) if !self.is_algorithm(handle) => Self::refused(handle, status),
            Ok(key) => assert_eq!(door::destroy_key(key), SUCCESS),
            Err(status) => panic!("{status:#x}"),
        }
    }

    fn property(&self, handle: usize) {
        let got = door::get(door::raw(handle), &door::wide(names::BCRYPT_ALGORITHM_NAME));
        match self.live.get(&handle) {
            Some(Object::Secret(_)) => assert_eq!(got, Err(names::STATUS_NOT_SUPPORTED)),
            Some(_) => {
                let name: Vec<u8> =
                    door::wide("ECDH_P256").iter().flat_map(|unit| unit.to_ne_bytes()).collect();
                assert_eq!(got, Ok(name));
            }
            None if handle == P256 => assert!(got.is_ok()),
            None => match got {
                Ok(_) => assert!(handle & 0xF == 1 && handle < 0x1000, "{handle:#x} has a name"),
                Err(status) => assert_eq!(status, INVALID_HANDLE),
            },
        }
    }

    fn set_property(&self, handle: usize) {
        let status = door::set(door::raw(handle), &door::wide("No such property"), &[1]);
        match self.live.get(&handle) {
            Some(_) => assert_eq!(status, names::STATUS_NOT_SUPPORTED),
            None => Self::refused(handle, status),
        }
    }

    fn release(&mut self, handle: usize, release: fn(Raw) -> Status, takes: fn(&Object) -> bool) {
        let status = release(door::raw(handle));
        if self.live.get(&handle).is_some_and(takes) {
            assert_eq!(status, SUCCESS);
            self.live.remove(&handle);
        } else {
            assert_eq!(status, INVALID_HANDLE, "{handle:#x}");
        }
    }

    /// What is live at the end is what the model says, with the contents it had.
    fn finish(mut self) {
        for handle in self.given.clone() {
            self.export(handle);
            self.derive(handle);
            let releases = [door::destroy_key, door::destroy_secret, door::close];
            let answers = releases.map(|release| release(door::raw(handle)));
            let live = self.live.remove(&handle).is_some();
            assert_eq!(answers.contains(&SUCCESS), live, "{handle:#x}");
        }
    }
}

fn public_blob(handle: usize) -> std::result::Result<Vec<u8>, Status> {
    door::export(door::raw(handle), &door::wide(names::BCRYPT_ECCPUBLIC_BLOB))
}
