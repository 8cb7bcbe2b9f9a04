//! Symmetric ciphers per message, the key made once, in place: the library, the bare engine's best way, and OpenSSL
//! through EVP with a context that is used again.

use std::ffi::{c_char, c_int, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};

use aws_lc_sys as lc;
use bcrypt_shim::algorithm::ALGORITHMS;
use serde_json::Value;

use crate::measure::{Comparisons, Effort, Work, nanoseconds, pin};
use crate::peer::bcrypt::{as_bytes, call::Functions, wide};
use crate::peer::functions;

/// A cipher in a mode, and what each side calls it.
struct Row {
    name: &'static str,
    id: &'static str,
    mode: &'static str,
    key: usize,
    block: usize,
    unit: u32,
    decrypts: bool,
    /// Empty where the library is measured alone.
    openssl: &'static str,
}

const fn row(
    name: &'static str,
    id: &'static str,
    mode: &'static str,
    key: usize,
    openssl: &'static str,
) -> Row {
    Row { name, id, mode, key, block: 16, unit: 0, decrypts: false, openssl }
}

static ROWS: [Row; 12] = [
    row("AES-128-GCM", "AES", "GCM", 16, "AES-128-GCM"),
    row("AES-256-GCM", "AES", "GCM", 32, "AES-256-GCM"),
    row("AES-256-CCM", "AES", "CCM", 32, "AES-256-CCM"),
    row("ChaCha20-Poly1305", "CHACHA20_POLY1305", "N/A", 32, "ChaCha20-Poly1305"),
    row("AES-128-CBC", "AES", "CBC", 16, "AES-128-CBC"),
    Row { decrypts: true, ..row("AES-128-CBC, back", "AES", "CBC", 16, "AES-128-CBC") },
    row("AES-128-ECB", "AES", "ECB", 16, "AES-128-ECB"),
    Row { unit: 16, ..row("AES-128-CFB128", "AES", "CFB", 16, "AES-128-CFB") },
    Row { unit: 16, decrypts: true, ..row("AES-128-CFB128, back", "AES", "CFB", 16, "AES-128-CFB") },
    Row { unit: 1, ..row("AES-128-CFB8", "AES", "CFB", 16, "AES-128-CFB8") },
    Row { unit: 4096, ..row("AES-256-XTS", "XTS-AES", "N/A", 64, "AES-256-XTS") },
    Row { block: 8, ..row("3DES-CBC", "3DES", "CBC", 24, "DES-EDE3-CBC") },
];

/// What the rows above leave out of the table of algorithms: each in each mode, with its longest key.
fn others() -> Vec<Row> {
    let all = ALGORITHMS.iter().filter_map(|row| Some((row.name, row.cipher().ok()?.limits())));
    let all = all.flat_map(|(id, limits)| {
        limits.modes.iter().map(move |mode| {
            let mode = mode.name().trim_start_matches("ChainingMode");
            let name = if mode == "N/A" { id } else { format!("{id}-{mode}").leak() };
            let (key, block) = (limits.key_bits.1 as usize / 8, limits.block);
            Row { block, ..row(name, id, mode, key, "") }
        })
    });
    all.filter(|row| !ROWS.iter().any(|known| (known.id, known.mode) == (row.id, row.mode))).collect()
}

const SIZES: [usize; 4] = [64, 1344, 16_384, 1 << 20];

type Raw = *mut c_void;
/// The library's side.
struct Shim {
    call: &'static Functions,
}

impl Shim {
    fn load(path: &Path) -> Self {
        Self { call: Functions::for_good(path) }
    }

    fn key(&self, row: &Row) -> Raw {
        let secret: Vec<u8> = (0..row.key as u8).collect();
        let provider = self.call.open(&wide(row.id));
        let mode = wide(&format!("ChainingMode{}", row.mode));
        self.call.set(provider, &wide("ChainingMode"), as_bytes(&mode));
        let key = self.call.symmetric(provider, &secret);
        if row.unit != 0 {
            self.call.set(key, &wide("MessageBlockLength"), &row.unit.to_ne_bytes());
        }
        key
    }

