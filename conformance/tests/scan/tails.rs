//! Texts that a linker merged into longer ones, in programs that real compilers optimize.

use std::path::{Path, PathBuf};

use crate::samples::{Answer, folder, found, scan, tool, write};

/// "DSA" stands in "ECDSA", "DH" in "ECDH", "PUBLICBLOB" in "ECCPUBLICBLOB". Functions of our names: nothing is run.
fn source(names: &[&str], table: &[&str], blob: &str) -> String {
    let opens: String =
        names.iter().map(|name| format!("BCryptOpenAlgorithmProvider(&h, u\"{name}\", 0, 0);\n")).collect();
    let table: String = table.iter().map(|name| format!("u\"{name}\", ")).collect();
    format!(
        "typedef __CHAR16_TYPE__ char16_t;\n\
         int BCryptOpenAlgorithmProvider(void **, const char16_t *, const char16_t *, unsigned);\n\
         int BCryptExportKey(void *, void *, const char16_t *);\n\
         const char16_t *table[] = {{ {table} 0 }};\n\
         int main(int count, char **all) {{\n\
         void *h = all;\n{opens}\
         return BCryptOpenAlgorithmProvider(&h, table[count], 0, 0) + BCryptExportKey(h, 0, u\"{blob}\");\n}}\n"
    )
}

/// Links against a library that has the functions and nothing else.
fn program(folder: &Path, compiler: &str, flags: &[&str], source: &str) -> PathBuf {
    write(
        folder,
        "library.c",
        "int BCryptOpenAlgorithmProvider(void) { return 0; } int BCryptExportKey(void) { return 0; }",
    );
    write(folder, "main.c", source);
    let with = |rest: &[&str]| {
        let arguments: Vec<_> = flags.iter().chain(rest).copied().collect();
        tool(folder, compiler, &arguments);
    };
    with(&["-shared", "-fPIC", "-nostdlib", "-o", "libbcrypt.so", "library.c"]);
    with(&[
        "-O2",
        "-ffreestanding",
        "-nostdlib",
        "-Wl,-e,main",
        "main.c",
        "-o",
        "program",
        "-L.",
        "-lbcrypt",
    ]);
    folder.join("program")
}

/// The linker must have merged, or the test shows nothing.
fn merged(program: &Path, tail: &str) -> bool {
    let bytes = std::fs::read(program).unwrap();
    let text: Vec<u8> = format!("\0{tail}\0").encode_utf16().flat_map(u16::to_le_bytes).collect();
    !bytes.windows(text.len()).any(|window| window == text)
}

fn both(name: &str, compiler: &str, flags: &[&str]) {
    let folder = folder(name);
    let used = program(
        &folder,
        compiler,
        flags,
        &source(&["ECDSA", "DSA", "ECDH"], &["ECDSA_P256", "RC4"], "ECCPUBLICBLOB"),
    );
    assert!(merged(&used, "DSA"), "{name}: the linker keeps each text");
    let answer = scan(&[&used]);
    assert!(answer.names("DSA") && answer.names("ECDSA"), "{name}: {}", answer.text);
    assert!(!answer.names("DH") && !answer.names("PUBLICBLOB"), "{name}: {}", answer.text);

    let table = program(&folder, compiler, flags, &source(&["ECDSA"], &["DSA", "ECDH", "DH"], "PUBLICBLOB"));
    assert!(merged(&table, "DSA"));
    let answer = scan(&[&table]);
    for name in ["DSA", "DH", "ECDH", "ECDSA", "PUBLICBLOB"] {
        assert!(answer.names(name), "{name}: {}", answer.text);
    }

    let other = program(&folder, compiler, flags, &source(&["ECDSA"], &["3DES"], "ECCPUBLICBLOB"));
    let answer = scan(&[&other]);
    for name in ["DSA", "DES", "PUBLICBLOB"] {
        assert!(!answer.names(name), "{name}: {}", answer.text);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn position_independent() {
    both("tails pie", "gcc", &["-fPIE", "-pie"]);
}

#[cfg(target_os = "linux")]
#[test]
fn at_a_fixed_address() {
    both("tails fixed", "gcc", &["-fno-pie", "-no-pie"]);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn of_32_bits() {
    both("tails 32 pic", "gcc", &["-m32", "-fPIE", "-pie"]);
    both("tails 32", "gcc", &["-m32", "-fno-pie", "-no-pie"]);
}

#[cfg(target_os = "linux")]
#[test]
fn of_arm() {
    let compiler = "aarch64-linux-gnu-gcc";
    if !found(compiler) {
        return;
    }
    for flags in [["-fPIE", "-pie"], ["-fno-pie", "-no-pie"]] {
        let folder = folder("tails arm");
        // This compiler aligns texts to eight bytes, so only a tail behind four characters is merged.
        for (names, table) in [(&["XTS-AES", "AES"][..], &[][..]), (&["XTS-AES"], &["AES"])] {
            let used = program(&folder, compiler, &flags, &source(names, table, "ECCPUBLICBLOB"));
            assert!(merged(&used, "AES"));
            let answer = scan(&[&used]);
            assert!(answer.names("AES") && answer.names("XTS-AES"), "{}", answer.text);
        }
        let other = program(&folder, compiler, &flags, &source(&["XTS-AES"], &["ECDSA"], "ECCPUBLICBLOB"));
        let answer = scan(&[&other]);
        assert!(!answer.names("AES") && !answer.names("DSA"), "{}", answer.text);
    }
}

/// Where the code is not read, an end may be used or not: it is told of and does not decide.
#[cfg(target_os = "linux")]
#[test]
fn of_another_processor() {
    let folder = folder("tails other");
    let path = program(&folder, "gcc", &[], &source(&["ECDSA_P256", "ECDH"], &[], "ECCPUBLICBLOB"));
    let mut bytes = std::fs::read(path).unwrap();
    // The machine of an ELF header: RISC-V.
    bytes[18..20].copy_from_slice(&243_u16.to_le_bytes());
    let answer: Answer = scan(&[write(&folder, "other", bytes)]);
    assert!(answer.says("DH", "may be only the end of another text"), "{}", answer.text);
    assert!(!answer.says("ECDH", "may be only"), "{}", answer.text);
}

/// A function that is looked up by the end of a message.
#[cfg(target_os = "linux")]
#[test]
fn a_function_looked_up_by_a_tail() {
    let folder = folder("tails function");
    let text = |looked_up: &str| {
        format!(
            "#include <dlfcn.h>\n#include <stdio.h>\nint main(int count, char **all) {{\n\
             puts(\"no BCryptSignHash\"); puts(\"no BCryptHash\");\n\
             return dlsym(all, \"{looked_up}\") != 0; }}\n"
        )
    };
    for (looked_up, other) in [("BCryptSignHash", "BCryptHash"), ("BCryptHash", "BCryptSignHash")] {
        write(&folder, "main.c", text(looked_up));
        tool(&folder, "gcc", &["-O2", "main.c", "-o", "program"]);
        let answer = scan(&[folder.join("program")]);
        assert!(answer.names(looked_up) && !answer.names(other), "{}", answer.text);
    }
}
