//! `conformance list`.

use super::Source;
use crate::problem::Result;
use crate::report::importance;

/// Lists the scenarios
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    source: Source,
    /// Only ids that begin like this
    #[arg(long, value_name = "PREFIX")]
    only: Vec<String>,
    /// Only those that settle an open question about Windows
    #[arg(long)]
    undecided: bool,
}

impl List {
    #[allow(clippy::print_stdout, reason = "a command-line program")]
    pub fn main(self) -> Result<bool> {
        let scenarios = self.source.read()?;
        let chosen = scenarios
            .all
            .values()
            .filter(|scenario| chosen(&scenario.id, &self.only))
            .filter(|scenario| !self.undecided || !scenario.undecided.is_empty());
        let mut count = 0;
        for scenario in chosen {
            println!("{:<48} {:<6} {}", scenario.id, importance(scenario), scenario.description);
            scenario.sources.iter().for_each(|source| println!("{:<55} source: {source}", ""));
            scenario.undecided.iter().for_each(|question| println!("{:<55} open: {question}", ""));
            count += 1;
        }
        println!("{count} scenarios");
        Ok(true)
    }
}

/// Whether an id begins in one of the ways that are asked for, if any is.
pub fn chosen(id: &str, only: &[String]) -> bool {
    only.is_empty() || only.iter().any(|prefix| id.starts_with(prefix.as_str()))
}