    fn work<'a>(&'a self, row: &'a Row, key: Raw, size: usize) -> Work<'a> {
        let mut text = vec![7; size];
        let (mut iv, mut nonce, mut tag) = ([0_u8; 16], [1_u8; 12], [0_u8; 16]);
        let has_tag = matches!(row.mode, "GCM" | "CCM") || row.id.starts_with("CHACHA");
        let iv_size = match row.mode {
            "ECB" => 0,
            _ if row.id == "XTS-AES" => 8,
            "N/A" => 0,
            _ => row.block as u32,
        };
        let call = if row.decrypts { self.call.decrypt } else { self.call.encrypt };
        Box::new(move || {
            let info = windows_sys::Win32::Security::Cryptography::BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
                cbSize: 88,
                dwInfoVersion: 1,
                pbNonce: nonce.as_mut_ptr(),
                cbNonce: 12,
                pbTag: tag.as_mut_ptr(),
                cbTag: 16,
                ..Default::default()
            };
            let info_pointer = if has_tag { (&raw const info).cast() } else { null() };
            let iv_pointer = if iv_size == 0 || has_tag { null_mut() } else { iv.as_mut_ptr() };
            let iv_size = if iv_pointer.is_null() { 0 } else { iv_size };
            let (buffer, mut written) = (text.as_mut_ptr(), 0);
            // SAFETY: the pointers are to live values.
            let status = unsafe {
                let size = size as u32;
                call(key, buffer, size, info_pointer, iv_pointer, iv_size, buffer, size, &mut written, 0)
            };
            assert_eq!(status, 0);
        })
    }
}

