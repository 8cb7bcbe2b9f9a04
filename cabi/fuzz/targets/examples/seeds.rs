//! Writes the seeds: inputs that reach deep into each target, for the mutations to start from. Keys are new each
//! time, so the files change when they are written again; what is checked in stays valid.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a program for the maintainers")]

use std::fs;
use std::path::Path;

use bcrypt_shim::curve::CURVES;
use bcrypt_shim::kdf::KDFS;
use bcrypt_shim::names;
use fuzz_bodies::import::{ALGORITHMS, OTHERS, blob_type, provider};
use fuzz_bodies::{door, parameters, properties};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    for (target, seeds) in [
        ("import", import()),
        ("parameters", derivations()),
        ("properties", properties()),
        ("calls", calls()),
        ("configuration", configuration()),
        ("agreement", agreement()),
        ("hashes", hashes()),
        ("ciphers", ciphers()),
        ("rsa", rsa()),
        ("post_quantum", post_quantum()),
        ("derivations", derivations_from_keys()),
        ("signatures", signatures()),
    ] {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("{number:02}")), seed).unwrap();
        }
    }
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    bcrypt_shim::engine::random::fill(&mut bytes).unwrap();
    bytes
}

/// A key of a provider of `import`, in every blob it exports.
fn blobs(number: u8, bits: u32) -> Vec<Vec<u8>> {
    let algorithm = provider(number).unwrap();
    let key = door::generate(algorithm, bits).unwrap();
    for set in ["512", "44"] {
        door::set(key, &door::wide(names::BCRYPT_PARAMETER_SET_NAME), &units(set));
    }
    door::finalize(key);
    let kinds = 0..names::BLOB_TYPES.rows.len() as u8;
    let exported = kinds.filter_map(|kind| {
        let bytes = door::export(key, &door::wide(blob_type(kind))).ok()?;
        Some([vec![number, kind, kind % 3], bytes].concat())
    });
    exported.collect()
}

fn import() -> Vec<Vec<u8>> {
    let curve = |name| {
        let place = CURVES.iter().position(|row| row.name == name).unwrap();
        (ALGORITHMS.len() + place) as u8
    };
    let mut seeds = blobs(0, 256);
    seeds.extend(blobs(2, 521));
    seeds.extend(blobs(3, 512));
    seeds.extend(
        ["curve25519", "secP160r1", "secP256k1", "x962P239v1"].iter().flat_map(|name| blobs(curve(*name), 0)),
    );
    // Blobs that carry their curve, for a provider without one.
    let full = |seed: &Vec<u8>| blob_type(seed[1]).contains("FULL");
    let own: Vec<_> = seeds.iter().filter(|seed| full(seed)).cloned().collect();
    seeds.extend(own.into_iter().map(|seed| [vec![4], seed[1..].to_vec()].concat()));
    let others = ALGORITHMS.len() + CURVES.len();
    for (place, name) in OTHERS.iter().enumerate() {
        let bits = match *name {
            "RSA" => 512,
            "RSA_SIGN" => 520,
            _ => 0,
        };
        seeds.extend(blobs((others + place) as u8, bits));
    }
    seeds
}

/// Every set, with changes of ciphertexts, signatures and keys, and without.
fn post_quantum() -> Vec<Vec<u8>> {
    let changes = [[9, 0, 1], [40, 2, 0x80], [0xFF, 0xFF, 4]].concat();
    let seeds = (0..6_u8).flat_map(|set| {
        [0x00, 0x01, 0x07, 0x83].map(|how| {
            let context: u8 = if how == 0x83 { 255 } else { 4 * set };
            let head = [
                &[set, how][..],
                &random(64),
                &[context],
                &random(usize::from(context) + usize::from(how >> 7)),
            ];
            let rest = if how == 0 {
                random([768, 1088, 1568, 2420, 3309, 4627][usize::from(set)])
            } else {
                changes.clone()
            };
            [&head.concat()[..], &rest].concat()
        })
    });
    seeds.collect()
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_ne_bytes()[..], bytes].concat()
}

fn units(text: &str) -> Vec<u8> {
    door::wide(text).iter().flat_map(|unit| unit.to_ne_bytes()).collect()
}

