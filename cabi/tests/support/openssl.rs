//! Keys and signatures as the command `openssl` takes and gives them, in DER.

#![allow(clippy::indexing_slicing, reason = "what openssl wrote is whole")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..0x80 => vec![short as u8],
        byte @ 0x80..0x100 => vec![0x81, byte as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag][..], &length, &content].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, parts)
}

fn integer(number: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = number.iter().copied().skip_while(|&byte| byte == 0).collect();
    let sign: &[u8] = if significant.first().is_none_or(|first| first >> 7 == 1) { &[0] } else { &[] };
    tagged(2, &[sign, &significant])
}

/// A key's kind, as an algorithm identifier.
pub struct Kind(Vec<u8>);

impl Kind {
    /// DSA in the group of p, q and g.
    pub fn dsa(p: &[u8], q: &[u8], g: &[u8]) -> Self {
        let group = sequence(&[&integer(p), &integer(q), &integer(g)]);
        Self(sequence(&[&[6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1], &group]))
    }

    /// An elliptic curve by its object identifier, in DER.
    pub fn curve(oid: &[u8]) -> Self {
        Self(sequence(&[&[6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1], oid]))
    }

    /// The public key of a DSA number or of an elliptic point, x and y one after the other.
    pub fn public(&self, numbers: &[&[u8]]) -> Vec<u8> {
        let key = match numbers {
            [y] => integer(y),
            _ => [&[4][..], &numbers.concat()].concat(),
        };
        sequence(&[&self.0, &tagged(3, &[&[0], &key])])
    }

    /// The private key of DSA (PKCS #8).
    pub fn private_dsa(&self, x: &[u8]) -> Vec<u8> {
        sequence(&[&integer(&[0]), &self.0, &tagged(4, &[&integer(x)])])
    }

    /// The private key of an elliptic curve (PKCS #8, RFC 5915).
    pub fn private_curve(&self, d: &[u8]) -> Vec<u8> {
        let key = sequence(&[&integer(&[1]), &tagged(4, &[d])]);
        sequence(&[&integer(&[0]), &self.0, &tagged(4, &[&key])])
    }
}

/// r and s, one after the other, as a sequence of two.
pub fn signature_to_der(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    sequence(&[&integer(r), &integer(s)])
}

/// r and s, one after the other and each of so many bytes.
pub fn signature_from_der(der: &[u8], width: usize) -> Vec<u8> {
    let mut rest = &der[if der[1] < 0x80 { 2 } else { 3 }..];
    let mut raw = Vec::new();
    for _ in 0..2 {
        let (number, more) = rest[2..].split_at(rest[1] as usize);
        let significant: Vec<u8> = number.iter().copied().skip_while(|&byte| byte == 0).collect();
        raw.extend(std::iter::repeat_n(0, width - significant.len()));
        raw.extend(significant);
        rest = more;
    }
    raw
}

/// Whether there is a command of this name.
pub fn is_there() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: openssl is not installed");
    }
    found
}

/// Runs `openssl pkeyutl` in a folder, and tells whether it succeeded.
pub fn pkeyutl(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("openssl");
    command.arg("pkeyutl").args(arguments).current_dir(folder);
    command.output().expect("openssl runs").status.success()
}

/// The public key of RSA of a modulus and an exponent.
pub fn rsa_public(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let kind = sequence(&[&[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1], &[5, 0]]);
    let key = sequence(&[&integer(modulus), &integer(exponent)]);
    sequence(&[&kind, &tagged(3, &[&[0], &key])])
}

/// Whether openssl verifies a signature on a digest with a public key.
pub fn verifies(folder: &Path, public: &[u8], hash: &[u8], der: &[u8]) -> bool {
    verifies_with(folder, public, hash, der, &[])
}

/// The same, with options of the key's kind.
pub fn verifies_with(folder: &Path, public: &[u8], hash: &[u8], der: &[u8], options: &[&str]) -> bool {
    for (name, bytes) in [("public.der", public), ("hash", hash), ("signature.der", der)] {
        fs::write(folder.join(name), bytes).expect("the folder is writable");
    }
    let key = ["-verify", "-pubin", "-keyform", "DER", "-inkey", "public.der"];
    let options: Vec<&str> = options.iter().flat_map(|option| ["-pkeyopt", option]).collect();
    pkeyutl(folder, &[&key[..], &["-in", "hash", "-sigfile", "signature.der"], &options].concat())
}

/// openssl's signature on a digest with a private key, in DER.
pub fn signed(folder: &Path, private: &[u8], hash: &[u8]) -> Vec<u8> {
    for (name, bytes) in [("private.der", private), ("hash", hash)] {
        fs::write(folder.join(name), bytes).expect("the folder is writable");
    }
    let key = ["-sign", "-keyform", "DER", "-inkey", "private.der", "-in", "hash", "-out", "made.der"];
    assert!(pkeyutl(folder, &key), "openssl signs");
    fs::read(folder.join("made.der")).expect("it was written")
}
