//! `conformance diff`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Source, data};
use crate::compare::{self, Comparison, Verdict};
use crate::expectations::Expectations;
use crate::problem::{Problem, Result};
use crate::report::{junit, markdown, waiting};
use crate::scenario::Scenarios;
use crate::trace::{self, Recording};

/// Compares recordings: the first with its cited sources, each other one with the first
#[derive(clap::Args)]
pub struct Diff {
    #[command(flatten)]
    compared: Compared,
    /// Show known and skipped ones too
    #[arg(long)]
    all: bool,
    /// JUnit XML, for CI services
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// A Markdown summary to append to a file, as $GITHUB_STEP_SUMMARY names one
    #[arg(long, value_name = "FILE")]
    step_summary: Option<PathBuf>,
}

/// What is compared, for every command that compares.
#[derive(clap::Args)]
pub struct Compared {
    /// Recordings, or names of those that come with this program; the first is the one that the others are compared with
    #[arg(required = true, value_name = "RECORDING")]
    recordings: Vec<PathBuf>,
    /// The folder of known differences; `expectations` is the one that comes with this program
    #[arg(long, value_name = "FOLDER")]
    expectations: Option<PathBuf>,
    /// Do not look whether scenarios were changed since they were recorded
    #[arg(long)]
    ignore_changes: bool,
    #[command(flatten)]
    source: Source,
}

impl Compared {
    /// The recordings, how they compare, and the scenarios they are of.
    pub fn read(&self) -> Result<(Vec<Recording>, Vec<Comparison>, Scenarios)> {
        let recordings = self
            .recordings
            .iter()
            .map(|path| Recording::read(&data::recording(path)))
            .collect::<Result<Vec<_>>>()?;
        let expectations = match &self.expectations {
            Some(folder) => Expectations::of_folder(&data::expectations(folder))?,
            None => Expectations::default(),
        };
        for (index, recording) in recordings.iter().enumerate() {
            let name = recording.implementation.name();
            if recordings.iter().take(index).any(|other| other.implementation.name() == name) {
                let place =
                    self.recordings.get(index).map(|path| path.display().to_string()).unwrap_or_default();
                return Err(Problem::new(
                    place,
                    format!("another recording is of '{name}' too"),
                    "record one of them with --product or --product-version",
                ));
            }
        }
        let scenarios = self.source.read()?;
        let comparisons = compare::compare(&recordings, &expectations, &scenarios, self.ignore_changes);
        Ok((recordings, comparisons, scenarios))
    }
}

impl Diff {
    #[allow(clippy::print_stdout, reason = "a command-line program")]
    pub fn main(self) -> Result<bool> {
        let (recordings, comparisons, _) = self.compared.read()?;
        for comparison in &comparisons {
            let shown = comparison
                .findings
                .iter()
                .filter(|finding| finding.verdict.is_red() || self.all && finding.verdict != Verdict::Same);
            for finding in shown {
                let detail = finding.detail.as_deref().unwrap_or_default();
                println!("{:<8} {} {}: {detail}", finding.verdict.name(), comparison.judged, finding.id);
                if let Some(reason) = &finding.reason {
                    println!("{:<8} {reason}", "");
                }
            }
            println!("{}", summary(comparison));
            for (standing, count) in waiting(comparison) {
                println!("{:<8} {count} {}: {}", "", standing.name(), standing.next(comparison));
            }
        }
        if let Some(path) = &self.junit {
            trace::write(path, &junit::xml(&comparisons), true)?;
        }
        if let Some(path) = &self.step_summary {
            append(path, &markdown::page(&recordings, &comparisons))?;
        }
        Ok(!comparisons.iter().any(Comparison::is_red))
    }
}

fn append(path: &Path, text: &str) -> Result<()> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Problem::new(path.display(), error, "name a file that can be written"))
}

/// A line with the number of each verdict.
pub fn summary(comparison: &Comparison) -> String {
    let counts: Vec<_> = Verdict::ALL
        .into_iter()
        .filter(|&verdict| comparison.count(verdict) > 0)
        .map(|verdict| format!("{} {}", comparison.count(verdict), verdict.name()))
        .collect();
    format!("{} beside {}: {}", comparison.judged, comparison.with, counts.join(", "))
}
