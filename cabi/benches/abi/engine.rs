//! The bare engine: the same operations by direct calls into AWS-LC, on keys made beforehand.

use aws_lc_sys as lc;

/// The curves of the fixed algorithms: CNG's name, bits, and the engine's number.
pub const NIST: [(&str, u32, i32); 3] = [
    ("nistP256", 256, lc::NID_X9_62_prime256v1),
    ("nistP384", 384, lc::NID_secp384r1),
    ("nistP521", 521, lc::NID_secp521r1),
];

pub struct Ec {
    own: *mut lc::EC_KEY,
    peer: *mut lc::EC_KEY,
}

impl Ec {
    pub fn new(nid: i32) -> Self {
        let make = || {
            // SAFETY: the key is valid until the program ends.
            unsafe {
                let key = lc::EC_KEY_new_by_curve_name(nid);
                assert_eq!(lc::EC_KEY_generate_key(key), 1);
                key
            }
        };
        Self { own: make(), peer: make() }
    }

    /// A new key pair. The engine leaves the public point in a form that takes an inversion to write
    /// out, and that tells of the scalar until then; the library always writes it.
    pub fn generate(nid: i32, written: bool) {
        let mut out = [0; 133];
        // SAFETY: the key is valid until it is freed, once; the buffer has the size given.
        unsafe {
            let key = lc::EC_KEY_new_by_curve_name(nid);
            assert_eq!(lc::EC_KEY_generate_key(key), 1);
            if written {
                let length = lc::EC_POINT_point2oct(
                    lc::EC_KEY_get0_group(key),
                    lc::EC_KEY_get0_public_key(key),
                    lc::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
                    out.as_mut_ptr(),
                    out.len(),
                    std::ptr::null_mut(),
                );
                assert!(length > 0);
            }
            std::hint::black_box((key, &out));
            lc::EC_KEY_free(key);
        }
    }

    pub fn agree(&self) {
        let mut out = [0; 66];
        // SAFETY: the keys are valid; the buffer has the size given.
        let written = unsafe {
            let point = lc::EC_KEY_get0_public_key(self.peer);
            lc::ECDH_compute_key(out.as_mut_ptr().cast(), out.len(), point, self.own, None)
        };
        assert!(written > 0);
        std::hint::black_box(&out);
    }
}

pub struct X25519 {
    own: [u8; 32],
    peer: [u8; 32],
}

impl X25519 {
    pub fn new() -> Self {
        let (mut own, mut peer, mut unused) = ([0; 32], [0; 32], [0; 32]);
        // SAFETY: all arrays have the 32 bytes the function writes.
        unsafe {
            lc::X25519_keypair(unused.as_mut_ptr(), own.as_mut_ptr());
            lc::X25519_keypair(peer.as_mut_ptr(), unused.as_mut_ptr());
        }
        Self { own, peer }
    }

    pub fn agree(&self) {
        let mut out = [0; 32];
        // SAFETY: all arrays have the 32 bytes the function reads and writes.
        assert_eq!(unsafe { lc::X25519(out.as_mut_ptr(), self.own.as_ptr(), self.peer.as_ptr()) }, 1);
        std::hint::black_box(&out);
    }
}

/// An exponentiation of 2048 bits with everything prepared.
pub struct Dh {
    modulus: *mut lc::BIGNUM,
    base: *mut lc::BIGNUM,
    exponent: *mut lc::BIGNUM,
    prepared: *mut lc::BN_MONT_CTX,
    scratch: *mut lc::BN_CTX,
    result: *mut lc::BIGNUM,
}

impl Dh {
    pub fn new(exponent_bits: i32) -> Self {
        // SAFETY: all objects are valid until the program ends.
        unsafe {
            let random = |bits| {
                let number = lc::BN_new();
                assert_eq!(lc::BN_rand(number, bits, 0, 1), 1);
                number
            };
            let (modulus, scratch) = (random(2048), lc::BN_CTX_new());
            Self {
                modulus,
                base: random(2040),
                exponent: random(exponent_bits),
                prepared: lc::BN_MONT_CTX_new_for_modulus(modulus, scratch),
                scratch,
                result: lc::BN_new(),
            }
        }
    }

    pub fn agree(&self) {
        let mut out = [0; 256];
        // SAFETY: all objects are valid, the result is ours; NULL is never passed.
        unsafe {
            let done = lc::BN_mod_exp_mont_consttime(
                self.result,
                self.base,
                self.exponent,
                self.modulus,
                self.scratch,
                self.prepared,
            );
            assert_eq!(done, 1);
            assert_eq!(lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), self.result), 1);
        }
        std::hint::black_box(&out);
    }
}
