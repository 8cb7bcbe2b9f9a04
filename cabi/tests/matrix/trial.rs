//! Tries what the matrix says of curves and blobs, so that a "yes" is something that was done.

use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does};
use bcrypt_shim::blob::{BlobType, Part};
use bcrypt_shim::cipher;
use bcrypt_shim::library::library;
use bcrypt_shim::names;
use bcrypt_shim::pair::{Key, Padding, Validation};
use bcrypt_shim::provider::Provider;
use bcrypt_shim::status::{Result, Status};
use bcrypt_shim::wide::WideName;

/// What was possible with one curve.
pub struct Curve {
    pub generate: bool,
    pub import: bool,
    pub export: bool,
    pub agree: bool,
    pub sign: bool,
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
    // The shortest keys, which are made fastest; elliptic curves have one length, which 0 stands for.
    let bits = match algorithm {
        names::BCRYPT_DH_ALGORITHM => 1024,
        names::BCRYPT_DSA_ALGORITHM | names::BCRYPT_RSA_ALGORITHM | names::BCRYPT_RSA_SIGN_ALGORITHM => 512,
        _ => 0,
    };
    let key = Key::generate(&provider, handle, bits)?;
    let set = match algorithm {
        names::BCRYPT_MLKEM_ALGORITHM => Some(names::BCRYPT_MLKEM_PARAMETER_SET_512),
        names::BCRYPT_MLDSA_ALGORITHM => Some(names::BCRYPT_MLDSA_PARAMETER_SET_44),
        _ => None,
    };
    if let Some(set) = set {
        key.set(&wide(names::BCRYPT_PARAMETER_SET_NAME), &bytes(set))?;
    }
    key.finalize()?;
    library().close(handle)?;
    Ok((provider, key))
}

fn import(provider: &Provider, key: &Key, blob_type: &str, blob: &[u8]) -> Result<Key> {
    Key::import(provider, key.provider, &wide(blob_type), blob, Validation::Full)
}

/// Whether a key of generic ECDSA on the curve signs, and a changed digest is refused.
fn sign(name: &str) -> Result<bool> {
    let (_, key) = generate(names::BCRYPT_ECDSA_ALGORITHM, Some(name))?;
    let does = key.signature()?;
    let mut signature = vec![0; does.size()];
    does.sign(Padding::None, &[1; 32], &mut signature)?;
    does.verify(Padding::None, &[1; 32], &signature)?;
    Ok(does.verify(Padding::None, &[2; 32], &signature) == Err(Status::InvalidSignature))
}

/// Generates a key on the curve, takes it out and in again, and agrees with another one both ways; signs with another.
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
    let sign = sign(name) == Ok(true);
    Curve { generate: own.is_ok(), import: twin.is_some(), export: blob.is_ok(), agree, sign }
}

/// The blob types of every algorithm with key pairs, each once.
pub fn blob_types() -> Vec<&'static BlobType> {
    let mut types: Vec<&BlobType> = Vec::new();
    for blob in pair_algorithms().flat_map(|(_, blobs)| blobs) {
        if !types.iter().any(|known| known.name == blob.name) {
            types.push(blob);
        }
    }
    types
}

fn pair_algorithms() -> impl Iterator<Item = (&'static Algorithm, &'static [BlobType])> {
    ALGORITHMS.iter().filter_map(|algorithm| match algorithm.does {
        Does::Pair(pair) => Some((algorithm, pair.blobs())),
        _ => None,
    })
}

/// The algorithms that have a blob type.
fn algorithms_of(name: &str) -> impl Iterator<Item = (&'static Algorithm, &'static BlobType)> {
    pair_algorithms().filter_map(move |(algorithm, blobs)| {
        blobs.iter().find(|blob| blob.name == name).map(|blob| (algorithm, blob))
    })
}

/// Whether keys of every algorithm that has the blob type can be exported as it, and the bytes imported again.
pub fn blob(name: &str) -> (bool, bool) {
    let mut done = (true, true);
    for (algorithm, _) in algorithms_of(name) {
        let generic = [names::BCRYPT_ECDH_ALGORITHM, names::BCRYPT_ECDSA_ALGORITHM];
        let curve = generic.contains(&algorithm.name).then_some("nistP256");
        let exported = generate(algorithm.name, curve)
            .and_then(|(provider, key)| Ok((key.export(&wide(name))?, provider, key)));
        let imported =
            exported.as_ref().map(|(bytes, provider, key)| import(provider, key, name, bytes).is_ok());
        done = (done.0 && imported == Ok(true), done.1 && exported.is_ok());
    }
    done
}

/// Whether keys of every cipher can be exported as a blob type of symmetric keys, and the bytes imported again; wrapped
/// by an AES key where the type asks for that, and those keys alone that can be wrapped, which have 16 bytes or more.
pub fn symmetric_blob(name: &str) -> (bool, bool) {
    let mut done = (true, true);
    let wrapping = symmetric(names::BCRYPT_AES_ALGORITHM, 16).map(|(_, key)| key);
    let is_wrapped = name == names::BCRYPT_AES_WRAP_KEY_BLOB;
    for row in ALGORITHMS {
        let Does::Cipher(cipher) = row.does else { continue };
        let bytes = cipher.limits().key_bits.1 as usize / 8;
        if is_wrapped && bytes < 16 {
            continue;
        }
        let wrapping = wrapping.as_ref().ok().filter(|_| is_wrapped);
        let exported = symmetric(row.name, bytes)
            .and_then(|(provider, key)| Ok((key.export(wrapping, &wide(name))?, provider, key.provider)));
        let imported = exported.as_ref().map(|(blob, provider, handle)| {
            cipher::Key::import(provider, *handle, wrapping, &wide(name), blob, 0).is_ok()
        });
        done = (done.0 && imported == Ok(true), done.1 && exported.is_ok());
    }
    done
}

/// A symmetric key of so many bytes.
fn symmetric(algorithm: &str, bytes: usize) -> Result<(Provider, cipher::Key)> {
    let handle = library().open(&wide(algorithm), None, 0)?;
    let provider = library().provider(handle)?;
    let key = cipher::Key::new(&provider, handle, &vec![7; bytes], 0)?;
    library().close(handle)?;
    Ok((provider, key))
}

/// The names of the algorithms that have a blob type.
pub fn owners(name: &str) -> String {
    algorithms_of(name).map(|(algorithm, _)| algorithm.name).collect::<Vec<_>>().join(", ")
}

/// What is tried is what the tables say: import where a type is marked for it, and public and private
/// forms of every format.
#[test]
fn blobs_do_what_their_rows_say() {
    for row in blob_types() {
        assert_eq!(blob(row.name), (row.imports, true), "{}", row.name);
    }
    assert!(blob_types().iter().any(|row| row.part == Part::Private));
    for (name, _) in cipher::BLOB_TYPES {
        assert_eq!(symmetric_blob(name), (true, true), "{name}");
    }
}
