//! The three fixed curves: how CNG calls them, their parameters, and a known key pair and peer for each.

use crate::pair::vectors::{Block, ECDH};
use crate::support::blob;
use crate::support::oracle::ec::Domain;

/// One NIST curve under its CNG names.
pub struct Curve {
    pub id: &'static str,
    pub name: &'static str,
    pub pseudo_handle: usize,
    pub bits: u32,
    pub public_magic: u32,
    pub private_magic: u32,
    /// The hash SP800_56A_CONCAT takes for this key (behaviour.md e15).
    pub concat_hash: &'static str,
    vector: &'static str,
    pub domain: Domain,
}

impl Curve {
    /// ceil(bits / 8)
    pub fn width(&self) -> usize {
        self.domain.width
    }

    fn known(&self) -> Block {
        Block::named(ECDH, self.vector)
    }

    /// A known ECCPRIVATEBLOB.
    pub fn private(&self) -> Vec<u8> {
        self.known().blob("private").1
    }

    /// The ECCPUBLICBLOB of the same key.
    pub fn public(&self) -> Vec<u8> {
        public_half(&self.private(), self.public_magic)
    }

    /// Another key's ECCPUBLICBLOB.
    pub fn peer(&self) -> Vec<u8> {
        self.known().blob("public").1
    }

    /// What TRUNCATE gives for the two, little-endian.
    pub fn raw_secret(&self) -> Vec<u8> {
        self.known().known_answer("TRUNCATE")
    }
}

/// A fixed ECDSA algorithm on one of the curves.
pub struct Signer {
    pub id: &'static str,
    pub public_magic: u32,
    pub private_magic: u32,
}

impl Curve {
    /// The ECDSA algorithm of this curve (behaviour.md t100).
    pub fn signer(&self) -> Signer {
        let (id, public_magic) = match self.bits {
            256 => ("ECDSA_P256", 0x3153_4345),
            384 => ("ECDSA_P384", 0x3353_4345),
            _ => ("ECDSA_P521", 0x3553_4345),
        };
        Signer { id, public_magic, private_magic: public_magic + 0x0100_0000 }
    }
}

/// The first two fields of a private blob under a public magic.
pub fn public_half(private: &[u8], magic: u32) -> Vec<u8> {
    let fields = blob::fields(private);
    blob::build(magic, &[&fields[0], &fields[1]])
}

/// P-256, P-384 and P-521.
pub fn nist() -> [Curve; 3] {
    [p256(), p384(), p521()]
}

/// P-256
pub fn p256() -> Curve {
    Curve {
        id: "ECDH_P256",
        name: "nistP256",
        pseudo_handle: 0x2A1,
        bits: 256,
        public_magic: 0x314B_4345,
        private_magic: 0x324B_4345,
        concat_hash: "SHA256",
        vector: "windows_p256",
        domain: Domain::parse([
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ]),
    }
}

fn p384() -> Curve {
    Curve {
        id: "ECDH_P384",
        name: "nistP384",
        pseudo_handle: 0x2B1,
        bits: 384,
        public_magic: 0x334B_4345,
        private_magic: 0x344B_4345,
        concat_hash: "SHA384",
        vector: "windows_p384",
        domain: Domain::parse([
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        ]),
    }
}

fn p521() -> Curve {
    Curve {
        id: "ECDH_P521",
        name: "nistP521",
        pseudo_handle: 0x2C1,
        bits: 521,
        public_magic: 0x354B_4345,
        private_magic: 0x364B_4345,
        concat_hash: "SHA512",
        vector: "windows_p521",
        domain: Domain::parse([
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
             ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
             a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef1
             09e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d
             3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e
             662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
        ]),
    }
}
