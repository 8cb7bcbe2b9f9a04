//! Looks for private numbers for which our agreement, our public key or our HKDF differs from RustCrypto's,
//! or from plain arithmetic for Diffie-Hellman.
//!
//! Input: which group (a byte), two private numbers as wide as the group's, salt and info of HKDF with their
//! lengths (a byte) before them.

use arbitrary::{Result, Unstructured};
use bcrypt_shim::group::STANDARD;
use bcrypt_shim::names;
use hkdf::Hkdf;
use num_bigint_dig::BigUint;
use sha2::Sha256;

use crate::door::{self, Raw, SUCCESS};

pub fn run(data: &[u8]) {
    let _ = read(&mut Unstructured::new(data));
}

fn read(input: &mut Unstructured<'_>) -> Result<()> {
    let group: u8 = input.arbitrary()?;
    let width = [32, 48, 66, 32, 32, 40][usize::from(group) % 6];
    let (one, other) = (input.bytes(width)?, input.bytes(width)?);
    match group % 6 {
        0 => weierstrass::<p256::NistP256>("nistP256", one, other, input),
        1 => weierstrass::<p384::NistP384>("nistP384", one, other, input),
        2 => weierstrass::<p521::NistP521>("nistP521", one, other, input),
        3 => weierstrass::<k256::Secp256k1>("secP256k1", one, other, input),
        4 => x25519(one, other, input),
        _ => diffie_hellman(one, other, input),
    }
    Ok(())
}

/// A key on a named curve with the private number set; `None` if the library refuses the number.
fn ec_key(curve: &str, d: &[u8]) -> Option<Raw> {
    let key = door::generate(door::raw(names::BCRYPT_ECDH_ALG_HANDLE as usize), 0).unwrap();
    let name: Vec<u8> = door::wide(curve).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
    assert_eq!(door::set(key, &door::wide(names::BCRYPT_ECC_CURVE_NAME), &name), SUCCESS);
    finished(key, d)
}

fn finished(key: Raw, private: &[u8]) -> Option<Raw> {
    if door::set(key, &door::wide(names::BCRYPT_PRIVATE_KEY), private) != SUCCESS {
        assert_eq!(door::destroy_key(key), SUCCESS);
        return None;
    }
    assert_eq!(door::finalize(key), SUCCESS);
    Some(key)
}

/// Both ways of one agreement; the value is big-endian, or as TRUNCATE gives it for X25519.
fn agreed(one: Raw, other: Raw) -> (Raw, Vec<u8>) {
    let (secret, back) = (door::agree(one, other).unwrap(), door::agree(other, one).unwrap());
    let value = door::value(secret);
    assert_eq!(door::value(back), value, "the same from both sides");
    assert_eq!(door::destroy_secret(back), SUCCESS);
    (secret, value.into_iter().rev().collect())
}

