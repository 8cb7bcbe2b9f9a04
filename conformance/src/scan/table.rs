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
    libraries: Vec<&'static str>,
}

impl Scan {
    /// A table of these rows.
    pub fn of(
        path: &Path,
        kind: &'static str,
        functions: Vec<(String, Evidence, State)>,
        names: Vec<Name>,
    ) -> Self {
        Self { path: path.to_owned(), kind, functions, names, libraries: Vec::new() }
    }

    pub fn new(path: &Path, kind: &'static str, seen: &Seen) -> Self {
        let state =
            |name: &str| if name.starts_with('#') { State::Ordinal } else { coverage::function(name) };
        let functions =
            seen.functions.iter().map(|(name, evidence)| (name.clone(), *evidence, state(name))).collect();
        let libraries = seen.libraries.iter().copied().collect();
        Self { libraries, ..Self::of(path, kind, functions, seen.names()) }
    }

    /// The path as it can be printed.
    pub fn path(&self) -> String {
        line(&self.path)
    }

    /// Whether bcrypt-shim has all that the program was seen to use.
    pub fn covered(&self) -> bool {
        self.missing() == (0, 0)
    }

    fn missing(&self) -> (usize, usize) {
        let functions = self.functions.iter().filter(|(_, _, state)| *state != State::Implemented).count();
        (functions, self.names.iter().filter(|name| !name.perhaps && !name.covered()).count())
    }
}

impl fmt::Display for Scan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, kind) = (self.path(), self.kind);
        if self.functions.is_empty() && self.names.is_empty() {
            writeln!(formatter, "{path}: {kind}, uses no function of bcrypt.dll")?;
        } else {
            writeln!(formatter, "{path}: {kind}")?;
            self.rows(formatter)?;
        }
        self.note(formatter)
    }
}

impl Scan {
    /// Writes a line for each function and name, and what comes out.
    pub fn rows(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.functions.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, evidence, state) in &self.functions {
            let state = match state {
                State::Implemented => "implemented",
                State::Missing => "not implemented (answers STATUS_NOT_IMPLEMENTED)",
                State::Foreign => "not an export of bcrypt.dll",
                State::Ordinal => "by number: which function it is depends on the bcrypt.dll",
            };
            writeln!(formatter, "  {name:width$}  {state}; {evidence}")?;
        }
        let width = self.names.iter().map(|name| name.name.len()).max().unwrap_or(0);
        for Name { name, meanings, perhaps } in &self.names {
            let states: Vec<_> = meanings
                .iter()
                .map(|meaning| format!("{} {}", meaning.kind, word(meaning.covered)))
                .collect();
            let perhaps = if *perhaps { "; may be only the end of another text" } else { "" };
            writeln!(formatter, "  {name:width$}  {}{perhaps}", states.join("; "))?;
        }
        self.outcome(formatter)
    }

    fn outcome(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { functions, names, .. } = self;
        let (perhaps, names): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.perhaps);
        match self.missing() {
            (0, 0) => write!(formatter, "covered: {} functions, {} names", functions.len(), names.len()),
            (some, other) => write!(
                formatter,
                "not covered: {some} of {} functions, {other} of {} names",
                functions.len(),
                names.len()
            ),
        }?;
        match perhaps.iter().filter(|name| !name.covered()).count() {
            0 => writeln!(formatter),
            missing => writeln!(formatter, "; {missing} more if it uses them"),
        }
    }

    /// What this program needs beside bcrypt.dll, so that nobody takes "covered" for more than it says.
    fn note(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.libraries.is_empty() {
            return Ok(());
        }
        let libraries = self.libraries.join(", ");
        writeln!(formatter, "note: it also uses {libraries}, which bcrypt-shim does not stand in for")
    }
}

fn word(covered: bool) -> &'static str {
    if covered { "implemented" } else { "not implemented" }
}
