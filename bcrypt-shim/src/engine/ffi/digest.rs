//! Hash functions.

use std::{fmt, ptr};

use aws_lc_sys as lc;

use super::{Owned, check, release};
use crate::memory::Placed;
use crate::status::{Result, Status};

release! {
    lc::EVP_MD_CTX => lc::EVP_MD_CTX_free;
}

/// A hash function of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5 (RFC 1321).
    Md5,
    /// MD5 and SHA-1 side by side, as TLS 1.0 and 1.1 use them.
    Md5Sha1,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
}

impl Hash {
    pub(super) fn pointer(self) -> *const lc::EVP_MD {
        // SAFETY: no preconditions; the descriptions are static.
        unsafe {
            match self {
                Self::Md5 => lc::EVP_md5(),
                Self::Md5Sha1 => lc::EVP_md5_sha1(),
                Self::Sha1 => lc::EVP_sha1(),
                Self::Sha256 => lc::EVP_sha256(),
                Self::Sha384 => lc::EVP_sha384(),
                Self::Sha512 => lc::EVP_sha512(),
                Self::Sha3_256 => lc::EVP_sha3_256(),
                Self::Sha3_384 => lc::EVP_sha3_384(),
                Self::Sha3_512 => lc::EVP_sha3_512(),
            }
        }
    }
}

impl Hash {
    /// Bytes of the digest.
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Md5Sha1 => 36,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// Whether its contexts are not the engine's generic ones, which take memory of the heap twice: those of the common
    /// hashes.
    pub fn is_in_place(self) -> bool {
        matches!(self, Self::Sha1 | Self::Sha256 | Self::Sha384 | Self::Sha512)
    }

    /// Hashes one input, where it can without memory of the heap: it can for the common hashes. `out` has the digest's
    /// length.
    pub fn digest(self, input: &[u8], out: &mut [u8]) -> Result<()> {
        if out.len() != self.length() {
            return Err(Status::InternalError);
        }
        let hash = match self {
            Self::Sha1 => lc::SHA1,
            Self::Sha256 => lc::SHA256,
            Self::Sha384 => lc::SHA384,
            Self::Sha512 => lc::SHA512,
            _ => {
                let (data, length, out) = (input.as_ptr().cast(), input.len(), out.as_mut_ptr());
                let (unasked, implementation) = (ptr::null_mut(), ptr::null_mut());
                // SAFETY: as below.
                let returned =
                    unsafe { lc::EVP_Digest(data, length, out, unasked, self.pointer(), implementation) };
                return check(returned, Status::NoMemory);
            }
        };
        // SAFETY: pointer and length are of one slice, and `out` has the digest's length.
        unsafe { hash(input.as_ptr(), input.len(), out.as_mut_ptr()) };
        Ok(())
    }
}

/// A hash in progress. It is overwritten when dropped.
///
/// Once it is finished it has to be [restarted](Self::restart) or [set](Self::assign) before anything else.
pub struct Context(State);

/// The most common hashes have their state in place: moved often, it is to be small. The others have it in memory of ours or
/// of the engine.
enum State {
    Sha1(lc::SHA_CTX),
    Sha256(lc::SHA256_CTX),
    Sha384(Placed<lc::SHA512_CTX>),
    Sha512(Placed<lc::SHA512_CTX>),
    Other(Hash, Owned<lc::EVP_MD_CTX>),
}

impl Context {
    /// A hash that has read nothing. Fails with `NoMemory`.
    #[inline]
    pub fn new(hash: Hash) -> Result<Self> {
        // Each by itself: what is set before it becomes one of several is moved less.
        Ok(Self(match hash {
            Hash::Sha1 => State::Sha1(started(lc::SHA1_Init)?),
            Hash::Sha256 => State::Sha256(started(lc::SHA256_Init)?),
            Hash::Sha384 => State::Sha384(Placed::new(|| started(lc::SHA384_Init))?),
            Hash::Sha512 => State::Sha512(Placed::new(|| started(lc::SHA512_Init))?),
            other => {
                let mut context = Self(State::Other(other, evp_context()?));
                context.restart()?;
                return Ok(context);
            }
        }))
    }