fn weierstrass<C>(curve: &str, one: &[u8], other: &[u8], input: &mut Unstructured<'_>)
where
    C: p256::elliptic_curve::CurveArithmetic + p256::elliptic_curve::point::PointCompression,
    p256::elliptic_curve::AffinePoint<C>:
        p256::elliptic_curve::sec1::FromSec1Point<C> + p256::elliptic_curve::sec1::ToSec1Point<C>,
    p256::elliptic_curve::FieldBytesSize<C>: p256::elliptic_curve::sec1::ModulusSize,
{
    use p256::elliptic_curve::sec1::ToSec1Point;
    let peers = [one, other].map(|d| p256::elliptic_curve::SecretKey::<C>::from_slice(d).ok());
    let keys = [one, other].map(|d| ec_key(curve, d));
    for (key, peer) in keys.iter().zip(&peers) {
        assert_eq!(key.is_some(), peer.is_some(), "{curve}: one of the two takes the private number");
        let (Some(key), Some(peer)) = (key, peer) else { continue };
        let blob = door::export(*key, &door::wide(names::BCRYPT_ECCPUBLIC_BLOB)).unwrap();
        let point = peer.public_key().to_sec1_point(false);
        assert_eq!(&blob[8..], &point.as_bytes()[1..], "{curve}: the public point");
    }
    if let ([Some(one), Some(other)], [Some(own), Some(peer)]) = (keys, &peers) {
        let expected = p256::elliptic_curve::ecdh::diffie_hellman(
            own.to_nonzero_scalar(),
            peer.public_key().as_affine(),
        );
        let (secret, value) = agreed(one, other);
        assert_eq!(value, expected.raw_secret_bytes()[..], "{curve}: the secret");
        hkdf_matches(secret, &value, input);
    }
    keys.into_iter().flatten().for_each(|key| assert_eq!(door::destroy_key(key), SUCCESS));
}

fn x25519(one: &[u8], other: &[u8], input: &mut Unstructured<'_>) {
    // The library takes clamped numbers only; RustCrypto clamps.
    let clamped = |d: &[u8]| {
        let mut d: [u8; 32] = d.try_into().unwrap();
        d[0] &= 0xF8;
        d[31] = d[31] & 0x7F | 0x40;
        d
    };
    let numbers = [clamped(one), clamped(other)];
    let keys = numbers.map(|d| ec_key("curve25519", &d).expect("a clamped number is taken"));
    let peers = numbers.map(x25519_dalek::StaticSecret::from);
    for (key, peer) in keys.iter().zip(&peers) {
        let blob = door::export(*key, &door::wide(names::BCRYPT_ECCPUBLIC_BLOB)).unwrap();
        assert_eq!(
            &blob[8..40],
            x25519_dalek::PublicKey::from(peer).as_bytes(),
            "curve25519: the public key"
        );
    }
    let expected = peers[0].diffie_hellman(&(&peers[1]).into());
    let (secret, mut value) = agreed(keys[0], keys[1]);
    // TRUNCATE reverses, so `agreed` gave RFC 7748's bytes.
    assert_eq!(value, expected.as_bytes(), "curve25519: the secret");
    hkdf_matches(secret, &value, input);
    value.clear();
    keys.into_iter().for_each(|key| assert_eq!(door::destroy_key(key), SUCCESS));
}

/// In the group of 1024 bits, with numbers of up to 320 bits.
fn diffie_hellman(one: &[u8], other: &[u8], input: &mut Unstructured<'_>) {
    let group = STANDARD.iter().find(|group| group.bits() == 1024).unwrap();
    let p = BigUint::from_bytes_be(group.p);
    let keys = [one, other].map(|x| {
        let key = door::generate(door::raw(names::BCRYPT_DH_ALG_HANDLE as usize), 1024).unwrap();
        finished(key, x)
    });
    if let [Some(one_key), Some(other_key)] = keys {
        let [x, y] = [one, other].map(BigUint::from_bytes_be);
        let expected = BigUint::from(2_u8).modpow(&x, &p).modpow(&y, &p).to_bytes_be();
        let (secret, value) = agreed(one_key, other_key);
        let padded = [vec![0; group.p.len() - expected.len()], expected].concat();
        assert_eq!(value, padded, "DH: the secret");
        hkdf_matches(secret, &value, input);
    }
    keys.into_iter().flatten().for_each(|key| assert_eq!(door::destroy_key(key), SUCCESS));
}

/// HKDF-SHA256 of the secret, which is destroyed.
fn hkdf_matches(secret: Raw, value: &[u8], input: &mut Unstructured<'_>) {
    let mut part = || {
        let length = usize::from(input.arbitrary::<u8>().unwrap_or(0)).min(input.len());
        input.bytes(length).unwrap_or_default().to_vec()
    };
    let (salt, info) = (part(), part());
    let hash: Vec<u8> = door::wide("SHA256").iter().flat_map(|unit| unit.to_ne_bytes()).collect();
    assert_eq!(door::set(secret, &door::wide(names::BCRYPT_HKDF_HASH_ALGORITHM), &hash), SUCCESS);
    assert_eq!(door::set(secret, &door::wide(names::BCRYPT_HKDF_SALT_AND_FINALIZE), &salt), SUCCESS);
    let kdf = door::wide(names::BCRYPT_KDF_HKDF);
    let derived = door::derive(secret, &kdf, &[(names::KDF_HKDF_INFO, info.clone())], Some(77), 0);
    let mut expected = [0; 77];
    Hkdf::<Sha256>::new(Some(&salt), value).expand(&info, &mut expected).unwrap();
    assert_eq!(derived.as_deref(), Ok(&expected[..]), "HKDF");
    assert_eq!(door::destroy_secret(secret), SUCCESS);
}
