//! The system's nettle with GMP: the arithmetic below GnuTLS, called directly.
//!
//! Finite-field exponentiation is GMP's `mpz_powm`, whose time depends on the exponent.

use std::ffi::c_void;

use super::{Peer, functions};
use crate::algorithm::{Algorithm, Kind, Operation, exponent_bits, parameters};
use crate::measure::Work;

/// mpz_t.
#[repr(C)]
pub struct Number {
    allocated: i32,
    size: i32,
    limbs: *mut c_void,
}

/// ecc_point or ecc_scalar.
#[repr(C)]
pub struct Element {
    curve: *const c_void,
    limbs: *mut c_void,
}

type Random = unsafe extern "C" fn(*mut c_void, usize, *mut u8);
type Curve = *const c_void;

functions! {
    /// Types as in nettle's ecc.h, ecc-curve.h and curve25519.h.
    Hogweed from "libhogweed.so.6", "libhogweed.6.dylib" {
        p256: b"nettle_get_secp_256r1", fn() -> Curve;
        p384: b"nettle_get_secp_384r1", fn() -> Curve;
        p521: b"nettle_get_secp_521r1", fn() -> Curve;
        point_init: b"nettle_ecc_point_init", fn(*mut Element, Curve);
        point_clear: b"nettle_ecc_point_clear", fn(*mut Element);
        point_set: b"nettle_ecc_point_set", fn(*mut Element, *const Number, *const Number) -> i32;
        point_get: b"nettle_ecc_point_get", fn(*const Element, *mut Number, *mut Number);
        point_mul: b"nettle_ecc_point_mul", fn(*mut Element, *const Element, *const Element);
        point_mul_g: b"nettle_ecc_point_mul_g", fn(*mut Element, *const Element);
        scalar_init: b"nettle_ecc_scalar_init", fn(*mut Element, Curve);
        scalar_clear: b"nettle_ecc_scalar_clear", fn(*mut Element);
        scalar_random: b"nettle_ecc_scalar_random", fn(*mut Element, *mut c_void, Random);
        x25519: b"nettle_curve25519_mul", fn(*mut u8, *const u8, *const u8);
        x25519_public: b"nettle_curve25519_mul_g", fn(*mut u8, *const u8);
    }
}

functions! {
    /// Types as in gmp.h.
    Gmp from "libgmp.so.10", "libgmp.10.dylib" {
        init: b"__gmpz_init", fn(*mut Number);
        clear: b"__gmpz_clear", fn(*mut Number);
        import: b"__gmpz_import", fn(*mut Number, usize, i32, usize, i32, usize, *const u8);
        export: b"__gmpz_export", fn(*mut u8, *mut usize, i32, usize, i32, usize, *const Number) -> *mut u8;
        powm: b"__gmpz_powm", fn(*mut Number, *const Number, *const Number, *const Number);
    }
}

functions! {
    /// Types as in nettle's sha2.h; the context is opaque here.
    Nettle from "libnettle.so.8", "libnettle.8.dylib" {
        sha256_init: b"nettle_sha256_init", fn(*mut u8);
        sha256_update: b"nettle_sha256_update", fn(*mut u8, usize, *const u8);
        sha256_digest: b"nettle_sha256_digest", fn(*mut u8, usize, *mut u8);
        major: b"nettle_version_major", fn() -> i32;
        minor: b"nettle_version_minor", fn() -> i32;
    }
}

pub struct Peers {
    hogweed: Hogweed,
    gmp: Gmp,
    nettle: Nettle,
}

/// The system's random bytes, as the program would use them.
unsafe extern "C" fn random(_: *mut c_void, length: usize, out: *mut u8) {
    // SAFETY: nettle hands in a buffer of this length.
    unsafe { assert_eq!(libc::getentropy(out.cast(), length), 0) }
}

impl Peers {
    pub fn load() -> Option<Self> {
        Some(Self { hogweed: Hogweed::load()?, gmp: Gmp::load()?, nettle: Nettle::load()? })
    }

    fn number(&self, bytes: &[u8]) -> Number {
        let mut number = Number { allocated: 0, size: 0, limbs: std::ptr::null_mut() };
        // SAFETY: the number is set up by the first call; bytes are big-endian, one a word.
        unsafe {
            (self.gmp.init)(&mut number);
            (self.gmp.import)(&mut number, bytes.len(), 1, 1, 1, 0, bytes.as_ptr());
        }
        number
    }

    fn clear(&self, mut number: Number) {
        // SAFETY: each number is cleared once.
        unsafe { (self.gmp.clear)(&mut number) }
    }

