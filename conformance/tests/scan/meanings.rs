//! A name goes with a function: it is covered if that function is used and there.

use crate::samples::{Answer, folder, found, scan, tool, windows_program, write};

fn c(name: &str, text: &str) -> Answer {
    scan(&[write(&folder(&format!("meaning {name}")), "a.c", text)])
}

const OPEN: &str = "BCryptOpenAlgorithmProvider(&a, BCRYPT_SHA256_ALGORITHM, 0, 0);";

/// BCryptSetProperty takes a hash's name for one property only.
#[test]
fn a_property_is_no_derivation() {
    let mode = "BCryptSetProperty(a, BCRYPT_CHAINING_MODE, b, 1, 0);";
    let answer = c("mode", &format!("int f(void) {{ {OPEN} {mode} }}"));
    assert!(answer.says("SHA256", "algorithm") && !answer.says("SHA256", "derivation"), "{}", answer.text);

    let hkdf = "BCryptSetProperty(s, BCRYPT_HKDF_HASH_ALGORITHM, BCRYPT_SHA256_ALGORITHM, 14, 0);";
    let answer = c("hkdf", &format!("int f(void) {{ {hkdf} }}"));
    assert!(answer.code == 0 && answer.says("SHA256", "hash of a derivation implemented"), "{}", answer.text);
    assert!(!answer.says("SHA256", "algorithm"), "{}", answer.text);
}

/// With a derivation and nothing that hashes, the name is the derivation's.
#[test]
fn a_derivation_is_no_hashing() {
    let open = "BCryptOpenAlgorithmProvider(&a, BCRYPT_ECDH_P256_ALGORITHM, 0, 0);";
    let derive = "BCryptDeriveKey(s, BCRYPT_KDF_HASH, list(BCRYPT_SHA256_ALGORITHM), b, 1, &n, 0);";
    let answer = c("derive", &format!("int f(void) {{ {open} {derive} }}"));
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(answer.says("SHA256", "hash of a derivation implemented"), "{}", answer.text);
    assert!(!answer.says("SHA256", "algorithm"), "{}", answer.text);

    let hash = "BCryptCreateHash(a, &h, 0, 0, 0, 0, 0);";
    let answer = c("both", &format!("int f(void) {{ {open} {derive} {hash} }}"));
    assert!(
        answer.says("SHA256", "algorithm") && answer.says("SHA256", "hash of a derivation"),
        "{}",
        answer.text
    );
}

/// The library knows the blob, but nothing in the program that takes it.
#[test]
fn a_name_without_its_function() {
    let answer =
        c("none", "int f(void) { BCryptGenRandom(a, b, 1, 0); g(BCRYPT_ECCPUBLIC_BLOB, L\"SHA256\"); }");
    assert!(!answer.names("ECCPUBLICBLOB") && !answer.names("SHA256"), "{}", answer.text);
}

const NOTE: &str = "which bcrypt-shim does not stand in for\n";

#[test]
fn other_libraries_in_sources() {
    let answer = c(
        "libraries",
        "int f(void) { BCryptGenRandom(a, b, 1, 0); NCryptOpenKey(a); CryptStringToBinaryW(b); }",
    );
    assert!(
        answer.text.ends_with(&format!("note: it also uses crypt32.dll, ncrypt.dll, {NOTE}")),
        "{}",
        answer.text
    );
    assert!(answer.code == 0 && answer.text.contains("\ncovered: "), "{}", answer.text);
    let answer =
        c("loaded", "int f(void) { LoadLibraryW(L\"C:\\\\x\\\\Crypt32.dll\"); CertificateList(a); }");
    assert!(
        answer
            .text
            .ends_with(&format!("uses no function of bcrypt.dll\nnote: it also uses crypt32.dll, {NOTE}"))
    );
    let answer =
        c("own", "int CertOpenStore(int a) { return a; }\nint g(void) { return BCryptGenRandom(a); }");
    assert!(!answer.text.contains("note:"), "{}", answer.text);
}

#[test]
fn other_libraries_of_windows_programs() {
    let folder = folder("other libraries");
    let Some(alone) = windows_program(&folder, "dh_group14") else { return };
    assert!(!scan(&[alone]).text.contains("note:"));
    write(
        &folder,
        "o.c",
        "#include <windows.h>\n#include <bcrypt.h>\n#include <ncrypt.h>\n#include <wincrypt.h>\n\
         int main(int count, char **all) {\nNCRYPT_PROV_HANDLE provider; DWORD n = 0; HKEY key;\n\
         RegOpenKeyExA(HKEY_CURRENT_USER, \"x\", 0, 0, &key);\n\
         if (count > 7) return BCryptGenRandom(0, (PUCHAR)all[1], 1, 2);\n\
         return NCryptOpenStorageProvider(&provider, 0, 0) + CryptStringToBinaryA(all[0], 0, 1, 0, &n, 0, 0); }\n",
    );
    let build = |more: &[&str]| {
        let arguments =
            [&["-O2", "o.c", "-o", "o.exe", "-lbcrypt", "-lncrypt", "-lcrypt32", "-ladvapi32"], more]
                .concat();
        tool(&folder, "x86_64-w64-mingw32-gcc", &arguments);
        scan(&[folder.join("o.exe")])
    };
    let answer = build(&[]);
    assert!(
        answer.text.ends_with(&format!("note: it also uses crypt32.dll, ncrypt.dll, {NOTE}")),
        "{}",
        answer.text
    );
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(answer.says("BCryptGenRandom", "implemented; import"), "{}", answer.text);
    tool(&folder, "x86_64-w64-mingw32-gcc", &["-c", "o.c"]);
    assert!(scan(&[folder.join("o.o")]).text.contains("crypt32.dll, ncrypt.dll"));
}

#[test]
fn other_libraries_of_assemblies() {
    if !found("mcs") {
        return;
    }
    let folder = folder("other libraries net");
    let import = "[System.Runtime.InteropServices.DllImport";
    write(
        &folder,
        "o.cs",
        format!(
            "class P {{ {import}(\"ncrypt.dll\")] static extern int NCryptOpenKey();\n\
             {import}(\"advapi32\", EntryPoint = \"RegCloseKey\")] static extern int Close();\n\
             static void Main() {{ NCryptOpenKey(); Close(); }} }}"
        ),
    );
    let source = scan(&[folder.join("o.cs")]);
    assert!(source.text.ends_with(&format!("note: it also uses ncrypt.dll, {NOTE}")), "{}", source.text);
    tool(&folder, "mcs", &["-out:o.exe", "o.cs"]);
    let assembly = scan(&[folder.join("o.exe")]);
    assert!(assembly.text.ends_with(&format!("note: it also uses ncrypt.dll, {NOTE}")), "{}", assembly.text);
}
