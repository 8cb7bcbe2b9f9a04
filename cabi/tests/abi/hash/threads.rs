//! One hash used by several threads, and by a child of the process.

use std::thread;

use super::{HMAC, REUSABLE, create, duplicate, feed, finish, once};
use crate::support::objects::{Handle, open, open_with};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER};

const THREADS: usize = 4;

/// All threads feed the same byte, so that the order does not matter and each must be read once.
#[test]
fn threads_on_one_hash_take_turns() {
    for name in ["SHA256", "SHA3-256", "MD4", "CSHAKE128"] {
        let hash = create(&open(name), &[], 0).unwrap();
        let feed_all = || (0..500).for_each(|round| feed(&hash, &vec![0x5A; round % 100]).unwrap());
        thread::scope(|scope| {
            (0..THREADS).for_each(|_| drop(scope.spawn(feed_all)));
        });
        let length: usize = (0..500).map(|round| round % 100).sum();
        let expected = once(&open(name), &[], &vec![0x5A; THREADS * length], expected_length(name));
        assert_eq!(finish(&hash, expected_length(name)), expected, "{name}");
    }
}

fn expected_length(name: &str) -> usize {
    if name == "MD4" { 16 } else { 32 }
}

/// Finishing, copying and feeding at once: every digest is one of some number of blocks.
#[test]
fn every_call_at_once() {
    let algorithm = open_with("SHA256", None, HMAC).unwrap();
    let hash = create(&algorithm, b"key", REUSABLE).unwrap();
    let known: Vec<Vec<u8>> =
        (0..=600).map(|count| once(&algorithm, b"key", &vec![1; count], 32).unwrap()).collect();
    thread::scope(|scope| {
        scope.spawn(|| (0..600).for_each(|_| feed(&hash, &[1]).unwrap()));
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let copy = duplicate(&hash).unwrap();
                    assert!(known.contains(&finish(&copy, 32).unwrap()), "a digest of a moment");
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..50 {
                assert!(known.contains(&finish(&hash, 32).unwrap()), "a digest of a moment");
            }
        });
    });
}

/// Of many threads that finish a hash one gets the digest.
#[test]
fn one_finish_wins() {
    for _ in 0..50 {
        let hash = create(&open("SHA256"), &[], 0).unwrap();
        let answers: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| finish(&hash, 32))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won, [once(&open("SHA256"), &[], b"", 32)]);
        assert!(lost.iter().all(|answer| *answer == Err(INVALID_HANDLE)));
    }
}

/// A hash that is destroyed while others feed it: each call works or finds no hash.
#[test]
fn destroy_during_use() {
    for _ in 0..50 {
        let handle = create(&open("SHA512"), &[], 0).unwrap().into_handle();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| while feed(&handle, &[0; 1000]) != Err(INVALID_HANDLE) {});
            }
            scope.spawn(|| assert!(crate::support::objects::Hash::release_handle(handle).ok().is_ok()));
        });
    }
}

/// Hashing much holds nothing that calls on other hashes wait for.
#[test]
fn a_long_call_is_in_nobodys_way() {
    let long = create(&open("SHA512"), &[], 0).unwrap();
    let text = vec![0; 64 << 20];
    thread::scope(|scope| {
        let worker = scope.spawn(|| feed(&long, &text));
        let mut count = 0;
        while !worker.is_finished() {
            let short = create(&Handle(0x41), &[], 0).unwrap();
            feed(&short, b"text").unwrap();
            finish(&short, 32).unwrap();
            count += 1;
        }
        assert!(count > 10, "{count} hashes meanwhile");
        assert_eq!(worker.join().unwrap(), Ok(()));
    });
}

/// A child goes on with what the parent began.
#[test]
#[cfg(unix)]
fn a_child_goes_on() {
    let hashes = ["SHA256", "SHA3-512", "MD2", "AES-CMAC", "KMAC256"].map(|name| {
        let key: &[u8] = if name.contains("MAC") { &[1; 16] } else { &[] };
        let hash = create(&open(name), key, 0).unwrap();
        feed(&hash, b"parent ").unwrap();
        (name, key, hash)
    });
    let is_well = || {
        hashes.iter().all(|(name, key, hash)| {
            let length = crate::support::property::number(hash, "HashDigestLength").unwrap() as usize;
            feed(hash, b"and child").is_ok()
                && finish(hash, length) == once(&open(name), key, b"parent and child", length)
        })
    };
    // SAFETY: the child calls only the library, the allocator, which the C library keeps usable, and `_exit`.
    let child = match unsafe { libc::fork() } {
        0 => {
            let code = i32::from(!std::panic::catch_unwind(is_well).unwrap_or(false));
            // SAFETY: no preconditions.
            unsafe { libc::_exit(code) }
        }
        child => child,
    };
    let mut status = -1;
    // SAFETY: the status is a live variable.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0, "the child");
    assert!(is_well(), "the parent");
    assert_eq!(feed(&hashes[0].2, b""), Err(INVALID_HANDLE));
    assert_ne!(feed(&hashes[4].2, b""), Err(INVALID_PARAMETER));
}
