//! SignHash and VerifySignature: behaviour.md g10 and section t.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO};

use crate::support::blob::{
    ECDH_PRIVATE_GENERIC, ECDH_PUBLIC_GENERIC, ECDSA_PRIVATE_GENERIC, ECDSA_PUBLIC_GENERIC, fields, magic,
    with_magic,
};
use crate::support::curves::{Curve, nist, p256};
use crate::support::library::lib;
use crate::support::objects::{
    Handle, Key, Object, agree, exported, finalize, generate, import, new_key, open, sign, signing, verify,
};
use crate::support::oracle::{bytes, plus};
use crate::support::output::{fetch, size, too_small};
use crate::support::property::{get, number, set, set_curve, string};
use crate::support::status::{
    INVALID_HANDLE, INVALID_PARAMETER, INVALID_SIGNATURE, NOT_SUPPORTED, SUCCESS, Status,
};
use crate::support::text::wide;

/// behaviour.md g10: with a buffer of any size, without one, and with nothing at all.
#[test]
fn keys_that_agree_do_not_sign() {
    for (id, bits) in [("DH", 512), ("ECDH_P256", 256)] {
        let key = new_key(&open(id), bits);
        assert_eq!(size(&signing(&key, &[1; 32])), Err(NOT_SUPPORTED), "{id}");
        for room in [0, 1, 64, 500] {
            assert_eq!(fetch(&signing(&key, &[1; 32]), room), Err(NOT_SUPPORTED), "{id} {room}");
        }
        for length in [0, 1, 40, 64] {
            assert_eq!(verify(&key, &[1; 20], &vec![2; length]), Err(NOT_SUPPORTED), "{id} {length}");
        }
        let nothing = lib().sign_hash(key.raw(), null(), null(), 0, null_mut(), 0, null_mut(), 0xFF);
        assert_eq!(nothing, NOT_SUPPORTED, "{id}: what the key can't do comes first");
        let nothing = lib().verify_signature(key.raw(), null(), null(), 0, null(), 0, 0xFF);
        assert_eq!(nothing, NOT_SUPPORTED, "{id}");
    }
}

/// behaviour.md t9.
#[test]
fn a_key_signs_once_it_is_finalized() {
    for (id, bits) in [("DH", 512), ("ECDH_P256", 256)] {
        let key = generate(&open(id), bits).unwrap();
        assert_eq!(sign(&key, &[1; 32]), Err(INVALID_HANDLE), "{id}");
        assert_eq!(verify(&key, &[1; 32], &[2; 64]), Err(INVALID_HANDLE), "{id}");
    }
}

