//! The named curves of generic ECDH and ECDSA, one row each, and curves that a caller gives by their numbers.
//!
//! Names are those of Microsoft's list of CNG curves. Several names stand for one curve; a key reports
//! the name it was made under.

pub mod definition;
mod numbers;

use std::sync::Arc;

use self::definition::{Arithmetic, Definition, Domain, Numbers};
use self::numbers::*;
use crate::blob::Part;
use crate::memory;
use crate::names::*;
use crate::status::{Result, Status};
use crate::wide::WideName;

/// A curve name.
#[derive(Debug)]
pub struct Row {
    /// The value of `ECCCurveName`.
    pub name: &'static str,
    /// The curve.
    pub definition: &'static Definition,
}

impl Row {
    const fn new(name: &'static str, definition: &'static Definition) -> Self {
        Self { name, definition }
    }

    /// The curve under this name. Fails with `NotSupported` if it can't be computed on here.
    fn curve(&self) -> Result<Curve> {
        Ok(Curve {
            name: Some(self.name),
            domain: self.definition.domain()?,
            tls_number: self.definition.tls_number,
        })
    }

    /// Whether the curve can be computed on here, for either purpose or for both.
    pub fn is_supported(&self) -> bool {
        !matches!(self.definition.arithmetic, Arithmetic::Missing)
    }

    /// Whether the curve serves this purpose here: curve25519 is for agreement alone (behaviour.md t107).
    pub fn serves(&self, purpose: Purpose) -> bool {
        let is_montgomery = matches!(self.definition.arithmetic, Arithmetic::Montgomery);
        self.is_supported() && (purpose == Purpose::Agreement || !is_montgomery)
    }
}

/// Every curve name of Windows, in the order of Microsoft's table, in which `ECCCurveNameList` gives
/// those that are supported.
pub static CURVES: &[Row] = &[
    Row::new(BCRYPT_ECC_CURVE_25519, &CURVE25519),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP160R1, &BRAINPOOL_P160R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP160T1, &BRAINPOOL_P160T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP192R1, &BRAINPOOL_P192R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP192T1, &BRAINPOOL_P192T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP224R1, &BRAINPOOL_P224R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP224T1, &BRAINPOOL_P224T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP256R1, &BRAINPOOL_P256R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP256T1, &BRAINPOOL_P256T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP320R1, &BRAINPOOL_P320R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP320T1, &BRAINPOOL_P320T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP384R1, &BRAINPOOL_P384R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP384T1, &BRAINPOOL_P384T1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP512R1, &BRAINPOOL_P512R1),
    Row::new(BCRYPT_ECC_CURVE_BRAINPOOLP512T1, &BRAINPOOL_P512T1),
    Row::new(BCRYPT_ECC_CURVE_EC192WAPI, &EC192_WAPI),
    Row::new(BCRYPT_ECC_CURVE_NISTP192, &NIST_P192),
    Row::new(BCRYPT_ECC_CURVE_NISTP224, &NIST_P224),
    Row::new(BCRYPT_ECC_CURVE_NISTP256, &NIST_P256),
    Row::new(BCRYPT_ECC_CURVE_NISTP384, &NIST_P384),
    Row::new(BCRYPT_ECC_CURVE_NISTP521, &NIST_P521),
    Row::new(BCRYPT_ECC_CURVE_NUMSP256T1, &NUMS),
    Row::new(BCRYPT_ECC_CURVE_NUMSP384T1, &NUMS),
    Row::new(BCRYPT_ECC_CURVE_NUMSP512T1, &NUMS),
    Row::new(BCRYPT_ECC_CURVE_SECP160K1, &SEC_P160K1),
    Row::new(BCRYPT_ECC_CURVE_SECP160R1, &SEC_P160R1),
    Row::new(BCRYPT_ECC_CURVE_SECP160R2, &SEC_P160R2),
    Row::new(BCRYPT_ECC_CURVE_SECP192K1, &SEC_P192K1),
    Row::new(BCRYPT_ECC_CURVE_SECP192R1, &NIST_P192),
    Row::new(BCRYPT_ECC_CURVE_SECP224K1, &SEC_P224K1),
    Row::new(BCRYPT_ECC_CURVE_SECP224R1, &NIST_P224),
    Row::new(BCRYPT_ECC_CURVE_SECP256K1, &SEC_P256K1),
    Row::new(BCRYPT_ECC_CURVE_SECP256R1, &NIST_P256),
    Row::new(BCRYPT_ECC_CURVE_SECP384R1, &NIST_P384),
    Row::new(BCRYPT_ECC_CURVE_SECP521R1, &NIST_P521),
    Row::new(BCRYPT_ECC_CURVE_WTLS12, &NIST_P224),
    Row::new(BCRYPT_ECC_CURVE_WTLS7, &SEC_P160R2),
    Row::new(BCRYPT_ECC_CURVE_WTLS9, &WTLS9),
    Row::new(BCRYPT_ECC_CURVE_X962P192V1, &NIST_P192),
    Row::new(BCRYPT_ECC_CURVE_X962P192V2, &X962_P192V2),
    Row::new(BCRYPT_ECC_CURVE_X962P192V3, &X962_P192V3),
    Row::new(BCRYPT_ECC_CURVE_X962P239V1, &X962_P239V1),
    Row::new(BCRYPT_ECC_CURVE_X962P239V2, &X962_P239V2),
    Row::new(BCRYPT_ECC_CURVE_X962P239V3, &X962_P239V3),
    Row::new(BCRYPT_ECC_CURVE_X962P256V1, &NIST_P256),
];

