//! Files that can't be used, and files that were made to do harm.

use std::fs;
use std::path::{Path, PathBuf};

use object::Architecture;

use crate::samples::{Answer, folder, found, mach_object, repository, scan, tool, windows_program, write};

/// One line on standard error, with the file's name and what to do.
fn refused(path: &Path, mend: &str) {
    let answer = scan(&[path]);
    assert_eq!((answer.code, answer.text.as_str()), (2, ""), "{}", path.display());
    assert_eq!(answer.error.lines().count(), 1, "{}", answer.error);
    let start = format!("conformance: {}: ", path.display());
    assert!(answer.error.starts_with(&start) && answer.error.contains(mend), "{}", answer.error);
}

#[test]
fn what_is_nothing_to_scan() {
    let folder = folder("nothing");
    refused(&folder.join("missing.exe"), "check the name");
    refused(&write(&folder, "empty.exe", ""), "build or copy it again");
    refused(&write(&folder, "empty.c", ""), "build or copy it again");
    refused(&write(&folder, "text.txt", "BCryptHash"), "give one of these");
    refused(&write(&folder, "short", "\x7FELF"), "give one of these");
    fs::create_dir(folder.join("inner")).unwrap();
    refused(&folder.join("inner"), "holds no source file");
}

#[test]
fn control_characters_in_a_name_stay_on_the_line() {
    let answer = scan(&[folder("control").join("a\nb")]);
    assert_eq!((answer.code, answer.error.lines().count()), (2, 1), "{}", answer.error);
}

/// Programs of each format that there is a tool for.
fn programs(folder: &Path) -> Vec<PathBuf> {
    let object = mach_object(Architecture::Aarch64, &["BCryptHash"], &["RSA"]);
    let mut programs = vec![write(folder, "object.o", object)];
    programs.extend(windows_program(folder, "dh_group14"));
    #[cfg(target_os = "linux")]
    programs.push(crate::samples::linux_program(folder, "dh_group14"));
    if found("mcs") {
        let text = "class P { [System.Runtime.InteropServices.DllImport(\"bcrypt.dll\")] static extern int BCryptHash();
                    static void Main() { BCryptHash(); } }";
        write(folder, "net.cs", text);
        tool(folder, "mcs", &["-out:net.exe", "net.cs"]);
        programs.push(folder.join("net.exe"));
    }
    programs
}

/// A program that was cut short is never taken for one that uses less.
#[test]
fn truncated_programs() {
    let folder = folder("truncated");
    for program in programs(&folder) {
        let bytes = fs::read(&program).unwrap();
        let whole = scan(&[&program]).text;
        for part in 1..8 {
            let cut = write(&folder, "cut", &bytes[..bytes.len() * part / 8]);
            let Answer { code, text, error } = scan(&[&cut]);
            let same = text.lines().skip(1).eq(whole.lines().skip(1));
            assert!(code == 2 || same, "{} {part}/8: {text}{error}", program.display());
        }
    }
}

/// A small generator, so that a failure can be repeated.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Whatever the bytes are, there is an answer.
fn survives(folder: &Path, original: &[u8], extension: &str, reach: usize) {
    let mut noise = Noise(0x5EED_0BAD_CAFE);
    let paths: Vec<_> = (0..60)
        .map(|number| {
            let mut bytes = original.to_vec();
            for _ in 0..=noise.below(6) {
                let at = noise.below(reach.min(bytes.len()));
                let values = [0, 0xFF, 0x7F, 1, noise.below(256) as u8];
                bytes[at] = values[noise.below(values.len())];
            }
            write(folder, &format!("{number}{extension}"), bytes)
        })
        .collect();
    let answer = scan(&paths);
    assert!(matches!(answer.code, 0..=2), "{}: {}", answer.code, answer.error);
    assert!(answer.error.lines().all(|line| line.starts_with("conformance: ")), "{}", answer.error);
    // Each file has an answer of its own, good or bad.
    let told = |path: &PathBuf| {
        let start = format!("{}: ", path.display());
        answer.text.lines().any(|line| line.starts_with(&start)) || answer.error.contains(&start)
    };
    assert!(paths.iter().all(told), "{}", answer.error);
}

#[test]
fn mutated_programs() {
    let folder = folder("mutated");
    for program in programs(&folder) {
        let bytes = fs::read(&program).unwrap();
        // Headers come first in most formats; then everything.
        survives(&folder, &bytes, "", 1024);
        survives(&folder, &bytes, "", bytes.len());
    }
}

#[test]
fn mutated_sources() {
    let folder = folder("mutated sources");
    let source = fs::read(repository().join("examples/ecdh_raii.cpp")).unwrap();
    for extension in [".cpp", ".cs", ".vb", ".rs", ".py", ".pas", ".go"] {
        survives(&folder, &source, extension, source.len());
    }
}

/// File names on Linux are bytes.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let path = folder("bytes").join(std::ffi::OsStr::from_bytes(b"\xFF.c"));
    fs::write(&path, "x = BCryptSetAuditingInterface(a);").unwrap();
    let answer = scan(&[path]);
    assert!(answer.code == 1 && answer.names("BCryptSetAuditingInterface"), "{}", answer.error);
}
