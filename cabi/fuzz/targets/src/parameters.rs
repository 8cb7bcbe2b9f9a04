//! Looks for a parameter list that crashes a derivation, reads or writes outside its buffers, is answered with
//! an undocumented status, or derives other bytes the second time.
//!
//! Input: secret, KDF, flags, how many parameters (a byte each), size of the output (16 bits); then for each
//! parameter its type (a byte, from the known ones and the unknown), its length (16 bits) and its bytes. A byte
//! that is odd lets HKDF be set up first, from a length and that many bytes of salt.

use arbitrary::{Result, Unstructured};
use bcrypt_shim::kdf::KDFS;
use bcrypt_shim::names;

use crate::door::{self, Parameter, Raw, SUCCESS};

/// Numbers of buffer types: the documented ones, then two that are none.
pub const KINDS: [u32; 17] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xA, 0xB, 0x10, 0x11, 0x14, 0x7FFF, u32::MAX];

/// Hashes HKDF is set up with.
pub const HASHES: [&str; 4] = ["SHA1", "SHA256", "SHA512", "SHA3-256"];

/// Every KDF's longest useful output is below this.
const LONGEST: u16 = 20_000;

pub fn run(data: &[u8]) {
    let _ = read(&mut Unstructured::new(data));
}

fn read(input: &mut Unstructured<'_>) -> Result<()> {
    let [secret, kdf, flags, count]: [u8; 4] = input.arbitrary()?;
    let size: u16 = input.arbitrary()?;
    let mut parameters = Vec::new();
    for _ in 0..count % 16 {
        let kind: u8 = input.arbitrary()?;
        parameters.push((KINDS[usize::from(kind) % KINDS.len()], bytes(input)?));
    }
    let secret = secret_of(["ECDH_P256", "ECDH_P521", "X25519"][usize::from(secret) % 3]);
    if kdf & 0x80 != 0 {
        set_up_hkdf(
            secret,
            HASHES[usize::from(flags >> 4) % HASHES.len()],
            &bytes(input).unwrap_or_default(),
        );
    }
    let kdf = door::wide(KDFS[usize::from(kdf & 0x7F) % KDFS.len()].name);
    derive(secret, &kdf, &parameters, usize::from(size % LONGEST), u32::from(flags & 1));
    assert_eq!(door::destroy_secret(secret), SUCCESS);
    Ok(())
}

fn bytes(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length: u16 = input.arbitrary()?;
    let length = usize::from(length).min(input.len());
    input.bytes(length).map(<[u8]>::to_vec)
}

fn derive(secret: Raw, kdf: &[u16], parameters: &[Parameter], size: usize, flags: u32) {
    let query = door::derive(secret, kdf, parameters, None, flags);
    let derived = door::derive(secret, kdf, parameters, Some(size), flags);
    assert_eq!(door::derive(secret, kdf, parameters, Some(size), flags), derived, "the same bytes again");
    let Ok(natural) = query else {
        return assert!(derived.is_err(), "refused as a query, but derived");
    };
    // HKDF alone has no natural size.
    if natural.is_empty() {
        return;
    }
    let whole = door::derive(secret, kdf, parameters, Some(natural.len()), flags).unwrap();
    assert_eq!(whole.len(), natural.len(), "the natural size");
    if let Ok(part) = derived
        && part.len() <= whole.len()
    {
        assert!(whole.starts_with(&part), "a shorter output is the beginning of the whole one");
    }
}

fn set_up_hkdf(secret: Raw, hash: &str, salt: &[u8]) {
    let hash: Vec<u8> = door::wide(hash).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
    assert_eq!(door::set(secret, &door::wide(names::BCRYPT_HKDF_HASH_ALGORITHM), &hash), SUCCESS);
    assert_eq!(door::set(secret, &door::wide(names::BCRYPT_HKDF_SALT_AND_FINALIZE), salt), SUCCESS);
}

/// The secret of a new key with itself.
fn secret_of(name: &str) -> Raw {
    let (algorithm, bits) = match name {
        "X25519" => (door::raw(0x0291), 0),
        "ECDH_P521" => (door::raw(0x02C1), 521),
        _ => (door::raw(0x02A1), 256),
    };
    let key = door::generate(algorithm, bits).unwrap();
    if bits == 0 {
        let curve: Vec<u8> =
            door::wide(names::BCRYPT_ECC_CURVE_25519).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
        assert_eq!(door::set(key, &door::wide(names::BCRYPT_ECC_CURVE_NAME), &curve), SUCCESS);
    }
    assert_eq!(door::finalize(key), SUCCESS);
    let secret = door::agree(key, key).unwrap();
    door::destroy_key(key);
    secret
}
