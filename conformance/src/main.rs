//! The judge: looks at an implementation of bcrypt.dll through its C interface only.
//!
//! ```text
//! conformance exports LIBRARY    which of bcrypt.dll's exports a library has
//! conformance scan PROGRAM…      which of its functions a program uses, and how far bcrypt-shim covers them
//! ```
//!
//! Exit codes: 0 all exports are there, or all that is used is covered; 1 some are missing, 2 the command or a file
//! can't be used.

mod library;
mod scan;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use library::{EXPORTS, Library};

const USAGE: &str = "usage: conformance exports LIBRARY | scan PROGRAM…";

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]
fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [command, paths @ ..] = arguments.as_slice()
        && command == "scan"
        && !paths.is_empty()
    {
        return scan(paths);
    }
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let [command, path] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if command != "exports" {
        eprintln!("conformance: no command '{command}'; {USAGE}");
        return ExitCode::from(2);
    }
    match Library::open(path) {
        Err(problem) => {
            eprintln!("conformance: {path}: {}", library::reason(&problem));
            ExitCode::from(2)
        }
        Ok(library) => {
            let missing: Vec<_> = EXPORTS.iter().filter(|name| !library.exports(name)).collect();
            println!("{path}: {} of {} exports", EXPORTS.len() - missing.len(), EXPORTS.len());
            missing.iter().for_each(|name| println!("missing: {name}"));
            if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
    }
}

/// Scans each; the worst outcome is the command's.
#[allow(clippy::print_stderr, reason = "a command-line program")]
fn scan(paths: &[OsString]) -> ExitCode {
    let mut code = 0;
    for path in paths {
        match scan::scan(Path::new(path)) {
            Err(problem) => {
                eprintln!("conformance: {problem}");
                code = 2;
            }
            Ok(scan) => {
                // Who closes the pipe has read enough.
                let _ = write!(std::io::stdout(), "{scan}");
                code = code.max(u8::from(!scan.covered()));
            }
        }
    }
    ExitCode::from(code)
}
