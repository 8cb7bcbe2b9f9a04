//! Properties of providers and keys: behaviour.md section f.

use windows_sys::Win32::Security::Cryptography::BCRYPT_ECC_CURVE_NAMES;

use crate::support::blob::words;
use crate::support::curves::nist;
use crate::support::objects::{Alg, Key, Object, generate, import, new_key, open};
use crate::support::output::{fetch, size_stating, too_small};
use crate::support::property::{get, number, open_curve, read, set, set_curve, string};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS};
use crate::support::text::{from_pointer, wide_bytes};

/// Every curve name of this library and the bits of its field. Windows has three more, twisted Edwards curves.
const CURVES: [(&str, u32); 42] = [
    ("curve25519", 255),
    ("brainpoolP160r1", 160),
    ("brainpoolP160t1", 160),
    ("brainpoolP192r1", 192),
    ("brainpoolP192t1", 192),
    ("brainpoolP224r1", 224),
    ("brainpoolP224t1", 224),
    ("brainpoolP256r1", 256),
    ("brainpoolP256t1", 256),
    ("brainpoolP320r1", 320),
    ("brainpoolP320t1", 320),
    ("brainpoolP384r1", 384),
    ("brainpoolP384t1", 384),
    ("brainpoolP512r1", 512),
    ("brainpoolP512t1", 512),
    ("ec192wapi", 192),
    ("nistP192", 192),
    ("nistP224", 224),
    ("nistP256", 256),
    ("nistP384", 384),
    ("nistP521", 521),
    ("secP160k1", 160),
    ("secP160r1", 160),
    ("secP160r2", 160),
    ("secP192k1", 192),
    ("secP192r1", 192),
    ("secP224k1", 224),
    ("secP224r1", 224),
    ("secP256k1", 256),
    ("secP256r1", 256),
    ("secP384r1", 384),
    ("secP521r1", 521),
    ("wtls12", 224),
    ("wtls7", 160),
    ("wtls9", 160),
    ("x962P192v1", 192),
    ("x962P192v2", 192),
    ("x962P192v3", 192),
    ("x962P239v1", 239),
    ("x962P239v2", 239),
    ("x962P239v3", 239),
    ("x962P256v1", 256),
];

/// behaviour.md f3: the size counts the NUL. What a generic key reports is unknown; ECDH is plausible.
#[test]
fn algorithm_names() {
    for id in crate::provider::algorithms::IDS {
        let algorithm = open(id);
        assert_eq!(get(&algorithm, "AlgorithmName"), Ok(wide_bytes(id)));
    }
    for (algorithm, bits) in [(open("DH"), 512), (open("ECDH_P384"), 384), (open_curve("nistP384"), 0)] {
        let key = generate(&algorithm, bits).unwrap();
        assert_eq!(string(&key, "AlgorithmName"), string(&algorithm, "AlgorithmName"), "unfinalized");
        assert_eq!(string(&new_key(&algorithm, bits), "AlgorithmName"), string(&algorithm, "AlgorithmName"));
    }
}

/// behaviour.md f3, c13: the same before and after Finalize, and on an imported key.
#[test]
fn sizes_of_fixed_curves() {
    for curve in nist() {
        let algorithm = open(curve.id);
        assert_eq!(number(&algorithm, "KeyLength"), Ok(curve.bits), "{}", curve.id);
        assert_eq!(get(&algorithm, "KeyLengths"), Ok(words(&[curve.bits, curve.bits, 0])), "{}", curve.id);
        let pending = generate(&algorithm, curve.bits).unwrap();
        let imported = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
        for key in [&pending, &new_key(&algorithm, curve.bits), &imported] {
            for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
                assert_eq!(number(key, name), Ok(curve.bits), "{} {name}", curve.id);
            }
            assert_eq!(string(key, "ECCCurveName"), Ok(curve.name.to_string()), "undecided");
        }
        assert_eq!(string(&algorithm, "ECCCurveName"), Ok(curve.name.to_string()), "undecided");
    }
}

