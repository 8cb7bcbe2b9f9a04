//! The same arithmetic a second time, written from the standards on other libraries than the product's, so
//! that an agreement can be checked on any key and not only on published ones. Each part is held to published
//! answers first.

pub mod dsa;
pub mod ec;
pub mod from_keys;
pub mod groups;
pub mod hash;
pub mod kdf;
pub mod rsa;
pub mod x25519;

use num_bigint_dig::BigUint;

/// The number as exactly `width` big-endian bytes.
pub fn bytes(number: &BigUint, width: usize) -> Vec<u8> {
    let digits = number.to_bytes_be();
    let digits = if digits == [0] { Vec::new() } else { digits };
    assert!(digits.len() <= width, "the number fits");
    [vec![0; width - digits.len()], digits].concat()
}

/// The number in big-endian bytes.
pub fn number(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

/// The number that differs by a small amount: `plus(&p, -1)`.
pub fn plus(value: &BigUint, difference: i32) -> BigUint {
    let amount = BigUint::from(difference.unsigned_abs());
    if difference < 0 { value - amount } else { value + amount }
}

/// base^exponent mod modulus, as wide as the modulus.
pub fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    bytes(&number(base).modpow(&number(exponent), &number(modulus)), modulus.len())
}
