//! Headers of key blobs and of parameter properties.
//!
//! Header words are little-endian. The numbers that follow a header are big-endian and padded with zeros on the
//! left to the stated size, except for curve25519, whose numbers keep the byte order of RFC 7748.

use super::{
    DSAFIPSVERSION_ENUM, ECC_CURVE_ALG_ID_ENUM, ECC_CURVE_TYPE_ENUM, HASHALGORITHM_ENUM, UCHAR, ULONG,
};

/// What every key blob begins with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_KEY_BLOB {
    /// The kind of blob: one of the ..._MAGIC numbers.
    pub Magic: ULONG,
}

/// An RSA key; exponent, modulus, and for a private key the primes and more follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_RSAKEY_BLOB {
    /// BCRYPT_RSA..._MAGIC.
    pub Magic: ULONG,
    /// Bits of the modulus.
    pub BitLength: ULONG,
    /// Bytes of the public exponent.
    pub cbPublicExp: ULONG,
    /// Bytes of the modulus.
    pub cbModulus: ULONG,
    /// Bytes of the first prime; zero in a public key.
    pub cbPrime1: ULONG,
    /// Bytes of the second prime; zero in a public key.
    pub cbPrime2: ULONG,
}

/// A key on a curve that the algorithm or its curve name fixes; X, Y, and for a private key d follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ECCKEY_BLOB {
    /// BCRYPT_ECDH_..._MAGIC or BCRYPT_ECDSA_..._MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of each number.
    pub cbKey: ULONG,
}

/// A public key as TLS sends it; the point follows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SSL_ECCKEY_BLOB {
    /// The curve.
    pub dwCurveType: ULONG,
    /// Bytes of each coordinate.
    pub cbKey: ULONG,
}

/// A key together with its curve; P, A, B, Gx, Gy, n, h, seed, Qx, Qy, and for a private key d follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ECCFULLKEY_BLOB {
    /// A BCRYPT_EC..._GENERIC_MAGIC.
    pub dwMagic: ULONG,
    /// BCRYPT_ECC_FULLKEY_BLOB_V1.
    pub dwVersion: ULONG,
    /// The shape of the curve's equation.
    pub dwCurveType: ECC_CURVE_TYPE_ENUM,
    /// How the curve was generated.
    pub dwCurveGenerationAlgId: ECC_CURVE_ALG_ID_ENUM,
    /// Bytes of P, A, B and of each coordinate.
    pub cbFieldLength: ULONG,
    /// Bytes of n and of d.
    pub cbSubgroupOrder: ULONG,
    /// Bytes of h.
    pub cbCofactor: ULONG,
    /// Bytes of the seed the curve was generated from.
    pub cbSeed: ULONG,
}

/// The value of the `ECCParameters` property; P, A, B, Gx, Gy, n, h, seed follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ECC_PARAMETER_HEADER {
    /// BCRYPT_ECC_PARAMETER_HEADER_V1.
    pub dwVersion: ULONG,
    /// The shape of the curve's equation.
    pub dwCurveType: ECC_CURVE_TYPE_ENUM,
    /// How the curve was generated.
    pub dwCurveGenerationAlgId: ECC_CURVE_ALG_ID_ENUM,
    /// Bytes of P, A, B and of each coordinate.
    pub cbFieldLength: ULONG,
    /// Bytes of n.
    pub cbSubgroupOrder: ULONG,
    /// Bytes of h.
    pub cbCofactor: ULONG,
    /// Bytes of the seed the curve was generated from.
    pub cbSeed: ULONG,
}

/// A Diffie-Hellman key; p, g, y, and for a private key x follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DH_KEY_BLOB {
    /// BCRYPT_DH_PUBLIC_MAGIC or BCRYPT_DH_PRIVATE_MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of each number.
    pub cbKey: ULONG,
}

/// The value of the `DHParameters` property; p and g follow. The length stands before the magic.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DH_PARAMETER_HEADER {
    /// Bytes of header and numbers together.
    pub cbLength: ULONG,
    /// BCRYPT_DH_PARAMETERS_MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of each number.
    pub cbKeyLength: ULONG,
}

