//! Names of libraries and functions, as files and sources spell them.

/// A name as it can be printed: a hostile file may hold anything.
pub fn printable(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace(char::is_control, "?")
}

/// Whether a library's name is that of bcrypt.dll, in any spelling that a loader takes.
pub fn is_bcrypt(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    matches!(
        file,
        "bcrypt"
            | "bcrypt.dll"
            | "libbcrypt"
            | "libbcrypt.so"
            | "libbcrypt.so.0"
            | "libbcrypt.dylib"
            | "libbcrypt.0.dylib"
    )
}

/// Whether a name has the form of bcrypt.dll's: `BCrypt` and another capital letter.
pub fn is_function_name(name: &str) -> bool {
    name.strip_prefix("BCrypt").is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_uppercase())
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}

/// Windows' other cryptographic libraries. The last are so only by some of their functions.
const LIBRARIES: &[&str] = &[
    "ncrypt.dll",
    "crypt32.dll",
    "bcryptprimitives.dll",
    "cryptsp.dll",
    "cryptbase.dll",
    "cryptnet.dll",
    "cryptui.dll",
    "cryptxml.dll",
    "dpapi.dll",
    "dssenh.dll",
    "rsaenh.dll",
    "schannel.dll",
    "secur32.dll",
    "sspicli.dll",
    "wintrust.dll",
    ADVAPI,
];
const ADVAPI: &str = "advapi32.dll";

/// What the functions' names begin with, before a capital letter, and where they are. A call in a source says only its
/// name, and `Crypt` is two libraries'.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("ncrypt.dll", &["NCrypt"]),
    (
        "crypt32.dll",
        &[
            "CertAddCertificate",
            "CertCloseStore",
            "CertCreateCertificate",
            "CertEnumCertificates",
            "CertFindCertificate",
            "CertFreeCertificate",
            "CertGetCertificate",
            "CertOpenStore",
            "CertOpenSystemStore",
            "CertVerifyCertificate",
            "CryptBinaryToString",
            "CryptDecodeObject",
            "CryptEncodeObject",
            "CryptExportPublicKeyInfo",
            "CryptImportPublicKeyInfo",
            "CryptMsg",
            "CryptProtectData",
            "CryptProtectMemory",
            "CryptQueryObject",
            "CryptStringToBinary",
            "CryptUnprotectData",
            "CryptUnprotectMemory",
            "PFXExportCertStore",
            "PFXImportCertStore",
        ],
    ),
    (
        ADVAPI,
        &[
            "CryptAcquireContext",
            "CryptCreateHash",
            "CryptDecrypt",
            "CryptDeriveKey",
            "CryptDestroyHash",
            "CryptDestroyKey",
            "CryptEncrypt",
            "CryptExportKey",
            "CryptGenKey",
            "CryptGenRandom",
            "CryptGetHashParam",
            "CryptGetKeyParam",
            "CryptHashData",
            "CryptImportKey",
            "CryptReleaseContext",
            "CryptSetHashParam",
            "CryptSetKeyParam",
            "CryptSignHash",
            "CryptVerifySignature",
            "SystemFunction036",
        ],
    ),
];

/// Another cryptographic library that a text names, as a program does that loads it.
pub fn other_library(text: &[u8]) -> Option<&'static str> {
    // Without the ending most are words that mean other things too.
    let whole = text.to_ascii_lowercase().ends_with(b".dll");
    library(text).filter(|name| matches!(*name, "ncrypt.dll" | "crypt32.dll") || whole && *name != ADVAPI)
}

/// Whether a library has cryptographic functions beside others.
pub fn is_other_library(name: &[u8]) -> bool {
    library(name).is_some()
}

/// The other cryptographic library that a function is of. A library whose name is not known is told by the function's.
pub fn library_of(function: &str, of: Option<&[u8]>) -> Option<&'static str> {
    let is = |start: &str| {
        // An A or W for the kind of text, Ex and a number follow.
        function.strip_prefix(start).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let of = match of {
        Some(name) => library(name)?,
        None => "",
    };
    match of {
        "" => {
            FUNCTIONS.iter().find(|(_, starts)| starts.iter().any(|start| is(start))).map(|(name, _)| *name)
        }
        // Most of its functions are about the registry and services.
        ADVAPI => (is("Crypt") || is("SystemFunction")).then_some(ADVAPI),
        name => Some(name),
    }
}

fn library(name: &[u8]) -> Option<&'static str> {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    LIBRARIES.iter().copied().find(|known| *known == file || known.strip_suffix(".dll") == Some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_libraries_by_name_and_by_function() {
        assert_eq!(other_library(b"C:\\Windows\\NCrypt.DLL"), Some("ncrypt.dll"));
        assert_eq!(other_library(b"crypt32"), Some("crypt32.dll"));
        for text in [&b"advapi32.dll"[..], b"bcrypt.dll", b"secur32", b"kernel32.dll", b""] {
            assert_eq!(other_library(text), None, "{}", text.escape_ascii());
        }
        assert_eq!(library_of("RegOpenKeyExA", Some(b"ADVAPI32.dll")), None);
        assert_eq!(library_of("CryptGenRandom", Some(b"advapi32")), Some("advapi32.dll"));
        assert_eq!(library_of("CryptGenRandom", Some(b"ADVAPI32.dll")), Some("advapi32.dll"));
        assert_eq!(library_of("Anything", Some(b"ncrypt.dll")), Some("ncrypt.dll"));
        assert_eq!(library_of("CryptGenRandom", Some(b"kernel32.dll")), None);
        assert_eq!(library_of("CryptStringToBinaryA", None), Some("crypt32.dll"));
        assert_eq!(library_of("NCryptOpenKey", None), Some("ncrypt.dll"));
        for function in ["CertificateList", "CryptHash", "NCrypt-x", "BCryptHash"] {
            assert_eq!(library_of(function, None), None, "{function}");
        }
    }
}
