//! C programs under valgrind: no byte read or written outside the caller's memory, none used before it was
//! set, and nothing lost.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]
#![cfg(target_os = "linux")]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FOUND_SOMETHING: i32 = 9;

/// Compiles a program in a folder of its own, where the library has the name the loader looks for.
fn compiled(name: &str, flags: &[&str]) -> PathBuf {
    let folder = compiler::folder().join(format!("valgrind-{name}{}", flags.concat()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target directory is writable");
    symlink(artefact::library(), folder.join("libbcrypt.so.0")).expect("the target directory is writable");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/valgrind").join(format!("{name}.c"));
    let program = folder.join(name);
    let mut arguments: Vec<String> = flags.iter().map(ToString::to_string).collect();
    arguments.extend(["-std=c11", "-g", "-o"].map(String::from));
    arguments.extend([&program, &source, &artefact::library()].map(|path| path.display().to_string()));
    arguments.extend(compiler::includes().map(|include| format!("-I{}", include.display())));
    arguments.push(format!("-Wl,-rpath,{}", folder.display()));
    compiler::accepted(&compiler::run("cc", arguments), name);
    program
}

fn valgrind(program: &Path) -> Output {
    let mut command = Command::new("valgrind");
    // The engine's blocks are pointed into, behind a size of its own: those that are kept, such as prepared curves, are
    // "possibly" lost for valgrind.
    command.args(["-q", "--leak-check=full", "--show-leak-kinds=definite,indirect"]);
    command.arg("--errors-for-leak-kinds=definite,indirect");
    command.arg(format!("--error-exitcode={FOUND_SOMETHING}")).arg(program);
    command.output().expect("valgrind runs")
}

fn clean(name: &str) {
    if !compiler::found("valgrind") {
        return;
    }
    let output = valgrind(&compiled(name, &[]));
    let (printed, found) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && found.is_empty(), "{name}: {}\n{printed}{found}", output.status);
}

#[test]
fn normal_use() {
    clean("normal_use");
}

#[test]
fn bad_input() {
    clean("bad_input");
}

/// A block that is lost on purpose: the check sees what it looks for.
#[test]
fn a_planted_leak_is_found() {
    if compiler::found("valgrind") {
        let output = valgrind(&compiled("bad_input", &["-DPLANTED_LEAK"]));
        assert_eq!(output.status.code(), Some(FOUND_SOMETHING));
        assert!(String::from_utf8_lossy(&output.stderr).contains("definitely lost"), "{output:?}");
    }
}
