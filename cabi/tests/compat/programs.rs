//! Programs as they are written for Windows.

use crate::build::{Build, LONG, SHORT, folder, output, present, printed, source, written};
use crate::compiler;

fn all() -> Vec<Build> {
    present(&SHORT).into_iter().chain(present(&LONG)).collect()
}

#[test]
fn services_answer_as_on_windows() {
    for build in all() {
        let other = folder().join("services_other.o").display().to_string();
        // Older g++ warns of unknown pragmas whatever the headers say.
        let arguments = ["-DOTHER", "-c", "-o", &other, "-Wno-unknown-pragmas"];
        let what = format!("{build:?}");
        compiler::accepted(&build.run(&[&source("services.c")], &arguments), &what);
        printed(&build.program("services", &[&source("services.c")], &[&other]), &[], &what);
    }
}

#[test]
fn programs_that_are_for_win32_alone_compile_and_run() {
    for build in all() {
        for plain in [&["-D_WIN32"][..], &["-D_WIN32", "-DPLAIN"]] {
            // The second -D is no other value.
            let what = format!("{build:?} {plain:?}");
            printed(&build.program("guarded", &[&source("guarded.c")], plain), &[], &what);
        }
    }
}

/// Statuses that Windows' bcrypt.h does not define may be defined in any spelling, before it or after.
#[test]
fn a_program_may_define_statuses_itself() {
    let text = "#include <windows.h>\n#include <bcrypt.h>\n\
        #define NT_SUCCESS(x) ((x) >= 0)\n#define STATUS_INVALID_SIGNATURE 0xC000A000\n\
        #define STATUS_AUTH_TAG_MISMATCH ((NTSTATUS) 0xc000a002L)\n#define STATUS_BUFFER_TOO_SMALL (-1073741789)\n\
        int main(void) { return NT_SUCCESS(STATUS_NOT_FOUND) || STATUS_BUFFER_TOO_SMALL != (NTSTATUS)0xC0000023; }\n";
    for build in all() {
        let after = written("statuses_after.c", text);
        printed(&build.program("statuses_after", &[&after], &[]), &[], &format!("{build:?}"));
        let before = written(
            "statuses_before.c",
            "#define STATUS_SUCCESS 0\n#include <bcrypt.h>\n\
            int main(void) { return STATUS_SUCCESS != 0; }\n",
        );
        printed(&build.program("statuses_before", &[&before], &[]), &[], &format!("{build:?}"));
    }
}

/// The signatures that programs give wmain. The argument is UTF-8 outside and UTF-16 inside.
#[test]
fn wmain_gets_16_bit_arguments() {
    for build in present(&SHORT) {
        for (head, result) in [
            ("int wmain(int argc, wchar_t *argv[])", "return"),
            ("int wmain(int argc, wchar_t **argv, wchar_t **envp)", "(void)envp; return"),
            ("DWORD __cdecl wmain(_In_ int argc,\n    _In_reads_(argc) LPWSTR argv[])", "return (DWORD)"),
            ("void __cdecl wmain(int argc, __in_ecount(argc) LPWSTR *argv)", "exit"),
            ("int _tmain(int argc, _TCHAR *argv[])", "return"),
        ] {
            let text = format!(
                "#define UNICODE\n#define _UNICODE\n#include <windows.h>\n#include <tchar.h>\n{head}\n{{\n    \
                 {result} (argc == 2 && wcslen(argv[1]) == 4 && argv[1][1] == 0xE9 && !argv[2] ? 7 : 1);\n}}\n"
            )
            .replace("#define UNICODE\n#define _UNICODE\n", "#ifndef UNICODE\n#define UNICODE\n#define _UNICODE\n#endif\n");
            let program = build.program("wmain", &[&written("wmain.c", &text)], &[]);
            let output = output(&program, &["aé😀"]);
            assert_eq!(output.status.code(), Some(7), "{head}: {build:?}");
        }
        let text = "#include <windows.h>\nvoid wmain(void)\n{\n}\n";
        printed(&build.program("wmain", &[&written("wmain.c", text)], &[]), &[], "no result is success");
    }
}