/// The engine's fastest public function for it, where there is one.
fn engine(row: &Row, size: usize) -> Option<Work<'static>> {
    if row.openssl.is_empty() {
        return None;
    }
    let secret: Vec<u8> = (0..row.key as u8).collect();
    let (mut text, mut iv, nonce, mut tag) = (vec![7; size], [0_u8; 16], [1_u8; 12], [0_u8; 16]);
    // SAFETY: contexts and keys are valid and live as long as the work; each buffer has the size that is told.
    unsafe {
        let aead = match (row.mode, row.key, row.id) {
            ("GCM", 16, _) => lc::EVP_aead_aes_128_gcm(),
            ("GCM", ..) => lc::EVP_aead_aes_256_gcm(),
            (.., "CHACHA20_POLY1305") => lc::EVP_aead_chacha20_poly1305(),
            _ => null(),
        };
        if !aead.is_null() {
            let context = lc::EVP_AEAD_CTX_new(aead, secret.as_ptr(), secret.len(), 16);
            return Some(Box::new(move || {
                let (buffer, mut written) = (text.as_mut_ptr(), 0);
                let done = lc::EVP_AEAD_CTX_seal_scatter(
                    context,
                    buffer,
                    tag.as_mut_ptr(),
                    &mut written,
                    16,
                    nonce.as_ptr(),
                    12,
                    buffer,
                    size,
                    null(),
                    0,
                    null(),
                    0,
                );
                assert_eq!(done, 1);
            }));
        }
        if (row.mode, row.id) == ("CBC", "AES") {
            let mut key: Box<lc::AES_KEY> = Box::new(std::mem::zeroed());
            match row.decrypts {
                true => lc::AES_set_decrypt_key(secret.as_ptr(), 128, &mut *key),
                false => lc::AES_set_encrypt_key(secret.as_ptr(), 128, &mut *key),
            };
            let way = i32::from(!row.decrypts);
            return Some(Box::new(move || {
                let buffer = text.as_mut_ptr();
                lc::AES_cbc_encrypt(buffer, buffer, size, &*key, iv.as_mut_ptr(), way);
            }));
        }
        let cipher = match (row.name, row.mode) {
            ("AES-256-CCM", _) => lc::EVP_aes_256_ccm(),
            (_, "ECB") => lc::EVP_aes_128_ecb(),
            (_, "CFB") if row.unit == 16 => lc::EVP_aes_128_cfb128(),
            (_, "CFB") => lc::EVP_aes_128_cfb8(),
            ("AES-256-XTS", _) => lc::EVP_aes_256_xts(),
            _ => lc::EVP_des_ede3_cbc(),
        };
        let context = lc::EVP_CIPHER_CTX_new();
        let way = i32::from(!row.decrypts);
        let none = null_mut();
        if row.mode == "CCM" {
            assert_eq!(lc::EVP_CipherInit_ex(context, cipher, none, null(), null(), 1), 1);
            lc::EVP_CIPHER_CTX_ctrl(context, lc::EVP_CTRL_AEAD_SET_IVLEN, 12, null_mut());
            lc::EVP_CIPHER_CTX_ctrl(context, lc::EVP_CTRL_AEAD_SET_TAG, 16, null_mut());
            assert_eq!(lc::EVP_CipherInit_ex(context, null(), none, secret.as_ptr(), nonce.as_ptr(), 1), 1);
            return Some(Box::new(move || {
                let (buffer, mut written, length) = (text.as_mut_ptr(), 0, size as c_int);
                assert_eq!(lc::EVP_CipherInit_ex(context, null(), none, null(), nonce.as_ptr(), 1), 1);
                assert_eq!(lc::EVP_CipherUpdate(context, null_mut(), &mut written, null(), length), 1);
                assert_eq!(lc::EVP_CipherUpdate(context, buffer, &mut written, buffer, length), 1);
                lc::EVP_CIPHER_CTX_ctrl(context, lc::EVP_CTRL_AEAD_GET_TAG, 16, tag.as_mut_ptr().cast());
            }));
        }
        assert_eq!(lc::EVP_CipherInit_ex(context, cipher, none, secret.as_ptr(), iv.as_ptr(), way), 1);
        lc::EVP_CIPHER_CTX_set_padding(context, 0);
        let unit = if row.id == "XTS-AES" { row.unit as usize } else { size };
        Some(Box::new(move || {
            for part in text.chunks_mut(unit) {
                let (buffer, mut written) = (part.as_mut_ptr(), 0);
                assert_eq!(lc::EVP_CipherInit_ex(context, null(), none, null(), iv.as_ptr(), -1), 1);
                let done = lc::EVP_CipherUpdate(context, buffer, &mut written, buffer, part.len() as c_int);
                assert_eq!(done, 1);
            }
        }))
    }
}

functions! {
    OpenSsl from "libcrypto.so.3", "libcrypto.3.dylib" {
        fetch: "EVP_CIPHER_fetch", fn(Raw, *const c_char, *const c_char) -> Raw;
        context: "EVP_CIPHER_CTX_new", fn() -> Raw;
        init: "EVP_CipherInit_ex", fn(Raw, Raw, Raw, *const u8, *const u8, c_int) -> c_int;
        update: "EVP_CipherUpdate", fn(Raw, *mut u8, *mut c_int, *const u8, c_int) -> c_int;
        finish: "EVP_CipherFinal_ex", fn(Raw, *mut u8, *mut c_int) -> c_int;
        control: "EVP_CIPHER_CTX_ctrl", fn(Raw, c_int, c_int, *mut c_void) -> c_int;
        padding: "EVP_CIPHER_CTX_set_padding", fn(Raw, c_int) -> c_int;
    }
}

