//! libbcrypt, loaded as a user's program loads it.

pub mod call;

use std::path::Path;

use self::call::{Functions, Handle};
use super::Peer;
use crate::algorithm::{Algorithm, Kdf, Kind, Operation, exponent_bits, parameters};
use crate::measure::Work;

pub use self::call::first_exchange;

pub struct Library {
    call: Functions,
    names: Names,
}

/// What the loops pass, made once, as a program's literals are.
struct Names {
    ecc_public: Vec<u16>,
    dh_public: Vec<u16>,
    dh_parameters: Vec<u16>,
    key_strength: Vec<u16>,
    hash: Vec<u16>,
    sha256: Vec<u16>,
}

pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

impl Library {
    pub fn load(path: &Path) -> Self {
        let names = Names {
            ecc_public: wide("ECCPUBLICBLOB"),
            dh_public: wide("DHPUBLICBLOB"),
            dh_parameters: wide("DHParameters"),
            key_strength: wide("KeyStrength"),
            hash: wide("HASH"),
            sha256: wide("SHA256"),
        };
        Self { call: Functions::at(path), names }
    }

    /// The provider of an algorithm; pseudo-handles where there are, else opened and never closed.
    pub fn provider(&self, kind: Kind) -> Handle {
        match kind {
            Kind::Dh { .. } => 0x281 as Handle,
            Kind::Curve { cng: "nistP256", .. } => 0x2A1 as Handle,
            Kind::Curve { cng: "nistP384", .. } => 0x2B1 as Handle,
            Kind::Curve { cng: "nistP521", .. } => 0x2C1 as Handle,
            Kind::Curve { cng, .. } => {
                let provider = self.call.open(&wide("ECDH"));
                let name: Vec<u8> = wide(cng).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
                self.call.set(provider, &wide("ECCCurveName"), &name);
                provider
            }
        }
    }

    /// A BCRYPT_DH_PARAMETER_HEADER with p and g, for groups that are not those of the size.
    fn dh_parameters(kind: Kind) -> Option<Vec<u8>> {
        let Kind::Dh { bits, standard: false } = kind else { return None };
        let (p, g) = parameters(bits, false);
        let header = [12 + 2 * p.len() as u32, 0x4D50_4844, p.len() as u32];
        Some([header.map(u32::to_le_bytes).as_flattened(), p, &g].concat())
    }

    /// A finalized key.
    fn generate(&self, provider: Handle, kind: Kind, parameters: Option<&[u8]>) -> Handle {
        let (Kind::Curve { bits, .. } | Kind::Dh { bits, .. }) = kind;
        let key = self.call.generate(provider, bits);
        if let Some(parameters) = parameters {
            self.call.set(key, &self.names.dh_parameters, parameters);
        }
        self.call.finalize(key);
        key
    }

    /// A key that the caller destroys.
    pub fn key(&self, kind: Kind) -> Handle {
        self.generate(self.provider(kind), kind, Self::dh_parameters(kind).as_deref())
    }

    /// A private DH key with this exponent, whose y is g: nothing but the exponent is used of it.
    fn dh_key_of(&self, bits: u32, standard: bool, exponent: &[u8]) -> Handle {
        let (p, g) = parameters(bits, standard);
        let header = [0x5650_4844, p.len() as u32].map(u32::to_le_bytes);
        let blob = [header.as_flattened(), p, &g, &g, exponent].concat();
        self.call.import(self.provider(Kind::Dh { bits, standard }), &wide("DHPRIVATEBLOB"), &blob)
    }

