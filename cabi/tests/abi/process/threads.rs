//! Calls from many threads at once: behaviour.md h3. One test at a time, so that its threads meet each other.
//! Nothing here measures time; the loops are long enough that the threads overlap.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use serial_test::serial;

use crate::support::curves::p256;
use crate::support::library::lib;
use crate::support::objects::{
    Alg, Handle, Key, Secret, agree, agreed, derive, exported, finalize, generate, import, new_key, open,
};
use crate::support::params::Params;
use crate::support::property::{open_curve, set_curve, string};
use crate::support::status::{INVALID_HANDLE, SUCCESS, Status};
use crate::support::text::reversed;

const THREADS: usize = 8;
/// Far more rounds than it takes until a handle that another thread releases is gone.
const ROUNDS: usize = 50_000;

/// Runs the same work in every thread, all starting together.
fn everywhere(work: impl Fn(usize) + Sync) {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for index in 0..THREADS {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                barrier.wait();
                work(index);
            });
        }
    });
}

/// A known pair and its secret.
fn known_pair() -> (Key, Key, Vec<u8>) {
    let curve = p256();
    let algorithm = open(curve.id);
    let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let peer = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
    (private, peer, curve.raw_secret())
}

#[test]
#[serial(threads)]
fn shared_objects_serve_every_thread() {
    let (private, peer, z) = known_pair();
    let shared = agree(&private, &peer).unwrap();
    let sha1 = crate::support::oracle::hash::find("SHA1").digest(&reversed(&z));
    everywhere(|_| {
        for _ in 0..100 {
            assert_eq!(agreed(&private, &peer), Ok(z.clone()));
            assert_eq!(derive(&shared, "HASH", &Params::none()), Ok(sha1.clone()));
            assert_eq!(exported(&private, "ECCPRIVATEBLOB"), Ok(p256().private()));
        }
    });
}

#[test]
#[serial(threads)]
fn everything_at_once_on_own_objects() {
    let seen = Mutex::new(std::collections::HashSet::new());
    everywhere(|index| {
        for round in 0..40 {
            let algorithm =
                if (index + round) % 2 == 0 { open("ECDH_P256") } else { open_curve("curve25519") };
            let (one, two) = (new_key(&algorithm, bits(&algorithm)), new_key(&algorithm, bits(&algorithm)));
            assert_eq!(agreed(&one, &two), agreed(&two, &one));
            assert!(
                seen.lock().unwrap().insert(exported(&one, "ECCPUBLICBLOB").unwrap()),
                "a key of its own"
            );
        }
    });
    assert_eq!(seen.lock().unwrap().len(), THREADS * 40);
}

fn bits(algorithm: &Alg) -> u32 {
    crate::support::property::number(algorithm, "KeyLength").unwrap()
}

/// Of many releases of one handle exactly one succeeds.
#[test]
#[serial(threads)]
fn one_release_wins() {
    let released = |release: fn(Handle) -> Status, handle: Handle| {
        let won = AtomicUsize::new(0);
        everywhere(|_| match release(handle) {
            SUCCESS => drop(won.fetch_add(1, Ordering::Relaxed)),
            status => assert_eq!(status, INVALID_HANDLE),
        });
        assert_eq!(won.into_inner(), 1);
    };
    for _ in 0..20 {
        let algorithm = open("ECDH_P256");
        let key = new_key(&algorithm, 256);
        let secret = agree(&key, &key).unwrap();
        released(Secret::release_handle, secret.into_handle());
        released(Key::release_handle, key.into_handle());
        released(Alg::release_handle, algorithm.into_handle());
    }
}

/// Of many Finalize calls on one key exactly one succeeds, and there is one key afterwards.
#[test]
#[serial(threads)]
fn one_finalize_wins() {
    for _ in 0..20 {
        let key = generate(&open("ECDH_P256"), 256).unwrap();
        let blobs = Mutex::new(Vec::new());
        let won = AtomicUsize::new(0);
        everywhere(|_| {
            match finalize(&key) {
                Ok(()) => drop(won.fetch_add(1, Ordering::Relaxed)),
                Err(status) => assert_eq!(status, INVALID_HANDLE),
            }
            blobs.lock().unwrap().push(exported(&key, "ECCPRIVATEBLOB"));
        });
        assert_eq!(won.into_inner(), 1);
        let settled = exported(&key, "ECCPRIVATEBLOB").unwrap();
        for blob in blobs.into_inner().unwrap() {
            assert!(blob == Err(INVALID_HANDLE) || blob.as_ref() == Ok(&settled));
        }
    }
}

