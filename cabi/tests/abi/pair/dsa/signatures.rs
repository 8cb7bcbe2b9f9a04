//! Signing and verifying.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO};

use super::{Parts, known, legacy_key, made};
use crate::support::library::lib;
use crate::support::objects::{Handle, Object, agree, import, new_key, open, sign, signing, verify};
use crate::support::oracle::dsa::Group;
use crate::support::oracle::{bytes, number, plus};
use crate::support::output::{fetch, size, too_small};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_PARAMETER, INVALID_SIGNATURE, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide;

/// A signature that was checked on Windows.
#[test]
fn a_known_signature() {
    let (blob, hash, signature) = (known("dsa512.DSAPUBLICBLOB"), known("dsa512.hash"), known("dsa512.sig"));
    let opened = open("DSA");
    for handle in [Handle(0x2D1), opened.handle()] {
        for kind in ["DSAPUBLICBLOB", "PUBLICBLOB"] {
            let key = import(&handle, kind, &blob).unwrap();
            assert_eq!(verify(&key, &hash, &signature), Ok(()));
            let mut other = signature.clone();
            other[39] ^= 1;
            assert_eq!(verify(&key, &hash, &other), Err(INVALID_SIGNATURE), "behaviour.md t91");
        }
    }
}

/// behaviour.md t1, t3, t4, t80, t89: against the formulas, both ways.
#[test]
fn what_is_signed_is_verified() {
    let mut random = Sequence::new(186);
    for bits in [512, 1024, 2048] {
        let parts = made(bits);
        let (private, public, order) = (parts.key(), parts.public().key(), parts.q.len());
        let group = Group { p: number(&parts.p), q: number(&parts.q), g: number(&parts.g) };
        let (x, y) = (number(parts.x.as_ref().unwrap()), number(&parts.y));
        for round in 0..8 {
            let hash: Vec<u8> = match round {
                0 => vec![0; order],
                1 => vec![0xFF; order],
                _ => (0..order).map(|_| random.next() as u8).collect(),
            };
            let (one, other) = (sign(&private, &hash).unwrap(), sign(&private, &hash).unwrap());
            assert!(one.len() == 2 * order && one[..order] != other[..order], "the nonce is random");
            for signature in [&one, &other] {
                assert_eq!(verify(&public, &hash, signature), Ok(()));
                assert!(group.verifies(&y, &hash, signature), "{bits}");
            }
            let k = number(&(0..order).map(|_| random.next() as u8).collect::<Vec<_>>()) % &group.q;
            let theirs = group.sign(&x, &k, &hash);
            assert_eq!(verify(&public, &hash, &theirs), Ok(()), "{bits}");
            assert_eq!(verify(&private, &hash, &theirs), Ok(()), "{bits}");
        }
        let hash = vec![1; order];
        assert_eq!(fetch(&signing(&private, &hash), 2 * order + 9).unwrap().len(), 2 * order);
        for room in [0, 1, 2 * order - 1] {
            assert_eq!(too_small(&signing(&private, &hash), room) as usize, 2 * order);
            assert_eq!(too_small(&signing(&public, &hash), room) as usize, 2 * order, "before t3");
        }
        assert_eq!(size(&signing(&public, &[])), Ok(2 * order as u32), "behaviour.md t1");
        assert_eq!(sign(&public, &hash), Err(INVALID_PARAMETER), "behaviour.md t3");
    }
}

/// behaviour.md t90.
#[test]
fn a_digest_is_as_long_as_q() {
    for bits in [512, 2048] {
        let parts = made(bits);
        let (key, order) = (parts.key(), parts.q.len());
        let good = sign(&key, &vec![1; order]).unwrap();
        for length in (0..80).filter(|&length| length != order) {
            let hash = vec![1; length];
            assert_eq!(sign(&key, &hash), Err(INVALID_PARAMETER), "{bits} {length}");
            assert_eq!(verify(&key, &hash, &good), Err(INVALID_PARAMETER), "{bits} {length}");
        }
    }
}

