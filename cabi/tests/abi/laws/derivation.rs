//! Every row that derives keys from keys: what it derives depends on the key, the parameters and the algorithm alone, equals
//! what a second implementation derives, and goes along with copies and blobs; and what a row can't do is NOT_SUPPORTED.

use std::ptr::{null, null_mut};

use bcrypt_shim::algorithm::{ALGORITHMS, Class, Does};
use windows_sys::Win32::Security::Cryptography as cng;

use crate::cipher::call::aes;
use crate::derivation::{
    CAPI_AES, derivation, derived, duplicate, enough, finalized, import, new_key, raw_key, ready_key,
};
use crate::hash::{create, feed};
use crate::support::library::lib;
use crate::support::objects::{
    self, Handle, Object, agree, export, exported, finalize, generate, open, open_with, receive, sign, verify,
};
use crate::support::oracle::from_keys::{capi, pbkdf2, sp800_108};
use crate::support::oracle::hash::{HASHES, Hash};
use crate::support::oracle::kdf::{concat, hkdf, tls_1_0, tls_p_hash};
use crate::support::output::{fetch, size, too_small};
use crate::support::params::Params;
use crate::support::property::{get, number, set, string};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide_bytes;

const KEY: &[u8; 16] = b"a key of 16 byte";
const DATA: &str = "KeyDataBlob";

/// The rows and their pseudo-handles.
fn rows() -> Vec<(&'static str, Handle)> {
    let rows = ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Derivation(_)));
    let rows: Vec<_> = rows.map(|row| (row.name, Handle(row.pseudo_handles[0].0 as usize))).collect();
    assert!(rows.len() >= 7, "the table has derivations");
    rows
}

#[test]
fn the_same_question_has_the_same_answer() {
    for (name, pseudo_handle) in rows() {
        let params = enough("SHA256");
        let key = ready_key(name, KEY);
        let answer = derived(&key, &params, 60).unwrap();
        assert_ne!(answer, [0; 60]);
        assert_eq!(derived(&key, &params, 60), Ok(answer.clone()), "{name}: again");
        let other = new_key(&pseudo_handle, KEY);
        if name == "HKDF" {
            finalized(&other, "SHA256", b"salt");
        }
        assert_eq!(derived(&other, &params, 60), Ok(answer.clone()), "{name}: through its pseudo-handle");
        let copy = duplicate(&key);
        assert_eq!(key.release(), SUCCESS);
        assert_eq!(derived(&copy, &params, 60), Ok(answer.clone()), "{name}: a copy");
        let another = ready_key(name, b"a key of 16 bytE");
        assert_ne!(derived(&another, &params, 60), Ok(answer), "{name}: another key");
    }
}

/// A key, any parameters and any length: our derivation and that of the oracles, which are RustCrypto's hashes under the
/// formulas of the standards, and for HKDF and PBKDF2 its own functions too.
#[test]
fn a_second_implementation_agrees() {
    let mut random = Sequence::new(20);
    let mut bytes = |limit: usize| -> Vec<u8> {
        let length = random.below(limit + 1);
        (0..length).map(|_| random.next() as u8).collect()
    };
    for hash in HASHES {
        for round in 0..25 {
            let (key, a, b, c) = (bytes(200), bytes(80), bytes(80), bytes(80));
            let length = bytes(2 * hash.length - 1).len() + 1;
            for (name, _) in rows() {
                let engine_has_it = !["MD2", "MD4"].contains(&hash.name);
                if !engine_has_it && ["SP800_56A_CONCAT", "TLS1_2_KDF", "HKDF"].contains(&name) {
                    continue;
                }
                let (params, expected) = case(name, hash, (&key, &a, &b, &c), length);
                let made = raw_key(name, &key);
                if name == "HKDF" {
                    finalized(&made, hash.name, &a);
                }
                let answer = derived(&made, &params, length);
                if name == "SP800_56A_CONCAT" && key.is_empty() {
                    assert_eq!(answer, Err(INVALID_PARAMETER));
                    continue;
                }
                assert_eq!(answer, Ok(expected), "{name} {} in round {round}", hash.name);
            }
        }
    }
}