fn hex(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The known key of a curve under the magics of ECDSA (behaviour.md t104): private and public.
fn known(curve: &Curve) -> (Key, Key) {
    let (algorithm, signer) = (open(curve.signer().id), curve.signer());
    let private = import(&algorithm, "ECCPRIVATEBLOB", &with_magic(&curve.private(), signer.private_magic));
    let public = import(&algorithm, "ECCPUBLICBLOB", &with_magic(&curve.public(), signer.public_magic));
    (private.unwrap(), public.unwrap())
}

/// A generic provider on a curve.
fn generic(name: &str) -> crate::support::objects::Alg {
    let algorithm = open("ECDSA");
    set_curve(&algorithm, name).unwrap();
    algorithm
}

/// A signature that was checked on Windows.
#[test]
fn a_known_signature() {
    let key = hex(concat!(
        "45435331200000003b3c34c83f15ea02684669df0ca6ee7ad982089b375342f31363da6579e8049e",
        "8c77c43377d95a7f607b98cef39656d6b58d877a002bf370b39073a056063b22",
    ));
    let hash = hex("28190f156d75cccf62f15ee68ac3f05d89282d48d8737c05058ebcce28b7bac9");
    let signature = hex(concat!(
        "d729ce5aef7485d1185f6ef1ba53d4cddde05df15e4851ea63c0e8e2f6fa4caf",
        "e394153b6c716e4422cba088cd0a5a50297c5cd66cd2e07fcd0292214c2c92ee",
    ));
    let opened = open("ECDSA_P256");
    for handle in [Handle(0x2E1), opened.handle()] {
        for kind in ["ECCPUBLICBLOB", "PUBLICBLOB"] {
            let key = import(&handle, kind, &key).unwrap();
            assert_eq!(verify(&key, &hash, &signature), Ok(()));
            assert_eq!(verify(&key, &hash[..31], &signature), Err(INVALID_SIGNATURE), "behaviour.md t101");
        }
    }
}

/// behaviour.md t1, t3, t4, t100, t102.
#[test]
fn what_is_signed_is_verified() {
    for curve in nist() {
        let (private, public) = known(&curve);
        let width = curve.width();
        for length in [1, 20, 31, 32, 48, 64, 65, 66, 67, 1000] {
            let hash: Vec<u8> = (0..length).map(|byte| byte as u8 ^ 0x5A).collect();
            let (one, other) = (sign(&private, &hash).unwrap(), sign(&private, &hash).unwrap());
            assert_eq!(one.len(), 2 * width, "{} {length}", curve.name);
            assert_ne!(one, other, "the nonce is random");
            assert_ne!(one[..width], other[..width], "the nonce is random");
            for signature in [&one, &other] {
                assert_eq!(verify(&public, &hash, signature), Ok(()), "{} {length}", curve.name);
                assert_eq!(verify(&private, &hash, signature), Ok(()), "{} {length}", curve.name);
            }
            assert_eq!(fetch(&signing(&private, &hash), 2 * width + 9).unwrap().len(), 2 * width);
            assert_eq!(too_small(&signing(&private, &hash), 2 * width - 1) as usize, 2 * width);
            assert_eq!(
                too_small(&signing(&public, &hash), 0) as usize,
                2 * width,
                "the size comes before t3"
            );
        }
        assert_eq!(size(&signing(&public, &[])), Ok(2 * width as u32), "behaviour.md t1");
        assert_eq!(fetch(&signing(&public, &[1; 32]), 2 * width), Err(INVALID_PARAMETER), "behaviour.md t3");
    }
}

/// behaviour.md t101: of a digest longer than the order the leading bits count.
#[test]
fn the_leading_bits_count() {
    for curve in nist() {
        let (private, public) = known(&curve);
        let hash = [0xA7; 80];
        let signature = sign(&private, &hash).unwrap();
        let counted = curve.bits as usize / 8;
        let mut changed = hash;
        changed[70] ^= 1;
        assert_eq!(verify(&public, &changed, &signature), Ok(()), "{}", curve.name);
        if curve.bits % 8 != 0 {
            changed[counted] ^= 0x40;
            assert_eq!(verify(&public, &changed, &signature), Ok(()), "a bit behind the last one of 521");
            changed[counted] ^= 0xC0;
            assert_eq!(verify(&public, &changed, &signature), Err(INVALID_SIGNATURE), "the last one of 521");
        }
        changed = hash;
        changed[counted - 1] ^= 1;
        assert_eq!(verify(&public, &changed, &signature), Err(INVALID_SIGNATURE), "{}", curve.name);
    }
}

/// behaviour.md t6, t103.
#[test]
fn wrong_signatures() {
    for curve in nist() {
        let (private, public) = known(&curve);
        let (hash, width) = ([7; 32], curve.width());
        let good = sign(&private, &hash).unwrap();
        for length in (0..2 * width).chain([2 * width + 1, 4 * width]) {
            let mut other = good.clone();
            other.resize(length, 0);
            assert_eq!(verify(&public, &hash, &other), Err(INVALID_PARAMETER), "{} {length}", curve.name);
        }
        for bit in 0..16 * width {
            let mut other = good.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&public, &hash, &other), Err(INVALID_SIGNATURE), "{} bit {bit}", curve.name);
        }
        let n = &curve.domain.n;
        let [zero, n, above] = [vec![0; width], bytes(n, width), bytes(&plus(n, 1), width)];
        for wrong in [&zero, &n, &above, &vec![0xFF; width]] {
            for other in [[wrong, &good[width..]].concat(), [&good[..width], wrong].concat(), wrong.repeat(2)]
            {
                assert_eq!(verify(&public, &hash, &other), Err(INVALID_SIGNATURE), "{}", curve.name);
            }
        }
        let stranger = new_key(&open(curve.signer().id), 0);
        assert_eq!(verify(&stranger, &hash, &good), Err(INVALID_SIGNATURE), "another key");
    }
}

fn both(key: &Key, padding: *const c_void, flags: u32) -> [Status; 2] {
    let (mut out, mut written) = ([0; 64], 0);
    let hash = [1; 32];
    let signed =
        lib().sign_hash(key.raw(), padding, hash.as_ptr(), 32, out.as_mut_ptr(), 64, &mut written, flags);
    [signed, lib().verify_signature(key.raw(), padding, hash.as_ptr(), 32, out.as_ptr(), 64, flags)]
}

