//! `conformance report`.

use std::path::PathBuf;

use super::diff::Compared;
use crate::compare::Comparison;
use crate::problem::{Problem, Result};
use crate::report::{self, html, markdown};
use crate::trace;

/// Writes what a comparison says as a page, a summary, or data
#[derive(clap::Args)]
pub struct Report {
    #[command(flatten)]
    compared: Compared,
    /// One HTML page that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// A summary
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Everything as data
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

impl Report {
    pub fn main(self) -> Result<bool> {
        let (recordings, comparisons, scenarios) = self.compared.read()?;
        if self.html.is_none() && self.markdown.is_none() && self.json.is_none() {
            return Err(Problem::new(
                "conformance",
                "no file is named",
                "add --html, --markdown or --json FILE",
            ));
        }
        let report = report::report(&recordings, &comparisons, &scenarios);
        let json = || serde_json::to_string(&report).unwrap_or_default() + "\n";
        if let Some(path) = &self.html {
            trace::write(path, &html::page(&report), self.force)?;
        }
        if let Some(path) = &self.markdown {
            trace::write(path, &markdown::page(&recordings, &comparisons), self.force)?;
        }
        if let Some(path) = &self.json {
            trace::write(path, &json(), self.force)?;
        }
        Ok(!comparisons.iter().any(Comparison::is_red))
    }
}
