//! The formulas of the KDFs over a big-endian Z.

use super::hash::{Hash, find};

/// SP 800-56A one-step KDF (behaviour.md e15).
pub fn concat(hash: &Hash, z: &[u8], other_info: &[u8], length: usize) -> Vec<u8> {
    let blocks = (1u32..).map(|counter| hash.digest(&[&counter.to_be_bytes(), z, other_info].concat()));
    blocks.take(length.div_ceil(hash.length)).flatten().take(length).collect()
}

/// RFC 5869: extract, then expand.
pub fn hkdf(hash: &Hash, z: &[u8], salt: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    hkdf_expand(hash, &hash.hmac(salt, z), info, length)
}

/// RFC 5869, section 2.3.
pub fn hkdf_expand(hash: &Hash, prk: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let (mut output, mut block) = (Vec::new(), Vec::new());
    for counter in 1..=length.div_ceil(hash.length) {
        let counter = u8::try_from(counter).expect("at most 255 blocks");
        block = hash.hmac(prk, &[&block, info, &[counter]].concat());
        output.extend_from_slice(&block);
    }
    output.truncate(length);
    output
}

/// RFC 5246, section 5: P_hash(secret, label || seed).
pub fn tls_p_hash(hash: &Hash, secret: &[u8], label: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let seed = [label, seed].concat();
    let mut a = seed.clone();
    let mut output = Vec::new();
    while output.len() < length {
        a = hash.hmac(secret, &a);
        output.extend(hash.hmac(secret, &[&a[..], &seed].concat()));
    }
    output.truncate(length);
    output
}

/// RFC 2246, section 5: P_MD5 of the first half xor P_SHA1 of the second; halves share the middle byte of odd
/// widths.
pub fn tls_1_0(secret: &[u8], label: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let half = secret.len().div_ceil(2);
    let left = tls_p_hash(find("MD5"), &secret[..half], label, seed, length);
    let right = tls_p_hash(find("SHA1"), &secret[secret.len() - half..], label, seed, length);
    left.iter().zip(right).map(|(l, r)| l ^ r).collect()
}

#[test]
fn hkdf_of_rfc_5869() {
    use crate::support::text::hex;
    // Test cases 1 and 4: SHA-256 and SHA-1, with salt and info.
    let (salt, info) = (hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
    let known = [
        (
            "SHA256",
            22,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        ("SHA1", 11, "085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896"),
    ];
    for (name, secret_length, okm) in known {
        assert_eq!(hkdf(find(name), &vec![0x0B; secret_length], &salt, &info, 42), hex(okm), "{name}");
    }
}

#[test]
fn tls_1_2_prf() {
    use crate::support::text::hex;
    // The SHA-256 vector published on the TLS working group's list.
    let secret = hex("9bbe436ba940f017b17652849a71db35");
    let seed = hex("a0ba9f936cda311827a6f796ffd5198c");
    let output = tls_p_hash(find("SHA256"), &secret, b"test label", &seed, 16);
    assert_eq!(output, hex("e3f229ba727be17b8d122620557cd453"));
}
