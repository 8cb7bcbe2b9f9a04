//! Digests and MACs by the names that CNG has for them: RustCrypto's hashes, HMAC, tiny-keccak's cSHAKE and KMAC, and
//! SP 800-38B over one block of AES.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use tiny_keccak::{CShake, Hasher, IntoXof, Kmac, Xof};

use crate::hash::{HASHES, Hash};

/// The bytes of a block of AES.
pub const BLOCK: usize = 16;

/// One block of AES, encrypted or decrypted; `None` for a key that is none of AES.
pub fn aes(key: &[u8], text: &[u8], encrypt: bool) -> Option<Vec<u8>> {
    let mut block = Array::try_from(text).ok()?;
    macro_rules! with {
        ($cipher:ty) => {{
            let cipher = <$cipher>::new_from_slice(key).ok()?;
            if encrypt { cipher.encrypt_block(&mut block) } else { cipher.decrypt_block(&mut block) }
        }};
    }
    match key.len() {
        16 => with!(Aes128),
        24 => with!(Aes192),
        32 => with!(Aes256),
        _ => return None,
    }
    Some(block.to_vec())
}

/// The bits of one string where the other has them not.
pub fn xor(left: &[u8], right: &[u8]) -> Vec<u8> {
    left.iter().zip(right).map(|(left, right)| left ^ right).collect()
}

/// AES-CMAC (SP 800-38B).
pub fn cmac(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let double = |block: Vec<u8>| {
        let number = u128::from_be_bytes(block.try_into().expect("a block"));
        let reduced = if number >> 127 == 1 { 0x87 } else { 0 };
        (number << 1 ^ reduced).to_be_bytes().to_vec()
    };
    let whole = double(aes(key, &[0; BLOCK], true)?);
    let complete = !message.is_empty() && message.len().is_multiple_of(BLOCK);
    let mut padded = message.to_vec();
    let mask = if complete {
        whole
    } else {
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(BLOCK), 0);
        double(whole)
    };
    let start = padded.len() - BLOCK;
    let last = xor(&padded[start..], &mask);
    padded.truncate(start);
    padded.extend(last);
    padded.chunks(BLOCK).try_fold(vec![0; BLOCK], |state, block| aes(key, &xor(&state, block), true))
}

/// The tag of GCM with a nonce of 12 bytes.
pub fn gcm_tag(key: &[u8], nonce: &[u8], data: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let nonce = Array::try_from(nonce).ok()?;
    let payload = Payload { msg: text, aad: data };
    macro_rules! with {
        ($cipher:ty) => {
            aes_gcm::AesGcm::<$cipher, aes_gcm::aes::cipher::consts::U12>::new_from_slice(key)
                .ok()?
                .encrypt(&nonce, payload)
                .ok()?
        };
    }
    let sealed = match key.len() {
        16 => with!(Aes128),
        24 => with!(Aes192),
        32 => with!(Aes256),
        _ => return None,
    };
    Some(sealed[text.len()..].to_vec())
}

/// What a derivation uses a hash's name for.
#[derive(Clone, Copy)]
pub enum Prf {
    /// HMAC over it.
    Hmac(&'static Hash),
    /// AES-CMAC.
    Cmac,
}

impl Prf {
    /// That of a name, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("AES-CMAC") { Some(Self::Cmac) } else { plain(name).map(Self::Hmac) }
    }

    /// The MAC.
    pub fn mac(self, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hmac(hash) => Some(hash.hmac(key, message)),
            Self::Cmac => cmac(key, message),
        }
    }
}

/// The plain hash of a name, without regard to case.
pub fn plain(name: &str) -> Option<&'static Hash> {
    HASHES.iter().find(|hash| hash.name.eq_ignore_ascii_case(name))
}