    /// As it was when made. Fails with `NoMemory`.
    pub fn restart(&mut self) -> Result<()> {
        // SAFETY: each context is valid for writes; a description is static.
        let returned = unsafe {
            match &mut self.0 {
                State::Sha1(context) => lc::SHA1_Init(context),
                State::Sha256(context) => lc::SHA256_Init(context),
                State::Sha384(context) => lc::SHA384_Init(context.get_mut()?),
                State::Sha512(context) => lc::SHA512_Init(context.get_mut()?),
                State::Other(hash, context) => {
                    lc::EVP_DigestInit_ex(context.as_ptr(), hash.pointer(), ptr::null_mut())
                }
            }
        };
        check(returned, Status::NoMemory)
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        let (data, length) = (input.as_ptr().cast(), input.len());
        // SAFETY: each context was initialized, and pointer and length are of one slice.
        let returned = unsafe {
            match &mut self.0 {
                State::Sha1(context) => lc::SHA1_Update(context, data, length),
                State::Sha256(context) => lc::SHA256_Update(context, data, length),
                State::Sha384(context) => lc::SHA384_Update(context.get_mut()?, data, length),
                State::Sha512(context) => lc::SHA512_Update(context.get_mut()?, data, length),
                State::Other(_, context) => lc::EVP_DigestUpdate(context.as_ptr(), data, length),
            }
        };
        check(returned, Status::InternalError)
    }

    /// Writes the digest over `out`, which has its length.
    pub fn finish(&mut self, out: &mut [u8]) -> Result<()> {
        if out.len() != self.hash().length() {
            return Err(Status::InternalError);
        }
        let out = out.as_mut_ptr();
        // SAFETY: each context was initialized, and `out` has the length of its digest.
        let returned = unsafe {
            match &mut self.0 {
                State::Sha1(context) => lc::SHA1_Final(out, context),
                State::Sha256(context) => lc::SHA256_Final(out, context),
                State::Sha384(context) => lc::SHA384_Final(out, context.get_mut()?),
                State::Sha512(context) => lc::SHA512_Final(out, context.get_mut()?),
                State::Other(_, context) => lc::EVP_DigestFinal_ex(context.as_ptr(), out, ptr::null_mut()),
            }
        };
        check(returned, Status::InternalError)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        let mut copy = Self(match &self.0 {
            State::Sha1(context) => return Ok(Self(State::Sha1(*context))),
            State::Sha256(context) => return Ok(Self(State::Sha256(*context))),
            State::Sha384(context) => {
                return Placed::new(|| context.get().copied()).map(State::Sha384).map(Self);
            }
            State::Sha512(context) => {
                return Placed::new(|| context.get().copied()).map(State::Sha512).map(Self);
            }
            State::Other(hash, _) => State::Other(*hash, evp_context()?),
        });
        copy.assign(self)?;
        Ok(copy)
    }

    /// Makes it the same as another one, of the same hash. Fails with `NoMemory`.
    pub fn assign(&mut self, other: &Self) -> Result<()> {
        match (&mut self.0, &other.0) {
            (State::Sha1(to), State::Sha1(from)) => *to = *from,
            (State::Sha256(to), State::Sha256(from)) => *to = *from,
            (State::Sha384(to), State::Sha384(from)) | (State::Sha512(to), State::Sha512(from)) => {
                *to.get_mut()? = *from.get()?
            }
            (State::Other(_, to), State::Other(_, from)) => {
                // SAFETY: both contexts are valid.
                let returned = unsafe { lc::EVP_MD_CTX_copy_ex(to.as_ptr(), from.as_ptr()) };
                return check(returned, Status::NoMemory);
            }
            _ => return Err(Status::InternalError),
        }
        Ok(())
    }

    /// The inner loop of PBKDF2 over HMAC whose two hashes, having read the key's block, are this one and `outer`: replaces
    /// `block`, as long as the digest, by its HMAC, adds that to `sum` by exclusive or, and so on, `count` times.
    ///
    /// A digest and its padding fit into one block, so each HMAC is two calls of the compression function. Whether it
    /// could: it can for the common hashes.
    pub fn chain(&self, outer: &Self, block: &mut [u8], sum: &mut [u8], count: u64) -> bool {
        match (&self.0, &outer.0) {
            (State::Sha1(inner), State::Sha1(outer)) => chain::<20, 64, _>(inner, outer, block, sum, count),
            (State::Sha256(inner), State::Sha256(outer)) => {
                chain::<32, 64, _>(inner, outer, block, sum, count)
            }
            (State::Sha384(inner), State::Sha384(outer)) => {
                let (Ok(inner), Ok(outer)) = (inner.get(), outer.get()) else { return false };
                chain::<48, 128, _>(inner, outer, block, sum, count)
            }
            (State::Sha512(inner), State::Sha512(outer)) => {
                let (Ok(inner), Ok(outer)) = (inner.get(), outer.get()) else { return false };
                chain::<64, 128, _>(inner, outer, block, sum, count)
            }
            _ => return false,
        }
        true
    }

