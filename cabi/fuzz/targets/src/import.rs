//! Looks for a blob that crashes an import, reads outside itself, is answered with an undocumented status, or
//! becomes a key that does not export what it imports again.
//!
//! Input: algorithm, blob type, flags (a byte each), the blob.

use arbitrary::Unstructured;
use bcrypt_shim::curve::CURVES;
use bcrypt_shim::names;

use crate::door::{self, Raw, SUCCESS};

/// Fixed algorithms and DH, then ECDH without a curve, then ECDH with each curve name; and behind them the others.
pub const ALGORITHMS: [&str; 5] = ["ECDH_P256", "ECDH_P384", "ECDH_P521", "DH", "ECDH"];
pub const OTHERS: [&str; 4] = ["ML-KEM", "ML-DSA", "RSA", "RSA_SIGN"];

/// Blobs that are not imported.
const EXPORTED_ONLY: [&str; 4] = [
    names::LEGACY_DH_PUBLIC_BLOB,
    names::LEGACY_DSA_PUBLIC_BLOB,
    names::LEGACY_DSA_V2_PUBLIC_BLOB,
    names::LEGACY_RSAPUBLIC_BLOB,
];

/// Blobs are cut here: every format is shorter, and what follows is passed over or refused.
const LONGEST: usize = 5120;

/// The provider of a number; `None` for a curve name that is not supported.
pub fn provider(number: u8) -> Option<Raw> {
    let curves = ALGORITHMS.len() + CURVES.len();
    let number = usize::from(number) % (curves + OTHERS.len());
    if let Some(name) = ALGORITHMS.get(number).or_else(|| OTHERS.get(number.wrapping_sub(curves))) {
        return Some(door::open(name).unwrap());
    }
    let algorithm = door::open("ECDH").unwrap();
    let curve: Vec<u8> = door::wide(CURVES[number - ALGORITHMS.len()].name)
        .iter()
        .flat_map(|unit| unit.to_ne_bytes())
        .collect();
    if door::set(algorithm, &door::wide(names::BCRYPT_ECC_CURVE_NAME), &curve) == SUCCESS {
        return Some(algorithm);
    }
    door::close(algorithm);
    None
}

/// The blob type of a number: every name that bcrypt.h knows.
pub fn blob_type(number: u8) -> &'static str {
    let rows = names::BLOB_TYPES.rows;
    rows[usize::from(number) % rows.len()].value
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut byte = || input.arbitrary::<u8>().unwrap_or(0);
    let (algorithm, kind, flags) = (byte(), byte(), byte());
    let blob = input.take_rest();
    let blob = &blob[..blob.len().min(LONGEST)];
    let Some(algorithm) = provider(algorithm) else { return };
    let flags = [0, names::BCRYPT_NO_KEY_VALIDATION, names::BCRYPT_KEY_VALIDATION_RANGE_AND_ORDER, 0x20]
        [usize::from(flags) % 4];
    let kind = door::wide(blob_type(kind));
    if let Ok(key) = door::import(algorithm, &kind, blob, flags) {
        check(algorithm, key);
        assert_eq!(door::destroy_key(key), SUCCESS);
        assert_eq!(door::destroy_key(key), door::INVALID_HANDLE);
    }
    assert_eq!(door::close(algorithm), SUCCESS);
}

/// Every blob a key gives is imported again and gives the same bytes; the key can be used.
pub(crate) fn check(algorithm: Raw, key: Raw) {
    let is_without_curve = door::get(algorithm, &door::wide(names::BCRYPT_ECC_PARAMETERS))
        == Err(names::STATUS_INVALID_PARAMETER);
    for name in names::BLOB_TYPES.rows.iter().map(|row| row.value) {
        let kind = door::wide(name);
        let Ok(exported) = door::export(key, &kind) else { continue };
        // Without a curve chosen, a blob has to tell it.
        let lacks_curve = is_without_curve && !name.starts_with("ECCFULL");
        if EXPORTED_ONLY.contains(&name) || lacks_curve {
            continue;
        }
        // Without validation, since the key may have been imported without it.
        let again = door::import(algorithm, &kind, &exported, names::BCRYPT_NO_KEY_VALIDATION)
            .unwrap_or_else(|status| panic!("{name} does not come back: {status:#x}"));
        assert_eq!(door::export(again, &kind).as_deref(), Ok(&exported[..]), "{name}");
        door::destroy_key(again);
    }
    if let Ok(secret) = door::agree(key, key) {
        door::value(secret);
        assert_eq!(door::destroy_secret(secret), SUCCESS);
    }
}