fn derivations() -> Vec<Vec<u8>> {
    let kind = |number| parameters::KINDS.iter().position(|kind| *kind == number).unwrap() as u8;
    let buffer = |number, bytes: &[u8]| [vec![kind(number)], sized(bytes)].concat();
    let mut seeds = Vec::new();
    for number in 0..KDFS.len() as u8 {
        for secret in 0..3 {
            let lists: [Vec<Vec<u8>>; 4] = [
                vec![],
                vec![
                    buffer(names::KDF_HASH_ALGORITHM, &units("SHA384")),
                    buffer(names::KDF_SECRET_PREPEND, b"before"),
                ],
                vec![
                    buffer(names::KDF_TLS_PRF_LABEL, b"master secret"),
                    buffer(names::KDF_TLS_PRF_SEED, &[7; 64]),
                    buffer(names::KDF_TLS_PRF_PROTOCOL, &0x0303_u32.to_ne_bytes()),
                ],
                vec![
                    buffer(names::KDF_ALGORITHMID, b"algorithm"),
                    buffer(names::KDF_PARTYUINFO, b"U"),
                    buffer(names::KDF_PARTYVINFO, b"V"),
                    buffer(names::KDF_HMAC_KEY, b"key"),
                    buffer(names::KDF_SECRET_APPEND, b"behind"),
                    buffer(names::KDF_HKDF_INFO, b"info"),
                ],
            ];
            let list = &lists[usize::from(number + secret) % 4];
            let head = [secret, number | 0x80, 0x10 * secret, list.len() as u8];
            seeds.push([&head[..], &48_u16.to_ne_bytes(), &list.concat(), &sized(b"salt")].concat());
        }
    }
    seeds
}

fn properties() -> Vec<Vec<u8>> {
    let number = |name| properties::number_of(name);
    let set = |name, value: &[u8]| [vec![number(name)], sized(value)].concat();
    let parameters = |name: &str| {
        let algorithm = door::open("ECDH").unwrap();
        door::set(algorithm, &door::wide(names::BCRYPT_ECC_CURVE_NAME), &units(name));
        door::get(algorithm, &door::wide(names::BCRYPT_ECC_PARAMETERS)).unwrap()
    };
    let dh = {
        let key = door::generate(door::raw(names::BCRYPT_DH_ALG_HANDLE as usize), 1024).unwrap();
        door::finalize(key);
        door::get(key, &door::wide(names::BCRYPT_DH_PARAMETERS)).unwrap()
    };
    let d = [vec![0], random(31)].concat();
    vec![
        [vec![0], set(names::BCRYPT_ECC_CURVE_NAME, &units("brainpoolP256r1"))].concat(),
        [vec![0], set(names::BCRYPT_ECC_PARAMETERS, &parameters("nistP256"))].concat(),
        [vec![0], set(names::BCRYPT_ECC_PARAMETERS, &parameters("secP160r1"))].concat(),
        [vec![1], set(names::BCRYPT_KEY_LENGTH, &[0; 4])].concat(),
        [vec![2], set(names::BCRYPT_ECC_CURVE_NAME, &units("curve25519"))].concat(),
        [
            vec![2],
            set(names::BCRYPT_ECC_PARAMETERS, &parameters("secP256k1")),
            set(names::BCRYPT_PRIVATE_KEY, &d),
        ]
        .concat(),
        [vec![3], set(names::BCRYPT_DH_PARAMETERS, &dh), set(names::BCRYPT_PRIVATE_KEY, &d)].concat(),
        [vec![3], set(names::BCRYPT_GLOBAL_PARAMETERS, &dh)].concat(),
        [vec![4], set(names::BCRYPT_PRIVATE_KEY, &d)].concat(),
        [vec![5], set(names::BCRYPT_ECC_CURVE_NAME, &units("nistP256"))].concat(),
        [vec![6], set(names::BCRYPT_PRIVATE_KEY, &d)].concat(),
        [
            vec![7],
            set(names::BCRYPT_HKDF_HASH_ALGORITHM, &units("SHA256")),
            set(names::BCRYPT_HKDF_SALT_AND_FINALIZE, b"salt"),
        ]
        .concat(),
        [
            vec![7],
            set(names::BCRYPT_HKDF_HASH_ALGORITHM, &units("SHA512")),
            set(names::BCRYPT_HKDF_PRK_AND_FINALIZE, b""),
        ]
        .concat(),
    ]
}

