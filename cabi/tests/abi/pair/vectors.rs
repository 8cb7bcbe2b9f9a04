//! Known answers, through the C interface. The files under `vectors/` hold blocks of this form:
//!
//! ```text
//! [name]
//! algorithm = what to open
//! private = blob type, then the blob
//! public = the same, or "self": the private key is both arguments
//! generate = key length, instead of private; then SecretAgreementParam and PrivKeyVal are set
//! own = blob type and blob the private key must export
//! KDF words => bytes, where a word is hash= prepend= append= key= label= seed= alg= u= v= pub= or flag=
//! ```
//! A value goes on in indented lines, and blanks inside hexadecimal digits mean nothing.

use windows_sys::Win32::Security::Cryptography as cng;

use crate::support::objects::{
    Alg, Key, Object, agree, derivation, exported, finalize, generate, import, open,
};
use crate::support::output::{fetch, size};
use crate::support::params::Params;
use crate::support::property::set;
use crate::support::text::hex;

pub const ECDH: &str = include_str!("../vectors/ecdh.txt");
pub const DH: &str = include_str!("../vectors/dh.txt");
const P521_KDF: &str = include_str!("../vectors/p521_kdf.txt");
const CONCAT: &str = include_str!("../vectors/concat.txt");

/// One block: a key, its peer, and what comes of them.
pub struct Block {
    name: String,
    fields: Vec<(String, String)>,
    derivations: Vec<(String, Vec<u8>)>,
}

impl Block {
    /// The block of that name.
    pub fn named(file: &str, name: &str) -> Block {
        parse(file).into_iter().find(|block| block.name == name).unwrap_or_else(|| panic!("block {name}"))
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Blob type and bytes of a field.
    pub fn blob(&self, name: &str) -> (String, Vec<u8>) {
        let (kind, bytes) =
            self.field(name).and_then(|value| value.split_once(' ')).expect("a type and a blob");
        (kind.to_string(), hex(bytes))
    }

    /// The bytes a derivation must give.
    pub fn known_answer(&self, derivation: &str) -> Vec<u8> {
        self.derivations.iter().find(|(words, _)| words == derivation).expect("a derivation").1.clone()
    }

    fn import(&self, algorithm: &Alg, field: &str) -> Key {
        let (kind, bytes) = self.blob(field);
        import(algorithm, &kind, &bytes).unwrap_or_else(|status| panic!("{} {field}: {status:?}", self.name))
    }

    fn private_key(&self, algorithm: &Alg) -> Key {
        let Some(bits) = self.field("generate") else {
            return self.import(algorithm, "private");
        };
        let key = generate(algorithm, bits.parse().unwrap()).unwrap();
        for name in ["SecretAgreementParam", "PrivKeyVal"] {
            if let Some(value) = self.field(name) {
                set(&key, name, &hex(value))
                    .unwrap_or_else(|status| panic!("{} {name}: {status:?}", self.name));
            }
        }
        finalize(&key).unwrap();
        key
    }

    fn check(&self) {
        let algorithm = open(self.field("algorithm").unwrap());
        let key = self.private_key(&algorithm);
        let peer = (self.field("public") != Some("self")).then(|| self.import(&algorithm, "public"));
        let secret = agree(&key, peer.as_ref().unwrap_or(&key)).unwrap();
        for field in ["private", "own"].into_iter().filter(|field| self.field(field).is_some()) {
            let (kind, bytes) = self.blob(field);
            assert_eq!(exported(&key, &kind), Ok(bytes), "{} exports its {field} blob", self.name);
        }
        for (words, answer) in &self.derivations {
            let (kdf, params, flags) = derivation_of(words);
            let call = derivation(&secret, kdf, &params, flags);
            assert_eq!(
                size(&call).map(|size| size as usize),
                Ok(answer.len()),
                "{}: size of {words}",
                self.name
            );
            assert_eq!(fetch(&call, answer.len()), Ok(answer.clone()), "{}: {words}", self.name);
        }
        assert_ne!(key.handle(), secret.handle(), "every object has a handle of its own");
    }
}

/// KDF name, parameter list and flags of "HASH hash=SHA256 prepend=02".
fn derivation_of(words: &str) -> (&str, Params, u32) {
    let mut words = words.split_whitespace();
    let kdf = words.next().unwrap();
    let (mut params, mut flags) = (Params::none(), 0);
    for (name, value) in words.map(|word| word.split_once('=').expect("name=value")) {
        params = match name {
            "hash" => params.hash(value),
            "flag" => {
                flags = value.parse().unwrap();
                params
            }
            name => params.with(buffer_type(name), &hex(value)),
        };
    }
    (kdf, params, flags)
}

fn buffer_type(name: &str) -> u32 {
    match name {
        "prepend" => cng::KDF_SECRET_PREPEND,
        "append" => cng::KDF_SECRET_APPEND,
        "key" => cng::KDF_HMAC_KEY,
        "label" => cng::KDF_TLS_PRF_LABEL,
        "seed" => cng::KDF_TLS_PRF_SEED,
        "alg" => cng::KDF_ALGORITHMID,
        "u" => cng::KDF_PARTYUINFO,
        "v" => cng::KDF_PARTYVINFO,
        "pub" => cng::KDF_SUPPPUBINFO,
        unknown => panic!("no buffer is called {unknown}"),
    }
}

fn parse(file: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in joined(file) {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']').to_string();
            blocks.push(Block { name, fields: Vec::new(), derivations: Vec::new() });
            continue;
        }
        let block = blocks.last_mut().expect("a line belongs to a block");
        if let Some((words, answer)) = line.split_once("=>") {
            block.derivations.push((words.trim().to_string(), hex(answer)));
        } else {
            let (name, value) = line.split_once('=').expect("name = value");
            block.fields.push((name.trim().to_string(), value.trim().to_string()));
        }
    }
    blocks
}

/// Lines without comments, with their continuations.
fn joined(file: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with(' ') {
            let open = lines.last_mut().expect("a continuation continues something");
            open.push(' ');
            open.push_str(line.trim());
        } else {
            lines.push(line.to_string());
        }
    }
    lines
}

macro_rules! known_answers {
    ($($file:ident: $($name:ident)*;)*) => {
        $($(#[test] fn $name() { Block::named($file, stringify!($name)).check(); })*)*

        #[test]
        fn every_block_is_a_test() {
            $(
                let names: Vec<String> = parse($file).into_iter().map(|block| block.name).collect();
                assert_eq!(names, [$(stringify!($name)),*], "{}", stringify!($file));
            )*
        }
    };
}

known_answers! {
    ECDH: windows_p256 windows_p384 windows_p521 cavp_p256_0 cavp_p384_0 cavp_p521_0 cavp_p521_1;
    DH: windows_dh512 windows_dh1024_self windows_dh1024_oakley;
    P521_KDF: net_p521;
    CONCAT: rfc7518_c dpapi_dh2048 dpapi_p256 dpapi_p384;
}
