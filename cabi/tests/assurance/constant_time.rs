//! No branch and no address depends on a secret: the library as it is released, but with its symbols, under valgrind,
//! which follows the secrets through it. What it is allowed to tell stands in `constant_time.supp`, and in `inlined.supp`
//! where the compiler has left no function of its own to name.
//!
//! Valgrind runs the code for processors it knows: it hides ADX, AVX-512 and the SHA instructions, so the engine's code
//! for those is not covered.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::compiler;
use crate::program::Program;

const KINDS: [&str; 26] = [
    "P-224",
    "P-256",
    "P-384",
    "P-521",
    "curve25519",
    "secp256k1",
    "brainpoolP256r1",
    "secP160k1",
    "DH-1024",
    "DH-2048",
    "DH-2048-CAPI",
    "ECDSA-P-256",
    "ECDSA-P-384",
    "ECDSA-P-521",
    "ECDSA-secp256k1",
    "ECDSA-brainpoolP256r1",
    "DSA-1024",
    "DSA-1088",
    "RSA-1024",
    "RSA-2048",
    "MAC",
    "ML-KEM",
    "ML-DSA",
    "derivation",
    "cipher",
    "old cipher",
];

/// The release library, linked once more without leaving out its symbols: the names that the lists go by.
pub fn with_symbols() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let target =
            Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
        let library = target.join("tmp/symbols/libbcrypt.so");
        std::fs::create_dir_all(target.join("tmp/symbols")).expect("the target directory is writable");
        let status = Command::new(env!("CARGO"))
            .args(["rustc", "--quiet", "--release", "-p", "cabi", "--crate-type", "cdylib", "--target-dir"])
            .arg(target)
            .args(["--", "-C", "strip=none", "-A", "warnings", "-o"])
            .arg(&library)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the library with symbols can't be built");
        library
    })
}

/// The kinds whose calls go through a function of `inlined.supp`.
const INLINED: [&str; 4] = ["RSA-1024", "RSA-2048", "ML-KEM", "ML-DSA"];

/// The library of a development build, which has the lines of the engine's functions: valgrind names those that were put into
/// others, too.
fn with_lines() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--workspace", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the library can't be built");
    target.join("debug/libbcrypt.so")
}

/// Whether valgrind and its header are there.
fn available() -> bool {
    let header = ["/usr/include/valgrind/memcheck.h", "/usr/local/include/valgrind/memcheck.h"];
    let has_header = header.iter().any(|path| Path::new(path).exists());
    if !has_header {
        compiler::skipped("valgrind/memcheck.h not found");
    }
    has_header && compiler::found("valgrind")
}

fn valgrind(program: &Program, kind: &str, lists: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/assurance");
    let mut command = Command::new("valgrind");
    command.args(["-q", "--error-exitcode=9"]);
    command.args(lists.iter().map(|list| format!("--suppressions={}", folder.join(list).display())));
    command.arg(program.path()).arg(kind).output().expect("valgrind runs")
}

fn reported(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn time_does_not_depend_on_secrets() {
    if !available() {
        return;
    }
    // Its own getrandom stands in for the C library's.
    let program = Program::against(with_symbols(), "constant_time", &["-rdynamic"]);
    for kind in KINDS {
        let lists = ["constant_time.supp", "inlined.supp", "md2.supp", "old_ciphers.supp"];
        let output = valgrind(&program, kind, &lists);
        assert!(output.status.success(), "{kind}: {}{}", output.status, reported(&output));
        println!("{kind}: nothing found");
    }
}

/// What `inlined.supp` passes over in the release library, function by function: the same calls of a library that tells what is
/// in which.
#[test]
fn what_is_inlined_tells_no_more() {
    if !available() {
        return;
    }
    let program = Program::against(&with_lines(), "constant_time", &["-rdynamic", "-DWITH_LINES"]);
    for kind in INLINED {
        let output = valgrind(&program, kind, &["constant_time.supp", "unoptimised.supp"]);
        assert!(output.status.success(), "{kind}: {}{}", output.status, reported(&output));
        println!("{kind}: nothing found");
    }
    // Without the list: by the name of a function that is inlined.
    let output = valgrind(&program, "ML-KEM", &["unoptimised.supp"]);
    assert_eq!(output.status.code(), Some(9));
    assert!(reported(&output).contains("check_sk"), "{}", reported(&output));
}

/// A branch on a private number in the program, a real look-up by secret bytes in the library, which is MD2, and what
/// the library may tell: each is found where it is not on a list.
#[test]
fn planted_dependence_is_found() {
    if !available() {
        return;
    }
    let lists = ["constant_time.supp", "md2.supp"];
    let planted = Program::against(with_symbols(), "constant_time", &["-DPLANTED_LEAK"]);
    let output = valgrind(&planted, "curve25519", &lists);
    assert_eq!(output.status.code(), Some(9), "{}", reported(&output));
    assert!(reported(&output).contains("constant_time.c"));
    for (list, found) in [("constant_time.supp", "Md2"), ("md2.supp", "declassify")] {
        let output = valgrind(&planted, "DH-1024", &[list]);
        assert_eq!(output.status.code(), Some(9));
        assert!(reported(&output).contains(found), "{found}: {}", reported(&output));
    }
}
