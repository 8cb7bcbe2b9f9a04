//! The C calls as the targets make them: exact buffers, so that AddressSanitizer sees a byte too many, and
//! the rules that hold for every call.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use bcrypt::api::{algorithm, derivation, encapsulation, key, property, secret, signature, symmetric};
use bcrypt::types::{BCRYPT_PQDSA_PADDING_INFO, BCryptBuffer, BCryptBufferDesc};
use bcrypt_shim::names;

/// A handle as C passes it.
pub type Raw = *mut c_void;
/// An NTSTATUS.
pub type Status = u32;

pub const SUCCESS: Status = names::STATUS_SUCCESS;
pub const INVALID_HANDLE: Status = names::STATUS_INVALID_HANDLE;

/// What an unset output holds.
const PATTERN: u8 = 0xA5;

/// Every status that a page of a function names. INTERNAL_ERROR is not among them: it would be a panic or a
/// failure of the engine.
pub fn documented(status: i32) -> Status {
    let status = status.cast_unsigned();
    let known = [
        names::STATUS_SUCCESS,
        names::STATUS_NOT_IMPLEMENTED,
        names::STATUS_INVALID_HANDLE,
        names::STATUS_INVALID_PARAMETER,
        names::STATUS_ACCESS_DENIED,
        names::STATUS_BUFFER_TOO_SMALL,
        names::STATUS_NOT_SUPPORTED,
        names::STATUS_NOT_FOUND,
        names::STATUS_AUTH_TAG_MISMATCH,
        names::STATUS_DATA_ERROR,
        names::STATUS_INVALID_BUFFER_SIZE,
        names::STATUS_INVALID_SIGNATURE,
        // NTE_BAD_DATA, of an exponent that is too wide.
        0x8009_0005,
    ];
    assert!(known.contains(&status), "status {status:#010x}");
    status
}

/// UTF-16 with a NUL.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// A number as a handle.
pub fn raw(handle: usize) -> Raw {
    std::ptr::without_provenance_mut(handle)
}

/// A call that hands out a handle: on failure the caller's variable stays as it was.
pub fn receive(call: impl FnOnce(*mut Raw) -> i32) -> Result<Raw, Status> {
    let untouched = raw(0x5EED);
    let mut handle = untouched;
    match documented(call(&mut handle)) {
        SUCCESS => {
            assert!(handle != untouched && !handle.is_null());
            Ok(handle)
        }
        status => {
            assert_eq!(handle, untouched, "a failed call sets no handle");
            Err(status)
        }
    }
}

/// A call with an output of `size` bytes. Whatever it answers, it writes no more than it reports.
pub fn fetch(size: usize, call: impl FnOnce(*mut u8, u32, *mut u32) -> i32) -> Result<Vec<u8>, Status> {
    let mut buffer = vec![PATTERN; size];
    let mut result = u32::MAX;
    let status = documented(call(buffer.as_mut_ptr(), size as u32, &mut result));
    match status {
        SUCCESS => {
            let written = result as usize;
            assert!(written <= size, "{written} bytes reported, room for {size}");
            assert!(buffer[written..].iter().all(|&byte| byte == PATTERN), "more written than reported");
            buffer.truncate(written);
            Ok(buffer)
        }
        _ => {
            assert!(buffer.iter().all(|&byte| byte == PATTERN), "a failed call writes nothing");
            Err(status)
        }
    }
}

/// Asks for the size, then fetches exactly that; a byte less is too small where values come whole.
pub fn whole(call: impl Fn(*mut u8, u32, *mut u32) -> i32) -> Result<Vec<u8>, Status> {
    let mut size = 0;
    match documented(call(null_mut(), 0, &mut size)) {
        SUCCESS => {
            let value = fetch(size as usize, &call)?;
            assert_eq!(value.len(), size as usize, "the size that was asked for");
            if size > 0 {
                assert_eq!(fetch(size as usize - 1, &call), Err(names::STATUS_BUFFER_TOO_SMALL));
            }
            Ok(value)
        }
        status => Err(status),
    }
}

pub fn open(name: &str) -> Result<Raw, Status> {
    open_with(name, 0)
}

pub fn open_with(name: &str, flags: u32) -> Result<Raw, Status> {
    let name = wide(name);
    // SAFETY: the pointers are to live values for the length of the call.
    receive(|out| unsafe { algorithm::BCryptOpenAlgorithmProvider(out, name.as_ptr(), null(), flags) })
}

pub fn close(algorithm: Raw) -> Status {
    documented(algorithm::BCryptCloseAlgorithmProvider(algorithm, 0))
}

pub fn generate(algorithm: Raw, bits: u32) -> Result<Raw, Status> {
    // SAFETY: as in `open`.
    receive(|out| unsafe { key::BCryptGenerateKeyPair(algorithm, out, bits, 0) })
}

pub fn finalize(key: Raw) -> Status {
    documented(key::BCryptFinalizeKeyPair(key, 0))
}

