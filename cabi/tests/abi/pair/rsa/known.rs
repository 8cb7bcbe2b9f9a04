//! Answers that were checked on Windows.

use super::call::{Pad, RAW, decrypt, encrypt, sign, verify};
use crate::support::objects::{Handle, exported, import, open};
use crate::support::status::{INVALID_SIGNATURE, NOT_SUPPORTED};
use crate::support::text::hex;

const VECTORS: &str = include_str!("../../vectors/rsa.txt");

/// The value of a name.
pub fn known(name: &str) -> Vec<u8> {
    let line = VECTORS.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
    hex(line.unwrap_or_else(|| panic!("{name} is a vector")))
}

#[test]
fn a_signature() {
    let (blob, hash) = (known("rsa2048.RSAPUBLICBLOB"), known("rsa2048.sha1"));
    let signature = known("rsa2048.pkcs1_sha1_sig");
    for id in ["RSA", "RSA_SIGN"] {
        for kind in ["RSAPUBLICBLOB", "PUBLICBLOB"] {
            let key = import(&open(id), kind, &blob).unwrap();
            assert_eq!(verify(&key, Pad::Pkcs1(Some("SHA1")), &hash, &signature), Ok(()), "{id} {kind}");
            assert_eq!(exported(&key, kind), Ok(blob.clone()), "{id} {kind}");
            let bare = verify(&key, Pad::Pkcs1(None), &hash, &signature);
            assert_eq!(bare, Err(INVALID_SIGNATURE), "behaviour.md t53");
        }
    }
}

/// behaviour.md t32: byte for byte; p < q.
#[test]
fn blobs_come_back() {
    let [private, full, legacy] = ["RSAPRIVATEBLOB", "RSAFULLPRIVATEBLOB", "CAPIPRIVATEBLOB"];
    for handle in [Handle(0xE1), Handle(0x311)] {
        for from in [private, full, legacy] {
            let key = import(&handle, from, &known(&format!("rsa512.{from}"))).unwrap();
            for to in [private, full, legacy] {
                assert_eq!(exported(&key, to), Ok(known(&format!("rsa512.{to}"))), "{from} {to}");
            }
            let hash = [7; 20];
            let signature = sign(&key, Pad::Pkcs1(Some("SHA1")), &hash).unwrap();
            assert_eq!(verify(&key, Pad::Pkcs1(Some("SHA1")), &hash, &signature), Ok(()), "{from}");
        }
    }
}

#[test]
fn an_encryption_without_padding() {
    let (plain, cipher) = (known("rsa512.raw_plain"), known("rsa512.raw_cipher"));
    let blob = known("rsa512.RSAPRIVATEBLOB");
    let key = import(&open("RSA"), "RSAPRIVATEBLOB", &blob).unwrap();
    for flags in [0, 1] {
        assert_eq!(encrypt(&key, Pad::Flags(flags), &plain), Ok(cipher.clone()));
        assert_eq!(decrypt(&key, Pad::Flags(flags), &cipher), Ok(plain.clone()));
    }
    let signing = import(&open("RSA_SIGN"), "RSAPRIVATEBLOB", &blob).unwrap();
    assert_eq!(encrypt(&signing, RAW, &plain), Err(NOT_SUPPORTED), "behaviour.md t20");
}
