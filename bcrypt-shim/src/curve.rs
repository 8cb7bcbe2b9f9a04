//! The named curves of generic ECDH, one row each.
//!
//! Names are those of Microsoft's list of CNG curves. Several names stand for one curve; a key reports
//! the name it was made under.

use crate::engine::ec::Group;
use crate::names;
use crate::status::{Result, Status};
use crate::wide::WideName;

/// How a curve's points and scalars are written and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// y² = x³ + ax + b over a prime field; numbers are big-endian.
    Weierstrass(Group),
    /// Curve25519, of which only u-coordinates are used; numbers are the little-endian bytes of
    /// RFC 7748 (behaviour.md c22).
    Curve25519,
}

/// A curve under one of its names.
#[derive(Debug)]
pub struct Curve {
    /// The value of `ECCCurveName`.
    pub name: &'static str,
    /// Bits of the field modulus.
    pub bits: u32,
    /// What `KeyStrength` reports: bits of the field, but 253 for curve25519, the bits of its
    /// subgroup's order (behaviour.md f3).
    pub strength: u32,
    /// Its arithmetic.
    pub form: Form,
    /// The magics of its own blobs: public and private. Generic ECDH has one pair for all curves.
    pub magics: Option<Magics>,
}

/// First words of the public and the private blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magics {
    /// Of the public form.
    pub public: u32,
    /// Of the private form.
    pub private: u32,
}

/// The magics of keys on a curve chosen by name.
pub const GENERIC_MAGICS: Magics = Magics {
    public: names::BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC,
    private: names::BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC,
};

const P256_MAGICS: Magics =
    Magics { public: names::BCRYPT_ECDH_PUBLIC_P256_MAGIC, private: names::BCRYPT_ECDH_PRIVATE_P256_MAGIC };
const P384_MAGICS: Magics =
    Magics { public: names::BCRYPT_ECDH_PUBLIC_P384_MAGIC, private: names::BCRYPT_ECDH_PRIVATE_P384_MAGIC };
const P521_MAGICS: Magics =
    Magics { public: names::BCRYPT_ECDH_PUBLIC_P521_MAGIC, private: names::BCRYPT_ECDH_PRIVATE_P521_MAGIC };

impl Curve {
    const fn p256(name: &'static str) -> Self {
        Self::nist(name, 256, Group::P256, P256_MAGICS)
    }

    const fn p384(name: &'static str) -> Self {
        Self::nist(name, 384, Group::P384, P384_MAGICS)
    }

    const fn p521(name: &'static str) -> Self {
        Self::nist(name, 521, Group::P521, P521_MAGICS)
    }

    const fn nist(name: &'static str, bits: u32, group: Group, magics: Magics) -> Self {
        Self { name, bits, strength: bits, form: Form::Weierstrass(group), magics: Some(magics) }
    }

    /// Bytes of one coordinate, and of a scalar: `cbKey` in the blobs.
    pub const fn width(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    /// Whether two names stand for the same curve.
    pub fn same_as(&self, other: &Curve) -> bool {
        self.form == other.form
    }
}

/// NIST P-256 (FIPS 186-4, D.1.2.3).
pub static NIST_P256: Curve = Curve::p256(names::BCRYPT_ECC_CURVE_NISTP256);
/// NIST P-384 (FIPS 186-4, D.1.2.4).
pub static NIST_P384: Curve = Curve::p384(names::BCRYPT_ECC_CURVE_NISTP384);
/// NIST P-521 (FIPS 186-4, D.1.2.5).
pub static NIST_P521: Curve = Curve::p521(names::BCRYPT_ECC_CURVE_NISTP521);

static SEC_P256R1: Curve = Curve::p256(names::BCRYPT_ECC_CURVE_SECP256R1);
static SEC_P384R1: Curve = Curve::p384(names::BCRYPT_ECC_CURVE_SECP384R1);
static SEC_P521R1: Curve = Curve::p521(names::BCRYPT_ECC_CURVE_SECP521R1);
static X962_P256V1: Curve = Curve::p256(names::BCRYPT_ECC_CURVE_X962P256V1);

/// Curve25519 (RFC 7748).
static CURVE25519: Curve = Curve {
    name: names::BCRYPT_ECC_CURVE_25519,
    bits: 255,
    strength: 253,
    form: Form::Curve25519,
    magics: None,
};

/// Every curve name that can be chosen, in the order `ECCCurveNameList` gives them: that of
/// Microsoft's table.
pub static CURVES: &[&Curve] =
    &[&CURVE25519, &NIST_P256, &NIST_P384, &NIST_P521, &SEC_P256R1, &SEC_P384R1, &SEC_P521R1, &X962_P256V1];

/// The curve of a name, without regard to case (behaviour.md n, c31). Fails with `InvalidParameter`
/// (behaviour.md n, c32).
pub fn find(name: &WideName) -> Result<&'static Curve> {
    CURVES.iter().copied().find(|curve| name.is_ignoring_case(curve.name)).ok_or(Status::InvalidParameter)
}

/// The curve that a blob magic of the fixed algorithms stands for.
pub fn by_magic(magic: u32) -> Option<&'static Curve> {
    [&NIST_P256, &NIST_P384, &NIST_P521]
        .into_iter()
        .find(|curve| curve.magics.is_some_and(|magics| magics.public == magic || magics.private == magic))
}
