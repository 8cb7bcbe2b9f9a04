//! A host of providers, as a C program: it asks which file has the provider, loads that, and works through its function
//! tables alone.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly, and tells what it skips"
)]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

#[test]
fn a_host_works_through_the_tables() {
    let folder = compiler::folder().join("interface");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    let loaded = folder.join("libbcrypt.so.0");
    symlink(artefact::library(), &loaded).expect("the target directory is writable");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interface/host.c");
    let program = folder.join("host");
    let mut arguments = vec!["-std=gnu11".to_owned(), "-o".into()];
    arguments.extend([&program, &source, &loaded].map(|path| path.display().to_string()));
    arguments.extend(compiler::includes().map(|include| format!("-I{}", include.display())));
    arguments.extend([format!("-Wl,-rpath,{}", folder.display()), "-ldl".into()]);
    compiler::accepted(&compiler::run("cc", arguments), "host.c");
    let output = Command::new(&program).output().expect("the program runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {printed}", output.status);
    print!("{printed}");
}
