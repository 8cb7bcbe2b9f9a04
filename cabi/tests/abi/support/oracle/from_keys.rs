//! The formulas of derivations that start from keys alone; the others are those of `kdf`.

use super::hash::Hash;

/// SP 800-108, 4.1, with HMAC: `fixed` is label, zero and context.
pub fn sp800_108(hash: &Hash, key: &[u8], fixed: &[u8], length: usize) -> Vec<u8> {
    let bits = u32::try_from(8 * length).unwrap().to_be_bytes();
    let blocks = (1u32..).map(|counter| hash.hmac(key, &[&counter.to_be_bytes(), fixed, &bits].concat()));
    blocks.take(length.div_ceil(hash.length)).flatten().take(length).collect()
}

/// RFC 8018, 5.2, with HMAC.
pub fn pbkdf2(hash: &Hash, password: &[u8], salt: &[u8], iterations: usize, length: usize) -> Vec<u8> {
    let block = |counter: u32| {
        let first = hash.hmac(password, &[salt, &counter.to_be_bytes()].concat());
        let chain = std::iter::successors(Some(first), |last| Some(hash.hmac(password, last)));
        chain.take(iterations).reduce(|sum, next| sum.iter().zip(next).map(|(a, b)| a ^ b).collect()).unwrap()
    };
    (1u32..).take(length.div_ceil(hash.length)).flat_map(block).take(length).collect()
}

/// CryptDeriveKey's expansion of a hash's value.
pub fn capi(hash: &Hash, key: &[u8], always: bool, length: usize) -> Vec<u8> {
    let mut block = hash.digest(key);
    if length > hash.length || always {
        block.resize(64, 0);
        let masked = |mask: u8| hash.digest(&block.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>());
        block = [masked(0x36), masked(0x5C)].concat();
    }
    block.truncate(length);
    block
}
