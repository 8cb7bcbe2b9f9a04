//! Scenarios: sequences of calls, written as data.
//!
//! `parse` reads the files, `check` looks for what can't be meant, and [`Scenarios`] holds the result.
//! docs/testing/scenarios.md describes the language.

mod check;
mod constants;
mod parse;
pub mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::library::Function;
use crate::library::layout::Layout;
use crate::library::structures::View;
use crate::problem::{Problem, Result};
use parse::table::{self, Table, Tables};

pub use constants::{constant, status_name};

/// How much depends on a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// Published programs rely on it.
    High,
    /// Documented, or tested on Windows.
    Medium,
    /// A corner.
    Low,
}

/// A line of a scenario file.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1 on.
    pub line: usize,
    /// For what is written once for many rows of a table: the row. Empty otherwise.
    pub row: String,
}

impl Place {
    /// The row in words, behind a line.
    fn row_named(&self) -> String {
        if self.row.is_empty() { String::new() } else { format!(" (in the row {})", self.row) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}{}", self.file, self.line, self.row_named())
    }
}

/// One scenario.
#[derive(Debug)]
pub struct Scenario {
    /// Its area and name, as `kdf::hash::prepend-append`.
    pub id: String,
    /// How much depends on it.
    pub importance: Importance,
    /// What it shows, in a sentence.
    pub description: String,
    /// How the expected answers are known.
    pub sources: Vec<String>,
    /// The open questions about Windows that a recording there settles.
    pub undecided: Vec<String>,
    /// What is done, in order.
    pub statements: Vec<Statement>,
    /// A hash of what is done, so that a recording of an older text shows.
    pub fingerprint: String,
    /// Where it is written.
    pub place: Place,
    /// As it is written.
    pub source: String,
}

impl Scenario {
    /// Every export it calls.
    pub fn functions(&self) -> impl Iterator<Item = &'static Function> {
        self.statements.iter().filter_map(|statement| match &statement.action {
            Action::Call { function, .. } => Some(*function),
            _ => None,
        })
    }
}

/// One line of a scenario.
#[derive(Debug)]
pub struct Statement {
    /// As it is written, on one line.
    pub text: String,
    /// Where it is written.
    pub place: Place,
    /// What it does.
    pub action: Action,
}

impl Statement {
    /// The variables and the material it uses.
    pub fn names(&self) -> Vec<&str> {
        check::names(&self.action)
    }
}

/// What a line does.
#[derive(Debug)]
pub enum Action {
    /// Calls an export.
    Call {
        /// Which.
        function: &'static Function,
        /// With what, one for each parameter.
        arguments: Vec<Argument>,
        /// The status that the sources tell.
        expected: Option<u32>,
    },
    /// States that two values are equal, or not.
    Relation {
        /// The one.
        left: Expression,
        /// Whether they are said to be equal.
        equal: bool,
        /// The other.
        right: Expression,
    },
    /// States that a call left an output as it was.
    Untouched(String),
    /// Reads what the library gave out behind a pointer.
    Show {
        /// The variable that points at it, or the buffer that has it.
        name: String,
        /// What it is made of.
        view: View,
        /// How many entries it has; a structure tells that itself.
        count: Option<Expression>,
    },
    /// Makes a variable, or sets a field of one that is a structure.
    Assign {
        /// The variable, or `variable.field`.
        name: String,
        /// What it holds from now on.
        value: Argument,
        /// Whether its bytes are not told.
        opaque: bool,
    },
}

/// What is passed for a parameter.
#[derive(Debug)]
pub enum Argument {
    /// NULL.
    Null,
    /// The size of the argument before.
    SizeOf,
    /// The address of a new variable.
    Slot(String),
    /// A new output buffer.
    Output {
        /// Its name.
        name: String,
        /// Its size.
        size: Expression,
        /// Which of its bytes are told.
        told: Told,
    },
    /// The memory of a variable, or a part of it, to be read and written.
    Same {
        /// Which.
        name: String,
        /// From where to where.
        bounds: Bounds,
    },
    /// NUL-terminated UTF-16.
    Text(String),
    /// A BCryptBufferDesc.
    Parameters(Parameters),
    /// A structure of bcrypt.h, or several one after the other.
    Structure(Structure),
    /// An array of pointers, for a field of a structure.
    Pointers(Vec<Argument>),
    /// A number, a variable, or bytes.
    Value(Expression),
}

/// Which bytes of a buffer a recording tells.
#[derive(Clone, Debug, Default)]
pub enum Told {
    /// All.
    #[default]
    All,
    /// All but these, which are not the same each time.
    Random(Bounds),
    /// None: they are the library's own affair.
    Nothing,
}

/// Structures of one layout, one after the other.
#[derive(Debug)]
pub struct Structure {
    /// Their layout.
    pub layout: &'static Layout,
    /// The fields that are given, for each.
    pub elements: Vec<Vec<(&'static str, Argument)>>,
}

/// A BCryptBufferDesc.
#[derive(Debug)]
pub struct Parameters {
    /// Its ulVersion.
    pub version: u32,
    /// Its buffers: type and content.
    pub buffers: Vec<(u32, Content)>,
}

/// The content of one BCryptBuffer.
#[derive(Debug)]
pub enum Content {
    /// A NULL pointer beside a size.
    NullOf(u32),
    /// UTF-16 with its NUL.
    Text(String),
    /// Bytes.
    Bytes(Expression),
}

/// From where to where; the ends of the whole where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// The first byte.
    pub from: Option<Box<Expression>>,
    /// Behind the last byte.
    pub to: Option<Box<Expression>>,
}

