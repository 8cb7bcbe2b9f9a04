//! The program under test, and the libraries it judges.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What a run of the program said.
pub struct Answer {
    pub code: i32,
    pub output: String,
    pub error: String,
}

/// Runs the program with arguments and variables.
pub fn conformance_with(arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .expect("the program runs");
    Answer {
        code: output.status.code().expect("it ends by itself"),
        output: String::from_utf8(output.stdout).expect("text"),
        error: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Runs the program with arguments.
pub fn conformance(arguments: &[&str]) -> Answer {
    conformance_with(arguments, &[])
}

/// The folder of the scenarios that these tests ask.
pub fn scenarios() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judge/scenarios")
}

/// A new empty folder of this test's.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("judge").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    folder
}

/// Writes a file and gives its path.
pub fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("the folder is writable");
    path.display().to_string()
}

/// This project's library, built as a user builds it. `BCRYPT_SHIM_LIBRARY` names one that is already built.
pub fn library() -> &'static str {
    static LIBRARY: OnceLock<String> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("BCRYPT_SHIM_LIBRARY") {
            return path.into_string().expect("text");
        }
        let target =
            Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--release", "--package", "cabi", "--target-dir"])
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(status.expect("cargo runs").success(), "cargo build --release --package cabi failed");
        let name = format!("{}bcrypt{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        target.join("release").join(name).display().to_string()
    })
}

/// A library made of faulty.c.
pub fn faulty(folder: &Path, name: &str, flags: &[&str]) -> String {
    compiled(folder, "faulty.c", name, flags)
}

/// A library made of a C file of this folder.
pub fn compiled(folder: &Path, source: &str, name: &str, flags: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = folder.join(name).display().to_string();
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o", &path])
        .args(flags)
        .arg("-I")
        .arg(root.join("../cabi/include"))
        .arg(root.join("tests/judge").join(source))
        .arg("-ldl")
        .status();
    assert!(status.expect("a C compiler").success(), "{source} compiles");
    path
}

/// A recording of this project's library, made once for all tests.
pub fn recorded() -> &'static Path {
    static RECORDED: OnceLock<PathBuf> = OnceLock::new();
    RECORDED.get_or_init(|| {
        let path = folder("recorded").join("ours.json");
        let run = conformance(&["run", library(), "-o", path.to_str().expect("text")]);
        assert_eq!(run.code, 0, "{}{}", run.output, run.error);
        path
    })
}