fn calls() -> Vec<Vec<u8>> {
    // The handle given out at this place, and the pseudo-handle.
    let given = |place: u64| [vec![0], place.to_ne_bytes().to_vec()].concat();
    let flipped = |place: u64, bit: u64| [vec![5], (place | bit << 32).to_ne_bytes().to_vec()].concat();
    let pseudo = || [vec![6], vec![0; 8]].concat();
    let number = |number: u64| [vec![7], number.to_ne_bytes().to_vec()].concat();
    let step = |call: u8, handles: &[Vec<u8>]| [vec![call], handles.concat()].concat();
    let pair = [step(1, &[pseudo()]), step(2, &[given(0)])].concat();
    let secret = [pair.clone(), step(4, &[given(0), given(0)]), step(5, &[given(1)])].concat();
    let mut seeds = vec![
        pair.clone(),
        secret.clone(),
        [secret.clone(), step(9, &[given(1)]), step(5, &[given(1)]), step(9, &[given(1)])].concat(),
        [secret.clone(), step(8, &[given(0)]), step(5, &[given(1)]), step(4, &[given(0), given(0)])].concat(),
        [
            step(0, &[pseudo()]),
            step(1, &[given(0)]),
            step(10, &[given(0)]),
            step(1, &[given(0)]),
            step(2, &[given(1)]),
        ]
        .concat(),
        [pair.clone(), step(6, &[pseudo()]), step(4, &[given(0), given(1)]), step(4, &[given(1), given(0)])]
            .concat(),
        [secret.clone(), (0..8).flat_map(|call| step(call, &[given(1)])).collect()].concat(),
        [pair.clone(), step(7, &[number(0x51)]), step(1, &[number(0x291)]), step(3, &[number(0)])].concat(),
        [secret.clone(), step(11, &[given(0)]), step(11, &[given(1)]), step(11, &[number(3)])].concat(),
    ];
    seeds.extend((0..8).map(|bit| {
        let handles = || flipped(bit % 2, bit * 4);
        [secret.clone(), (1..12).flat_map(|call| step(call, &[handles(), given(0)])).collect()].concat()
    }));
    seeds
}

/// Each call with right arguments, and with a name of its own.
fn configuration() -> Vec<Vec<u8>> {
    let names = |call: u8| match call {
        1 | 18 | 19 => [3, 5, 6],
        2 => [1, 4, 3],
        20..=26 => [3, [5, 4, 7, 8, 4, 6, 4][usize::from(call - 20)], 0],
        _ => [1, 4, 3],
    };
    let right = (0..fuzz_bodies::configuration::CALLS)
        .map(|call| [&[call, 1, 2, 1, 0, 0xC8, 0, 0x15][..], &names(call)].concat());
    let own =
        [2, 4, 9, 19].map(|call| [&[call, 1, 2, 1, 1, 8, 0, 0x2A, 0x82][..], b"A\0B\0", &[4, 3]].concat());
    right.chain(own).collect()
}

fn agreement() -> Vec<Vec<u8>> {
    let widths = [32, 48, 66, 32, 32, 40];
    let seed =
        |group: u8, one: &[u8], other: &[u8]| [&[group], one, other, &[4], b"salt", &[4], b"info"].concat();
    let mut seeds = Vec::new();
    for (group, width) in widths.into_iter().enumerate() {
        let number = |first: u8| [vec![first], random(width - 1)].concat();
        let (one, other) = (number(0), number(0));
        seeds.push(seed(group as u8, &one, &other));
        seeds.push(seed(group as u8, &[vec![0; width - 1], vec![1]].concat(), &number(0xFF)));
        seeds.push(seed(group as u8, &vec![0; width], &one));
    }
    seeds
}

