//! Text of 16-bit characters.

use std::fs;

use crate::build::{Build, SHORT, present, printed, source, written};

#[test]
fn wide_functions_are_right() {
    let expected = fs::read_to_string(source("wide.expected")).expect("it can be read");
    for build in present(&SHORT) {
        let program = build.program("wide", &[&source("wide.c")], &[]);
        assert_eq!(printed(&program, &[], &format!("{build:?}")), expected, "{build:?}");
    }
}

/// Some language standards, because the library's headers differ by it, and with the static library's code.
#[test]
fn the_cpp_library_is_right() {
    const STANDARDS: [Build; 4] = [
        Build {
            compiler: "g++",
            language: "c++",
            options: &["-std=c++14", "-fshort-wchar", "-static-libstdc++"],
        },
        Build {
            compiler: "g++",
            language: "c++",
            options: &["-std=c++20", "-fshort-wchar", "-O2", "-Wno-deprecated-declarations"],
        },
        Build { compiler: "clang++", language: "c++", options: &["-std=c++11", "-fshort-wchar"] },
        Build {
            compiler: "clang++",
            language: "c++",
            options: &["-std=c++17", "-fshort-wchar", "-O2", "-Wno-deprecated-declarations"],
        },
    ];
    for build in present(&STANDARDS) {
        let program = build.program("wide_std", &[&source("wide_std.cpp")], &[]);
        assert_eq!(printed(&program, &[], &format!("{build:?}")), "ECDH_P256\n", "{build:?}");
    }
}

/// The case that started it: a size that a program computes.
#[test]
fn a_length_is_that_of_the_text() {
    const TEXT: &str = "#include <windows.h>\n#include <bcrypt.h>\n\
        int main(void) { return wcslen(L\"ECDH_P256\") == 9 && wcslen(BCRYPT_SHA256_ALGORITHM) == 6 ? 0 : 1; }\n";
    let source = written("length.c", TEXT);
    for build in present(&SHORT) {
        printed(&build.program("length", &[&source], &[]), &[], &format!("{build:?}"));
    }
}
