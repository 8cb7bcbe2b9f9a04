//! Tries what the matrix says of curves and blobs, so that a "yes" is something that was done.

use bcrypt_shim::algorithm::Scheme;
use bcrypt_shim::blob::{BLOB_TYPES, BlobType, Family, Part};
use bcrypt_shim::key::{Key, Validation};
use bcrypt_shim::library::library;
use bcrypt_shim::names;
use bcrypt_shim::provider::Provider;
use bcrypt_shim::status::Result;
use bcrypt_shim::wide::WideName;

/// What was possible with one curve.
pub struct Curve {
    pub generate: bool,
    pub import: bool,
    pub export: bool,
    pub agree: bool,
}

fn wide(name: &str) -> WideName {
    WideName::read(name.encode_utf16())
}

fn bytes(name: &str) -> Vec<u8> {
    name.encode_utf16().flat_map(u16::to_ne_bytes).collect()
}

/// A finalized key of an algorithm, on a curve where one is to be chosen.
fn generate(algorithm: &str, curve: Option<&str>) -> Result<(Provider, Key)> {
    let handle = library().open(&wide(algorithm), None, 0)?;
    let object = library().object(handle)?;
    if let Some(curve) = curve {
        object.set(&wide(names::BCRYPT_ECC_CURVE_NAME), &bytes(curve))?;
    }
    let provider = library().provider(handle)?;
    let bits = match provider.algorithm().scheme {
        Some(Scheme::DiffieHellman) => 1024,
        _ => 0,
    };
    let key = Key::generate(&provider, handle, bits)?;
    key.finalize()?;
    library().close(handle)?;
    Ok((provider, key))
}

fn import(provider: &Provider, key: &Key, blob_type: &str, blob: &[u8]) -> Result<Key> {
    Key::import(provider, key.provider, &wide(blob_type), blob, Validation::Full)
}

/// Generates a key on the curve, takes it out and in again, and agrees with another one both ways.
pub fn curve(name: &str) -> Curve {
    let own = generate(names::BCRYPT_ECDH_ALGORITHM, Some(name));
    let blob =
        own.as_ref().map_err(|&status| status).and_then(|(_, key)| key.export(&wide("ECCPRIVATEBLOB")));
    let twin = match (&own, &blob) {
        (Ok((provider, key)), Ok(blob)) => import(provider, key, "ECCPRIVATEBLOB", blob).ok(),
        _ => None,
    };
    let agree = match (&twin, generate(names::BCRYPT_ECDH_ALGORITHM, Some(name))) {
        (Some(twin), Ok((_, peer))) => match (twin.agree(&peer), peer.agree(twin)) {
            (Ok(one), Ok(other)) => one.value() == other.value(),
            _ => false,
        },
        _ => false,
    };
    Curve { generate: own.is_ok(), import: twin.is_some(), export: blob.is_ok(), agree }
}

/// Whether a key of some algorithm can be exported as the blob type, and the bytes imported again.
pub fn blob(blob: &BlobType) -> (bool, bool) {
    let families = [
        (Family::Ec, names::BCRYPT_ECDH_ALGORITHM, Some("nistP256")),
        (Family::Dh, names::BCRYPT_DH_ALGORITHM, None),
    ];
    let mut done = (true, true);
    for (_, algorithm, curve) in families.into_iter().filter(|(family, ..)| blob.belongs_to(*family)) {
        let exported = generate(algorithm, curve)
            .and_then(|(provider, key)| Ok((key.export(&wide(blob.name))?, provider, key)));
        let imported =
            exported.as_ref().map(|(bytes, provider, key)| import(provider, key, blob.name, bytes).is_ok());
        done = (done.0 && imported == Ok(true), done.1 && exported.is_ok());
    }
    done
}

/// The names of the keys that have a blob type.
pub fn families(blob: &BlobType) -> String {
    let families = [(Family::Ec, "ECDH"), (Family::Dh, "DH")];
    let names: Vec<_> =
        families.into_iter().filter(|(family, _)| blob.belongs_to(*family)).map(|(_, name)| name).collect();
    names.join(", ")
}

/// What is tried is what the tables say: import where a type is marked for it, and public and private
/// forms of every format.
#[test]
fn blobs_do_what_their_rows_say() {
    for row in BLOB_TYPES {
        assert_eq!(blob(row), (row.imports, true), "{}", row.name);
    }
    assert!(BLOB_TYPES.iter().any(|row| row.part == Part::Private));
}