/// For each algorithm lists of parameters that it takes and some that it does not, and for HKDF every order of properties.
fn derivations_from_keys() -> Vec<Vec<u8>> {
    let step = |what: u8, which: u8, bytes: &[u8]| [vec![what, which], sized(bytes)].concat();
    let parameter = |kind: u32, bytes: &[u8]| step(0, kind as u8, bytes);
    let derive = |size: u16, flags: u8| step(1, flags, &size.to_ne_bytes());
    let lists = [
        vec![
            parameter(names::KDF_HASH_ALGORITHM, &units("SHA256")),
            parameter(names::KDF_LABEL, b"label"),
            parameter(names::KDF_CONTEXT, b"context"),
            parameter(names::KDF_SALT, b"salt"),
            parameter(names::KDF_ITERATION_COUNT, &3_u64.to_ne_bytes()),
            parameter(names::KDF_ALGORITHMID, b"algorithm"),
            parameter(names::KDF_PARTYUINFO, b"U"),
            parameter(names::KDF_PARTYVINFO, b"V"),
            parameter(names::KDF_TLS_PRF_LABEL, b"master secret"),
            parameter(names::KDF_TLS_PRF_SEED, &[7; 64]),
            parameter(names::KDF_HKDF_INFO, b"info"),
        ],
        vec![
            parameter(names::KDF_HASH_ALGORITHM, &units("AES-CMAC")),
            parameter(names::KDF_GENERIC_PARAMETER, b"any"),
            parameter(names::KDF_ITERATION_COUNT, &3_u32.to_ne_bytes()),
        ],
        vec![
            parameter(names::KDF_HASH_ALGORITHM, &units("SHA3-512")[..16]),
            parameter(names::KDF_SUPPPUBINFO, b""),
            parameter(names::KDF_SUPPPRIVINFO, b"private"),
            parameter(0x60, b"unknown"),
        ],
    ];
    let mut seeds = Vec::new();
    for row in 0..fuzz_bodies::derivations::rows().len() as u8 {
        for list in &lists {
            let head = [vec![row], sized(b"a key of 16 byte")].concat();
            let steps = [
                step(3, 0, &units("SHA256")),
                step(4, 0, b"salt"),
                derive(32, 0),
                list.concat(),
                derive(60, 0),
                derive(300, 0),
                derive(20, 1),
                derive(0, 0),
                derive(8161, 0),
                step(6, 0, b""),
                step(7, 0, b""),
                step(8, 0, b"KDBM\x01\0\0\0\x0e\0\0\0\0\0\0\x0aS\0H\0A\x001\0\0\0"),
                step(2, 0, b""),
                derive(40, 0),
            ];
            seeds.push([head.clone(), steps.concat()].concat());
            let unset =
                [step(4, 0, b""), derive(10, 0), step(3, 0, &units("MD5")), step(5, 0, b""), derive(33, 0)];
            seeds.push([head, list.concat(), unset.concat(), step(6, 0, b"")].concat());
        }
    }
    seeds
}

/// For each algorithm in each mode a life with every step.
fn ciphers() -> Vec<Vec<u8>> {
    let step = |what: u8, parameter: u8, bytes: &[u8]| {
        [&[what, parameter][..], &(bytes.len() as u16).to_ne_bytes(), bytes].concat()
    };
    let mut seeds = Vec::new();
    for (number, row) in fuzz_bodies::ciphers::rows().into_iter().enumerate() {
        let bcrypt_shim::algorithm::Does::Cipher(cipher) = row.does else { continue };
        let bytes = (cipher.limits().key_bits.1 / 8).min(255) as u8;
        for mode in 0..cipher.limits().modes.len() as u8 {
            let head = [vec![number as u8, mode, bytes], (0..bytes).collect()].concat();
            let steps = [
                step(0, 0, &[mode; 64]),
                step(1, 1, &[mode; 45]),
                step(0, 0x80, &[mode; 48]),
                step(6, 100, &[mode; 333]),
                step(2, 0, &[[12, 16, 16, 16, 1, 0, 0, 0, 0].as_slice(), &[7; 100]].concat()),
                step(2, 3, &[[12, 16, 16, 8, 0, 0, 0, 0, 2].as_slice(), &[7; 119]].concat()),
                step(5, 0, b""),
                step(5, 1, b""),
                step(4, 0, b"KDBM\x01\0\0\0\x10\0\0\00123456789abcdef"),
                step(3, 20, &[8, 0, 0, 0]),
            ]
            .concat();
            seeds.push([head, steps].concat());
        }
    }
    seeds
}

