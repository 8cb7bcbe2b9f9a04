//! Every call from sixteen threads on shared objects, while others destroy and re-create them. Runs 5 seconds,
//! or as many as BCRYPT_STRESS_SECONDS says.

use std::collections::HashSet;
use std::ptr::null_mut;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::alone::alone;
use crate::support::library::lib;
use crate::support::objects::{
    Alg, Handle, Key, Secret, agree, derive, exported, finalize, generate, import, open_with,
};
use crate::support::params::Params;
use crate::support::property::{get, set, set_curve};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::{wide, wide_bytes};

const THREADS: usize = 16;
/// Shared objects of each kind; few, so that threads meet.
const PLACES: usize = 8;
/// Different keys; each agreement is between two of them.
const KEYS: usize = 4;

/// What the threads share, and what is right.
struct World {
    algorithms: [AtomicUsize; PLACES],
    keys: [AtomicUsize; PLACES],
    secrets: [AtomicUsize; PLACES],
    private_blobs: Vec<Vec<u8>>,
    public_blobs: HashSet<Vec<u8>>,
    values: HashSet<Vec<u8>>,
    calls: AtomicU64,
}

impl World {
    fn new() -> World {
        let algorithm = Handle(0x2A1);
        let keys: Vec<Key> = (0..KEYS).map(|_| crate::support::objects::new_key(&algorithm, 256)).collect();
        let all = |kind| keys.iter().map(move |key| exported(key, kind).unwrap());
        let values = keys
            .iter()
            .flat_map(|one| keys.iter().map(|other| crate::support::objects::agreed(one, other).unwrap()));
        World {
            algorithms: Default::default(),
            keys: Default::default(),
            secrets: Default::default(),
            private_blobs: all("ECCPRIVATEBLOB").collect(),
            public_blobs: all("ECCPUBLICBLOB").collect(),
            values: values.collect(),
            calls: AtomicU64::new(0),
        }
    }

    /// One random call, or a few that belong together. Stale and missing handles are part of it.
    fn turn(&self, random: &mut Sequence) {
        let mut at =
            |places: &[AtomicUsize; PLACES]| Handle(places[random.below(PLACES)].load(Ordering::Relaxed));
        let (algorithm, key, peer, secret) =
            (at(&self.algorithms), at(&self.keys), at(&self.keys), at(&self.secrets));
        match random.below(16) {
            0 => self.replace(
                &self.algorithms,
                random,
                open_with("ECDH", None, 0),
                Alg::into_handle,
                Alg::release_handle,
            ),
            1 | 2 => {
                let blob = &self.private_blobs[random.below(KEYS)];
                let made = import(&Handle(0x2A1), "ECCPRIVATEBLOB", blob);
                self.replace(&self.keys, random, made, Key::into_handle, Key::release_handle);
            }
            3 | 4 => {
                let made = agree(&key, &peer);
                self.replace(&self.secrets, random, made, Secret::into_handle, Secret::release_handle);
            }
            5 => self.check(
                exported(&key, "ECCPUBLICBLOB").map(|blob| assert!(self.public_blobs.contains(&blob))),
            ),
            6 | 7 => self.check(
                derive(&secret, "TRUNCATE", &Params::none())
                    .map(|value| assert!(self.values.contains(&value))),
            ),
            8 => self.check(derive(&secret, "HMAC", &Params::none().hash("SHA384")).map(drop)),
            9 => {
                self.check(set(&secret, "HkdfHashAlgorithm", &wide_bytes("SHA256")));
                self.check(set(&secret, "HkdfSaltAndFinalize", b"salt"));
                let mut derived = [0; 32];
                let kdf = wide("HKDF");
                let (out, size) = (derived.as_mut_ptr(), &mut 0);
                self.check(
                    lib().derive_key(secret.raw(), kdf.as_ptr(), std::ptr::null(), out, 32, size, 0).ok(),
                );
            }
            10 => self.check(set_curve(&algorithm, ["nistP256", "curve25519"][random.below(2)])),
            11 => self.build_a_key(algorithm),
            12 => self.check(get(&key, "KeyStrength").map(|value| assert_eq!(value, 256_u32.to_le_bytes()))),
            13 => {
                let (mut count, mut list) = (0, null_mut());
                self.check(lib().enum_algorithms(0, &mut count, &mut list, 0).ok());
                assert!(count > 0 && !list.is_null());
                lib().free_buffer(list.cast());
            }
            14 => self.check(lib().gen_random(Handle(0x81).raw(), [0; 16].as_mut_ptr(), 16, 0).ok()),
            // Destroyed as it is, with nothing in its place.
            _ => {
                self.take(&self.keys, random, Key::release_handle);
                self.take(&self.secrets, random, Secret::release_handle);
            }
        }
    }

    /// A new key through a provider whose curve others change and which others close.
    fn build_a_key(&self, algorithm: Handle) {
        if let Ok(key) = generate(&algorithm, 0) {
            self.check(get(&key, "ECCCurveName").map(drop));
            self.check(finalize(&key));
        }
    }

    fn check(&self, answer: Result<(), Status>) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let allowed = [INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED];
        assert!(answer.is_ok() || answer.is_err_and(|status| allowed.contains(&status)), "{answer:?}");
    }

    fn replace<T>(
        &self,
        places: &[AtomicUsize; PLACES],
        random: &mut Sequence,
        made: Result<T, Status>,
        into: fn(T) -> Handle,
        release: fn(Handle) -> Status,
    ) {
        match made {
            Ok(object) => {
                let before = places[random.below(PLACES)].swap(into(object).0, Ordering::Relaxed);
                self.released(before, release);
            }
            Err(status) => self.check(Err(status)),
        }
    }

    fn take(&self, places: &[AtomicUsize; PLACES], random: &mut Sequence, release: fn(Handle) -> Status) {
        self.released(places[random.below(PLACES)].swap(0, Ordering::Relaxed), release);
    }

    /// Whoever took a handle out of its place is the only one to destroy it, so that must succeed; once.
    fn released(&self, handle: usize, release: fn(Handle) -> Status) {
        self.calls.fetch_add(2, Ordering::Relaxed);
        if handle != 0 {
            assert_eq!(release(Handle(handle)), SUCCESS);
            assert_eq!(release(Handle(handle)), INVALID_HANDLE);
        }
    }
}

#[test]
fn sixteen_threads() {
    alone("process::stress::sixteen_threads", || {
        let seconds = std::env::var("BCRYPT_STRESS_SECONDS").map_or(5, |text| text.parse().unwrap());
        let (world, barrier) = (World::new(), Barrier::new(THREADS));
        let end = Instant::now() + Duration::from_secs(seconds);
        thread::scope(|scope| {
            for seed in 1..=THREADS as u64 {
                let (world, barrier) = (&world, &barrier);
                scope.spawn(move || {
                    let mut random = Sequence::new(seed);
                    barrier.wait();
                    while Instant::now() < end {
                        (0..64).for_each(|_| world.turn(&mut random));
                    }
                });
            }
        });
        let mut random = Sequence::new(99);
        for _ in 0..1000 {
            world.take(&world.algorithms, &mut random, Alg::release_handle);
            world.take(&world.keys, &mut random, Key::release_handle);
            world.take(&world.secrets, &mut random, Secret::release_handle);
        }
        let calls = world.calls.into_inner();
        println!("{calls} calls in {seconds} s from {THREADS} threads");
        assert!(calls > 10_000 * seconds, "{calls} calls are no stress");
    });
}
