//! What is seen in programs and sources, before anything is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::coverage::{self, Kind, Row, State};
use super::name;

/// Where a use was seen. Only the last is a guess: a text that is a function's name need not be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Seen while it ran.
    Called {
        calls: u64,
        refused: u64,
    },
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
            Self::Called { calls, refused } => {
                return match refused {
                    0 => write!(formatter, "called {calls} times"),
                    _ => write!(formatter, "called {calls} times, {refused} refused"),
                };
            }
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
pub struct Seen {
    pub functions: BTreeMap<String, Evidence>,
    /// Texts that may be names of algorithms and the like, and macros.
    pub texts: BTreeSet<String>,
    /// Such texts that may be only the ends of others.
    pub perhaps: BTreeSet<String>,
    pub macros: BTreeSet<String>,
    /// Functions of these names that the input itself defines.
    pub own: BTreeSet<String>,
    /// Other cryptographic libraries.
    pub libraries: BTreeSet<&'static str>,
}

impl Seen {
    /// What is wanted in one place and defined in another comes from no library.
    pub fn without_own(mut self) -> Self {
        let bound =
            |evidence| matches!(evidence, Evidence::Import | Evidence::DelayImport | Evidence::PInvoke);
        let own = &self.own;
        self.functions.retain(|name, evidence| bound(*evidence) || !own.contains(name));
        self
    }

    /// The strongest evidence stays.
    pub fn function(&mut self, name: &str, evidence: Evidence) {
        let known = self.functions.entry(name.to_owned()).or_insert(evidence);
        *known = evidence.min(*known);
    }

    pub fn text(&mut self, text: &str) {
        self.library(text);
        if coverage::named(text).next().is_some() || coverage::is_property(text) {
            self.texts.insert(text.to_owned());
        }
    }

    /// Another library, if that is what a text names.
    pub fn library(&mut self, text: &str) {
        self.libraries.extend(name::other_library(text.as_bytes()));
    }

    /// A text that is known only as the end of another.
    pub fn perhaps(&mut self, text: &str) {
        self.perhaps.insert(text.to_owned());
    }

    /// A function of any library that an import, a declaration or a symbol names, and its library where that is known.
    pub fn foreign(&mut self, function: &str, library: Option<&[u8]>) {
        self.libraries.extend(name::library_of(function, library));
    }

    /// The functions of the program that take a name of this kind.
    fn takers(&self, kind: Kind) -> impl Iterator<Item = &'static str> {
        let named =
            |(name, macro_name): (&str, &str)| self.texts.contains(name) || self.macros.contains(macro_name);
        kind.taken_by()
            .iter()
            .filter(move |taker| taker.property.is_none_or(named))
            .map(|taker| taker.function)
            .filter(|function| self.functions.contains_key(*function))
    }

    /// The rows behind the texts and macros, for kinds that something in the program takes.
    pub fn names(&self) -> Vec<Name> {
        let texts = self.texts.iter().chain(&self.perhaps).flat_map(|text| coverage::named(text));
        let macros = self.macros.iter().flat_map(|name| coverage::macros(name));
        let mut names: BTreeMap<&str, Name> = BTreeMap::new();
        for row in texts.chain(macros) {
            if row.kind != Kind::Handle && self.takers(row.kind).next().is_none() {
                continue;
            }
            let name =
                names.entry(row.name).or_insert_with(|| Name { name: row.name.into(), ..Name::default() });
            if !name.meanings.iter().any(|known| known.kind == row.kind) {
                name.meanings.push(self.meaning(row));
            }
        }
        let mut names: Vec<_> = names.into_values().collect();
        for name in &mut names {
            let seen = |text: &String| text.eq_ignore_ascii_case(&name.name);
            let macros = self.macros.iter().flat_map(|name| coverage::macros(name));
            name.perhaps =
                !self.texts.iter().any(seen) && !macros.into_iter().any(|row| row.name == name.name);
            self.choose(name);
        }
        names
    }

    fn meaning(&self, row: &'static Row) -> Meaning {
        let there = |function| coverage::function(function) == State::Implemented;
        let taken = row.kind == Kind::Handle || self.takers(row.kind).any(there);
        Meaning { kind: row.kind, covered: row.state == State::Implemented && taken }
    }

    /// Leaves out the algorithm where another thing of that name is taken and nothing works with the algorithm.
    fn choose(&self, name: &mut Name) {
        let idle = |functions: &[&str]| !functions.iter().any(|name| self.functions.contains_key(*name));
        if name.meanings.len() > 1 && coverage::worked_with(&name.name).is_some_and(idle) {
            name.meanings.retain(|meaning| meaning.kind != Kind::Algorithm);
        }
    }
}

/// A name of something other than a function, with all that it can be.
#[derive(Default)]
pub struct Name {
    pub name: String,
    pub meanings: Vec<Meaning>,
    /// Whether it may be only the end of another text.
    pub perhaps: bool,
}

/// One thing that a name can be.
pub struct Meaning {
    pub kind: Kind,
    /// Whether the library has both the thing and a function of the program that takes it.
    pub covered: bool,
}

impl Name {
    /// Which of several meanings a word has can't be seen, so all count.
    pub fn covered(&self) -> bool {
        self.meanings.iter().all(|meaning| meaning.covered)
    }
}
