//! What would be wrong is not compiled or not linked, and the message names it.

use crate::build::{Build, LONG, SHORT, present, printed, written};

const HEADERS: &str = "#include <windows.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\n";
const CPP_HEADERS: &str = "#include <codecvt>\n#include <filesystem>\n#include <fstream>\n#include <iostream>\n#include <locale>\n\
    #include <regex>\n#include <sstream>\n#include <string>\n";

fn refused(build: &Build, headers: &str, statement: &str, wanted: &str) {
    let text = format!("{headers}int main(void) {{ {statement} return 0; }}\n");
    let output = build.run(&[&written("refused.c", &text)], &["-o", "/dev/null", "-Wno-error", "-w"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains(wanted), "{statement} with {build:?}:\n{told}");
}

#[test]
fn functions_that_can_not_be_right_do_not_compile() {
    for build in present(&SHORT) {
        for (statement, name) in [
            ("wchar_t b[9]; fgetws(b, 9, stdin);", "fgetws"),
            ("getwchar();", "getwchar"),
            ("fgetwc(stdin);", "fgetwc"),
            ("int n; swscanf(L\"1\", L\"%d\", &n);", "swscanf"),
            ("wchar_t b[9]; mbtowc(b, \"a\", 1);", "mbtowc"),
            ("char b[9]; wctomb(b, L'a');", "wctomb"),
            ("wchar_t b[9]; mbrtowc(b, \"a\", 1, NULL);", "mbrtowc"),
            ("wchar_t b[9]; wcsftime(b, 9, L\"%Y\", NULL);", "wcsftime"),
            ("wcscoll(L\"a\", L\"b\");", "wcscoll"),
        ] {
            refused(&build, HEADERS, statement, name);
        }
        // Not by its address either.
        refused(
            &build,
            HEADERS,
            "int (*volatile f)(const wchar_t *, const wchar_t *) = wcscoll; f(L\"\", L\"\");",
            "wcscoll",
        );
    }
}

#[test]
fn compiled_code_of_the_cpp_library_is_not_used() {
    const STANDARD: [Build; 2] = [
        Build { compiler: "g++", language: "c++", options: &["-std=c++17", "-fshort-wchar"] },
        Build { compiler: "clang++", language: "c++", options: &["-std=c++17", "-fshort-wchar"] },
    ];
    for build in present(&STANDARD) {
        for (statement, name) in [
            ("std::wcout << L\"x\";", "basic_ostream<wchar_t"),
            ("std::wostringstream o; o << 5;", "basic_ostream<wchar_t"),
            ("std::wistringstream i(L\"5\");", "basic_streambuf<wchar_t"),
            ("std::wofstream f(\"x\");", "basic_ostream<wchar_t"),
            ("std::wstring s; std::wcin >> s;", "wchar_t"),
            ("std::wregex r(L\"a\");", "use_facet"),
            ("std::use_facet<std::ctype<wchar_t>>(std::locale());", "use_facet"),
            ("std::filesystem::path p(L\"x\");", "path"),
            ("std::wstring_convert<std::codecvt_utf8_utf16<wchar_t>> c;", "codecvt_utf8_utf16"),
        ] {
            refused(&build, CPP_HEADERS, statement, name);
        }
    }
}

#[test]
fn a_cpp_library_without_16_bit_text_is_refused() {
    const LLVM: Build = Build {
        compiler: "clang++",
        language: "c++",
        options: &["-std=c++17", "-fshort-wchar", "-stdlib=libc++", "-Wno-unused-command-line-argument"],
    };
    for build in present(&[LLVM]) {
        let probe = Build { options: &["-std=c++17", "-stdlib=libc++"], ..build };
        let source = written("probe.cpp", "#include <cstddef>\n");
        if !probe.run(&[&source], &["-c", "-o", "/dev/null"]).status.success() {
            println!("skipped: libc++ not found");
            continue;
        }
        refused(
            &build,
            "#include <string>\n",
            "std::wstring name(L\"x\"); (void)name;",
            "libc++ has no 16-bit wchar_t",
        );
        let text = "#include <windows.h>\n#include <string>\n\
            int main() { return std::string(\"ab\").size() == wcslen(L\"ab\") ? 0 : 1; }\n";
        let program = build.program("narrow", &[&written("narrow.cpp", text)], &["-DBCRYPT_SHIM_NO_WSTRING"]);
        printed(&program, &[], "narrow text alone");
    }
}

#[test]
fn functions_of_other_libraries_are_named_by_the_linker() {
    for build in present(&SHORT[..1]).into_iter().chain(present(&LONG[..1])) {
        refused(
            &build,
            HEADERS,
            "NCRYPT_PROV_HANDLE p; NCryptOpenStorageProvider(&p, 0, 0);",
            "NCryptOpenStorageProvider",
        );
        refused(
            &build,
            HEADERS,
            "HCRYPTPROV p; CryptAcquireContext(&p, 0, 0, PROV_RSA_AES, 0);",
            "CryptAcquireContextA",
        );
    }
}

/// An attribute of Microsoft's compiler that is not known here is not left out.
#[test]
fn unknown_attributes_are_errors() {
    for build in present(&LONG) {
        refused(&build, HEADERS, "static __declspec(uuid(\"x\")) int a; (void)a;", "uuid");
    }
}
