//! Two implementations that are none of the engine's, for each of both algorithms: what one makes the other takes.

use fips203::traits::{Decaps, Encaps, KeyGen as _, SerDes as _};
use fips204::traits::{KeyGen as _, SerDes as _, Signer as _, Verifier as _};
use ml_dsa::signature::Keypair;
use ml_kem::FromSeed;
use ml_kem::kem::{Decapsulate, KeyExport};
use sha3::Shake256;
use sha3::digest::{ExtendableOutput, Update, XofReader};

use super::dsa::{Beside, PREHASHES, sign_beside, sign_mu, verify_beside, verify_mu};
use super::kem::{decapsulate, encapsulate};
use super::{DSA, KEM, Private, Public, Seed};
use crate::support::sequence::Sequence;

fn shake(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = Shake256::default();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = [0; 64];
    hash.finalize_xof().read(&mut out);
    out
}

/// μ of FIPS 204, algorithms 2 and 4.
pub fn mu(public: &[u8], domain: u8, context: &[u8], message: &[&[u8]]) -> [u8; 64] {
    let tr = shake(&[public]);
    shake(&[&[&tr[..], &[domain, context.len() as u8], context], message].concat())
}

fn random<const N: usize>(random: &mut Sequence) -> [u8; N] {
    std::array::from_fn(|_| random.next() as u8)
}

/// One parameter set of ML-KEM: with our key of a seed, with theirs, and both ways of a ciphertext.
macro_rules! kem {
    ($set:expr, $fips:ident, $crate_type:ident, $numbers:expr) => {{
        let (set, numbers) = ($set, $numbers);
        let seed: [u8; 64] = random(numbers);
        let key = set.import(Seed, &seed).unwrap();
        let (d, z) = (seed[..32].try_into().unwrap(), seed[32..].try_into().unwrap());
        let (ek, dk) = fips203::$fips::KG::keygen_from_seed(d, z);
        let (other_dk, other_ek) = ml_kem::$crate_type::from_seed(&seed.into());
        let (public, private) = (set.exported(&key, Public), set.exported(&key, Private));
        assert_eq!(public[..], ek.clone().into_bytes());
        assert_eq!(public[..], other_ek.to_bytes()[..]);
        assert_eq!(private[..], dk.clone().into_bytes());

        let (secret, ciphertext) = encapsulate(&set, &set.public_of(&key));
        let theirs = |ciphertext: &[u8]| {
            let first = fips203::$fips::CipherText::try_from_bytes(ciphertext.try_into().unwrap()).unwrap();
            let first = dk.try_decaps(&first).unwrap().into_bytes().to_vec();
            let second = other_dk.decapsulate(&ciphertext.try_into().unwrap());
            assert_eq!(first[..], second[..]);
            first
        };
        assert_eq!(theirs(&ciphertext), secret);
        let mut other = ciphertext.clone();
        other[numbers.below(set.output)] ^= 1 << numbers.below(8);
        assert_eq!(decapsulate(&key, &other), Ok(theirs(&other)), "rejected alike");

        let m: [u8; 32] = random(numbers);
        let (secret, ciphertext) = ek.encaps_from_seed(&m);
        let (other_ciphertext, other_secret) = other_ek.encapsulate_deterministic(&m.into());
        let (secret, ciphertext) = (secret.into_bytes(), ciphertext.into_bytes());
        assert_eq!((&secret[..], &ciphertext[..]), (&other_secret[..], &other_ciphertext[..]));
        assert_eq!(decapsulate(&key, &ciphertext), Ok(secret.to_vec()));
    }};
}

#[test]
fn ml_kem() {
    let mut numbers = Sequence::new(203);
    for _ in 0..40 {
        kem!(KEM[0], ml_kem_512, MlKem512, &mut numbers);
        kem!(KEM[1], ml_kem_768, MlKem768, &mut numbers);
        kem!(KEM[2], ml_kem_1024, MlKem1024, &mut numbers);
    }
}