/// A DSA key of at most 1024 bits; p, g, y, and for a private key x follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DSA_KEY_BLOB {
    /// BCRYPT_DSA_PUBLIC_MAGIC or BCRYPT_DSA_PRIVATE_MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of each number that follows.
    pub cbKey: ULONG,
    /// The counter the primes were found at, big-endian.
    pub Count: [UCHAR; 4],
    /// The seed the primes were generated from, big-endian.
    pub Seed: [UCHAR; 20],
    /// The order of the subgroup, big-endian.
    pub q: [UCHAR; 20],
}

/// A DSA key of more than 1024 bits; seed, q, p, g, y, and for a private key x follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DSA_KEY_BLOB_V2 {
    /// BCRYPT_DSA_PUBLIC_MAGIC_V2 or BCRYPT_DSA_PRIVATE_MAGIC_V2.
    pub dwMagic: ULONG,
    /// Bytes of p, g and y.
    pub cbKey: ULONG,
    /// The hash the primes were generated with.
    pub hashAlgorithm: HASHALGORITHM_ENUM,
    /// The standard the primes follow.
    pub standardVersion: DSAFIPSVERSION_ENUM,
    /// Bytes of seed.
    pub cbSeedLength: ULONG,
    /// Bytes of q.
    pub cbGroupSize: ULONG,
    /// The counter the primes were found at, big-endian.
    pub Count: [UCHAR; 4],
}

/// The value of the `DSAParameters` property up to 1024 bits; p and g follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DSA_PARAMETER_HEADER {
    /// Bytes of header and numbers together.
    pub cbLength: ULONG,
    /// BCRYPT_DSA_PARAMETERS_MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of each number that follows.
    pub cbKeyLength: ULONG,
    /// The counter the primes were found at, big-endian.
    pub Count: [UCHAR; 4],
    /// The seed the primes were generated from, big-endian.
    pub Seed: [UCHAR; 20],
    /// The order of the subgroup, big-endian.
    pub q: [UCHAR; 20],
}

/// The value of the `DSAParameters` property above 1024 bits; seed, q, p and g follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_DSA_PARAMETER_HEADER_V2 {
    /// Bytes of header and numbers together.
    pub cbLength: ULONG,
    /// BCRYPT_DSA_PARAMETERS_MAGIC_V2.
    pub dwMagic: ULONG,
    /// Bytes of p and g.
    pub cbKeyLength: ULONG,
    /// The hash the primes were generated with.
    pub hashAlgorithm: HASHALGORITHM_ENUM,
    /// The standard the primes follow.
    pub standardVersion: DSAFIPSVERSION_ENUM,
    /// Bytes of seed.
    pub cbSeedLength: ULONG,
    /// Bytes of q.
    pub cbGroupSize: ULONG,
    /// The counter the primes were found at, big-endian.
    pub Count: [UCHAR; 4],
}

/// A symmetric key; its bytes follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_KEY_DATA_BLOB_HEADER {
    /// BCRYPT_KEY_DATA_BLOB_MAGIC.
    pub dwMagic: ULONG,
    /// BCRYPT_KEY_DATA_BLOB_VERSION1.
    pub dwVersion: ULONG,
    /// Bytes of key.
    pub cbKeyData: ULONG,
}

/// An ML-KEM key; the parameter set's name in UTF-16 and the key as FIPS 203 encodes it follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_MLKEM_KEY_BLOB {
    /// BCRYPT_MLKEM_..._MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of the name, its NUL included.
    pub cbParameterSet: ULONG,
    /// Bytes of key.
    pub cbKey: ULONG,
}

/// A post-quantum signature key; the parameter set's name in UTF-16 and the encoded key follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PQDSA_KEY_BLOB {
    /// BCRYPT_MLDSA_..._MAGIC or BCRYPT_SLHDSA_..._MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of the name, its NUL included.
    pub cbParameterSet: ULONG,
    /// Bytes of key.
    pub cbKey: ULONG,
}

/// A key wrapped with AES, whose own key is wrapped with RSA, after PKCS #11.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PKCS11_RSA_AES_WRAP_BLOB {
    /// BCRYPT_PKCS11_RSA_AES_WRAP_BLOB_MAGIC.
    pub dwMagic: ULONG,
    /// Bytes of wrapped key.
    pub cbKey: ULONG,
    /// Bytes of the padding's hash name, its NUL included.
    pub cbPaddingAlgId: ULONG,
    /// Bytes of the padding's label.
    pub cbPaddingLabel: ULONG,
}
