//! What fails around the library: memory, random bytes, forks, signals, small stacks, hosts with names of their own.

use crate::artefact;
use crate::program::{Program, interposer, plugin};

#[test]
fn no_memory_is_an_answer() {
    let malloc = interposer("failing_malloc");
    Program::new("no_memory", &["-Wno-pedantic"]).succeeds(&[("LD_PRELOAD", &malloc)], &[]);
}

#[test]
fn a_planted_use_of_memory_that_was_not_there_is_found() {
    let malloc = interposer("failing_malloc");
    Program::new("no_memory", &["-Wno-pedantic", "-DPLANTED_CRASH", "-DP_256_ONLY"]).finds(
        &[("LD_PRELOAD", &malloc)],
        &[],
        "signal 11 where allocation",
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
}
