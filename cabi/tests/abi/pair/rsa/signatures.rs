//! SignHash and VerifySignature.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{
    BCRYPT_OAEP_PADDING_INFO, BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO,
};

use super::call::{Pad, numbers, pair, sign, signing, verify};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, exported, import, new_key, open};
use crate::support::oracle::hash::{self, HASHES};
use crate::support::oracle::rsa::{Numbers, salt_of_pss};
use crate::support::oracle::{bytes, number, plus};
use crate::support::output::{fetch, size, too_small};
use crate::support::status::{INVALID_PARAMETER, INVALID_SIGNATURE, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide;

struct Material {
    numbers: Numbers,
    private: Key,
    public: Key,
}

fn material(id: &str, bits: u32) -> Material {
    let algorithm = open(id);
    let private = new_key(&algorithm, bits);
    let public = import(&algorithm, "RSAPUBLICBLOB", &exported(&private, "RSAPUBLICBLOB").unwrap()).unwrap();
    Material { numbers: numbers(&private), private, public }
}

/// DigestInfo of a hash, with NULL or without (RFC 8017, 9.2).
fn digest_info(name: &str, digest: &[u8], has_null: bool) -> Vec<u8> {
    let oid: &[u8] = match name {
        "MD2" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 2],
        "MD4" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 4],
        "MD5" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5],
        "SHA1" => &[0x2B, 0x0E, 3, 2, 0x1A],
        "SHA256" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        "SHA384" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        "SHA512" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
        "SHA3-256" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8],
        "SHA3-384" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9],
        _ => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10],
    };
    let null: &[u8] = if has_null { &[5, 0] } else { &[] };
    let identifier = [&[6, oid.len() as u8][..], oid, null].concat();
    let inner = [&[0x30, identifier.len() as u8][..], &identifier, &[4, digest.len() as u8], digest].concat();
    [&[0x30, inner.len() as u8][..], &inner].concat()
}

/// Type 1 of PKCS #1.
fn type_1(width: usize, content: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &vec![0xFF; width - content.len() - 3], &[0], content].concat()
}

/// behaviour.md t1 to t4, t52, t55: the signature is the one that the arithmetic gives.
#[test]
fn pkcs1() {
    for (id, bits) in [("RSA", 1024), ("RSA_SIGN", 1032)] {
        let Material { numbers, private, public } = material(id, bits);
        let width = numbers.n.len();
        for hash in HASHES {
            let digest = hash.digest(b"text");
            let pad = Pad::Pkcs1(Some(hash.name));
            let signature = sign(&private, pad, &digest).unwrap();
            let expected = type_1(width, &digest_info(hash.name, &digest, true));
            assert_eq!(numbers.public_power(&signature), expected, "{}", hash.name);
            assert_eq!(sign(&private, pad, &digest), Ok(signature.clone()), "the same again");
            for key in [&private, &public] {
                assert_eq!(verify(key, pad, &digest, &signature), Ok(()), "{}", hash.name);
            }
            // Without NULL.
            let bare = numbers.private_power(&type_1(width, &digest_info(hash.name, &digest, false)));
            assert_eq!(verify(&public, pad, &digest, &bare), Ok(()), "{}: behaviour.md t55", hash.name);
            // Without an identifier: with the flag alone.
            let bare = numbers.private_power(&type_1(width, &digest));
            assert_eq!(verify(&public, pad, &digest, &bare), Err(INVALID_SIGNATURE));
            assert_eq!(verify(&public, Pad::Optional(Some(hash.name)), &digest, &bare), Ok(()));
            assert_eq!(verify(&public, Pad::Optional(Some(hash.name)), &digest, &signature), Ok(()));
            assert_eq!(verify(&public, Pad::Pkcs1(None), &digest, &bare), Ok(()));
            // A hash of another length: behaviour.md t54.
            for wrong in [&digest[1..], &[], &[&digest[..], &[0]].concat()] {
                assert_eq!(sign(&private, pad, wrong).map(drop), Err(INVALID_PARAMETER));
                assert_eq!(verify(&public, pad, wrong, &signature), Err(INVALID_PARAMETER));
            }
        }
        for wrong in ["AES", "", "SHA-256", "RSA", "SHA256 ", "SHA224"] {
            assert_eq!(
                fetch(&signing(&private, Pad::Pkcs1(Some(wrong)), &[1; 32]), width),
                Err(NOT_SUPPORTED),
                "{wrong}"
            );
            let verified = verify(&public, Pad::Pkcs1(Some(wrong)), &[1; 32], &vec![0; width]);
            assert_eq!(verified, Err(NOT_SUPPORTED), "{wrong}: behaviour.md t52");
        }
        let call = signing(&public, Pad::Pkcs1(Some("SHA256")), &[1; 32]);
        assert_eq!(size(&call), Ok(width as u32), "behaviour.md t1");
        assert_eq!(fetch(&call, width), Err(INVALID_PARAMETER), "behaviour.md t3");
        assert_eq!(too_small(&call, 0) as usize, width, "behaviour.md t4");
        assert_eq!(
            too_small(&signing(&private, Pad::Pkcs1(Some("SHA256")), &[1; 32]), width - 1) as usize,
            width
        );
        let call = signing(&private, Pad::Pkcs1(Some("SHA256")), &[1; 32]);
        assert_eq!(fetch(&call, width + 9).unwrap().len(), width);
    }
}

