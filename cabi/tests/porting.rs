//! docs/porting/porting.md, followed word for word in an empty directory.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The commands of the page's shell blocks.
fn commands() -> String {
    let page = fs::read_to_string(root().join("docs/porting/porting.md")).expect("the page can be read");
    let blocks: Vec<&str> =
        page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 3, "the page's commands");
    blocks.concat()
}

/// The second time the compiler is as the page says for programs with their own wide literals.
#[test]
fn the_page_leads_to_a_running_program() {
    for option in ["-std=c11", "-std=c11 -fshort-wchar"] {
        let folder = compiler::folder().join("porting");
        let _ = fs::remove_dir_all(&folder);
        let (work, lib) = (folder.join("work"), folder.join("lib"));
        fs::create_dir_all(&work).expect("the target directory is writable");
        fs::create_dir_all(&lib).expect("the target directory is writable");
        for name in ["libbcrypt.so", "libbcrypt.so.0"] {
            symlink(artefact::library(), lib.join(name)).expect("the target directory is writable");
        }
        let output = Command::new("bash")
            .args(["-eu", "-c", &commands().replace("-std=c11", option)])
            .current_dir(&work)
            .env("BCRYPT_SHIM", root())
            .env("LIB", &lib)
            .output()
            .expect("bash runs");
        compiler::accepted(&output, "the page's commands");
        let (printed, warned) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(warned.is_empty(), "{warned}");
        for kind in ["p256: ", "x25519: "] {
            let key = printed.lines().find_map(|line| line.strip_prefix(kind)).expect("a session key");
            assert!(key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_hexdigit()), "{key}");
        }
    }
}

/// The same files for Windows itself.
#[test]
fn windows_compilers_take_the_program() {
    if !compiler::found("x86_64-w64-mingw32-gcc") {
        return;
    }
    let program = compiler::folder().join("keyexchange.exe").display().to_string();
    let mut arguments = vec!["-municode".to_owned(), "-std=gnu11".into(), "-o".into(), program];
    for entry in fs::read_dir(root().join("examples/keyexchange")).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.extension().is_some_and(|extension| extension == "c") {
            arguments.push(path.display().to_string());
        }
    }
    arguments.push("-lbcrypt".into());
    compiler::accepted(&compiler::run("x86_64-w64-mingw32-gcc", arguments), "keyexchange");
}