    fn hash(&self) -> Hash {
        match self.0 {
            State::Sha1(_) => Hash::Sha1,
            State::Sha256(_) => Hash::Sha256,
            State::Sha384(_) => Hash::Sha384,
            State::Sha512(_) => Hash::Sha512,
            State::Other(hash, _) => hash,
        }
    }
}

/// A context of the engine's that has read nothing.
#[inline]
fn started<C: Default>(init: unsafe extern "C" fn(*mut C) -> i32) -> Result<C> {
    let mut context = C::default();
    // SAFETY: the context is valid for writes, and the function is the one that sets contexts of this type.
    check(unsafe { init(&mut context) }, Status::InternalError)?;
    Ok(context)
}

fn evp_context() -> Result<Owned<lc::EVP_MD_CTX>> {
    // SAFETY: no preconditions.
    Owned::new(unsafe { lc::EVP_MD_CTX_new() })
}

impl Drop for Context {
    fn drop(&mut self) {
        let (state, length): (*mut std::ffi::c_void, usize) = match &mut self.0 {
            State::Sha1(context) => (ptr::from_mut(context).cast(), size_of::<lc::SHA_CTX>()),
            State::Sha256(context) => (ptr::from_mut(context).cast(), size_of::<lc::SHA256_CTX>()),
            State::Sha384(context) | State::Sha512(context) => {
                let Ok(context) = context.get_mut() else { return };
                (ptr::from_mut(context).cast(), size_of::<lc::SHA512_CTX>())
            }
            // The engine overwrites whatever memory it frees.
            State::Other(..) => return,
        };
        // SAFETY: pointer and length are of one context of plain numbers, for which zero is valid.
        unsafe { lc::OPENSSL_cleanse(state, length) }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hash().fmt(formatter)
    }
}

/// A context whose compression function can be called by itself.
trait Compress<const BLOCK: usize>: Copy {
    /// Takes over the chaining value of another one.
    fn take(&mut self, other: &Self);
    /// Reads a block into the chaining value.
    fn compress(&mut self, block: &[u8; BLOCK]);
    /// Writes the leading bytes of the chaining value.
    fn store(&self, out: &mut [u8]);
}

macro_rules! compress {
    ($($context:ty, $block:literal, $function:path;)*) => {$(
        impl Compress<$block> for $context {
            fn take(&mut self, other: &Self) {
                self.h = other.h;
            }

            fn compress(&mut self, block: &[u8; $block]) {
                // SAFETY: the context is valid, and the engine reads one block.
                unsafe { $function(self, block.as_ptr()) }
            }

            fn store(&self, out: &mut [u8]) {
                out.iter_mut().zip(self.h.iter().flat_map(|word| word.to_be_bytes())).for_each(|(to, from)| *to = from);
            }
        }
    )*};
}

compress! {
    lc::SHA_CTX, 64, lc::SHA1_Transform;
    lc::SHA256_CTX, 64, lc::SHA256_Transform;
    lc::SHA512_CTX, 128, lc::SHA512_Transform;
}

/// What [`Context::chain`] does, with digests of `DIGEST` bytes.
fn chain<const DIGEST: usize, const BLOCK: usize, C: Compress<BLOCK>>(
    inner: &C,
    outer: &C,
    block: &mut [u8],
    sum: &mut [u8],
    count: u64,
) {
    // A digest, behind the block of the key, with the padding of such a message.
    let mut message = [0; BLOCK];
    let bits = ((BLOCK + DIGEST) as u64 * 8).to_be_bytes();
    message.iter_mut().zip(&*block).for_each(|(to, from)| *to = *from);
    message.iter_mut().skip(DIGEST).take(1).for_each(|byte| *byte = 0x80);
    message.iter_mut().rev().zip(bits.iter().rev()).for_each(|(to, from)| *to = *from);
    let mut running = *inner;
    for _ in 0..count {
        for start in [inner, outer] {
            running.take(start);
            running.compress(&message);
            let (digest, _) = message.split_at_mut(DIGEST);
            running.store(digest);
        }
        sum.iter_mut().zip(&message).for_each(|(sum, byte)| *sum ^= byte);
    }
    block.iter_mut().zip(&message).for_each(|(to, from)| *to = *from);
    // SAFETY: pointer and length are of one variable of plain numbers each.
    unsafe {
        lc::OPENSSL_cleanse(message.as_mut_ptr().cast(), BLOCK);
        lc::OPENSSL_cleanse(ptr::from_mut(&mut running).cast(), size_of::<C>());
    }
}