pub fn import(algorithm: Raw, kind: &[u16], blob: &[u8], flags: u32) -> Result<Raw, Status> {
    // A block of its own and of the exact size.
    let blob = blob.to_vec();
    let (input, size) = (blob.as_ptr().cast_mut(), blob.len() as u32);
    receive(|out| {
        // SAFETY: as in `open`; `kind` ends in a NUL.
        unsafe { key::BCryptImportKeyPair(algorithm, null_mut(), kind.as_ptr(), out, input, size, flags) }
    })
}

pub fn export(key: Raw, kind: &[u16]) -> Result<Vec<u8>, Status> {
    whole(|output, size, result| {
        // SAFETY: as in `import`.
        unsafe { key::BCryptExportKey(key, null_mut(), kind.as_ptr(), output, size, result, 0) }
    })
}

pub fn destroy_key(key: Raw) -> Status {
    documented(key::BCryptDestroyKey(key))
}

/// A signature without padding.
pub fn sign(key: Raw, hash: &[u8]) -> Result<Vec<u8>, Status> {
    let hash = hash.to_vec();
    let (input, size) = (hash.as_ptr().cast_mut(), hash.len() as u32);
    whole(|output, room, result| {
        // SAFETY: as in `import`.
        unsafe { signature::BCryptSignHash(key, null_mut(), input, size, output, room, result, 0) }
    })
}

pub fn verify(key: Raw, hash: &[u8], signed: &[u8]) -> Status {
    let (hash, signed) = (hash.to_vec(), signed.to_vec());
    let (input, size) = (hash.as_ptr().cast_mut(), hash.len() as u32);
    let (given, length) = (signed.as_ptr().cast_mut(), signed.len() as u32);
    // SAFETY: as in `import`.
    documented(unsafe { signature::BCryptVerifySignature(key, null_mut(), input, size, given, length, 0) })
}

pub fn agree(private: Raw, public: Raw) -> Result<Raw, Status> {
    // SAFETY: as in `open`.
    receive(|out| unsafe { secret::BCryptSecretAgreement(private, public, out, 0) })
}

/// A secret and its ciphertext of this size.
pub fn encapsulate(key: Raw, size: usize) -> Result<(Vec<u8>, Vec<u8>), Status> {
    let (mut secret, mut ciphertext) = (vec![PATTERN; 32], vec![PATTERN; size]);
    let [mut secret_size, mut ciphertext_size] = [0; 2];
    // SAFETY: as in `open`.
    let status = documented(unsafe {
        encapsulation::BCryptEncapsulate(
            key,
            secret.as_mut_ptr(),
            32,
            &mut secret_size,
            ciphertext.as_mut_ptr(),
            size as u32,
            &mut ciphertext_size,
            0,
        )
    });
    match status {
        SUCCESS => {
            assert_eq!([secret_size, ciphertext_size], [32, size as u32]);
            Ok((secret, ciphertext))
        }
        status => Err(status),
    }
}

/// The secret of a ciphertext.
pub fn decapsulate(key: Raw, ciphertext: &[u8]) -> Result<Vec<u8>, Status> {
    // A block of its own and of the exact size, which has an address.
    let mut ciphertext = [ciphertext, &[0]].concat();
    let size = ciphertext.len() as u32 - 1;
    let input = ciphertext.as_mut_ptr();
    fetch(32, |output, room, result| {
        // SAFETY: as in `open`.
        unsafe { encapsulation::BCryptDecapsulate(key, input, size, output, room, result, 0) }
    })
}

/// A signature of ML-DSA on a message, with a context.
pub fn sign_message(key: Raw, context: &[u8], message: &[u8], size: usize) -> Result<Vec<u8>, Status> {
    let (context, message) = (context.to_vec(), message.to_vec());
    let info = pqdsa(&context);
    let (info, input, length) =
        ((&raw const info).cast_mut().cast(), message.as_ptr().cast_mut(), message.len() as u32);
    fetch(size, |output, room, result| {
        // SAFETY: as in `open`.
        unsafe {
            signature::BCryptSignHash(key, info, input, length, output, room, result, names::BCRYPT_PAD_PQDSA)
        }
    })
}

/// Whether it is one.
pub fn verify_message(key: Raw, context: &[u8], message: &[u8], given: &[u8]) -> Status {
    let (context, message, given) = (context.to_vec(), message.to_vec(), given.to_vec());
    let info = pqdsa(&context);
    let [message, given] =
        [message, given].map(|bytes| (bytes.as_ptr().cast_mut(), bytes.len() as u32, bytes));
    let info = (&raw const info).cast_mut().cast();
    // SAFETY: as in `open`.
    documented(unsafe {
        signature::BCryptVerifySignature(
            key,
            info,
            message.0,
            message.1,
            given.0,
            given.1,
            names::BCRYPT_PAD_PQDSA,
        )
    })
}

