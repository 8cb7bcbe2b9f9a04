//! Generating keys, and their properties.

use super::{Parts, made};
use crate::support::objects::{Handle, exported, finalize, generate, import, new_key, open, sign, verify};
use crate::support::property::{get, number, set, string};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED};

/// behaviour.md t80, t81.
#[test]
fn new_keys() {
    for (bits, order) in [(512, 20), (1024, 20), (1088, 32)] {
        let key = new_key(&open("DSA"), bits);
        let parts = Parts::of(&exported(&key, "DSAPRIVATEBLOB").unwrap());
        assert_eq!((parts.p.len() * 8, parts.q.len()), (bits as usize, order));
        let hash = vec![3; order];
        assert_eq!(verify(&parts.public().key(), &hash, &sign(&key, &hash).unwrap()), Ok(()));
    }
    let key = new_key(&Handle(0x2D1), 512);
    assert_eq!(sign(&key, &[0; 20]).unwrap().len(), 40);
}

/// behaviour.md t80; which status is inferred from DH.
#[test]
fn lengths_out_of_range() {
    let algorithm = open("DSA");
    for bits in [0, 1, 448, 511, 513, 520, 1000, 1025, 2047, 3071, 3073, 3136, 4096, u32::MAX] {
        assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{bits}");
    }
    for bits in (512..=3072).step_by(64) {
        let key = generate(&algorithm, bits).unwrap();
        assert_eq!(number(&key, "KeyLength"), Ok(bits));
    }
}

/// behaviour.md t25, t88, t89, t95.
#[test]
fn properties() {
    let algorithm = open("DSA");
    assert_eq!(number(&algorithm, "PrimitiveType"), Ok(5));
    assert_eq!(string(&algorithm, "AlgorithmName"), Ok("DSA".to_owned()));
    let lengths = [512_u32, 3072, 64].map(u32::to_le_bytes).concat();
    assert_eq!(get(&algorithm, "KeyLengths"), Ok(lengths));
    for name in
        ["PaddingSchemes", "KeyLength", "DSAParameters", "SignatureLength", "ObjectLength", "ECCCurveName"]
    {
        assert_eq!(get(&algorithm, name), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(set(&algorithm, name, &[0; 4]), Err(NOT_SUPPORTED), "{name}");
    }
    for bits in [512, 1024, 2048] {
        let parts = made(bits);
        for key in [parts.key(), parts.public().key()] {
            for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
                assert_eq!(number(&key, name), Ok(bits), "{name}");
            }
            assert_eq!(number(&key, "SignatureLength"), Ok(2 * parts.q.len() as u32));
            assert_eq!(string(&key, "AlgorithmName"), Ok("DSA".to_owned()));
            for name in ["PaddingSchemes", "BlockLength", "DHParameters", "PrivKeyVal", "ECCCurveName"] {
                assert_eq!(get(&key, name), Err(NOT_SUPPORTED), "{name}");
                assert_eq!(set(&key, name, &[0; 4]), Err(NOT_SUPPORTED), "{name}");
            }
        }
    }
}

/// behaviour.md t9.
#[test]
fn before_it_is_finalized() {
    let key = generate(&open("DSA"), 512).unwrap();
    for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
        assert_eq!(number(&key, name), Ok(512), "{name}");
    }
    for name in ["DSAParameters", "SignatureLength"] {
        assert_eq!(get(&key, name), Err(INVALID_HANDLE), "{name}");
    }
    assert_eq!(sign(&key, &[1; 20]), Err(INVALID_HANDLE));
    assert_eq!(verify(&key, &[1; 20], &[2; 40]), Err(INVALID_HANDLE));
    assert_eq!(exported(&key, "DSAPUBLICBLOB"), Err(INVALID_HANDLE));
    assert_eq!(finalize(&key), Ok(()));
    assert_eq!(finalize(&key), Err(INVALID_HANDLE));
    let (kind, blob) = made(512).blob();
    assert_eq!(finalize(&import(&open("DSA"), kind, &blob).unwrap()), Err(INVALID_HANDLE));
}
