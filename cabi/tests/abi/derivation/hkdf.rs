//! HKDF's three properties, its limits, and its keys as blobs: behaviour.md g15, s95, s96.

use windows_sys::Win32::Security::Cryptography as cng;

use super::{derived, duplicate, finalized, import, raw_key};
use crate::support::objects::{Handle, Key, Object, exported, open};
use crate::support::oracle::hash::{HASHES, find};
use crate::support::oracle::kdf::{hkdf, hkdf_expand};
use crate::support::params::Params;
use crate::support::property::{get, set};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::{hex, wide_bytes};

const HASH: &str = "HkdfHashAlgorithm";
const SALT: &str = "HkdfSaltAndFinalize";
const PRK: &str = "HkdfPrkAndFinalize";
const DATA: &str = "KeyDataBlob";
const NONE: Handle = Handle(0);

fn expand(key: &impl Object, info: &[u8], length: usize) -> Result<Vec<u8>, Status> {
    derived(key, &Params::none().with(cng::KDF_HKDF_INFO, info), length)
}

fn with_hash(hash: &str) -> Key {
    let key = raw_key("HKDF", b"keying material");
    set(&key, HASH, &wide_bytes(hash)).unwrap();
    key
}

/// behaviour.md s95: the order; the statuses are our choice.
#[test]
fn the_order_of_the_properties_undecided() {
    let key = raw_key("HKDF", b"keying material");
    assert_eq!(expand(&key, b"", 32), Err(INVALID_PARAMETER), "nothing is set");
    for finalizing in [SALT, PRK] {
        assert_eq!(set(&key, finalizing, &[]), Err(INVALID_PARAMETER), "no hash yet");
    }
    for hash in ["SHA512", "sha1", "SHA256"] {
        set(&key, HASH, &wide_bytes(hash)).unwrap();
    }
    assert_eq!(expand(&key, b"", 32), Err(INVALID_PARAMETER), "the hash alone is not enough");
    set(&key, SALT, b"salt").unwrap();
    let expected = Ok(hkdf(find("SHA256"), b"keying material", b"salt", b"info", 80));
    assert_eq!(expand(&key, b"info", 80), expected, "the last hash counts");
    assert_eq!(set(&key, HASH, &wide_bytes("SHA1")), Err(INVALID_PARAMETER), "finalized");
    assert_eq!(set(&key, SALT, b"other"), Err(INVALID_PARAMETER), "finalized");
    assert_eq!(set(&key, PRK, &[]), Err(INVALID_PARAMETER), "finalized");
    assert_eq!(expand(&key, b"info", 80), expected, "as if nothing had been asked");
}

#[test]
fn every_hash_extracts_and_expands() {
    for hash in HASHES {
        let key = raw_key("HKDF", b"keying material");
        let chosen = set(&key, HASH, &wide_bytes(hash.name));
        if ["MD2", "MD4"].contains(&hash.name) {
            assert_eq!(chosen, Err(NOT_SUPPORTED), "{}: undecided", hash.name);
            continue;
        }
        set(&key, SALT, b"salt").unwrap();
        for length in [1, hash.length - 1, hash.length, hash.length + 1, 1000] {
            let expected = hkdf(hash, b"keying material", b"salt", b"info", length);
            assert_eq!(expand(&key, b"info", length), Ok(expected), "{} {length}", hash.name);
        }
        let key = with_hash(hash.name);
        set(&key, PRK, &[]).unwrap();
        let expected = hkdf_expand(hash, b"keying material", b"", 100);
        assert_eq!(derived(&key, &Params::none(), 100), Ok(expected), "{}: the key itself", hash.name);
    }
}

/// A name without its NUL, with more behind it, of an odd size; what is no hash.
#[test]
fn names_of_hashes() {
    let name = wide_bytes("SHA384");
    let longer = [&name[..], b"abc"].concat();
    for name in [&name[..], &name[..12], &name[..13], &longer] {
        let key = raw_key("HKDF", b"keying material");
        set(&key, HASH, name).unwrap();
        set(&key, SALT, &[]).unwrap();
        let expected = hkdf(find("SHA384"), b"keying material", &[], b"i", 48);
        assert_eq!(expand(&key, b"i", 48), Ok(expected), "{} bytes", name.len());
    }
    for name in ["", "NOPE", "AES-CMAC", "KMAC128", "CSHAKE128", "SHA-256", "AES", "HKDF"] {
        let key = raw_key("HKDF", b"keying material");
        assert_eq!(set(&key, HASH, &wide_bytes(name)), Err(NOT_SUPPORTED), "{name}: undecided");
    }
}

#[test]
fn salts_and_infos_of_all_lengths() {
    for length in [0, 1, 64, 65, 1 << 20] {
        let bytes = vec![0xA7; length];
        let key = raw_key("HKDF", b"k");
        finalized(&key, "SHA256", &bytes);
        let expected = hkdf(find("SHA256"), b"k", &bytes, &bytes, 40);
        assert_eq!(expand(&key, &bytes, 40), Ok(expected), "{length}");
    }
}

