//! Forks while threads do everything that can draw from the engine's generator or take one of its locks: no child hangs,
//! none is ended, and none repeats a byte of its parent's or of another child's.
//!
//! BCRYPT_FORKS says how many, 200 by default; scripts/check/stress has 20 000.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at the first thing that is wrong"
)]

use std::collections::HashSet;
use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_sys as lc;
use bcrypt_shim::engine::gate::Inside;
use bcrypt_shim::engine::generator::{drawing, searching};
use bcrypt_shim::engine::{dh, ec, rsa as own};
use bcrypt_shim::status::Status;

/// A child that takes longer hangs.
const LONGEST: c_uint = 30;
const DIGEST: [u8; 32] = [7; 32];
/// Bytes that each child and the parent after each fork draw from the engine.
const DRAWN: usize = 16;

// Not among the bindings that are the same for all targets.
unsafe extern "C" {
    #[link_name = "aws_lc_0_47_0_DSA_new"]
    fn dsa_new() -> *mut c_void;
    #[link_name = "aws_lc_0_47_0_DSA_generate_parameters_ex"]
    fn dsa_generate_parameters(
        dsa: *mut c_void,
        bits: c_uint,
        seed: *const u8,
        seed_length: usize,
        counter: *mut c_int,
        h: *mut u64,
        callback: *mut c_void,
    ) -> c_int;
    #[link_name = "aws_lc_0_47_0_DSA_generate_key"]
    fn dsa_generate_key(dsa: *mut c_void) -> c_int;
    #[link_name = "aws_lc_0_47_0_DSA_sign"]
    fn dsa_sign(
        kind: c_int,
        digest: *const u8,
        length: usize,
        out: *mut u8,
        out_length: *mut c_uint,
        dsa: *const c_void,
    ) -> c_int;
}

/// Keys that all threads and all children use.
#[derive(Clone, Copy)]
struct Keys {
    rsa: *mut lc::RSA,
    ec: *mut lc::EC_KEY,
    dsa: *mut c_void,
    kem: *mut lc::EVP_PKEY,
    pqdsa: *mut lc::EVP_PKEY,
    own_rsa: &'static own::Key,
}

// SAFETY: the engine's keys may be used by several threads at once, and are never freed here.
unsafe impl Sync for Keys {}
// SAFETY: as above.
unsafe impl Send for Keys {}

fn ok(returned: c_int) -> Result<(), Status> {
    if returned == 1 { Ok(()) } else { Err(Status::InternalError) }
}

fn new_rsa(bits: c_int) -> Result<*mut lc::RSA, Status> {
    // SAFETY: objects are made here and valid; NULL wants no callback.
    searching(|_| unsafe {
        let (rsa, exponent) = (lc::RSA_new(), lc::BN_new());
        ok(lc::BN_set_word(exponent, 65537))?;
        ok(lc::RSA_generate_key_ex(rsa, bits, exponent, ptr::null_mut()))?;
        lc::BN_free(exponent);
        Ok(rsa)
    })
}

fn new_post_quantum(kind: c_int, nid: c_int) -> Result<*mut lc::EVP_PKEY, Status> {
    // SAFETY: as above.
    drawing(|_| unsafe {
        let context = lc::EVP_PKEY_CTX_new_id(kind, ptr::null_mut());
        ok(if kind == lc::EVP_PKEY_KEM {
            lc::EVP_PKEY_CTX_kem_set_params(context, nid)
        } else {
            lc::EVP_PKEY_CTX_pqdsa_set_params(context, nid)
        })?;
        ok(lc::EVP_PKEY_keygen_init(context))?;
        let mut key = ptr::null_mut();
        ok(lc::EVP_PKEY_keygen(context, &mut key))?;
        lc::EVP_PKEY_CTX_free(context);
        Ok(key)
    })
}

fn new_ec() -> Result<*mut lc::EC_KEY, Status> {
    // SAFETY: as above.
    drawing(|_| unsafe {
        let key = lc::EC_KEY_new_by_curve_name(lc::NID_X9_62_prime256v1);
        ok(lc::EC_KEY_generate_key(key))?;
        Ok(key)
    })
}

