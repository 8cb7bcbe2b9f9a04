//! Known answers. A line of `vectors/hash.txt` is an algorithm, what it is given, and its digest:
//!
//! ```text
//! SHA256 key=0b*20 message=61*1000000 => bytes
//! ```
//! The key makes it an HMAC; `-` is no byte. `S` is the customization, `iv` that of GMAC, `flags` those of FinishHash.
//! PBKDF2 names its hash and has a password, a salt and iterations.

use super::{HMAC, create, duplicate, feed, finish_with, guarded, once, size};
use crate::support::library::lib;
use crate::support::objects::{Alg, Object, open_with};
use crate::support::property::set;
use crate::support::text::hex;

const LINES: &str = include_str!("../vectors/hash.txt");

struct Line {
    algorithm: &'static str,
    fields: Vec<(&'static str, &'static str)>,
    answer: Vec<u8>,
}

impl Line {
    fn field(&self, name: &str) -> Option<&'static str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.field(name).map(|value| if value == "-" { Vec::new() } else { hex(value) })
    }

    fn number(&self, name: &str) -> u32 {
        self.field(name).map_or(0, |value| value.parse().unwrap())
    }

    fn shown(&self) -> String {
        format!("{} {:?}", self.algorithm, self.fields)
    }
}

fn lines() -> impl Iterator<Item = Line> {
    LINES.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (question, answer) = line.split_once(" => ").expect("a question and its answer");
        let mut words = question.split_whitespace();
        let algorithm = words.next().unwrap();
        let fields = words.map(|word| word.split_once('=').expect("name=value")).collect();
        Line { algorithm, fields, answer: hex(answer) }
    })
}

fn opened(line: &Line) -> Alg {
    let is_hmac = line.field("key").is_some() && !line.algorithm.contains("MAC");
    open_with(line.algorithm, None, if is_hmac { HMAC } else { 0 }).unwrap()
}

#[test]
fn hashes_and_macs() {
    let mut count = 0;
    for line in lines().filter(|line| !line.algorithm.starts_with("PBKDF2")) {
        let (algorithm, what) = (opened(&line), line.shown());
        let (key, message) = (line.bytes("key").unwrap_or_default(), line.bytes("message").unwrap());
        let hash = create(&algorithm, &key, 0).unwrap();
        for (field, property) in [("S", "CustomizationString"), ("iv", "IV")] {
            if let Some(value) = line.bytes(field) {
                set(&hash, property, &value).unwrap();
            }
        }
        let (first, second) = message.split_at(message.len() / 3);
        feed(&hash, first).unwrap();
        let copy = duplicate(&hash).unwrap();
        for hash in [hash, copy] {
            feed(&hash, second).unwrap();
            let digest = finish_with(&hash, line.answer.len(), line.number("flags"));
            assert_eq!(digest.as_ref(), Ok(&line.answer), "{what}");
        }
        if ["S", "iv", "flags"].iter().all(|field| line.field(field).is_none()) {
            let digest = once(&algorithm, &key, &message, line.answer.len());
            assert_eq!(digest.as_ref(), Ok(&line.answer), "{what} at once");
        }
        count += 1;
    }
    assert!(count > 900, "{count} lines");
}

#[test]
fn passwords() {
    let mut count = 0;
    for line in lines() {
        let Some(hash) = line.algorithm.strip_prefix("PBKDF2-") else { continue };
        let algorithm = open_with(hash, None, HMAC).unwrap();
        let (password, salt) = (line.bytes("password").unwrap(), line.bytes("salt").unwrap());
        let derived = guarded(line.answer.len(), |output, length| {
            let iterations = line.number("iterations").into();
            let (password, salt) = ((password.as_ptr(), size(&password)), (salt.as_ptr(), size(&salt)));
            let prf = algorithm.raw();
            lib()
                .derive_key_pbkdf2(prf, password.0, password.1, salt.0, salt.1, iterations, output, length, 0)
        });
        assert_eq!(derived.as_ref(), Ok(&line.answer), "{}", line.shown());
        count += 1;
    }
    assert!(count > 25, "{count} lines");
}
