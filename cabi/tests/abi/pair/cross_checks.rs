//! Signatures of random keys beside other implementations: the command `openssl`, and the crates of RustCrypto. What one
//! side signs the other verifies, and neither takes it for another digest.

use std::fs;
use std::path::PathBuf;

use crate::openssl::{self, Kind};
use crate::support::blob::{ECDSA_PRIVATE_GENERIC, build, fields};
use crate::support::objects::{Key, exported, import, new_key, open, sign, verify};
use crate::support::property::{get, set, set_curve};
use crate::support::sequence::Sequence;
use crate::support::status::INVALID_SIGNATURE;

/// A folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cross-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Holds a key against openssl's of the same numbers, both ways.
fn beside_openssl(name: &str, key: &Key, width: usize, public: &[u8], private: &[u8], lengths: &[usize]) {
    let (folder, mut random) = (folder(name), Sequence::new(width as u64));
    for &length in lengths {
        let hash: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        let mut other = hash.clone();
        other[0] ^= 1;
        let ours = openssl::signature_to_der(&sign(key, &hash).unwrap());
        assert!(openssl::verifies(&folder, public, &hash, &ours), "{name} {length}");
        assert!(!openssl::verifies(&folder, public, &other, &ours), "{name} {length}");
        let theirs = openssl::signature_from_der(&openssl::signed(&folder, private, &hash), width);
        assert_eq!(verify(key, &hash, &theirs), Ok(()), "{name} {length}");
        assert_eq!(verify(key, &other, &theirs), Err(INVALID_SIGNATURE), "{name} {length}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn ecdsa_beside_openssl() {
    if !openssl::is_there() {
        return;
    }
    let brainpool = |last: u8| vec![6, 9, 0x2B, 0x24, 3, 3, 2, 8, 1, 1, last];
    for (name, width, order, oid) in [
        ("nistP192", 24, 24, vec![6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 1]),
        ("nistP224", 28, 28, vec![6, 5, 0x2B, 0x81, 4, 0, 0x21]),
        ("nistP256", 32, 32, vec![6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]),
        ("nistP384", 48, 48, vec![6, 5, 0x2B, 0x81, 4, 0, 0x22]),
        ("nistP521", 66, 66, vec![6, 5, 0x2B, 0x81, 4, 0, 0x23]),
        ("secP160r1", 20, 21, vec![6, 5, 0x2B, 0x81, 4, 0, 8]),
        ("secP256k1", 32, 32, vec![6, 5, 0x2B, 0x81, 4, 0, 0x0A]),
        ("brainpoolP256r1", 32, 32, brainpool(7)),
        ("brainpoolP384t1", 48, 48, brainpool(12)),
        ("brainpoolP512r1", 64, 64, brainpool(13)),
    ] {
        let algorithm = open("ECDSA");
        set_curve(&algorithm, name).unwrap();
        let key = new_key(&algorithm, 0);
        let parts = fields(&exported(&key, "ECCPRIVATEBLOB").unwrap());
        let kind = Kind::curve(&oid);
        let public = kind.public(&[&parts[0], &parts[1]]);
        // secP160r1's d may need a byte more than its field has; a random one hardly does.
        let d = [vec![0; order - width], parts[2].clone()].concat();
        beside_openssl(name, &key, order, &public, &kind.private_curve(&d), &[1, 20, 32, 64]);
    }
}

#[test]
fn dsa_beside_openssl() {
    if !openssl::is_there() {
        return;
    }
    for bits in [512, 1024, 2048] {
        let key = new_key(&open("DSA"), bits);
        let blob = exported(&key, "DSAPRIVATEBLOB").unwrap();
        let (head, order, width) =
            if bits > 1024 { (28, 32, bits as usize / 8) } else { (12, 20, bits as usize / 8) };
        let (q, rest) = blob[head + order..].split_at(order);
        let [p, g, y] = [0, 1, 2].map(|place| &rest[place * width..(place + 1) * width]);
        let kind = Kind::dsa(p, q, g);
        beside_openssl(
            &format!("dsa{bits}"),
            &key,
            order,
            &kind.public(&[y]),
            &kind.private_dsa(&rest[3 * width..]),
            &[order, order],
        );
    }
}

/// A key of openssl's own, in a group it made, through DSAParameters as well.
#[test]
fn groups_of_openssl() {
    if !openssl::is_there() {
        return;
    }
    let folder = folder("groups");
    for (bits, order) in [(1024_u32, 160_u32), (2048, 256)] {
        let (size, order_size) =
            (format!("dsa_paramgen_bits:{bits}"), format!("dsa_paramgen_q_bits:{order}"));
        let run = |arguments: &[&str]| {
            let mut command = std::process::Command::new("openssl");
            let output = command.args(arguments).current_dir(&folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let options = ["-pkeyopt", &size, "-pkeyopt", &order_size, "-out", "group.pem"];
        run(&[&["genpkey", "-genparam", "-algorithm", "DSA"][..], &options].concat());
        run(&["asn1parse", "-in", "group.pem", "-noout", "-out", "group.der"]);
        let numbers = numbers_of(&fs::read(folder.join("group.der")).unwrap());
        let width = bits as usize / 8;
        let [p, q, g] = [(0, width), (1, order as usize / 8), (2, width)].map(|(place, width)| {
            let number = &numbers[place];
            [vec![0; width - number.len()], number.clone()].concat()
        });
        let mut value = Vec::new();
        let (magic, words): (u32, &[u32]) =
            if bits > 1024 { (0x324D_5044, &[1, 1, 32, 32]) } else { (0x4D50_5344, &[]) };
        let total = 12 + 4 * words.len() + 4 + 2 * q.len() + 2 * width;
        for word in [total as u32, magic, width as u32].iter().chain(words) {
            value.extend(word.to_le_bytes());
        }
        value.extend(vec![0xFF; 4 + q.len()]);
        for number in [&q, &p, &g] {
            value.extend(number);
        }
        let key = crate::support::objects::generate(&open("DSA"), bits).unwrap();
        assert_eq!(set(&key, "DSAParameters", &value), Ok(()), "{bits}");
        assert_eq!(crate::support::objects::finalize(&key), Ok(()));
        assert_eq!(get(&key, "DSAParameters"), Ok(value));
        assert_eq!(verify(&key, &q, &sign(&key, &q).unwrap()), Ok(()));
    }
    fs::remove_dir_all(folder).unwrap();
}

/// The numbers of a sequence of them, without leading zeros.
fn numbers_of(der: &[u8]) -> Vec<Vec<u8>> {
    let header = |bytes: &[u8]| match bytes[1] {
        0x82 => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
        0x81 => (3, usize::from(bytes[2])),
        length => (2, usize::from(length)),
    };
    let mut rest = &der[header(der).0..];
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let (start, length) = header(rest);
        numbers.push(rest[start..start + length].iter().copied().skip_while(|&byte| byte == 0).collect());
        rest = &rest[start + length..];
    }
    numbers
}

/// Holds keys of a curve against a crate of RustCrypto, both ways.
macro_rules! beside_crate {
    ($name:literal, $width:literal, $order:ident, $test:ident) => {
        #[test]
        fn $test() {
            use $order::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
            use $order::ecdsa::{Signature, SigningKey, VerifyingKey};

            let algorithm = open("ECDSA");
            set_curve(&algorithm, $name).unwrap();
            let mut random = Sequence::new($width);
            for _ in 0..12 {
                let d: Vec<u8> =
                    (0..$width).map(|place| if place == 0 { 0 } else { random.next() as u8 }).collect();
                let their_key = SigningKey::from_slice(&d).unwrap();
                let blob = build(ECDSA_PRIVATE_GENERIC, &[&[0; $width], &[0; $width], &d]);
                let our_key = import(&algorithm, "ECCPRIVATEBLOB", &blob).unwrap();
                let their_public = VerifyingKey::from(&their_key);
                let hash: Vec<u8> = (0..64).map(|_| random.next() as u8).collect();
                let mut other = hash.clone();
                other[3] ^= 1;
                let theirs: Signature = their_key.sign_prehash(&hash).unwrap();
                assert_eq!(verify(&our_key, &hash, &theirs.to_bytes()), Ok(()));
                assert_eq!(verify(&our_key, &other, &theirs.to_bytes()), Err(INVALID_SIGNATURE));
                // The crate of secp256k1 takes a low s alone.
                let ours = Signature::from_slice(&sign(&our_key, &hash).unwrap()).unwrap().normalize_s();
                assert!(their_public.verify_prehash(&hash, &ours).is_ok());
                assert!(their_public.verify_prehash(&other, &ours).is_err());
            }
        }
    };
}
beside_crate!("nistP256", 32, p256, p256_beside_its_crate);
beside_crate!("nistP384", 48, p384, p384_beside_its_crate);
beside_crate!("nistP521", 66, p521, p521_beside_its_crate);
beside_crate!("secP256k1", 32, k256, secp256k1_beside_its_crate);