    fn write(&self, number: &Number, out: &mut [u8]) -> usize {
        let mut count = 0;
        // SAFETY: every number here fits the buffers it is written to.
        unsafe { (self.gmp.export)(out.as_mut_ptr(), &mut count, 1, 1, 1, 0, number) };
        count
    }

    fn sha256(&self, bytes: &[u8]) -> [u8; 32] {
        let (mut context, mut digest) = ([0_u64; 32], [0; 32]);
        let context = context.as_mut_ptr().cast();
        // SAFETY: the context has room for a sha256_ctx; pointers and lengths are of one slice each.
        unsafe {
            (self.nettle.sha256_init)(context);
            (self.nettle.sha256_update)(context, bytes.len(), bytes.as_ptr());
            (self.nettle.sha256_digest)(context, 32, digest.as_mut_ptr());
        }
        digest
    }

    fn scalar(&self, curve: Curve) -> Element {
        let mut scalar = Element { curve, limbs: std::ptr::null_mut() };
        // SAFETY: the scalar is set up by the first call.
        unsafe {
            (self.hogweed.scalar_init)(&mut scalar, curve);
            (self.hogweed.scalar_random)(&mut scalar, std::ptr::null_mut(), random);
        }
        scalar
    }

    fn point(&self, curve: Curve) -> Element {
        let mut point = Element { curve, limbs: std::ptr::null_mut() };
        // SAFETY: the point is set up by the call.
        unsafe { (self.hogweed.point_init)(&mut point, curve) };
        point
    }

    /// Both coordinates as bytes, which is what a key pair is good for.
    fn coordinates(&self, point: &Element) -> ([u8; 66], [u8; 66], usize, usize) {
        let (mut x, mut y) = (self.number(&[]), self.number(&[]));
        let (mut x_bytes, mut y_bytes) = ([0; 66], [0; 66]);
        // SAFETY: all are valid.
        unsafe { (self.hogweed.point_get)(point, &mut x, &mut y) };
        let (x_length, y_length) = (self.write(&x, &mut x_bytes), self.write(&y, &mut y_bytes));
        self.clear(x);
        self.clear(y);
        (x_bytes, y_bytes, x_length, y_length)
    }

    fn generated(&self, curve: Curve) -> (Element, Element) {
        let (scalar, mut point) = (self.scalar(curve), self.point(curve));
        // SAFETY: both are valid and of one curve.
        unsafe { (self.hogweed.point_mul_g)(&mut point, &scalar) };
        std::hint::black_box(self.coordinates(&point));
        (scalar, point)
    }

    fn imported(&self, curve: Curve, x: &[u8], y: &[u8]) -> Element {
        let (x, y, mut point) = (self.number(x), self.number(y), self.point(curve));
        // SAFETY: all are valid; the call checks that the point is on the curve.
        assert_eq!(unsafe { (self.hogweed.point_set)(&mut point, &x, &y) }, 1);
        self.clear(x);
        self.clear(y);
        point
    }

    fn agreed(&self, curve: Curve, scalar: &Element, peer: &Element) -> ([u8; 66], usize) {
        let mut point = self.point(curve);
        // SAFETY: all are valid and of one curve.
        unsafe { (self.hogweed.point_mul)(&mut point, scalar, peer) };
        let (x, _, length, _) = self.coordinates(&point);
        self.drop_point(point);
        (x, length)
    }

    fn drop_point(&self, mut point: Element) {
        // SAFETY: each point is cleared once.
        unsafe { (self.hogweed.point_clear)(&mut point) }
    }

    fn drop_scalar(&self, mut scalar: Element) {
        // SAFETY: each scalar is cleared once.
        unsafe { (self.hogweed.scalar_clear)(&mut scalar) }
    }

