//! Hashes by their CNG name, and HMAC (RFC 2104) over any of them.

use sha1::Digest;

/// One hash function.
pub struct Hash {
    pub name: &'static str,
    pub block: usize,
    pub length: usize,
    digest: fn(&[u8]) -> Vec<u8>,
}

macro_rules! hashes {
    ($($name:literal $block:literal $length:literal $type:ty,)*) => {
        /// Every hash name of behaviour.md e12.
        pub const HASHES: &[Hash] = &[
            $(Hash {
                name: $name,
                block: $block,
                length: $length,
                digest: |message| <$type>::digest(message).to_vec(),
            },)*
        ];
    };
}

hashes! {
    "MD2" 16 16 md2::Md2,
    "MD4" 64 16 md4::Md4,
    "MD5" 64 16 md5::Md5,
    "SHA1" 64 20 sha1::Sha1,
    "SHA256" 64 32 sha2::Sha256,
    "SHA384" 128 48 sha2::Sha384,
    "SHA512" 128 64 sha2::Sha512,
    "SHA3-256" 136 32 sha3::Sha3_256,
    "SHA3-384" 104 48 sha3::Sha3_384,
    "SHA3-512" 72 64 sha3::Sha3_512,
}

/// The hash of that name.
pub fn find(name: &str) -> &'static Hash {
    HASHES.iter().find(|hash| hash.name == name).expect("a known hash")
}

impl Hash {
    /// H(message)
    pub fn digest(&self, message: &[u8]) -> Vec<u8> {
        (self.digest)(message)
    }

    /// HMAC(key, message)
    pub fn hmac(&self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut pad = if key.len() > self.block { self.digest(key) } else { key.to_vec() };
        pad.resize(self.block, 0);
        let keyed = |mask: u8| pad.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
        let inner = self.digest(&[&keyed(0x36), message].concat());
        self.digest(&[keyed(0x5C), inner].concat())
    }
}

#[test]
fn digests_of_abc() {
    // RFC 1319, RFC 1320, RFC 1321, FIPS 180-4 and FIPS 202 examples.
    let known = [
        ("MD2", "da853b0d3f88d99b30283a69e6ded6bb"),
        ("MD4", "a448017aaf21d8525fc10ae87aa6729d"),
        ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
        ("SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("SHA3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    ];
    for (name, digest) in known {
        assert_eq!(find(name).digest(b"abc"), crate::support::text::hex(digest), "{name}");
    }
}

#[test]
fn hmac_of_rfc_2202_and_4231() {
    let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
    let known = [
        ("SHA1", 80, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        ("SHA256", 131, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ];
    for (name, key_length, mac) in known {
        assert_eq!(
            find(name).hmac(&vec![0xAA; key_length], message),
            crate::support::text::hex(mac),
            "{name}"
        );
    }
}
