//! Looks for calls on symmetric keys that crash, read or write outside their buffers, are answered with an undocumented
//! status, or do not give back what was encrypted.
//!
//! Input: an algorithm (a byte, of the rows with ciphers), a mode (a byte) and a key (a byte for its length), then steps:
//! what (a byte), a parameter (a byte), a length (16 bits) and bytes.

use std::ptr::{null_mut, without_provenance_mut};

use arbitrary::{Result, Unstructured};
use bcrypt::api::{encryption, key as keys, symmetric};
use bcrypt::types::{BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO, NTSTATUS, PUCHAR, PVOID, ULONG};
use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does};
use bcrypt_shim::cipher::{BLOB_TYPES, Limits, Mode};
use bcrypt_shim::names;

use crate::door::{self, Raw, SUCCESS, Status};

/// Steps of one input.
const MOST_STEPS: usize = 64;

/// The rows with ciphers.
pub fn rows() -> Vec<&'static Algorithm> {
    ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Cipher(_))).collect()
}

struct Run {
    limits: &'static Limits,
    provider: Raw,
    key: Raw,
}

/// Encrypt or decrypt.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Encrypt,
    Decrypt,
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(Some(mut run)) = Run::new(&mut input) else { return };
    for _ in 0..MOST_STEPS {
        if input.is_empty() || run.step(&mut input).is_err() {
            break;
        }
    }
    assert_eq!(door::destroy_key(run.key), SUCCESS);
    assert_eq!(door::close(run.provider), SUCCESS);
}

