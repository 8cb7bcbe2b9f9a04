//! A fork while other threads are in the midst of calls: every call works on in the child, and in the parent.
#![cfg(unix)]

use std::collections::HashSet;
use std::os::fd::FromRawFd;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::pair::post_quantum::{DSA, Form, KEM, Set, kem};
use crate::pair::rsa::call::{self, Pad};
use crate::support::alone::alone;
use crate::support::library::lib;
use crate::support::objects::{
    Handle, Key, agree, agreed, derive, exported, generate, import, new_key, open, sign, verify,
};
use crate::support::params::Params;
use crate::support::property::{get, set, set_curve, string};
use crate::support::status::SUCCESS;
use crate::support::text::wide_bytes;

/// Forks; each child makes some calls of every kind.
const FORKS: usize = 300;
/// A child that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(10);

/// A key that all threads and children sign and decrypt with.
fn shared_rsa() -> Handle {
    static SHARED: OnceLock<Handle> = OnceLock::new();
    *SHARED.get_or_init(|| new_key(&open("RSA"), 1024).into_handle())
}

/// Every kind of call, on objects that are shared with all threads and on own ones.
fn everything(shared: Handle) {
    let algorithm = open("ECDH");
    set_curve(&algorithm, "nistP256").unwrap();
    assert_eq!(string(&algorithm, "ECCCurveName").unwrap(), "nistP256");
    let key = new_key(&algorithm, 0);
    let blob = exported(&key, "ECCPUBLICBLOB").unwrap();
    let peer = import(&algorithm, "ECCPUBLICBLOB", &blob).unwrap();
    assert_eq!(agreed(&key, &peer), agreed(&key, &key));
    assert!(get(&shared, "KeyStrength").is_ok());
    let secret = agree(&shared, &shared).unwrap();
    set(&secret, "HkdfHashAlgorithm", &wide_bytes("SHA256")).unwrap();
    set(&secret, "HkdfSaltAndFinalize", b"salt").unwrap();
    derive(&secret, "HASH", &Params::none()).unwrap();
    let signer = new_key(&open("ECDSA_P256"), 256);
    assert_eq!(verify(&signer, &[1; 32], &sign(&signer, &[1; 32]).unwrap()), Ok(()));
    let rsa = shared_rsa();
    for pad in [Pad::Pss("SHA256", 32), Pad::Pkcs1(Some("SHA256"))] {
        let signature = call::sign(&rsa, pad, &[7; 32]).unwrap();
        assert_eq!(call::verify(&rsa, pad, &[7; 32], &signature), Ok(()));
    }
    let pad = Pad::Oaep("SHA1", b"label");
    let ciphertext = call::encrypt(&rsa, pad, b"text").unwrap();
    assert_eq!(call::decrypt(&rsa, pad, &ciphertext), Ok(b"text".to_vec()));
    new_key(&Handle(0x311), 520);
    let (mut count, mut list) = (0, std::ptr::null_mut());
    assert_eq!(lib().enum_algorithms(0, &mut count, &mut list, 0), SUCCESS);
    lib().free_buffer(list.cast());
    assert_eq!(lib().gen_random(Handle(0x81).raw(), [0; 16].as_mut_ptr(), 16, 0), SUCCESS);
}

/// Calls that do little but change what is shared, so that a fork often falls into one.
fn quick_calls(_: Handle) {
    for _ in 0..100 {
        generate(&Handle(0x2A1), 256).unwrap();
        let (mut count, mut list) = (0, std::ptr::null_mut());
        assert_eq!(lib().enum_algorithms(0, &mut count, &mut list, 0), SUCCESS);
        lib().free_buffer(list.cast());
    }
}

/// Whether the child ends in time, and well.
fn ends(child: libc::pid_t) -> bool {
    let end = Instant::now() + LONGEST;
    while Instant::now() < end {
        let mut status = 0;
        // SAFETY: the status is a live variable.
        if unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } == child {
            return status == 0;
        }
        thread::sleep(Duration::from_micros(200));
    }
    // SAFETY: no preconditions; the child is ours.
    unsafe {
        libc::kill(child, libc::SIGKILL);
        libc::waitpid(child, std::ptr::null_mut(), 0);
    }
    false
}

#[test]
fn a_child_of_a_busy_process_works_on() {
    alone("process::fork::a_child_of_a_busy_process_works_on", || {
        let shared = new_key(&open("ECDH_P256"), 256).into_handle();
        // Not in the midst of a fork: who waits for it would wait in a child for good.
        shared_rsa();
        let is_over = AtomicBool::new(false);
        // The first call of all may fall together with the first fork.
        thread::scope(|scope| {
            for work in [everything, quick_calls, everything, quick_calls] {
                let is_over = &is_over;
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        work(shared);
                    }
                });
            }
            let mut failed = 0;
            for _ in 0..FORKS {
                if failed > 2 {
                    break;
                }
                // SAFETY: the child calls only the library, the allocator, which the C library keeps usable, and
                // `_exit`.
                match unsafe { libc::fork() } {
                    0 => {
                        let is_well =
                            std::panic::catch_unwind(|| (0..3).for_each(|_| everything(shared))).is_ok();
                        // SAFETY: no preconditions.
                        unsafe { libc::_exit(i32::from(!is_well)) }
                    }
                    child => failed += usize::from(!ends(child)),
                }
            }
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(failed, 0, "of {FORKS} children");
        });
        everything(shared);
    });
}