/// behaviour.md t6, t91: every length, every bit, r and s out of range.
#[test]
fn wrong_signatures() {
    for bits in [512, 2048] {
        let parts = made(bits);
        let (private, public, order) = (parts.key(), parts.public().key(), parts.q.len());
        let hash = vec![7; order];
        let good = sign(&private, &hash).unwrap();
        for length in (0..2 * order).chain([2 * order + 1, 4 * order, 3 * parts.p.len()]) {
            let mut other = good.clone();
            other.resize(length, 0);
            assert_eq!(verify(&public, &hash, &other), Err(INVALID_PARAMETER), "{bits} {length}");
        }
        let step = if bits == 512 { 1 } else { 11 };
        for bit in (0..16 * order).step_by(step) {
            let mut other = good.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&public, &hash, &other), Err(INVALID_SIGNATURE), "{bits} bit {bit}");
        }
        let q = number(&parts.q);
        let [zero, one, at, above] =
            [vec![0; order], bytes(&plus(&(&q - &q), 1), order), parts.q.clone(), bytes(&plus(&q, 1), order)];
        for wrong in [&zero, &one, &at, &above, &vec![0xFF; order]] {
            for other in [[wrong, &good[order..]].concat(), [&good[..order], wrong].concat(), wrong.repeat(2)]
            {
                assert_eq!(verify(&public, &hash, &other), Err(INVALID_SIGNATURE), "{bits}");
            }
        }
        // r or s plus q is the same number modulo q.
        for place in [0, order] {
            let sum = number(&good[place..place + order]) + &q;
            if sum.bits() <= 8 * order {
                let mut other = good.clone();
                other[place..place + order].copy_from_slice(&bytes(&sum, order));
                assert_eq!(verify(&public, &hash, &other), Err(INVALID_SIGNATURE), "{bits}");
            }
        }
        let stranger = Parts { x: None, y: parts.g.clone(), ..parts.clone() };
        assert_eq!(verify(&stranger.key(), &hash, &good), Err(INVALID_SIGNATURE), "another key");
    }
}

/// behaviour.md t5, t80.
#[test]
fn there_is_no_padding() {
    let key = made(512).key();
    let name = wide("SHA1");
    let pkcs1 = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
    let pss = BCRYPT_PSS_PADDING_INFO { pszAlgId: name.as_ptr(), cbSalt: 20 };
    let (pkcs1, pss): (*const c_void, *const c_void) = ((&raw const pkcs1).cast(), (&raw const pss).cast());
    let (hash, mut out, mut written) = ([1; 20], [0; 40], 0);
    for (padding, flags) in [
        (null(), 1),
        (null(), 2),
        (null(), 8),
        (pkcs1, 0),
        (pkcs1, 2),
        (pss, 8),
        (pss, 0),
        (pss, 0x20),
        (pss, 10),
    ] {
        let signed =
            lib().sign_hash(key.raw(), padding, hash.as_ptr(), 20, out.as_mut_ptr(), 40, &mut written, flags);
        assert_eq!(signed, INVALID_PARAMETER, "{flags:#x}");
        let verified = lib().verify_signature(key.raw(), padding, hash.as_ptr(), 20, out.as_ptr(), 40, flags);
        assert_eq!(verified, INVALID_PARAMETER, "{flags:#x}");
    }
    assert_eq!((out, written), ([0; 40], 0), "nothing was written");
    let query = lib().sign_hash(key.raw(), null(), null(), 0, null_mut(), 0, &mut written, 0xFF);
    assert_eq!((query, written), (SUCCESS, 40), "behaviour.md t2");
}

/// behaviour.md t8: as keys of ECDSA.
#[test]
fn dsa_keys_do_not_agree() {
    let key = legacy_key(&open("DSA"));
    assert_eq!(agree(&key, &key).unwrap_err(), NOT_SUPPORTED);
    let other = new_key(&open("DH"), 1024);
    assert_eq!(agree(&key, &other).unwrap_err(), NOT_SUPPORTED);
    assert_eq!(agree(&other, &key).unwrap_err(), NOT_SUPPORTED);
}

/// A signature may overwrite the digest it is of.
#[test]
fn the_digest_and_the_signature_in_one_place() {
    let key = made(512).key();
    let (mut place, mut written) = ([9; 40], 0);
    let pointer = place.as_mut_ptr();
    assert_eq!(lib().sign_hash(key.raw(), null(), pointer, 20, pointer, 40, &mut written, 0), SUCCESS);
    assert_eq!(verify(&key, &[9; 20], &place), Ok(()));
}
