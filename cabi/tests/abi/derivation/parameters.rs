//! Parameter lists and the other arguments: what is needed, what is wrong, and what is passed over.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography as cng;

use super::{CAPI_AES, derivation, derived, enough, key_with, raw_key, ready_key};
use crate::support::guard_page::Guarded;
use crate::support::library::lib;
use crate::support::objects::{Object, open, receive};
use crate::support::oracle::from_keys::{pbkdf2, sp800_108};
use crate::support::oracle::hash::find;
use crate::support::oracle::kdf::{concat, tls_1_0, tls_p_hash};
use crate::support::output::fetch;
use crate::support::params::{Params, buffer, description};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide_bytes;

const NAMES: [&str; 7] =
    ["CAPI_KDF", "PBKDF2", "SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "TLS1_1_KDF", "TLS1_2_KDF", "HKDF"];
/// Those that take the name of a hash as a parameter.
const HASHED: [&str; 5] = ["CAPI_KDF", "PBKDF2", "SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "TLS1_2_KDF"];
const KEY: &[u8] = b"sixteen byte key";

fn one(kind: u32, bytes: &[u8]) -> Params {
    Params::none().with(kind, bytes)
}

/// behaviour.md s84: there is no question for the size.
#[test]
fn pointers_handles_and_flags() {
    for name in NAMES {
        let (key, params) = (ready_key(name, KEY), enough("SHA256"));
        let mut result = 7;
        let status =
            params.list(|list| lib().key_derivation(key.raw(), list, null_mut(), 32, &mut result, 0));
        assert_eq!((status, result), (INVALID_PARAMETER, 7), "{name}: NULL output");
        let status = params.list(|list| lib().key_derivation(key.raw(), list, null_mut(), 0, &mut result, 0));
        assert_eq!((status, result), (INVALID_PARAMETER, 7), "{name}: NULL output of no bytes");
        let mut out = [0xA5; 32];
        let status =
            params.list(|list| lib().key_derivation(key.raw(), list, out.as_mut_ptr(), 32, null_mut(), 0));
        assert_eq!((status, out), (INVALID_PARAMETER, [0xA5; 32]), "{name}: NULL result");
        for flag in (0..32).map(|bit| 1 << bit) {
            let expected = if name == "CAPI_KDF" && flag == CAPI_AES { SUCCESS } else { INVALID_PARAMETER };
            let status = fetch(&derivation(&key, &params, flag), 32).map(drop);
            assert_eq!(status, expected.ok(), "{name} {flag:#x}: undecided");
        }
        for other in [null_mut(), open(name).raw(), 0x391 as _, 0xDEAD_BEE0_usize as _] {
            let status =
                params.list(|list| lib().key_derivation(other, list, out.as_mut_ptr(), 32, &mut result, 0));
            assert_eq!((status, out, result), (INVALID_HANDLE, [0xA5; 32], 7), "{name}");
        }
    }
}

#[test]
fn lists_that_are_wrong() {
    for name in NAMES {
        let key = ready_key(name, KEY);
        let mut out = [0xA5; 32];
        let mut refused = |list: *const cng::BCryptBufferDesc| {
            let mut result = 7;
            let status = lib().key_derivation(key.raw(), list, out.as_mut_ptr(), 32, &mut result, 0);
            assert_eq!((status, result, out), (INVALID_PARAMETER, 7, [0xA5; 32]), "{name}: undecided");
        };
        let no_buffers = cng::BCryptBufferDesc { ulVersion: 0, cBuffers: 1, pBuffers: null_mut() };
        refused(&no_buffers);
        let mut nothing =
            [cng::BCryptBuffer { cbBuffer: 1, BufferType: cng::KDF_SALT, pvBuffer: null_mut() }];
        refused(&description(&mut nothing));
    }
}

/// What each algorithm needs, and answers without it; the rest has a default. For SP800_108 and TLS Windows' page names
/// more as needed, and programs leave them out.
#[test]
fn what_is_needed_undecided() {
    let sha256 = find("SHA256");
    for name in HASHED.into_iter().filter(|name| *name != "PBKDF2") {
        let without = enough("SHA256").without(cng::KDF_HASH_ALGORITHM);
        assert_eq!(derived(&ready_key(name, KEY), &without, 32), Err(INVALID_PARAMETER), "{name}: no hash");
    }
    let concatenation = raw_key("SP800_56A_CONCAT", KEY);
    for kind in [cng::KDF_ALGORITHMID, cng::KDF_PARTYUINFO, cng::KDF_PARTYVINFO] {
        let without = enough("SHA256").without(kind);
        assert_eq!(derived(&concatenation, &without, 32), Err(INVALID_PARAMETER), "{kind}");
    }
    for name in NAMES.into_iter().filter(|name| *name != "HKDF" && *name != "PBKDF2" && *name != "TLS1_1_KDF")
    {
        assert_eq!(derived(&raw_key(name, KEY), &Params::none(), 32), Err(INVALID_PARAMETER), "{name}");
    }
    let label_alone = Params::none().hash("SHA256").with(cng::KDF_LABEL, b"label");
    assert_eq!(
        derived(&raw_key("SP800_108_CTR_HMAC", KEY), &label_alone, 70),
        Ok(sp800_108(sha256, KEY, b"label\0", 70))
    );
    let tls = Params::none().hash("SHA256").with(cng::KDF_TLS_PRF_LABEL, b"label");
    assert_eq!(
        derived(&raw_key("TLS1_2_KDF", KEY), &tls, 70),
        Ok(tls_p_hash(sha256, KEY, b"label", b"", 70))
    );
    assert_eq!(derived(&raw_key("TLS1_1_KDF", KEY), &tls, 70), Ok(tls_1_0(KEY, b"label", b"", 70)));
    let password = raw_key("PBKDF2", KEY);
    assert_eq!(
        derived(&password, &one(cng::KDF_ITERATION_COUNT, &5_u64.to_le_bytes()), 50),
        Ok(pbkdf2(find("SHA1"), KEY, b"", 5, 50)),
        "SHA-1 and no salt"
    );
    assert_eq!(
        derived(&password, &Params::none().hash("SHA256").with(cng::KDF_SALT, b"salt"), 20),
        Ok(pbkdf2(sha256, KEY, b"salt", 10_000, 20)),
        "behaviour.md g11"
    );
}

/// KDF_GENERIC_PARAMETER stands for other buffers, not beside them.
#[test]
fn the_generic_parameter() {
    let sha256 = find("SHA256");
    let generic = |kind: u32| {
        enough("SHA256")
            .only(&[cng::KDF_HASH_ALGORITHM, cng::KDF_ITERATION_COUNT, kind])
            .with(cng::KDF_GENERIC_PARAMETER, b"any bytes\0at all")
    };
    let whole = b"any bytes\0at all";
    let cases: [(&str, &[u32], Vec<u8>); 3] = [
        ("PBKDF2", &[cng::KDF_SALT], pbkdf2(sha256, KEY, whole, 3, 40)),
        ("SP800_108_CTR_HMAC", &[cng::KDF_LABEL, cng::KDF_CONTEXT], sp800_108(sha256, KEY, whole, 40)),
        (
            "SP800_56A_CONCAT",
            &[cng::KDF_ALGORITHMID, cng::KDF_PARTYUINFO, cng::KDF_PARTYVINFO],
            concat(sha256, KEY, whole, 40),
        ),
    ];
    for (name, kinds, expected) in cases {
        let key = raw_key(name, KEY);
        assert_eq!(derived(&key, &generic(cng::KDF_HASH_ALGORITHM), 40), Ok(expected), "{name}");
        for &kind in kinds {
            assert_eq!(derived(&key, &generic(kind), 40), Err(INVALID_PARAMETER), "{name}: both: undecided");
        }
    }
    for name in ["CAPI_KDF", "TLS1_1_KDF", "TLS1_2_KDF", "HKDF"] {
        let key = ready_key(name, KEY);
        let beside = enough("SHA256").with(cng::KDF_GENERIC_PARAMETER, whole);
        assert_eq!(derived(&key, &beside, 32), derived(&key, &enough("SHA256"), 32), "{name}: passed over");
    }
}

/// behaviour.md s85: with its NUL and without, right before memory that can't be read; and what is none.
#[test]
fn names_of_hashes() {
    let name = wide_bytes("SHA384");
    let longer = [&name[..], b"abcd"].concat();
    for algorithm in HASHED {
        let key = raw_key(algorithm, KEY);
        let expected = derived(&key, &enough("SHA384"), 48).unwrap();
        let rest = enough("SHA384").without(cng::KDF_HASH_ALGORITHM);
        for bytes in [&name[..], &name[..12], &name[..13], &longer, &wide_bytes("sha384")] {
            let guarded = Guarded::new(bytes);
            let derived = fetch(
                &|output: *mut u8, size, result| {
                    rest.list_with(
                        cng::BCryptBuffer {
                            cbBuffer: guarded.size(),
                            BufferType: cng::KDF_HASH_ALGORITHM,
                            pvBuffer: guarded.as_ptr().cast_mut().cast(),
                        },
                        |list| lib().key_derivation(key.raw(), list, output, size, result, 0),
                    )
                },
                48,
            );
            assert_eq!(derived.as_ref(), Ok(&expected), "{algorithm}, {} bytes", bytes.len());
        }
        for name in
            ["", "NOPE", "SHA", "SHA-384", "SHA384 ", "KMAC128", "CSHAKE128", "AES-GMAC", "AES", "RNG"]
        {
            let refused = derived(&key, &enough(name), 32);
            assert_eq!(refused, Err(NOT_SUPPORTED), "{algorithm} {name}: undecided");
        }
        let empty = rest.clone().with(cng::KDF_HASH_ALGORITHM, &[]);
        assert_eq!(derived(&key, &empty, 32), Err(NOT_SUPPORTED), "{algorithm}: undecided");
    }
    for algorithm in ["CAPI_KDF", "SP800_56A_CONCAT", "TLS1_2_KDF"] {
        let refused = derived(&raw_key(algorithm, KEY), &enough("AES-CMAC"), 32);
        assert_eq!(refused, Err(NOT_SUPPORTED), "{algorithm}: a MAC is no hash");
    }
    for algorithm in ["PBKDF2", "SP800_108_CTR_HMAC"] {
        for length in [16, 24, 32] {
            let made = derived(&raw_key(algorithm, &vec![1; length]), &enough("AES-CMAC"), 40);
            assert!(made.is_ok(), "{algorithm}: a key of {length} bytes");
        }
        for length in [0, 15, 17, 33] {
            let refused = derived(&raw_key(algorithm, &vec![1; length]), &enough("AES-CMAC"), 40);
            assert_eq!(
                refused,
                Err(INVALID_PARAMETER),
                "{algorithm}: no key of AES, {length} bytes: undecided"
            );
        }
    }
}

/// Of several buffers of a kind the last counts; a kind that is not known, or another algorithm's, changes nothing.
#[test]
fn doubled_and_unknown_buffers_undecided() {
    for name in NAMES {
        let key = ready_key(name, KEY);
        let expected = derived(&key, &enough("SHA256"), 32).unwrap();
        let mut doubled = enough("SHA1");
        for kind in
            (0..=0x14).filter(|kind| ![cng::KDF_HASH_ALGORITHM, cng::KDF_GENERIC_PARAMETER].contains(kind))
        {
            // Before the right one, which is the last then.
            if enough("SHA1").has(kind) {
                doubled = one(kind, b"12345678").and(&doubled);
            }
        }
        let doubled = doubled.and(&one(cng::KDF_HASH_ALGORITHM, &wide_bytes("SHA256")));
        assert_eq!(derived(&key, &doubled, 32).as_ref(), Ok(&expected), "{name}: doubled");
        for kind in
            [0x15, 0x60, 0x7777, u32::MAX, cng::KDF_HKDF_SALT, cng::KDF_KEYBITLENGTH, cng::KDF_HMAC_KEY]
        {
            let more = enough("SHA256").with(kind, b"more");
            assert_eq!(derived(&key, &more, 32).as_ref(), Ok(&expected), "{name}: {kind:#x}");
        }
    }
}

/// behaviour.md s87.
#[test]
fn iterations() {
    let key = raw_key("PBKDF2", KEY);
    let counted = |bytes: &[u8]| derived(&key, &one(cng::KDF_ITERATION_COUNT, bytes), 20);
    let expected = Ok(pbkdf2(find("SHA1"), KEY, b"", 7, 20));
    assert_eq!(counted(&7_u64.to_le_bytes()), expected);
    assert_eq!(counted(&7_u32.to_le_bytes()), expected, "four bytes: undecided");
    for bytes in [&0_u64.to_le_bytes()[..], &0_u32.to_le_bytes()] {
        assert_eq!(counted(bytes), Err(INVALID_PARAMETER), "none: undecided");
    }
    for length in [0, 1, 2, 3, 5, 6, 7, 9, 16] {
        assert_eq!(counted(&vec![1; length]), Err(INVALID_PARAMETER), "{length} bytes: undecided");
    }
}

/// No bytes, and 2^32 - 1 of them, where no algorithm derives so many; the buffer is not as large as that.
#[test]
fn sizes() {
    let longest = [
        ("CAPI_KDF", 64),
        ("SP800_108_CTR_HMAC", u32::MAX / 8),
        ("SP800_56A_CONCAT", 1 << 30),
        ("HKDF", 255 * 32),
    ];
    for (name, longest) in longest {
        let key = ready_key(name, KEY);
        let mut out = [0xA5; 64];
        for size in [longest + 1, u32::MAX - 1, u32::MAX] {
            let mut result = 7;
            let status = enough("SHA256")
                .list(|list| lib().key_derivation(key.raw(), list, out.as_mut_ptr(), size, &mut result, 0));
            assert_eq!((status, result, out), (INVALID_PARAMETER, 7, [0xA5; 64]), "{name} {size}");
        }
    }
    for name in NAMES {
        let expected = if ["CAPI_KDF", "HKDF"].contains(&name) { Err(INVALID_PARAMETER) } else { Ok(vec![]) };
        assert_eq!(derived(&ready_key(name, KEY), &enough("SHA256"), 0), expected, "{name}: undecided");
        let few = derived(&ready_key(name, KEY), &enough("SHA256"), 1);
        assert!(few.is_ok(), "{name}: {few:?}");
    }
    // More than fits where small outputs are made.
    let sha256 = find("SHA256");
    for length in [255, 256, 257, 100_000] {
        let key = raw_key("SP800_108_CTR_HMAC", KEY);
        let expected = sp800_108(sha256, KEY, b"label\0context", length);
        assert_eq!(derived(&key, &enough("SHA256"), length), Ok(expected), "{length}");
    }
}

/// The output may lie over the parameters.
#[test]
fn the_output_over_its_parameters() {
    for name in NAMES {
        let key = ready_key(name, KEY);
        let expected = derived(&key, &enough("SHA256"), 32).unwrap();
        let name_of_hash = wide_bytes("SHA256");
        let mut memory = [&name_of_hash[..], &[0; 32]].concat();
        let rest = enough("SHA256").without(cng::KDF_HASH_ALGORITHM);
        let hash = buffer(cng::KDF_HASH_ALGORITHM, &memory[..name_of_hash.len()]);
        let (to, mut result) = (memory.as_mut_ptr(), 0);
        let status =
            rest.list_with(hash, |list| lib().key_derivation(key.raw(), list, to, 32, &mut result, 0));
        assert_eq!((status, result), (SUCCESS, 32), "{name}");
        assert_eq!(memory[..32], expected, "{name}");
    }
}

/// behaviour.md s50, g11.
#[test]
fn lengths_of_keys() {
    for name in NAMES {
        let algorithm = open(name);
        for length in [0, 1, 64, 65, 129, 2048] {
            let key = key_with(&algorithm, &vec![7; length], 0).unwrap();
            assert_eq!(
                crate::support::property::number(&key, "KeyStrength"),
                Ok(length as u32 * 8),
                "{name}"
            );
        }
        assert_eq!(key_with(&algorithm, &[7; 2049], 0).unwrap_err(), INVALID_PARAMETER, "{name}");
        let null =
            receive(|out| lib().generate_symmetric_key(algorithm.raw(), out, null_mut(), 0, null(), 0, 0));
        assert_eq!(null.unwrap_err(), INVALID_PARAMETER, "{name}: NULL");
        let empty = derived(&ready_key(name, &[]), &enough("SHA256"), 32);
        // The engine has no such derivation.
        let expected = if name == "SP800_56A_CONCAT" { Err(INVALID_PARAMETER) } else { Ok(()) };
        assert_eq!(empty.map(drop), expected, "{name}: an empty key: undecided");
    }
}