/// What a hash object computes.
#[derive(Clone)]
pub enum Function {
    /// A digest.
    Plain(&'static Hash),
    /// A MAC of one length, with its key.
    Keyed(Prf, Vec<u8>),
    /// AES-GMAC, with its key.
    Gmac(Vec<u8>),
    /// cSHAKE with this strength.
    CShake(u32),
    /// KMAC with this strength and key.
    Kmac(u32, Vec<u8>),
}

/// A hash object: what it computes, and what it was told.
#[derive(Clone)]
pub struct Object {
    function: Function,
    pub name: Vec<u8>,
    pub customization: Vec<u8>,
    pub iv: Option<Vec<u8>>,
    message: Vec<u8>,
    squeezed: usize,
}

impl Object {
    /// That of an algorithm, as a keyed one or not.
    pub fn new(id: &str, keyed: bool, secret: Vec<u8>) -> Option<Self> {
        let function = match id {
            "AES-CMAC" => Function::Keyed(Prf::Cmac, secret),
            "AES-GMAC" => Function::Gmac(secret),
            "CSHAKE128" => Function::CShake(128),
            "CSHAKE256" => Function::CShake(256),
            "KMAC128" => Function::Kmac(128, secret),
            "KMAC256" => Function::Kmac(256, secret),
            _ if keyed => Function::Keyed(Prf::Hmac(plain(id)?), secret),
            _ => Function::Plain(plain(id)?),
        };
        let empty = Vec::new;
        Some(Self {
            function,
            name: empty(),
            customization: empty(),
            iv: None,
            message: empty(),
            squeezed: 0,
        })
    }

    /// Reads a part of the message.
    pub fn read(&mut self, part: &[u8]) {
        self.message.extend_from_slice(part);
    }

    /// The plain hash, if it is one.
    pub fn plain(&self) -> Option<&'static Hash> {
        match self.function {
            Function::Plain(hash) => Some(hash),
            _ => None,
        }
    }

    /// The value in so many bytes; then all begins again, unless more is to be squeezed.
    pub fn finish(&mut self, size: usize, squeeze: bool) -> Option<Vec<u8>> {
        let value = self.value(size, squeeze)?;
        self.squeezed += size;
        if !squeeze {
            self.message.clear();
            self.squeezed = 0;
            self.iv = None;
        }
        Some(value)
    }

    fn value(&self, size: usize, squeeze: bool) -> Option<Vec<u8>> {
        let squeezing = squeeze || self.squeezed > 0;
        let mut all = vec![0; self.squeezed + size];
        match &self.function {
            Function::Plain(hash) => return Some(hash.digest(&self.message)),
            Function::Keyed(prf, key) => return prf.mac(key, &self.message),
            Function::Gmac(key) => return gcm_tag(key, self.iv.as_ref()?, &self.message, &[]),
            Function::CShake(bits) => {
                let new = if *bits == 128 { CShake::v128 } else { CShake::v256 };
                let mut hasher = new(&self.name, &self.customization);
                hasher.update(&self.message);
                hasher.squeeze(&mut all);
            }
            Function::Kmac(bits, key) => {
                let new = if *bits == 128 { Kmac::v128 } else { Kmac::v256 };
                let mut hasher = new(key, &self.customization);
                hasher.update(&self.message);
                if squeezing {
                    hasher.into_xof().squeeze(&mut all);
                } else {
                    hasher.finalize(&mut all);
                }
            }
        }
        Some(all.split_off(self.squeezed))
    }
}

#[test]
fn macs_of_their_standards() {
    use crate::support::text::hex;
    let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    let text = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411");
    // SP 800-38B, D.1.
    assert_eq!(cmac(&key, &[]).unwrap(), hex("bb1d6929e95937287fa37d129b756746"));
    assert_eq!(cmac(&key, &text[..16]).unwrap(), hex("070a16b46b4d4144f79bdd9dd04a287c"));
    assert_eq!(cmac(&key, &text).unwrap(), hex("dfa66747de9ae63030ca32611497c827"));
    // SP 800-185, KMAC sample 1 and KMACXOF sample 1.
    let mut kmac = Object::new("KMAC128", false, (0x40..0x60).collect()).unwrap();
    kmac.read(&[0, 1, 2, 3]);
    let mut xof = kmac.clone();
    assert_eq!(kmac.finish(4, false).unwrap().len(), 4);
    kmac.read(&[0, 1, 2, 3]);
    assert_eq!(kmac.finish(32, false).unwrap()[..4], hex("e5780b0d"));
    assert_eq!(xof.finish(2, true).unwrap(), hex("cd83"));
    assert_eq!(xof.finish(2, true).unwrap(), hex("740b"));
}
