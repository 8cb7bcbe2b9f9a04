//! `conformance scan` on programs and sources as users have them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod bad_input;
mod dotnet;
mod meanings;
mod samples;
mod sources;
mod tails;
mod traces;

use std::fs;
use std::path::Path;

use object::Architecture;
use samples::{fat, folder, found, mach_object, repository, scan, tool, windows_program, write};

const IMPORTED: &str = "implemented; import";

#[test]
fn a_windows_program() {
    let Some(program) = windows_program(&folder("windows"), "x25519_hkdf") else { return };
    let answer = scan(&[program]);
    assert_eq!((answer.code, answer.error.as_str()), (0, ""), "{}", answer.text);
    for name in ["BCryptSecretAgreement", "BCryptDeriveKey", "BCryptSetProperty"] {
        assert!(answer.says(name, IMPORTED), "{name}: {}", answer.text);
    }
    assert!(answer.says("HKDF", "derivation implemented"), "{}", answer.text);
    assert!(answer.says("curve25519", "curve implemented"), "{}", answer.text);
    assert!(answer.says("SHA256", "hash of a derivation implemented"), "{}", answer.text);
    assert!(!answer.names("BCryptHash") && !answer.names("RSA"), "{}", answer.text);
}

/// What a program imports by number, delayed, and by GetProcAddress.
#[test]
fn other_ways_to_import() {
    let folder = folder("other");
    let compiler = "x86_64-w64-mingw32-gcc";
    if !found(compiler) || !found("x86_64-w64-mingw32-dlltool") {
        return;
    }
    write(
        &folder,
        "o.def",
        "LIBRARY bcrypt.dll\nEXPORTS\nBCryptHash @12 NONAME\nBCryptNews\nBCryptSetAuditingInterface\n",
    );
    tool(&folder, "x86_64-w64-mingw32-dlltool", &["-d", "o.def", "-l", "libo.a"]);
    write(
        &folder,
        "o.c",
        "#define WIN32_LEAN_AND_MEAN\n#include <windows.h>\n\
         int BCryptHash(void); int BCryptNews(void); int BCryptSetAuditingInterface(void);\n\
         int main(void) { return BCryptHash() + BCryptNews() + BCryptSetAuditingInterface() +\n\
         (GetProcAddress(LoadLibraryA(\"bcrypt.dll\"), \"BCryptEncrypt\") != 0); }\n",
    );
    tool(&folder, compiler, &["o.c", "-o", "o.exe", "-L.", "-lo"]);
    let program = folder.join("o.exe");
    let check = |answer: samples::Answer, evidence: &str| {
        assert_eq!(answer.code, 1, "{}", answer.text);
        assert!(
            answer.says(
                "#12",
                &format!("by number: which function it is depends on the bcrypt.dll; {evidence}")
            )
        );
        assert!(
            answer.says("BCryptNews", &format!("not an export of bcrypt.dll; {evidence}")),
            "{}",
            answer.text
        );
        let missing = format!("not implemented (answers STATUS_NOT_IMPLEMENTED); {evidence}");
        assert!(answer.says("BCryptSetAuditingInterface", &missing), "{}", answer.text);
        assert!(answer.says("BCryptEncrypt", "a text, probably"), "{}", answer.text);
        assert!(answer.text.ends_with("not covered: 3 of 4 functions, 0 of 0 names\n"), "{}", answer.text);
    };
    check(scan(&[&program]), "import");
    let delayed = delayed(&fs::read(&program).unwrap());
    check(scan(&[write(&folder, "delayed.exe", delayed)]), "delay import");
}

/// Makes a program's import of bcrypt.dll a delayed one, by the layout of the two tables in the PE format.
fn delayed(program: &[u8]) -> Vec<u8> {
    use object::LittleEndian as LE;
    use object::read::pe::PeFile64;
    let file = PeFile64::parse(program).unwrap();
    let directory = file.data_directory(1).unwrap();
    let (address, _) = directory.address_range();
    let (start, _) = directory.file_range(&file.section_table()).unwrap();
    let table = file.import_table().unwrap().unwrap();
    let library = table
        .descriptors()
        .unwrap()
        .map(Result::unwrap)
        .find(|library| table.name(library.name.get(LE)).unwrap() == b"bcrypt.dll")
        .unwrap();
    let (name, thunks) = (library.name.get(LE), library.original_first_thunk.get(LE));
    let words = [1, name, 0, 0, thunks, 0, 0, 0].into_iter().chain([0; 8]);
    let descriptor: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    let mut bytes = program.to_vec();
    let start = start as usize;
    bytes[start..start + descriptor.len()].copy_from_slice(&descriptor);
    // The directories follow the 24 bytes of signature and file header and 112 of the optional header.
    let directories = file.dos_header().nt_headers_offset() as usize + 136;
    let mut set = |number: usize, words: [u32; 2]| {
        let bytes = &mut bytes[directories + 8 * number..][..8];
        bytes.copy_from_slice(&words.map(u32::to_le_bytes).concat());
    };
    set(1, [0, 0]);
    set(13, [address, 64]);
    bytes
}

