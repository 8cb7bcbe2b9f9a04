//! Recordings: what one implementation answered to every scenario. JSON: one file for each, or a folder with a file for
//! each area of scenarios.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Result};

/// The format that this program writes; it reads this one and the ones before.
pub const FORMAT: u32 = 1;

/// The extension of a recording's file.
const EXTENSION: &str = "json";

/// What the sources of the scenarios are called as something to compare recordings with.
pub const CITED: &str = "cited sources";

/// Everything one implementation answered.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    /// The format of the file.
    pub format: u32,
    /// Who answered.
    pub implementation: Implementation,
    /// When, in UTC.
    pub date: String,
    /// The version of the program that asked.
    pub runner: String,
    /// The answers, by the scenarios' ids.
    pub scenarios: BTreeMap<String, Recorded>,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementation {
    /// `bcrypt-shim`, `wine`, `windows`, or what the caller said.
    pub product: String,
    /// Its version.
    pub version: String,
    /// Where it ran.
    pub os: String,
    /// The library's file name.
    pub file: String,
}

impl Implementation {
    /// Product and version.
    pub fn name(&self) -> String {
        format!("{} {}", self.product, self.version)
    }
}

/// What was seen of one scenario.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// That of the scenario as it was asked.
    pub fingerprint: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was seen, a step for each statement that was begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The first line that the library printed, which none should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
}

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "end", content = "detail")]
pub enum Outcome {
    /// Every statement was done.
    Completed,
    /// The process ended in the middle: how.
    Crashed(String),
    /// It did not end in time: the limit in seconds.
    Hung(u64),
    /// It can't be asked: why.
    Skipped(String),
}

/// What was seen of one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The statement as it is written.
    pub text: String,
    /// The name of the status that a call returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The name of the status that the scenario's sources tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What the call wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// Parameters whose input the call changed, which none should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Whether what the statement states holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// The two sides of a relation that does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<String>,
    /// The entries of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<Vec<String>>,
    /// Why the statement could not be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_run: Option<String>,
}

/// What a call wrote into one output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The variable's name.
    pub name: String,
    /// What it holds: `set`, `null`, a number, or hexadecimal digits, two dots for a random byte; absent
    /// if the call left it as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether `value` is bytes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bytes: bool,
    /// Whether the call wrote outside.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outside: bool,
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Recording {
    /// Reads a recording: a file, or a folder of files that are each of some areas. Fails for a file that is none, is cut
    /// off, or is in a newer format, and for files of different implementations.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            return Self::read_file(path);
        }
        let problem =
            |error| Problem::new(path.display(), error, "name a recording made by `conformance run`");
        let entries =
            fs::read_dir(path).and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(problem)?;
        let mut files: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == EXTENSION));
        files.sort();
        let mut parts = files.iter().map(|file| Ok((file, Self::read_file(file)?)));
        let none =
            || Problem::new(path.display(), "no recording is in it", "name one made by `conformance run`");
        let (_, mut whole) = parts.next().ok_or_else(none)??;
        for part in parts {
            let (file, part) = part?;
            whole.add(file, part)?;
        }
        Ok(whole)
    }

    /// Adds what another file of the same implementation has.
    fn add(&mut self, file: &Path, part: Self) -> Result<()> {
        if part.implementation != self.implementation {
            let what = format!("of '{}', and the files beside it are not", part.implementation.name());
            return Err(Problem::new(file.display(), what, "keep a folder for each implementation"));
        }
        if part.date > self.date {
            (self.date, self.runner) = (part.date, part.runner);
        }
        for (id, recorded) in part.scenarios {
            if self.scenarios.contains_key(&id) {
                let what = format!("'{id}' is in a file beside it too");
                return Err(Problem::new(file.display(), what, "remove one of them"));
            }
            self.scenarios.insert(id, recorded);
        }
        Ok(())
    }

    fn read_file(path: &Path) -> Result<Self> {
        let place = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| Problem::new(&place, error, "name a recording made by `conformance run`"))?;
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let again = "record it again with `conformance run`";
        if let Ok(Head { format }) = serde_json::from_str::<Head>(&text)
            && format > FORMAT
        {
            let what = format!("format {format}, and this program reads up to {FORMAT}");
            return Err(Problem::new(place, what, "use the program that made it, or a newer one"));
        }
        serde_json::from_str(&text).map_err(|error| Problem::new(place, error, again))
    }

    /// Writes the recording, whole or not at all. Fails if the file exists, unless it may be replaced.
    pub fn write(&self, path: &Path, replace: bool) -> Result<()> {
        write(path, &self.text(), replace)
    }

    /// Writes a file for each area of the recording into a folder; those of other areas stay. Fails if one exists, unless
    /// it may be replaced.
    pub fn write_areas(mut self, folder: &Path, replace: bool) -> Result<Vec<PathBuf>> {
        let mut areas = BTreeMap::<String, BTreeMap<_, _>>::new();
        for (id, recorded) in std::mem::take(&mut self.scenarios) {
            areas.entry(area(&id).to_owned()).or_default().insert(id, recorded);
        }
        let path = |area: &String| folder.join(area).with_extension(EXTENSION);
        if let Some(exists) = areas.keys().map(path).find(|path| !replace && path.exists()) {
            return Err(exists_already(&exists));
        }
        fs::create_dir_all(folder)
            .map_err(|error| Problem::new(folder.display(), error, "name a folder that can be written"))?;
        areas
            .into_iter()
            .map(|(area, scenarios)| {
                self.scenarios = scenarios;
                self.write(&path(&area), replace).map(|()| path(&area))
            })
            .collect()
    }

    /// JSON with a line for each scenario, so that a change of one shows as one line.
    fn text(&self) -> String {
        let lines: Vec<_> =
            self.scenarios.iter().map(|(id, recorded)| format!("{}: {}", json(id), json(recorded))).collect();
        format!(
            "{{\"format\": {}, \"implementation\": {}, \"date\": {}, \"runner\": {}, \"scenarios\": {{\n{}\n}}}}\n",
            self.format,
            json(&self.implementation),
            json(&self.date),
            json(&self.runner),
            lines.join(",\n")
        )
    }
}

fn exists_already(path: &Path) -> Problem {
    Problem::new(path.display(), "the file exists", "add --force to replace it")
}

/// The area of a scenario: its id up to the first `::`.
pub fn area(id: &str) -> &str {
    id.split_once("::").map_or(id, |(area, _)| area)
}

/// Writes a file, whole or not at all. Fails if it exists, unless it may be replaced.
pub fn write(path: &Path, text: &str, replace: bool) -> Result<()> {
    let problem =
        |error: std::io::Error| Problem::new(path.display(), error, "name a file that can be written");
    if !replace && path.exists() {
        return Err(exists_already(path));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let mut file = fs::File::create(&beside).map_err(problem)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        problem(error)
    })
}
