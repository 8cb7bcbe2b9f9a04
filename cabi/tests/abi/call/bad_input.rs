//! Wrong pointers, sizes, names and flags, parameter by parameter. What handles do is told in `bad_handles`,
//! what blobs and property values do beside the other tests of their kind.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography as cng;
use windows_sys::Win32::Security::Cryptography::{BCryptBuffer, BCryptBufferDesc};

use crate::support::curves::p256;
use crate::support::guard_page::Guarded;
use crate::support::library::lib;
use crate::support::objects::{
    Alg, Handle, Key, Object, Secret, agree, derive, exported, generate, import, import_with, new_key, open,
    receive,
};
use crate::support::params::{Params, buffer, description};
use crate::support::property::{open_curve, set, string};
use crate::support::status::{INVALID_PARAMETER, NOT_FOUND, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::{wide, wide_bytes};

const NO_SIZE: u32 = 0x5EED_5EED;

fn bits() -> impl Iterator<Item = u32> {
    (0..32).map(|bit| 1 << bit)
}

fn secret() -> Secret {
    let key = new_key(&open("ECDH_P256"), 256);
    agree(&key, &key).unwrap()
}

/// behaviour.md c19. The import key is unused, as the page says.
#[test]
fn import_key_pair() {
    let (algorithm, blob, kind) = (open("ECDH_P256"), p256().peer(), wide("ECCPUBLICBLOB"));
    let (alg, data, kind) = (algorithm.raw(), blob.as_ptr(), kind.as_ptr());
    assert_eq!(lib().import_key_pair(alg, null_mut(), kind, null_mut(), data, 72, 0), INVALID_PARAMETER);
    for (what, kind, data, size) in
        [("type", null(), data, 72), ("input", kind, null(), 72), ("input and size", kind, null(), 0)]
    {
        let refused = receive(|out| lib().import_key_pair(alg, null_mut(), kind, out, data, size, 0));
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "NULL {what}");
    }
    let unused = Handle(0xDEAD_BEE0);
    let imported =
        receive(|out| lib().import_key_pair(alg, unused.raw(), kind, out, data, 72, 0)).map(Key::adopt);
    assert_eq!(exported(&imported.unwrap(), "ECCPUBLICBLOB"), Ok(blob), "with an import key: undecided");
}

/// behaviour.md c27 names 0x08, 0x10, 0x18 and 0x20.
#[test]
fn import_flags() {
    let (algorithm, curve) = (open("ECDH_P256"), p256());
    for flag in bits().chain([0, 0x18, 0x38]) {
        let imported = import_with(&algorithm, "ECCPRIVATEBLOB", &curve.private(), flag);
        let expected = if flag & !0x38 == 0 { Ok(curve.private()) } else { Err(INVALID_PARAMETER) };
        let answer = imported.and_then(|key| exported(&key, "ECCPRIVATEBLOB"));
        assert_eq!(answer, expected, "{flag:#x}: others undecided");
    }
}

/// A call with an output buffer and a place for its size, of which neither may change.
fn refuses(expected: Status, what: &str, call: impl FnOnce(*mut u8, u32, *mut u32) -> Status) {
    let (mut memory, mut result) = ([0xA5u8; 256], NO_SIZE);
    assert_eq!(call(memory.as_mut_ptr(), 256, &mut result), expected, "{what}");
    assert_eq!((memory, result), ([0xA5; 256], NO_SIZE), "{what}: untouched on failure");
}

