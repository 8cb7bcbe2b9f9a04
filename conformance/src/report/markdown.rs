//! The summary in Markdown, for people and for the step summary of a CI job.

use std::fmt::Write as _;

use super::{NOT_RECORDED, title, waiting};
use crate::compare::{Comparison, Standing, Verdict};
use crate::trace::Recording;

/// More lines than this are in the HTML report only.
const LONGEST: usize = 200;

/// The page.
pub fn page(recordings: &[Recording], comparisons: &[Comparison]) -> String {
    let mut page = String::from("# Conformance\n\n");
    page += "| implementation | runs on | recorded |";
    Verdict::ALL.iter().for_each(|verdict| page += &format!(" {} |", verdict.name()));
    page += "\n|---|---|---|";
    page += &"--:|".repeat(Verdict::ALL.len());
    page += "\n";
    for (recording, comparison) in recordings.iter().zip(comparisons) {
        let of = &recording.implementation;
        let _ = write!(page, "| {} | {} | {} |", title(comparison), of.os, recording.date);
        Verdict::ALL.iter().for_each(|&verdict| page += &format!(" {} |", comparison.count(verdict)));
        page += "\n";
    }
    if !recordings.iter().any(|recording| recording.implementation.product == "windows") {
        let _ = writeln!(page, "| windows | {NOT_RECORDED} | |{}", " |".repeat(Verdict::ALL.len()));
    }
    next(&mut page, comparisons);
    for comparison in comparisons {
        section(&mut page, comparison);
    }
    page
}

/// What is to be done, for each kind of red finding.
fn next(page: &mut String, comparisons: &[Comparison]) {
    page.push_str("\n## What to do next\n\n");
    if !comparisons.iter().any(Comparison::is_red) {
        page.push_str("Nothing: every difference is explained.\n");
        return;
    }
    page.push_str("| implementation | scenarios | standing | next |\n|---|--:|---|---|\n");
    for comparison in comparisons {
        for (standing, count) in waiting(comparison) {
            let (name, next) = (standing.name(), cell(standing.next(comparison)));
            let _ = writeln!(page, "| {} | {count} | {name} | {next} |", title(comparison));
        }
    }
}

fn section(page: &mut String, comparison: &Comparison) {
    let mut red = comparison.findings.iter().filter(|finding| finding.verdict.is_red());
    let count = red.clone().count();
    let _ = writeln!(page, "\n## {}\n", title(comparison));
    if count == 0 {
        page.push_str("Every difference is explained.\n");
    } else {
        page.push_str("| verdict | standing | scenario | what |\n|---|---|---|---|\n");
        for finding in red.by_ref().take(LONGEST) {
            let detail = cell(finding.detail.as_deref().unwrap_or_default());
            let (verdict, id) = (finding.verdict.name(), &finding.id);
            let standing = finding.standing.map_or("", Standing::name);
            let _ = writeln!(page, "| {verdict} | {standing} | `{id}` | {detail} |");
        }
        if count > LONGEST {
            let _ = writeln!(page, "\n{} more are in the HTML report.", count - LONGEST);
        }
    }
    reasons(page, comparison);
}

/// The known differences, gathered under their reasons.
fn reasons(page: &mut String, comparison: &Comparison) {
    let mut reasons = std::collections::BTreeMap::<&str, usize>::new();
    for finding in comparison.findings.iter().filter(|finding| finding.verdict == Verdict::Known) {
        *reasons.entry(finding.reason.as_deref().unwrap_or_default()).or_default() += 1;
    }
    if !reasons.is_empty() {
        page.push_str("\n| known differences | scenarios |\n|---|--:|\n");
        for (reason, count) in reasons {
            let _ = writeln!(page, "| {} | {count} |", cell(reason));
        }
    }
}

pub fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
