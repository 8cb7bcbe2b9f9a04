//! The judge: looks at an implementation of bcrypt.dll through its C interface only.
//!
//! ```text
//! conformance exports LIBRARY    which of bcrypt.dll's exports a library has
//! ```
//!
//! Exit codes: 0 all exports are there, 1 some are missing, 2 the command or the library can't be used.

mod library;

use std::process::ExitCode;

use library::{EXPORTS, Library};

const USAGE: &str = "usage: conformance exports LIBRARY";

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
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
