//! Elliptic curves in short Weierstrass form.

use std::ptr;
use std::sync::Arc;

use aws_lc_sys as lc;

use super::bn::{Bn, Context};
use super::system::with_spares;
use super::{Draw, Owned, check, failed, release, require_empty_queue};
use crate::status::{Result, Status};

release! {
    lc::EC_GROUP => lc::EC_GROUP_free;
    lc::EC_POINT => lc::EC_POINT_free;
    lc::EC_KEY => lc::EC_KEY_free;
    lc::ECDSA_SIG => lc::ECDSA_SIG_free;
}

/// A curve with its generator: one of the engine's own, or one made of numbers.
#[derive(Clone, Debug)]
pub enum Group {
    /// NIST P-224.
    P224,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1.
    Secp256k1,
    /// Any other.
    Made(Arc<MadeGroup>),
}

impl Group {
    pub(super) fn pointer(&self) -> *const lc::EC_GROUP {
        // SAFETY: no preconditions; the engine's own groups are static.
        unsafe {
            match self {
                Self::P224 => lc::EC_group_p224(),
                Self::P256 => lc::EC_group_p256(),
                Self::P384 => lc::EC_group_p384(),
                Self::P521 => lc::EC_group_p521(),
                Self::Secp256k1 => lc::EC_group_secp256k1(),
                Self::Made(made) => made.0.as_ptr(),
            }
        }
    }
}

/// A group made of numbers.
#[derive(Debug)]
pub struct MadeGroup(Owned<lc::EC_GROUP>);

impl MadeGroup {
    /// The group of y² = x³ + ax + b modulo p and a generator (in SEC 1 form) of order n, cofactor 1.
    ///
    /// p is odd and has at most 66 bytes, and p < 2n; the generator is on the curve. Fails with
    /// `InvalidParameter`. Whether p and n are prime and n is the order is not looked at.
    pub fn new(p: &[u8], a: &[u8], b: &[u8], generator: &[u8], n: &[u8]) -> Result<Self> {
        let [p, a, b, n, one] = [p, a, b, n, &[1]].map(Bn::from_be_bytes);
        let (p, a, b, n, one, context) = (p?, a?, b?, n?, one?, Context::new()?);
        // SAFETY: all numbers and the scratch space are valid; they are copied.
        let made = unsafe {
            lc::EC_GROUP_new_curve_GFp(p.0.as_ptr(), a.0.as_ptr(), b.0.as_ptr(), context.0.as_ptr())
        };
        let group = Self(Owned::or(made, Status::InvalidParameter)?);
        // SAFETY: the group is valid; pointer and length are of one slice; the point is copied by the
        // group and freed by its owner.
        unsafe {
            let point = Point::on(group.0.as_ptr())?;
            let decoded = lc::EC_POINT_oct2point(
                group.0.as_ptr(),
                point.0.as_ptr(),
                generator.as_ptr(),
                generator.len(),
                context.0.as_ptr(),
            );
            check(decoded, Status::InvalidParameter)?;
            let set =
                lc::EC_GROUP_set_generator(group.0.as_ptr(), point.0.as_ptr(), n.0.as_ptr(), one.0.as_ptr());
            check(set, Status::InvalidParameter)?;
        }
        Ok(group)
    }
}

/// A point on a curve, not the one at infinity.
#[derive(Debug)]
pub struct Point(Owned<lc::EC_POINT>);

impl Point {
    fn new(group: &Group) -> Result<Self> {
        Self::on(group.pointer())
    }

    /// A point of a valid group.
    ///
    /// The engine copies a group that was made of numbers into each of its points, and forgets to look
    /// whether there was memory for the copy. Only its error queue tells.
    fn on(group: *const lc::EC_GROUP) -> Result<Self> {
        require_empty_queue()?;
        // SAFETY: the caller's group is valid.
        let point = Owned::new(unsafe { lc::EC_POINT_new(group) }).map(Self)?;
        // SAFETY: no preconditions.
        let error = unsafe { lc::ERR_peek_error() };
        if error == 0 { Ok(point) } else { Err(failed(Status::NoMemory)) }
    }

