//! HASH and HMAC: behaviour.md e5 to e9, e12, e13.

use windows_sys::Win32::Security::Cryptography as cng;

use super::{every_kind, known};
use crate::support::objects::{derivation, derive};
use crate::support::oracle::hash::{HASHES, find};
use crate::support::output::{fetch, size};
use crate::support::params::Params;
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};
use crate::support::text::wide_bytes;

const SECRET_IS_KEY: u32 = 1;

fn key(bytes: &[u8]) -> Params {
    Params::none().with(cng::KDF_HMAC_KEY, bytes)
}

/// behaviour.md e9, e12 and n: Z whole, big-endian, on every kind of key and with every hash.
#[test]
fn every_hash_over_every_kind_of_secret() {
    for known in every_kind() {
        for hash in HASHES {
            let params = Params::none().hash(hash.name);
            assert_eq!(derive(&known.secret, "HASH", &params), Ok(hash.digest(&known.z)), "{}", hash.name);
            let mac = hash.hmac(b"key", &known.z);
            let params = key(b"key").hash(hash.name);
            assert_eq!(derive(&known.secret, "HMAC", &params), Ok(mac), "{} {}", known.what, hash.name);
        }
    }
}

/// behaviour.md e12, e13.
#[test]
fn sha1_is_the_default() {
    let (known, sha1) = (known(), find("SHA1"));
    assert_eq!(derive(&known.secret, "HASH", &Params::none()), Ok(sha1.digest(&known.z)));
    assert_eq!(derive(&known.secret, "HMAC", &key(b"k")), Ok(sha1.hmac(b"k", &known.z)));
    let prefixed = Params::none().prepend(b"p");
    assert_eq!(derive(&known.secret, "HASH", &prefixed), Ok(sha1.digest(&[b"p", &known.z[..]].concat())));
}

/// behaviour.md e12: each kind joined in list order, wherever the other kind stands. The bytes are the page's
/// example.
#[test]
fn prepends_and_appends_are_joined_in_list_order() {
    let (known, sha256) = (known(), find("SHA256"));
    // Neither by their bytes nor by their sizes, whichever way.
    let (prepend, append) = ([4, 5, 0x20, 0x21, 0x22, 3], [0x10, 0x11, 0x12, 1, 7, 6]);
    let fields = |params: Params| {
        let params = params.append(&[0x10, 0x11, 0x12]).prepend(&[4, 5]).append(&[1]).append(&[7, 6]);
        params.prepend(&[0x20, 0x21, 0x22]).prepend(&[3]).hash("SHA256")
    };
    let message = [&prepend[..], &known.z, &append].concat();
    assert_eq!(derive(&known.secret, "HASH", &fields(Params::none())), Ok(sha256.digest(&message)));
    let mac = sha256.hmac(b"secret", &message);
    assert_eq!(derive(&known.secret, "HMAC", &fields(key(b"secret"))), Ok(mac));
}

#[test]
fn empty_prepends_and_appends_change_nothing() {
    let known = known();
    let params = Params::none().prepend(&[]).append(&[]).append(&[]);
    assert_eq!(derive(&known.secret, "HASH", &params), derive(&known.secret, "HASH", &Params::none()));
}

/// More than any fixed number of buffers, and more bytes than any fixed scratch space.
#[test]
fn many_and_long_buffers() {
    let (known, sha256) = (known(), find("SHA256"));
    let long: Vec<u8> = (0..100_000u32).map(|i| (i % 251) as u8).collect();
    let mut params = Params::none().hash("SHA256").append(&long);
    let mut message = Vec::new();
    for index in 0..=255 {
        params = params.prepend(&[index; 3]);
        message.extend([index; 3]);
    }
    let message = [&message, &known.z[..], &long].concat();
    assert_eq!(derive(&known.secret, "HASH", &params), Ok(sha256.digest(&message)));
}

/// behaviour.md e6, e7: shorter buffers get the leading bytes, longer ones no more than the hash.
#[test]
fn output_lengths() {
    let known = known();
    for hash in HASHES {
        for kdf in ["HASH", "HMAC"] {
            let call = derivation(&known.secret, kdf, &key(b"key").hash(hash.name), 0);
            let full = fetch(&call, hash.length).unwrap();
            assert_eq!(size(&call), Ok(u32::try_from(hash.length).unwrap()), "{kdf} {}", hash.name);
            for room in [0, 1, hash.length / 2, hash.length - 1] {
                assert_eq!(fetch(&call, room), Ok(full[..room].to_vec()), "{kdf} {} in {room}", hash.name);
            }
            assert_eq!(fetch(&call, hash.length + 100), Ok(full), "{kdf} {}", hash.name);
        }
    }
}

