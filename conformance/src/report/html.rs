//! One HTML page that needs nothing else: the data and the program that shows it.
//!
//! The data is compressed (raw DEFLATE, as Base64): what the matrix shows in one piece, which is read when the page is
//! opened, and the traces in pieces of some rows each, which are read when one of their rows is.

use std::fmt::Write as _;

use base64::Engine as _;
use serde::Serialize;

use super::{Column, Report, Row};
use crate::compare::Standing;
use crate::trace::{Outcome, Recorded, Step};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const PROGRAM: &str = include_str!("page.js");

/// So many rows' traces are one piece. More compress better, fewer open sooner.
const ROWS: usize = 32;
/// Of miniz: slower than its default of 6, and a tenth smaller.
const LEVEL: u8 = 9;

/// What the matrix shows.
#[derive(Serialize)]
struct Index<'a> {
    implementations: &'a [Column<'a>],
    windows: &'static str,
    /// So many rows' traces are one piece.
    piece: usize,
    rows: Vec<Line<'a>>,
}

/// A row of the matrix.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    description: &'a str,
    importance: &'static str,
    sources: &'a [String],
    undecided: &'a [String],
    cells: Vec<Option<Told<'a>>>,
}

/// A cell of the matrix.
#[derive(Serialize)]
struct Told<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// What was seen of one scenario by all.
#[derive(Serialize)]
struct Traces<'a> {
    /// The statements.
    texts: Vec<&'a str>,
    /// A cell for each implementation.
    cells: Vec<Trace<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Trace<'a> {
    /// It was not asked.
    Absent,
    /// It answered as the implementation in this column before it.
    Same(usize),
    /// This.
    Own {
        outcome: &'a Outcome,
        #[serde(skip_serializing_if = "Option::is_none")]
        printed: Option<&'a str>,
        steps: Vec<serde_json::Value>,
    },
}

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let mut data = element("index", &index(report));
    for (number, rows) in report.rows.chunks(ROWS).enumerate() {
        data += &element(&format!("traces-{number}"), &rows.iter().map(traces).collect::<Vec<_>>());
    }
    PAGE.replace("/*STYLE*/", STYLE).replace("/*PROGRAM*/", PROGRAM).replace("<!--DATA-->", &data)
}

/// An element of the page that holds compressed data. Base64 has nothing that could end it.
fn element(id: &str, data: &impl Serialize) -> String {
    let text = serde_json::to_vec(data).unwrap_or_default();
    let compressed = miniz_oxide::deflate::compress_to_vec(&text, LEVEL);
    let mut element = String::new();
    let encoded = base64::engine::general_purpose::STANDARD.encode(compressed);
    let _ = writeln!(element, "<script type=\"text/plain\" id=\"{id}\">{encoded}</script>");
    element
}

fn index<'a>(report: &'a Report<'_>) -> Index<'a> {
    let line = |row: &'a Row<'_>| Line {
        id: row.id,
        description: row.description,
        importance: row.importance,
        sources: row.sources,
        undecided: row.undecided,
        cells: row
            .cells
            .iter()
            .map(|cell| {
                cell.finding.map(|finding| Told {
                    verdict: finding.verdict.name(),
                    standing: finding.standing.map(Standing::name),
                    detail: finding.detail.as_deref(),
                    reason: finding.reason.as_deref(),
                })
            })
            .collect(),
    };
    Index {
        implementations: &report.implementations,
        windows: report.windows,
        piece: ROWS,
        rows: report.rows.iter().map(line).collect(),
    }
}

fn traces<'a>(row: &'a Row<'_>) -> Traces<'a> {
    let recorded = || row.cells.iter().filter_map(|cell| cell.recorded);
    let longest = recorded().max_by_key(|recorded| recorded.steps.len());
    let texts: Vec<_> =
        longest.into_iter().flat_map(|recorded| &recorded.steps).map(|step| step.text.as_str()).collect();
    // Most answer as another one does.
    let mut seen = Vec::<(&Recorded, usize)>::new();
    let cells = row.cells.iter().enumerate().map(|(column, cell)| {
        let Some(recorded) = cell.recorded else { return Trace::Absent };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == recorded) {
            return Trace::Same(*first);
        }
        seen.push((recorded, column));
        let steps = recorded.steps.iter().enumerate();
        Trace::Own {
            outcome: &recorded.outcome,
            printed: recorded.printed.as_deref(),
            steps: steps.map(|(index, step)| without_text(step, texts.get(index).copied())).collect(),
        }
    });
    let cells = cells.collect();
    Traces { texts, cells }
}

/// A step, without its statement if that stands in the row's list.
fn without_text(step: &Step, listed: Option<&str>) -> serde_json::Value {
    let mut value = serde_json::to_value(step).unwrap_or_default();
    if listed == Some(step.text.as_str())
        && let Some(fields) = value.as_object_mut()
    {
        fields.remove("text");
    }
    value
}