    /// The point of an uncompressed SEC 1 encoding. Fails with `InvalidParameter` unless the
    /// coordinates are below p and satisfy the curve's equation.
    pub fn decode(group: &Group, encoding: &[u8]) -> Result<Self> {
        let point = Self::new(group)?;
        // SAFETY: group and point are valid; pointer and length are of one slice; NULL makes scratch.
        let returned = unsafe {
            lc::EC_POINT_oct2point(
                group.pointer(),
                point.0.as_ptr(),
                encoding.as_ptr(),
                encoding.len(),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        Ok(point)
    }

    /// Writes the uncompressed SEC 1 encoding over all of `out`.
    pub fn encode(&self, group: &Group, out: &mut [u8]) -> Result<()> {
        // SAFETY: group and point are valid; pointer and length are of one slice; NULL makes scratch.
        let written = unsafe {
            lc::EC_POINT_point2oct(
                group.pointer(),
                self.0.as_ptr(),
                lc::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
                out.as_mut_ptr(),
                out.len(),
                ptr::null_mut(),
            )
        };
        if written == out.len() { Ok(()) } else { Err(failed(Status::InternalError)) }
    }
}

/// A private scalar with its group.
#[derive(Debug)]
pub struct EcKey(Owned<lc::EC_KEY>);

impl EcKey {
    /// The key of a big-endian scalar. Fails with `InvalidParameter` unless 0 < d < n.
    pub fn new(group: &Group, scalar: &[u8]) -> Result<Self> {
        let number = Bn::from_be_bytes(scalar)?;
        // SAFETY: no preconditions.
        let key = Self(Owned::new(unsafe { lc::EC_KEY_new() })?);
        // SAFETY: key, group and number are valid; the number is copied.
        unsafe {
            check(lc::EC_KEY_set_group(key.0.as_ptr(), group.pointer()), Status::NoMemory)?;
            check(lc::EC_KEY_set_private_key(key.0.as_ptr(), number.0.as_ptr()), Status::InvalidParameter)?;
        }
        Ok(key)
    }

    /// The point of this scalar times the generator.
    pub fn public(&self, group: &Group) -> Result<Point> {
        let point = Point::new(group)?;
        // SAFETY: group, point and key are valid; the key has a scalar since `new` set it.
        let returned = unsafe {
            lc::EC_POINT_mul(
                group.pointer(),
                point.0.as_ptr(),
                lc::EC_KEY_get0_private_key(self.0.as_ptr()),
                ptr::null(),
                ptr::null(),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InternalError)?;
        Ok(point)
    }

    /// Writes the scalar big-endian over all of `out`. Fails with `InvalidParameter` if it is wider.
    pub fn scalar(&self, out: &mut [u8]) -> Result<()> {
        // SAFETY: the key is valid and has a scalar since `new` set it; the number is only read.
        let returned = unsafe {
            let number = lc::EC_KEY_get0_private_key(self.0.as_ptr());
            lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), number)
        };
        if returned == 1 { Ok(()) } else { Err(Status::InvalidParameter) }
    }

    /// Writes the uncompressed SEC 1 encoding of scalar times point over all of `out`. Fails with
    /// `InvalidParameter` if the point is of another group or the product is infinity.
    ///
    /// The engine's `ECDH_compute_key` does the same, but crashes where there is no memory for its checks of
    /// the point, which `Point::decode` has made already.
    pub fn agree(&self, group: &Group, point: &Point, out: &mut [u8]) -> Result<()> {
        let product = Point::new(group)?;
        // SAFETY: group, points and key are valid; the key has a scalar since `new` set it; NULL means no
        // multiple of the generator is added, and makes scratch.
        let returned = unsafe {
            lc::EC_POINT_mul(
                group.pointer(),
                product.0.as_ptr(),
                ptr::null(),
                point.0.as_ptr(),
                lc::EC_KEY_get0_private_key(self.0.as_ptr()),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        product.encode(group, out).map_err(|status| match status {
            Status::InternalError => Status::InvalidParameter,
            other => other,
        })
    }

    /// Writes an ECDSA signature on a digest over all of `out`: r, then s, each as wide as half of it. Of a digest that is
    /// longer than the order the leading bits count.
    pub fn sign(&self, _: &Draw, digest: &[u8], out: &mut [u8]) -> Result<()> {
        // SAFETY: the key is valid and has a group and a scalar since `new` set them; pointer and length are of one slice.
        let made = unsafe { lc::ECDSA_do_sign(digest.as_ptr(), digest.len(), self.0.as_ptr()) };
        let signature = Owned::or(made, Status::InternalError)?;
        let (r, s) = out.split_at_mut(out.len() / 2);
        // SAFETY: the signature is valid and owns its numbers; pointers and lengths are of slices.
        let are_written = unsafe {
            let numbers = [
                (r, lc::ECDSA_SIG_get0_r(signature.as_ptr())),
                (s, lc::ECDSA_SIG_get0_s(signature.as_ptr())),
            ];
            numbers
                .into_iter()
                .all(|(out, number)| lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), number) == 1)
        };
        if are_written { Ok(()) } else { Err(failed(Status::InternalError)) }
    }
}

/// Whether r and s, one after the other and each as wide as half of the bytes, are an ECDSA signature of the point's owner
/// on a digest. Fails with `InvalidSignature` if not.
pub fn verify(group: &Group, point: &Point, digest: &[u8], signature: &[u8]) -> Result<()> {
    // SAFETY: no preconditions.
    let key = Owned::new(unsafe { lc::EC_KEY_new() })?;
    // SAFETY: key and group are valid; the group is copied.
    check(unsafe { lc::EC_KEY_set_group(key.as_ptr(), group.pointer()) }, Status::NoMemory)?;
    // Where there is no memory for the copy of a group that was made of numbers, the engine crashes.
    // SAFETY: key and point are valid; the point is copied.
    let set = with_spares(|| unsafe { lc::EC_KEY_set_public_key(key.as_ptr(), point.0.as_ptr()) })?;
    check(set, Status::InternalError)?;
    let (r, s) = signature.split_at(signature.len() / 2);
    let (r, s) = (Bn::from_be_bytes(r)?, Bn::from_be_bytes(s)?);
    // SAFETY: no preconditions.
    let numbers = Owned::new(unsafe { lc::ECDSA_SIG_new() })?;
    // SAFETY: all are valid; a signature frees the numbers it is given, so they are given up.
    unsafe {
        let set = lc::ECDSA_SIG_set0(numbers.as_ptr(), r.into_raw(), s.into_raw());
        check(set, Status::InternalError)?;
    }
    // SAFETY: all are valid, the key has a group and a point; pointer and length are of one slice.
    let fits = unsafe { lc::ECDSA_do_verify(digest.as_ptr(), digest.len(), numbers.as_ptr(), key.as_ptr()) };
    check(fits, Status::InvalidSignature)
}