/// behaviour.md t5, t50 to t52; flags alone, and a structure with flags 0, are our choice for ECDSA.
#[test]
fn ecdsa_takes_no_padding() {
    let (private, _) = known(&p256());
    let (name, unknown) = (wide("SHA256"), wide("AES"));
    let pkcs1 = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
    let bare = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: null() };
    // ML-DSA's structure is the longest: that of PSS, with a hash's name behind it, stands behind whatever flag.
    let longest = [name.as_ptr(), std::ptr::without_provenance(8), name.as_ptr()];
    let pss = BCRYPT_PSS_PADDING_INFO { pszAlgId: name.as_ptr(), cbSalt: 8 };
    let pointers = [(&raw const pkcs1).cast(), (&raw const bare).cast(), (&raw const pss).cast::<c_void>()];
    for flags in (0..32).map(|bit| 1 << bit).chain([3, 6, 10, 18, u32::MAX]) {
        assert_eq!(both(&private, null(), flags), [INVALID_PARAMETER; 2], "{flags:#x}");
        assert_eq!(both(&private, (&raw const longest).cast(), flags), [INVALID_PARAMETER; 2], "{flags:#x}");
    }
    for pointer in pointers {
        assert_eq!(both(&private, pointer, 0), [INVALID_PARAMETER; 2]);
        assert_eq!(both(&private, pointer, 2), [INVALID_PARAMETER; 2]);
    }
    // The name of no hash, which is another answer for RSA (t52), is not looked at.
    let pkcs1 = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: unknown.as_ptr() };
    assert_eq!(both(&private, (&raw const pkcs1).cast(), 2), [INVALID_PARAMETER; 2]);
    // The query looks at none of it: t2.
    let mut written = 0;
    let query = lib().sign_hash(private.raw(), null(), null(), 0, null_mut(), 0, &mut written, 0xFF);
    assert_eq!((query, written), (SUCCESS, 64));
}

/// behaviour.md t10, t11 of the calls' pages: every pointer NULL, beside a size and not.
#[test]
fn null_pointers_undecided() {
    let (private, _) = known(&p256());
    let (hash, mut out, mut written) = ([1; 32], [0; 64], 0_u32);
    let signed = lib().sign_hash(private.raw(), null(), null(), 32, out.as_mut_ptr(), 64, &mut written, 0);
    assert_eq!(signed, INVALID_PARAMETER, "no digest");
    for digest in [null(), hash.as_ptr()] {
        let signed = lib().sign_hash(private.raw(), null(), digest, 0, out.as_mut_ptr(), 64, &mut written, 0);
        assert_eq!(signed, INVALID_PARAMETER, "an empty digest");
        let verified = lib().verify_signature(private.raw(), null(), digest, 0, out.as_ptr(), 64, 0);
        assert_eq!(verified, INVALID_PARAMETER, "an empty digest");
    }
    for out in [null_mut(), out.as_mut_ptr()] {
        let signed = lib().sign_hash(private.raw(), null(), hash.as_ptr(), 32, out, 64, null_mut(), 0);
        assert_eq!(signed, INVALID_PARAMETER, "no place for the size");
    }
    for size in [0, 64] {
        let verified = lib().verify_signature(private.raw(), null(), hash.as_ptr(), 32, null(), size, 0);
        assert_eq!(verified, INVALID_PARAMETER, "no signature");
    }
    assert_eq!(
        lib().verify_signature(private.raw(), null(), null(), 32, out.as_ptr(), 64, 0),
        INVALID_PARAMETER
    );
    assert_eq!((out, written), ([0; 64], 0), "nothing was written");
}

/// A signature may overwrite the digest it is of.
#[test]
fn the_digest_and_the_signature_in_one_place() {
    let (private, public) = known(&p256());
    let (mut place, mut written) = ([9; 64], 0);
    let pointer = place.as_mut_ptr();
    assert_eq!(lib().sign_hash(private.raw(), null(), pointer, 32, pointer, 64, &mut written, 0), SUCCESS);
    assert_eq!(verify(&public, &[9; 32], &place), Ok(()));
}

/// behaviour.md t8, t104, t110: keys of one purpose don't serve the other.
#[test]
fn ecdsa_keys_do_not_agree() {
    for curve in nist() {
        let (private, public) = known(&curve);
        let agreeing = import(&open(curve.id), "ECCPRIVATEBLOB", &curve.private()).unwrap();
        assert_eq!(agree(&private, &public).unwrap_err(), NOT_SUPPORTED, "{}", curve.name);
        assert_eq!(agree(&private, &agreeing).unwrap_err(), NOT_SUPPORTED, "{}", curve.name);
        assert_eq!(agree(&agreeing, &public).unwrap_err(), NOT_SUPPORTED, "{}", curve.name);
        for id in [curve.signer().id, "ECDSA"] {
            let (private, public) = (curve.private(), curve.public());
            for (kind, blob) in [("ECCPRIVATEBLOB", &private), ("ECCPUBLICBLOB", &public)] {
                assert_eq!(import(&open(id), kind, blob).unwrap_err(), INVALID_PARAMETER, "{id} {kind}");
            }
        }
        let own = exported(&known(&curve).0, "ECCPRIVATEBLOB").unwrap();
        assert_eq!(import(&open(curve.id), "ECCPRIVATEBLOB", &own).unwrap_err(), INVALID_PARAMETER);
    }
}

