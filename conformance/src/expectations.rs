//! Known differences: one file for each implementation, every entry with its reason and source.
//!
//! ```toml
//! implementation = "wine 10.0"
//!
//! [[known]]
//! reason = "HMAC is not implemented"
//! source = "observed: recordings/wine-10.0.json"
//! difference = "step 4: STATUS_NOT_SUPPORTED"
//! scenarios = ["kdf::hmac::key", "kdf::hmac::default-hash"]
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

/// All known differences: by who is judged and what it is compared with, then by scenario.
#[derive(Debug, Default)]
pub struct Expectations(BTreeMap<(String, bool), BTreeMap<String, Known>>);

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
        let file: File = toml::from_str(text)
            .map_err(|error| Problem::new(place, error.message(), "docs/conformance.md shows an entry"))?;
        for entry in file.known {
            let key = (file.implementation.clone(), entry.cited);
            for id in entry.scenarios {
                let known = Known {
                    difference: entry.difference.clone(),
                    reason: entry.reason.clone(),
                    source: entry.source.clone(),
                    place: place.to_owned(),
                };
                if self.0.entry(key.clone()).or_default().insert(id.clone(), known).is_some() {
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
        self.0.get(&(judged.to_owned(), with == CITED))?.get(id)
    }

    /// Everything known of an implementation.
    pub fn about(&self, judged: &str, with: &str) -> impl Iterator<Item = (&str, &Known)> {
        let known = self.0.get(&(judged.to_owned(), with == CITED));
        known.into_iter().flatten().map(|(id, known)| (id.as_str(), known))
    }
}
