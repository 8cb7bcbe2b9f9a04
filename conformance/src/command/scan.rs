//! `conformance scan`.

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::scan::{self, Problem};

/// Tells which of bcrypt.dll's functions a program uses, and how far bcrypt-shim covers them
#[derive(clap::Args)]
pub struct Scan {
    /// Programs, libraries, object files, sources, or folders of sources
    #[arg(required_unless_present = "traces", value_name = "PROGRAM")]
    paths: Vec<PathBuf>,
    /// What BCRYPT_SHIM_TRACE wrote while a program ran: what it was refused, then the same table
    #[arg(long = "trace", value_name = "FILE")]
    traces: Vec<PathBuf>,
}

impl Scan {
    /// Scans each; the worst outcome is the command's, so one that can't be used does not hide the rest.
    pub fn main(self) -> ExitCode {
        let programs = self.paths.iter().map(|path| told(scan::scan(path), scan::Scan::covered));
        let traces = self.traces.iter().map(|path| told(scan::trace(path), scan::Trace::covered));
        ExitCode::from(programs.chain(traces).max().unwrap_or(0))
    }
}

/// Prints what came out of one file, and gives its exit code.
#[allow(clippy::print_stderr, reason = "a command-line program")]
fn told<T: Display>(result: Result<T, Problem>, covered: fn(&T) -> bool) -> u8 {
    match result {
        Err(problem) => {
            eprintln!("conformance: {problem}");
            2
        }
        Ok(outcome) => {
            // Who closes the pipe has read enough.
            let _ = write!(std::io::stdout(), "{outcome}");
            u8::from(!covered(&outcome))
        }
    }
}
