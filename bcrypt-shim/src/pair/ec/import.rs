//! Keys of blobs.

use super::half::{Private, Public};
use super::{Algorithm, Pair};
use crate::blob::ecc::Blob;
use crate::blob::{BlobType, Format, Part, ecc_full};
use crate::curve::{self, Curve};
use crate::memory;
use crate::pair::Validation;
use crate::status::{Result, Status, require};

impl Pair {
    /// The key of a blob.
    ///
    /// `chosen` is the curve of the algorithm; without one the blob must tell it. Asked for the public
    /// form, it takes a whole private blob and leaves d out (behaviour.md c20). Fails with
    /// `InvalidParameter`, with `NotSupported` for a curve that can't be computed on here.
    pub(super) fn import(
        algorithm: Algorithm,
        bytes: &[u8],
        blob: &BlobType,
        chosen: Option<Curve>,
        validation: Validation,
    ) -> Result<Self> {
        let part = blob.part;
        let new = New { algorithm, validation };
        match blob.format {
            Format::Ecc => new.of_blob(&Blob::parse(bytes)?, part, chosen),
            Format::EccTls => {
                let blob = Blob::parse(bytes)?;
                let curve = agreed_curve(curve::by_tls_number(blob.kind)?, chosen)?;
                let (coordinates, _) = blob.numbers(curve.width(), false)?;
                new.of_public(curve, coordinates)
            }
            Format::EccFull => {
                let key = ecc_full::parse(bytes, part, algorithm.purpose.magics())?;
                // The key stays explicit, whatever was chosen (behaviour.md n, c33).
                require(chosen.is_none_or(|chosen| chosen.same_as(&key.curve)))?;
                match key.private {
                    Some(d) => new.of_private(key.curve, key.coordinates, d),
                    None => new.of_public(key.curve, key.coordinates),
                }
            }
            _ => Err(Status::NotSupported),
        }
    }
}

/// How the key of a blob is made.
#[derive(Clone, Copy)]
struct New {
    algorithm: Algorithm,
    validation: Validation,
}

impl New {
    fn of_blob(self, blob: &Blob<'_>, part: Part, chosen: Option<Curve>) -> Result<Pair> {
        let fixed = curve::by_magic(blob.kind, self.algorithm.purpose);
        let curve = match fixed {
            Some(fixed) => agreed_curve(fixed.curve()?, chosen)?,
            None => chosen.ok_or(Status::InvalidParameter)?,
        };
        let purpose = self.algorithm.purpose;
        let magics = fixed.map_or(purpose.magics(), |fixed| fixed.magics(purpose));
        let has_private = blob.kind == magics.private;
        require(has_private || (part == Part::Public && blob.kind == magics.public))?;
        match blob.numbers(curve.width(), has_private)? {
            (coordinates, Some(d)) if part == Part::Private => self.of_private(curve, coordinates, d),
            (coordinates, _) => self.of_public(curve, coordinates),
        }
    }

    fn of_public(self, curve: Curve, coordinates: &[u8]) -> Result<Pair> {
        let curve = self.algorithm.allowed(curve)?;
        let public = Public::new(&curve, coordinates)?;
        require(self.validation == Validation::Minimal || public.is_in_prime_subgroup())?;
        Ok(Pair { algorithm: self.algorithm, curve, public, private: None })
    }

    /// Zero coordinates ask for the public point to be computed, on named curves (behaviour.md c21 and
    /// n).
    fn of_private(self, curve: Curve, coordinates: &[u8], d: &[u8]) -> Result<Pair> {
        let curve = self.algorithm.allowed(curve)?;
        let private = Private::new(&curve, d)?;
        let public = if curve.name.is_some() && memory::is_zero(coordinates) {
            private.public(&curve)?
        } else {
            let given = Public::new(&curve, coordinates)?;
            if self.validation == Validation::Full {
                require(memory::declassify(private.public(&curve)?.coordinates() == given.coordinates()))?;
            }
            given
        };
        Ok(Pair { algorithm: self.algorithm, curve, public, private: Some(private) })
    }
}

/// The curve that a blob tells, under the chosen one's name. Fails with `InvalidParameter` if another
/// one was chosen.
fn agreed_curve(told: Curve, chosen: Option<Curve>) -> Result<Curve> {
    let curve = chosen.unwrap_or_else(|| told.clone());
    require(curve.same_as(&told))?;
    Ok(curve)
}
