//! The algorithms of CNG, one row each.
//!
//! Every algorithm with a pseudo-handle has a row, so that each known pseudo-handle gets its right
//! answer; those that do [`Does::Nothing`] exist on Windows and not here. Opening, enumerating and the
//! coverage matrix read these rows.

use crate::cipher::{self, aes, chacha, des, rc2, rc4, xts};
use crate::curve::Purpose;
use crate::engine::digest;
use crate::kdf::{capi, concat, hkdf, pbkdf2, sp800_108, tls_prf};
use crate::pair::{self, dh, dsa, ec, mldsa, mlkem, rsa};
use crate::status::{Result, Status};
use crate::wide::WideName;
use crate::{curve, names};
use crate::{derivation, hash};

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

/// What this library does with an algorithm: closed by kind of object, open by algorithm.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Nothing: it exists on Windows and not here.
    Nothing,
    /// Random bytes.
    Random,
    /// Hashes and MACs.
    Hash(&'static dyn hash::Algorithm),
    /// Symmetric encryption.
    Cipher(&'static dyn cipher::Algorithm),
    /// Key pairs.
    Pair(&'static dyn pair::Algorithm),
    /// Keys derived from keys.
    Derivation(&'static dyn derivation::Algorithm),
}

/// What a pseudo-handle has chosen beside its algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Nothing.
    Plain,
    /// HMAC over the hash, as by BCRYPT_ALG_HANDLE_HMAC_FLAG.
    Keyed,
    /// A chaining mode.
    Mode(cipher::Mode),
}

/// One algorithm of CNG.
#[derive(Debug)]
pub struct Algorithm {
    /// The identifier, as `AlgorithmName` returns it.
    pub name: &'static str,
    /// What it is for.
    pub class: Class,
    /// What is done with it here.
    pub does: Does,
    /// Its pseudo-handles: one, or one for each chaining mode, or one plain and one keyed.
    pub pseudo_handles: &'static [(u32, Preset)],
}

impl Algorithm {
    const fn new(
        name: &'static str,
        class: Class,
        does: Does,
        pseudo_handles: &'static [(u32, Preset)],
    ) -> Self {
        Self { name, class, does, pseudo_handles }
    }

    const fn absent(name: &'static str, class: Class, pseudo_handles: &'static [(u32, Preset)]) -> Self {
        Self::new(name, class, Does::Nothing, pseudo_handles)
    }

    /// Its hashes. Fails with `NotSupported` for another kind, `NotImplemented` for a hash that is not done here.
    pub fn hash(&self) -> Result<&'static dyn hash::Algorithm> {
        match self.does {
            Does::Hash(hash) => Ok(hash),
            _ => Err(self.refusal(self.class == Class::Hash)),
        }
    }

    /// Its ciphers. Fails as [`Self::hash`] does.
    pub fn cipher(&self) -> Result<&'static dyn cipher::Algorithm> {
        match self.does {
            Does::Cipher(cipher) => Ok(cipher),
            _ => Err(self.refusal(self.class == Class::Cipher)),
        }
    }

    /// Its key pairs. Fails as [`Self::hash`] does.
    pub fn pair(&self) -> Result<&'static dyn pair::Algorithm> {
        match self.does {
            Does::Pair(pair) => Ok(pair),
            _ => Err(self.refusal(self.class.has_key_pairs())),
        }
    }

    /// Its derivations. Fails as [`Self::hash`] does.
    pub fn derivation(&self) -> Result<&'static dyn derivation::Algorithm> {
        match self.does {
            Does::Derivation(derivation) => Ok(derivation),
            _ => Err(self.refusal(self.class == Class::KeyDerivation)),
        }
    }

    /// Why a verb is refused that Windows' algorithm has or has not.
    fn refusal(&self, windows_has_it: bool) -> Status {
        match self.does {
            Does::Nothing if windows_has_it => Status::NotImplemented,
            _ => Status::NotSupported,
        }
    }
}

