//! The table that is printed of a scan.

use std::fmt;
use std::path::{Path, PathBuf};

use super::coverage::{self, State};
use super::problem::line;
use super::seen::{Evidence, Name, Seen};

/// The outcome for one program, source file or folder of sources.
pub struct Scan {
    path: PathBuf,
    kind: &'static str,
    functions: Vec<(String, Evidence, State)>,
    names: Vec<Name>,
}

impl Scan {
    pub fn new(path: &Path, kind: &'static str, seen: &Seen) -> Self {
        let state =
            |name: &str| if name.starts_with('#') { State::Ordinal } else { coverage::function(name) };
        let functions =
            seen.functions.iter().map(|(name, evidence)| (name.clone(), *evidence, state(name))).collect();
        Self { path: path.to_owned(), kind, functions, names: seen.names() }
    }

    /// Whether bcrypt-shim has all that the program was seen to use.
    pub fn covered(&self) -> bool {
        self.missing() == (0, 0)
    }

    fn missing(&self) -> (usize, usize) {
        let functions = self.functions.iter().filter(|(_, _, state)| *state != State::Implemented).count();
        (functions, self.names.iter().filter(|name| !name.covered()).count())
    }
}

impl fmt::Display for Scan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, kind, functions, names } = self;
        let path = line(path);
        if functions.is_empty() && names.is_empty() {
            return writeln!(formatter, "{path}: {kind}, uses no function of bcrypt.dll");
        }
        writeln!(formatter, "{path}: {kind}")?;
        let width = functions.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, evidence, state) in functions {
            let state = match state {
                State::Implemented => "implemented",
                State::Missing => "not implemented (answers STATUS_NOT_IMPLEMENTED)",
                State::Foreign => "not an export of bcrypt.dll",
                State::Ordinal => "by number: which function it is depends on the bcrypt.dll",
            };
            writeln!(formatter, "  {name:width$}  {state}; {evidence}")?;
        }
        let width = names.iter().map(|name| name.name.len()).max().unwrap_or(0);
        for Name { name, rows } in names {
            let states: Vec<_> = rows.iter().map(|row| format!("{} {}", row.kind, word(row.state))).collect();
            writeln!(formatter, "  {name:width$}  {}", states.join("; "))?;
        }
        match self.missing() {
            (0, 0) => writeln!(formatter, "covered: {} functions, {} names", functions.len(), names.len()),
            (some, other) => writeln!(
                formatter,
                "not covered: {some} of {} functions, {other} of {} names",
                functions.len(),
                names.len()
            ),
        }
    }
}

fn word(state: State) -> &'static str {
    if state == State::Implemented { "implemented" } else { "not implemented" }
}
