//! What is seen in programs and sources, before anything is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::coverage::{self, Kind, Row, State};

/// Where a use was seen. Only the last is a guess: a text that is a function's name need not be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
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
pub struct Seen {
    pub functions: BTreeMap<String, Evidence>,
    /// Texts that may be names of algorithms and the like, and macros.
    pub texts: BTreeSet<String>,
    pub macros: BTreeSet<String>,
    /// Functions of these names that the input itself defines.
    pub own: BTreeSet<String>,
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
        if coverage::named(text).next().is_some() {
            self.texts.insert(text.to_owned());
        }
    }

    fn uses(&self, kind: Kind) -> bool {
        kind == Kind::Handle || kind.taken_by().iter().any(|name| self.functions.contains_key(*name))
    }

    /// The rows behind the texts and macros, for kinds that something in the program takes.
    pub fn names(&self) -> Vec<Name> {
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
pub struct Name {
    pub name: String,
    pub rows: Vec<&'static Row>,
}

impl Name {
    /// A word with several meanings is covered if one of them is: which is meant can't be seen.
    pub fn covered(&self) -> bool {
        self.rows.iter().any(|row| row.state == State::Implemented)
    }
}
