//! Valid blobs with one thing changed: every byte, every length.
//!
//! The law: an import is refused with a documented status, or the key exports what was imported.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::key::Validation;
use bcrypt_shim::status::Status;

use crate::core::{Algorithm, export, open, open_curve};

/// A blob of each format, how it is imported, and from where on bytes may be dropped.
struct Subject {
    algorithm: Algorithm,
    blob_type: &'static str,
    blob: Vec<u8>,
    /// Bytes behind a whole blob are passed over (behaviour.md c19: ECC only).
    takes_more: bool,
    /// What the export does not give back: places in the blob.
    dropped: std::ops::Range<usize>,
}

impl Subject {
    fn new(algorithm: Algorithm, bits: u32, blob_type: &'static str) -> Self {
        let blob = export(&algorithm.generate(bits), blob_type).unwrap();
        let takes_more = matches!(blob_type, "ECCPUBLICBLOB" | "ECCPRIVATEBLOB" | "SSLECCPUBLICBLOB");
        let dropped = match blob_type {
            // Reserved bytes, then ALG_ID; the seed is looked at below.
            "CAPIDHPRIVATEBLOB" => 2..8,
            // How the curve was generated.
            "ECCFULLPUBLICBLOB" | "ECCFULLPRIVATEBLOB" => 12..16,
            _ => 0..0,
        };
        Self { algorithm, blob_type, blob, takes_more, dropped }
    }

    /// Whether the key of these bytes exports them again, as far as the format gives them back.
    fn try_import(&self, bytes: &[u8], what: &str) {
        for validation in [Validation::Full, Validation::Minimal] {
            match self.algorithm.import_with(self.blob_type, bytes, validation) {
                Err(status) => {
                    assert!(
                        matches!(status, Status::InvalidParameter | Status::NotSupported),
                        "{what}: {status:?}"
                    );
                }
                Ok(key) => {
                    let exported = export(&key, self.blob_type).unwrap();
                    let same = exported.iter().zip(bytes).enumerate().all(|(place, (one, other))| {
                        one == other || self.dropped.contains(&place) || self.is_seed(place)
                    });
                    assert!(same && exported.len() == self.blob.len(), "{} {what}", self.blob_type);
                }
            }
        }
    }

    /// DSSSEED of a CAPI blob.
    fn is_seed(&self, place: usize) -> bool {
        self.blob_type == "CAPIDHPRIVATEBLOB" && (28..52).contains(&place)
    }

    fn mutate_bytes(&self, step: usize) {
        // The header and the ends of every number are where the rules are; the middle is sampled.
        for place in (0..self.blob.len()).filter(|place| *place < 64 || place % step == 0) {
            for change in [1, 0x80, 0xFF] {
                let mut bytes = self.blob.clone();
                bytes[place] ^= change;
                self.try_import(&bytes, &format!("with byte {place} changed by {change:#x}"));
            }
        }
    }

    fn mutate_length(&self) {
        for length in 0..self.blob.len() {
            let refused = self.algorithm.import(self.blob_type, &self.blob[..length]).err();
            assert_eq!(refused, Some(Status::InvalidParameter), "{} of {length} bytes", self.blob_type);
        }
        for more in [1, 22, 1000] {
            let longer = [self.blob.clone(), vec![0xA5; more]].concat();
            let imported = self.algorithm.import(self.blob_type, &longer);
            assert_eq!(imported.is_ok(), self.takes_more, "{} with {more} bytes more", self.blob_type);
        }
    }
}

fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for blob_type in ["ECCPUBLICBLOB", "ECCPRIVATEBLOB"] {
        for (id, bits) in [("ECDH_P256", 256), ("ECDH_P521", 521)] {
            subjects.push(Subject::new(open(id), bits, blob_type));
        }
        for name in ["curve25519", "secP160r1", "secP256k1", "brainpoolP320t1"] {
            subjects.push(Subject::new(open_curve(name), 0, blob_type));
        }
    }
    subjects.push(Subject::new(open_curve("nistP384"), 0, "SSLECCPUBLICBLOB"));
    for blob_type in ["DHPUBLICBLOB", "DHPRIVATEBLOB", "CAPIDHPRIVATEBLOB"] {
        subjects.push(Subject::new(open("DH"), 768, blob_type));
    }
    subjects.push(Subject::new(open("DH"), 2048, "DHPRIVATEBLOB"));
    subjects
}

#[test]
fn a_changed_byte_is_refused_or_comes_back() {
    for subject in subjects() {
        let step = if subject.blob.len() > 512 { 29 } else { 1 };
        subject.mutate_bytes(step);
    }
}

#[test]
fn a_shorter_blob_is_refused_and_a_longer_one_where_the_format_is_exact() {
    subjects().iter().for_each(Subject::mutate_length);
}

/// Blobs that carry their curve: no curve is chosen, so that every number is looked at.
#[test]
fn a_changed_byte_of_a_full_blob_is_refused_or_comes_back() {
    for name in ["nistP256", "secP160r2"] {
        for blob_type in ["ECCFULLPUBLICBLOB", "ECCFULLPRIVATEBLOB"] {
            let subject = Subject::new(open_curve(name), 0, blob_type);
            let subject = Subject { algorithm: open("ECDH"), ..subject };
            subject.mutate_bytes(3);
            subject.mutate_length();
        }
    }
}