impl OpenSsl {
    fn work<'a>(&'a self, row: &'a Row, size: usize) -> Option<Work<'a>> {
        const SET_IV_LENGTH: c_int = 9;
        const GET_TAG: c_int = 16;
        const SET_TAG: c_int = 17;
        let secret: Vec<u8> = (0..row.key as u8).collect();
        let (mut text, iv, mut tag) = (vec![7; size], [1_u8; 16], [0_u8; 16]);
        let name = std::ffi::CString::new(row.openssl).ok()?;
        let has_tag = matches!(row.mode, "GCM" | "CCM") || row.id.starts_with("CHACHA");
        let unit = if row.id == "XTS-AES" { row.unit as usize } else { size };
        // SAFETY: cipher and context are never freed; each buffer has the size that is told.
        unsafe {
            let cipher = (self.fetch)(null_mut(), name.as_ptr(), null());
            if cipher.is_null() {
                return None;
            }
            let (context, none, way) = ((self.context)(), null_mut(), c_int::from(!row.decrypts));
            assert_eq!((self.init)(context, cipher, none, null(), null(), way), 1);
            if row.mode == "CCM" {
                (self.control)(context, SET_IV_LENGTH, 12, null_mut());
                (self.control)(context, SET_TAG, 16, null_mut());
            }
            assert_eq!((self.init)(context, none, none, secret.as_ptr(), iv.as_ptr(), way), 1);
            (self.padding)(context, 0);
            Some(Box::new(move || {
                for part in text.chunks_mut(unit) {
                    let (buffer, mut written, length) = (part.as_mut_ptr(), 0, part.len() as c_int);
                    assert_eq!((self.init)(context, none, none, null(), iv.as_ptr(), -1), 1);
                    if row.mode == "CCM" {
                        assert_eq!((self.update)(context, null_mut(), &mut written, null(), length), 1);
                    }
                    assert_eq!((self.update)(context, buffer, &mut written, buffer, length), 1);
                    if has_tag {
                        assert_eq!((self.finish)(context, tag.as_mut_ptr(), &mut written), 1);
                        (self.control)(context, GET_TAG, 16, tag.as_mut_ptr().cast());
                    }
                }
            }))
        }
    }
}

/// Every row at every size; and one GCM key used by one thread and by two.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Value {
    let (shim, openssl) = (Shim::load(path), OpenSsl::load());
    let mut comparisons = Comparisons::new(effort, only);
    let others = others();
    for row in ROWS.iter().chain(&others) {
        // Who stands alone does so at one size.
        let sizes = if row.openssl.is_empty() { &SIZES[2..3] } else { &SIZES[..] };
        for &size in sizes.iter().filter(|&&size| row.id != "XTS-AES" || size % row.unit as usize == 0) {
            comparisons.add([("cipher", row.name.into()), ("bytes", size.into())], || {
                let ours = ("bcrypt-shim", shim.work(row, shim.key(row), size));
                let engine = engine(row, size).map(|work| ("engine", work));
                let theirs = openssl.as_ref().and_then(|peer| Some(("OpenSSL", peer.work(row, size)?)));
                [ours].into_iter().chain(engine).chain(theirs).collect()
            });
        }
    }
    if comparisons.has("threads") {
        comparisons.push(one_key_two_threads(&shim, effort));
    }
    Value::Array(comparisons.rows())
}

/// How much faster two threads with one key are than one, at 16 KiB a message.
fn one_key_two_threads(shim: &Shim, effort: Effort) -> Value {
    const MESSAGES: usize = 2000;
    let key = shim.key(&ROWS[0]) as usize;
    let run = |threads: usize| {
        let once = || {
            std::thread::scope(|scope| {
                for processor in 0..threads {
                    scope.spawn(move || {
                        pin(processor);
                        let mut work = shim.work(&ROWS[0], key as Raw, 16_384);
                        (0..MESSAGES).for_each(|_| work());
                    });
                }
            });
        };
        nanoseconds(Effort { rounds: effort.rounds.min(31), ..effort }, &mut { once }) / threads as f64
    };
    let (one, two) = (run(1), run(2));
    eprintln!("one GCM key, two threads: {:.2} times one", one / two);
    serde_json::json!({ "cipher": "AES-128-GCM, one key, two threads", "times one thread": one / two })
}