/// For each algorithm a life with every step; the bytes are those of its number.
/// One step of `rsa`: what, hash, flags, salt, label, bytes.
fn rsa_step(what: u8, hash: u8, flags: u8, salt: u16, label: &[u8], bytes: &[u8]) -> Vec<u8> {
    let label = [&[label.len() as u8][..], label].concat();
    [&[what, hash, flags][..], &salt.to_ne_bytes(), &label, &sized(bytes)].concat()
}

fn rsa() -> Vec<Vec<u8>> {
    let steps = [
        rsa_step(0, 4, 2, 0, b"", &[7; 32]),
        rsa_step(0, 7, 2, 0, b"", b"abc"),
        rsa_step(0, 4, 8, 20, b"", &[1; 32]),
        rsa_step(0, 3, 8, 0, b"", b""),
        rsa_step(1, 4, 0x12, 0, b"", &[0x11; 84]),
        rsa_step(2, 3, 4, 0, b"label", b"text"),
        rsa_step(2, 0x80, 2, 0, b"", b"text"),
        rsa_step(2, 0x80, 0, 0, b"", &[0; 64]),
        rsa_step(3, 0x80, 2, 0, b"", &[0x11; 64]),
        rsa_step(3, 3, 4, 0, b"l", &[0x22; 64]),
    ];
    steps
        .iter()
        .enumerate()
        .map(|(row, step)| [vec![row as u8], step.clone(), steps.concat()].concat())
        .collect()
}

fn hashes() -> Vec<Vec<u8>> {
    let step = |what: u8, which: u8, bytes: &[u8]| {
        [&[what, which][..], &(bytes.len() as u16).to_ne_bytes(), bytes].concat()
    };
    let header = b"\0\0\0\0\0\0\0\x01\x17\x03\x02\0\x04";
    (0..fuzz_bodies::hashes::rows().len() as u8)
        .flat_map(|row| {
            let head = [vec![row, 16], vec![row; 16]].concat();
            let plain = [vec![row, 0]].concat();
            let steps = [
                step(0, 0, b""),
                step(1, 0, b"text"),
                step(5, 0, b""),
                step(1, 1, &[row; 200]),
                step(3, 0, b""),
                step(3, 1, b""),
                step(4, 1, &[0; 100]),
                step(4 + 130, 0, &[0; 100]),
                step(0, 0, b""),
                step(7, 2, &[1; 12]),
                step(17, 2, b"custom"),
                step(1, 2, header),
                step(8, 2, &[row; 64]),
                step(9, 0, &[[5; 40], [6; 40], [10; 40], [7; 40]].concat()),
                step(6, 0, b""),
            ]
            .concat();
            [[head, steps.clone()].concat(), [plain, steps].concat()]
        })
        .collect()
}

fn signatures() -> Vec<Vec<u8>> {
    use fuzz_bodies::signatures::{CURVES, IMPORTERS, importer};
    let mut seeds = Vec::new();
    for (curve, (_, width)) in CURVES.iter().enumerate() {
        let number = |first: u8| [vec![first], random(width - 1)].concat();
        for length in [20, *width as u8] {
            let digest = [vec![length], random(usize::from(length))].concat();
            let numbers = [number(0), number(0), number(0)].concat();
            seeds.push([vec![0, curve as u8], numbers, digest].concat());
        }
        seeds.push([vec![0, curve as u8], number(0), vec![0; 2 * width], vec![1, 7]].concat());
    }
    seeds.push([vec![1], [vec![0], random(19)].concat(), random(60)].concat());
    seeds.push([vec![1], random(20), vec![0; 20], random(40)].concat());
    let key = door::generate(door::raw(names::BCRYPT_DSA_ALG_HANDLE as usize), 512).unwrap();
    door::finalize(key);
    seeds.push([vec![2], door::get(key, &door::wide(names::BCRYPT_DSA_PARAMETERS)).unwrap()].concat());
    for number in 0..IMPORTERS.len() as u8 {
        let algorithm = importer(number);
        let key = door::generate(algorithm, if number == 0 { 512 } else { 0 }).unwrap();
        door::finalize(key);
        for kind in 0..names::BLOB_TYPES.rows.len() as u8 {
            if let Ok(bytes) = door::export(key, &door::wide(blob_type(kind))) {
                seeds.push([vec![3, number, kind, kind % 3], bytes].concat());
            }
        }
    }
    seeds
}
