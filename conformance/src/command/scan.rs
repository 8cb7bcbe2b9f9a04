//! `conformance scan`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::scan;

/// Tells which of bcrypt.dll's functions a program uses, and how far bcrypt-shim covers them
#[derive(clap::Args)]
pub struct Scan {
    /// Programs, libraries, object files, sources, or folders of sources
    #[arg(required = true, value_name = "PROGRAM")]
    paths: Vec<PathBuf>,
}

impl Scan {
    /// Scans each; the worst outcome is the command's, so one that can't be used does not hide the rest.
    #[allow(clippy::print_stderr, reason = "a command-line program")]
    pub fn main(self) -> ExitCode {
        let mut code = 0;
        for path in &self.paths {
            match scan::scan(path) {
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
}
