//! The program `openssl`, where it is installed: what one side makes the other one takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::call::{ENCRYPT_PKCS1, Pad, RAW, decrypt, encrypt, numbers, pair, sign, verify};
use crate::support::objects::{new_key, open};
use crate::support::oracle::hash;
use crate::support::oracle::rsa::Numbers;

/// A folder that is removed again.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("bcrypt-shim-rsa-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// DER: a tag, a length and content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let bytes = length.to_be_bytes();
    let bytes = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count().min(7)..];
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        out.push(0x80 | bytes.len() as u8);
        out.extend_from_slice(bytes);
    }
    [&out[..], content].concat()
}

/// RSAPrivateKey (RFC 8017, A.1.2).
fn pkcs1_key(key: &Numbers) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().take_while(|&&byte| byte == 0).count().min(number.len() - 1);
        let number = &number[start..];
        let zero: &[u8] = if number[0] >= 0x80 { &[0] } else { &[] };
        der(2, &[zero, number].concat())
    };
    let parts = [&[0][..], &key.n, &key.e, &key.d, &key.p, &key.q, &key.dp, &key.dq, &key.q_inverse];
    der(0x30, &parts.map(integer).concat())
}

fn run(arguments: &[&str], files: &[(&str, &Path)]) -> Option<Vec<u8>> {
    let mut command = Command::new("openssl");
    command.args(arguments);
    for (option, path) in files {
        command.arg(option).arg(path);
    }
    let output = command.output().unwrap();
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success().then_some(output.stdout)
}

/// Options of a padding, as `pkeyutl` takes them.
fn options(pad: Pad<'_>, signs: bool) -> Vec<String> {
    let digest = |name: &str| name.to_lowercase();
    let pairs: Vec<String> = match pad {
        Pad::Pkcs1(Some(name)) => vec!["rsa_padding_mode:pkcs1".into(), format!("digest:{}", digest(name))],
        Pad::Pss(name, salt) => vec![
            "rsa_padding_mode:pss".into(),
            format!("digest:{}", digest(name)),
            format!("rsa_pss_saltlen:{salt}"),
        ],
        Pad::Oaep(name, label) => {
            let label: String = label.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut pairs = vec![
                "rsa_padding_mode:oaep".into(),
                format!("rsa_oaep_md:{}", digest(name)),
                format!("rsa_mgf1_md:{}", digest(name)),
            ];
            if !label.is_empty() {
                pairs.push(format!("rsa_oaep_label:{label}"));
            }
            pairs
        }
        Pad::Flags(2) | Pad::Pkcs1(None) => vec!["rsa_padding_mode:pkcs1".into()],
        _ => vec!["rsa_padding_mode:none".into()],
    };
    assert!(signs || !matches!(pad, Pad::Pss(..)));
    pairs.into_iter().flat_map(|pair| ["-pkeyopt".to_owned(), pair]).collect()
}

#[test]
fn both_ways() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: no openssl");
        return;
    }
    let folder = Folder::new();
    let algorithm = open("RSA");
    let mut shapes: Vec<Numbers> = [1024, 1032, 2048].map(|bits| numbers(&new_key(&algorithm, bits))).into();
    let swapped = Numbers::new(&shapes[0].e, &shapes[0].q, &shapes[0].p);
    shapes.push(swapped);
    for shape in &shapes {
        let (private, public) = pair(shape);
        let key = folder.write("key.der", &pkcs1_key(shape));
        let call = |verb: &str, pad: Pad<'_>, files: &[(&str, &Path)]| {
            let options = options(pad, verb != "-encrypt" && verb != "-decrypt");
            let mut arguments = vec!["pkeyutl", verb, "-keyform", "DER"];
            arguments.extend(options.iter().map(String::as_str));
            run(&arguments, &[&[("-inkey", &*key)][..], files].concat())
        };
        for name in ["SHA1", "SHA256", "SHA384", "SHA512", "SHA3-256"] {
            let digest = hash::find(name).digest(b"a text");
            let digest_file = folder.write("digest", &digest);
            for pad in [Pad::Pkcs1(Some(name)), Pad::Pss(name, 20), Pad::Pss(name, 0)] {
                let theirs = call("-sign", pad, &[("-in", &digest_file)]).expect("openssl signs");
                assert_eq!(verify(&public, pad, &digest, &theirs), Ok(()), "{pad:?}");
                let ours = folder.write("signature", &sign(&private, pad, &digest).unwrap());
                assert!(
                    call("-verify", pad, &[("-in", &digest_file), ("-sigfile", &ours)]).is_some(),
                    "{pad:?}"
                );
            }
        }
        let text = b"thirteen bits";
        let raw = [&vec![0; shape.n.len() - text.len()][..], text].concat();
        for pad in [ENCRYPT_PKCS1, Pad::Oaep("SHA1", &[]), Pad::Oaep("SHA256", b"label"), RAW] {
            let text = if matches!(pad, Pad::Flags(0)) { &raw[..] } else { text };
            let theirs =
                call("-encrypt", pad, &[("-in", &folder.write("text", text))]).expect("openssl encrypts");
            assert_eq!(decrypt(&private, pad, &theirs).as_deref(), Ok(text), "{pad:?}");
            let ours = folder.write("ciphertext", &encrypt(&public, pad, text).unwrap());
            assert_eq!(call("-decrypt", pad, &[("-in", &ours)]).as_deref(), Some(text), "{pad:?}");
        }
    }
}