/// behaviour.md t104, t105, t109.
#[test]
fn blobs_of_ecdsa() {
    for curve in nist() {
        let (signer, width) = (curve.signer(), curve.width());
        let (private, public) = known(&curve);
        assert_eq!(
            exported(&private, "ECCPRIVATEBLOB"),
            Ok(with_magic(&curve.private(), signer.private_magic))
        );
        assert_eq!(exported(&private, "ECCPUBLICBLOB"), Ok(with_magic(&curve.public(), signer.public_magic)));
        for kind in ["ECCPRIVATEBLOB", "ECCFULLPRIVATEBLOB", "PRIVATEBLOB"] {
            assert_eq!(exported(&public, kind), Err(INVALID_PARAMETER), "{kind}");
        }
        let algorithm = open(signer.id);
        assert_eq!(import(&algorithm, "ECCPRIVATEBLOB", &[1, 2]).unwrap_err(), INVALID_PARAMETER);
        // The magics of generic ECDSA are taken; the own ones are given back.
        let generic_blob = with_magic(&curve.private(), ECDSA_PRIVATE_GENERIC);
        let same = import(&algorithm, "ECCPRIVATEBLOB", &generic_blob).unwrap();
        assert_eq!(magic(&exported(&same, "ECCPRIVATEBLOB").unwrap()), signer.private_magic);
        // X = Y = 0.
        let mut bare = generic_blob.clone();
        bare[8..8 + 2 * width].fill(0);
        let same = import(&algorithm, "ECCPRIVATEBLOB", &bare).unwrap();
        assert_eq!(exported(&same, "ECCPUBLICBLOB"), exported(&private, "ECCPUBLICBLOB"));
        // With numbers: the generic magics, and a key that still signs.
        let full = exported(&private, "ECCFULLPRIVATEBLOB").unwrap();
        assert_eq!(magic(&full), ECDSA_PRIVATE_GENERIC);
        assert_eq!(magic(&exported(&private, "ECCFULLPUBLICBLOB").unwrap()), ECDSA_PUBLIC_GENERIC);
        for algorithm in [open(signer.id), open("ECDSA")] {
            let key = import(&algorithm, "ECCFULLPRIVATEBLOB", &full).unwrap();
            assert_eq!(verify(&public, &[3; 32], &sign(&key, &[3; 32]).unwrap()), Ok(()), "{}", curve.name);
        }
        let full_public = exported(&private, "ECCFULLPUBLICBLOB").unwrap();
        let foreign = [0, u32::MAX, ECDH_PUBLIC_GENERIC, ECDH_PRIVATE_GENERIC];
        for wrong in foreign.into_iter().chain([signer.public_magic, signer.private_magic]) {
            for (kind, blob) in [("ECCFULLPRIVATEBLOB", &full), ("ECCFULLPUBLICBLOB", &full_public)] {
                let refused = import(&algorithm, kind, &with_magic(blob, wrong)).unwrap_err();
                assert_eq!(refused, INVALID_PARAMETER, "{kind} {wrong:#x}");
            }
        }
        let generic_key = import(&generic(curve.name), "ECCPRIVATEBLOB", &generic_blob).unwrap();
        assert_eq!(exported(&generic_key, "ECCPRIVATEBLOB"), Ok(generic_blob));
        assert_eq!(verify(&public, &[3; 32], &sign(&generic_key, &[3; 32]).unwrap()), Ok(()));
    }
}

