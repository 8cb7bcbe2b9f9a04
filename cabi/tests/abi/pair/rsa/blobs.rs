//! Blobs, right and wrong.

use std::time::{Duration, Instant};

use num_bigint_dig::BigUint;

use super::call::{FULL, PRIVATE, PUBLIC, Pad, blob, blobs, numbers, pair, sign, signing, verify};
use super::known::known;
use crate::support::blob::word;
use crate::support::objects::{Key, exported, import, import_with, new_key, open};
use crate::support::oracle::rsa::{Numbers, common};
use crate::support::oracle::{bytes, number, plus};
use crate::support::output::fetch;
use crate::support::property;
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::reversed;

/// NTE_BAD_DATA.
const BAD_DATA: Status = Status(0x8009_0005_u32.cast_signed());

fn works(private: &Key, public: &Key) {
    let signature = sign(private, Pad::Pkcs1(None), &[9; 20]).unwrap();
    assert_eq!(verify(public, Pad::Pkcs1(None), &[9; 20], &signature), Ok(()));
}

/// Keys with primes of each kind of length.
fn keys() -> Vec<Numbers> {
    let algorithm = open("RSA");
    let primes: Vec<_> = [512, 1024, 2048].map(|bits| numbers(&new_key(&algorithm, bits))).into();
    let swapped = |key: &Numbers| Numbers::new(&key.e, &key.q, &key.p);
    let (small, large) = (&primes[0], &primes[2]);
    vec![
        small.clone(),
        swapped(small),
        // One of the primes has 256 bits, the other 1024: behaviour.md t39.
        Numbers::near(&[1, 0, 1], &small.p, &large.p),
        Numbers::new(&[1, 0, 1], &large.q, &small.q),
        Numbers::near(&[17], &primes[1].p, &large.q),
        Numbers::near(&[1, 0, 0, 0, 0, 0, 0, 0x0F], &primes[1].q, &primes[1].p),
    ]
}

/// behaviour.md t30 to t33, t38, t40.
#[test]
fn every_form_comes_back() {
    let algorithm = open("RSA");
    for key in keys() {
        let [public, private, full] = blobs(&key);
        let (own, half) = pair(&key);
        works(&own, &half);
        for imported in [
            import(&algorithm, "RSAFULLPRIVATEBLOB", &full).unwrap(),
            import(&algorithm, "RSAPRIVATEBLOB", &private).unwrap(),
            import(&algorithm, "PRIVATEBLOB", &private).unwrap(),
            import(&algorithm, "PRIVATEBLOB", &full).unwrap(),
        ] {
            for (kind, blob) in [
                ("RSAPUBLICBLOB", &public),
                ("PUBLICBLOB", &public),
                ("RSAPRIVATEBLOB", &private),
                ("PRIVATEBLOB", &private),
                ("RSAFULLPRIVATEBLOB", &full),
            ] {
                assert_eq!(exported(&imported, kind).as_ref(), Ok(blob), "{kind} {}", key.bits());
            }
            works(&imported, &half);
        }
        // Asked for the public form, a private blob gives its public half.
        for blob in [&private, &full] {
            let public_half = import(&algorithm, "RSAPUBLICBLOB", blob).unwrap();
            assert_eq!(exported(&public_half, "RSAPUBLICBLOB").as_ref(), Ok(&public));
            assert_eq!(exported(&public_half, "RSAPRIVATEBLOB"), Err(INVALID_PARAMETER));
        }
        for kind in ["RSAPRIVATEBLOB", "PRIVATEBLOB", "RSAFULLPRIVATEBLOB", "CAPIPRIVATEBLOB"] {
            assert_eq!(exported(&half, kind), Err(INVALID_PARAMETER), "{kind}: behaviour.md t40");
            assert_eq!(import(&algorithm, kind, &public).unwrap_err(), INVALID_PARAMETER, "{kind}");
        }
        for kind in ["OpaqueKeyBlob", "ECCPRIVATEBLOB", "DHPUBLICBLOB", "KeyDataBlob"] {
            assert_eq!(exported(&own, kind), Err(NOT_SUPPORTED), "{kind}: behaviour.md t41");
            assert_eq!(import(&algorithm, kind, &full).unwrap_err(), NOT_SUPPORTED, "{kind}");
        }
    }
}

