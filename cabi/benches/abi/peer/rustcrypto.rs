//! RustCrypto: p256, p384, p521, k256, x25519-dalek and crypto-bigint, compiled into this program.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, Uint};
use k256::elliptic_curve::sec1::ToSec1Point;

use super::Peer;
use crate::algorithm::{Algorithm, Kdf, Kind, Operation, exponent_bits, parameters};
use crate::measure::Work;

pub struct RustCrypto;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(256) {
        // SAFETY: pointer and length are of one slice.
        unsafe { assert_eq!(libc::getentropy(chunk.as_mut_ptr().cast(), chunk.len()), 0) };
    }
    bytes
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

macro_rules! curve {
    ($curve:ident, $width:literal, $mask:literal, $operation:ident) => {{
        fn key() -> $curve::SecretKey {
            loop {
                let mut bytes = random::<$width>();
                bytes[0] &= $mask;
                if let Ok(key) = $curve::SecretKey::from_slice(&bytes) {
                    return key;
                }
            }
        }
        let (own, peer) = (key(), key().public_key());
        let encoding = peer.to_sec1_point(false).as_bytes().to_vec();
        let import =
            |encoding: &[u8]| $curve::PublicKey::from_sec1_bytes(encoding).expect("the point is good");
        let agree = |own: &$curve::SecretKey, peer: &$curve::PublicKey| {
            $curve::ecdh::diffie_hellman(own.to_nonzero_scalar(), peer.as_affine())
        };
        Some(match $operation {
            Operation::Generate => Box::new(|| {
                std::hint::black_box(key().public_key().to_sec1_point(false));
            }),
            Operation::Import => Box::new(move || {
                std::hint::black_box(import(&encoding));
            }),
            Operation::Agree => Box::new(move || {
                std::hint::black_box(agree(&own, &peer));
            }),
            Operation::Exchange => Box::new(move || {
                let own = key();
                std::hint::black_box(own.public_key().to_sec1_point(false));
                std::hint::black_box(sha256(agree(&own, &import(&encoding)).raw_secret_bytes()));
            }),
            Operation::Derive(_) => return None,
        })
    }};
}

fn x25519(operation: Operation) -> Option<Work<'static>> {
    use x25519_dalek::{PublicKey, StaticSecret};
    let key = || StaticSecret::from(random::<32>());
    let (own, peer) = (key(), PublicKey::from(&key()));
    Some(match operation {
        Operation::Generate => Box::new(move || {
            std::hint::black_box(PublicKey::from(&key()));
        }),
        Operation::Agree => Box::new(move || {
            std::hint::black_box(own.diffie_hellman(&peer).to_bytes());
        }),
        Operation::Exchange => Box::new(move || {
            let own = key();
            std::hint::black_box(PublicKey::from(&own));
            std::hint::black_box(sha256(own.diffie_hellman(&peer).as_bytes()));
        }),
        _ => return None,
    })
}

fn dh<const LIMBS: usize, const BYTES: usize>(
    bits: u32,
    standard: bool,
    operation: Operation,
) -> Option<Work<'static>> {
    let (p, g) = parameters(bits, standard);
    let modulus = Odd::new(Uint::<LIMBS>::from_be_slice(p)).expect("p is odd");
    let prepared = FixedMontyParams::new(modulus);
    let generator = Uint::<LIMBS>::from_be_slice(&g);
    let exponent_bits = exponent_bits(bits, standard);
    let new_exponent =
        move || Uint::<LIMBS>::from_be_slice(&random::<BYTES>()) >> (bits - exponent_bits) >> 1_u32;
    let power = move |base: &Uint<LIMBS>, exponent: &Uint<LIMBS>| {
        FixedMontyForm::new(base, &prepared).pow_bounded_exp(exponent, exponent_bits).retrieve()
    };
    let (own, peer) = (new_exponent(), power(&generator, &new_exponent()));
    Some(match operation {
        Operation::Generate => Box::new(move || {
            std::hint::black_box(power(&generator, &new_exponent()));
        }),
        Operation::Agree => Box::new(move || {
            std::hint::black_box(power(&peer, &own));
        }),
        Operation::Exchange => Box::new(move || {
            let own = new_exponent();
            std::hint::black_box(power(&generator, &own));
            std::hint::black_box(sha256(&power(&peer, &own).to_be_bytes()[..]));
        }),
        _ => return None,
    })
}

fn derivation(kdf: Kdf) -> Option<Work<'static>> {
    (kdf == Kdf::Hash).then(|| -> Work<'static> {
        Box::new(|| {
            std::hint::black_box(sha256(std::hint::black_box(&[5; 32])));
        })
    })
}

impl Peer for RustCrypto {
    fn name(&self) -> &'static str {
        "RustCrypto"
    }

    fn version(&self) -> String {
        "p256, p384, p521, k256 0.14; x25519-dalek 3.0; crypto-bigint 0.7; sha2 0.11".to_string()
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        if let Operation::Derive(kdf) = operation {
            return derivation(kdf);
        }
        match algorithm.kind {
            Kind::Curve { cng: "nistP256", .. } => curve!(p256, 32, 0xFF, operation),
            Kind::Curve { cng: "nistP384", .. } => curve!(p384, 48, 0xFF, operation),
            Kind::Curve { cng: "nistP521", .. } => curve!(p521, 66, 0x01, operation),
            Kind::Curve { cng: "secP256k1", .. } => curve!(k256, 32, 0xFF, operation),
            Kind::Curve { cng: "curve25519", .. } => x25519(operation),
            Kind::Curve { .. } => None,
            Kind::Dh { bits, standard } => match bits {
                1024 => dh::<{ 1024 / 64 }, 128>(bits, standard, operation),
                2048 => dh::<{ 2048 / 64 }, 256>(bits, standard, operation),
                3072 => dh::<{ 3072 / 64 }, 384>(bits, standard, operation),
                _ => dh::<{ 4096 / 64 }, 512>(bits, standard, operation),
            },
        }
    }
}
