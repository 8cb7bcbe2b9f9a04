//! What comparisons look like to people and to CI.

pub mod html;
pub mod junit;
pub mod markdown;

use serde::Serialize;

use crate::compare::{Comparison, Finding, Standing};
use crate::scenario::{Importance, Scenario, Scenarios};
use crate::trace::{CITED, Implementation, Recorded, Recording};

/// Everything that a report shows.
#[derive(Serialize)]
pub struct Report<'a> {
    /// Who was asked, in the order of the columns.
    pub implementations: Vec<Column<'a>>,
    /// A row for each scenario.
    pub rows: Vec<Row<'a>>,
    /// What real Windows answered, or that it was not asked.
    pub windows: &'static str,
}

/// One implementation.
#[derive(Serialize)]
pub struct Column<'a> {
    /// Product and version.
    pub name: String,
    /// What its verdicts compare it with.
    pub with: &'a str,
    /// Who answered.
    #[serde(flatten)]
    pub implementation: &'a Implementation,
    /// When.
    pub date: &'a str,
}

/// One scenario and what every implementation made of it.
#[derive(Serialize)]
pub struct Row<'a> {
    /// The scenario's id.
    pub id: &'a str,
    /// What it shows; empty if the scenario is not known any more.
    pub description: &'a str,
    /// How much depends on it.
    pub importance: &'static str,
    /// How its expected answers are known.
    pub sources: &'a [String],
    /// The questions it settles.
    pub undecided: &'a [String],
    /// A cell for each implementation.
    pub cells: Vec<Cell<'a>>,
}

/// What one implementation made of one scenario.
#[derive(Serialize)]
pub struct Cell<'a> {
    /// The verdict; `None` if it was not asked.
    pub finding: Option<&'a Finding>,
    /// What it answered.
    pub recorded: Option<&'a Recorded>,
}

/// That no recording is of real Windows. It is never filled from anything else.
pub const NOT_RECORDED: &str = "not recorded";

/// Puts recordings and their comparisons side by side; the first comparison is of the first recording with its
/// cited sources.
pub fn report<'a>(
    recordings: &'a [Recording],
    comparisons: &'a [Comparison],
    scenarios: &'a Scenarios,
) -> Report<'a> {
    let columns = recordings.iter().zip(comparisons).map(|(recording, comparison)| Column {
        name: recording.implementation.name(),
        with: &comparison.with,
        implementation: &recording.implementation,
        date: &recording.date,
    });
    let mut ids: Vec<&str> =
        comparisons.iter().flat_map(|one| &one.findings).map(|finding| finding.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = ids.into_iter().map(|id| {
        let scenario = scenarios.all.get(id);
        let cells = recordings.iter().zip(comparisons).map(|(recording, comparison)| Cell {
            finding: comparison.findings.iter().find(|finding| finding.id == id),
            recorded: recording.scenarios.get(id),
        });
        Row {
            id,
            description: scenario.map_or("", |scenario| scenario.description.as_str()),
            importance: scenario.map_or("", importance),
            sources: scenario.map_or(&[], |scenario| &scenario.sources),
            undecided: scenario.map_or(&[], |scenario| &scenario.undecided),
            cells: cells.collect(),
        }
    });
    let windows = recordings.iter().any(|recording| recording.implementation.product == "windows");
    Report {
        rows: rows.collect(),
        implementations: columns.collect(),
        windows: if windows { "recorded" } else { NOT_RECORDED },
    }
}

/// The word of a scenario file.
pub fn importance(scenario: &Scenario) -> &'static str {
    importance_word(scenario.importance)
}

/// The same of an importance.
pub fn importance_word(importance: Importance) -> &'static str {
    match importance {
        Importance::High => "high",
        Importance::Medium => "medium",
        Importance::Low => "low",
    }
}

/// What red findings wait for, and how many wait for it.
pub fn waiting(comparison: &Comparison) -> impl Iterator<Item = (Standing, usize)> {
    let counts = Standing::ALL.into_iter().map(|standing| (standing, comparison.waiting(standing)));
    counts.filter(|(_, count)| *count > 0)
}

/// What a comparison is of, in words.
fn title(comparison: &Comparison) -> String {
    if comparison.with == CITED {
        format!("{} against its cited sources", comparison.judged)
    } else {
        format!("{} beside {}", comparison.judged, comparison.with)
    }
}