/// The names that can be chosen for a purpose.
pub fn supported(purpose: Purpose) -> impl Iterator<Item = &'static Row> {
    CURVES.iter().filter(move |row| row.serves(purpose))
}

/// What the keys of an algorithm are for. The blobs of both differ in their magics alone (behaviour.md t104).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// ECDH.
    Agreement,
    /// ECDSA.
    Signature,
}

impl Purpose {
    /// The magics of keys on a curve chosen by name or given by numbers.
    pub const fn magics(self) -> Magics {
        match self {
            Self::Agreement => Magics {
                public: BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC,
                private: BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC,
            },
            Self::Signature => Magics {
                public: BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC,
                private: BCRYPT_ECDSA_PRIVATE_GENERIC_MAGIC,
            },
        }
    }
}

/// The curve of fixed algorithms, with the magics of their blobs.
#[derive(Debug)]
pub struct Fixed {
    /// Its name.
    pub name: &'static str,
    /// Bits of its field.
    pub bits: u32,
    /// The first words of the blobs of ECDH.
    agreement: Magics,
    /// The first words of the blobs of ECDSA.
    signature: Magics,
}

/// First words of the public and the private blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magics {
    /// Of the public form.
    pub public: u32,
    /// Of the private form.
    pub private: u32,
}

impl Magics {
    /// Of this form.
    pub const fn of(self, part: Part) -> u32 {
        match part {
            Part::Public => self.public,
            Part::Private => self.private,
        }
    }
}

