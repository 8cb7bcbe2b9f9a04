//! What outlives what: behaviour.md b6, b7, d2, and a fork in the middle of use.

use crate::support::alone::alone;
use crate::support::curves::p256;
use crate::support::library::lib;
use crate::support::objects::{
    Handle, Key, agree, agreed, derive, exported, generate, import, new_key, open, raw_secret,
};
use crate::support::params::Params;
use crate::support::property::{open_curve, string};
use crate::support::status::SUCCESS;

/// behaviour.md b6: the Microsoft sample closes the provider and goes on with the key.
#[test]
fn keys_outlive_their_provider() {
    let curve = p256();
    let algorithm = open(curve.id);
    let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let peer = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
    let pending = generate(&algorithm, 256).unwrap();
    assert_eq!(algorithm.release(), SUCCESS);
    assert_eq!(agreed(&private, &peer), Ok(curve.raw_secret()));
    crate::support::objects::finalize(&pending).unwrap();
    assert_eq!(agreed(&pending, &private), agreed(&private, &pending));
}

/// The same where the key depends on what was set on the provider.
#[test]
fn a_pending_generic_key_outlives_its_provider() {
    let algorithm = open_curve("curve25519");
    let pending = generate(&algorithm, 0).unwrap();
    assert_eq!(algorithm.release(), SUCCESS);
    crate::support::objects::finalize(&pending).unwrap();
    assert_eq!(string(&pending, "ECCCurveName"), Ok("curve25519".to_string()));
    assert_eq!(agreed(&pending, &pending).map(|z| z.len()), Ok(32));
}

/// behaviour.md d2.
#[test]
fn secrets_outlive_their_keys_and_provider() {
    for (algorithm, bits) in [(open("ECDH_P384"), 384), (open("DH"), 512), (open_curve("curve25519"), 0)] {
        let key = new_key(&algorithm, bits);
        let secret = agree(&key, &key).unwrap();
        let before = (raw_secret(&secret), derive(&secret, "HASH", &Params::none()));
        assert_eq!([key.release(), algorithm.release()], [SUCCESS; 2]);
        assert_eq!((raw_secret(&secret), derive(&secret, "HASH", &Params::none())), before);
    }
}

/// Any number of objects may live at once, and may go in any order.
#[test]
fn many_objects_at_once() {
    let curve = p256();
    let algorithm = open(curve.id);
    let mut keys: Vec<Key> =
        (0..500).map(|_| import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap()).collect();
    while let Some(key) = keys.pop() {
        assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(curve.peer()));
        if keys.len() > 2 {
            keys.swap_remove(keys.len() / 2);
        }
    }
}

/// Forks from a process that runs nothing else.
#[test]
fn a_forked_child_goes_on() {
    alone("handle::lifetimes::a_forked_child_goes_on", fork_and_compare);
}

/// Random bytes, a new public key, and a secret of objects made before the fork.
fn report(private: &Key, peer: &Key) -> Vec<u8> {
    let mut random = [0; 32];
    assert_eq!(lib().gen_random(std::ptr::null_mut(), random.as_mut_ptr(), 32, 2), SUCCESS);
    let fresh = exported(&new_key(&Handle(0x2A1), 256), "ECCPUBLICBLOB").unwrap();
    [random.to_vec(), fresh, agreed(private, peer).unwrap()].concat()
}

fn fork_and_compare() {
    let curve = p256();
    let algorithm = open(curve.id);
    let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let peer = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
    report(&private, &peer);
    let children: Vec<Vec<u8>> = (0..2).map(|_| in_child(|| report(&private, &peer))).collect();
    let parent = report(&private, &peer);
    assert_eq!(parent.len(), 32 + 72 + 32);
    for (one, other) in [(&parent, &children[0]), (&parent, &children[1]), (&children[0], &children[1])] {
        assert_eq!(one.len(), other.len());
        assert_eq!(one[104..], other[104..], "the same secret on both sides");
        assert_ne!(one[..32], other[..32], "not the same random bytes");
        assert_ne!(one[32..104], other[32..104], "not the same new key");
    }
    assert_eq!(private.release(), SUCCESS, "what the children did concerns only them");
}

/// Runs `work` in a forked child and brings back its bytes. The child also releases what it inherited.
fn in_child(work: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let mut ends = [0; 2];
    // SAFETY: a pipe into an array of two.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: this process has one thread of its own that holds no locks; the child leaves by _exit.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        let bytes = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_default();
        // SAFETY: the bytes are alive; _exit runs nothing of the parent's.
        unsafe {
            libc::write(ends[1], bytes.as_ptr().cast(), bytes.len());
            libc::_exit(0);
        }
    }
    let mut bytes = vec![0; 4096];
    // SAFETY: the buffer has this size; both ends are ours, and the child is waited for once.
    let length = unsafe {
        libc::close(ends[1]);
        let length = libc::read(ends[0], bytes.as_mut_ptr().cast(), bytes.len());
        libc::close(ends[0]);
        libc::waitpid(child, std::ptr::null_mut(), 0);
        length
    };
    bytes.truncate(usize::try_from(length).unwrap());
    bytes
}
