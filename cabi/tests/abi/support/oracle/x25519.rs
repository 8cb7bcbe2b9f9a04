//! RFC 7748 on little-endian bytes.

use num_bigint_dig::BigUint;

use super::plus;

fn small(value: u32) -> BigUint {
    BigUint::from(value)
}

/// 2^255 - 19
pub fn p() -> BigUint {
    plus(&(small(1) << 255), -19)
}

/// The order of the base point's subgroup.
pub fn order() -> BigUint {
    let tail = BigUint::parse_bytes(b"27742317777372353535851937790883648493", 10).expect("digits");
    (small(1) << 252) + tail
}

/// The 32 bytes of a number.
pub fn little_endian(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_le();
    bytes.resize(32, 0);
    bytes
}

/// The bits RFC 7748 sets and clears before a scalar is used.
pub fn clamped(scalar: &[u8]) -> Vec<u8> {
    let mut scalar = scalar.to_vec();
    scalar[0] &= 0xF8;
    scalar[31] = scalar[31] & 0x7F | 0x40;
    scalar
}

/// The ladder of RFC 7748 section 5: u of k * (u, …), or `None` for the point at infinity. `k` is used as it
/// is.
pub fn ladder(k: &BigUint, u: &BigUint) -> Option<BigUint> {
    let p = &p();
    let minus = |a: &BigUint, b: &BigUint| (a + p - b) % p;
    let bits = k.to_bytes_le();
    let (mut x2, mut z2, mut x3, mut z3) = (small(1), small(0), u.clone(), small(1));
    for t in (0..256).rev() {
        let swap = bits.get(t / 8).is_some_and(|byte| byte >> (t % 8) & 1 == 1);
        if swap {
            std::mem::swap(&mut x2, &mut x3);
            std::mem::swap(&mut z2, &mut z3);
        }
        let (a, b) = ((&x2 + &z2) % p, minus(&x2, &z2));
        let (c, d) = ((&x3 + &z3) % p, minus(&x3, &z3));
        let (aa, bb) = (&a * &a % p, &b * &b % p);
        let (da, cb) = (d * &a % p, c * &b % p);
        let e = minus(&aa, &bb);
        x3 = (&da + &cb).modpow(&small(2), p);
        z3 = u * minus(&da, &cb).modpow(&small(2), p) % p;
        x2 = &aa * &bb % p;
        z2 = &e * (&aa + small(121_665) * &e) % p;
        if swap {
            std::mem::swap(&mut x2, &mut x3);
            std::mem::swap(&mut z2, &mut z3);
        }
    }
    (z2 != small(0)).then(|| x2 * z2.modpow(&plus(p, -2), p) % p)
}

/// X25519 of a clamped scalar and a canonical u.
pub fn x25519(scalar: &[u8], u: &[u8]) -> Vec<u8> {
    let u = ladder(&BigUint::from_bytes_le(scalar), &BigUint::from_bytes_le(u));
    little_endian(&u.unwrap_or_else(|| small(0)))
}

/// The base point u = 9.
pub fn base() -> Vec<u8> {
    little_endian(&small(9))
}

/// The public key of a clamped scalar.
pub fn public(scalar: &[u8]) -> Vec<u8> {
    x25519(scalar, &base())
}

/// Whether u belongs to the curve and not to its twist: u^3 + 486662 u^2 + u is a square.
pub fn on_curve(u: &BigUint) -> bool {
    let p = &p();
    let square = (u * u * u + small(486_662) * u * u + u) % p;
    square.modpow(&(plus(p, -1) / small(2)), p) == small(1)
}

#[test]
fn vectors_of_rfc_7748() {
    use crate::support::text::hex;
    let known = [
        (
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (
            "0900000000000000000000000000000000000000000000000000000000000000",
            "0900000000000000000000000000000000000000000000000000000000000000",
            "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
        ),
    ];
    for (scalar, u, result) in known {
        assert_eq!(x25519(&clamped(&hex(scalar)), &hex(u)), hex(result));
    }
    assert_eq!(ladder(&order(), &small(9)), None, "l * (9, …) is the point at infinity");
}