/// behaviour.md e13: Z is the key, and the message still holds Z.
#[test]
fn the_secret_may_be_the_key() {
    for known in every_kind() {
        for name in ["SHA1", "SHA256", "SHA512"] {
            let params = Params::none().hash(name).prepend(b"before").append(b"after");
            let call = derivation(&known.secret, "HMAC", &params, SECRET_IS_KEY);
            let expected = find(name).hmac(&known.z, &[b"before", &known.z[..], b"after"].concat());
            assert_eq!(fetch(&call, expected.len()), Ok(expected), "{} {name}", known.what);
        }
    }
}

/// RFC 2104: keys up to the block as they are, longer ones hashed.
#[test]
fn hmac_keys_of_all_lengths() {
    let known = known();
    for hash in HASHES {
        for length in [0, 1, hash.block - 1, hash.block, hash.block + 1, 1000] {
            let secret_key = vec![0x5C; length];
            let derived = derive(&known.secret, "HMAC", &key(&secret_key).hash(hash.name));
            assert_eq!(derived, Ok(hash.hmac(&secret_key, &known.z)), "{} {length}", hash.name);
        }
    }
}

/// behaviour.md e13: neither key nor flag is not called an error.
#[test]
fn hmac_without_a_key_has_an_empty_one_undecided() {
    let known = known();
    let expected = find("SHA1").hmac(&[], &known.z);
    assert_eq!(derive(&known.secret, "HMAC", &Params::none()), Ok(expected));
}

#[test]
fn hmac_with_key_and_flag_is_invalid_undecided() {
    let known = known();
    let call = derivation(&known.secret, "HMAC", &key(b"key"), SECRET_IS_KEY);
    assert_eq!(size(&call), Err(INVALID_PARAMETER));
    assert_eq!(fetch(&call, 20), Err(INVALID_PARAMETER));
}

#[test]
fn the_hmac_flag_means_nothing_to_hash_undecided() {
    let known = known();
    let call = derivation(&known.secret, "HASH", &Params::none(), SECRET_IS_KEY);
    assert_eq!(fetch(&call, 20), Ok(find("SHA1").digest(&known.z)));
}

#[test]
fn hash_names_ignore_ascii_case_undecided() {
    let known = known();
    let expected = derive(&known.secret, "HASH", &Params::none().hash("SHA256"));
    for name in ["sha256", "Sha256", "sHa256"] {
        assert_eq!(derive(&known.secret, "HASH", &Params::none().hash(name)), expected, "{name}");
    }
}

/// behaviour.md e5. Callers count the NUL, leave it out, or count more than there is: the name ends at the
/// first NUL or at the stated size, whichever comes first.
#[test]
fn sloppy_sizes_of_the_hash_name() {
    let known = known();
    let expected = derive(&known.secret, "HASH", &Params::none().hash("SHA256")).unwrap();
    let name = wide_bytes("SHA256");
    let without_nul = &name[..name.len() - 2];
    let odd = [&name[..], &[0x58]].concat();
    let garbage_behind = [&name[..], &wide_bytes("NOPE")].concat();
    for bytes in [&name[..], without_nul, &odd, &garbage_behind] {
        let params = Params::none().with(cng::KDF_HASH_ALGORITHM, bytes);
        assert_eq!(derive(&known.secret, "HASH", &params), Ok(expected.clone()), "{bytes:02x?}");
    }
    let cut = Params::none().with(cng::KDF_HASH_ALGORITHM, &name[..8]);
    assert_eq!(derive(&known.secret, "HASH", &cut), Err(NOT_SUPPORTED), "SHA2 is no hash");
    let empty = Params::none().with(cng::KDF_HASH_ALGORITHM, &[]);
    assert_eq!(
        derive(&known.secret, "HASH", &empty),
        Err(NOT_SUPPORTED),
        "an empty name is no hash: undecided"
    );
}

#[test]
fn the_last_of_repeated_buffers_wins_undecided() {
    let known = known();
    let params = Params::none().hash("NOPE").hash("SHA512").hash("SHA256");
    assert_eq!(derive(&known.secret, "HASH", &params), Ok(find("SHA256").digest(&known.z)));
    let keys = key(b"first").with(cng::KDF_HMAC_KEY, b"last");
    assert_eq!(derive(&known.secret, "HMAC", &keys), Ok(find("SHA1").hmac(b"last", &known.z)));
}

/// behaviour.md e2: what Windows makes of unknown types is not promised.
#[test]
fn unknown_and_inapplicable_buffers_are_ignored_undecided() {
    let known = known();
    let expected = derive(&known.secret, "HASH", &Params::none());
    for kind in [3, 4, 5, 6, 7, 8, 9, 0xD, 0x14, 0x15, 0x60, 0x7FFF_FFFF, u32::MAX] {
        let params = Params::none().with(kind, b"whatever");
        assert_eq!(derive(&known.secret, "HASH", &params), expected, "{kind:#x}");
    }
}