#[cfg(target_os = "linux")]
#[test]
fn a_linux_program() {
    let folder = folder("linux");
    let program = samples::linux_program(&folder, "ecdh_hmac");
    let answer = scan(&[&program]);
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(answer.says("BCryptSecretAgreement", "implemented; undefined symbol"), "{}", answer.text);
    assert!(answer.says("HMAC", "derivation implemented"), "{}", answer.text);
    tool(&folder, "strip", &["ecdh_hmac"]);
    assert_eq!(scan(&[&program]).text, answer.text);
}

/// In an archive, what one object file wants and another has comes from no library.
#[cfg(target_os = "linux")]
#[test]
fn archives_and_object_files() {
    let folder = folder("archive");
    write(
        &folder,
        "a.c",
        "int BCryptHash(void); int BCryptSetAuditingInterface(void);\nint a(void) { return BCryptHash() + BCryptSetAuditingInterface(); }\n",
    );
    write(&folder, "b.c", "int BCryptHash(void) { return 0; }\n");
    tool(&folder, "cc", &["-c", "a.c", "b.c"]);
    tool(&folder, "ar", &["rc", "both.a", "a.o", "b.o"]);
    let object = scan(&[folder.join("a.o")]);
    assert!(
        object.code == 1 && object.names("BCryptHash") && object.names("BCryptSetAuditingInterface"),
        "{}",
        object.text
    );
    let both = scan(&[folder.join("both.a")]);
    assert!(
        both.code == 1 && !both.names("BCryptHash") && both.names("BCryptSetAuditingInterface"),
        "{}",
        both.text
    );
    let alone = scan(&[folder.join("b.o")]);
    assert_eq!(alone.code, 0, "{}", alone.text);
}

#[test]
fn mach_o_files() {
    let folder = folder("macho");
    let arm = mach_object(
        Architecture::Aarch64,
        &["BCryptOpenAlgorithmProvider", "BCryptDeriveKey"],
        &["ECDH_P384", "TLS_PRF"],
    );
    let intel = mach_object(
        Architecture::X86_64,
        &["BCryptOpenAlgorithmProvider", "BCryptSetAuditingInterface"],
        &["LMS"],
    );
    let answer = scan(&[write(&folder, "arm.o", &arm)]);
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(
        answer.text.contains("Mach-O file")
            && answer.says("BCryptDeriveKey", "implemented; undefined symbol")
    );
    assert!(
        answer.says("ECDH_P384", "algorithm implemented") && answer.says("TLS_PRF", "derivation implemented")
    );
    let both = fat(&[(0x0100_000C, &arm), (0x0100_0007, &intel)]);
    let answer = scan(&[write(&folder, "both", both)]);
    assert_eq!(answer.code, 1, "{}", answer.text);
    assert!(
        answer.says("BCryptDeriveKey", "implemented")
            && answer.says("BCryptSetAuditingInterface", "not implemented")
    );
    assert!(answer.says("LMS", "algorithm not implemented"), "{}", answer.text);
}

/// The worst of several files decides, and each is told of.
#[test]
fn several_files() {
    let folder = folder("several");
    let good = write(&folder, "good.c", "int f(void) { return BCryptSecretAgreement(a, b, &c, 0); }");
    let bad = write(&folder, "bad.c", "int f(void) { return BCryptSetAuditingInterface(a); }");
    assert_eq!(scan(&[&good]).code, 0);
    assert_eq!(scan(&[&bad, &good]).code, 1);
    let answer = scan(&[bad.as_path(), Path::new("no such file"), &good]);
    assert_eq!(answer.code, 2);
    assert!(
        answer.names("BCryptSetAuditingInterface") && answer.names("BCryptSecretAgreement"),
        "{}",
        answer.text
    );
}

#[test]
fn the_examples() {
    let answer = scan(&[repository().join("examples")]);
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(answer.text.contains("folder of sources"), "{}", answer.text);
    for name in ["DH", "ECDH_P256", "curve25519", "TLS_PRF", "DHPUBLICBLOB", "BCryptSecretAgreement"] {
        assert!(answer.says(name, "implemented"), "{name}: {}", answer.text);
    }
}