    fn ec<'a>(&'a self, curve: Curve, operation: Operation) -> Option<Work<'a>> {
        let (own, peer) = (self.generated(curve).0, self.generated(curve).1);
        let (x, y, x_length, y_length) = self.coordinates(&peer);
        Some(match operation {
            Operation::Generate => Box::new(move || {
                let (scalar, point) = self.generated(curve);
                self.drop_scalar(scalar);
                self.drop_point(point);
            }),
            Operation::Import => {
                Box::new(move || self.drop_point(self.imported(curve, &x[..x_length], &y[..y_length])))
            }
            Operation::Agree => Box::new(move || {
                std::hint::black_box(self.agreed(curve, &own, &peer));
            }),
            Operation::Exchange => Box::new(move || {
                let (scalar, point) = self.generated(curve);
                let peer = self.imported(curve, &x[..x_length], &y[..y_length]);
                let (shared, length) = self.agreed(curve, &scalar, &peer);
                std::hint::black_box(self.sha256(&shared[..length]));
                self.drop_point(peer);
                self.drop_point(point);
                self.drop_scalar(scalar);
            }),
            Operation::Derive(_) => return None,
        })
    }

    fn x25519<'a>(&'a self, operation: Operation) -> Option<Work<'a>> {
        let pair = || {
            let (mut scalar, mut public) = ([0; 32], [0; 32]);
            // SAFETY: both arrays have 32 bytes.
            unsafe {
                random(std::ptr::null_mut(), 32, scalar.as_mut_ptr());
                (self.hogweed.x25519_public)(public.as_mut_ptr(), scalar.as_ptr());
            }
            (scalar, public)
        };
        let agreed = |scalar: &[u8; 32], peer: &[u8; 32]| {
            let mut shared = [0; 32];
            // SAFETY: all arrays have 32 bytes.
            unsafe { (self.hogweed.x25519)(shared.as_mut_ptr(), scalar.as_ptr(), peer.as_ptr()) };
            shared
        };
        let (own, peer) = (pair().0, pair().1);
        Some(match operation {
            Operation::Generate => Box::new(move || {
                std::hint::black_box(pair());
            }),
            Operation::Agree => Box::new(move || {
                std::hint::black_box(agreed(&own, &peer));
            }),
            Operation::Exchange => Box::new(move || {
                std::hint::black_box(self.sha256(&agreed(&pair().0, &peer)));
            }),
            _ => return None,
        })
    }

    fn dh<'a>(&'a self, bits: u32, standard: bool, operation: Operation) -> Option<Work<'a>> {
        let (p, g) = parameters(bits, standard);
        let exponent_bytes = exponent_bits(bits, standard) as usize / 8;
        let (modulus, generator) = (self.number(p), self.number(&g));
        let new_exponent = move || {
            let mut bytes = [0; 512];
            // Numbers of a few bits less than p.
            for chunk in bytes[..exponent_bytes].chunks_mut(256) {
                // SAFETY: pointer and length are of one slice.
                unsafe { random(std::ptr::null_mut(), chunk.len(), chunk.as_mut_ptr()) };
            }
            bytes[0] &= 0x7F;
            self.number(&bytes[..exponent_bytes])
        };
        let power = move |base: &Number, exponent: &Number, out: &mut [u8; 512]| {
            let mut result = self.number(&[]);
            // SAFETY: all are valid and the modulus is not zero.
            unsafe { (self.gmp.powm)(&mut result, base, exponent, &modulus) };
            let length = self.write(&result, out);
            self.clear(result);
            length
        };
        let (exponent, mut peer) = (new_exponent(), [0; 512]);
        let length = power(&generator, &exponent, &mut peer);
        let base = self.number(&peer[..length]);
        match operation {
            Operation::Agree => Some(Box::new(move || {
                std::hint::black_box(power(&base, &exponent, &mut [0; 512]));
            })),
            Operation::Generate => Some(Box::new(move || {
                let exponent = new_exponent();
                std::hint::black_box(power(&generator, &exponent, &mut [0; 512]));
                self.clear(exponent);
            })),
            Operation::Exchange => Some(Box::new(move || {
                let (exponent, mut shared) = (new_exponent(), [0; 512]);
                std::hint::black_box(power(&generator, &exponent, &mut [0; 512]));
                let base = self.number(&peer[..length]);
                let length = power(&base, &exponent, &mut shared);
                std::hint::black_box(self.sha256(&shared[..length]));
                self.clear(base);
                self.clear(exponent);
            })),
            _ => None,
        }
    }
}

impl Peer for Peers {
    fn name(&self) -> &'static str {
        "nettle"
    }

    fn version(&self) -> String {
        // SAFETY: no preconditions.
        unsafe { format!("{}.{}", (self.nettle.major)(), (self.nettle.minor)()) }
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        let hogweed = &self.hogweed;
        // SAFETY: the curves are static.
        unsafe {
            match algorithm.kind {
                Kind::Curve { cng: "nistP256", .. } => self.ec((hogweed.p256)(), operation),
                Kind::Curve { cng: "nistP384", .. } => self.ec((hogweed.p384)(), operation),
                Kind::Curve { cng: "nistP521", .. } => self.ec((hogweed.p521)(), operation),
                Kind::Curve { cng: "curve25519", .. } => self.x25519(operation),
                Kind::Curve { .. } => None,
                Kind::Dh { bits, standard } => self.dh(bits, standard, operation),
            }
        }
    }
}
