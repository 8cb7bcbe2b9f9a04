//! How many instructions the main operations take, against what is recorded: a library that became slower shows
//! without anything being timed.
//!
//! Counts are valgrind's, which hides some of what a processor has, so they are those of the code that the engine
//! takes without ADX and SHA extensions. They depend on the compilers and on what valgrind shows, so records are
//! kept for each combination that was seen, and a machine with another one compares nothing and says so.
//! `BLESS=1` records this machine's.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;
#[path = "instructions/record.rs"]
mod record;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::{Counts, Record};

/// How much more than recorded is a failure.
const MARGIN: f64 = 0.10;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instructions")
}

fn compiled(name: &str, flags: &[&str]) -> PathBuf {
    let folder = compiler::folder().join(format!("instructions-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    let library = folder.join("libbcrypt.so.0");
    std::os::unix::fs::symlink(artefact::library(), library).expect("the target directory is writable");
    let program = folder.join("operations");
    let mut arguments: Vec<String> = flags.iter().map(ToString::to_string).collect();
    arguments.extend(
        ["-std=gnu11", "-Wno-unused-function", "-Wno-unused-variable", "-O1", "-o"].map(String::from),
    );
    let files = [program.clone(), source().join("operations.c"), artefact::library()];
    arguments.extend(files.map(|path| path.display().to_string()));
    arguments.extend(compiler::includes().map(|include| format!("-I{}", include.display())));
    arguments.push(format!("-Wl,-rpath,{}", folder.display()));
    compiler::accepted(&compiler::run("cc", arguments), name);
    program
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_string()
}

/// Runs the program under callgrind. What makes counts comparable, and the counts.
fn counted(program: &Path) -> (String, Counts) {
    let folder = program.parent().expect("it lies in a folder");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--instr-atstart=no"])
        .arg(format!("--callgrind-out-file={}", folder.join("counts").display()))
        .arg(program)
        .output()
        .expect("valgrind runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let features = printed.lines().find_map(|line| line.strip_prefix("features:")).expect("it prints them");
    let rustc = first_line(option_env!("RUSTC").unwrap_or("rustc"), &["--version"]);
    let rustc: Vec<&str> = rustc.split(' ').take(2).collect();
    let conditions = format!(
        "{}, cc {}, {}, x86_64{features}",
        rustc.join(" "),
        first_line("cc", &["-dumpversion"]),
        first_line("valgrind", &["--version"]),
    );
    (conditions, record::read_dumps(folder, &printed))
}

#[test]
fn no_operation_takes_many_more_instructions_than_recorded() {
    if !compiler::found("valgrind") {
        return;
    }
    let (conditions, counts) = counted(&compiled("all", &[]));
    assert!(counts.len() > 15, "{counts:?}");
    let path = source().join("counts.txt");
    let mut record = Record::parse(&fs::read_to_string(&path).unwrap_or_default());
    if std::env::var_os("BLESS").is_some() {
        record.set(&conditions, &counts);
        fs::write(&path, record.to_string()).expect("the file is writable");
        return;
    }
    match record.get(&conditions) {
        None => compiler::skipped(&format!("none are recorded for {conditions}")),
        Some(recorded) => {
            let more = record::beyond(recorded, &counts, MARGIN);
            assert!(more.is_empty(), "more instructions than recorded:\n{}", more.join("\n"));
        }
    }
}

/// Operations that are done twice where once is counted.
#[test]
fn a_planted_slowness_is_found() {
    if !compiler::found("valgrind") {
        return;
    }
    let (_, slow) = counted(&compiled("slow", &["-DPLANTED_SLOWNESS=2"]));
    let recorded: Counts = slow.iter().map(|(name, count)| (name.clone(), count / 2)).collect();
    assert_eq!(record::beyond(&recorded, &slow, MARGIN).len(), slow.len());
    assert_eq!(record::beyond(&slow, &slow, MARGIN), Vec::<String>::new());
}