/// Waits until the other threads are in the midst of their work.
fn wait_until(uses: &AtomicUsize, rounds: usize) {
    while uses.load(Ordering::Relaxed) < rounds {
        thread::yield_now();
    }
}

/// One thread destroys what the others use: each use either works whole or finds no object.
#[test]
#[serial(threads)]
fn destroy_during_use() {
    for round in 0..20 {
        let (private, peer, z) = known_pair();
        let secret = agree(&private, &peer).unwrap().into_handle();
        let (private, peer) = (private.into_handle(), peer.into_handle());
        let uses = AtomicUsize::new(0);
        everywhere(|index| {
            if index == 0 {
                wait_until(&uses, round);
                let released = [Secret::release_handle(secret), Key::release_handle(private)];
                assert_eq!((released, Key::release_handle(peer)), ([SUCCESS; 2], SUCCESS));
                return;
            }
            for _ in 0..ROUNDS {
                let answers = [agreed_checked(private, peer), derive(&secret, "TRUNCATE", &Params::none())];
                uses.fetch_add(1, Ordering::Relaxed);
                for answer in &answers {
                    assert!(*answer == Err(INVALID_HANDLE) || answer.as_ref() == Ok(&z), "{answer:?}");
                }
                if answers == [Err(INVALID_HANDLE), Err(INVALID_HANDLE)] {
                    return;
                }
            }
            panic!("the released objects are still there");
        });
    }
}

/// Between agreement and derivation nobody else knows the secret, so only the keys can vanish.
fn agreed_checked(private: Handle, peer: Handle) -> Result<Vec<u8>, Status> {
    let secret = agree(&private, &peer)?;
    Ok(crate::support::objects::raw_secret(&secret))
}

/// One thread closes the provider the others make keys with.
#[test]
#[serial(threads)]
fn close_during_use() {
    for round in 0..20 {
        let algorithm = open("ECDH_P256").into_handle();
        let uses = AtomicUsize::new(0);
        everywhere(|index| {
            if index == 0 {
                wait_until(&uses, round);
                return assert_eq!(Alg::release_handle(algorithm), SUCCESS);
            }
            for _ in 0..ROUNDS {
                uses.fetch_add(1, Ordering::Relaxed);
                match generate(&algorithm, 256) {
                    Ok(key) => finalize(&key).unwrap(),
                    Err(status) => return assert_eq!(status, INVALID_HANDLE),
                }
            }
            panic!("the closed provider is still there");
        });
    }
}

/// A curve set while others read it and make keys: every reader sees one curve or the other.
#[test]
#[serial(threads)]
fn a_curve_changes_under_the_readers() {
    let algorithm = open_curve("nistP256");
    everywhere(|index| {
        for round in 0..100 {
            if index == 0 {
                set_curve(&algorithm, ["nistP384", "nistP256"][round % 2]).unwrap();
                continue;
            }
            let name = string(&algorithm, "ECCCurveName").unwrap();
            assert!(["nistP256", "nistP384"].contains(&name.as_str()), "{name}");
            let key = new_key(&algorithm, 0);
            let width = match string(&key, "ECCCurveName").unwrap().as_str() {
                "nistP256" => 32,
                "nistP384" => 48,
                other => panic!("{other}"),
            };
            assert_eq!(exported(&key, "ECCPUBLICBLOB").map(|blob| blob.len()), Ok(8 + 2 * width));
        }
    });
}

/// Random bytes of many threads are all different.
#[test]
#[serial(threads)]
fn random_bytes_from_every_thread() {
    let seen = Mutex::new(std::collections::HashSet::new());
    everywhere(|_| {
        for _ in 0..200 {
            let mut bytes = [0; 16];
            assert_eq!(lib().gen_random(Handle(0x81).raw(), bytes.as_mut_ptr(), 16, 0), SUCCESS);
            assert!(seen.lock().unwrap().insert(bytes), "twice the same 16 bytes");
        }
    });
}