/// behaviour.md t33, t34: what stands beside the primes is not trusted.
#[test]
fn wrong_numbers_beside_the_primes() {
    let algorithm = open("RSA");
    for key in keys() {
        let [.., full] = blobs(&key);
        let (_, public) = pair(&key);
        let first = 24 + key.e.len() + key.n.len() + key.p.len() + key.q.len();
        for (start, end) in [
            (first, full.len()),
            (first, first + 1),
            (full.len() - 1, full.len()),
            (first + key.p.len(), first + key.p.len() + 1),
            (full.len() - key.n.len() - 1, full.len() - key.n.len()),
        ] {
            for change in [|_| 0, |_| 0xFF, |byte| byte ^ 1] {
                let mut wrong = full.clone();
                wrong[start..end].iter_mut().for_each(|byte| *byte = change(*byte));
                let imported = import(&algorithm, "RSAFULLPRIVATEBLOB", &wrong).unwrap();
                assert_eq!(exported(&imported, "RSAFULLPRIVATEBLOB").as_ref(), Ok(&full), "{start}..{end}");
                works(&imported, &public);
            }
        }
        // Another d that is one is kept.
        let totient = plus(&number(&key.p), -1) * plus(&number(&key.q), -1);
        let other = number(&key.d) % (totient / BigUint::from(2_u8));
        let mut carmichael = key.clone();
        carmichael.d = bytes(&other, key.n.len());
        let [.., blob] = blobs(&carmichael);
        let imported = import(&algorithm, "RSAFULLPRIVATEBLOB", &blob).unwrap();
        assert_eq!(exported(&imported, "RSAFULLPRIVATEBLOB"), Ok(blob));
        works(&imported, &public);
    }
}