/// behaviour.md c28; the flags are our choice.
#[test]
fn export_key() {
    let key = new_key(&open("ECDH_P256"), 256);
    let kind = wide("ECCPUBLICBLOB");
    let call = |kind, to, size, result, flags| {
        lib().export_key(key.raw(), null_mut(), kind, to, size, result, flags)
    };
    refuses(INVALID_PARAMETER, "NULL type", |to, size, result| call(null(), to, size, result, 0));
    refuses(INVALID_PARAMETER, "NULL result", |to, size, _| call(kind.as_ptr(), to, size, null_mut(), 0));
    refuses(INVALID_PARAMETER, "all NULL", |_, _, _| call(null(), null_mut(), 0, null_mut(), 0));
    for flag in bits() {
        refuses(INVALID_PARAMETER, "flags", |to, size, result| call(kind.as_ptr(), to, size, result, flag));
    }
    refuses(INVALID_PARAMETER, "an export key: undecided", |to, size, result| {
        lib().export_key(key.raw(), key.raw(), kind.as_ptr(), to, size, result, 0)
    });
}

/// behaviour.md f1; the flags are our choice.
#[test]
fn get_property() {
    let algorithm = open("ECDH_P256");
    let key = new_key(&algorithm, 256);
    let name = wide("AlgorithmName");
    for object in [algorithm.handle(), key.handle(), Handle(0x2A1)] {
        let call =
            |name, to, size, result, flags| lib().get_property(object.raw(), name, to, size, result, flags);
        refuses(INVALID_PARAMETER, "NULL name", |to, size, result| call(null(), to, size, result, 0));
        refuses(INVALID_PARAMETER, "NULL result", |to, size, _| call(name.as_ptr(), to, size, null_mut(), 0));
        for flag in bits() {
            refuses(INVALID_PARAMETER, "flags", |to, size, result| {
                call(name.as_ptr(), to, size, result, flag)
            });
        }
    }
}

/// behaviour.md f2; the flags are our choice.
#[test]
fn set_property() {
    let algorithm = open("ECDH");
    let key = generate(&algorithm, 0).unwrap();
    let (name, value) = (wide("ECCCurveName"), wide_bytes("nistP256"));
    let size = u32::try_from(value.len()).unwrap();
    for object in [algorithm.raw(), key.raw()] {
        let call = |name, value, size, flags| lib().set_property(object, name, value, size, flags);
        assert_eq!(call(null(), value.as_ptr(), size, 0), INVALID_PARAMETER, "NULL name");
        assert_eq!(call(name.as_ptr(), null(), size, 0), INVALID_PARAMETER, "NULL value");
        assert_eq!(call(name.as_ptr(), null(), 0, 0), INVALID_PARAMETER, "NULL value without size");
        assert_eq!(call(name.as_ptr(), value.as_ptr(), 0, 0), INVALID_PARAMETER, "no size");
        for flag in bits() {
            assert_eq!(call(name.as_ptr(), value.as_ptr(), size, flag), INVALID_PARAMETER, "{flag:#x}");
        }
        let unset = string(&Handle(object as usize), "ECCCurveName");
        assert_eq!(unset, Err(INVALID_PARAMETER), "nothing was set");
    }
}

#[test]
fn generate_key_pair_needs_a_place_for_the_key() {
    for id in ["DH", "ECDH_P256", "ECDH"] {
        let algorithm = open(id);
        assert_eq!(lib().generate_key_pair(algorithm.raw(), null_mut(), 512, 0), INVALID_PARAMETER, "{id}");
    }
}

fn derive_with(secret: &Secret, list: *const BCryptBufferDesc) -> Status {
    let name = wide("HASH");
    let (mut output, mut result) = ([0xA5u8; 20], NO_SIZE);
    let (to, size) = (output.as_mut_ptr(), 20);
    let status = lib().derive_key(secret.raw(), name.as_ptr(), list, to, size, &mut result, 0);
    assert_eq!(status == SUCCESS, result == 20);
    assert_eq!(status == SUCCESS, output != [0xA5; 20], "untouched on failure, written on success");
    status
}

