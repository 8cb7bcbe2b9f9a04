//! A new process that loads the library, makes two P-256 keys, agrees and derives.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::measure::spread;

/// What makes this program such a process.
pub const ARGUMENT: &str = "--cold-start";
/// What makes it a process that does nothing, for the time that processes take anyway.
pub const EMPTY: &str = "--empty";

/// The first run warms the file cache and does not count.
pub fn measured(library: &Path, runs: usize) -> Value {
    let program = std::env::current_exe().expect("this program has a path");
    let run = |argument: &str| {
        let start = Instant::now();
        let output = Command::new(&program)
            .arg(argument)
            .env("BCRYPT_SHIM_LIBRARY", library)
            .output()
            .expect("it runs");
        let whole = start.elapsed().as_nanos() as f64;
        let inside = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0.0);
        (inside, whole)
    };
    run(ARGUMENT);
    let (mut inside, mut whole, mut empty) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let (library, process) = run(ARGUMENT);
        inside.push(library);
        whole.push(process);
        empty.push(run(EMPTY).1);
    }
    json!({
        "load to first derived key, ns": spread(inside),
        "whole process, ns": spread(whole),
        "process that does nothing, ns": spread(empty),
    })
}