/// behaviour.md t53, t56.
#[test]
fn pkcs1_without_an_identifier() {
    let Material { numbers, private, public } = material("RSA", 2048);
    for length in [0, 1, 3, 20, 36, 51, 129, 244, 245] {
        let content = vec![0xC7; length];
        let signature = sign(&private, Pad::Pkcs1(None), &content).unwrap();
        assert_eq!(numbers.public_power(&signature), type_1(256, &content), "{length}");
        assert_eq!(verify(&public, Pad::Pkcs1(None), &content, &signature), Ok(()), "{length}");
    }
    for length in [246, 247, 256, 1000] {
        assert_eq!(
            fetch(&signing(&private, Pad::Pkcs1(None), &vec![1; length]), 256),
            Err(INVALID_PARAMETER)
        );
        assert_eq!(verify(&public, Pad::Pkcs1(None), &vec![1; length], &[0; 256]), Err(INVALID_PARAMETER));
    }
    let (bare, named) = (Pad::Pkcs1(None), Pad::Pkcs1(Some("SHA1")));
    let signature = sign(&private, bare, &[1; 20]).unwrap();
    assert_eq!(verify(&public, named, &[1; 20], &signature), Err(INVALID_SIGNATURE));
    let signature = sign(&private, named, &[1; 20]).unwrap();
    assert_eq!(verify(&public, bare, &[1; 20], &signature), Err(INVALID_SIGNATURE));
    // A key too small for the hash: 512 bits and SHA-512.
    let Material { private, public, .. } = material("RSA", 512);
    for name in ["SHA384", "SHA512"] {
        let length = hash::find(name).length;
        let pad = Pad::Pkcs1(Some(name));
        assert_eq!(fetch(&signing(&private, pad, &vec![1; length]), 64), Err(INVALID_PARAMETER), "{name}");
        assert_eq!(verify(&public, pad, &vec![1; length], &[0; 64]), Err(INVALID_PARAMETER), "{name}");
    }
    assert!(sign(&private, Pad::Pkcs1(Some("SHA256")), &[1; 32]).is_ok());
}

