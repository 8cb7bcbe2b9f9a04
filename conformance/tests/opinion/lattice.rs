//! ML-KEM and ML-DSA by crates that are none of the engine's.

use fips203::traits::{Decaps, KeyGen, SerDes};
use ml_dsa::signature::Keypair;
use sha3::Shake256;
use sha3::digest::{ExtendableOutput, Update, XofReader};

/// A private key of ML-KEM, as a seed or expanded, and its set.
#[derive(Clone, Debug)]
pub struct Decapsulation {
    pub set: String,
    pub seed: bool,
    pub key: Vec<u8>,
}

/// A key of ML-DSA: its set, and its public half or its seed.
#[derive(Clone, Debug)]
pub struct Verification {
    pub set: String,
    pub seed: bool,
    pub key: Vec<u8>,
}

macro_rules! decapsulate {
    ($set:ident, $key:expr, $ciphertext:expr) => {{
        let dk = if $key.seed {
            let (d, z) = $key.key.split_at_checked(32)?;
            fips203::$set::KG::keygen_from_seed(d.try_into().ok()?, z.try_into().ok()?).1
        } else {
            fips203::$set::DecapsKey::try_from_bytes($key.key.as_slice().try_into().ok()?).ok()?
        };
        let ciphertext = fips203::$set::CipherText::try_from_bytes($ciphertext.try_into().ok()?).ok()?;
        Some(dk.try_decaps(&ciphertext).ok()?.into_bytes().to_vec())
    }};
}

/// The secret of a ciphertext, or of its rejection.
pub fn decapsulate(key: &Decapsulation, ciphertext: &[u8]) -> Option<Vec<u8>> {
    match key.set.as_str() {
        "512" => decapsulate!(ml_kem_512, key, ciphertext),
        "768" => decapsulate!(ml_kem_768, key, ciphertext),
        "1024" => decapsulate!(ml_kem_1024, key, ciphertext),
        _ => None,
    }
}

/// What a signature is over.
pub enum Signed<'a> {
    Message { context: &'a [u8], message: &'a [u8] },
    Digest { context: &'a [u8], hash: &'a str, digest: &'a [u8] },
    Mu(&'a [u8]),
}

/// The last byte of a hash's identifier.
const HASHES: &[(&str, u8)] = &[
    ("SHA256", 1),
    ("SHA384", 2),
    ("SHA512", 3),
    ("SHA3-256", 8),
    ("SHA3-384", 9),
    ("SHA3-512", 10),
    ("SHAKE128", 11),
    ("SHAKE256", 12),
];

fn shake(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = Shake256::default();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = [0; 64];
    hash.finalize_xof().read(&mut out);
    out
}

impl Signed<'_> {
    /// FIPS 204, algorithms 3 and 5.
    fn mu(&self, public: &[u8]) -> Option<[u8; 64]> {
        let tr = shake(&[public]);
        Some(match self {
            Signed::Message { context, message } => {
                shake(&[&tr, &[0, u8::try_from(context.len()).ok()?], context, message])
            }
            Signed::Digest { context, hash, digest } => {
                let (_, last) = HASHES.iter().find(|(name, _)| name == hash)?;
                let identifier = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, *last];
                shake(&[&tr, &[1, u8::try_from(context.len()).ok()?], context, &identifier, digest])
            }
            Signed::Mu(mu) => (*mu).try_into().ok()?,
        })
    }
}

macro_rules! verify {
    ($set:ident, $key:expr, $signed:expr, $signature:expr) => {{
        let key = if $key.seed {
            let seed: [u8; 32] = $key.key.as_slice().try_into().ok()?;
            ml_dsa::SigningKey::<ml_dsa::$set>::from_seed(&seed.into()).verifying_key().clone()
        } else {
            ml_dsa::VerifyingKey::<ml_dsa::$set>::decode(&$key.key.as_slice().try_into().ok()?)
        };
        let mu = $signed.mu(&key.encode())?;
        let signature = ml_dsa::Signature::<ml_dsa::$set>::decode(&$signature.try_into().ok()?);
        Some(signature.is_some_and(|signature| key.verify_mu(&mu.into(), &signature)))
    }};
}

/// Whether a signature of the set's length fits.
pub fn verifies(key: &Verification, signed: &Signed<'_>, signature: &[u8]) -> Option<bool> {
    match key.set.as_str() {
        "44" => verify!(MlDsa44, key, signed, signature),
        "65" => verify!(MlDsa65, key, signed, signature),
        "87" => verify!(MlDsa87, key, signed, signature),
        _ => None,
    }
}
