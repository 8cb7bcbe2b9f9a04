//! The algorithms of CNG, one row each.
//!
//! Every algorithm with a pseudo-handle has a row, so that each known pseudo-handle gets its right
//! answer; those without a [`Scheme`] exist on Windows and not here. Opening, enumerating and the
//! coverage matrix read these rows.

use crate::curve::{self, Fixed};
use crate::names;
use crate::status::{Result, Status};
use crate::wide::WideName;

/// What an algorithm is for; the numbers are CNG's interface numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Class {
    /// Symmetric encryption.
    Cipher = names::BCRYPT_CIPHER_INTERFACE,
    /// Hashes and MACs.
    Hash = names::BCRYPT_HASH_INTERFACE,
    /// Asymmetric encryption.
    AsymmetricEncryption = names::BCRYPT_ASYMMETRIC_ENCRYPTION_INTERFACE,
    /// Secret agreement.
    SecretAgreement = names::BCRYPT_SECRET_AGREEMENT_INTERFACE,
    /// Signatures.
    Signature = names::BCRYPT_SIGNATURE_INTERFACE,
    /// Random numbers.
    Random = names::BCRYPT_RNG_INTERFACE,
    /// Key derivation from keys.
    KeyDerivation = names::BCRYPT_KEY_DERIVATION_INTERFACE,
    /// Key encapsulation.
    KeyEncapsulation = names::BCRYPT_KEY_ENCAPSULATION_INTERFACE,
}

impl Class {
    /// The bit of this class in the mask of BCryptEnumAlgorithms (behaviour.md g1).
    pub const fn operation(self) -> u32 {
        1 << (self as u32 - 1)
    }

    /// Whether algorithms of this class have key pairs.
    pub const fn has_key_pairs(self) -> bool {
        !matches!(self, Self::Cipher | Self::Hash | Self::Random | Self::KeyDerivation)
    }
}

/// How this library does an algorithm.
#[derive(Clone, Copy, Debug)]
pub enum Scheme {
    /// Random bytes.
    Random,
    /// Finite-field Diffie-Hellman.
    DiffieHellman,
    /// Elliptic-curve Diffie-Hellman on one curve.
    FixedCurve(&'static Fixed),
    /// Elliptic-curve Diffie-Hellman on the curve chosen by a property.
    ChosenCurve,
}

/// One algorithm of CNG.
#[derive(Debug)]
pub struct Algorithm {
    /// The identifier, as `AlgorithmName` reports it.
    pub name: &'static str,
    /// What it is for.
    pub class: Class,
    /// How it is done here; `None` when it is not.
    pub scheme: Option<Scheme>,
    /// Its pseudo-handles: one, or one for each chaining mode, or one plain and one keyed.
    pub pseudo_handles: &'static [u32],
}

impl Algorithm {
    const fn new(name: &'static str, class: Class, scheme: Scheme, pseudo_handles: &'static [u32]) -> Self {
        Self { name, class, scheme: Some(scheme), pseudo_handles }
    }

