//! Runs C and C++ compilers, with every warning an error.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The header's folder and the opt-in headers', as a user adds them.
pub fn includes() -> [PathBuf; 3] {
    let cabi = Path::new(env!("CARGO_MANIFEST_DIR"));
    [cabi.join("include"), cabi.join("../compat"), cabi.join("../compat/capitals")]
}

/// Where a test may write.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    fs::create_dir_all(&folder).expect("the target directory is writable");
    folder
}

/// Says on the terminal, past the test harness, what the test that calls this leaves out, so that a pass never hides it.
pub fn skipped(reason: &str) {
    // The harness names a test's thread after the test.
    let thread = std::thread::current();
    let test = thread.name().filter(|name| *name != "main").map_or(String::new(), |name| format!("{name}: "));
    writeln!(io::stdout(), "skipped: {test}{reason}").expect("stdout takes a line");
}

/// Whether a command exists; one that does not is named.
pub fn found(command: &str) -> bool {
    let found =
        Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        skipped(&format!("{command} not found"));
    }
    found
}

/// Compiles with these arguments; the headers are found and nothing is forgiven.
pub fn run<S: AsRef<OsStr>>(compiler: &str, arguments: impl IntoIterator<Item = S>) -> Output {
    let mut command = Command::new(compiler);
    command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"]).args(arguments);
    command.output().unwrap_or_else(|error| panic!("{compiler}: {error}"))
}

/// Fails with the compiler's own words unless it succeeded.
pub fn accepted(output: &Output, what: &str) {
    assert!(output.status.success(), "{what}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Compiles a C program, runs it, and wants it to succeed.
pub fn succeeds(name: &str, text: &str) {
    let (source, program) = (folder().join(format!("{name}.c")), folder().join(name));
    fs::write(&source, text).expect("the target directory is writable");
    let includes = includes().map(|folder| format!("-I{}", folder.display()));
    let mut arguments: Vec<&OsStr> = includes.iter().map(OsStr::new).collect();
    arguments.extend([OsStr::new("-std=c11"), OsStr::new("-o"), program.as_os_str(), source.as_os_str()]);
    accepted(&run("cc", arguments), name);
    let output = Command::new(&program).output().expect("the program runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
}