/// behaviour.md t106.
#[test]
fn lengths_of_ecdsa_keys() {
    for curve in nist() {
        let algorithm = open(curve.signer().id);
        for bits in [0, curve.bits] {
            let key = new_key(&algorithm, bits);
            let blob = exported(&key, "ECCPRIVATEBLOB").unwrap();
            assert_eq!(magic(&blob), curve.signer().private_magic);
            let parts = fields(&blob);
            assert_eq!(curve.domain.public(&parts[2]), parts[..2], "{}", curve.id);
        }
        for bits in [1, 255, 257, 522, curve.bits + 1, u32::MAX] {
            assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{bits}");
        }
    }
    let algorithm = open("ECDSA");
    let key = generate(&algorithm, 0).unwrap();
    assert_eq!(finalize(&key), Err(INVALID_PARAMETER));
    set_curve(&key, "secP256r1").unwrap();
    assert_eq!(finalize(&key), Ok(()));
    set_curve(&algorithm, "secP256r1").unwrap();
    assert_eq!(generate(&algorithm, 255).unwrap_err(), INVALID_PARAMETER);
    for bits in [0, 256] {
        assert_eq!(
            magic(&exported(&new_key(&algorithm, bits), "PRIVATEBLOB").unwrap()),
            ECDSA_PRIVATE_GENERIC
        );
    }
}

/// behaviour.md t107, t108.
#[test]
fn properties_of_ecdsa() {
    for curve in nist() {
        let algorithm = open(curve.signer().id);
        let (pending, ready) = (generate(&algorithm, 0).unwrap(), new_key(&algorithm, 0));
        for key in [&pending, &ready] {
            for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
                assert_eq!(number(key, name), Ok(curve.bits), "{name}");
            }
            assert_eq!(number(key, "SignatureLength"), Ok(2 * curve.width() as u32));
            assert_eq!(string(key, "ECCCurveName"), Ok(curve.name.to_owned()));
            assert_eq!(string(key, "AlgorithmName"), Ok(curve.signer().id.to_owned()));
            for name in ["PaddingSchemes", "BlockLength", "SecretAgreementParam"] {
                assert_eq!(get(key, name), Err(NOT_SUPPORTED), "{name}");
            }
        }
        assert_eq!(get(&algorithm, "PaddingSchemes"), Err(NOT_SUPPORTED));
        assert_eq!(number(&algorithm, "PrimitiveType"), Ok(5));
    }
    let agreeing = new_key(&open("ECDH_P256"), 256);
    assert_eq!(get(&agreeing, "SignatureLength"), Err(NOT_SUPPORTED));
    let algorithm = open("ECDSA");
    let key = generate(&algorithm, 0).unwrap();
    assert_eq!(set_curve(&algorithm, "curve25519"), Err(NOT_SUPPORTED));
    assert_eq!(set_curve(&key, "curve25519"), Err(NOT_SUPPORTED));
    assert_eq!(get(&key, "SignatureLength"), Err(INVALID_PARAMETER), "no curve");
    assert_eq!(set(&algorithm, "SignatureLength", &[0; 4]), Err(NOT_SUPPORTED));
    // Whole texts with a NUL: a name that is part of another one does not count.
    let names = get(&algorithm, "ECCCurveNameList").unwrap();
    let listed = |name: &str| {
        let name: Vec<u8> = wide(name).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
        names.windows(name.len()).any(|window| window == name)
    };
    assert!(listed("brainpoolP256r1") && listed("secP160k1") && !listed("curve25519"));
}

/// behaviour.md t100, t103: the width is that of the order, one byte more than the field's on some curves.
#[test]
fn every_curve_signs() {
    for (name, size) in [
        ("nistP192", 48),
        ("nistP224", 56),
        ("secP256r1", 64),
        ("secP256k1", 64),
        ("secP160k1", 42),
        ("secP160r1", 42),
        ("secP160r2", 42),
        ("wtls9", 42),
        ("brainpoolP160r1", 40),
        ("brainpoolP256r1", 64),
        ("brainpoolP512t1", 128),
        ("x962P239v1", 60),
        ("nistP521", 132),
    ] {
        let algorithm = generic(name);
        let key = new_key(&algorithm, 0);
        assert_eq!(number(&key, "SignatureLength"), Ok(size), "{name}");
        let public = import(&algorithm, "ECCPUBLICBLOB", &exported(&key, "ECCPUBLICBLOB").unwrap()).unwrap();
        let full = exported(&key, "ECCFULLPRIVATEBLOB").unwrap();
        let full = import(&open("ECDSA"), "ECCFULLPRIVATEBLOB", &full).unwrap();
        assert_eq!(get(&full, "ECCCurveName").unwrap_err(), crate::support::status::NOT_FOUND, "{name}");
        for key in [&key, &full] {
            let signature = sign(key, &[0xC3; 64]).unwrap();
            assert_eq!(signature.len(), size as usize, "{name}");
            assert_eq!(verify(&public, &[0xC3; 64], &signature), Ok(()), "{name}");
            assert_eq!(verify(&public, &[0xC2; 64], &signature), Err(INVALID_SIGNATURE), "{name}");
        }
    }
}