/// NIST P-256, the curve of ECDH_P256 and ECDSA_P256.
pub static P256: Fixed = Fixed {
    name: BCRYPT_ECC_CURVE_NISTP256,
    bits: 256,
    agreement: Magics { public: BCRYPT_ECDH_PUBLIC_P256_MAGIC, private: BCRYPT_ECDH_PRIVATE_P256_MAGIC },
    signature: Magics { public: BCRYPT_ECDSA_PUBLIC_P256_MAGIC, private: BCRYPT_ECDSA_PRIVATE_P256_MAGIC },
};
/// NIST P-384, the curve of ECDH_P384 and ECDSA_P384.
pub static P384: Fixed = Fixed {
    name: BCRYPT_ECC_CURVE_NISTP384,
    bits: 384,
    agreement: Magics { public: BCRYPT_ECDH_PUBLIC_P384_MAGIC, private: BCRYPT_ECDH_PRIVATE_P384_MAGIC },
    signature: Magics { public: BCRYPT_ECDSA_PUBLIC_P384_MAGIC, private: BCRYPT_ECDSA_PRIVATE_P384_MAGIC },
};
/// NIST P-521, the curve of ECDH_P521 and ECDSA_P521.
pub static P521: Fixed = Fixed {
    name: BCRYPT_ECC_CURVE_NISTP521,
    bits: 521,
    agreement: Magics { public: BCRYPT_ECDH_PUBLIC_P521_MAGIC, private: BCRYPT_ECDH_PRIVATE_P521_MAGIC },
    signature: Magics { public: BCRYPT_ECDSA_PUBLIC_P521_MAGIC, private: BCRYPT_ECDSA_PRIVATE_P521_MAGIC },
};

impl Fixed {
    /// The curve. Fails with `NoMemory`.
    pub fn curve(&self) -> Result<Curve> {
        by_name(|name| name == self.name)
    }

    /// The magics of keys for this purpose.
    pub const fn magics(&self, purpose: Purpose) -> Magics {
        match purpose {
            Purpose::Agreement => self.agreement,
            Purpose::Signature => self.signature,
        }
    }
}

/// The fixed curve that a blob magic of this purpose stands for.
pub fn by_magic(magic: u32, purpose: Purpose) -> Option<&'static Fixed> {
    [&P256, &P384, &P521].into_iter().find(|fixed| {
        let magics = fixed.magics(purpose);
        [magics.public, magics.private].contains(&magic)
    })
}

/// The curve of a name, without regard to case (behaviour.md n, c31). Fails with `InvalidParameter` for
/// an unknown name (behaviour.md n, c32), with `NotSupported` for one that can't be computed on here.
pub fn find(name: &WideName) -> Result<Curve> {
    by_name(|known| name.is_ignoring_case(known))
}

fn by_name(is_wanted: impl Fn(&str) -> bool) -> Result<Curve> {
    let row = CURVES.iter().find(|row| is_wanted(row.name)).ok_or(Status::InvalidParameter)?;
    row.curve()
}

/// The curve of a TLS NamedCurve number, under its first name here. Fails with `InvalidParameter`.
pub fn by_tls_number(number: u32) -> Result<Curve> {
    let row = CURVES.iter().find(|row| row.definition.tls_number == Some(number));
    row.ok_or(Status::InvalidParameter)?.curve()
}

/// A curve as a key or an algorithm handle has it.
#[derive(Clone, Debug)]
pub struct Curve {
    /// The name it was chosen by; `None` if it was given by its numbers.
    pub name: Option<&'static str>,
    /// The curve.
    pub domain: Arc<Domain>,
    /// Its NamedCurve number in TLS, if it has one.
    pub tls_number: Option<u32>,
}

impl Curve {
    /// The curve of a caller's numbers. It has no name even if a named curve has the same numbers
    /// (behaviour.md n, c33), but then shares that one's arithmetic. Fails as [`Domain::explicit`] does.
    pub fn explicit(numbers: Numbers) -> Result<Self> {
        let known = CURVES.iter().find(|row| row.definition.has(&numbers));
        let domain = match known {
            Some(row) => row.definition.domain()?,
            None => memory::shared(Domain::explicit(numbers)?)?,
        };
        Ok(Self { name: None, domain, tls_number: None })
    }

    /// Bytes of one coordinate: `cbKey` in the blobs.
    pub fn width(&self) -> usize {
        self.domain.width()
    }

    /// Whether two stand for the same curve, whatever their names (behaviour.md c33).
    pub fn same_as(&self, other: &Curve) -> bool {
        Arc::ptr_eq(&self.domain, &other.domain) || self.domain.numbers == other.domain.numbers
    }
}
