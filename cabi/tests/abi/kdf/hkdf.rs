//! HKDF: three properties on the secret, then BCryptDeriveKey (behaviour.md e17).

use windows_sys::Win32::Security::Cryptography as cng;

use super::{Known, every_kind, known};
use crate::support::objects::{derivation, derive};
use crate::support::oracle::hash::{HASHES, find};
use crate::support::oracle::kdf::{hkdf, hkdf_expand};
use crate::support::output::{fetch, size_stating};
use crate::support::params::Params;
use crate::support::property::{get, set};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::wide_bytes;

const HASH: &str = "HkdfHashAlgorithm";
const SALT: &str = "HkdfSaltAndFinalize";
const PRK: &str = "HkdfPrkAndFinalize";

fn info(bytes: &[u8]) -> Params {
    Params::none().with(cng::KDF_HKDF_INFO, bytes)
}

fn choose(known: &Known, hash: &str) -> Result<(), Status> {
    set(&known.secret, HASH, &wide_bytes(hash))
}

/// A P-256 secret ready for expansion.
fn extracted(hash: &str, salt: &[u8]) -> Known {
    let known = known();
    choose(&known, hash).unwrap();
    set(&known.secret, SALT, salt).unwrap();
    known
}

fn expand(known: &Known, info_bytes: &[u8], length: usize) -> Result<Vec<u8>, Status> {
    fetch(&derivation(&known.secret, "HKDF", &info(info_bytes), 0), length)
}

/// Hashes that HASH and HMAC know; whether Windows takes them for HKDF is not known.
const LEGACY: [&str; 2] = ["MD2", "MD4"];

#[test]
fn old_hashes_are_not_supported_undecided() {
    for name in LEGACY {
        assert_eq!(choose(&known(), name), Err(NOT_SUPPORTED), "{name}");
    }
}

#[test]
fn every_hash_extracts_and_expands() {
    for hash in HASHES.iter().filter(|hash| !LEGACY.contains(&hash.name)) {
        let known = extracted(hash.name, b"salt");
        for length in [1, hash.length - 1, hash.length, hash.length + 1, 42, 1000] {
            let expected = hkdf(hash, &known.z, b"salt", b"info", length);
            assert_eq!(expand(&known, b"info", length), Ok(expected), "{} {length}", hash.name);
        }
    }
}

/// Z is the same big-endian value as for HASH.
#[test]
fn every_kind_of_secret_extracts() {
    for known in every_kind() {
        choose(&known, "SHA384").unwrap();
        set(&known.secret, SALT, &[]).unwrap();
        let expected = hkdf(find("SHA384"), &known.z, &[], b"", 48);
        assert_eq!(expand(&known, b"", 48), Ok(expected), "{}", known.what);
    }
}

/// An empty salt is RFC 5869's string of zeros; NULL with size 0 is the same.
#[test]
fn salts_of_all_lengths() {
    let sha256 = find("SHA256");
    for length in [0, 1, 32, 64, 65, 1000] {
        let salt = vec![0xA7; length];
        let known = extracted("SHA256", &salt);
        assert_eq!(expand(&known, b"i", 40), Ok(hkdf(sha256, &known.z, &salt, b"i", 40)), "{length}");
    }
    let zeros = extracted("SHA256", &[0; 32]);
    assert_eq!(expand(&zeros, b"i", 40), expand(&extracted("SHA256", &[]), b"i", 40));
}

/// The info buffer is optional, and any bytes.
#[test]
fn infos_of_all_lengths() {
    let known = extracted("SHA256", b"salt");
    let expected = |info: &[u8]| Ok(hkdf(find("SHA256"), &known.z, b"salt", info, 40));
    for length in [0, 1, 100, 10_000] {
        let bytes = vec![0x49; length];
        assert_eq!(expand(&known, &bytes, 40), expected(&bytes), "{length}");
    }
    let without = fetch(&derivation(&known.secret, "HKDF", &Params::none(), 0), 40);
    assert_eq!(without, expected(&[]), "no list at all");
}

/// HkdfPrkAndFinalize: Z itself is the pseudo-random key.
#[test]
fn the_secret_as_prk() {
    for known in every_kind() {
        choose(&known, "SHA256").unwrap();
        set(&known.secret, PRK, &[]).unwrap();
        let expected = hkdf_expand(find("SHA256"), &known.z, b"info", 50);
        assert_eq!(expand(&known, b"info", 50), Ok(expected), "{}", known.what);
    }
}

