//! TLS_PRF: behaviour.md e14.

use windows_sys::Win32::Security::Cryptography as cng;

use super::{every_kind, known};
use crate::support::objects::{derivation, derive};
use crate::support::oracle::hash::find;
use crate::support::oracle::kdf::{tls_1_0, tls_p_hash};
use crate::support::output::{fetch, size, size_stating};
use crate::support::params::Params;
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};
use crate::support::text::wide_bytes;

const SEED: [u8; 64] = {
    let mut seed = [0; 64];
    let mut index = 0;
    while index < 64 {
        seed[index] = index as u8;
        index += 1;
    }
    seed
};

fn label(bytes: &[u8]) -> Params {
    Params::none().with(cng::KDF_TLS_PRF_LABEL, bytes)
}

fn params() -> Params {
    label(b"key expansion").with(cng::KDF_TLS_PRF_SEED, &SEED)
}

fn protocol(version: u32) -> Params {
    params().with(cng::KDF_TLS_PRF_PROTOCOL, &version.to_le_bytes())
}

/// Without a protocol, and with any before TLS 1.2, the PRF of TLS 1.0; every width of secret splits in its
/// own way.
#[test]
fn tls_1_0_and_1_1() {
    for known in every_kind() {
        let expected = tls_1_0(&known.z, b"key expansion", &SEED, 48);
        assert_eq!(derive(&known.secret, "TLS_PRF", &params()), Ok(expected.clone()), "{}", known.what);
        for version in [0x0002, 0x0300, 0x0301, 0x0302, 0xFEFF] {
            let derived = derive(&known.secret, "TLS_PRF", &protocol(version));
            assert_eq!(derived, Ok(expected.clone()), "{} {version:#x}", known.what);
        }
    }
}

/// SHA-256 unless SHA-384 is asked for. DTLS 1.2 (0xFEFD) is our addition.
#[test]
fn tls_1_2() {
    for known in every_kind() {
        for version in [0x0303, 0xFEFD] {
            for (name, params) in [
                ("SHA256", protocol(version)),
                ("SHA256", protocol(version).hash("SHA256")),
                ("SHA384", protocol(version).hash("SHA384")),
            ] {
                let expected = tls_p_hash(find(name), &known.z, b"key expansion", &SEED, 48);
                let derived = derive(&known.secret, "TLS_PRF", &params);
                assert_eq!(derived, Ok(expected), "{} {version:#x} {name}", known.what);
            }
        }
    }
}

#[test]
fn a_hash_means_nothing_before_tls_1_2_undecided() {
    let known = known();
    let expected = derive(&known.secret, "TLS_PRF", &params());
    for name in ["SHA1", "SHA256", "SHA384"] {
        assert_eq!(derive(&known.secret, "TLS_PRF", &params().hash(name)), expected, "{name}");
        assert_eq!(derive(&known.secret, "TLS_PRF", &protocol(0x0302).hash(name)), expected, "{name}");
    }
    assert_eq!(
        derive(&known.secret, "TLS_PRF", &params().hash("NOPE")),
        Err(NOT_SUPPORTED),
        "behaviour.md e4"
    );
}

#[test]
fn other_hashes_for_tls_1_2_are_invalid_undecided() {
    let known = known();
    for name in ["MD5", "SHA1", "SHA512", "SHA3-256"] {
        let refused = derive(&known.secret, "TLS_PRF", &protocol(0x0303).hash(name));
        assert_eq!(refused, Err(INVALID_PARAMETER), "{name}");
    }
}

/// behaviour.md e14 and n: the label is bytes, of any number; a wide string with its NUL is one client's.
#[test]
fn labels_are_bytes() {
    let known = known();
    for bytes in [&b""[..], b"x", &wide_bytes("MyTlsLabel"), &[0; 300], &[0xFF; 1000]] {
        let expected = tls_1_0(&known.z, bytes, &SEED, 48);
        let params = label(bytes).with(cng::KDF_TLS_PRF_SEED, &SEED);
        assert_eq!(derive(&known.secret, "TLS_PRF", &params), Ok(expected), "{} bytes", bytes.len());
    }
}

/// behaviour.md e14 and n.
#[test]
fn the_seed_has_64_bytes() {
    let known = known();
    for length in [0, 1, 32, 63, 65, 128] {
        let params = label(b"label").with(cng::KDF_TLS_PRF_SEED, &vec![7; length]);
        assert_eq!(derive(&known.secret, "TLS_PRF", &params), Err(INVALID_PARAMETER), "{length}");
    }
}

/// behaviour.md e14.
#[test]
fn label_and_seed_are_required() {
    let known = known();
    let seed_only = Params::none().with(cng::KDF_TLS_PRF_SEED, &SEED);
    for params in [Params::none(), label(b"label"), seed_only, Params::none().hash("SHA256")] {
        let call = derivation(&known.secret, "TLS_PRF", &params, 0);
        assert_eq!(size(&call), Err(INVALID_PARAMETER));
        assert_eq!(fetch(&call, 48), Err(INVALID_PARAMETER));
    }
}

/// behaviour.md e14: 48 at the query, whatever size is stated; 48 alone at the fetch.
#[test]
fn the_output_has_48_bytes() {
    let known = known();
    let call = derivation(&known.secret, "TLS_PRF", &params(), 0);
    for stated in [0, 48, 100, u32::MAX] {
        assert_eq!(size_stating(&call, stated), Ok(48), "{stated}");
    }
    for room in [0, 1, 12, 47, 49, 96, 104] {
        assert_eq!(fetch(&call, room), Err(INVALID_PARAMETER), "{room}");
    }
}

#[test]
fn wrong_protocols_are_invalid_undecided() {
    let known = known();
    for version in [0, 1, 3, 0x0200, 0x0304, 0xFEFE, 0x1_0303, u32::MAX] {
        assert_eq!(
            derive(&known.secret, "TLS_PRF", &protocol(version)),
            Err(INVALID_PARAMETER),
            "{version:#x}"
        );
    }
    for bytes in [&[][..], &[3], &[3, 3], &[3, 3, 0], &[3, 3, 0, 0, 0], &[3, 3, 0, 0, 0, 0, 0, 0]] {
        let params = params().with(cng::KDF_TLS_PRF_PROTOCOL, bytes);
        assert_eq!(derive(&known.secret, "TLS_PRF", &params), Err(INVALID_PARAMETER), "{bytes:?}");
    }
}