fn case(
    name: &str,
    hash: &Hash,
    (key, a, b, c): (&[u8], &[u8], &[u8], &[u8]),
    length: usize,
) -> (Params, Vec<u8>) {
    let params = Params::none().hash(hash.name);
    match name {
        "CAPI_KDF" => (params, capi(hash, key, false, length)),
        "PBKDF2" => (
            params.with(cng::KDF_SALT, a).with(cng::KDF_ITERATION_COUNT, &4_u64.to_le_bytes()),
            pbkdf2(hash, key, a, 4, length),
        ),
        "SP800_108_CTR_HMAC" => (
            params.with(cng::KDF_LABEL, a).with(cng::KDF_CONTEXT, b),
            sp800_108(hash, key, &[a, &[0], b].concat(), length),
        ),
        "SP800_56A_CONCAT" => (
            params
                .with(cng::KDF_SUPPPRIVINFO, a)
                .with(cng::KDF_PARTYVINFO, b)
                .with(cng::KDF_PARTYUINFO, c)
                .with(cng::KDF_SUPPPUBINFO, b"public")
                .with(cng::KDF_ALGORITHMID, a),
            concat(hash, key, &[a, c, b, b"public", a].concat(), length),
        ),
        "TLS1_1_KDF" => (
            params.with(cng::KDF_TLS_PRF_LABEL, a).with(cng::KDF_TLS_PRF_SEED, b),
            tls_1_0(key, a, b, length),
        ),
        "TLS1_2_KDF" => (
            params.with(cng::KDF_TLS_PRF_LABEL, a).with(cng::KDF_TLS_PRF_SEED, b),
            tls_p_hash(hash, key, a, b, length),
        ),
        "HKDF" => (params.with(cng::KDF_HKDF_INFO, b), hkdf(hash, key, a, b, length)),
        unknown => panic!("{unknown} has no second implementation"),
    }
}

/// RustCrypto's own HKDF and PBKDF2.
#[test]
fn a_third_implementation_agrees() {
    macro_rules! check {
        ($($name:literal $type:ty;)*) => {$(
            for length in [1, 20, 33, 64, 100, 500] {
                let key = raw_key("HKDF", KEY);
                finalized(&key, $name, b"salt");
                let mut expected = vec![0; length];
                ::hkdf::Hkdf::<$type>::new(Some(b"salt"), KEY).expand(b"info", &mut expected).unwrap();
                let info = Params::none().with(cng::KDF_HKDF_INFO, b"info");
                assert_eq!(derived(&key, &info, length), Ok(expected), "HKDF {}", $name);
                let mut expected = vec![0; length];
                ::pbkdf2::pbkdf2_hmac::<$type>(KEY, b"salt", 3, &mut expected);
                let made = derived(&raw_key("PBKDF2", KEY), &enough($name), length);
                assert_eq!(made, Ok(expected), "PBKDF2 {}", $name);
            }
        )*};
    }
    check! {
        "MD5" md5::Md5; "SHA1" sha1::Sha1; "SHA256" sha2::Sha256; "SHA384" sha2::Sha384; "SHA512" sha2::Sha512;
    }
}

