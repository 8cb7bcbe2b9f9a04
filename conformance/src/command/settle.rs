//! `conformance settle`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Source, data, run};
use crate::problem::{Problem, Result};
use crate::question::Questions;
use crate::scenario::Scenarios;
use crate::settle::{Outcome, Settlement, page};
use crate::trace::{self, Recording};

/// Lists what a recording answers to the open questions about Windows, beside what the library answers
///
/// Without --beside and --library, bcrypt-shim's library is looked for beside this program and then where the system has
/// its libraries.
#[derive(clap::Args)]
pub struct Settle {
    /// The recording, made on Windows
    recording: PathBuf,
    /// The recording of bcrypt-shim to put beside it
    #[arg(long, value_name = "RECORDING", conflicts_with = "library")]
    beside: Option<PathBuf>,
    /// The library to ask for what stands beside it
    #[arg(long, value_name = "FILE")]
    library: Option<PathBuf>,
    /// A folder for the pages answers.md, undecided-lost.md, undecided.md and behaviour-gained.md; without it the first
    /// two and the last are printed
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Replace the pages if they exist
    #[arg(long)]
    force: bool,
    /// A folder with undecided.md and behaviour.md, instead of those this program was built with
    #[arg(long, value_name = "FOLDER")]
    docs: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Settle {
    #[allow(clippy::print_stdout, reason = "a command-line program")]
    pub fn main(self) -> Result<bool> {
        let theirs = Recording::read(&data::recording(&self.recording))?;
        let scenarios = self.source.read()?;
        let questions = match &self.docs {
            Some(folder) => Questions::of_folder(folder)?,
            None => Questions::built_in()?,
        };
        let pages = self.output.as_deref().map(|folder| self.writable(folder)).transpose()?;
        let ours = self.ours(&theirs, &scenarios)?;
        if ours.implementation.name() == theirs.implementation.name() {
            let what = format!("both sides are '{}'", theirs.implementation.name());
            return Err(Problem::new(self.recording.display(), what, "name a recording of another library"));
        }
        if !theirs.scenarios.keys().any(|id| scenarios.all.contains_key(id)) {
            return Err(Problem::new(
                self.recording.display(),
                "none of its scenarios is known here",
                "record again with this program",
            ));
        }
        let settlement = Settlement::new(&theirs, &ours, &questions, &scenarios);
        let (answers, lost, gained) =
            (page::answers(&settlement), page::lost(&settlement), page::gained(&settlement));
        match &pages {
            Some([answers_path, lost_path, undecided_path, gained_path]) => {
                trace::write(answers_path, &answers, self.force)?;
                trace::write(lost_path, &lost, self.force)?;
                trace::write(undecided_path, &page::undecided(&settlement), self.force)?;
                trace::write(gained_path, &gained, self.force)?;
                println!("{}", summary(&settlement));
            }
            // Who closes the pipe has read enough.
            None => drop(write!(std::io::stdout(), "{answers}\n{lost}\n{gained}")),
        }
        Ok(settlement.is_as_chosen())
    }

    /// The pages' paths in a folder, which is made.
    fn writable(&self, folder: &Path) -> Result<[PathBuf; 4]> {
        let pages = ["answers.md", "undecided-lost.md", "undecided.md", "behaviour-gained.md"]
            .map(|name| folder.join(name));
        if let Some(exists) = pages.iter().find(|path| !self.force && path.exists()) {
            return Err(Problem::new(exists.display(), "the file exists", "add --force to replace it"));
        }
        fs::create_dir_all(folder)
            .map_err(|error| Problem::new(folder.display(), error, "name a folder that can be written"))?;
        Ok(pages)
    }

    /// What stands beside: a recording, or what a library answers now to what was recorded.
    fn ours(&self, theirs: &Recording, scenarios: &Scenarios) -> Result<Recording> {
        if let Some(path) = &self.beside {
            return Recording::read(&data::recording(path));
        }
        let path = match &self.library {
            Some(path) => path.display().to_string(),
            None => found(),
        };
        let asked = scenarios.all.values().filter(|scenario| theirs.scenarios.contains_key(&scenario.id));
        let recording = run::answers(&path, scenarios, &asked.collect::<Vec<_>>());
        match &self.library {
            Some(_) => recording,
            None => recording.map_err(|problem| {
                Problem::new(
                    "conformance",
                    format!("no library to put beside it: {problem}"),
                    "name one with --library, or a recording with --beside",
                )
            }),
        }
    }
}

/// The library beside this program, or the name by which the system finds an installed one.
fn found() -> String {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    let name = format!("{DLL_PREFIX}bcrypt{DLL_SUFFIX}");
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join(&name)));
    match beside.filter(|path| path.is_file()) {
        Some(path) => path.display().to_string(),
        // The version of the interface goes with the name: libbcrypt.so.0, libbcrypt.0.dylib.
        None if cfg!(target_os = "macos") => format!("{DLL_PREFIX}bcrypt.0{DLL_SUFFIX}"),
        None if cfg!(windows) => name,
        None => format!("{name}.0"),
    }
}

/// A line with the number of each outcome.
fn summary(settlement: &Settlement<'_>) -> String {
    format!(
        "{} beside {}: {} questions as chosen, {} otherwise, {} in part, {} not asked; {} rules",
        settlement.theirs.implementation.name(),
        settlement.ours.name(),
        settlement.count(Outcome::AsChosen),
        settlement.count(Outcome::Otherwise),
        settlement.count(Outcome::InPart),
        settlement.count(Outcome::NotAsked),
        settlement.rules.len()
    )
}
