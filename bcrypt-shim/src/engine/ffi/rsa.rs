//! RSA keys.

use std::ptr;

use aws_lc_sys as lc;

use super::bn::Bn;
use super::digest::Hash;
use super::{Draw, Owned, check, failed, release};
use crate::engine::gate::Inside;
use crate::status::{Result, Status};

// What threads share of an RSA key, its Montgomery contexts and blinding, changes under the key's own lock.
release! {
    lc::RSA => lc::RSA_free;
}

/// An RSA key, or its public half. The engine keeps what makes repeated operations fast.
#[derive(Debug)]
pub struct RsaKey(Owned<lc::RSA>);

/// The numbers of a key; n and e are public.
#[derive(Debug)]
pub struct RsaNumbers<T> {
    /// The modulus.
    pub n: T,
    /// The public exponent.
    pub e: T,
    /// The private exponent.
    pub d: T,
    /// The first prime.
    pub p: T,
    /// The second prime.
    pub q: T,
    /// d modulo p − 1.
    pub dp: T,
    /// d modulo q − 1.
    pub dq: T,
    /// The inverse of q modulo p.
    pub q_inverse: T,
}

/// A number of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaNumber {
    /// The modulus.
    N,
    /// The public exponent.
    E,
    /// The private exponent.
    D,
    /// The first prime.
    P,
    /// The second prime.
    Q,
    /// d modulo p − 1.
    Dp,
    /// d modulo q − 1.
    Dq,
    /// The inverse of q modulo p.
    QInverse,
}

impl RsaKey {
    /// The public half of a key. Fails with `InvalidParameter` unless n is odd and not above 16384 bits, and e odd, above 1
    /// and below n.
    pub fn public(n: &[u8], e: &[u8]) -> Result<Self> {
        let (n, e) = (Bn::from_be_bytes(n)?, Bn::from_be_bytes(e)?);
        // SAFETY: both numbers are valid; they are copied.
        let key = unsafe { lc::RSA_new_public_key_large_e(n.0.as_ptr(), e.0.as_ptr()) };
        Owned::or(key, Status::InvalidParameter).map(Self)
    }

    /// The key of all its numbers. Fails with `InvalidParameter` unless they belong together, and as [`Self::public`]; that
    /// p and q are primes is not looked at.
    pub fn private(numbers: &RsaNumbers<&[u8]>) -> Result<Self> {
        let RsaNumbers { n, e, d, p, q, dp, dq, q_inverse } = numbers;
        let [n, e, d, p, q, dp, dq, q_inverse] =
            [n, e, d, p, q, dp, dq, q_inverse].map(|x| Bn::from_be_bytes(x));
        let (n, e, d, p, q, dp, dq, q_inverse) = (n?, e?, d?, p?, q?, dp?, dq?, q_inverse?);
        // SAFETY: all numbers are valid; they are copied.
        let key = unsafe {
            lc::RSA_new_private_key_large_e(
                n.0.as_ptr(),
                e.0.as_ptr(),
                d.0.as_ptr(),
                p.0.as_ptr(),
                q.0.as_ptr(),
                dp.0.as_ptr(),
                dq.0.as_ptr(),
                q_inverse.0.as_ptr(),
            )
        };
        Owned::or(key, Status::InvalidParameter).map(Self)
    }

    /// A new key with a modulus of this many bits, a multiple of 128.
    pub fn generate(_: &Draw, bits: u32, e: &[u8]) -> Result<Self> {
        let (bits, e) = (i32::try_from(bits).map_err(|_| Status::InvalidParameter)?, Bn::from_be_bytes(e)?);
        // SAFETY: no preconditions.
        let key = Owned::new(unsafe { lc::RSA_new() })?;
        // SAFETY: key and exponent are valid; NULL wants no callback.
        let made = unsafe { lc::RSA_generate_key_ex(key.as_ptr(), bits, e.0.as_ptr(), ptr::null_mut()) };
        check(made, Status::InternalError)?;
        Ok(Self(key))
    }