/// behaviour.md t54, t56 to t58: every hash, salts of every length, a digest of any length; moduli whose PSS has a byte less.
#[test]
fn pss() {
    for bits in [1024_u32, 1032, 1080] {
        let Material { numbers, private, public } = material("RSA", bits);
        for hash in HASHES {
            let largest = (bits - 1).div_ceil(8) - hash.length as u32 - 2;
            for salt in [0, 1, 8, 20, 32, largest - 1, largest] {
                for length in [hash.length, 0, 1, 63, numbers.n.len()] {
                    let digest = vec![0x3C; length];
                    let pad = Pad::Pss(hash.name, salt);
                    let signature = sign(&private, pad, &digest).unwrap();
                    let encoded = numbers.public_power(&signature);
                    let found = salt_of_pss(hash, bits as usize, &encoded, &digest);
                    assert_eq!(found.map(|salt| salt.len()), Some(salt as usize), "{} {salt}", hash.name);
                    assert_eq!(verify(&public, pad, &digest, &signature), Ok(()), "{} {salt}", hash.name);
                    let mut other = digest.clone();
                    other.push(1);
                    let expected =
                        if other.len() > numbers.n.len() { INVALID_PARAMETER } else { INVALID_SIGNATURE };
                    assert_eq!(verify(&public, pad, &other, &signature), Err(expected));
                    if length != hash.length {
                        continue;
                    }
                    // The salt is exactly as long as told: behaviour.md t58.
                    for wrong in [salt.wrapping_sub(1), salt + 1, 0, 20, largest + 1, numbers.n.len() as u32]
                    {
                        if wrong != salt && wrong <= numbers.n.len() as u32 {
                            let verified = verify(&public, Pad::Pss(hash.name, wrong), &digest, &signature);
                            assert_eq!(verified, Err(INVALID_SIGNATURE), "{} {salt} {wrong}", hash.name);
                        }
                    }
                    let twice = sign(&private, pad, &digest).unwrap();
                    // A byte of salt is the same once in 256 times.
                    if salt != 1 {
                        assert_eq!(twice == signature, salt == 0, "the salt is random");
                    }
                }
            }
            let digest = vec![1; hash.length];
            for salt in [
                largest + 1,
                numbers.n.len() as u32,
                numbers.n.len() as u32 + 1,
                0x7FFF_FFFF,
                u32::MAX,
                u32::MAX - 1,
            ] {
                let call = signing(&private, Pad::Pss(hash.name, salt), &digest);
                assert_eq!(fetch(&call, numbers.n.len()), Err(INVALID_PARAMETER), "{salt}");
                let verified = verify(&public, Pad::Pss(hash.name, salt), &digest, &vec![1; numbers.n.len()]);
                let expected =
                    if salt as usize > numbers.n.len() { INVALID_PARAMETER } else { INVALID_SIGNATURE };
                assert_eq!(verified, Err(expected), "{salt}");
            }
        }
        let long = vec![1; numbers.n.len() + 1];
        assert_eq!(
            fetch(&signing(&private, Pad::Pss("SHA256", 32), &long), numbers.n.len()),
            Err(INVALID_PARAMETER)
        );
        assert_eq!(
            verify(&public, Pad::Pss("AES", 20), &[1; 32], &vec![1; numbers.n.len()]),
            Err(NOT_SUPPORTED)
        );
    }
    // Too small for any salt.
    let Material { private, public, .. } = material("RSA_SIGN", 512);
    assert_eq!(fetch(&signing(&private, Pad::Pss("SHA512", 0), &[1; 64]), 64), Err(INVALID_PARAMETER));
    assert_eq!(verify(&public, Pad::Pss("SHA512", 0), &[1; 64], &[1; 64]), Err(INVALID_SIGNATURE));
}