fn pqdsa(context: &[u8]) -> BCRYPT_PQDSA_PADDING_INFO {
    let pointer = if context.is_empty() { null_mut() } else { context.as_ptr().cast_mut() };
    BCRYPT_PQDSA_PADDING_INFO { pbCtx: pointer, cbCtx: context.len() as u32, pszPrehashAlgId: null() }
}

/// One parameter of a derivation.
pub type Parameter = (u32, Vec<u8>);

fn buffers(parameters: &[Parameter]) -> Vec<BCryptBuffer> {
    let buffer = |(kind, bytes): &Parameter| BCryptBuffer {
        cbBuffer: bytes.len() as u32,
        BufferType: *kind,
        pvBuffer: bytes.as_ptr().cast_mut().cast(),
    };
    parameters.iter().map(buffer).collect()
}

fn description(buffers: &mut [BCryptBuffer]) -> BCryptBufferDesc {
    BCryptBufferDesc { ulVersion: 0, cBuffers: buffers.len() as u32, pBuffers: buffers.as_mut_ptr() }
}

/// A key of these bytes, symmetric or to derive from.
pub fn generate_symmetric(algorithm: Raw, secret: &[u8]) -> Result<Raw, Status> {
    // A block of its own and of the exact size.
    let secret = secret.to_vec();
    let (input, size) = (secret.as_ptr().cast_mut(), secret.len() as u32);
    receive(|out| {
        // SAFETY: as in `open`.
        unsafe { symmetric::BCryptGenerateSymmetricKey(algorithm, out, null_mut(), 0, input, size, 0) }
    })
}

/// A key of a `KeyDataBlob`.
pub fn import_key_data(algorithm: Raw, blob: &[u8]) -> Result<Raw, Status> {
    let blob = blob.to_vec();
    let (input, size) = (blob.as_ptr().cast_mut(), blob.len() as u32);
    let kind = wide(names::BCRYPT_KEY_DATA_BLOB);
    receive(|out| {
        let (none, kind) = (null_mut(), kind.as_ptr());
        // SAFETY: as in `import`.
        unsafe { symmetric::BCryptImportKey(algorithm, none, kind, out, null_mut(), 0, input, size, 0) }
    })
}

pub fn duplicate_key(key: Raw) -> Result<Raw, Status> {
    // SAFETY: as in `open`.
    receive(|out| unsafe { symmetric::BCryptDuplicateKey(key, out, null_mut(), 0, 0) })
}

/// Derives `size` bytes from a key.
pub fn derive_from_key(
    key: Raw,
    parameters: &[Parameter],
    size: usize,
    flags: u32,
) -> Result<Vec<u8>, Status> {
    let mut buffers = buffers(parameters);
    let mut list = description(&mut buffers);
    let derived = fetch(size, |output, room, result| {
        // SAFETY: as in `open`; the list and its buffers live until the call is over.
        unsafe { derivation::BCryptKeyDerivation(key, &mut list, output, room, result, flags) }
    })?;
    assert_eq!(derived.len(), size, "as many bytes as were asked for");
    Ok(derived)
}

/// Derives `size` bytes, or asks for the size with `None`.
pub fn derive(
    secret: Raw,
    kdf: &[u16],
    parameters: &[Parameter],
    size: Option<usize>,
    flags: u32,
) -> Result<Vec<u8>, Status> {
    let mut buffers = buffers(parameters);
    let mut list = description(&mut buffers);
    let call = |output, room, result| {
        // SAFETY: as in `open`; the list and its buffers live until the call is over.
        unsafe { secret::BCryptDeriveKey(secret, kdf.as_ptr(), &mut list, output, room, result, flags) }
    };
    match size {
        Some(size) => fetch(size, call),
        None => {
            let mut natural = 0;
            let mut call = call;
            match documented(call(null_mut(), 0, &mut natural)) {
                SUCCESS => Ok(vec![0; natural as usize]),
                status => Err(status),
            }
        }
    }
}

/// The agreed value, little-endian as TRUNCATE gives it.
pub fn value(secret: Raw) -> Vec<u8> {
    let kdf = wide(names::BCRYPT_KDF_RAW_SECRET);
    let natural = derive(secret, &kdf, &[], None, 0).unwrap();
    derive(secret, &kdf, &[], Some(natural.len()), 0).unwrap()
}

pub fn destroy_secret(secret: Raw) -> Status {
    documented(secret::BCryptDestroySecret(secret))
}

pub fn get(object: Raw, name: &[u16]) -> Result<Vec<u8>, Status> {
    whole(|output, size, result| {
        // SAFETY: as in `import`.
        unsafe { property::BCryptGetProperty(object, name.as_ptr(), output, size, result, 0) }
    })
}

pub fn set(object: Raw, name: &[u16], value: &[u8]) -> Status {
    let value = value.to_vec();
    let (input, size) = (value.as_ptr().cast_mut(), value.len() as u32);
    // SAFETY: as in `import`.
    documented(unsafe { property::BCryptSetProperty(object, name.as_ptr(), input, size, 0) })
}