/// behaviour.md f3, c31 and n: names without regard to case.
#[test]
fn sizes_and_names_of_chosen_curves() {
    for (name, bits) in CURVES {
        for spelling in [name.to_string(), name.to_lowercase(), name.to_uppercase()] {
            let algorithm = open_curve(&spelling);
            assert_eq!(number(&algorithm, "KeyLength"), Ok(bits), "{spelling}");
            assert_eq!(get(&algorithm, "KeyLengths"), Ok(words(&[bits, bits, 0])), "{spelling}: undecided");
            for key in [generate(&algorithm, 0).unwrap(), new_key(&algorithm, bits)] {
                assert_eq!(number(&key, "KeyLength"), Ok(bits), "{spelling}");
                assert_eq!(number(&key, "PublicKeyLength"), Ok(bits), "{spelling}");
                let strength = if bits == 255 { 253 } else { bits };
                assert_eq!(number(&key, "KeyStrength"), Ok(strength), "{spelling}");
            }
        }
    }
}

/// The name comes back in CNG's spelling; of the names for one curve, the one that was chosen.
#[test]
fn curve_names_read_back_undecided() {
    for (name, _) in CURVES {
        let algorithm = open_curve(&name.to_uppercase());
        assert_eq!(string(&algorithm, "ECCCurveName"), Ok(name.to_string()));
        assert_eq!(string(&new_key(&algorithm, 0), "ECCCurveName"), Ok(name.to_string()));
    }
}

#[test]
fn no_curve_no_sizes_undecided() {
    let algorithm = open("ECDH");
    for name in ["ECCCurveName", "KeyLength", "KeyLengths"] {
        assert_eq!(get(&algorithm, name), Err(INVALID_PARAMETER), "{name} of the provider");
    }
    let key = generate(&algorithm, 0).unwrap();
    for name in ["ECCCurveName", "KeyLength", "KeyStrength", "PublicKeyLength"] {
        assert_eq!(get(&key, name), Err(INVALID_PARAMETER), "{name} of the key");
    }
    set_curve(&key, "nistP384").unwrap();
    assert_eq!(number(&key, "KeyStrength"), Ok(384), "behaviour.md n on c13: readable once a curve is set");
}

/// behaviour.md f3 and c10.
#[test]
fn sizes_of_dh() {
    let algorithm = open("DH");
    assert_eq!(get(&algorithm, "KeyLengths"), Ok(words(&[512, 4096, 64])));
    for bits in [512, 1024, 2048] {
        for key in [generate(&algorithm, bits).unwrap(), new_key(&algorithm, bits)] {
            for name in ["KeyLength", "KeyStrength", "PublicKeyLength"] {
                assert_eq!(number(&key, name), Ok(bits), "{name}");
            }
        }
    }
}

/// behaviour.md f3.
#[test]
fn primitive_types() {
    for id in crate::provider::algorithms::IDS {
        let expected = if id == "RNG" { 6 } else { 4 };
        assert_eq!(number(&open(id), "PrimitiveType"), Ok(expected), "{id}");
    }
}

/// behaviour.md f3: the handle the key was made through, closed or not, pseudo or not.
#[test]
fn the_provider_of_a_key() {
    let algorithm = open("ECDH_P256");
    let pseudo = crate::support::objects::Handle(0x2A1);
    let opened = algorithm.handle();
    let keys = [(new_key(&algorithm, 256), opened), (new_key(&pseudo, 256), pseudo)];
    assert_eq!(algorithm.release(), crate::support::status::SUCCESS);
    for (key, handle) in keys {
        assert_eq!(get(&key, "ProviderHandle"), Ok(handle.0.to_ne_bytes().to_vec()));
    }
}