impl Keys {
    fn new() -> Self {
        // SAFETY: as above.
        let dsa = searching(|_| unsafe {
            let dsa = dsa_new();
            let unasked = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            ok(dsa_generate_parameters(dsa, 1024, ptr::null(), 0, unasked.0, unasked.1, unasked.2))?;
            ok(dsa_generate_key(dsa))?;
            Ok(dsa)
        });
        Self {
            rsa: new_rsa(2048).unwrap(),
            ec: new_ec().unwrap(),
            dsa: dsa.unwrap(),
            kem: new_post_quantum(lc::EVP_PKEY_KEM, lc::NID_MLKEM768).unwrap(),
            pqdsa: new_post_quantum(lc::EVP_PKEY_PQDSA, lc::NID_MLDSA65).unwrap(),
            own_rsa: Box::leak(Box::new(own::Key::generate(1024).unwrap())),
        }
    }
}

type Operation = fn(&Keys) -> Result<(), Status>;

/// Signs with blinding, and verifies, which takes the key's lock too.
fn rsa(keys: &Keys) -> Result<(), Status> {
    let (mut signature, mut length) = ([0; 256], 0);
    // SAFETY: the key is valid, pointers and lengths are of the arrays.
    drawing(|_| unsafe {
        let (digest, out) = (DIGEST.as_ptr(), signature.as_mut_ptr());
        ok(lc::RSA_sign(lc::NID_sha256, digest, DIGEST.len(), out, &mut length, keys.rsa))
    })?;
    let _inside = Inside::enter();
    let length = length as usize;
    // SAFETY: as above.
    ok(unsafe {
        lc::RSA_verify(lc::NID_sha256, DIGEST.as_ptr(), DIGEST.len(), signature.as_ptr(), length, keys.rsa)
    })
}

/// With a random salt.
fn pss(keys: &Keys) -> Result<(), Status> {
    let (mut signature, mut length) = ([0; 256], 0);
    // SAFETY: as above; NULL is the hash's own mask generation.
    drawing(|_| unsafe {
        let (out, digest) = (signature.as_mut_ptr(), DIGEST.as_ptr());
        let (sha256, mask) = (lc::EVP_sha256(), ptr::null());
        ok(lc::RSA_sign_pss_mgf1(keys.rsa, &mut length, out, 256, digest, DIGEST.len(), sha256, mask, 32))
    })
}

fn oaep(keys: &Keys) -> Result<(), Status> {
    let (mut sealed, mut opened, mut length) = ([0; 256], [0; 256], 0);
    let padding = lc::RSA_PKCS1_OAEP_PADDING;
    // SAFETY: as above.
    drawing(|_| unsafe {
        let text = DIGEST.as_ptr();
        ok(lc::RSA_encrypt(keys.rsa, &mut length, sealed.as_mut_ptr(), 256, text, DIGEST.len(), padding))?;
        ok(lc::RSA_decrypt(keys.rsa, &mut length, opened.as_mut_ptr(), 256, sealed.as_ptr(), 256, padding))
    })?;
    if opened[..length] == DIGEST { Ok(()) } else { Err(Status::InternalError) }
}

/// This library's own way: a shared key's powers and OAEP, and a new key whose primes are searched for here.
fn own_rsa(keys: &Keys) -> Result<(), Status> {
    let (key, input) = (keys.own_rsa, [0x55; 128]);
    let (mut there, mut back) = ([0; 128], [0; 128]);
    key.private_power(&input, &mut there)?;
    key.public_power(&there, &mut back)?;
    if back != input {
        return Err(Status::InternalError);
    }
    key.encrypt_oaep(own::Hash::Sha256, b"label", &DIGEST, &mut there)?;
    let length = key.decrypt_oaep(own::Hash::Sha256, b"label", &there, &mut back)?;
    let is_same = back[..length] == DIGEST;
    own::Key::generate(520).and(if is_same { Ok(()) } else { Err(Status::InternalError) })
}