    /// Bits of the modulus.
    pub fn bits(&self) -> u32 {
        // SAFETY: the key is valid and has a modulus.
        unsafe { lc::RSA_bits(self.0.as_ptr()) }
    }

    /// A number of the key; NULL for a private one that is not there.
    fn number(&self, number: RsaNumber) -> *const lc::BIGNUM {
        let get = match number {
            RsaNumber::N => lc::RSA_get0_n,
            RsaNumber::E => lc::RSA_get0_e,
            RsaNumber::D => lc::RSA_get0_d,
            RsaNumber::P => lc::RSA_get0_p,
            RsaNumber::Q => lc::RSA_get0_q,
            RsaNumber::Dp => lc::RSA_get0_dmp1,
            RsaNumber::Dq => lc::RSA_get0_dmq1,
            RsaNumber::QInverse => lc::RSA_get0_iqmp,
        };
        // SAFETY: the key is valid; the number is its own and never changes.
        unsafe { get(self.0.as_ptr()) }
    }

    /// Bits of a number; `None` for a private one that is not there.
    pub fn bits_of(&self, number: RsaNumber) -> Option<u32> {
        let number = self.number(number);
        // SAFETY: the number is valid, since it is not NULL.
        (!number.is_null()).then(|| unsafe { lc::BN_num_bits(number) })
    }

