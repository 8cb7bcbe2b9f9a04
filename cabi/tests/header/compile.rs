//! The header in every language, standard and wide character size, with and without `_WIN32`, in four kinds of programs.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::compiler::{accepted, found, includes, run};

const PROGRAMS: [&str; 4] = ["plain.c", "windows.c", "own_types.c", "foreign_types.c"];
/// Alone, with wide characters of 16 bits, as a program that takes itself for Windows', and both.
const OPTIONS: [&[&str]; 4] = [&[], &["-fshort-wchar"], &["-D_WIN32"], &["-fshort-wchar", "-D_WIN32"]];
const C: [&str; 2] = ["c11", "c17"];
const CPP: [&str; 2] = ["c++17", "c++20"];

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/header/sources").join(name)
}

fn compile(compiler: &str, language: &str, standard: &str, options: &[&str], program: &str) -> Output {
    let mut arguments = vec!["-c".into(), "-o".into(), "/dev/null".into()];
    arguments.extend(includes().iter().map(|folder| format!("-I{}", folder.display())));
    arguments.push(format!("-std={standard}"));
    arguments.extend(options.iter().map(|flag| (*flag).into()));
    arguments.extend(["-x".into(), language.into(), source(program).display().to_string()]);
    run(compiler, arguments)
}

fn accepts_all(compiler: &str, language: &str, standards: [&str; 2]) {
    for program in PROGRAMS {
        for standard in standards {
            for options in OPTIONS {
                let output = compile(compiler, language, standard, options, program);
                accepted(&output, &format!("{program} with {compiler} -std={standard} {options:?}"));
            }
        }
    }
}

#[test]
fn gcc_accepts_every_program() {
    if found("gcc") {
        accepts_all("gcc", "c", C);
    }
    if found("g++") {
        accepts_all("g++", "c++", CPP);
    }
}

#[test]
fn clang_accepts_every_program() {
    if found("clang") {
        accepts_all("clang", "c", C);
    }
    if found("clang++") {
        accepts_all("clang++", "c++", CPP);
    }
}

#[cfg(target_pointer_width = "64")]
#[test]
fn types_of_a_wrong_size_are_refused() {
    for (compiler, language, standard) in [("gcc", "c", "c11"), ("g++", "c++", "c++17")] {
        if !found(compiler) {
            continue;
        }
        let output = compile(compiler, language, standard, &[], "wrong_types.c");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && message.contains("ULONG has a wrong size"), "{message}");
    }
}
