//! Known answers of `vectors/cipher.txt`: one a line, of fields `name=value`.
//!
//! ```text
//! alg=AES mode=CBC key=… iv=… unit=16 effective=64 padded pt=… ct=…       a block or stream cipher
//! alg=AES mode=GCM key=… nonce=… aad=… pt=… ct=… tag=…                    one with a tag
//! ```
//! `ct` may be given by its SHA-256 as `ct256`.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::call::{Way, key, run, seal, set_mode, unseal};
use crate::support::objects::{Alg, Key, open};
use crate::support::property::set;
use crate::support::text::hex;

const FILE: &str = include_str!("../vectors/cipher.txt");

struct Line<'a>(HashMap<&'a str, &'a str>);

impl Line<'_> {
    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.0.get(name).map(|value| hex(value))
    }

    fn number(&self, name: &str) -> Option<Vec<u8>> {
        self.0.get(name).map(|value| value.parse::<u32>().unwrap().to_le_bytes().to_vec())
    }

    fn open(&self) -> Alg {
        let algorithm = open(self.0["alg"]);
        if let Some(mode) = self.0.get("mode") {
            set_mode(&algorithm, mode).unwrap();
        }
        if let Some(bits) = self.number("effective") {
            set(&algorithm, "EffectiveKeyLength", &bits).unwrap();
        }
        algorithm
    }

    fn key(&self) -> Key {
        let key = key(&self.open(), &self.bytes("key").unwrap());
        if let Some(unit) = self.number("unit") {
            set(&key, "MessageBlockLength", &unit).unwrap();
        }
        key
    }

    fn is_right(&self, ciphertext: &[u8]) -> bool {
        match self.bytes("ct") {
            Some(known) => known == ciphertext,
            None => hex(self.0["ct256"]) == Sha256::digest(ciphertext).to_vec(),
        }
    }
}

#[test]
fn known_answers_both_ways() {
    let lines = FILE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for text in lines {
        let fields = text.split(' ').map(|field| field.split_once('=').unwrap_or((field, "")));
        let line = Line(fields.collect());
        let plaintext = line.bytes("pt").unwrap();
        if let Some(nonce) = line.bytes("nonce") {
            let (aad, tag) = (line.bytes("aad").unwrap_or_default(), line.bytes("tag").unwrap());
            let (ciphertext, made) = seal(&line.key(), &nonce, &aad, &plaintext, tag.len()).unwrap();
            assert!(line.is_right(&ciphertext), "{text}");
            assert_eq!(made, tag, "{text}");
            assert_eq!(unseal(&line.key(), &nonce, &aad, &ciphertext, &tag), Ok(plaintext), "{text}");
        } else {
            let (iv, flags) = (line.bytes("iv"), u32::from(line.0.contains_key("padded")));
            let (ciphertext, _) = run(Way::Encrypt, &line.key(), &plaintext, iv.as_deref(), flags).unwrap();
            assert!(line.is_right(&ciphertext), "{text}: {ciphertext:02x?}");
            let (back, _) = run(Way::Decrypt, &line.key(), &ciphertext, iv.as_deref(), flags).unwrap();
            assert_eq!(back, plaintext, "{text}");
        }
        count += 1;
    }
    assert!(count > 40, "the file was read");
}