    /// Writes a number big-endian over all of `out`. Fails with `InvalidParameter` if it is not there, with `InternalError`
    /// if it is wider.
    pub fn write(&self, number: RsaNumber, out: &mut [u8]) -> Result<()> {
        let number = self.number(number);
        if number.is_null() {
            return Err(Status::InvalidParameter);
        }
        // SAFETY: pointer and length are of one slice; the number is valid.
        let returned = unsafe { lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), number) };
        if returned == 1 { Ok(()) } else { Err(Status::InternalError) }
    }

    /// Writes input^e over all of `out`; both are as wide as n. Fails with `InvalidParameter` unless the input is below n.
    pub fn public_power(&self, _: &Inside, input: &[u8], out: &mut [u8]) -> Result<()> {
        let (mut written, length) = (0, out.len());
        // SAFETY: the key is valid; pointers and lengths are of slices, and the result of one variable.
        let returned = unsafe {
            lc::RSA_verify_raw(
                self.0.as_ptr(),
                &mut written,
                out.as_mut_ptr(),
                length,
                input.as_ptr(),
                input.len(),
                lc::RSA_NO_PADDING,
            )
        };
        check(returned, Status::InvalidParameter)
    }

    /// Writes input^d over all of `out`; both are as wide as n. Blinded, and checked before it is given out. Fails with
    /// `InvalidParameter` unless 1 < input < n − 1, and if the key's primes are none.
    pub fn private_power(&self, _: &Draw, input: &[u8], out: &mut [u8]) -> Result<()> {
        self.decrypted(input, out, lc::RSA_NO_PADDING).map(drop)
    }

    /// Writes the text that is padded after PKCS #1, type 2, in a ciphertext as wide as n, over the start of `out`, which is
    /// as wide; tells its length. Fails with `InvalidParameter` if the padding is wrong; how, is not told by the time.
    pub fn decrypt_pkcs1(&self, _: &Draw, ciphertext: &[u8], out: &mut [u8]) -> Result<usize> {
        self.decrypted(ciphertext, out, lc::RSA_PKCS1_PADDING)
    }

    fn decrypted(&self, input: &[u8], out: &mut [u8], padding: i32) -> Result<usize> {
        let (mut written, length) = (0, out.len());
        // SAFETY: the key is valid; pointers and lengths are of slices, and the result of one variable.
        let returned = unsafe {
            lc::RSA_decrypt(
                self.0.as_ptr(),
                &mut written,
                out.as_mut_ptr(),
                length,
                input.as_ptr(),
                input.len(),
                padding,
            )
        };
        check(returned, Status::InvalidParameter)?;
        Ok(written)
    }

    /// Encrypts a text, padded after PKCS #1, type 2, over all of `out`, which is as wide as n. Fails with
    /// `InvalidParameter` if it is longer than n allows.
    pub fn encrypt_pkcs1(&self, _: &Draw, text: &[u8], out: &mut [u8]) -> Result<()> {
        let (mut written, length) = (0, out.len());
        // SAFETY: the key is valid; pointers and lengths are of slices, and the result of one variable.
        let returned = unsafe {
            lc::RSA_encrypt(
                self.0.as_ptr(),
                &mut written,
                out.as_mut_ptr(),
                length,
                text.as_ptr(),
                text.len(),
                lc::RSA_PKCS1_PADDING,
            )
        };
        check(returned, Status::InvalidParameter)
    }

    /// As [`Self::decrypt_pkcs1`], of a text padded after OAEP.
    pub fn decrypt_oaep(
        &self,
        _: &Draw,
        hash: Hash,
        label: &[u8],
        ciphertext: &[u8],
        out: &mut [u8],
    ) -> Result<usize> {
        // SAFETY: no preconditions.
        let key = Owned::new(unsafe { lc::EVP_PKEY_new() })?;
        // SAFETY: both keys are valid; this takes a reference.
        check(unsafe { lc::EVP_PKEY_set1_RSA(key.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        // SAFETY: the key is valid, and the context takes a reference; NULL is what the engine wants here.
        let context = Owned::new(unsafe { lc::EVP_PKEY_CTX_new(key.as_ptr(), ptr::null_mut()) })?;
        let context_pointer = context.as_ptr();
        // SAFETY: the context is valid, and the hash static.
        unsafe {
            check(lc::EVP_PKEY_decrypt_init(context_pointer), Status::InternalError)?;
            let padded = lc::EVP_PKEY_CTX_set_rsa_padding(context_pointer, lc::RSA_PKCS1_OAEP_PADDING);
            check(padded, Status::InternalError)?;
            check(lc::EVP_PKEY_CTX_set_rsa_oaep_md(context_pointer, hash.pointer()), Status::InternalError)?;
        }
        if !label.is_empty() {
            // SAFETY: pointer and length are of one slice.
            let copy = unsafe { lc::OPENSSL_memdup(label.as_ptr().cast(), label.len()) };
            if copy.is_null() {
                return Err(failed(Status::NoMemory));
            }
            // SAFETY: the context is valid; it frees the copy, unless this fails.
            let set = unsafe {
                let set = lc::EVP_PKEY_CTX_set0_rsa_oaep_label(context_pointer, copy.cast(), label.len());
                if set != 1 {
                    lc::OPENSSL_free(copy);
                }
                set
            };
            check(set, Status::InternalError)?;
        }
        let mut written = out.len();
        // SAFETY: the context is valid; pointers and lengths are of slices, and the result of one variable.
        let returned = unsafe {
            lc::EVP_PKEY_decrypt(
                context_pointer,
                out.as_mut_ptr(),
                &mut written,
                ciphertext.as_ptr(),
                ciphertext.len(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        Ok(written)
    }
}

/// Pads a text after OAEP over all of `out`, with one hash for label and mask. Fails with `InvalidParameter` if it is longer
/// than `out` allows.
pub fn pad_oaep(_: &Draw, hash: Hash, label: &[u8], text: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: pointers and lengths are of slices, and the hash is static.
    let returned = unsafe {
        lc::RSA_padding_add_PKCS1_OAEP_mgf1(
            out.as_mut_ptr(),
            out.len(),
            text.as_ptr(),
            text.len(),
            label.as_ptr(),
            label.len(),
            hash.pointer(),
            hash.pointer(),
        )
    };
    check(returned, Status::InvalidParameter)
}
