//! Which functions of bcrypt.dll a program uses, and how far bcrypt-shim covers each.

mod coverage;
mod dotnet;
mod language;
mod name;
mod pe;
mod problem;
mod program;
mod reference;
mod seen;
mod source;
mod strings;
mod table;
mod token;
mod trace;

use std::fs;
use std::path::Path;

pub use problem::Problem;
pub use table::Scan;
pub use trace::{Trace, read as trace};

/// Scans a program, an object file or archive, a source file, or a folder of sources.
pub fn scan(path: &Path) -> Result<Scan, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(path, format!("can't be read ({error}); check the name and the permissions"))
    };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        return source::folder(path);
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    if bytes.is_empty() {
        return Err(Problem::new(path, "is empty; build or copy it again"));
    }
    if let Some(language) = language::Language::of(path) {
        let mut sources = source::Sources::default();
        sources.add(language, &bytes);
        return Ok(Scan::new(path, language.name(), &sources.finish()));
    }
    program::scan(path, &bytes)
}
