//! SP800_56A_CONCAT: behaviour.md e15 and n.

use windows_sys::Win32::Security::Cryptography as cng;

use super::{every_kind, known};
use crate::support::library::lib;
use crate::support::objects::{Object, derivation, derive};
use crate::support::oracle::hash::find;
use crate::support::oracle::kdf::concat;
use crate::support::output::{fetch, size};
use crate::support::params::{Params, buffer, description};
use crate::support::status::{INVALID_PARAMETER, SUCCESS};
use crate::support::text::wide;

const KDF: &str = "SP800_56A_CONCAT";
const REQUIRED: [(u32, &[u8]); 3] =
    [(cng::KDF_ALGORITHMID, b"alg"), (cng::KDF_PARTYUINFO, b"party u"), (cng::KDF_PARTYVINFO, b"v")];

fn params() -> Params {
    REQUIRED.iter().fold(Params::none(), |params, (kind, bytes)| params.with(*kind, bytes))
}

/// The fields follow each other without length words, the optional ones last.
#[test]
fn one_block_of_the_keys_own_hash() {
    for known in every_kind() {
        let hash = find(known.concat_hash);
        let expected = concat(hash, &known.z, b"algparty uv", hash.length);
        assert_eq!(derive(&known.secret, KDF, &params()), Ok(expected), "{}", known.what);
        let all = params().with(cng::KDF_SUPPPRIVINFO, b"private").with(cng::KDF_SUPPPUBINFO, b"public");
        let expected = concat(hash, &known.z, b"algparty uvpublicprivate", hash.length);
        assert_eq!(derive(&known.secret, KDF, &all), Ok(expected), "{}", known.what);
    }
}

/// behaviour.md n: the query gives one hash length.
#[test]
fn the_query_gives_one_block() {
    for known in every_kind() {
        let call = derivation(&known.secret, KDF, &params(), 0);
        assert_eq!(
            size(&call).map(|size| size as usize),
            Ok(find(known.concat_hash).length),
            "{}",
            known.what
        );
    }
}

/// The counter goes on; Windows' answer is not known.
#[test]
fn longer_and_shorter_requests_undecided() {
    for known in every_kind() {
        let hash = find(known.concat_hash);
        let call = derivation(&known.secret, KDF, &params(), 0);
        for room in [0, 1, hash.length - 1, hash.length + 1, 2 * hash.length, 5 * hash.length + 7, 10_000] {
            let expected = concat(hash, &known.z, b"algparty uv", room);
            assert_eq!(fetch(&call, room), Ok(expected), "{} {room}", known.what);
        }
    }
}

/// The engine derives a gibibyte at most; what is longer is refused before anything is computed or written.
#[test]
#[cfg(target_pointer_width = "64")]
fn more_than_a_gibibyte_is_refused_at_once_undecided() {
    let secret = known().secret;
    // Pages that nobody touches take no memory.
    let mut room = vec![0; (1 << 30) + 1];
    let (start, mut result) = (std::time::Instant::now(), 0);
    let status = derivation(&secret, KDF, &params(), 0)(room.as_mut_ptr(), (1 << 30) + 1, &mut result);
    assert_eq!((status, result), (INVALID_PARAMETER, 0));
    assert!(start.elapsed() < std::time::Duration::from_millis(500));
}

/// behaviour.md e15 and n: a missing one is an error, an empty one is not.
#[test]
fn three_fields_are_required() {
    let known = known();
    for missing in 0..REQUIRED.len() {
        let rest = REQUIRED.iter().enumerate().filter(|(index, _)| *index != missing);
        let params = rest.fold(Params::none(), |params, (_, (kind, bytes))| params.with(*kind, bytes));
        let call = derivation(&known.secret, KDF, &params, 0);
        assert_eq!(size(&call), Err(INVALID_PARAMETER), "without {missing}");
        assert_eq!(fetch(&call, 32), Err(INVALID_PARAMETER), "without {missing}");
    }
    assert_eq!(derive(&known.secret, KDF, &Params::none()), Err(INVALID_PARAMETER));
    let empty = REQUIRED.iter().fold(Params::none(), |params, (kind, _)| params.with(*kind, &[]));
    assert_eq!(derive(&known.secret, KDF, &empty), Ok(concat(find("SHA256"), &known.z, &[], 32)));
}

/// behaviour.md n: length 0 with a NULL pointer was seen to work.
#[test]
fn empty_fields_may_be_null_pointers() {
    let known = known();
    let mut buffers = REQUIRED.map(|(kind, _)| buffer(kind, &[]));
    for entry in &mut buffers {
        entry.pvBuffer = std::ptr::null_mut();
    }
    let (list, name) = (description(&mut buffers), wide(KDF));
    let (mut output, mut result) = ([0; 32], 0);
    let status =
        lib().derive_key(known.secret.raw(), name.as_ptr(), &list, output.as_mut_ptr(), 32, &mut result, 0);
    assert_eq!((status, result), (SUCCESS, 32));
    assert_eq!(output.to_vec(), concat(find("SHA256"), &known.z, &[], 32));
}

/// behaviour.md e15: "the hash is not the caller's choice". Whether KDF_HASH_ALGORITHM is refused or ignored
/// is open.
#[test]
fn a_hash_parameter_is_ignored_undecided() {
    for known in every_kind() {
        let expected = derive(&known.secret, KDF, &params());
        for name in ["SHA1", "SHA256", "SHA512"] {
            assert_eq!(derive(&known.secret, KDF, &params().hash(name)), expected, "{} {name}", known.what);
        }
    }
}

/// The prepend and append of HASH are not part of this formula.
#[test]
fn prepends_and_appends_are_ignored_undecided() {
    let known = known();
    let expected = derive(&known.secret, KDF, &params());
    assert_eq!(derive(&known.secret, KDF, &params().prepend(b"p").append(b"a")), expected);
}