/// Every algorithm with a pseudo-handle, class by class, in the order that BCryptEnumAlgorithms lists them; Windows' own
/// is not published (behaviour.md g1, s112).
pub static ALGORITHMS: &[Algorithm] = {
    use crate::engine::sponge::Strength;
    use Class::{
        AsymmetricEncryption, Cipher, Hash, KeyDerivation, KeyEncapsulation, Random, SecretAgreement,
        Signature,
    };
    use Preset::{Keyed, Mode, Plain};
    use cipher::Mode::{Cbc, Ccm, Cfb, Ecb, Gcm};
    use names::*;
    &[
        Algorithm::new(
            BCRYPT_AES_ALGORITHM,
            Cipher,
            Does::Cipher(&aes::Algorithm),
            &[
                (BCRYPT_AES_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_AES_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_AES_CFB_ALG_HANDLE, Mode(Cfb)),
                (BCRYPT_AES_CCM_ALG_HANDLE, Mode(Ccm)),
                (BCRYPT_AES_GCM_ALG_HANDLE, Mode(Gcm)),
            ],
        ),
        Algorithm::new(
            BCRYPT_RC4_ALGORITHM,
            Cipher,
            Does::Cipher(&rc4::Algorithm),
            &[(BCRYPT_RC4_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_DES_ALGORITHM,
            Cipher,
            Does::Cipher(&des::Algorithm::Des),
            &[
                (BCRYPT_DES_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_DES_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_DES_CFB_ALG_HANDLE, Mode(Cfb)),
            ],
        ),
        Algorithm::new(
            BCRYPT_DESX_ALGORITHM,
            Cipher,
            Does::Cipher(&des::Algorithm::Desx),
            &[
                (BCRYPT_DESX_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_DESX_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_DESX_CFB_ALG_HANDLE, Mode(Cfb)),
            ],
        ),
        Algorithm::new(
            BCRYPT_3DES_ALGORITHM,
            Cipher,
            Does::Cipher(&des::Algorithm::ThreeKeys),
            &[
                (BCRYPT_3DES_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_3DES_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_3DES_CFB_ALG_HANDLE, Mode(Cfb)),
            ],
        ),
        Algorithm::new(
            BCRYPT_3DES_112_ALGORITHM,
            Cipher,
            Does::Cipher(&des::Algorithm::TwoKeys),
            &[
                (BCRYPT_3DES_112_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_3DES_112_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_3DES_112_CFB_ALG_HANDLE, Mode(Cfb)),
            ],
        ),
        Algorithm::new(
            BCRYPT_RC2_ALGORITHM,
            Cipher,
            Does::Cipher(&rc2::Algorithm),
            &[
                (BCRYPT_RC2_CBC_ALG_HANDLE, Mode(Cbc)),
                (BCRYPT_RC2_ECB_ALG_HANDLE, Mode(Ecb)),
                (BCRYPT_RC2_CFB_ALG_HANDLE, Mode(Cfb)),
            ],
        ),
        Algorithm::new(
            BCRYPT_XTS_AES_ALGORITHM,
            Cipher,
            Does::Cipher(&xts::Algorithm),
            &[(BCRYPT_XTS_AES_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_CHACHA20_POLY1305_ALGORITHM,
            Cipher,
            Does::Cipher(&chacha::Algorithm),
            &[(BCRYPT_CHACHA20_POLY1305_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_MD2_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::MD2)),
            &[(BCRYPT_MD2_ALG_HANDLE, Plain), (BCRYPT_HMAC_MD2_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_MD4_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::MD4)),
            &[(BCRYPT_MD4_ALG_HANDLE, Plain), (BCRYPT_HMAC_MD4_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_MD5_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::MD5)),
            &[(BCRYPT_MD5_ALG_HANDLE, Plain), (BCRYPT_HMAC_MD5_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA1_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::of_tls(&digest::SHA1)),
            &[(BCRYPT_SHA1_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA1_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA256_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::of_tls(&digest::SHA256)),
            &[(BCRYPT_SHA256_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA256_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA384_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::of_tls(&digest::SHA384)),
            &[(BCRYPT_SHA384_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA384_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA512_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::SHA512)),
            &[(BCRYPT_SHA512_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA512_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA3_256_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::SHA3_256)),
            &[(BCRYPT_SHA3_256_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA3_256_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA3_384_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::SHA3_384)),
            &[(BCRYPT_SHA3_384_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA3_384_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_SHA3_512_ALGORITHM,
            Hash,
            Does::Hash(&hash::digest::Algorithm::over(&digest::SHA3_512)),
            &[(BCRYPT_SHA3_512_ALG_HANDLE, Plain), (BCRYPT_HMAC_SHA3_512_ALG_HANDLE, Keyed)],
        ),
        Algorithm::new(
            BCRYPT_CSHAKE128_ALGORITHM,
            Hash,
            Does::Hash(&hash::xof::Algorithm::cshake(Strength::Of128)),
            &[(BCRYPT_CSHAKE128_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_CSHAKE256_ALGORITHM,
            Hash,
            Does::Hash(&hash::xof::Algorithm::cshake(Strength::Of256)),
            &[(BCRYPT_CSHAKE256_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_KMAC128_ALGORITHM,
            Hash,
            Does::Hash(&hash::xof::Algorithm::kmac(Strength::Of128)),
            &[(BCRYPT_KMAC128_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_KMAC256_ALGORITHM,
            Hash,
            Does::Hash(&hash::xof::Algorithm::kmac(Strength::Of256)),
            &[(BCRYPT_KMAC256_ALG_HANDLE, Plain)],
        ),
        // 0x451 is SHAKE128 in Microsoft's metadata; another header calls it AES-KWP
        // (behaviour.md b8).
        Algorithm::absent(BCRYPT_SHAKE128_ALGORITHM, Hash, &[(BCRYPT_SHAKE128_ALG_HANDLE, Plain)]),
        Algorithm::absent(BCRYPT_SHAKE256_ALGORITHM, Hash, &[(BCRYPT_SHAKE256_ALG_HANDLE, Plain)]),
        Algorithm::new(
            BCRYPT_AES_CMAC_ALGORITHM,
            Hash,
            Does::Hash(&hash::aes::Algorithm::Cmac),
            &[(BCRYPT_AES_CMAC_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_AES_GMAC_ALGORITHM,
            Hash,
            Does::Hash(&hash::aes::Algorithm::Gmac),
            &[(BCRYPT_AES_GMAC_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_RSA_ALGORITHM,
            AsymmetricEncryption,
            Does::Pair(&rsa::Algorithm::Whole),
            &[(BCRYPT_RSA_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_DH_ALGORITHM,
            SecretAgreement,
            Does::Pair(&dh::Algorithm),
            &[(BCRYPT_DH_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDH_P256_ALGORITHM,
            SecretAgreement,
            Does::Pair(&ec::Algorithm::on(&curve::P256, Purpose::Agreement)),
            &[(BCRYPT_ECDH_P256_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDH_P384_ALGORITHM,
            SecretAgreement,
            Does::Pair(&ec::Algorithm::on(&curve::P384, Purpose::Agreement)),
            &[(BCRYPT_ECDH_P384_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDH_P521_ALGORITHM,
            SecretAgreement,
            Does::Pair(&ec::Algorithm::on(&curve::P521, Purpose::Agreement)),
            &[(BCRYPT_ECDH_P521_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDH_ALGORITHM,
            SecretAgreement,
            Does::Pair(&ec::Algorithm::generic(Purpose::Agreement)),
            &[(BCRYPT_ECDH_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_RSA_SIGN_ALGORITHM,
            Signature,
            Does::Pair(&rsa::Algorithm::Signing),
            &[(BCRYPT_RSA_SIGN_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_DSA_ALGORITHM,
            Signature,
            Does::Pair(&dsa::Algorithm),
            &[(BCRYPT_DSA_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDSA_P256_ALGORITHM,
            Signature,
            Does::Pair(&ec::Algorithm::on(&curve::P256, Purpose::Signature)),
            &[(BCRYPT_ECDSA_P256_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDSA_P384_ALGORITHM,
            Signature,
            Does::Pair(&ec::Algorithm::on(&curve::P384, Purpose::Signature)),
            &[(BCRYPT_ECDSA_P384_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDSA_P521_ALGORITHM,
            Signature,
            Does::Pair(&ec::Algorithm::on(&curve::P521, Purpose::Signature)),
            &[(BCRYPT_ECDSA_P521_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_ECDSA_ALGORITHM,
            Signature,
            Does::Pair(&ec::Algorithm::generic(Purpose::Signature)),
            &[(BCRYPT_ECDSA_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_MLDSA_ALGORITHM,
            Signature,
            Does::Pair(&mldsa::Algorithm::of_sets()),
            &[(BCRYPT_MLDSA_ALG_HANDLE, Plain)],
        ),
        // Of a prerelease of Windows; some of its names are not published (behaviour.md t180).
        Algorithm::absent(
            BCRYPT_COMPOSITE_MLDSA_ALGORITHM,
            Signature,
            &[(BCRYPT_COMPOSITE_MLDSA_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(BCRYPT_RNG_ALGORITHM, Random, Does::Random, &[(BCRYPT_RNG_ALG_HANDLE, Plain)]),
        // Other names of the same generator (behaviour.md s102); they have no pseudo-handles.
        Algorithm::new(BCRYPT_RNG_FIPS186_DSA_ALGORITHM, Random, Does::Random, &[]),
        Algorithm::new(BCRYPT_RNG_DUAL_EC_ALGORITHM, Random, Does::Random, &[]),
        Algorithm::new(
            BCRYPT_CAPI_KDF_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&capi::Algorithm),
            &[(BCRYPT_CAPI_KDF_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_PBKDF2_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&pbkdf2::Algorithm),
            &[(BCRYPT_PBKDF2_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_SP800108_CTR_HMAC_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&sp800_108::Algorithm),
            &[(BCRYPT_SP800108_CTR_HMAC_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_SP80056A_CONCAT_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&concat::Algorithm),
            &[(BCRYPT_SP80056A_CONCAT_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_TLS1_1_KDF_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&tls_prf::Algorithm::Tls1_1),
            &[(BCRYPT_TLS1_1_KDF_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_TLS1_2_KDF_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&tls_prf::Algorithm::Tls1_2),
            &[(BCRYPT_TLS1_2_KDF_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_HKDF_ALGORITHM,
            KeyDerivation,
            Does::Derivation(&hkdf::Algorithm),
            &[(BCRYPT_HKDF_ALG_HANDLE, Plain)],
        ),
        Algorithm::new(
            BCRYPT_MLKEM_ALGORITHM,
            KeyEncapsulation,
            Does::Pair(&mlkem::Algorithm::of_sets()),
            &[(BCRYPT_MLKEM_ALG_HANDLE, Plain)],
        ),
        // As above.
        Algorithm::absent(
            BCRYPT_COMPOSITE_MLKEM_ALGORITHM,
            KeyEncapsulation,
            &[(BCRYPT_COMPOSITE_MLKEM_ALG_HANDLE, Plain)],
        ),
    ]
};

/// The algorithms done here, in enumeration order.
pub fn implemented() -> impl Iterator<Item = &'static Algorithm> + Clone {
    ALGORITHMS.iter().filter(|algorithm| !matches!(algorithm.does, Does::Nothing))
}

/// The algorithm of an identifier. Fails with `NotFound` (behaviour.md b2).
///
/// ASCII case does not matter (behaviour.md n, b1; weakly known).
pub fn find(name: &WideName) -> Result<&'static Algorithm> {
    implemented().find(|algorithm| name.is_ignoring_case(algorithm.name)).ok_or(Status::NotFound)
}

/// The algorithm and the preset of a pseudo-handle number. Fails with `InvalidHandle` for an unknown one
/// (behaviour.md b10).
pub fn by_pseudo_handle(value: u32) -> Result<(&'static Algorithm, Preset)> {
    let place = INDEX.get(value as usize >> 4).filter(|_| value & 0xF == 1);
    place.copied().flatten().ok_or(Status::InvalidHandle)
}

/// The rows by their pseudo-handles, which are 16 n + 1: the place is n.
#[allow(clippy::indexing_slicing, reason = "what is out of bounds does not compile")]
static INDEX: [Option<(&Algorithm, Preset)>; INDEX_LENGTH] = {
    let mut index = [const { None }; INDEX_LENGTH];
    let mut row = 0;
    while row < ALGORITHMS.len() {
        let algorithm = &ALGORITHMS[row];
        let mut handle = 0;
        while handle < algorithm.pseudo_handles.len() {
            let (value, preset) = algorithm.pseudo_handles[handle];
            assert!(value & 0xF == 1 && index[value as usize >> 4].is_none());
            index[value as usize >> 4] = Some((algorithm, preset));
            handle += 1;
        }
        row += 1;
    }
    index
};

/// One more than the place of the greatest pseudo-handle; a greater one does not compile.
const INDEX_LENGTH: usize = 0x4B;
