//! Looks for keys, digests and signatures on which our ECDSA differs from RustCrypto's or our DSA from plain arithmetic,
//! and for blobs and parameters of keys that sign which crash a call or make a key that can't be used.
//!
//! Input: what to do (a byte), then
//! - ECDSA: which curve (a byte), d, r and s as wide as the order, the digest with its length (a byte) before it;
//! - DSA: x, r and s of 20 bytes, the digest of 20;
//! - a value of DSAParameters;
//! - algorithm, blob type, flags (a byte each), a blob.

use arbitrary::{Result, Unstructured};
use bcrypt_shim::names;
use num_bigint_dig::BigUint;

use crate::door::{self, Raw, SUCCESS};
use crate::import::{blob_type, check};

/// The curves, and the bytes of their orders.
pub const CURVES: [(&str, usize); 4] =
    [("nistP256", 32), ("nistP384", 48), ("nistP521", 66), ("secP256k1", 32)];

/// Algorithms whose blobs are imported; generic ones on a curve.
pub const IMPORTERS: [(&str, &str); 5] = [
    ("DSA", ""),
    ("ECDSA_P256", ""),
    ("ECDSA_P521", ""),
    ("ECDSA", "brainpoolP256r1"),
    ("ECDSA", "secP160r1"),
];

/// Blobs are cut here.
const LONGEST: usize = 2048;

pub fn run(data: &[u8]) {
    let _ = read(&mut Unstructured::new(data));
}

fn read(input: &mut Unstructured<'_>) -> Result<()> {
    let what: u8 = input.arbitrary()?;
    match what % 4 {
        0 => {
            let curve: u8 = input.arbitrary()?;
            match curve % 4 {
                0 => ecdsa_p256(input),
                1 => ecdsa_p384(input),
                2 => ecdsa_p521(input),
                _ => ecdsa_k256(input),
            }
        }
        1 => dsa(input),
        2 => {
            parameters(input.bytes(input.len())?);
            Ok(())
        }
        _ => blob(input),
    }
}

/// A provider of generic ECDSA on a curve.
fn ecdsa(curve: &str) -> Raw {
    let algorithm = door::open("ECDSA").unwrap();
    let name: Vec<u8> = door::wide(curve).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
    assert_eq!(door::set(algorithm, &door::wide(names::BCRYPT_ECC_CURVE_NAME), &name), SUCCESS);
    algorithm
}

/// A digest that is not empty. Of one that is longer than P-521's order its crate does not take the leading bits.
fn digest<'a>(input: &mut Unstructured<'a>) -> Result<&'a [u8]> {
    let length = usize::from(input.arbitrary::<u8>()?).clamp(1, 64);
    input.bytes(length.min(input.len()).max(1))
}

macro_rules! beside_crate {
    ($test:ident, $order:ident, $place:literal) => {
        fn $test(input: &mut Unstructured<'_>) -> Result<()> {
            use $order::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
            use $order::ecdsa::{Signature, SigningKey, VerifyingKey};

            let (curve, width) = CURVES[$place];
            let (d, signature) = (input.bytes(width)?, input.bytes(2 * width)?);
            let hash = digest(input)?;
            let algorithm = ecdsa(curve);
            let words = [names::BCRYPT_ECDSA_PRIVATE_GENERIC_MAGIC, width as u32].map(u32::to_le_bytes);
            let private = [words.as_flattened(), &vec![0; 2 * width], d].concat();
            let ours = door::import(algorithm, &door::wide(names::BCRYPT_ECCPRIVATE_BLOB), &private, 0);
            let theirs = SigningKey::from_slice(d);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{curve}: one of the two takes d");
            if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                let public = VerifyingKey::from(&theirs);
                let given = Signature::from_slice(signature).map(|signature| signature.normalize_s());
                let fits = given.is_ok_and(|signature| public.verify_prehash(hash, &signature).is_ok());
                let wanted = if fits { SUCCESS } else { names::STATUS_INVALID_SIGNATURE };
                assert_eq!(door::verify(ours, hash, signature), wanted, "{curve}: a given signature");
                // Crates refuse digests of less than half the order's bytes; the library takes any.
                if let Ok(signed) = PrehashSigner::<Signature>::sign_prehash(&theirs, hash) {
                    assert_eq!(door::verify(ours, hash, &signed.to_bytes()), SUCCESS, "{curve}: theirs");
                    let signed = Signature::from_slice(&door::sign(ours, hash).unwrap()).unwrap();
                    assert!(public.verify_prehash(hash, &signed.normalize_s()).is_ok(), "{curve}: ours");
                }
                assert_eq!(door::destroy_key(ours), SUCCESS);
            }
            assert_eq!(door::close(algorithm), SUCCESS);
            Ok(())
        }
    };
}
beside_crate!(ecdsa_p256, p256, 0);
beside_crate!(ecdsa_p384, p384, 1);
beside_crate!(ecdsa_p521, p521, 2);
beside_crate!(ecdsa_k256, k256, 3);

