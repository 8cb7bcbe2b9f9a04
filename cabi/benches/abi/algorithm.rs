//! What is measured: algorithms under the names that each peer knows them by, and operations on them.

use bcrypt_shim::group::STANDARD;

/// An algorithm with a group.
#[derive(Debug)]
pub struct Algorithm {
    /// How the results name it.
    pub name: &'static str,
    pub kind: Kind,
}

impl Algorithm {
    /// The one of the main table.
    pub fn named(kind: Kind) -> &'static Self {
        MAIN.iter().find(|algorithm| algorithm.kind == kind).expect("it is in the table")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// CNG's curve name, its bits, and OpenSSL's name.
    Curve { cng: &'static str, bits: u32, openssl: &'static str },
    /// Bits of p, and whether it is the standard group of RFC 3526 (or 2409) or one of its own.
    Dh { bits: u32, standard: bool },
}

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new key pair, and its destruction.
    Generate,
    /// A peer's public key from its bytes, with the checks that it needs, and its destruction.
    Import,
    /// The shared secret of an own key and a peer's, and its destruction.
    Agree,
    /// Generate, export, import, agree, SHA-256 of the secret, and destruction of all.
    Exchange,
    /// A key from an agreed secret.
    Derive(Kdf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kdf {
    Hash,
    Hmac,
    TlsPrf,
    Concat,
    Hkdf,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Import => "import",
            Self::Agree => "agree",
            Self::Exchange => "exchange",
            Self::Derive(Kdf::Hash) => "derive HASH",
            Self::Derive(Kdf::Hmac) => "derive HMAC",
            Self::Derive(Kdf::TlsPrf) => "derive TLS_PRF",
            Self::Derive(Kdf::Concat) => "derive SP800_56A_CONCAT",
            Self::Derive(Kdf::Hkdf) => "derive HKDF",
        }
    }
}

pub const ON_KEYS: [Operation; 4] =
    [Operation::Generate, Operation::Import, Operation::Agree, Operation::Exchange];

pub const DERIVATIONS: [Operation; 5] = [
    Operation::Derive(Kdf::Hash),
    Operation::Derive(Kdf::Hmac),
    Operation::Derive(Kdf::TlsPrf),
    Operation::Derive(Kdf::Concat),
    Operation::Derive(Kdf::Hkdf),
];

const fn curve(name: &'static str, cng: &'static str, bits: u32, openssl: &'static str) -> Algorithm {
    Algorithm { name, kind: Kind::Curve { cng, bits, openssl } }
}

const fn dh(name: &'static str, bits: u32, standard: bool) -> Algorithm {
    Algorithm { name, kind: Kind::Dh { bits, standard } }
}

/// Measured with every operation.
pub static MAIN: [Algorithm; 13] = [
    curve("P-256", "nistP256", 256, "prime256v1"),
    curve("P-384", "nistP384", 384, "secp384r1"),
    curve("P-521", "nistP521", 521, "secp521r1"),
    curve("X25519", "curve25519", 255, "X25519"),
    curve("secP256k1", "secP256k1", 256, "secp256k1"),
    curve("brainpoolP256r1", "brainpoolP256r1", 256, "brainpoolP256r1"),
    dh("DH-1024, other group", 1024, false),
    dh("DH-2048, recognised group", 2048, true),
    dh("DH-2048, other group", 2048, false),
    dh("DH-3072, recognised group", 3072, true),
    dh("DH-3072, other group", 3072, false),
    dh("DH-4096, recognised group", 4096, true),
    dh("DH-4096, other group", 4096, false),
];

/// Curves without code of their own, measured with agreement only.
pub static CURVES: [Algorithm; 27] = [
    curve("brainpoolP160r1", "brainpoolP160r1", 160, "brainpoolP160r1"),
    curve("brainpoolP160t1", "brainpoolP160t1", 160, "brainpoolP160t1"),
    curve("brainpoolP192r1", "brainpoolP192r1", 192, "brainpoolP192r1"),
    curve("brainpoolP192t1", "brainpoolP192t1", 192, "brainpoolP192t1"),
    curve("brainpoolP224r1", "brainpoolP224r1", 224, "brainpoolP224r1"),
    curve("brainpoolP224t1", "brainpoolP224t1", 224, "brainpoolP224t1"),
    curve("brainpoolP256t1", "brainpoolP256t1", 256, "brainpoolP256t1"),
    curve("brainpoolP320r1", "brainpoolP320r1", 320, "brainpoolP320r1"),
    curve("brainpoolP320t1", "brainpoolP320t1", 320, "brainpoolP320t1"),
    curve("brainpoolP384r1", "brainpoolP384r1", 384, "brainpoolP384r1"),
    curve("brainpoolP384t1", "brainpoolP384t1", 384, "brainpoolP384t1"),
    curve("brainpoolP512r1", "brainpoolP512r1", 512, "brainpoolP512r1"),
    curve("brainpoolP512t1", "brainpoolP512t1", 512, "brainpoolP512t1"),
    curve("nistP192", "nistP192", 192, "prime192v1"),
    curve("nistP224", "nistP224", 224, "secp224r1"),
    curve("secP160k1", "secP160k1", 160, "secp160k1"),
    curve("secP160r1", "secP160r1", 160, "secp160r1"),
    curve("secP160r2", "secP160r2", 160, "secp160r2"),
    curve("secP192k1", "secP192k1", 192, "secp192k1"),
    curve("secP224k1", "secP224k1", 224, "secp224k1"),
    curve("wtls9", "wtls9", 160, "wap-wsg-idm-ecid-wtls9"),
    curve("x962P192v2", "x962P192v2", 192, "prime192v2"),
    curve("x962P192v3", "x962P192v3", 192, "prime192v3"),
    curve("x962P239v1", "x962P239v1", 239, "prime239v1"),
    curve("x962P239v2", "x962P239v2", 239, "prime239v2"),
    curve("x962P239v3", "x962P239v3", 239, "prime239v3"),
    curve("ec192wapi", "ec192wapi", 192, "ec192wapi"),
];

/// p and g of a DH algorithm, big-endian. A group of its own is the standard prime with the generator 4.
pub fn parameters(bits: u32, standard: bool) -> (&'static [u8], Vec<u8>) {
    let known = STANDARD.iter().find(|known| known.bits() == bits).expect("each size has a standard group");
    let mut g = vec![0; known.p.len()];
    *g.last_mut().expect("p has bytes") = if standard { 2 } else { 4 };
    (known.p, g)
}

/// Bits of a private exponent: short in the recognised groups, as wide as p elsewhere.
pub fn exponent_bits(bits: u32, standard: bool) -> u32 {
    match (standard, bits) {
        (true, 2048 | 3072) => 256,
        (true, 4096) => 384,
        _ => bits,
    }
}
