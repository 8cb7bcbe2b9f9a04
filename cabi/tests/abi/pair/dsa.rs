//! DSA: behaviour.md t80 to t95.

mod blobs;
mod groups;
mod keys;
mod legacy;
mod signatures;

use std::sync::OnceLock;

use crate::support::blob::words;
use crate::support::objects::{Alg, Key, exported, import, import_with, new_key, open};
use crate::support::status::Status;
use crate::support::text::hex;

const NO_KEY_VALIDATION: u32 = 0x08;
/// "DSPB", "DSPV", "DSPM", and those of the form for more than 1024 bits.
const SHORT: [u32; 3] = [0x4250_5344, 0x5650_5344, 0x4D50_5344];
const LONG: [u32; 3] = [0x3242_5044, 0x3256_5044, 0x324D_5044];

/// A value of vectors/dsa.txt.
fn known(name: &str) -> Vec<u8> {
    let file = include_str!("../vectors/dsa.txt");
    let (_, rest) = file.split_once(&format!("{name} =\n")).unwrap_or_else(|| panic!("{name}"));
    let lines = rest.lines().take_while(|line| line.starts_with("    "));
    hex(&lines.map(str::trim).collect::<String>())
}

/// What a blob tells.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    count: Vec<u8>,
    seed: Vec<u8>,
    q: Vec<u8>,
    p: Vec<u8>,
    g: Vec<u8>,
    y: Vec<u8>,
    x: Option<Vec<u8>>,
}

impl Parts {
    /// Of a blob of either form.
    fn of(blob: &[u8]) -> Parts {
        let word = |place: usize| u32::from_le_bytes(blob[place..place + 4].try_into().unwrap());
        let (is_long, width) = (LONG.contains(&word(0)), word(4) as usize);
        let (head, order) = if is_long { (24, word(20) as usize) } else { (8, 20) };
        let mut rest = &blob[head..];
        let mut take = |length: usize| {
            let (field, more) = rest.split_at(length);
            rest = more;
            field.to_vec()
        };
        let [count, seed, q, p, g, y] = [4, order, order, width, width, width].map(&mut take);
        let x = (word(0) == SHORT[1] || word(0) == LONG[1]).then(|| take(order));
        assert!(rest.is_empty(), "the size is exact");
        Parts { count, seed, q, p, g, y, x }
    }

    /// Of a blob's type and bytes, built from these.
    fn blob(&self) -> (&'static str, Vec<u8>) {
        let kind = if self.x.is_some() { "DSAPRIVATEBLOB" } else { "DSAPUBLICBLOB" };
        let magic = self.magics()[usize::from(self.x.is_some())];
        let x = self.x.clone().unwrap_or_default();
        (kind, [words(&[magic, self.p.len() as u32]), self.middle(), self.y.clone(), x].concat())
    }

    /// The value of DSAParameters.
    fn parameters(&self) -> Vec<u8> {
        let middle = self.middle();
        [words(&[12 + middle.len() as u32, self.magics()[2], self.p.len() as u32]), middle].concat()
    }

    fn magics(&self) -> [u32; 3] {
        if self.p.len() > 128 { LONG } else { SHORT }
    }

    /// What lies between cbKey and y.
    fn middle(&self) -> Vec<u8> {
        let order = self.q.len() as u32;
        let told = if self.p.len() > 128 {
            words(&[u32::from(order == 32), u32::from(order == 32), order, order])
        } else {
            Vec::new()
        };
        [&told, &self.count, &self.seed, &self.q, &self.p, &self.g].map(Vec::as_slice).concat()
    }

    fn import(&self) -> Result<Key, Status> {
        self.import_with(0)
    }

    fn import_with(&self, flags: u32) -> Result<Key, Status> {
        let (kind, blob) = self.blob();
        import_with(&open("DSA"), kind, &blob, flags)
    }

    /// Without a private number.
    fn public(&self) -> Parts {
        Parts { x: None, ..self.clone() }
    }

    /// Without a seed.
    fn without_seed(&self) -> Parts {
        Parts { count: vec![0xFF; 4], seed: vec![0xFF; self.q.len()], ..self.clone() }
    }

    fn key(&self) -> Key {
        self.import().unwrap()
    }
}

/// A private key of this size with a seed, made once.
fn made(bits: u32) -> Parts {
    static MADE: [OnceLock<Vec<u8>>; 3] = [const { OnceLock::new() }; 3];
    let place = [512, 1024, 2048].iter().position(|&size| size == bits).unwrap();
    Parts::of(MADE[place].get_or_init(|| exported(&new_key(&open("DSA"), bits), "DSAPRIVATEBLOB").unwrap()))
}

/// A key of 1024 bits from a blob of CryptoAPI.
fn legacy_key(algorithm: &Alg) -> Key {
    import(algorithm, "V2CAPIDSAPRIVATEBLOB", &known("dsa1024.V2CAPIDSAPRIVATEBLOB")).unwrap()
}
