//! `conformance run`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::Source;
use super::list::chosen;
use crate::judge::{self, Settings};
use crate::library::{Identity, Library};
use crate::problem::{Problem, Result};
use crate::scenario::{Scenario, Scenarios};
use crate::trace::{FORMAT, Implementation, Outcome, Recording};

/// Seconds that a scenario may take, if nobody says otherwise.
const LIMIT: u64 = 20;

/// Runs the scenarios against a library and records its answers
#[derive(clap::Args)]
pub struct Run {
    /// The library's path
    library: String,
    /// Where the recording goes; without it only the summary is printed
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the recording if it exists
    #[arg(long)]
    force: bool,
    /// Only scenarios whose ids begin like this
    #[arg(long, value_name = "PREFIX")]
    only: Vec<String>,
    /// How many scenarios at once; the number of processors if not given
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Seconds a scenario may take
    #[arg(long, value_name = "SECONDS", default_value_t = LIMIT)]
    limit: u64,
    /// The product's name, if the library is not to be asked
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// The product's version, if the library is not to be asked
    #[arg(long, value_name = "VERSION")]
    product_version: Option<String>,
    #[command(flatten)]
    source: Source,
}

impl Run {
    #[allow(clippy::print_stdout, reason = "a command-line program")]
    pub fn main(self) -> Result<bool> {
        let scenarios = self.source.read()?;
        let library = super::open(&self.library)?;
        if let Some(path) = self.output.as_ref().filter(|path| !self.force && path.exists()) {
            return Err(Problem::new(path.display(), "the file exists", "add --force to replace it"));
        }
        let implementation = self.implementation(Identity::of(&library));
        let settings = Settings {
            library: &self.library,
            jobs: self.jobs.unwrap_or_else(processors),
            limit: Duration::from_secs(self.limit),
        };
        let asked: Vec<_> =
            scenarios.all.values().filter(|scenario| chosen(&scenario.id, &self.only)).collect();
        if asked.is_empty() {
            return Err(Problem::new(
                "conformance",
                "no scenario begins like that",
                "`conformance list` has the ids",
            ));
        }
        let recording = record(&settings, &library, &scenarios, &asked, implementation)?;
        if let Some(path) = &self.output {
            recording.write(path, self.force)?;
        }
        let ended = |wanted: fn(&Outcome) -> bool| {
            recording.scenarios.values().filter(|recorded| wanted(&recorded.outcome)).count()
        };
        let crashed = ended(|outcome| matches!(outcome, Outcome::Crashed(_)));
        let hung = ended(|outcome| matches!(outcome, Outcome::Hung(_)));
        println!(
            "{} on {}: {} scenarios, {} completed, {} skipped, {crashed} crashed, {hung} hung",
            recording.implementation.name(),
            recording.implementation.os,
            recording.scenarios.len(),
            ended(|outcome| matches!(outcome, Outcome::Completed)),
            ended(|outcome| matches!(outcome, Outcome::Skipped(_))),
        );
        Ok(crashed + hung == 0)
    }

    fn implementation(&self, identity: Identity) -> Implementation {
        let mut implementation = implementation(&self.library, identity);
        implementation.product = self.product.clone().unwrap_or(implementation.product);
        implementation.version = self.product_version.clone().unwrap_or(implementation.version);
        implementation
    }
}

fn implementation(library: &str, identity: Identity) -> Implementation {
    let file = Path::new(library).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Implementation { product: identity.product, version: identity.version, os: identity.os, file }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// What a library answers to some scenarios, in no recording's file.
pub fn answers(path: &str, scenarios: &Scenarios, asked: &[&Scenario]) -> Result<Recording> {
    let library = super::open(path)?;
    let settings = Settings { library: path, jobs: processors(), limit: Duration::from_secs(LIMIT) };
    let implementation = implementation(path, Identity::of(&library));
    record(&settings, &library, scenarios, asked, implementation)
}

fn record(
    settings: &Settings<'_>,
    library: &Library,
    scenarios: &Scenarios,
    asked: &[&Scenario],
    implementation: Implementation,
) -> Result<Recording> {
    // Drawn on a terminal only.
    let bar = ProgressBar::with_draw_target(Some(asked.len() as u64), ProgressDrawTarget::stderr());
    let recorded = judge::run(settings, library, scenarios, asked, &|| bar.inc(1))?;
    bar.finish_and_clear();
    let scenarios: BTreeMap<_, _> = asked.iter().map(|scenario| scenario.id.clone()).zip(recorded).collect();
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let runner = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Recording { format: FORMAT, implementation, date, runner, scenarios })
}
