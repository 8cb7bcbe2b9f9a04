//! Generation and properties.

use super::call::{Pad, numbers, sign, verify};
use crate::support::objects::{Handle, Object, exported, finalize, generate, import, new_key, open};
use crate::support::oracle::rsa::{Numbers, inverse};
use crate::support::oracle::{number, plus};
use crate::support::property::{get, number as property, set, string};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED};

/// The numbers of a key belong together: behaviour.md t23, t27, t34.
fn check(key: &Numbers, bits: usize) {
    assert_eq!(key.e, [1, 0, 1]);
    assert_eq!(key.bits(), bits);
    let (p, q) = (number(&key.p), number(&key.q));
    assert_eq!(&p * &q, number(&key.n));
    assert_eq!((p.bits(), q.bits()), (bits.div_ceil(2), bits / 2), "{bits}");
    for prime in [&p, &q] {
        assert!(num_bigint_dig::prime::probably_prime(prime, 20), "{bits}");
    }
    let again = Numbers::new(&key.e, &key.p, &key.q);
    assert_eq!(format!("{key:?}"), format!("{again:?}"), "d by Euler's totient, and the rest");
    let totient = plus(&p, -1) * plus(&q, -1);
    assert_eq!(inverse(&number(&key.e), &totient), number(&key.d));
}

/// behaviour.md t21: the steps are of 8 bits, whatever the property says.
#[test]
fn generated_keys() {
    for (id, handle) in [("RSA", 0xE1), ("RSA_SIGN", 0x311)] {
        let opened = open(id);
        for bits in [512, 520, 576, 640, 1024, 1032, 1080, 1088] {
            let key = new_key(&if bits % 16 == 0 { opened.handle() } else { Handle(handle) }, bits);
            check(&numbers(&key), bits as usize);
            for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
                assert_eq!(property(&key, name), Ok(bits), "{name}");
            }
            assert_eq!(property(&key, "SignatureLength"), Ok(bits.div_ceil(8)));
            let signature = sign(&key, Pad::Pkcs1(None), &[5; 20]).unwrap();
            assert_eq!(verify(&key, Pad::Pkcs1(None), &[5; 20], &signature), Ok(()));
        }
        for bits in [0, 1, 8, 256, 504, 511, 513, 1081, 1020, 16385, 16392, u32::MAX] {
            assert_eq!(generate(&opened, bits).unwrap_err(), INVALID_PARAMETER, "{bits}");
        }
        // The largest is a draft that nobody finalizes here: its primes take minutes.
        generate(&opened, 16384).unwrap();
    }
    check(&numbers(&new_key(&open("RSA"), 2048)), 2048);
}

#[test]
fn two_keys_differ() {
    let algorithm = open("RSA");
    for bits in [512, 520] {
        let (one, other) = (numbers(&new_key(&algorithm, bits)), numbers(&new_key(&algorithm, bits)));
        assert_ne!(one.n, other.n);
        assert!(one.p != other.p && one.q != other.q && one.p != one.q);
    }
}

/// behaviour.md t24.
#[test]
fn the_length_is_set_before_the_key_is_finalized() {
    let algorithm = open("RSA");
    for bits in [512_u32, 520, 1024] {
        let key = generate(&algorithm, 768).unwrap();
        assert_eq!(property(&key, "KeyLength"), Ok(768));
        assert_eq!(property(&key, "SignatureLength"), Ok(96));
        set(&key, "KeyLength", &bits.to_le_bytes()).unwrap();
        assert_eq!(property(&key, "KeyLength"), Ok(bits));
        for value in [0_u32, 504, 513, 16392, u32::MAX] {
            assert_eq!(set(&key, "KeyLength", &value.to_le_bytes()), Err(INVALID_PARAMETER), "{value}");
        }
        for size in [0, 1, 2, 3, 5, 8] {
            assert_eq!(set(&key, "KeyLength", &vec![0; size]), Err(INVALID_PARAMETER), "{size} bytes");
        }
        assert_eq!(property(&key, "KeyLength"), Ok(bits), "a refused length changes nothing");
        finalize(&key).unwrap();
        assert_eq!(numbers(&key).bits(), bits as usize);
        assert_eq!(finalize(&key), Err(INVALID_HANDLE), "behaviour.md t9");
        assert_eq!(set(&key, "KeyLength", &bits.to_le_bytes()), Ok(()));
        assert_eq!(set(&key, "KeyLength", &bits.to_le_bytes()[..2]), Err(INVALID_PARAMETER));
    }
}

