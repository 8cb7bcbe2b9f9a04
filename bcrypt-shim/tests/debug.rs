//! What `Debug` prints of a key or a secret holds no byte of it, in no notation.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use std::fmt::Debug;

use bcrypt_shim::algorithm::{ALGORITHMS, Does, Preset};
use bcrypt_shim::handle::Handle;
use bcrypt_shim::provider::Provider;
use bcrypt_shim::{derivation, memory, names};

/// The runs of six bytes, as lists, arrays and hexadecimal text would show them. Shorter ones turn up in public numbers by
/// chance.
fn notations(secret: &[u8]) -> Vec<String> {
    let runs = secret.windows(6).filter(|run| run.iter().filter(|&&byte| byte != 0).count() > 3);
    runs.flat_map(|run| {
        let joined =
            |byte: fn(&u8) -> String, between| run.iter().map(byte).collect::<Vec<_>>().join(between);
        [
            joined(|byte| byte.to_string(), ", "),
            joined(|byte| format!("{byte:02x}"), ""),
            joined(|byte| format!("{byte:02X}"), ""),
            joined(|byte| format!("{byte:02x}"), ", "),
            joined(|byte| format!("{byte:x}"), ", "),
        ]
    })
    .collect()
}

fn shows(value: &dyn Debug, secret: &[u8]) -> bool {
    let printed = [
        format!("{value:?}"),
        format!("{value:#?}").replace('\n', "").replace("  ", ""),
        format!("{value:x?}"),
    ];
    notations(secret).iter().any(|notation| printed.iter().any(|text| text.contains(notation)))
}

#[test]
fn keys_and_secrets_show_no_byte() {
    for (id, bits, blob_type) in [
        ("ECDH_P256", 256, "ECCPRIVATEBLOB"),
        ("ECDH_P521", 521, "ECCPRIVATEBLOB"),
        ("DH", 768, "DHPRIVATEBLOB"),
    ] {
        let key = core::open(id).generate(bits);
        let blob = core::export(&key, blob_type).unwrap();
        let width = bits.div_ceil(8) as usize;
        let private = &blob[blob.len() - width..];
        assert!(!shows(&key, private), "{id}: {key:?}");
        let secret = key.agree(&key).unwrap();
        assert!(!shows(&secret, secret.value()), "{id}: {secret:?}");
    }
    for name in ["curve25519", "secP256k1", "brainpoolP256r1"] {
        let key = core::open_curve(name).generate(0);
        let blob = core::export(&key, "ECCPRIVATEBLOB").unwrap();
        assert!(!shows(&key, &blob[blob.len() - 32..]), "{name}: {key:?}");
    }
}

#[test]
fn post_quantum_keys_show_no_byte() {
    for (id, set, blob_types, seed) in [
        ("ML-KEM", "768", ["MLKEMPRIVATESEEDBLOB", "MLKEMPRIVATEBLOB"], 64),
        ("ML-DSA", "65", ["PQDSAPRIVATESEEDBLOB", "PQDSAPRIVATEBLOB"], 32),
    ] {
        let key = core::open(id).start(0);
        core::set(&key, "ParameterSetName", &core::text(set)).unwrap();
        key.finalize().unwrap();
        for blob_type in blob_types {
            let blob = core::export(&key, blob_type).unwrap();
            assert!(!shows(&key, &blob[blob.len() - seed..]), "{id}: {key:?}");
        }
    }
}

/// Those of HKDF are finalized, so that there is a pseudo-random key.
#[test]
fn keys_to_derive_from_show_no_byte() {
    let secret: Vec<u8> = (17..81).collect();
    for row in ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Derivation(_))) {
        let provider = Provider::Shared(row, Preset::Plain);
        let key = derivation::Key::new(&provider, Handle(0), memory::secret_copy(&secret).unwrap()).unwrap();
        let set = |name, value: &[u8]| key.set(&core::wide(name), value);
        if set(names::BCRYPT_HKDF_HASH_ALGORITHM, &core::text("SHA256")).is_ok() {
            set(names::BCRYPT_HKDF_PRK_AND_FINALIZE, &[]).unwrap();
        }
        assert!(!shows(&key, &secret), "{}: {key:?}", row.name);
    }
}

/// The search sees bytes where they are shown.
#[test]
fn shown_bytes_are_found() {
    let secret = [17_u8, 204, 90, 3, 0, 255, 8, 61];
    assert!(shows(&secret, &secret) && shows(&Some(secret.to_vec()), &secret));
    assert!(!shows(&"8 secret bytes", &secret));
}
