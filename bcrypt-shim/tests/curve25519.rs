//! Which u-coordinates of curve25519 stand for points of the subgroup of prime order.

#![allow(clippy::unwrap_used, reason = "a test ends at the first thing that is wrong")]

use bcrypt_shim::engine::x25519::{Private, is_canonical, is_in_prime_subgroup};
use bcrypt_shim::status::Status;
use num_bigint_dig::BigUint;

/// 2^255 − 19.
fn prime() -> BigUint {
    (BigUint::from(1_u8) << 255) - 19_u8
}

fn u(number: BigUint) -> [u8; 32] {
    let mut bytes = number.to_bytes_le();
    bytes.resize(32, 0);
    bytes.try_into().unwrap()
}

/// Whether u belongs to the curve itself and not to its twist: u³ + 486662u² + u is a square.
fn is_on_curve(number: &BigUint) -> bool {
    let right = (number * number * number + number * number * 486_662_u32 + number) % prime();
    right.modpow(&((prime() - 1_u8) >> 1), &prime()) <= BigUint::from(1_u8)
}

#[test]
fn public_keys_are_in_the_subgroup() {
    assert!(is_in_prime_subgroup(&u(BigUint::from(9_u8))));
    for _ in 0..32 {
        assert!(is_in_prime_subgroup(&Private::generate().unwrap().public()));
    }
}

#[test]
fn points_of_low_order_are_not() {
    let order_eight: [&[u8]; 2] = [
        b"325606250916557431795983626356110631294008115727848805560023387167927233504",
        b"39382357235489614581723060781553021112529911719440698176882885853963445705823",
    ];
    let low = [BigUint::from(0_u8), BigUint::from(1_u8), prime() - 1_u8];
    let eight = order_eight.map(|digits| BigUint::parse_bytes(digits, 10).unwrap());
    for number in low.into_iter().chain(eight) {
        assert!(!is_in_prime_subgroup(&u(number.clone())), "{number}");
    }
}

#[test]
fn no_point_of_the_twist_is_and_half_or_less_of_the_curve_is() {
    let (mut on_curve, mut in_subgroup) = (0, 0);
    for number in (2_u32..600).map(BigUint::from) {
        let inside = is_in_prime_subgroup(&u(number.clone()));
        assert!(!inside || is_on_curve(&number), "{number} is on the twist");
        on_curve += u32::from(is_on_curve(&number));
        in_subgroup += u32::from(inside);
    }
    // One point in eight of the curve has prime order; the sample need not be exact.
    assert!((on_curve / 16..on_curve / 4).contains(&in_subgroup), "{in_subgroup} of {on_curve}");
}

#[test]
fn canonical_means_below_the_prime() {
    assert!(is_canonical(&u(prime() - 1_u8)));
    for above in [0_u8, 1, 18] {
        assert!(!is_canonical(&u(prime() + above)));
    }
    assert!(!is_canonical(&[0xFF; 32]));
}

#[test]
fn a_scalar_is_taken_only_clamped() {
    let clamped = |first: u8, last: u8| {
        let mut scalar = [0x55; 32];
        (scalar[0], scalar[31]) = (first, last);
        scalar
    };
    assert!(Private::new(&clamped(0xF8, 0x7F)).is_ok());
    assert!(Private::new(&clamped(0x00, 0x40)).is_ok());
    for (first, last) in [(0x01, 0x40), (0x02, 0x40), (0x04, 0x40), (0x08, 0x00), (0x08, 0xC0), (0x08, 0x80)]
    {
        assert_eq!(Private::new(&clamped(first, last)).err(), Some(Status::InvalidParameter));
    }
    assert_eq!(Private::new(&[0x40; 31]).err(), Some(Status::InvalidParameter));
}
