//! A host program that has functions of its own under every name the library uses inside: none is called.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::artefact;
use crate::compiler;
use crate::constant_time::with_symbols;

fn output(command: &mut Command) -> Output {
    command.output().expect("the command runs")
}

/// The names of the library's functions, as a C program can have them.
fn names_inside() -> Vec<String> {
    let listed = output(Command::new("nm").args(["--defined-only", "--format=posix"]).arg(with_symbols()));
    let listed = String::from_utf8(listed.stdout).expect("text");
    let mut names: Vec<String> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(name, rest)| rest.to_ascii_uppercase().starts_with("T ") && is_identifier(name))
        // What a C program has itself, and what it calls to get here.
        .filter(|(name, _)| {
            !name.starts_with("_init") && !name.starts_with("_fini") && !name.contains("tm_clones")
        })
        .map(|(name, _)| name.to_owned())
        .filter(|name| !["frame_dummy", "__do_global_dtors_aux"].contains(&name.as_str()))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn host(names: &[String], called: Option<&str>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assurance").join("host");
    fs::create_dir_all(&folder).expect("the target directory is writable");
    let mut text = String::from("#include <stdio.h>\n#include <unistd.h>\n");
    for name in names {
        let says = format!(
            "void {name}(void) {{ puts(\"the host's {name} was called\"); fflush(stdout); _exit(1); }}"
        );
        writeln!(text, "{says}").expect("a string takes a line");
    }
    // What a library that is interposed would do.
    if let Some(name) = called {
        writeln!(text, "__attribute__((destructor)) static void planted(void) {{ {name}(); }}")
            .expect("a string takes a line");
    }
    let (source, program) = (folder.join("names.c"), folder.join(format!("host{}", called.is_some())));
    fs::write(&source, text).expect("the target directory is writable");
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host.c");
    let made = output(
        Command::new("cc")
            .args(["-w", "-fno-builtin", "-rdynamic", "-o"])
            .args([&program, &source, &main])
            .args(["-ldl"]),
    );
    compiler::accepted(&made, "the host");
    program
}

#[test]
fn a_host_with_the_same_names_is_not_called() {
    let names = names_inside();
    assert!(names.len() > 500 && names.iter().any(|name| name.contains("EC_POINT_mul")), "{}", names.len());
    let ran = output(Command::new(host(&names, None)).arg(artefact::library()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let planted = names.iter().find(|name| name.contains("EC_POINT_mul")).map(String::as_str);
    let found = output(Command::new(host(&names, planted)).arg(artefact::library()));
    assert!(
        !found.status.success() && String::from_utf8_lossy(&found.stdout).contains("EC_POINT_mul was called")
    );
    println!("{} names of the library defined by the host, none called", names.len());
}

/// The exports themselves may be defined by a host too, say one that wraps this library: no call inside goes by name.
#[test]
fn no_call_inside_goes_through_an_export() {
    let relocations = output(Command::new("readelf").args(["-rW"]).arg(artefact::library()));
    let text = String::from_utf8(relocations.stdout).expect("text");
    assert!(text.contains("R_") && !text.contains("BCrypt"), "an export is looked up by name");
}