/// behaviour.md t57, t58: what PSS encodings have to be, byte by byte.
#[test]
fn wrong_encodings_of_pss() {
    let Material { numbers, public, .. } = material("RSA", 1025 + 7);
    let hash = hash::find("SHA256");
    let (bits, digest) = (numbers.bits(), hash.digest(b"text"));
    let good = crate::support::oracle::rsa::pss(hash, bits, &digest, &[7; 20]);
    let pad = Pad::Pss("SHA256", 20);
    let verdict = |encoded: &[u8]| verify(&public, pad, &digest, &numbers.private_power(encoded));
    assert_eq!(verdict(&good), Ok(()));
    for at in 0..good.len() {
        for bit in [1, 0x80] {
            let mut wrong = good.clone();
            wrong[at] ^= bit;
            if number(&wrong) < number(&numbers.n) {
                assert_eq!(verdict(&wrong), Err(INVALID_SIGNATURE), "{at} {bit:#x}");
            }
        }
    }
    // The bit above those that PSS uses: only some encodings are below n with it.
    let with_bit = |salt: u8| {
        let mut wrong = crate::support::oracle::rsa::pss(hash, bits, &digest, &[salt; 20]);
        wrong[0] |= 0x80;
        wrong
    };
    let wrong = (0..=255).map(with_bit).find(|wrong| number(wrong) < number(&numbers.n)).unwrap();
    assert_eq!(verdict(&wrong), Err(INVALID_SIGNATURE), "a bit that is not used");
}

/// behaviour.md t6, t7: lengths from 0 on, values from n on, and every bit.
#[test]
fn wrong_signatures() {
    let Material { numbers, private, public } = material("RSA", 520);
    let width = numbers.n.len();
    let n = number(&numbers.n);
    for pad in
        [Pad::Pkcs1(Some("SHA256")), Pad::Pss("SHA256", 20), Pad::Pkcs1(None), Pad::Optional(Some("SHA256"))]
    {
        let digest = [8; 32];
        let good = match pad {
            Pad::Optional(name) => sign(&private, Pad::Pkcs1(name), &digest),
            pad => sign(&private, pad, &digest),
        };
        let good = good.unwrap();
        for length in (0..width).chain([width + 1, 2 * width]) {
            let mut other = good.clone();
            other.resize(length, 0);
            assert_eq!(verify(&public, pad, &digest, &other), Err(INVALID_PARAMETER), "{length}");
        }
        let longer = [&[0][..], &good].concat();
        assert_eq!(verify(&public, pad, &digest, &longer), Err(INVALID_PARAMETER));
        for value in [n.clone(), plus(&n, 1), number(&vec![0xFF; width])] {
            assert_eq!(verify(&public, pad, &digest, &bytes(&value, width)), Err(INVALID_PARAMETER));
        }
        let above = &n + number(&good);
        if above.bits() <= 8 * width {
            assert_eq!(verify(&public, pad, &digest, &bytes(&above, width)), Err(INVALID_PARAMETER));
        }
        for value in [number(&[0]), number(&[1]), plus(&n, -1)] {
            assert_eq!(verify(&public, pad, &digest, &bytes(&value, width)), Err(INVALID_SIGNATURE));
        }
        for bit in 0..8 * width {
            let mut other = good.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let expected = if number(&other) < n { INVALID_SIGNATURE } else { INVALID_PARAMETER };
            assert_eq!(verify(&public, pad, &digest, &other), Err(expected), "bit {bit}");
        }
        let stranger = material("RSA", 528);
        assert_eq!(
            verify(&stranger.public, pad, &digest, &good),
            Err(INVALID_PARAMETER),
            "of another length"
        );
    }
}