/// behaviour.md f1: size at the query, whatever cbOutput says; short buffers untouched; long ones no more
/// than the value.
fn assert_buffers(object: &impl Object, name: &str, value: &[u8]) {
    let call = read(object, name);
    let needed = u32::try_from(value.len()).unwrap();
    for stated in [0, 1, needed, u32::MAX] {
        assert_eq!(size_stating(&call, stated), Ok(needed), "{name}, stating {stated}");
    }
    for room in 0..value.len() {
        assert_eq!(too_small(&call, room), needed, "{name} in {room}");
    }
    assert_eq!(fetch(&call, value.len() + 100).as_deref(), Ok(value), "{name}");
}

#[test]
fn buffers_of_all_sizes() {
    let algorithm = open("ECDH_P256");
    assert_buffers(&algorithm, "AlgorithmName", &wide_bytes("ECDH_P256"));
    assert_buffers(&algorithm, "KeyLengths", &words(&[256, 256, 0]));
    let key = new_key(&algorithm, 256);
    assert_buffers(&key, "KeyStrength", &words(&[256]));
    assert_buffers(&key, "ECCCurveName", &wide_bytes("nistP256"));
}

/// behaviour.md f1, f3: what other classes have, what nobody has, and names spelled otherwise (exact by our
/// choice).
#[test]
fn properties_that_are_not_there() {
    let (algorithm, rng) = (open("ECDH_P256"), open("RNG"));
    let key = new_key(&algorithm, 256);
    let foreign = ["BlockLength", "ObjectLength", "SignatureLength", "HashDigestLength", "ChainingMode"];
    let unknown = ["", "NoSuchProperty", "algorithmname", "AlgorithmName ", "ALGORITHMNAME", "keystrength"];
    for name in foreign.into_iter().chain(unknown) {
        assert_eq!(get(&algorithm, name), Err(NOT_SUPPORTED), "provider {name}");
        assert_eq!(get(&key, name), Err(NOT_SUPPORTED), "key {name}");
        assert_eq!(get(&rng, name), Err(NOT_SUPPORTED), "RNG {name}");
    }
    assert_eq!(get(&key, "DHParameters"), Err(NOT_SUPPORTED), "of an ECDH key");
    assert_eq!(get(&new_key(&open("DH"), 512), "ECCCurveName"), Err(NOT_SUPPORTED), "of a DH key");
    assert_eq!(get(&rng, "KeyLength"), Err(NOT_SUPPORTED), "of the RNG");
}

const READ_ONLY: [&str; 9] = [
    "AlgorithmName",
    "KeyLength",
    "KeyLengths",
    "KeyStrength",
    "PublicKeyLength",
    "ProviderHandle",
    "PrimitiveType",
    "ECCCurveNameList",
    "ObjectLength",
];

/// behaviour.md f2.
#[test]
fn read_only_and_unknown_properties_cannot_be_set() {
    let algorithm: Alg = open("ECDH_P256");
    let generic: Alg = open_curve("nistP256");
    let keys: [Key; 2] = [generate(&algorithm, 256).unwrap(), new_key(&generic, 0)];
    for name in READ_ONLY.into_iter().chain(["NoSuchProperty", "", "ChainingMode", "eccCurveName"]) {
        let value = wide_bytes("nistP256");
        assert_eq!(set(&algorithm, name, &value), Err(NOT_SUPPORTED), "provider {name}");
        assert_eq!(set(&generic, name, &value), Err(NOT_SUPPORTED), "generic provider {name}");
        for key in &keys {
            assert_eq!(set(key, name, &value), Err(NOT_SUPPORTED), "key {name}");
        }
    }
}

/// behaviour.md n on f3: a fixed curve stays; DH has none.
#[test]
fn the_curve_of_a_fixed_algorithm_cannot_be_set() {
    for (id, bits) in [("ECDH_P256", 256), ("ECDH_P521", 521), ("DH", 512)] {
        let algorithm = open(id);
        let key = generate(&algorithm, bits).unwrap();
        for name in ["nistP256", "nistP521", "curve25519", "NOPE"] {
            assert_eq!(set_curve(&algorithm, name), Err(NOT_SUPPORTED), "{id} {name}");
            assert_eq!(set_curve(&key, name), Err(NOT_SUPPORTED), "{id} key {name}");
        }
    }
}

