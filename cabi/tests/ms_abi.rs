//! The feature `ms-abi`: the library as a loader of PE programs calls it.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/artefact.rs"]
#[allow(dead_code, reason = "the library of this test is one of its own")]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The library with the feature, in a target directory of its own: cargo gives it the name of the other one.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ms-abi");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "cabi", "--features", "ms-abi", "--target-dir"])
            .arg(&target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo runs");
        assert!(status.success(), "cargo build --features ms-abi failed");
        let library = target.join("debug/libbcrypt.so");
        let _ = fs::remove_file(library.with_file_name("libbcrypt.so.0"));
        symlink(&library, library.with_file_name("libbcrypt.so.0"))
            .expect("the target directory is writable");
        library
    })
}

fn compiled(source: &str, name: &str, flags: &[&str]) -> PathBuf {
    let (source, program) =
        (Path::new(env!("CARGO_MANIFEST_DIR")).join(source), compiler::folder().join(name));
    let includes = compiler::includes().map(|folder| format!("-I{}", folder.display()));
    let mut arguments: Vec<&OsStr> = includes.iter().map(OsStr::new).collect();
    arguments.extend(["-std=c11".as_ref(), "-o".as_ref(), program.as_os_str(), source.as_os_str()]);
    arguments.extend(flags.iter().map(OsStr::new));
    compiler::accepted(&compiler::run("cc", arguments), name);
    program
}

fn run(program: &Path, arguments: &[&Path]) -> Output {
    Command::new(program).args(arguments).output().expect("the program runs")
}

#[test]
fn a_loader_calls_it_by_address() {
    let loader = compiled("tests/ms_abi/loader.c", "ms_abi_loader", &["-ldl"]);
    let output = run(&loader, &[library()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let native = run(&loader, &[&artefact::library()]);
    assert!(!native.status.success(), "the native library must not pass for one with the feature");
}

/// The header declares the functions so; the known answers are those of RFC 7748 section 6.1.
#[test]
fn a_program_that_says_so_links_with_it() {
    let folder = library().parent().expect("it lies in a folder").display();
    let (search, run_path) = (format!("-L{folder}"), format!("-Wl,-rpath,{folder}"));
    let flags = ["-DBCRYPT_SHIM_MS_ABI", &search, &run_path, "-lbcrypt"];
    let program = compiled("../examples/x25519_hkdf.c", "ms_abi_x25519", &flags);
    let output = run(&program, &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"), "{text}");
}
