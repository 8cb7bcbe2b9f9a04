//! The programs that a way needs beside a compiler.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};

/// Says on the terminal, past the test harness, what was left out, so that a pass never hides it.
pub fn skipped(what: &str, reason: &str) {
    writeln!(io::stdout(), "skipped: {what}: {reason}").expect("stdout takes a line");
}

/// Whether all of these can be run; the first that can't be is named.
pub fn found(what: &str, tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| {
        Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
    });
    if let Some(tool) = missing {
        skipped(what, &format!("{tool} not found"));
    }
    missing.is_none()
}