/// behaviour.md f2: what the other algorithm has is not supported, before Finalize and after it.
#[test]
fn properties_of_the_other_algorithm_cannot_be_set() {
    let (ecdh, dh) = (open("ECDH_P256"), open("DH"));
    let value = crate::support::blob::dh_parameters(&[0xFF; 64], &[0x02; 64]);
    for key in [generate(&ecdh, 256).unwrap(), new_key(&ecdh, 256), new_key(&open_curve("nistP256"), 0)] {
        for name in ["DHParameters", "SecretAgreementParam"] {
            assert_eq!(set(&key, name, &value), Err(NOT_SUPPORTED), "{name} of an ECDH key");
        }
    }
    for key in [generate(&dh, 512).unwrap(), new_key(&dh, 512)] {
        assert_eq!(set_curve(&key, "nistP256"), Err(NOT_SUPPORTED), "the curve of a DH key");
    }
}

/// behaviour.md n on f3: the list's pointers lead into the caller's own buffer. The order is our choice.
#[test]
fn the_list_of_curves_is_self_contained() {
    let algorithm = open("ECDH");
    let call = read(&algorithm, "ECCCurveNameList");
    let needed = size_stating(&call, 0).unwrap();
    for room in [0, 1, 8, 16, needed as usize - 1] {
        assert_eq!(too_small(&call, room), needed, "{room}");
    }
    let mut words = vec![0u64; (needed as usize).div_ceil(8)];
    let (start, mut result) = (words.as_mut_ptr().cast::<u8>(), 0);
    assert_eq!(call(start, needed, &mut result), SUCCESS);
    assert_eq!(result, needed);
    let inside = |pointer: *const u16| {
        start.addr() <= pointer.addr() && pointer.addr() < start.addr() + needed as usize
    };
    // SAFETY: the buffer is aligned, holds the structure, and outlives all of this.
    let list = unsafe { &*start.cast::<BCRYPT_ECC_CURVE_NAMES>() };
    let entries = (0..list.dwEccCurveNames as usize).map(|index| {
        // SAFETY: as above: the array and the strings lie in the buffer.
        let name = unsafe { *list.pEccCurveNames.add(index) };
        assert!(inside(name), "the string lies in the buffer");
        from_pointer(name)
    });
    let mut names: Vec<String> = entries.collect();
    assert!(inside(list.pEccCurveNames.cast()), "the array lies in the buffer");
    names.sort();
    let mut expected = CURVES.map(|(name, _)| name.to_string());
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(get(&open("ECDH_P256"), "ECCCurveNameList"), Err(NOT_SUPPORTED), "a fixed curve: undecided");
}

/// behaviour.md c32 and n.
#[test]
fn unknown_curves_are_invalid() {
    let algorithm = open_curve("nistP521");
    let key = generate(&algorithm, 0).unwrap();
    for name in ["", "NOPE", "P-256", "nistP255", "nistP256 ", "curve448", "secp256r", "ECDH_P256"] {
        assert_eq!(set_curve(&algorithm, name), Err(INVALID_PARAMETER), "{name}");
        assert_eq!(set_curve(&key, name), Err(INVALID_PARAMETER), "{name} on the key");
    }
    assert_eq!(string(&algorithm, "ECCCurveName"), Ok("nistP521".to_string()), "the chosen curve stays");
}

/// The name ends at its first NUL or at the stated size; more bytes than that say nothing.
#[test]
fn sloppy_sizes_of_the_curve_name_undecided() {
    let name = wide_bytes("nistP384");
    let behind = [&name[..], &wide_bytes("NOPE")].concat();
    for value in [&name[..], &name[..name.len() - 2], &name[..name.len() - 1], &behind] {
        let algorithm = open("ECDH");
        set(&algorithm, "ECCCurveName", value).unwrap();
        assert_eq!(string(&algorithm, "ECCCurveName"), Ok("nistP384".to_string()));
    }
}