/// behaviour.md s96.
#[test]
fn the_limits_of_the_output() {
    for name in ["SHA1", "SHA256", "SHA512"] {
        let key = with_hash(name);
        set(&key, SALT, b"salt").unwrap();
        let hash = find(name);
        let limit = 255 * hash.length;
        let expected = hkdf(hash, b"keying material", b"salt", b"", limit);
        assert_eq!(expand(&key, b"", limit), Ok(expected), "{name}");
        for length in [0, limit + 1, 1 << 20] {
            assert_eq!(expand(&key, b"", length), Err(INVALID_PARAMETER), "{name} {length}: undecided");
        }
    }
}

#[test]
fn what_the_properties_are_not() {
    let key = with_hash("SHA256");
    assert_eq!(set(&key, PRK, b"a key"), Err(INVALID_PARAMETER), "it has no value: undecided");
    set(&key, PRK, &[]).unwrap();
    for name in [HASH, SALT, PRK] {
        assert_eq!(get(&key, name), Err(NOT_SUPPORTED), "{name}: set-only");
        assert_eq!(set(&open("HKDF"), name, &[]), Err(NOT_SUPPORTED), "{name} of a provider");
        for other in ["PBKDF2", "TLS1_2_KDF", "CAPI_KDF", "SP800_108_CTR_HMAC", "SP800_56A_CONCAT"] {
            assert_eq!(set(&raw_key(other, b"k"), name, &[]), Err(NOT_SUPPORTED), "{name} of {other}");
        }
    }
    assert_eq!(set(&key, "KeyStrength", &[0; 4]), Err(NOT_SUPPORTED));
}

/// A copy has what was set up to then, and goes its own way.
#[test]
fn copies() {
    let fresh = raw_key("HKDF", b"keying material");
    let hashed = with_hash("SHA1");
    let (of_fresh, of_hashed) = (duplicate(&fresh), duplicate(&hashed));
    finalized(&fresh, "SHA512", b"one");
    finalized(&of_fresh, "SHA256", b"other");
    set(&of_hashed, PRK, &[]).unwrap();
    let of_finalized = duplicate(&fresh);
    let (ikm, info) = (b"keying material", b"i");
    assert_eq!(expand(&hashed, info, 20), Err(INVALID_PARAMETER));
    assert_eq!(expand(&of_hashed, info, 20), Ok(hkdf_expand(find("SHA1"), ikm, info, 20)));
    assert_eq!(expand(&of_fresh, info, 20), Ok(hkdf(find("SHA256"), ikm, b"other", info, 20)));
    assert_eq!(fresh.release().ok(), Ok(()));
    assert_eq!(expand(&of_finalized, info, 20), Ok(hkdf(find("SHA512"), ikm, b"one", info, 20)));
}

/// behaviour.md g15: RFC 5869's first case as Go's tests export it.
#[test]
fn a_finalized_key_as_a_blob() {
    let key = raw_key("HKDF", &hex("0b*22"));
    assert_eq!(exported(&key, DATA), Err(INVALID_PARAMETER), "not finalized: undecided");
    finalized(&key, "SHA256", &hex("000102030405060708090a0b0c"));
    let blob = exported(&key, DATA).unwrap();
    let expected = "4b44424d01000000320000000000000e5300480041003200350036000000
                    077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
    assert_eq!(blob, hex(expected));
    let copy = import(&open("HKDF"), NONE, DATA, &blob).unwrap();
    let info = hex("f0f1f2f3f4f5f6f7f8f9");
    assert_eq!(expand(&copy, &info, 42), expand(&key, &info, 42));
    assert_eq!(exported(&copy, DATA), Ok(blob));
    assert_eq!(set(&copy, SALT, b"salt"), Err(INVALID_PARAMETER), "finalized as the other is");
}

/// What else is in such a blob: our choice.
#[test]
fn blobs_that_are_none_undecided() {
    let blob = |data: &[u8]| {
        let header = [0x4d42_444b, 1, u32::try_from(data.len()).unwrap()].map(u32::to_le_bytes);
        import(&open("HKDF"), NONE, DATA, &[header.as_flattened(), data].concat())
    };
    let named = |size: u32, name: &[u8], key: &[u8]| blob(&[&size.to_be_bytes()[..], name, key].concat());
    let sha1 = wide_bytes("SHA1");
    for key in [&[][..], &[7; 20], &[7; 2048]] {
        let made = named(10, &sha1, key).unwrap();
        assert_eq!(expand(&made, b"i", 30), Ok(hkdf_expand(find("SHA1"), key, b"i", 30)), "{}", key.len());
    }
    assert!(named(8, &sha1[..8], b"key").is_ok(), "without the NUL");
    assert_eq!(named(10, &sha1, &[7; 2049]).unwrap_err(), INVALID_PARAMETER, "too long");
    for size in [14, 0x8000_0000, u32::MAX] {
        assert_eq!(named(size, &sha1, &[]).unwrap_err(), INVALID_PARAMETER, "a name of {size} bytes");
    }
    for data in [&[][..], &[0; 3]] {
        assert_eq!(blob(data).unwrap_err(), INVALID_PARAMETER, "{} bytes", data.len());
    }
    assert_eq!(named(0, &[], b"key").unwrap_err(), NOT_SUPPORTED, "a name of no bytes");
    assert_eq!(named(10, &wide_bytes("NOPE"), b"key").unwrap_err(), NOT_SUPPORTED);
    let secret = b"keying material that was never finalized";
    assert_eq!(blob(secret).unwrap_err(), INVALID_PARAMETER, "a key as the others have it");
}