fn ecdsa(keys: &Keys) -> Result<(), Status> {
    let (mut signature, mut length) = ([0; 128], 0);
    // SAFETY: as above.
    drawing(|_| unsafe {
        ok(lc::ECDSA_sign(0, DIGEST.as_ptr(), DIGEST.len(), signature.as_mut_ptr(), &mut length, keys.ec))
    })
}

fn dsa(keys: &Keys) -> Result<(), Status> {
    let (mut signature, mut length) = ([0; 128], 0);
    // SAFETY: as above.
    drawing(|_| unsafe {
        ok(dsa_sign(0, DIGEST.as_ptr(), DIGEST.len(), signature.as_mut_ptr(), &mut length, keys.dsa))
    })
}

fn ml_kem(keys: &Keys) -> Result<(), Status> {
    let (mut sealed, mut secret, mut sizes) = ([0; 1088], [0; 32], (1088, 32));
    // SAFETY: as above.
    drawing(|_| unsafe {
        let context = lc::EVP_PKEY_CTX_new(keys.kem, ptr::null_mut());
        let (sealed, secret) = (sealed.as_mut_ptr(), secret.as_mut_ptr());
        ok(lc::EVP_PKEY_encapsulate(context, sealed, &mut sizes.0, secret, &mut sizes.1))?;
        lc::EVP_PKEY_CTX_free(context);
        Ok(())
    })
}

fn ml_dsa(keys: &Keys) -> Result<(), Status> {
    let (mut signature, mut length) = ([0; 3309], 3309);
    // SAFETY: as above; NULL is the algorithm's own hash.
    drawing(|_| unsafe {
        let context = lc::EVP_MD_CTX_new();
        ok(lc::EVP_DigestSignInit(context, ptr::null_mut(), ptr::null(), ptr::null_mut(), keys.pqdsa))?;
        let (out, text) = (signature.as_mut_ptr(), DIGEST.as_ptr());
        ok(lc::EVP_DigestSign(context, out, &mut length, text, DIGEST.len()))?;
        lc::EVP_MD_CTX_free(context);
        Ok(())
    })
}

fn key_pairs(_: &Keys) -> Result<(), Status> {
    // SAFETY: the keys are made here and used nowhere else.
    unsafe {
        lc::EC_KEY_free(new_ec()?);
        lc::EVP_PKEY_free(new_post_quantum(lc::EVP_PKEY_KEM, lc::NID_MLKEM768)?);
        lc::EVP_PKEY_free(new_post_quantum(lc::EVP_PKEY_PQDSA, lc::NID_MLDSA65)?);
        lc::RSA_free(new_rsa(1024)?);
    }
    Ok(())
}

fn primes(_: &Keys) -> Result<(), Status> {
    let mut number = [0xFF; 66];
    number[0] = 1;
    if ec::is_prime(&number) != Ok(true) {
        return Err(Status::InternalError);
    }
    dh::Group::generate(512, 160).map(drop)
}

/// Threads that come to the engine for the first time, some by a failure, and end.
fn short_lives(_: &Keys) -> Result<(), Status> {
    thread::spawn(|| draw(&mut [0; 1])).join().unwrap()?;
    let fails = || ec::Public::new(&ec::Builtin::P384.into(), &[1; 96]).err();
    match thread::spawn(fails).join().unwrap() {
        Some(Status::InvalidParameter) => Ok(()),
        _ => Err(Status::InternalError),
    }
}

fn draw(out: &mut [u8]) -> Result<(), Status> {
    // SAFETY: pointer and length are of one slice.
    drawing(|_| ok(unsafe { lc::RAND_bytes(out.as_mut_ptr(), out.len()) }))
}