/// A public blob of 512 bits that Windows' tests have.
const DSA_512: &[u8] = include_bytes!("dsa512.blob");

fn dsa(input: &mut Unstructured<'_>) -> Result<()> {
    let (x, signature, hash) = (input.bytes(20)?, input.bytes(40)?, input.bytes(20)?);
    let [q, p, g] = [&DSA_512[32..52], &DSA_512[52..116], &DSA_512[116..180]].map(BigUint::from_bytes_be);
    let number = BigUint::from_bytes_be(x);
    let is_zero = |number: &BigUint| *number == BigUint::from(0_u8);
    let y = g.modpow(&number, &p);
    let bytes = y.to_bytes_be();
    let public = [vec![0; 64 - bytes.len()], bytes].concat();
    let magic = names::BCRYPT_DSA_PRIVATE_MAGIC.to_le_bytes();
    let blob = [&magic, &DSA_512[4..180], &public, x].concat();
    let algorithm = door::raw(names::BCRYPT_DSA_ALG_HANDLE as usize);
    let key = door::import(algorithm, &door::wide(names::BCRYPT_DSA_PRIVATE_BLOB), &blob, 0);
    assert_eq!(key.is_ok(), !is_zero(&number) && number < q && y != BigUint::from(1_u8), "DSA takes x");
    let Ok(key) = key else { return Ok(()) };
    let fits = |signature: &[u8]| {
        let [r, s] = [&signature[..20], &signature[20..]].map(BigUint::from_bytes_be);
        if is_zero(&r) || is_zero(&s) || r >= q || s >= q {
            return false;
        }
        let w = s.modpow(&(&q - BigUint::from(2_u8)), &q);
        let (u1, u2) = (BigUint::from_bytes_be(hash) * &w % &q, &r * &w % &q);
        g.modpow(&u1, &p) * y.modpow(&u2, &p) % &p % &q == r
    };
    let wanted = if fits(signature) { SUCCESS } else { names::STATUS_INVALID_SIGNATURE };
    assert_eq!(door::verify(key, hash, signature), wanted, "DSA: a given signature");
    let signed = door::sign(key, hash).unwrap();
    assert!(fits(&signed), "DSA: ours");
    assert_eq!(door::verify(key, hash, &signed), SUCCESS);
    assert_eq!(door::destroy_key(key), SUCCESS);
    Ok(())
}

/// A value of DSAParameters; only one that is taken is worth finalizing: otherwise a group would be made.
fn parameters(value: &[u8]) {
    let value = &value[..value.len().min(LONGEST)];
    let algorithm = door::raw(names::BCRYPT_DSA_ALG_HANDLE as usize);
    let key = door::generate(algorithm, 512).unwrap();
    let name = door::wide(names::BCRYPT_DSA_PARAMETERS);
    if door::set(key, &name, value) == SUCCESS {
        assert_eq!(door::finalize(key), SUCCESS);
        assert_eq!(door::get(key, &name).as_deref(), Ok(value));
        let signed = door::sign(key, &[1; 20]).unwrap();
        assert_eq!(door::verify(key, &[1; 20], &signed), SUCCESS);
    }
    assert_eq!(door::destroy_key(key), SUCCESS);
}

/// The provider of a number.
pub fn importer(number: u8) -> Raw {
    match IMPORTERS[usize::from(number) % IMPORTERS.len()] {
        ("ECDSA", curve) => ecdsa(curve),
        (name, _) => door::open(name).unwrap(),
    }
}

fn blob(input: &mut Unstructured<'_>) -> Result<()> {
    let (number, kind, flags): (u8, u8, u8) = input.arbitrary()?;
    let algorithm = importer(number);
    let flags = [0, names::BCRYPT_NO_KEY_VALIDATION][usize::from(flags) % 2];
    let rest = input.bytes(input.len())?;
    let bytes = &rest[..rest.len().min(LONGEST)];
    if let Ok(key) = door::import(algorithm, &door::wide(blob_type(kind)), bytes, flags) {
        check(algorithm, key);
        let size = door::get(key, &door::wide(names::BCRYPT_SIGNATURE_LENGTH)).unwrap();
        let size = u32::from_le_bytes(size.try_into().unwrap()) as usize;
        let hash = vec![3; size / 2];
        // A key without validation may be none, or have no private half.
        if let Ok(signed) = door::sign(key, &hash) {
            let status = door::verify(key, &hash, &signed);
            assert!(status == SUCCESS || flags != 0, "{status:#x}");
        }
        door::verify(key, &hash, &vec![1; size]);
        assert_eq!(door::destroy_key(key), SUCCESS);
    }
    assert_eq!(door::close(algorithm), SUCCESS);
    Ok(())
}