    /// Agreements with an exponent of one bit and with one of all bits that the group's exponents have.
    pub fn sparse_and_dense(&self, bits: u32, standard: bool) -> [Work<'_>; 2] {
        let width = bits as usize / 8;
        let used = exponent_bits(bits, standard) as usize / 8;
        let (mut one, mut ones) = (vec![0; width], vec![0; width]);
        one[width - 1] = 1;
        ones[width - used..].fill(0xFF);
        ones[0] &= 0x7F;
        let peer = self.key(Kind::Dh { bits, standard });
        [one, ones].map(|exponent| -> Work<'_> {
            let own = self.dh_key_of(bits, standard, &exponent);
            Box::new(move || self.agree(own, peer))
        })
    }

    pub fn destroy(&self, key: Handle) {
        self.call.destroy_key(key);
    }

    fn blob_type(&self, kind: Kind) -> &[u16] {
        if matches!(kind, Kind::Dh { .. }) { &self.names.dh_public } else { &self.names.ecc_public }
    }

    fn public_blob(&self, kind: Kind) -> Vec<u8> {
        let key = self.key(kind);
        let blob = self.exported(key, kind);
        self.destroy(key);
        blob
    }

    pub fn exported(&self, key: Handle, kind: Kind) -> Vec<u8> {
        let mut blob = vec![0; 2048];
        let size = self.call.export(key, self.blob_type(kind), &mut blob);
        blob.truncate(size);
        blob
    }

    pub fn import(&self, provider: Handle, kind: Kind, blob: &[u8]) -> Handle {
        self.call.import(provider, self.blob_type(kind), blob)
    }

    /// An agreement that is refused since a handle names no key.
    pub fn bad_agreement(&self, own: Handle, peer: Handle) {
        self.call.bad_agreement(own, peer);
    }

    pub fn agree(&self, own: Handle, peer: Handle) {
        self.call.destroy_secret(self.call.agree(own, peer));
    }

    pub fn strength(&self, key: Handle) {
        self.call.get(key, &self.names.key_strength, &mut [0; 4]);
    }

    pub fn strength_size(&self, key: Handle) {
        self.call.get(key, &self.names.key_strength, &mut []);
    }

    pub fn export_size(&self, key: Handle) {
        self.call.export(key, &self.names.ecc_public, &mut []);
    }

    fn exchange<'a>(&'a self, kind: Kind) -> Work<'a> {
        let (provider, parameters) = (self.provider(kind), Self::dh_parameters(kind));
        let (blob, mut own_blob, mut derived) = (self.public_blob(kind), [0; 2048], [0; 32]);
        Box::new(move || {
            let own = self.generate(provider, kind, parameters.as_deref());
            self.call.export(own, self.blob_type(kind), &mut own_blob);
            let peer = self.import(provider, kind, &blob);
            let secret = self.call.agree(own, peer);
            self.call.derive(secret, &self.names.hash, &[(0, as_bytes(&self.names.sha256))], &mut derived);
            self.call.destroy_secret(secret);
            self.destroy(peer);
            self.destroy(own);
            std::hint::black_box((&own_blob, &derived));
        })
    }

    fn derivation<'a>(&'a self, kind: Kind, kdf: Kdf) -> Work<'a> {
        let (own, peer) = (self.key(kind), self.key(kind));
        let secret = self.call.agree(own, peer);
        let sha256 = as_bytes(&self.names.sha256);
        let protocol: &'static [u8] = &[3, 3, 0, 0];
        let (name, list, length): (_, Vec<(u32, &[u8])>, usize) = match kdf {
            Kdf::Hash => ("HASH", vec![(0, sha256)], 32),
            Kdf::Hmac => ("HMAC", vec![(0, sha256), (3, &[7; 32])], 32),
            Kdf::TlsPrf => {
                ("TLS_PRF", vec![(0, sha256), (4, b"master secret"), (5, &[9; 64]), (7, protocol)], 48)
            }
            Kdf::Concat => ("SP800_56A_CONCAT", vec![(8, b"algorithm"), (9, b"one"), (10, b"other")], 32),
            Kdf::Hkdf => {
                self.call.set(secret, &wide("HkdfHashAlgorithm"), sha256);
                self.call.set(secret, &wide("HkdfSaltAndFinalize"), b"salt");
                ("HKDF", vec![(0x14, b"information")], 32)
            }
        };
        let (name, mut derived) = (wide(name), vec![0; length]);
        Box::new(move || {
            self.call.derive(secret, &name, &list, &mut derived);
            std::hint::black_box(&derived);
        })
    }
}

pub fn as_bytes(text: &[u16]) -> &[u8] {
    // SAFETY: every byte of a slice of numbers is set, and bytes need no alignment.
    unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), size_of_val(text)) }
}

impl Peer for Library {
    fn name(&self) -> &'static str {
        "bcrypt-shim"
    }

    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_string()
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        let kind = algorithm.kind;
        let (provider, parameters) = (self.provider(kind), Self::dh_parameters(kind));
        Some(match operation {
            Operation::Generate => {
                Box::new(move || self.destroy(self.generate(provider, kind, parameters.as_deref())))
            }
            Operation::Import => {
                let blob = self.public_blob(kind);
                Box::new(move || self.destroy(self.import(provider, kind, &blob)))
            }
            Operation::Agree => {
                let (own, peer) = (self.key(kind), self.key(kind));
                Box::new(move || self.agree(own, peer))
            }
            Operation::Exchange => self.exchange(kind),
            Operation::Derive(kdf) => self.derivation(kind, kdf),
        })
    }
}
