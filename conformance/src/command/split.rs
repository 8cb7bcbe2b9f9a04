//! `conformance split`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Source;
use crate::problem::{Problem, Result};
use crate::scenario::Scenarios;
use crate::trace::{Recording, area};

/// Writes a recording as a folder with a file for each area
///
/// The recording must have every scenario of each area that it has one of, as the scenarios are now.
#[derive(clap::Args)]
pub struct Split {
    /// The recording
    recording: PathBuf,
    /// The folder; files of areas that the recording has nothing of stay in it
    folder: PathBuf,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    source: Source,
}

impl Split {
    #[allow(clippy::print_stdout, reason = "a command-line program")]
    pub fn main(self) -> Result<bool> {
        let recording = Recording::read(&self.recording)?;
        if let Some(what) = outdated(&recording, &self.source.read()?) {
            return Err(Problem::new(
                self.recording.display(),
                what,
                "record it again with `conformance run`",
            ));
        }
        for path in recording.write_areas(&self.folder, self.force)? {
            println!("{}", path.display());
        }
        Ok(true)
    }
}

/// Why a recording is not of the scenarios as they are.
fn outdated(recording: &Recording, scenarios: &Scenarios) -> Option<String> {
    let areas: BTreeSet<_> = recording.scenarios.keys().map(|id| area(id)).collect();
    let missing =
        scenarios.all.keys().find(|id| areas.contains(area(id)) && !recording.scenarios.contains_key(*id));
    if let Some(id) = missing {
        return Some(format!("'{id}' was not recorded"));
    }
    recording.scenarios.iter().find_map(|(id, recorded)| match scenarios.all.get(id) {
        None => Some(format!("there is no scenario '{id}'")),
        Some(scenario) if scenario.fingerprint != recorded.fingerprint => {
            Some(format!("'{id}' was changed since it was recorded"))
        }
        Some(_) => None,
    })
}