impl Run {
    /// `None` for a key that the algorithm does not take.
    fn new(input: &mut Unstructured<'_>) -> Result<Option<Self>> {
        let rows = rows();
        let row = rows[usize::from(input.arbitrary::<u8>()?) % rows.len()];
        let Does::Cipher(cipher) = row.does else { unreachable!() };
        let limits = cipher.limits();
        let mode = limits.modes[usize::from(input.arbitrary::<u8>()?) % limits.modes.len()];
        let length = usize::from(input.arbitrary::<u8>()?).min(input.len());
        let secret = input.bytes(length)?;
        let provider = door::open(row.name).unwrap();
        assert_eq!(
            door::set(provider, &door::wide(names::BCRYPT_CHAINING_MODE), &wide_bytes(mode.name())),
            SUCCESS
        );
        let made = door::receive(|out| {
            let (start, size) = (secret.as_ptr().cast_mut(), secret.len() as u32);
            // SAFETY: the pointers are to live values for the length of the call.
            unsafe { symmetric::BCryptGenerateSymmetricKey(provider, out, null_mut(), 0, start, size, 0) }
        });
        match made {
            Ok(key) => Ok(Some(Self { limits, provider, key })),
            Err(status) => {
                assert_eq!(status, names::STATUS_INVALID_PARAMETER);
                assert_eq!(door::close(provider), SUCCESS);
                Ok(None)
            }
        }
    }

    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let what: u8 = input.arbitrary()?;
        let parameter: u8 = input.arbitrary()?;
        let length: u16 = input.arbitrary()?;
        let bytes = input.bytes(usize::from(length % 3000).min(input.len()))?.to_vec();
        match what % 7 {
            0 | 1 => self.round_trip(parameter, &bytes),
            2 => self.anything(parameter, length, &bytes),
            3 => self.properties(parameter, &bytes),
            4 => self.import(parameter, &bytes),
            5 => self.export(parameter),
            _ => self.parts(parameter, &bytes),
        }
        Ok(())
    }

    fn duplicate(&self) -> Raw {
        // SAFETY: as in `new`.
        door::receive(|out| unsafe { symmetric::BCryptDuplicateKey(self.key, out, null_mut(), 0, 0) })
            .unwrap()
    }

    /// What one copy encrypts another decrypts, apart and in place.
    fn round_trip(&self, parameter: u8, text: &[u8]) {
        let flags = u32::from(parameter & 1);
        let apart = self.transform(Way::Encrypt, text, flags, parameter, false);
        let placed = self.transform(Way::Encrypt, text, flags, parameter, true);
        assert_eq!(apart, placed);
        if let Ok((ciphertext, tag)) = apart {
            for in_place in [false, true] {
                let back = self.open(&ciphertext, &tag, flags, parameter, in_place);
                assert_eq!(back.as_deref(), Ok(text));
            }
            if parameter & 0x80 != 0 && has_tag(self.limits, self.mode()) && !ciphertext.is_empty() {
                let mut wrong = ciphertext;
                wrong[0] ^= 1;
                let back = self.open(&wrong, &tag, flags, parameter, false);
                assert_eq!(back, Err(names::STATUS_AUTH_TAG_MISMATCH));
            }
        }
    }

    fn mode(&self) -> Mode {
        let field = door::get(self.key, &door::wide(names::BCRYPT_CHAINING_MODE)).unwrap();
        let name = Mode::ALL.iter().find(|mode| field.starts_with(&wide_bytes(mode.name())));
        *name.unwrap()
    }

    fn iv(&self, parameter: u8) -> Vec<u8> {
        match self.mode() {
            Mode::Cbc | Mode::Cfb => vec![parameter; self.limits.block],
            Mode::NotApplicable if self.limits.block == 16 => vec![parameter; 8],
            _ => Vec::new(),
        }
    }

    fn transform(
        &self,
        way: Way,
        text: &[u8],
        flags: u32,
        parameter: u8,
        in_place: bool,
    ) -> std::result::Result<(Vec<u8>, Vec<u8>), Status> {
        let mut tag = vec![0; 16];
        let result = self.call(way, text, &mut tag, flags, parameter, in_place)?;
        Ok((result, tag))
    }

    fn open(
        &self,
        text: &[u8],
        tag: &[u8],
        flags: u32,
        parameter: u8,
        in_place: bool,
    ) -> std::result::Result<Vec<u8>, Status> {
        self.call(Way::Decrypt, text, &mut tag.to_vec(), flags, parameter, in_place)
    }

    /// A call on a fresh copy of the key with what its mode needs.
    fn call(
        &self,
        way: Way,
        text: &[u8],
        tag: &mut [u8],
        flags: u32,
        parameter: u8,
        in_place: bool,
    ) -> std::result::Result<Vec<u8>, Status> {
        let key = self.duplicate();
        let (mut iv, mut nonce) = (self.iv(parameter), [parameter; 12]);
        let mut info = info(&mut nonce, tag);
        let info_pointer =
            if has_tag(self.limits, self.mode()) { (&raw mut info).cast() } else { null_mut() };
        let (iv_start, iv_size) = (if iv.is_empty() { null_mut() } else { iv.as_mut_ptr() }, iv.len() as u32);
        let room = text.len() + self.limits.block;
        let mut output = vec![0xA5; room];
        output[..text.len()].copy_from_slice(text);
        let apart = text.to_vec();
        let input = if in_place { output.as_mut_ptr() } else { apart.as_ptr().cast_mut() };
        let mut size = 0;
        // SAFETY: as in `new`.
        let status = unsafe {
            function(way)(
                key,
                input,
                text.len() as u32,
                info_pointer,
                iv_start,
                iv_size,
                output.as_mut_ptr(),
                room as u32,
                &mut size,
                flags,
            )
        };
        assert_eq!(door::destroy_key(key), SUCCESS);
        match door::documented(status) {
            SUCCESS => {
                output.truncate(size as usize);
                Ok(output)
            }
            status => Err(status),
        }
    }

    /// Arguments that may be wrong in every way; sizes are those of the buffers.
    fn anything(&self, parameter: u8, length: u16, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(64));
        let field = |place: usize| first.get(place).copied().unwrap_or_default();
        let mut nonce = vec![1; usize::from(field(0) % 20)];
        let mut tag = vec![2; usize::from(field(1) % 20)];
        let mut aad = first.to_vec();
        let mut context = vec![3; usize::from(field(2) % 24)];
        let mut iv = vec![4; usize::from(field(3) % 24)];
        let mut output = vec![0xA5; usize::from(length % 3100)];
        let mut info = info(&mut nonce, &mut tag);
        (info.pbAuthData, info.cbAuthData) = (aad.as_mut_ptr(), aad.len() as u32);
        (info.pbMacContext, info.cbMacContext) = (context.as_mut_ptr(), context.len() as u32);
        info.dwFlags = u32::from(field(4) % 5);
        info.cbAAD = u32::from(field(5) % 40);
        info.cbData = u64::from(field(6)) * 16;
        if field(7) & 1 == 1 {
            info.cbSize = field(7).into();
        }
        let null_if = |bit: u8, pointer: PUCHAR| if field(8) & bit == 0 { pointer } else { null_mut() };
        let size_if = |bit: u8, size: usize| if field(8) & bit == 0 { size as u32 } else { 0 };
        let way = if parameter & 1 == 0 { Way::Encrypt } else { Way::Decrypt };
        let input = rest.to_vec();
        let mut result = 0;
        // SAFETY: as in `new`; a NULL stands beside the size 0.
        door::documented(unsafe {
            function(way)(
                self.key,
                null_if(1, input.as_ptr().cast_mut()),
                size_if(1, input.len()),
                if field(8) & 8 == 0 { (&raw mut info).cast() } else { null_mut() },
                null_if(2, iv.as_mut_ptr()),
                size_if(2, iv.len()),
                null_if(4, output.as_mut_ptr()),
                size_if(4, output.len()),
                &mut result,
                u32::from(parameter >> 1),
            )
        });
    }

    fn properties(&self, parameter: u8, bytes: &[u8]) {
        let rows = names::PROPERTIES.rows;
        let name = door::wide(rows[usize::from(parameter) % rows.len()].value);
        // A mode's name is read up to its NUL, whatever size is given.
        let value = [bytes, &[0; 64]].concat();
        for object in [self.key, self.provider] {
            let is_text = name == door::wide(names::BCRYPT_CHAINING_MODE);
            door::set(object, &name, if is_text { &value } else { bytes });
            for row in rows {
                door::get(object, &door::wide(row.value)).ok();
            }
        }
    }

    fn import(&self, parameter: u8, blob: &[u8]) {
        let kind = door::wide(BLOB_TYPES[usize::from(parameter) % BLOB_TYPES.len()].0);
        let wrapping = if parameter & 0x40 == 0 { null_mut() } else { self.key };
        if let Ok(key) = self.imported(wrapping, &kind, blob) {
            assert_eq!(door::destroy_key(key), SUCCESS);
        }
    }

    fn imported(&self, wrapping: Raw, kind: &[u16], blob: &[u8]) -> std::result::Result<Raw, Status> {
        let (provider, blob) = (self.provider, blob.to_vec());
        door::receive(|out| {
            let (start, size) = (blob.as_ptr().cast_mut(), blob.len() as u32);
            // SAFETY: as in `new`.
            unsafe {
                symmetric::BCryptImportKey(
                    provider,
                    wrapping,
                    kind.as_ptr(),
                    out,
                    null_mut(),
                    0,
                    start,
                    size,
                    0,
                )
            }
        })
    }

    /// What is exported can be imported.
    fn export(&self, parameter: u8) {
        for (name, _) in BLOB_TYPES {
            let kind = door::wide(name);
            let wrapping = if parameter & 1 == 0 { null_mut() } else { self.key };
            let blob = door::whole(|output, size, result| {
                // SAFETY: as in `new`.
                unsafe { keys::BCryptExportKey(self.key, wrapping, kind.as_ptr(), output, size, result, 0) }
            });
            if let Ok(blob) = blob {
                // A key longer than a flag allows is only imported with the flag; none is made here.
                let key = self.imported(wrapping, &kind, &blob).unwrap();
                assert_eq!(door::destroy_key(key), SUCCESS);
            }
        }
    }

    /// A text in two parts is the text.
    fn parts(&self, parameter: u8, text: &[u8]) {
        if self.mode() != Mode::Gcm {
            return;
        }
        let (whole, tag) = self.transform(Way::Encrypt, text, 0, parameter, false).unwrap();
        let (mut nonce, mut made, mut context) = ([parameter; 12], [0; 16], [0; 16]);
        let mut info = info(&mut nonce, &mut made);
        (info.pbMacContext, info.cbMacContext, info.dwFlags) = (context.as_mut_ptr(), 16, 1);
        let (mut scratch, mut result, mut memory) = ([0; 16], 0, text.to_vec());
        let cut = text.len() * usize::from(parameter) / 255 / 16 * 16;
        for (is_last, part) in [(false, 0..cut), (true, cut..text.len())] {
            if is_last {
                info.dwFlags &= !1;
            }
            let part = &mut memory[part];
            let (start, size) = (part.as_mut_ptr(), part.len() as u32);
            let (info, iv) = ((&raw mut info).cast(), scratch.as_mut_ptr());
            // SAFETY: as in `new`.
            let status = unsafe {
                encryption::BCryptEncrypt(self.key, start, size, info, iv, 16, start, size, &mut result, 0)
            };
            assert_eq!(door::documented(status), SUCCESS);
        }
        assert_eq!((memory, made.to_vec()), (whole, tag));
    }
}

fn has_tag(limits: &Limits, mode: Mode) -> bool {
    limits.tags(mode).is_ok()
}

fn info(nonce: &mut [u8], tag: &mut [u8]) -> BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
        cbSize: size_of::<BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO>() as u32,
        dwInfoVersion: 1,
        pbNonce: nonce.as_mut_ptr(),
        cbNonce: nonce.len() as u32,
        pbAuthData: null_mut(),
        cbAuthData: 0,
        pbTag: tag.as_mut_ptr(),
        cbTag: tag.len() as u32,
        pbMacContext: without_provenance_mut(0),
        cbMacContext: 0,
        cbAAD: 0,
        cbData: 0,
        dwFlags: 0,
    }
}

type Function = unsafe extern "system" fn(
    Raw,
    PUCHAR,
    ULONG,
    PVOID,
    PUCHAR,
    ULONG,
    PUCHAR,
    ULONG,
    *mut ULONG,
    ULONG,
) -> NTSTATUS;

fn function(way: Way) -> Function {
    match way {
        Way::Encrypt => encryption::BCryptEncrypt,
        Way::Decrypt => encryption::BCryptDecrypt,
    }
}

fn wide_bytes(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect()
}