/// CAPI_KDF is DeriveKeyCapi of the key's hash; PBKDF2 is DeriveKeyPBKDF2.
#[test]
fn other_calls_derive_the_same() {
    for hash in HASHES {
        for length in [1, hash.length, hash.length + 1, 2 * hash.length] {
            let value = create(&open(hash.name), &[], 0).unwrap();
            feed(&value, KEY).unwrap();
            let mut expected = vec![0; length];
            let to = expected.as_mut_ptr();
            assert_eq!(lib().derive_key_capi(value.raw(), null_mut(), to, length as u32, 0), SUCCESS);
            assert_eq!(derived(&raw_key("CAPI_KDF", KEY), &enough(hash.name), length), Ok(expected));
            let always = fetch(&derivation(&raw_key("CAPI_KDF", KEY), &enough(hash.name), CAPI_AES), length);
            assert_eq!(always, Ok(capi(hash, KEY, true, length)), "{}", hash.name);
        }
        let hmac = open_with(hash.name, None, 8).unwrap();
        let mut expected = [0; 40];
        let (password, salt) = (KEY.as_ptr(), b"salt".as_ptr());
        let status =
            lib().derive_key_pbkdf2(hmac.raw(), password, 16, salt, 4, 3, expected.as_mut_ptr(), 40, 0);
        assert_eq!(status, SUCCESS);
        assert_eq!(derived(&raw_key("PBKDF2", KEY), &enough(hash.name), 40).as_deref(), Ok(&expected[..]));
    }
}

#[test]
fn keys_as_blobs() {
    for (name, pseudo_handle) in rows() {
        let key = ready_key(name, KEY);
        let blob = exported(&key, DATA).unwrap();
        for length in [0, 11, blob.len() - 1] {
            assert_eq!(too_small(&export(&key, DATA), length) as usize, blob.len(), "{name}");
        }
        if name != "HKDF" {
            assert_eq!(blob[12..], KEY[..], "{name}");
        }
        let expected = derived(&key, &enough("SHA256"), 33);
        for copy in
            [import(&open(name), Handle(0), DATA, &blob), import(&pseudo_handle, Handle(0), DATA, &blob)]
        {
            assert_eq!(derived(&copy.unwrap(), &enough("SHA256"), 33), expected, "{name}");
        }
        for cut in [0, 11, 12, blob.len() - 1] {
            let short = import(&open(name), Handle(0), DATA, &blob[..cut]);
            assert_eq!(short.unwrap_err(), INVALID_PARAMETER, "{name}: {cut} bytes");
        }
        let wrapping = aes("CBC", KEY);
        assert_eq!(import(&open(name), wrapping.handle(), DATA, &blob).unwrap_err(), INVALID_PARAMETER);
        for kind in ["OpaqueKeyBlob", "Rfc3565KeyWrapBlob", "PUBLICBLOB", ""] {
            assert_eq!(size(&export(&key, kind)), Err(NOT_SUPPORTED), "{name} {kind}");
            assert_eq!(
                import(&open(name), Handle(0), kind, &blob).unwrap_err(),
                NOT_SUPPORTED,
                "{name} {kind}"
            );
        }
    }
}

/// behaviour.md s86.
#[test]
fn properties() {
    for (name, pseudo_handle) in rows() {
        let (provider, key) = (open(name), ready_key(name, KEY));
        for object in [provider.handle(), pseudo_handle] {
            assert_eq!(string(&object, "AlgorithmName"), Ok(name.to_string()));
            assert_eq!(number(&object, "PrimitiveType"), Ok(7));
            let lengths = [0_u32, 16384, 8].map(u32::to_le_bytes);
            assert_eq!(get(&object, "KeyLengths").as_deref(), Ok(lengths.as_flattened()), "{name}");
            assert!(number(&object, "ObjectLength").unwrap() > 0, "{name}");
            for absent in ["BlockLength", "HashDigestLength", "ChainingMode", "KeyStrength"] {
                assert_eq!(get(&object, absent), Err(NOT_SUPPORTED), "{name} {absent}");
            }
        }
        assert_eq!(string(&key, "AlgorithmName"), Ok(name.to_string()));
        assert_eq!(number(&key, "KeyStrength"), Ok(128), "{name}");
        assert_eq!(get(&key, "ProviderHandle").map(|bytes| bytes.len()), Ok(size_of::<usize>()));
        for absent in ["BlockLength", "ChainingMode", "KeyLengths", "IV", "AuthTagLength"] {
            assert_eq!(get(&key, absent), Err(NOT_SUPPORTED), "{name} {absent}");
            assert_eq!(set(&key, absent, &wide_bytes("text")), Err(NOT_SUPPORTED), "{name} {absent}");
        }
        for flag in (0..32).map(|bit| 1_u32 << bit) {
            assert_eq!(open_with(name, None, flag).unwrap_err(), NOT_SUPPORTED, "{name} {flag:#x}");
        }
    }
}