/// behaviour.md t50, t51 and the flags that are ours: everything that may stand beside each of them.
#[test]
fn paddings() {
    let Material { private, .. } = material("RSA", 1024);
    let name = wide("SHA256");
    // Each structure is as long as the longest, so that whatever is read is there.
    let infos = [
        BCRYPT_OAEP_PADDING_INFO { pszAlgId: name.as_ptr(), pbLabel: null_mut(), cbLabel: 0 },
        BCRYPT_OAEP_PADDING_INFO { pszAlgId: null(), pbLabel: null_mut(), cbLabel: 0 },
    ];
    let both = |info: *const c_void, flags: u32| {
        let (mut out, mut written, hash) = ([0; 128], 0, [1; 32]);
        let signed = lib().sign_hash(
            private.raw(),
            info,
            hash.as_ptr(),
            32,
            out.as_mut_ptr(),
            128,
            &mut written,
            flags,
        );
        [signed, lib().verify_signature(private.raw(), info, hash.as_ptr(), 32, out.as_ptr(), 128, flags)]
    };
    // Not that of ML-DSA, whose structure has a pointer where this one has padding.
    for flags in [0, 1, 2, 3, 4, 6, 8, 10, 0x10, 0x12, 0x18, 0x40, 0x100, 0x102, u32::MAX] {
        assert_eq!(both(null(), flags), [INVALID_PARAMETER; 2], "{flags:#x}: no structure");
        for info in &infos {
            let expected = match (flags, info.pszAlgId.is_null()) {
                (2, _) => [SUCCESS; 2],
                (8, false) => [SUCCESS; 2],
                // For verification alone.
                (0x12, _) => [INVALID_PARAMETER, INVALID_SIGNATURE],
                _ => [INVALID_PARAMETER; 2],
            };
            assert_eq!(both(std::ptr::from_ref(info).cast(), flags), expected, "{flags:#x}");
        }
    }
    // The query looks at none of it: behaviour.md t2.
    for flags in [0, 1, 2, 8, 0xFF] {
        let mut written = 0;
        let query = lib().sign_hash(private.raw(), null(), null(), 0, null_mut(), 0, &mut written, flags);
        assert_eq!((query, written), (SUCCESS, 128), "{flags}");
    }
    assert_eq!(size_of::<BCRYPT_PKCS1_PADDING_INFO>(), size_of::<usize>());
    assert_eq!(size_of::<BCRYPT_PSS_PADDING_INFO>(), 2 * size_of::<usize>());
}

/// Every pointer NULL, beside a size and not.
#[test]
fn null_pointers() {
    let Material { private, .. } = material("RSA", 512);
    Pad::Pkcs1(Some("SHA1")).with(|info, flags| {
        let (hash, mut out, mut written) = ([1; 20], [0; 64], 0_u32);
        let key = private.raw();
        let sign =
            |hash, size, out, room, result| lib().sign_hash(key, info, hash, size, out, room, result, flags);
        let verify = |hash, size, signature, room| {
            lib().verify_signature(key, info, hash, size, signature, room, flags)
        };
        assert_eq!(sign(null(), 20, out.as_mut_ptr(), 64, &mut written), INVALID_PARAMETER);
        assert_eq!(sign(null(), 0, out.as_mut_ptr(), 64, &mut written), INVALID_PARAMETER);
        assert_eq!(sign(hash.as_ptr(), 20, out.as_mut_ptr(), 64, null_mut()), INVALID_PARAMETER);
        assert_eq!(sign(hash.as_ptr(), 20, null_mut(), 64, null_mut()), INVALID_PARAMETER);
        assert_eq!((out, written), ([0; 64], 0));
        assert_eq!(verify(null(), 20, out.as_ptr(), 64), INVALID_PARAMETER);
        assert_eq!(verify(hash.as_ptr(), 20, null(), 64), INVALID_PARAMETER);
        assert_eq!(verify(hash.as_ptr(), 20, null(), 0), INVALID_PARAMETER);
        assert_eq!(verify(hash.as_ptr(), 20, out.as_ptr(), 0), INVALID_PARAMETER);
    });
}

/// p < q, primes of unequal length and other exponents sign as the arithmetic does.
#[test]
fn keys_of_every_shape() {
    let (small, large) = (material("RSA", 512).numbers, material("RSA", 1024).numbers);
    for key in [
        Numbers::new(&[1, 0, 1], &small.q, &small.p),
        Numbers::near(&[1, 0, 1], &small.p, &large.q),
        Numbers::new(&[1, 0, 1], &large.p, &small.q),
        Numbers::near(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xC5], &large.p, &large.q),
    ] {
        let (private, public) = pair(&key);
        let digest = [6; 32];
        let signature = sign(&private, Pad::Pkcs1(None), &digest).unwrap();
        assert_eq!(signature, key.private_power(&type_1(key.n.len(), &digest)));
        assert_eq!(verify(&public, Pad::Pkcs1(None), &digest, &signature), Ok(()));
    }
}
