//! Known differences: one file for each implementation, every entry with its reason and source.
//!
//! ```toml
//! implementation = "wine 10.0"
//!
//! [[known]]
//! reason = "HMAC is not implemented"
//! source = "observed: recordings/wine-10.0"
//! difference = "step 4: STATUS_NOT_SUPPORTED"
//! scenarios = ["kdf::hmac::key", "kdf::hmac::default-hash"]
//! ```
//!
//! With a `count`, ids and differences are patterns, and `*` stands for anything: the entry explains the scenarios that
//! differ so, and is stale when they are not as many as it says.
//!
//! ```toml
//! [[known]]
//! reason = "SHA-3 is not implemented"
//! source = "observed: recordings/wine-10.0"
//! difference = "step *: STATUS_NOT_FOUND"
//! scenarios = ["hash::sha3-256::*", "hash::sha3-512::*"]
//! count = 24
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::problem::{Problem, Result};
use crate::trace::CITED;

/// One known difference of one scenario.
#[derive(Debug)]
pub struct Known {
    /// The first difference, as a comparison tells it.
    pub difference: String,
    /// Why it is so.
    pub reason: String,
    /// Where that is known from.
    pub source: String,
    /// The file.
    pub place: String,
}

/// A known difference of many scenarios.
#[derive(Debug)]
pub struct Pattern {
    /// Its place among all patterns.
    pub number: usize,
    /// Who is judged, and whether by the cited sources.
    about: (String, bool),
    /// Ids, in which `*` stands for anything.
    pub ids: Vec<String>,
    /// How many scenarios it explains.
    pub count: usize,
    /// What is known of them; in the difference `*` stands for anything.
    pub known: Known,
}

impl Pattern {
    /// Whether an id is one of the pattern's.
    pub fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|pattern| fits(pattern, id))
    }
}

/// Whether a text is what a pattern says, where `*` stands for anything.
pub fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|behind| {
            behind.char_indices().map(|(at, _)| at).chain([behind.len()]).any(|at| fits(rest, &behind[at..]))
        }),
    }
}

/// All known differences: by who is judged and what it is compared with, then by scenario; and patterns.
#[derive(Debug, Default)]
pub struct Expectations {
    scenarios: BTreeMap<(String, bool), BTreeMap<String, Known>>,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    implementation: String,
    #[serde(default)]
    known: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    reason: String,
    source: String,
    difference: String,
    scenarios: Vec<String>,
    /// How many scenarios there are, where ids and difference are patterns.
    count: Option<usize>,
    /// Whether it is a difference from the cited sources, not from another implementation.
    #[serde(default)]
    cited: bool,
}

impl Expectations {
    /// Reads every `.toml` file of a folder.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let problem =
            |error: std::io::Error| Problem::new(folder.display(), error, "name the folder of expectations");
        let mut all = Self::default();
        let mut paths = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>())
            .map_err(problem)?;
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        {
            let text = fs::read_to_string(path)
                .map_err(|error| Problem::new(path.display(), error, "make it readable UTF-8 text"))?;
            all.add(&path.display().to_string(), &text)?;
        }
        Ok(all)
    }

    fn add(&mut self, place: &str, text: &str) -> Result<()> {
        let file: File = toml::from_str(text).map_err(|error| {
            Problem::new(place, error.message(), "docs/testing/conformance.md shows an entry")
        })?;
        for entry in file.known {
            let key = (file.implementation.clone(), entry.cited);
            let known = || Known {
                difference: entry.difference.clone(),
                reason: entry.reason.clone(),
                source: entry.source.clone(),
                place: place.to_owned(),
            };
            if let Some(count) = entry.count {
                let number = self.patterns.len();
                self.patterns.push(Pattern {
                    number,
                    about: key,
                    ids: entry.scenarios.clone(),
                    count,
                    known: known(),
                });
                continue;
            }
            for id in &entry.scenarios {
                if id.contains('*') {
                    return Err(Problem::new(
                        place,
                        format!("'{id}' is a pattern"),
                        "add a count to the entry",
                    ));
                }
                if self.scenarios.entry(key.clone()).or_default().insert(id.clone(), known()).is_some() {
                    return Err(Problem::new(
                        place,
                        format!("'{id}' stands twice"),
                        "keep one of the entries",
                    ));
                }
            }
        }
        Ok(())
    }

    /// What is known of a scenario.
    pub fn find(&self, judged: &str, with: &str, id: &str) -> Option<&Known> {
        self.scenarios.get(&(judged.to_owned(), with == CITED))?.get(id)
    }

    /// The patterns about an implementation.
    pub fn patterns(&self, judged: &str, with: &str) -> impl Iterator<Item = &Pattern> {
        let about = (judged.to_owned(), with == CITED);
        self.patterns.iter().filter(move |pattern| pattern.about == about)
    }

    /// Everything known of an implementation.
    pub fn about(&self, judged: &str, with: &str) -> impl Iterator<Item = (&str, &Known)> {
        let known = self.scenarios.get(&(judged.to_owned(), with == CITED));
        known.into_iter().flatten().map(|(id, known)| (id.as_str(), known))
    }
}