/// behaviour.md t35, t36, t37.
#[test]
fn exponents() {
    let algorithm = open("RSA");
    let key = &keys()[4];
    let prime = |e: &[u8]| {
        let [public, private] = [&[e, &key.n][..], &[e, &key.n, &key.p, &key.q]]
            .map(|parts| blob(if parts.len() == 2 { PUBLIC } else { PRIVATE }, key.bits(), parts));
        [
            import(&algorithm, "RSAPUBLICBLOB", &public).map(drop),
            import(&algorithm, "RSAPRIVATEBLOB", &private).map(drop),
        ]
    };
    for e in [&[][..], &[0], &[1], &[0, 1], &[2], &[1, 0, 0], &[0xFF, 0xFE], &[0; 20]] {
        assert_eq!(prime(e), [Err(INVALID_PARAMETER); 2], "{e:?}");
    }
    for e in [&[1, 0, 0, 0, 0, 0, 0, 0, 1][..], &[0xFF; 9], &[1; 300], &[0, 1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(prime(e), [Err(BAD_DATA); 2], "{e:?}");
    }
    // Zeros before it, and every length up to 8 bytes.
    for e in [&[0, 0, 0, 0, 0, 1, 0, 1][..], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 17], &[3], &[0xFF; 8], &[0xFF; 5]] {
        let fits = [&key.p, &key.q]
            .iter()
            .all(|prime| common(&number(e), &plus(&number(prime), -1)) == BigUint::from(1_u8));
        let expected = if fits { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(prime(e), [Ok(()), expected], "{e:?}");
    }
    // e that has a factor of p − 1: behaviour.md t36.
    let factor = (3..1000_u32)
        .step_by(2)
        .find(|factor| (plus(&number(&key.p), -1) % BigUint::from(*factor)) == BigUint::from(0_u8));
    if let Some(factor) = factor {
        assert_eq!(prime(&factor.to_be_bytes()), [Ok(()), Err(INVALID_PARAMETER)], "{factor}");
    }
    // A short blob is one before its exponent is one.
    assert_eq!(
        import(&algorithm, "RSAPUBLICBLOB", &blob(PUBLIC, 512, &[&[0xFF; 9]])[..30]).unwrap_err(),
        INVALID_PARAMETER
    );
}

/// Exported exponents have no zeros before them; the modulus neither.
#[test]
fn zeros_before_the_numbers_undecided() {
    let algorithm = open("RSA");
    let key = &keys()[0];
    let [public, ..] = blobs(key);
    let padded = [&[0; 3][..], &key.n].concat();
    for (bits, e) in [(key.bits(), &[0, 0, 0, 0, 0, 1, 0, 1][..]), (padded.len() * 8, &[1, 0, 1])] {
        let imported = import(&algorithm, "RSAPUBLICBLOB", &blob(PUBLIC, bits, &[e, &padded])).unwrap();
        assert_eq!(exported(&imported, "RSAPUBLICBLOB").as_ref(), Ok(&public));
    }
    // The number of bits is not looked at.
    for bits in [0, 1, 8, 511, 513, 1 << 20] {
        assert!(
            import(&algorithm, "RSAPUBLICBLOB", &blob(PUBLIC, bits, &[&key.e, &key.n])).is_ok(),
            "{bits}"
        );
    }
}

/// behaviour.md t22, t37: moduli of any length; none that is even, or too small.
#[test]
fn moduli() {
    let algorithm = open("RSA_SIGN");
    let imported =
        |n: &[u8]| import(&algorithm, "RSAPUBLICBLOB", &blob(PUBLIC, n.len() * 8, &[&[1, 0, 1], n]));
    let public = |n: &[u8]| imported(n).map(drop);
    for bits in [256_usize, 257, 384, 496, 497, 511, 512, 1000, 1081, 8192, 16383, 16384] {
        let mut n = vec![0x5A; bits.div_ceil(8)];
        n[0] = 0x80 >> (bits.next_multiple_of(8) - bits);
        *n.last_mut().unwrap() |= 1;
        let key = imported(&n).unwrap();
        let told =
            ["KeyLength", "SignatureLength"].map(|name| property::number(&key, name).unwrap() as usize);
        assert_eq!(told, [bits, bits.div_ceil(8)]);
        *n.last_mut().unwrap() &= !1;
        assert_eq!(public(&n), Err(INVALID_PARAMETER), "{bits}, even");
    }
    for n in [&[][..], &[0], &[1], &[0; 256], &[0xFF; 31], &[0xFF; 2049]] {
        assert_eq!(public(n), Err(INVALID_PARAMETER), "{} bytes", n.len());
    }
    let mut one = vec![0; 256];
    one[255] = 1;
    assert_eq!(public(&one), Err(INVALID_PARAMETER));
}

/// Primes that are none, that don't make the modulus, or are too small.
#[test]
fn wrong_primes() {
    let algorithm = open("RSA");
    let key = &keys()[0];
    let private = |n: &[u8], p: &[u8], q: &[u8]| {
        let blob = blob(PRIVATE, n.len() * 8, &[&key.e, n, p, q]);
        import(&algorithm, "RSAPRIVATEBLOB", &blob).map(drop)
    };
    let (p, q, n) = (&key.p[..], &key.q[..], &key.n[..]);
    assert_eq!(private(n, p, q), Ok(()));
    let zeros = vec![0; p.len()];
    let one = [&zeros[1..], &[1]].concat();
    let bit = |number: &[u8], bit: usize| {
        let mut other = number.to_vec();
        let last = other.len() - 1;
        other[last - bit / 8] ^= 1 << (bit % 8);
        other
    };
    for (n, p, q) in [
        (n, p, p),
        (n, q, q),
        (n, &zeros[..], q),
        (n, p, &zeros[..]),
        (n, &one[..], n),
        (n, n, &one[..]),
        (n, p, &[]),
        (n, &[], q),
        (n, &[], &[]),
        (n, &bit(p, 0)[..], q),
        (n, &bit(p, 9)[..], q),
        (n, p, &bit(q, 0)[..]),
        (n, p, &bit(q, 200)[..]),
        (&bit(n, 1)[..], p, q),
        (&bit(n, 300)[..], p, q),
        (n, &[0xFF; 64], &[0xFF; 64]),
        (n, &[0xFF; 65], q),
    ] {
        assert_eq!(private(n, p, q), Err(INVALID_PARAMETER));
    }
    // Products of the right form whose first factor is not prime.
    let mut composite = plus(&number(p), 2);
    while num_bigint_dig::prime::probably_prime(&composite, 20) {
        composite = plus(&composite, 2);
    }
    let n = bytes(&(&composite * number(q)), 64);
    assert_eq!(private(&n, &bytes(&composite, 32), q), Err(INVALID_PARAMETER));
    // A prime of less than 128 bits: behaviour.md t39.
    let small = bytes(&BigUint::from((1_u64 << 61) - 1), 8);
    let n = bytes(&(number(&small) * number(p)), 40);
    assert_eq!(private(&n, &small, p), Err(INVALID_PARAMETER));
    assert_eq!(private(&n, p, &small), Err(INVALID_PARAMETER));
}

/// A second factor that is not prime is not found out before the key is used; then nothing comes out.
#[test]
fn a_composite_second_factor_undecided() {
    let algorithm = open("RSA");
    let key = &keys()[0];
    let q = plus(&number(&key.q), 2);
    let n = bytes(&(&q * number(&key.p)), 64);
    let blob = blob(PRIVATE, 512, &[&key.e, &n, &key.p, &bytes(&q, 32)]);
    if let Ok(imported) = import(&algorithm, "RSAPRIVATEBLOB", &blob) {
        assert_eq!(sign(&imported, Pad::Pkcs1(None), &[1; 20]), Err(INVALID_PARAMETER));
    }
}

/// behaviour.md t38: sizes and magics that are not right; every length.
#[test]
fn wrong_blobs() {
    for id in ["RSA", "RSA_SIGN"] {
        let algorithm = open(id);
        let key = &keys()[0];
        let [public, private, full] = blobs(key);
        let legacy = known("rsa512.CAPIPRIVATEBLOB");
        for (kind, blob) in [
            ("RSAPUBLICBLOB", &public),
            ("RSAPRIVATEBLOB", &private),
            ("RSAFULLPRIVATEBLOB", &full),
            ("CAPIPRIVATEBLOB", &legacy),
        ] {
            let refused = |bytes: &[u8]| import(&algorithm, kind, bytes).unwrap_err();
            for length in 0..blob.len() {
                assert_eq!(refused(&blob[..length]), INVALID_PARAMETER, "{kind} {length}");
            }
            assert_eq!(refused(&[&blob[..], &[0]].concat()), INVALID_PARAMETER, "{kind}");
            let header = if kind.starts_with("CAPI") { 20 } else { 24 };
            for at in (0..header).step_by(4) {
                // The number of bits, the reserved bytes and, of a public key, the primes' sizes may be anything; the exponent
                // of CryptoAPI's blob is a number.
                let is_free = match (kind, at) {
                    ("CAPIPRIVATEBLOB", 0 | 16) | ("RSAPUBLICBLOB", 16 | 20) => true,
                    (_, at) => !kind.starts_with("CAPI") && at == 4,
                };
                for value in
                    [0, 1, 7, 0x7FFF_FFFF, 0x8000_0000, u32::MAX, word(blob, at) ^ 1, word(blob, at) + 256]
                {
                    if is_free || value == word(blob, at) {
                        continue;
                    }
                    let mut wrong = blob.to_vec();
                    wrong[at..at + 4].copy_from_slice(&value.to_le_bytes());
                    let status = import(&algorithm, kind, &wrong).map(drop);
                    assert_eq!(status, Err(INVALID_PARAMETER), "{kind} {at} {value:#x}");
                }
            }
        }
        for flags in [0, 8] {
            assert!(import_with(&algorithm, "RSAPUBLICBLOB", &public, flags).is_ok());
            assert!(import_with(&algorithm, "RSAPRIVATEBLOB", &private, flags).is_ok());
        }
    }
}

/// behaviour.md t42, t43.
#[test]
fn blobs_of_cryptoapi() {
    let algorithm = open("RSA");
    let private = known("rsa512.CAPIPRIVATEBLOB");
    let key = import(&algorithm, "CAPIPRIVATEBLOB", &private).unwrap();
    let full = exported(&key, "RSAFULLPRIVATEBLOB").unwrap();
    let n = &full[27..91];
    let expected = [
        &[6, 2, 0, 0, 0, 0xA4, 0, 0][..],
        b"RSA1",
        &512_u32.to_le_bytes(),
        &65537_u32.to_le_bytes(),
        &reversed(n),
    ];
    let public = exported(&key, "CAPIPUBLICBLOB").unwrap();
    assert_eq!(public, expected.concat());
    assert_eq!(import(&algorithm, "CAPIPUBLICBLOB", &public).unwrap_err(), NOT_SUPPORTED);
    // The identifier of keys that sign is taken, too.
    let mut signing = private.clone();
    signing[5] = 0x24;
    let same = import(&algorithm, "CAPIPRIVATEBLOB", &signing).unwrap();
    assert_eq!(exported(&same, "CAPIPRIVATEBLOB").as_ref(), Ok(&private));
    for (at, value) in [(0, 6), (1, 3), (5, 0x66), (8, 0x33), (16, 0), (16, 2)] {
        let mut wrong = private.clone();
        wrong[at] = value;
        assert_eq!(import(&algorithm, "CAPIPRIVATEBLOB", &wrong).unwrap_err(), INVALID_PARAMETER, "{at}");
    }
    let mut one = private.clone();
    one[16..20].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(import(&algorithm, "CAPIPRIVATEBLOB", &one).unwrap_err(), INVALID_PARAMETER, "e = 1");
    // Primes that are not half of the modulus have no such form, nor has an exponent of more than a word.
    for key in &keys()[2..] {
        let (own, _) = pair(key);
        let legacy = exported(&own, "CAPIPRIVATEBLOB");
        assert_eq!(legacy.unwrap_err(), NOT_SUPPORTED, "{}", key.bits());
        let fits = key.e.len() <= 4;
        assert_eq!(exported(&own, "CAPIPUBLICBLOB").is_ok(), fits);
    }
}

/// The dearest imports and operations, of keys near the greatest length: products of Mersenne primes, as others would take
/// minutes to find.
#[test]
fn the_dearest_calls_end_in_time() {
    let algorithm = open("RSA");
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        let took = start.elapsed();
        println!("{what}: {took:?}");
        assert!(took < Duration::from_secs(30), "{what}: {took:?}");
    };
    let mersenne = |bits: usize| {
        let mut prime = vec![0xFF; bits.div_ceil(8)];
        prime[0] >>= bits.next_multiple_of(8) - bits;
        prime
    };
    for (p_bits, q_bits) in [(4253, 4423), (11213, 4423), (4423, 11213), (11213, 521)] {
        let key = Numbers::near(
            &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 1],
            &mersenne(p_bits),
            &mersenne(q_bits),
        );
        let what = format!("{p_bits} and {q_bits} bits");
        // Everything that can be wrong is, so that all is computed.
        let rest = [key.p.len(), key.q.len(), key.p.len(), key.n.len()].map(|width| vec![1; width]);
        let wrong = [&key.e[..], &key.n, &key.p, &key.q, &rest[0], &rest[1], &rest[2], &rest[3]];
        let mut imported = None;
        timed(&format!("{what}, import"), &mut || {
            imported =
                Some(import(&algorithm, "RSAFULLPRIVATEBLOB", &blob(FULL, key.bits(), &wrong)).unwrap());
        });
        let imported = imported.unwrap();
        assert_eq!(exported(&imported, "RSAFULLPRIVATEBLOB").as_ref(), Ok(&blobs(&key)[2]));
        let mut signature = vec![0; key.n.len()];
        timed(&format!("{what}, signature"), &mut || {
            fetch(&signing(&imported, Pad::Pkcs1(None), &[1; 20]), key.n.len())
                .unwrap()
                .clone_into(&mut signature);
        });
        timed(&format!("{what}, verification"), &mut || {
            assert_eq!(verify(&imported, Pad::Pkcs1(None), &[1; 20], &signature), Ok(()));
        });
        // A modulus that the primes don't make.
        let mut n = key.n.clone();
        n[100] ^= 1;
        timed(&format!("{what}, refusal"), &mut || {
            let refused = import(
                &algorithm,
                "RSAPRIVATEBLOB",
                &blob(PRIVATE, key.bits(), &[&key.e, &n, &key.p, &key.q]),
            );
            assert_eq!(refused.unwrap_err(), INVALID_PARAMETER);
        });
    }
}