/// The last bytes of the hashes' identifiers, in the order of `PREHASHES`.
const NUMBERS: [u8; 8] = [1, 2, 3, 8, 9, 10, 11, 12];

/// One parameter set of ML-DSA: keys of a seed, signatures both ways: pure, over μ, and of a hash.
macro_rules! dsa {
    ($level:expr, $fips:ident, $crate_type:ident, $numbers:expr) => {{
        let (level, set, numbers): (usize, _, _) = ($level, DSA[$level], $numbers);
        let seed: [u8; 32] = random(numbers);
        let key = set.import(Seed, &seed).unwrap();
        let (pk, sk) = fips204::$fips::KG::keygen_from_seed(&seed);
        let other = ml_dsa::SigningKey::<ml_dsa::$crate_type>::from_seed(&seed.into());
        let public = set.exported(&key, Public);
        assert_eq!(public[..], pk.clone().into_bytes());
        assert_eq!(public[..], other.verifying_key().encode()[..]);
        assert_eq!(set.exported(&key, Private)[..], sk.clone().into_bytes());

        let verifying = other.verifying_key();
        let decoded = |signature: &[u8]| {
            ml_dsa::Signature::<ml_dsa::$crate_type>::decode(&signature.try_into().unwrap()).unwrap()
        };
        let context: Vec<u8> = (0..numbers.below(256)).map(|_| numbers.next() as u8).collect();
        let message: Vec<u8> = (0..numbers.below(700)).map(|_| numbers.next() as u8).collect();
        let pure = Beside { context: &context, prehash: None };
        let mu = mu(&public, 0, &context, &[&message]);
        for signature in [sign_beside(&key, pure, &message).unwrap(), sign_mu(&key, &mu).unwrap()] {
            assert!(pk.verify(&message, &signature[..].try_into().unwrap(), &context));
            assert!(verifying.verify_with_context(&message, &context, &decoded(&signature)));
            assert!(verifying.verify_mu(&mu.into(), &decoded(&signature)));
        }
        let theirs = [
            sk.try_sign_with_seed(&random(numbers), &message, &context).unwrap().to_vec(),
            other.expanded_key().sign_deterministic(&message, &context).unwrap().encode().to_vec(),
            other.expanded_key().sign_mu_deterministic(&mu.into()).encode().to_vec(),
        ];
        for signature in theirs {
            assert_eq!(verify_beside(&key, pure, &message, &signature), Ok(()));
            assert_eq!(verify_mu(&key, &mu, &signature), Ok(()));
        }

        for ((name, length, strength), number) in PREHASHES.into_iter().zip(NUMBERS) {
            if strength < level {
                continue;
            }
            let oid = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number];
            let hash: Vec<u8> = (0..length).map(|_| numbers.next() as u8).collect();
            let beside = Beside { context: &context, prehash: Some(name) };
            let signature = sign_beside(&key, beside, &hash).unwrap();
            assert!(pk.hash_verify(&hash, &signature[..].try_into().unwrap(), &context, &oid), "{name}");
            let mu = self::mu(&public, 1, &context, &[&oid, &hash]);
            assert!(verifying.verify_mu(&mu.into(), &decoded(&signature)), "{name}");
            let theirs = sk.try_hash_sign_with_seed(&random(numbers), &hash, &context, &oid).unwrap();
            assert_eq!(verify_beside(&key, beside, &hash, &theirs), Ok(()), "{name}");
        }
    }};
}

#[test]
fn ml_dsa() {
    let mut numbers = Sequence::new(204);
    for _ in 0..8 {
        dsa!(0, ml_dsa_44, MlDsa44, &mut numbers);
        dsa!(1, ml_dsa_65, MlDsa65, &mut numbers);
        dsa!(2, ml_dsa_87, MlDsa87, &mut numbers);
    }
}