    const fn absent(name: &'static str, class: Class, pseudo_handles: &'static [u32]) -> Self {
        Self { name, class, scheme: None, pseudo_handles }
    }
}

/// Every algorithm with a pseudo-handle; those done here first, in the order that
/// BCryptEnumAlgorithms lists them (behaviour.md n, g1).
pub static ALGORITHMS: &[Algorithm] = {
    use Class::{
        AsymmetricEncryption, Cipher, Hash, KeyDerivation, KeyEncapsulation, Random, SecretAgreement,
        Signature,
    };
    use names::*;
    &[
        Algorithm::new(BCRYPT_RNG_ALGORITHM, Random, Scheme::Random, &[BCRYPT_RNG_ALG_HANDLE]),
        Algorithm::new(BCRYPT_DH_ALGORITHM, SecretAgreement, Scheme::DiffieHellman, &[BCRYPT_DH_ALG_HANDLE]),
        Algorithm::new(
            BCRYPT_ECDH_P256_ALGORITHM,
            SecretAgreement,
            Scheme::FixedCurve(&curve::P256),
            &[BCRYPT_ECDH_P256_ALG_HANDLE],
        ),
        Algorithm::new(
            BCRYPT_ECDH_P384_ALGORITHM,
            SecretAgreement,
            Scheme::FixedCurve(&curve::P384),
            &[BCRYPT_ECDH_P384_ALG_HANDLE],
        ),
        Algorithm::new(
            BCRYPT_ECDH_P521_ALGORITHM,
            SecretAgreement,
            Scheme::FixedCurve(&curve::P521),
            &[BCRYPT_ECDH_P521_ALG_HANDLE],
        ),
        Algorithm::new(
            BCRYPT_ECDH_ALGORITHM,
            SecretAgreement,
            Scheme::ChosenCurve,
            &[BCRYPT_ECDH_ALG_HANDLE],
        ),
        Algorithm::absent(BCRYPT_MD2_ALGORITHM, Hash, &[BCRYPT_MD2_ALG_HANDLE, BCRYPT_HMAC_MD2_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_MD4_ALGORITHM, Hash, &[BCRYPT_MD4_ALG_HANDLE, BCRYPT_HMAC_MD4_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_MD5_ALGORITHM, Hash, &[BCRYPT_MD5_ALG_HANDLE, BCRYPT_HMAC_MD5_ALG_HANDLE]),
        Algorithm::absent(
            BCRYPT_SHA1_ALGORITHM,
            Hash,
            &[BCRYPT_SHA1_ALG_HANDLE, BCRYPT_HMAC_SHA1_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA256_ALGORITHM,
            Hash,
            &[BCRYPT_SHA256_ALG_HANDLE, BCRYPT_HMAC_SHA256_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA384_ALGORITHM,
            Hash,
            &[BCRYPT_SHA384_ALG_HANDLE, BCRYPT_HMAC_SHA384_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA512_ALGORITHM,
            Hash,
            &[BCRYPT_SHA512_ALG_HANDLE, BCRYPT_HMAC_SHA512_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA3_256_ALGORITHM,
            Hash,
            &[BCRYPT_SHA3_256_ALG_HANDLE, BCRYPT_HMAC_SHA3_256_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA3_384_ALGORITHM,
            Hash,
            &[BCRYPT_SHA3_384_ALG_HANDLE, BCRYPT_HMAC_SHA3_384_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SHA3_512_ALGORITHM,
            Hash,
            &[BCRYPT_SHA3_512_ALG_HANDLE, BCRYPT_HMAC_SHA3_512_ALG_HANDLE],
        ),
        Algorithm::absent(BCRYPT_CSHAKE128_ALGORITHM, Hash, &[BCRYPT_CSHAKE128_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_CSHAKE256_ALGORITHM, Hash, &[BCRYPT_CSHAKE256_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_KMAC128_ALGORITHM, Hash, &[BCRYPT_KMAC128_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_KMAC256_ALGORITHM, Hash, &[BCRYPT_KMAC256_ALG_HANDLE]),
        // 0x451 is SHAKE128 in Microsoft's metadata; another header calls it AES-KWP
        // (behaviour.md b8).
        Algorithm::absent(BCRYPT_SHAKE128_ALGORITHM, Hash, &[BCRYPT_SHAKE128_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_SHAKE256_ALGORITHM, Hash, &[BCRYPT_SHAKE256_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_AES_CMAC_ALGORITHM, Hash, &[BCRYPT_AES_CMAC_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_AES_GMAC_ALGORITHM, Hash, &[BCRYPT_AES_GMAC_ALG_HANDLE]),
        Algorithm::absent(
            BCRYPT_AES_ALGORITHM,
            Cipher,
            &[
                BCRYPT_AES_CBC_ALG_HANDLE,
                BCRYPT_AES_ECB_ALG_HANDLE,
                BCRYPT_AES_CFB_ALG_HANDLE,
                BCRYPT_AES_CCM_ALG_HANDLE,
                BCRYPT_AES_GCM_ALG_HANDLE,
            ],
        ),
        Algorithm::absent(BCRYPT_XTS_AES_ALGORITHM, Cipher, &[BCRYPT_XTS_AES_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_CHACHA20_POLY1305_ALGORITHM, Cipher, &[BCRYPT_CHACHA20_POLY1305_ALG_HANDLE]),
        Algorithm::absent(
            BCRYPT_3DES_ALGORITHM,
            Cipher,
            &[BCRYPT_3DES_CBC_ALG_HANDLE, BCRYPT_3DES_ECB_ALG_HANDLE, BCRYPT_3DES_CFB_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_3DES_112_ALGORITHM,
            Cipher,
            &[BCRYPT_3DES_112_CBC_ALG_HANDLE, BCRYPT_3DES_112_ECB_ALG_HANDLE, BCRYPT_3DES_112_CFB_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_DES_ALGORITHM,
            Cipher,
            &[BCRYPT_DES_CBC_ALG_HANDLE, BCRYPT_DES_ECB_ALG_HANDLE, BCRYPT_DES_CFB_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_DESX_ALGORITHM,
            Cipher,
            &[BCRYPT_DESX_CBC_ALG_HANDLE, BCRYPT_DESX_ECB_ALG_HANDLE, BCRYPT_DESX_CFB_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_RC2_ALGORITHM,
            Cipher,
            &[BCRYPT_RC2_CBC_ALG_HANDLE, BCRYPT_RC2_ECB_ALG_HANDLE, BCRYPT_RC2_CFB_ALG_HANDLE],
        ),
        Algorithm::absent(BCRYPT_RC4_ALGORITHM, Cipher, &[BCRYPT_RC4_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_RSA_ALGORITHM, AsymmetricEncryption, &[BCRYPT_RSA_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_RSA_SIGN_ALGORITHM, Signature, &[BCRYPT_RSA_SIGN_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_DSA_ALGORITHM, Signature, &[BCRYPT_DSA_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_ECDSA_ALGORITHM, Signature, &[BCRYPT_ECDSA_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_ECDSA_P256_ALGORITHM, Signature, &[BCRYPT_ECDSA_P256_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_ECDSA_P384_ALGORITHM, Signature, &[BCRYPT_ECDSA_P384_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_ECDSA_P521_ALGORITHM, Signature, &[BCRYPT_ECDSA_P521_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_MLDSA_ALGORITHM, Signature, &[BCRYPT_MLDSA_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_COMPOSITE_MLDSA_ALGORITHM, Signature, &[BCRYPT_COMPOSITE_MLDSA_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_MLKEM_ALGORITHM, KeyEncapsulation, &[BCRYPT_MLKEM_ALG_HANDLE]),
        Algorithm::absent(
            BCRYPT_COMPOSITE_MLKEM_ALGORITHM,
            KeyEncapsulation,
            &[BCRYPT_COMPOSITE_MLKEM_ALG_HANDLE],
        ),
        Algorithm::absent(BCRYPT_CAPI_KDF_ALGORITHM, KeyDerivation, &[BCRYPT_CAPI_KDF_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_PBKDF2_ALGORITHM, KeyDerivation, &[BCRYPT_PBKDF2_ALG_HANDLE]),
        Algorithm::absent(
            BCRYPT_SP800108_CTR_HMAC_ALGORITHM,
            KeyDerivation,
            &[BCRYPT_SP800108_CTR_HMAC_ALG_HANDLE],
        ),
        Algorithm::absent(
            BCRYPT_SP80056A_CONCAT_ALGORITHM,
            KeyDerivation,
            &[BCRYPT_SP80056A_CONCAT_ALG_HANDLE],
        ),
        Algorithm::absent(BCRYPT_TLS1_1_KDF_ALGORITHM, KeyDerivation, &[BCRYPT_TLS1_1_KDF_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_TLS1_2_KDF_ALGORITHM, KeyDerivation, &[BCRYPT_TLS1_2_KDF_ALG_HANDLE]),
        Algorithm::absent(BCRYPT_HKDF_ALGORITHM, KeyDerivation, &[BCRYPT_HKDF_ALG_HANDLE]),
    ]
};

/// The algorithms done here, in enumeration order.
pub fn implemented() -> impl Iterator<Item = &'static Algorithm> {
    ALGORITHMS.iter().filter(|algorithm| algorithm.scheme.is_some())
}

/// The algorithm of an identifier. Fails with `NotFound` (behaviour.md b2).
///
/// ASCII case does not matter (behaviour.md n, b1; weakly known).
pub fn find(name: &WideName) -> Result<&'static Algorithm> {
    implemented().find(|algorithm| name.is_ignoring_case(algorithm.name)).ok_or(Status::NotFound)
}

/// The algorithm of a pseudo-handle number. Fails with `InvalidHandle` for an unknown one
/// (behaviour.md b10).
pub fn by_pseudo_handle(value: u32) -> Result<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.pseudo_handles.contains(&value)).ok_or(Status::InvalidHandle)
}
