//! What stands in the way of an installation is named in one line, and nothing is left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::place::{Place, command, script, source, texts};

/// Runs a script that must fail with one line on standard error, which has these words.
fn refused(name: &str, arguments: &[&str], path: Option<&str>, words: &str) {
    let mut command = command("bash");
    command.arg(source().join("scripts").join(name)).args(arguments);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.output().expect("bash runs");
    let (out, err) = texts(&output);
    assert!(!output.status.success(), "{name} {arguments:?} succeeded");
    assert_eq!(out, "", "{name} {arguments:?}");
    let start = format!("{}: ", name);
    assert!(
        err.lines().count() == 1 && err.starts_with(&start) && err.contains(words),
        "{arguments:?}: {err}"
    );
}

/// A folder of programs to be found before the real ones.
fn fake(place: &Place, name: &str, text: &str) -> String {
    let folder = place.join("fake");
    fs::create_dir_all(&folder).expect("writable");
    let program = folder.join(name);
    fs::write(&program, format!("#!/bin/bash\n{text}\n")).expect("writable");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
    format!("{}:{}", folder.display(), std::env::var("PATH").expect("a path"))
}

/// A PATH with links to the programs that the script itself needs, and no more.
fn only(place: &Place, tools: &[&str]) -> String {
    let folder = place.join("only");
    fs::create_dir_all(&folder).expect("writable");
    for tool in ["bash", "dirname", "sed", "cut", "uname", "mktemp", "rm", "rmdir", "cat"].iter().chain(tools)
    {
        let found = std::env::split_paths(&std::env::var_os("PATH").expect("a path"))
            .map(|folder| folder.join(tool))
            .find(|path| path.exists());
        let found = found.unwrap_or_else(|| panic!("{tool} is missing"));
        std::os::unix::fs::symlink(found, folder.join(tool)).expect("writable");
    }
    folder.display().to_string()
}

#[test]
fn a_missing_compiler() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    refused(
        "install",
        &["--prefix", &prefix],
        Some(&only(&place, &["cargo"])),
        "the C compiler cc is missing",
    );
    assert!(!Path::new(&prefix).exists());
}

#[test]
fn a_missing_cargo() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    refused("install", &["--prefix", &prefix], Some(&only(&place, &[])), "cargo is missing; install Rust 1.");
    assert!(!Path::new(&prefix).exists());
}

#[test]
fn a_cargo_that_is_too_old() {
    for version in ["1.9.0", "1.94.1 (abc 2025-01-01)", "0.99.0"] {
        let place = Place::new();
        let prefix = place.join("prefix").display().to_string();
        let path = fake(&place, "cargo", &format!("echo 'cargo {version}'"));
        refused("install", &["--prefix", &prefix], Some(&path), "is too old; install Rust 1.95 or later");
        assert!(!Path::new(&prefix).exists());
    }
}

#[test]
fn a_cargo_without_a_toolchain() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    let path = fake(&place, "cargo", "echo 'no default is configured' >&2; exit 1");
    refused(
        "install",
        &["--prefix", &prefix],
        Some(&path),
        "cargo --version fails; install Rust 1.95 or later",
    );
}

#[test]
fn a_build_that_fails() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    let path = fake(&place, "cargo", "[ \"$1\" = --version ] && echo 'cargo 1.95.0' || exit 101");
    refused("install", &["--prefix", &prefix], Some(&path), "can't be built; nothing was installed");
    assert!(!Path::new(&prefix).exists());
}

#[test]
fn a_platform_that_is_not_supported() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    let path = fake(&place, "uname", "echo SunOS");
    refused("install", &["--prefix", &prefix], Some(&path), "SunOS is not supported; Linux and macOS are");
}

#[test]
fn places_that_can_not_be_written() {
    let place = Place::new();
    fs::write(place.join("file"), "").expect("writable");
    let file = place.join("file").display().to_string();
    refused("install", &["--prefix", &file], None, "is not a folder");
    refused("install", &["--prefix", &format!("{file}/below")], None, "is not a folder");
    // Not even root can make a folder there.
    #[cfg(target_os = "linux")]
    refused("install", &["--prefix", "/proc/bcrypt-shim"], None, "can't write to /proc");
    assert_eq!(place.tree(), ["file"]);
}

#[test]
fn words_that_are_not_understood() {
    for (arguments, words) in [
        (&["--prefx", "/x"][..], "unknown option --prefx"),
        (&["--prefix"], "--prefix needs a folder"),
        (&["--prefix="], "--prefix needs a folder"),
        (&["--prefix", "here"], "must be absolute"),
        (&["--prefix", "/x/../y"], "without . and .."),
        (&["--prefix", "/x|y"], "is not supported"),
        (&["--prefix", "/x", "--destdir", "there"], "must be absolute"),
    ] {
        refused("install", arguments, None, words);
    }
    refused("uninstall", &["--prefx"], None, "unknown option --prefx");
    refused("uninstall", &["--prefix", "/nowhere/at/all"], None, "put nothing below /nowhere/at/all");
    refused("package", &["rpm"], None, "unknown argument rpm");
    refused("with-bcrypt-shim", &[], None, "name a program");
}

#[test]
fn files_of_someone_else_stay() {
    for (name, words) in [
        ("lib/libbcrypt.so", "is there and not ours"),
        ("include/bcrypt-shim/bcrypt.h", "is there and not ours"),
        ("lib/libbcrypt.a/", "is a folder"),
    ] {
        let place = Place::new();
        let prefix = place.join("prefix");
        let file = prefix.join(name.trim_end_matches('/'));
        fs::create_dir_all(if name.ends_with('/') { &file } else { file.parent().expect("it has one") })
            .expect("writable");
        if !name.ends_with('/') {
            fs::write(&file, "theirs").expect("writable");
        }
        let before = place.tree();
        refused("install", &["--prefix", &prefix.display().to_string()], None, words);
        assert_eq!(place.tree(), before);
    }
}

/// The disk fills up, or the like: cp fails at the third file, in an empty place and over an earlier installation.
#[test]
fn a_copy_that_fails_half_way() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    let real = "/bin/cp";
    let text = format!("case $* in *libbcrypt.a.bcrypt-shim-new) exit 1 ;; esac\nexec {real} \"$@\"");
    let path = fake(&place, "cp", &text);
    let before = place.tree();
    refused("install", &["--prefix", &prefix], Some(&path), "nothing was installed");
    assert_eq!(place.tree(), before);

    script("install", &["--prefix", &prefix]);
    let before = place.tree();
    refused("install", &["--prefix", &prefix], Some(&path), "nothing was installed");
    assert_eq!(place.tree(), before);
}
