//! Which functions of bcrypt.dll a program uses, and how far bcrypt-shim covers each.

mod coverage;
mod dotnet;
mod pe;
mod program;
mod source;
mod strings;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use coverage::{Kind, Row, State};

/// Where a use was seen. Only the last is a guess: a text that is a function's name need not be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    Import,
    DelayImport,
    Undefined,
    PInvoke,
    Declaration,
    Source,
    Text,
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Import => "import",
            Self::DelayImport => "delay import",
            Self::Undefined => "undefined symbol",
            Self::PInvoke => "P/Invoke",
            Self::Declaration => "declared",
            Self::Source => "named in the source",
            Self::Text => "a text, probably looked up at run time",
        })
    }
}

/// What was seen in one file, or in many.
#[derive(Default)]
struct Seen {
    functions: BTreeMap<String, Evidence>,
    /// Texts that may be names of algorithms and the like, and macros.
    texts: BTreeSet<String>,
    macros: BTreeSet<String>,
    /// Functions of these names that the input itself defines.
    own: BTreeSet<String>,
}

impl Seen {
    /// What is wanted in one place and defined in another comes from no library.
    fn without_own(mut self) -> Self {
        let bound =
            |evidence| matches!(evidence, Evidence::Import | Evidence::DelayImport | Evidence::PInvoke);
        let own = &self.own;
        self.functions.retain(|name, evidence| bound(*evidence) || !own.contains(name));
        self
    }

    /// The strongest evidence stays.
    fn function(&mut self, name: &str, evidence: Evidence) {
        let known = self.functions.entry(name.to_owned()).or_insert(evidence);
        *known = evidence.min(*known);
    }

    fn text(&mut self, text: &str) {
        if coverage::named(text).next().is_some() {
            self.texts.insert(text.to_owned());
        }
    }

    fn uses(&self, kind: Kind) -> bool {
        kind == Kind::Handle || kind.taken_by().iter().any(|name| self.functions.contains_key(*name))
    }

    /// The rows behind the texts and macros, for kinds that something in the program takes.
    fn names(&self) -> Vec<Name> {
        let texts = self.texts.iter().map(|text| (text, coverage::named(text).collect::<Vec<_>>()));
        let macros = self.macros.iter().map(|name| (name, coverage::macros(name).collect::<Vec<_>>()));
        let mut names: BTreeMap<String, Vec<&'static Row>> = BTreeMap::new();
        for row in texts.chain(macros).flat_map(|(_, rows)| rows).filter(|row| self.uses(row.kind)) {
            let rows = names.entry(row.name.to_owned()).or_default();
            if !rows.iter().any(|known| known.kind == row.kind) {
                rows.push(row);
            }
        }
        names.into_iter().map(|(name, rows)| Name { name, rows }).collect()
    }
}

/// A name of something other than a function, with all that it can be.
struct Name {
    name: String,
    rows: Vec<&'static Row>,
}

impl Name {
    /// A word with several meanings is covered if one of them is: which is meant can't be seen.
    fn covered(&self) -> bool {
        self.rows.iter().any(|row| row.state == State::Implemented)
    }
}

/// The outcome for one program, source file or folder of sources.
pub struct Scan {
    path: PathBuf,
    kind: &'static str,
    functions: Vec<(String, Evidence, State)>,
    names: Vec<Name>,
}

impl Scan {
    fn new(path: &Path, kind: &'static str, seen: &Seen) -> Self {
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

/// Why a file can't be used, and what to do: one line that begins with the file's name.
#[derive(Debug)]
pub struct Problem {
    path: PathBuf,
    text: String,
}

impl Problem {
    fn new(path: &Path, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", line(&self.path), self.text)
    }
}

/// A path that keeps to its line, whatever it is made of.
fn line(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "?")
}

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
    if let Some(language) = source::Language::of(path) {
        let mut sources = source::Sources::default();
        sources.add(language, &bytes);
        return Ok(Scan::new(path, language.name(), &sources.finish()));
    }
    program::scan(path, &bytes)
}