/// Keys that sign, shared by all threads and children, and the bytes of their digests.
fn signers() -> Vec<(Handle, usize)> {
    let brainpool = open("ECDSA");
    set_curve(&brainpool, "brainpoolP256r1").unwrap();
    vec![
        (new_key(&open("ECDSA_P256"), 256).into_handle(), 32),
        (new_key(&open("ECDSA_P521"), 521).into_handle(), 32),
        (new_key(&brainpool, 0).into_handle(), 32),
        (new_key(&open("DSA"), 512).into_handle(), 20),
        (new_key(&open("DSA"), 1088).into_handle(), 32),
    ]
}

/// r of a signature with each key: a nonce that is used again gives it again.
fn nonces(signers: &[(Handle, usize)]) -> Vec<u8> {
    let signed = signers.iter().flat_map(|(key, length)| {
        let signature = sign(key, &vec![9; *length]).unwrap();
        assert_eq!(verify(key, &vec![9; *length], &signature), Ok(()));
        signature[4..4 + PIECE].to_vec()
    });
    signed.collect()
}

/// Keys of ML-KEM and ML-DSA, shared by all threads and children.
fn post_quantum() -> Vec<(Set, Key)> {
    [KEM[0], KEM[1], DSA[0], DSA[1]].map(|set| (set, set.new_key())).into()
}

/// Sixteen bytes of each that only the generator can give: of the seed of a new key, and with the shared one
/// of an encapsulated secret or of a hedged signature.
fn post_quantum_bytes(shared: &[(Set, Key)]) -> Vec<u8> {
    let drawn = shared.iter().flat_map(|(set, key)| {
        let made = set.exported(&set.new_key(), Form::Seed);
        let used = if set.is_kem() {
            let (secret, ciphertext) = kem::encapsulate(set, key);
            assert_eq!(kem::decapsulate(key, &ciphertext).as_ref(), Ok(&secret));
            secret
        } else {
            let signature = sign(key, b"a message").unwrap();
            assert_eq!(verify(key, b"a message", &signature), Ok(()));
            signature
        };
        [&made[..PIECE], &used[..PIECE]].concat()
    });
    drawn.collect()
}

/// Bytes that tell what was drawn apart.
const PIECE: usize = 16;

/// Forks while threads draw: no child hangs, and nothing comes twice, in the parent, in a child, or in two children.
fn nothing_comes_twice(forks: usize, draw: &(impl Fn() -> Vec<u8> + Sync)) {
    let is_over = AtomicBool::new(false);
    let mut seen = HashSet::new();
    let mut note = |bytes: &[u8]| {
        for piece in bytes.chunks(PIECE) {
            assert!(seen.insert(piece.to_vec()), "something was drawn twice");
        }
    };
    thread::scope(|scope| {
        // Also if this thread panics.
        let over = Over(&is_over);
        for _ in 0..3 {
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    draw();
                }
            });
        }
        let mut failed = 0;
        for _ in 0..forks {
            if failed > 2 {
                break;
            }
            // A draw before the fork, so that this thread's generator is copied as it is.
            note(&draw());
            let (bytes, is_well) = of_child(draw, &mut note);
            failed += usize::from(!is_well);
            note(&bytes);
        }
        drop(over);
        assert_eq!(failed, 0, "children failed");
    });
    note(&draw());
    assert!(seen.len() > 4 * forks, "{} pieces", seen.len());
}

/// Ends the threads' work when dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a child drew, twice, and whether it ended well; the parent draws meanwhile.
fn of_child(draw: &impl Fn() -> Vec<u8>, note: &mut impl FnMut(&[u8])) -> (Vec<u8>, bool) {
    let mut ends_of_pipe = [0; 2];
    // SAFETY: the array has room for both ends.
    assert_eq!(unsafe { libc::pipe(ends_of_pipe.as_mut_ptr()) }, 0);
    // SAFETY: the child calls only the library, the allocator, which the C library keeps usable, `write` and `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            let drawn = std::panic::catch_unwind(AssertUnwindSafe(|| [draw(), draw()].concat()));
            let bytes = drawn.unwrap_or_default();
            // SAFETY: pointer and length are of one vector.
            let written = unsafe { libc::write(ends_of_pipe[1], bytes.as_ptr().cast(), bytes.len()) };
            // SAFETY: no preconditions.
            unsafe { libc::_exit(i32::from(written != bytes.len() as isize || bytes.is_empty())) }
        }
        child => {
            note(&draw());
            let is_well = ends(child);
            // SAFETY: the ends are open and nobody else's; the file closes the first one.
            let mut read = unsafe {
                libc::close(ends_of_pipe[1]);
                std::fs::File::from_raw_fd(ends_of_pipe[0])
            };
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut read, &mut bytes).unwrap();
            (bytes, is_well)
        }
    }
}

#[test]
fn no_child_repeats_a_nonce() {
    alone("process::fork::no_child_repeats_a_nonce", || {
        let signers = signers();
        nothing_comes_twice(FORKS / 3, &|| nonces(&signers));
    });
}

#[test]
fn no_child_repeats_what_is_drawn_for_post_quantum_keys() {
    alone("process::fork::no_child_repeats_what_is_drawn_for_post_quantum_keys", || {
        let shared = post_quantum();
        nothing_comes_twice(FORKS / 6, &|| post_quantum_bytes(&shared));
    });
}
