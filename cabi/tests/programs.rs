//! The examples are Windows source: a Windows compiler takes them as they are, and so does ours, and then they run.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use compiler::{accepted, found, includes, run};

const C: [&str; 4] = ["dh_group14.c", "ecdh_hmac.c", "x25519_hkdf.c", "ecdh_peer_file.c"];
const CPP: &str = "ecdh_raii.cpp";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// A folder that holds the library under the names a linker and a loader look for.
fn installed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = compiler::folder().join("lib");
        fs::create_dir_all(&folder).expect("the target directory is writable");
        let suffix = std::env::consts::DLL_SUFFIX;
        let loaded = if cfg!(target_os = "macos") { "libbcrypt.0.dylib" } else { "libbcrypt.so.0" };
        for name in [&format!("libbcrypt{suffix}"), loaded] {
            // A link of an earlier run may be there, or none.
            let _ = fs::remove_file(folder.join(name));
            symlink(artefact::library(), folder.join(name)).expect("the target directory is writable");
        }
        folder
    })
}

/// Compiles a source as a user does, into a program of this name.
fn build(source: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let program = compiler::folder().join(name);
    let cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let (compiler, standard) = if cpp { ("c++", "-std=c++17") } else { ("cc", "-std=c11") };
    let lib = installed().display();
    let mut arguments = vec![standard.to_owned(), "-O1".into()];
    arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
    arguments.extend(includes().iter().map(|folder| format!("-I{}", folder.display())));
    arguments.extend(["-o".into(), program.display().to_string(), source.display().to_string()]);
    arguments.extend([format!("-L{lib}"), format!("-Wl,-rpath,{lib}"), "-lbcrypt".into()]);
    accepted(&run(compiler, arguments), name);
    program
}

fn execute(program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(compiler::folder()).output().expect("the program runs")
}

/// Runs a program that must succeed, and gives what it printed.
fn printed(program: &Path, arguments: &[&str]) -> String {
    let output = execute(program, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{}: {} {error}", program.display(), output.status);
    String::from_utf8(output.stdout).expect("the programs print ASCII")
}

/// Builds an example with wide characters of 32 and of 16 bits and wants these lines from both.
fn example_prints(name: &str, lines: &[&str]) {
    for flags in [&[][..], &["-fshort-wchar"]] {
        let program = build(&example(name), &format!("{name}{}.out", flags.concat()), flags);
        let text = printed(&program, &[]);
        for line in lines {
            assert!(
                text.lines().any(|found| found.starts_with(line)),
                "{name} {flags:?} lacks {line:?}:\n{text}"
            );
        }
    }
}

/// The rest of the line that begins like this.
fn rest<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(start)).expect("the line is there").trim()
}

#[test]
fn dh_group14_agrees() {
    example_prints("dh_group14.c", &["Alice's master secret ", "DH group 14: both sides agree"]);
    let text = printed(&compiler::folder().join("dh_group14.c.out"), &[]);
    assert_eq!(rest(&text, "Alice's master secret").len(), 2 * 48);
    assert_eq!(rest(&text, "Alice's SHA-256").len(), 2 * 32);
}

#[test]
fn ecdh_hmac_agrees() {
    example_prints(
        "ecdh_hmac.c",
        &["client's public blob 45434b3120000000", "ECDH P-256 with HMAC: both sides agree"],
    );
}

/// The secret is that of RFC 7748 section 6.1; the two keys are HKDF-SHA256 of it, computed with Python's hmac.
#[test]
fn x25519_hkdf_has_the_known_answers() {
    example_prints(
        "x25519_hkdf.c",
        &[
            "Alice's secret 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
            "Bob's   secret 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
            "HKDF with salt 3993bfb8dcbdb1c5c09b23bebedcedfb656f71e1bfb5d58b4035677fc344f26c",
            "HKDF expanded  725bf6185a2f4d41d997f330847e3645281a2ab271c292c1c0be53f839d86921",
            "X25519 with HKDF: both sides agree",
        ],
    );
}

#[test]
fn ecdh_peer_file_reads_what_another_run_wrote() {
    example_prints(
        "ecdh_peer_file.c",
        &["read 104 bytes from peer.blob", "ECDH P-384 with a file: both sides agree"],
    );
    let program = compiler::folder().join("ecdh_peer_file.c.out");
    let text = printed(&program, &["peer.blob"]);
    assert_eq!(rest(&text, "derived").len(), 2 * 48);
}

#[test]
fn ecdh_peer_file_reports_a_bad_file() {
    let program = build(&example("ecdh_peer_file.c"), "bad_peer_file", &[]);
    for (name, bytes) in [("empty.blob", &[][..]), ("garbage.blob", &[0x55; 104])] {
        fs::write(compiler::folder().join(name), bytes).expect("the target directory is writable");
        let output = execute(&program, &[name]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(error.starts_with("BCryptImportKeyPair: 0xc00000"), "{name}: {error}");
    }
    assert_eq!(execute(&program, &["no such file"]).status.code(), Some(1));
}

#[test]
fn ecdh_raii_agrees() {
    if !found("c++") {
        return;
    }
    example_prints(
        CPP,
        &["a point off the curve is refused: BCryptImportKeyPair: 0xc000000d", "ECDH P-256 in C++: both"],
    );
}

#[test]
fn the_services_of_windows_h_work() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/header/sources/windows.c");
    let program = build(&source, "windows", &[]);
    assert!(execute(&program, &[]).status.success());
}

/// The same sources for Windows itself, with its headers as mingw-w64 has them.
#[test]
fn windows_compilers_take_the_examples() {
    for (compiler, standard, names) in
        [("x86_64-w64-mingw32-gcc", "-std=gnu11", &C[..]), ("x86_64-w64-mingw32-g++", "-std=gnu++17", &[CPP])]
    {
        if !found(compiler) {
            continue;
        }
        for name in names {
            let (source, program) = (example(name), compiler::folder().join(format!("{name}.exe")));
            let paths = ["-o".as_ref(), program.as_os_str(), source.as_os_str(), "-lbcrypt".as_ref()];
            accepted(&run(compiler, [standard.as_ref()].into_iter().chain(paths)), name);
        }
    }
}