#[test]
fn another_length_once_finalized_undecided() {
    let algorithm = open("RSA");
    let key = new_key(&algorithm, 512);
    assert_eq!(set(&key, "KeyLength", &1024_u32.to_le_bytes()), Err(INVALID_PARAMETER));
    let public = import(&algorithm, "RSAPUBLICBLOB", &exported(&key, "RSAPUBLICBLOB").unwrap()).unwrap();
    assert_eq!(set(&public, "KeyLength", &512_u32.to_le_bytes()), Ok(()));
    assert_eq!(finalize(&public), Err(INVALID_HANDLE));
}

/// behaviour.md t25, t26; the bits of PaddingSchemes are inferred.
#[test]
fn properties() {
    for (id, class, schemes) in [("RSA", 3, 0x1F), ("RSA_SIGN", 5, 0x15)] {
        let algorithm = open(id);
        assert_eq!(property(&algorithm, "PrimitiveType"), Ok(class));
        assert_eq!(property(&algorithm, "PaddingSchemes"), Ok(schemes));
        assert_eq!(string(&algorithm, "AlgorithmName"), Ok(id.to_owned()));
        let lengths = get(&algorithm, "KeyLengths").unwrap();
        assert_eq!(lengths, [512_u32, 16384, 64].map(u32::to_le_bytes).concat());
        for name in ["KeyLength", "SignatureLength", "BlockLength", "PublicExponent"] {
            assert_eq!(get(&algorithm, name), Err(NOT_SUPPORTED), "{name}");
        }
        let (pending, ready) = (generate(&algorithm, 512).unwrap(), new_key(&algorithm, 512));
        for key in [&pending, &ready] {
            assert_eq!(string(key, "AlgorithmName"), Ok(id.to_owned()));
            for name in ["PaddingSchemes", "KeyLengths", "BlockLength", "PublicExponent", "PrivKeyVal"] {
                assert_eq!(get(key, name), Err(NOT_SUPPORTED), "{name}");
                assert_eq!(set(key, name, &[1, 0, 1, 0]), Err(NOT_SUPPORTED), "{name}");
            }
            assert_eq!(set(key, "SignatureLength", &[64, 0, 0, 0]), Err(NOT_SUPPORTED));
        }
    }
}

/// behaviour.md t9.
#[test]
fn a_draft_is_no_key_yet() {
    use super::call::{RAW, Way, run};
    let key = generate(&open("RSA"), 512).unwrap();
    assert_eq!(sign(&key, Pad::Pkcs1(None), &[1; 20]), Err(INVALID_HANDLE));
    assert_eq!(verify(&key, Pad::Pkcs1(None), &[1; 20], &[1; 64]), Err(INVALID_HANDLE));
    for way in [Way::Encrypt, Way::Decrypt] {
        for room in [None, Some(0), Some(64)] {
            assert_eq!(run(way, &key, RAW, &[1; 64], room).0, INVALID_HANDLE, "{way:?}");
        }
    }
    for kind in ["RSAPUBLICBLOB", "RSAPRIVATEBLOB", "RSAFULLPRIVATEBLOB", "CAPIPUBLICBLOB", "CAPIPRIVATEBLOB"]
    {
        assert_eq!(exported(&key, kind), Err(INVALID_HANDLE), "{kind}");
    }
}