/// Lists that are empty, and pointers that are missing: our choice, except that no list at all is fine.
#[test]
fn parameter_lists_undecided() {
    let secret = secret();
    let list = |count, buffers| BCryptBufferDesc { ulVersion: 0, cBuffers: count, pBuffers: buffers };
    assert_eq!(derive_with(&secret, null()), SUCCESS, "no list");
    assert_eq!(derive_with(&secret, &list(0, null_mut())), SUCCESS, "an empty list without entries");
    let mut entry = buffer(cng::KDF_SECRET_PREPEND, b"x");
    assert_eq!(derive_with(&secret, &list(0, &mut entry)), SUCCESS, "an empty list with entries");
    for count in [1, 2, u32::MAX] {
        assert_eq!(
            derive_with(&secret, &list(count, null_mut())),
            INVALID_PARAMETER,
            "{count} entries nowhere"
        );
    }
}

#[test]
fn parameters_without_bytes_undecided() {
    let secret = secret();
    for kind in [cng::KDF_HASH_ALGORITHM, cng::KDF_SECRET_PREPEND, cng::KDF_SECRET_APPEND] {
        for size in [1, 12, u32::MAX] {
            let mut entry = [BCryptBuffer { cbBuffer: size, BufferType: kind, pvBuffer: null_mut() }];
            assert_eq!(derive_with(&secret, &description(&mut entry)), INVALID_PARAMETER, "{kind} of {size}");
        }
    }
    let mut empty = [BCryptBuffer { cbBuffer: 0, BufferType: cng::KDF_SECRET_PREPEND, pvBuffer: null_mut() }];
    assert_eq!(derive_with(&secret, &description(&mut empty)), SUCCESS);
}

/// UTF-16 that is no text, in every place for a name.
#[test]
fn names_that_are_not_unicode() {
    let broken = [0xD800, 0x0041, 0xDC00, 0xDC00, 0];
    let name = broken.as_ptr();
    let opened = receive(|out| lib().open_algorithm_provider(out, name, null(), 0));
    assert_eq!(opened.unwrap_err(), NOT_FOUND);
    let id = wide("DH");
    let opened = receive(|out| lib().open_algorithm_provider(out, id.as_ptr(), name, 0));
    assert_eq!(opened.unwrap_err(), NOT_FOUND);
    let (key, secret) = (new_key(&open("ECDH_P256"), 256), secret());
    refuses(NOT_SUPPORTED, "blob type", |to, size, result| {
        lib().export_key(key.raw(), null_mut(), name, to, size, result, 0)
    });
    refuses(NOT_SUPPORTED, "property", |to, size, result| {
        lib().get_property(key.raw(), name, to, size, result, 0)
    });
    refuses(NOT_SUPPORTED, "KDF", |to, size, result| {
        lib().derive_key(secret.raw(), name, null(), to, size, result, 0)
    });
    let bytes: Vec<u8> = broken.iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
    assert_eq!(set(&open("ECDH"), "ECCCurveName", &bytes), Err(INVALID_PARAMETER));
    let hash = Params::none().with(cng::KDF_HASH_ALGORITHM, &bytes);
    assert_eq!(derive(&secret, "HASH", &hash), Err(NOT_SUPPORTED));
}

/// Names with a size are read up to their NUL or that size, and never past it.
#[test]
fn names_end_where_their_size_ends() {
    let secret = secret();
    let expected = derive(&secret, "HASH", &Params::none().hash("SHA1")).unwrap();
    assert_eq!(expected.len(), 20);
    for (name, known) in [("SHA1", true), ("SHA", false), ("", false)] {
        let guarded = Guarded::new(&wide_bytes(name)[..name.len() * 2]);
        let mut entry = [BCryptBuffer {
            cbBuffer: guarded.size(),
            BufferType: cng::KDF_HASH_ALGORITHM,
            pvBuffer: guarded.as_ptr().cast_mut().cast(),
        }];
        let expected = if known { SUCCESS } else { NOT_SUPPORTED };
        assert_eq!(derive_with(&secret, &description(&mut entry)), expected, "{name:?}");
    }
    let algorithm = open("ECDH");
    let property = wide("ECCCurveName");
    for (name, expected) in
        [("nistP256", SUCCESS), ("nistP25", INVALID_PARAMETER), ("nistP2567", INVALID_PARAMETER)]
    {
        let guarded = Guarded::new(&wide_bytes(name)[..name.len() * 2]);
        let status =
            lib().set_property(algorithm.raw(), property.as_ptr(), guarded.as_ptr(), guarded.size(), 0);
        assert_eq!(status, expected, "{name}");
    }
}

