//! Checks the built shared library: its names, what it asks of its host, and that the host can't reach in.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test ends at the first thing that is wrong")]

#[path = "support/artefact.rs"]
mod artefact;

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// What a command prints; it must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().expect("the command runs");
    assert!(
        output.status.success(),
        "{command:?} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The symbols that nm lists, with their versions if they have any.
fn symbols(which: &str) -> Vec<String> {
    let listed = output(Command::new("nm").arg("-D").arg(which).arg(artefact::library()));
    listed.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect()
}

#[test]
fn exports_are_the_names_of_bcrypt_dll_and_two_of_ours() {
    let mut exports = symbols("--defined-only");
    exports.sort();
    let contract = include_str!("../exports.txt");
    assert_eq!(exports, contract.lines().collect::<Vec<_>>());
    assert_eq!(exports.len(), 66 + 2, "behaviour.md a2, bcrypt_shim_version and GetKeyDerivationInterface");
}

#[test]
fn nothing_but_the_system_is_called() {
    // The start-up objects of the C compiler look for these; they are weak and nobody defines them.
    let start_up = ["__gmon_start__", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable"];
    let foreign: Vec<_> = symbols("--undefined-only")
        .into_iter()
        .filter(|symbol| !start_up.contains(&symbol.as_str()))
        .filter(|symbol| !symbol.contains("@GLIBC_") && !symbol.contains("@GCC_"))
        .collect();
    assert_eq!(foreign, Vec::<String>::new());
}

/// The engine asks the system through this library, as .cargo/config.toml has it built: for locks, seeds and memory.
#[test]
fn the_engine_asks_the_system_through_this_library() {
    let archive = artefact::library().with_file_name("libbcrypt.a");
    if !archive.exists() {
        println!("skipped: {} not found", archive.display());
        return;
    }
    let listed = output(Command::new("nm").args(["--print-file-name", "--format=posix"]).arg(&archive));
    let symbols: Vec<(&str, &str, &str)> = listed
        .lines()
        .filter_map(|line| {
            let (member, rest) = line.split_once(": ")?;
            let mut words = rest.split(' ');
            Some((member, words.next()?, words.next()?))
        })
        .collect();
    let engine: HashSet<&str> = symbols
        .iter()
        .filter(|(_, name, kind)| name.starts_with("aws_lc_") && *kind == "T")
        .map(|row| row.0)
        .collect();
    assert!(engine.len() > 100, "{} members of the engine", engine.len());
    let asked: HashSet<&str> = symbols
        .iter()
        .filter(|(member, _, kind)| engine.contains(member) && *kind != "T")
        .map(|(_, name, _)| *name)
        .collect();
    for ours in [
        "getentropy",
        "rwlock_rdlock",
        "rwlock_wrlock",
        "rwlock_unlock",
        "mutex_lock",
        "once",
        "memory_alloc",
    ] {
        assert!(asked.contains(format!("bcrypt_shim_{ours}").as_str()), "{ours}");
    }
    for theirs in [
        "getentropy",
        "getrandom",
        "syscall",
        "pthread_rwlock_rdlock",
        "pthread_rwlock_wrlock",
        "pthread_mutex_lock",
        "pthread_once",
        "OPENSSL_memory_alloc",
    ] {
        assert!(!asked.contains(theirs), "{theirs}");
    }
    let bytes = std::fs::read(artefact::library()).expect("the library can be read");
    assert!(!bytes.windows(13).any(|window| window == b"/dev/sysgenid"), "a device is looked for");
}

#[test]
fn it_names_itself_and_stays_loaded() {
    let dynamic = output(Command::new("readelf").arg("-d").arg(artefact::library()));
    assert!(dynamic.contains("Library soname: [libbcrypt.so.0]"), "{dynamic}");
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}

#[test]
fn a_host_that_defines_the_engine_allocator_is_not_called() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host");
    std::fs::create_dir_all(&folder).expect("a folder for the program");
    let program = folder.join("host");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host.c");
    // -rdynamic exports the program's own functions to the libraries it loads.
    output(Command::new("cc").args(["-rdynamic", "-o"]).arg(&program).arg(source).arg("-ldl"));
    output(Command::new(&program).arg(artefact::library()));
}