/// Every verb that a key to derive from does not have, and KeyDerivation with every other object.
#[test]
fn what_a_row_can_not_do_is_not_supported() {
    for (name, pseudo_handle) in rows() {
        let key = ready_key(name, KEY);
        assert_eq!(generate(&pseudo_handle, 256).unwrap_err(), NOT_SUPPORTED, "{name}");
        assert_eq!(
            objects::import(&pseudo_handle, "PUBLICBLOB", &[0; 72]).unwrap_err(),
            NOT_SUPPORTED,
            "{name}"
        );
        assert_eq!(finalize(&key), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(agree(&key, &key).unwrap_err(), NOT_SUPPORTED, "{name}");
        assert_eq!(sign(&key, &[1; 32]), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(verify(&key, &[1; 32], &[1; 64]), Err(NOT_SUPPORTED), "{name}");
        let (mut out, mut result) = ([0xA5; 32], 7);
        let (from, to) = (KEY.as_ptr(), out.as_mut_ptr());
        for call in [crate::support::library::Library::encrypt, crate::support::library::Library::decrypt] {
            let status = call(lib(), key.raw(), from, 16, null(), null_mut(), 0, to, 32, &mut result, 0);
            assert_eq!((status, out, result), (NOT_SUPPORTED, [0xA5; 32], 7), "{name}");
        }
    }
    for row in ALGORITHMS {
        let Some((handle, _)) = row.pseudo_handles.first() else { continue };
        let object = Handle(*handle as usize);
        assert_eq!(derived(&object, &enough("SHA256"), 32), Err(INVALID_HANDLE), "{}", row.name);
        let made = match (row.does, row.class) {
            (Does::Cipher(_), _) => ["16", "32", "8", "24"].into_iter().find_map(|length| {
                let secret = vec![3; length.parse().unwrap()];
                crate::derivation::key_with(&object, &secret, 0).ok()
            }),
            (Does::Pair(_), Class::SecretAgreement | Class::Signature) => generate(&object, 0).ok(),
            _ => None,
        };
        if let Some(key) = made {
            assert_eq!(derived(&key, &enough("SHA256"), 32), Err(NOT_SUPPORTED), "{}", row.name);
            assert_eq!(
                derived(&key, &Params::none(), 0),
                Err(NOT_SUPPORTED),
                "{}: before all else",
                row.name
            );
        }
    }
    let none = receive(|out| lib().duplicate_key(null_mut(), out, null_mut(), 0, 0));
    assert_eq!(none.unwrap_err(), INVALID_HANDLE);
}

/// Sixteen threads derive from one key of each row; HKDF's is finalized by one of them.
#[test]
fn threads_share_a_key() {
    for (name, _) in rows() {
        let expected = derived(&ready_key(name, KEY), &enough("SHA256"), 60).unwrap();
        let key = raw_key(name, KEY);
        if name == "HKDF" {
            set(&key, "HkdfHashAlgorithm", &wide_bytes("SHA256")).unwrap();
        }
        let finalized = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    if name == "HKDF" && set(&key, "HkdfSaltAndFinalize", b"salt").is_ok() {
                        finalized.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                    for _ in 0..50 {
                        assert_eq!(derived(&key, &enough("SHA256"), 60).as_ref(), Ok(&expected), "{name}");
                    }
                });
            }
        });
        assert_eq!(finalized.into_inner(), usize::from(name == "HKDF"), "{name}: once");
    }
}
