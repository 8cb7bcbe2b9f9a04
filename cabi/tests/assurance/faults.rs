//! What fails around the library: memory, random bytes, forks, signals, small stacks, hosts with names of their own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bcrypt_shim::names::{self, Table};

use crate::artefact;
use crate::program::{Program, interposer, plugin};

/// The flag by which a program finds the C names of a table.
fn listed(name: &str, table: Table<&str>) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assurance-names");
    fs::create_dir_all(&folder).expect("the target directory is writable");
    let list = folder.join(name);
    let lines: String = table.rows.iter().map(|row| format!("X({})\n", row.c_name)).collect();
    fs::write(&list, lines).expect("the target directory is writable");
    format!("-D{name}=\"{}\"", list.display())
}

/// The program that goes through every export without memory.
fn no_memory(flags: &[&str]) -> Program {
    let names = [
        listed("ALGORITHM_NAMES", names::ALGORITHM_IDENTIFIERS),
        listed("CURVE_NAMES", names::CURVE_NAMES),
        listed("MODE_NAMES", names::CHAINING_MODES),
        listed("PROPERTY_NAMES", names::PROPERTIES),
    ];
    let names = names.each_ref().map(String::as_str);
    Program::new(
        "no_memory",
        &[&["-Wno-pedantic", "-Wno-missing-field-initializers"], &names[..], flags].concat(),
    )
}

#[test]
fn no_memory_is_an_answer() {
    let malloc = interposer("failing_malloc");
    no_memory(&[]).succeeds(&[("LD_PRELOAD", &malloc)], &[]);
}

/// A trace asks for memory as well.
#[test]
fn no_memory_is_an_answer_while_calls_are_traced() {
    let malloc = interposer("failing_malloc");
    let long = format!("{}dev/null", "../".repeat(1000));
    let environment = [("LD_PRELOAD", malloc.as_str()), ("BCRYPT_SHIM_TRACE", &long)];
    no_memory(&["-DP_256_ONLY"]).succeeds(&environment, &[]);
}

#[test]
fn every_export_is_called_without_memory() {
    let malloc = interposer("failing_malloc");
    let called = no_memory(&["-DALL"]).printed(&[("LD_PRELOAD", &malloc)], &["exports"]);
    let called: BTreeSet<&str> = called.lines().collect();
    let absent = include_str!("../../src/api/absent.rs");
    let missing: Vec<&str> = include_str!("../../exports.txt")
        .lines()
        .filter(|export| export.starts_with("BCrypt") && !absent.contains(&format!("fn {export}(")))
        .filter(|export| !called.contains(export))
        .collect();
    assert!(missing.is_empty(), "rows for {missing:?} are missing in no_memory_rows.h");
}

#[test]
fn a_planted_use_of_memory_that_was_not_there_is_found() {
    let malloc = interposer("failing_malloc");
    no_memory(&["-DPLANTED_CRASH", "-DP_256_ONLY"]).finds(
        &[("LD_PRELOAD", &malloc)],
        &[],
        "signal 11 where allocation",
    );
}

#[test]
fn a_planted_leak_is_found() {
    let malloc = interposer("failing_malloc");
    no_memory(&["-DPLANTED_LEAK", "-DP_256_ONLY"]).finds(
        &[("LD_PRELOAD", &malloc)],
        &[],
        "1 blocks are lost",
    );
}

#[test]
fn random_bytes_that_fail_make_no_key() {
    let source = interposer("random_source");
    let program = Program::new("entropy", &[]);
    for answers in ["fails", "later", "interrupted", "as the system"] {
        program.succeeds(&[("LD_PRELOAD", &source), ("RANDOM_SOURCE", answers)], &[]);
    }
    program.succeeds(&[], &["forbidden"]);
}

#[test]
fn a_planted_weak_source_is_found() {
    let source = interposer("random_source");
    Program::new("entropy", &["-DWEAK"]).finds(
        &[("LD_PRELOAD", &source), ("RANDOM_SOURCE", "constant")],
        &[],
        "two keys are the same",
    );
}

#[test]
fn nothing_is_opened() {
    Program::new("files", &[]).succeeds(&[], &[]);
    Program::new("files", &["-DPLANTED_FILE"]).finds(&[], &[], "a system call that opens");
}

/// The handlers of a fork go with the plug-in that has them.
#[test]
fn a_plugin_can_be_unloaded() {
    let archive = artefact::library().with_file_name("libbcrypt.a");
    if !archive.exists() {
        println!("skipped: a plug-in: {} not found", archive.display());
        return;
    }
    let plugin = plugin("plugin", &archive);
    Program::new("unload", &["-Wno-pedantic"]).succeeds(&[], &[&plugin]);
}

#[test]
fn forks_signals_and_small_stacks() {
    let program = Program::new("hardship", &[]);
    for which in ["forks", "signals", "small-stacks"] {
        program.succeeds(&[], &[which]);
    }
    let malloc = interposer("failing_malloc");
    program.succeeds(&[("LD_PRELOAD", &malloc)], &["stopped"]);
}

/// The kernel's policy is what GetFipsAlgorithmMode tells, also where it can't be read.
#[test]
fn the_fips_mode_is_that_of_the_kernel() {
    let files = interposer("fips_enabled");
    let program = Program::new("fips", &[]);
    let folder = program.path();
    for (name, text, mode) in [("on", "1\n", "1"), ("off", "0\n", "0"), ("empty", "", "0")] {
        let file = folder.with_file_name(name);
        fs::write(&file, text).expect("the target directory is writable");
        let environment = [("LD_PRELOAD", files.as_str()), ("FIPS_ENABLED", &file.display().to_string())];
        program.succeeds(&environment, &[mode]);
    }
    program.succeeds(&[("LD_PRELOAD", &files), ("FIPS_ENABLED", "/nowhere")], &["0"]);
    // An answer from somewhere else would be found.
    program.finds(&[("LD_PRELOAD", &files), ("FIPS_ENABLED", "/nowhere")], &["1"], "FIPS mode is 0");
}