#[test]
fn a_prk_of_the_callers_is_invalid_undecided() {
    let known = known();
    choose(&known, "SHA256").unwrap();
    assert_eq!(set(&known.secret, PRK, &[1; 32]), Err(INVALID_PARAMETER));
    set(&known.secret, SALT, b"salt").unwrap();
    assert_eq!(expand(&known, b"", 16), Ok(hkdf(find("SHA256"), &known.z, b"salt", b"", 16)));
}

/// RFC 5869's limit, and GO's finding that zero bytes are refused.
#[test]
fn the_limits_of_the_output() {
    for name in ["SHA1", "SHA256", "SHA512"] {
        let (known, hash) = (extracted(name, b"salt"), find(name));
        let limit = 255 * hash.length;
        assert_eq!(expand(&known, b"", limit), Ok(hkdf(hash, &known.z, b"salt", b"", limit)), "{name}");
        for length in [0, limit + 1, 100_000] {
            assert_eq!(expand(&known, b"", length), Err(INVALID_PARAMETER), "{name} {length}");
        }
    }
}

#[test]
fn the_query_gives_back_the_stated_size_undecided() {
    let known = extracted("SHA256", b"salt");
    let call = derivation(&known.secret, "HKDF", &info(b"info"), 0);
    for stated in [1, 32, 33, 8160] {
        assert_eq!(size_stating(&call, stated), Ok(stated));
    }
}

/// behaviour.md e17: the status is unknown.
#[test]
fn nothing_comes_before_finalization_undecided() {
    let known = known();
    for derived in [expand(&known, b"", 32), derive(&known.secret, "HKDF", &Params::none())] {
        assert_eq!(derived, Err(INVALID_PARAMETER));
    }
    choose(&known, "SHA256").unwrap();
    assert_eq!(expand(&known, b"", 32), Err(INVALID_PARAMETER), "the hash alone is not enough");
}

#[test]
fn the_order_of_the_properties_undecided() {
    let known = known();
    assert_eq!(set(&known.secret, SALT, b"salt"), Err(INVALID_PARAMETER), "no hash yet");
    assert_eq!(set(&known.secret, PRK, &[]), Err(INVALID_PARAMETER), "no hash yet");
    choose(&known, "SHA512").unwrap();
    choose(&known, "SHA256").unwrap();
    set(&known.secret, SALT, b"salt").unwrap();
    assert_eq!(choose(&known, "SHA1"), Err(INVALID_PARAMETER), "already finalized");
    assert_eq!(set(&known.secret, SALT, b"other"), Err(INVALID_PARAMETER), "already finalized");
    assert_eq!(set(&known.secret, PRK, &[]), Err(INVALID_PARAMETER), "already finalized");
    let expected = hkdf(find("SHA256"), &known.z, b"salt", b"", 32);
    assert_eq!(expand(&known, b"", 32), Ok(expected), "the last hash before finalization counts");
}

#[test]
fn unknown_hashes_are_not_supported_undecided() {
    let known = known();
    for name in ["", "NOPE", "RNG", "AES", "SHA-256"] {
        assert_eq!(choose(&known, name), Err(NOT_SUPPORTED), "{name}");
    }
}

/// behaviour.md e8: the other KDFs go on as before.
#[test]
fn hkdf_leaves_the_other_kdfs_alone() {
    let known = extracted("SHA256", b"salt");
    assert_eq!(derive(&known.secret, "HASH", &Params::none()), Ok(find("SHA1").digest(&known.z)));
    assert_eq!(crate::support::objects::raw_secret(&known.secret), crate::support::text::reversed(&known.z));
}

/// behaviour.md f2: nothing else can be set on a secret; keys and providers know none of the three.
#[test]
fn where_the_properties_belong() {
    let known = known();
    assert_eq!(set(&known.secret, "ECCCurveName", &wide_bytes("nistP256")), Err(NOT_SUPPORTED));
    assert_eq!(set(&known.secret, "NoSuchProperty", &[]), Err(NOT_SUPPORTED));
    let algorithm = crate::support::objects::open("ECDH_P256");
    let key = crate::support::objects::generate(&algorithm, 256).unwrap();
    for name in [HASH, SALT, PRK] {
        assert_eq!(set(&algorithm, name, &wide_bytes("SHA256")), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(set(&key, name, &wide_bytes("SHA256")), Err(NOT_SUPPORTED), "{name}");
    }
    for name in [HASH, SALT, PRK, "NoSuchProperty"] {
        assert_eq!(get(&known.secret, name), Err(NOT_SUPPORTED), "{name}: set-only");
    }
}