/// Blobs are read up to their size, and never past it, whatever their cbKey claims.
#[test]
fn blobs_end_where_their_size_ends() {
    let curve = p256();
    let (ecdh, dh) = (open("ECDH_P256"), open("DH"));
    let dh_blob =
        crate::pair::vectors::Block::named(crate::pair::vectors::DH, "windows_dh512").blob("private").1;
    let cases: [(&Alg, &str, Vec<u8>); 3] = [
        (&ecdh, "ECCPUBLICBLOB", curve.peer()),
        (&ecdh, "ECCPRIVATEBLOB", curve.private()),
        (&dh, "DHPRIVATEBLOB", dh_blob),
    ];
    for (algorithm, kind, blob) in cases {
        for (length, complete) in [(0, false), (4, false), (8, false), (40, false), (blob.len(), true)] {
            let guarded = Guarded::new(&blob[..length]);
            let name = wide(kind);
            let (input, size) = (guarded.as_ptr(), guarded.size());
            let imported = receive(|out| {
                lib().import_key_pair(algorithm.raw(), null_mut(), name.as_ptr(), out, input, size, 0)
            });
            let imported = imported.map(|handle| drop(Key::adopt(handle)));
            assert_eq!(
                imported,
                if complete { Ok(()) } else { Err(INVALID_PARAMETER) },
                "{kind} of {length}"
            );
        }
    }
}

/// C callers hand in pointers of any alignment.
#[test]
fn buffers_may_lie_at_odd_addresses() {
    let curve = p256();
    let mut shifted = [&[0][..], &curve.private()].concat();
    let (algorithm, kind) = (open("ECDH_P256"), wide("ECCPRIVATEBLOB"));
    let (input, size) = (shifted[1..].as_ptr(), u32::try_from(curve.private().len()).unwrap());
    let key =
        receive(|out| lib().import_key_pair(algorithm.raw(), null_mut(), kind.as_ptr(), out, input, size, 0));
    let key = Key::adopt(key.unwrap());
    let mut needed = 0;
    let to = shifted[1..].as_mut_ptr();
    assert_eq!(lib().export_key(key.raw(), null_mut(), kind.as_ptr(), to, size, &mut needed, 0), SUCCESS);
    assert_eq!(shifted[1..], curve.private());
    let name = [&[0][..], &wide_bytes("nistP384")].concat();
    let generic = open("ECDH");
    let property = wide("ECCCurveName");
    let size = u32::try_from(name.len() - 1).unwrap();
    assert_eq!(lib().set_property(generic.raw(), property.as_ptr(), name[1..].as_ptr(), size, 0), SUCCESS);
    assert_eq!(string(&generic, "ECCCurveName"), Ok("nistP384".to_string()));
    let peer = import(&open_curve("nistP256"), "ECCPUBLICBLOB", &curve.peer()).unwrap();
    let secret = agree(&key, &peer).unwrap();
    let hash = [&[0][..], &wide_bytes("SHA256")].concat();
    let mut entry = [buffer(cng::KDF_HASH_ALGORITHM, &hash[1..])];
    let mut result = NO_SIZE;
    let kdf = wide("HASH");
    let list = description(&mut entry);
    assert_eq!(lib().derive_key(secret.raw(), kdf.as_ptr(), &list, null_mut(), 0, &mut result, 0), SUCCESS);
    assert_eq!(result, 32);
}