/// A number or bytes.
#[derive(Clone, Debug)]
pub enum Expression {
    /// A number.
    Number(u64),
    /// A variable, or material.
    Name(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Bytes one after the other, or the sum of numbers.
    Sum(Vec<Expression>),
    /// The bits of several numbers.
    Or(Vec<Expression>),
    /// A number as four little-endian bytes.
    Word(Box<Expression>),
    /// A number as eight little-endian bytes.
    Long(Box<Expression>),
    /// At most eight little-endian bytes as a number.
    Unword(Box<Expression>),
    /// Where the memory of a variable stands.
    Address(String),
    /// So many times one byte.
    Fill(Box<Expression>, u8),
    /// Bytes from the last to the first.
    Reverse(Box<Expression>),
    /// Bytes with others written over them from an offset.
    Edit(Box<Expression>, usize, Box<Expression>),
    /// A part of bytes.
    Slice(Box<Expression>, Bounds),
}

/// All scenarios, by id, and the material they use.
#[derive(Debug, Default)]
pub struct Scenarios {
    /// In the order of their ids.
    pub all: BTreeMap<String, Scenario>,
    /// Named bytes.
    pub material: BTreeMap<String, Vec<u8>>,
}

impl Scenarios {
    /// The scenarios that this program was built with.
    pub fn built_in() -> Result<Self> {
        Self::of_files(BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    /// The one scenario of a text that [`Self::alone`] made.
    pub fn of_text(text: String) -> Result<Self> {
        Self::of_files([("standard input".to_owned(), text)])
    }

    /// A scenario with the material it uses, as a text of its own: a process that does only this one need not
    /// read the others.
    pub fn alone(&self, scenario: &Scenario) -> String {
        let actions = scenario.statements.iter().map(|statement| &statement.action);
        let names: BTreeSet<_> = actions.flat_map(check::names).collect();
        let used = names.into_iter().filter_map(|name| Some((name, self.material.get(name)?)));
        let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let material = used.map(|(name, bytes)| format!("bytes {name} = x\"{}\"\n", digits(bytes)));
        material.chain([scenario.source.clone()]).collect()
    }

    /// The scenarios of a folder: every `.scenarios` file in it and below, and the tables beside them.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(folder, folder, &mut files)?;
        if !files.iter().any(|(name, _)| has_extension(Path::new(name), "scenarios")) {
            return Err(Problem::new(
                folder.display(),
                "no .scenarios file is there",
                "name a folder that has one",
            ));
        }
        files.sort();
        Self::of_files(files)
    }

    fn of_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let (tables, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(name, _)| has_extension(Path::new(name), table::EXTENSION));
        let read = |(name, text): (String, String)| Ok((Table::read(&name, &text)?, name));
        let tables = tables.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        let tables: Tables = tables.into_iter().map(|(table, name)| (name, table)).collect();
        let parsed =
            files.iter().map(|(name, text)| parse::file(name, text, &tables)).collect::<Result<Vec<_>>>()?;
        let mut scenarios = Self::default();
        for file in &parsed {
            for (name, place, value) in &file.material {
                let bytes = check::constant_bytes(value, &scenarios.material, place)?;
                if scenarios.material.insert(name.clone(), bytes).is_some() {
                    return Err(Problem::new(
                        place,
                        format!("'{name}' is defined twice"),
                        "rename one of them",
                    ));
                }
            }
        }
        for mut scenario in parsed.into_iter().flat_map(|file| file.scenarios) {
            check::scenario(&scenario, &scenarios.material)?;
            scenario.fingerprint = fingerprint(&scenario, &scenarios.material);
            if let Some(other) = scenarios.all.get(&scenario.id) {
                let what = format!("the id '{}' is used in {} already", scenario.id, other.place);
                return Err(Problem::new(&scenario.place, what, "rename one of them"));
            }
            scenarios.all.insert(scenario.id.clone(), scenario);
        }
        Ok(scenarios)
    }
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    let problem =
        |error: std::io::Error| Problem::new(folder.display(), error, "name a folder that can be read");
    for entry in fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if has_extension(&path, "scenarios") || has_extension(&path, table::EXTENSION) {
            let text = fs::read_to_string(&path)
                .map_err(|error| Problem::new(path.display(), error, "make it readable UTF-8 text"))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            files.push((name.display().to_string().replace('\\', "/"), text));
        }
    }
    Ok(())
}

/// The statements as they are written, and the bytes that the names in them stand for.
fn fingerprint(scenario: &Scenario, material: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for statement in &scenario.statements {
        hash.update(statement.text.as_bytes());
        hash.update([0]);
        for name in check::names(&statement.action) {
            hash.update(material.get(name).map_or(&[][..], Vec::as_slice));
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