const OPERATIONS: [(&str, Operation); 11] = [
    ("RSA", rsa),
    ("PSS", pss),
    ("OAEP", oaep),
    ("ECDSA", ecdsa),
    ("DSA", dsa),
    ("ML-KEM", ml_kem),
    ("ML-DSA", ml_dsa),
    ("key pairs", key_pairs),
    ("primes", primes),
    ("short lives", short_lives),
    ("RSA, as this library does it", own_rsa),
];

/// Threads that are busy with the operations, each with another one first.
const THREADS: usize = 4;

/// What the child of a fork does: draws, then some of the operations, and an orderly end, which comes to the locks of
/// every thread's generator.
fn child(keys: &Keys, turn: usize, drawn: &mut [u8]) -> c_int {
    if draw(drawn).is_err() {
        return 1;
    }
    let chosen = [rsa, own_rsa, short_lives, OPERATIONS[turn % 7].1];
    c_int::from(chosen.iter().any(|operation| operation(keys).is_err()))
}

/// Memory that the children share with their parent.
struct Shared(*mut u8);

impl Shared {
    fn new(size: usize) -> Self {
        let (read_write, shared) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: no preconditions.
        let memory = unsafe { libc::mmap(ptr::null_mut(), size, read_write, shared, -1, 0) };
        assert_ne!(memory, libc::MAP_FAILED);
        Self(memory.cast())
    }

    /// The bytes of a place; each place has one user at a time.
    #[allow(clippy::mut_from_ref, reason = "the memory is shared with other processes anyway")]
    fn place(&self, place: usize) -> &mut [u8] {
        // SAFETY: the memory is large enough for all places, and never given back.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(place * DRAWN), DRAWN) }
    }
}

#[test]
fn no_child_hangs_and_none_repeats() {
    let forks = std::env::var("BCRYPT_FORKS").map_or(200, |forks| forks.parse().unwrap());
    let keys = Keys::new();
    for (name, operation) in OPERATIONS {
        assert_eq!(operation(&keys), Ok(()), "{name}");
    }
    let (is_over, done) = (AtomicBool::new(false), [(); OPERATIONS.len()].map(|()| AtomicUsize::new(0)));
    let drawn = Shared::new((forks + 1) * 2 * DRAWN);
    let mut longest = Duration::ZERO;
    draw(drawn.place(2 * forks)).unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (is_over, keys, done) = (&is_over, &keys, &done);
            scope.spawn(move || {
                let operations =
                    OPERATIONS.iter().zip(done).cycle().skip(thread * OPERATIONS.len() / THREADS);
                for ((name, operation), done) in operations {
                    // The quick ones as long as the slow ones.
                    let end = Instant::now() + Duration::from_millis(10);
                    while Instant::now() < end && !is_over.load(Ordering::Relaxed) {
                        assert_eq!(operation(keys), Ok(()), "{name}");
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let mut failures = Vec::new();
        for turn in 0..forks {
            let start = Instant::now();
            // SAFETY: the child goes on with this thread alone, and ends here.
            match unsafe { libc::fork() } {
                // SAFETY: no preconditions.
                0 => unsafe {
                    libc::alarm(LONGEST);
                    libc::exit(child(&keys, turn, drawn.place(2 * turn)))
                },
                process => {
                    longest = longest.max(start.elapsed());
                    draw(drawn.place(2 * turn + 1)).unwrap();
                    let mut status = 0;
                    // SAFETY: the status is a live variable.
                    unsafe { libc::waitpid(process, &mut status, 0) };
                    if status != 0 {
                        failures.push((turn, status));
                    }
                }
            }
            if failures.len() > 3 {
                break;
            }
        }
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(failures, [], "of {forks} children; a status of 14 is one that hung");
    });
    let all: HashSet<&[u8]> = (0..=2 * forks).map(|place| &*drawn.place(place)).collect();
    assert_eq!(all.len(), 2 * forks + 1, "bytes that were drawn twice");
    println!("{forks} forks, the longest {longest:?}");
    for ((name, _), done) in OPERATIONS.iter().zip(&done) {
        println!("{name}: {}", done.load(Ordering::Relaxed));
    }
}
