//! Compares recordings: the first one with each of the others, and each with what its scenarios cite.

pub mod difference;
mod standing;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::expectations::{Expectations, Pattern, fits};
use crate::scenario::Scenarios;
use crate::trace::{CITED, Outcome, Recorded, Recording};
use difference::{OFFSET, against_sources, difference};

pub use standing::Standing;

/// What comes out for one scenario and one implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It answers as the other does.
    Same,
    /// It answers otherwise, and nobody said why.
    Differs,
    /// It answers otherwise, as its file of known differences says.
    Known,
    /// Its file of known differences says what is not so, or the scenario was changed since it was
    /// recorded.
    Stale,
    /// It can't be asked, or was not.
    Skipped,
    /// Its process ended in the middle.
    Crashed,
    /// It did not end in time.
    Hung,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 7] =
        [Self::Same, Self::Differs, Self::Known, Self::Stale, Self::Skipped, Self::Crashed, Self::Hung];

    /// Whether it fails the comparison.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Differs | Self::Stale | Self::Crashed | Self::Hung)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::Known => "known",
            Self::Stale => "stale",
            Self::Skipped => "skipped",
            Self::Crashed => "crashed",
            Self::Hung => "hung",
        }
    }
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The scenario.
    pub id: String,
    /// What comes out.
    pub verdict: Verdict,
    /// The first difference, or why there is none to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Why the difference is known, and where from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a red one waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The pattern of known differences that has it.
    #[serde(skip)]
    pub pattern: Option<usize>,
}

/// One implementation beside another.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The implementation that is judged.
    pub judged: String,
    /// What it is compared with.
    pub with: String,
    /// A finding for each scenario, in the order of ids.
    pub findings: Vec<Finding>,
}

impl Comparison {
    /// How many scenarios have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// How many findings wait for something.
    pub fn waiting(&self, standing: Standing) -> usize {
        self.findings.iter().filter(|finding| finding.standing == Some(standing)).count()
    }

    /// Whether any finding fails the comparison.
    pub fn is_red(&self) -> bool {
        self.findings.iter().any(|finding| finding.verdict.is_red())
    }
}

/// The first recording beside the cited sources, then each other recording beside the first. The
/// scenarios tell which of the recorded ones were changed since, unless that is to be ignored.
pub fn compare(
    recordings: &[Recording],
    expectations: &Expectations,
    scenarios: &Scenarios,
    ignore_changes: bool,
) -> Vec<Comparison> {
    let Some((first, others)) = recordings.split_first() else { return Vec::new() };
    let current = (!ignore_changes).then_some(scenarios);
    let cited = cited(first, expectations, current);
    let beside = others.iter().map(|other| pair(first, other, expectations, current));
    let mut all: Vec<_> = std::iter::once(cited).chain(beside).collect();
    all.iter_mut().for_each(|comparison| standing::tell(comparison, scenarios));
    all
}

fn cited(recording: &Recording, expectations: &Expectations, scenarios: Option<&Scenarios>) -> Comparison {
    let name = recording.implementation.name();
    let mut findings: Vec<_> = recording
        .scenarios
        .iter()
        .map(|(id, recorded)| {
            let difference = ending(recorded).or_else(|| against_sources(recorded).map(Difference::Answer));
            judge(id, difference, &name, CITED, expectations).unless_changed(recorded, id, scenarios)
        })
        .collect();
    findings.extend(unused(&findings, &name, CITED, expectations));
    findings.extend(miscounted(&findings, &name, CITED, expectations));
    Comparison { judged: name, with: CITED.into(), findings }
}

fn pair(
    first: &Recording,
    other: &Recording,
    expectations: &Expectations,
    scenarios: Option<&Scenarios>,
) -> Comparison {
    let (judged, with) = (other.implementation.name(), first.implementation.name());
    let ids: BTreeSet<_> = first.scenarios.keys().chain(other.scenarios.keys()).collect();
    let mut findings: Vec<_> = ids
        .into_iter()
        .map(|id| match (first.scenarios.get(id), other.scenarios.get(id)) {
            (Some(ours), Some(theirs)) => {
                let difference = ending(theirs).or_else(|| difference(ours, theirs).map(Difference::Answer));
                judge(id, difference, &judged, &with, expectations).unless_changed(theirs, id, scenarios)
            }
            (None, _) => Finding::skipped(id, format!("{with} was not asked")),
            (_, None) => Finding::skipped(id, format!("{judged} was not asked")),
        })
        .collect();
    findings.extend(unused(&findings, &judged, &with, expectations));
    findings.extend(miscounted(&findings, &judged, &with, expectations));
    Comparison { judged, with, findings }
}

/// Why a scenario is not simply the same.
enum Difference {
    Answer(String),
    Skipped(String),
    Crashed(String),
    Hung(String),
}

impl Difference {
    fn text(&self) -> &str {
        match self {
            Self::Answer(text) | Self::Skipped(text) | Self::Crashed(text) | Self::Hung(text) => text,
        }
    }

    /// Whether this is a known difference: to the word, or but for the offset, which random bytes change.
    fn is(&self, known: &str) -> bool {
        self.text() == known || self.text().split_once(OFFSET).is_some_and(|(start, _)| start == known)
    }

    /// Whether this is a known difference of a pattern, where `*` stands for anything.
    fn is_like(&self, known: &str) -> bool {
        fits(known, self.text())
            || self.text().split_once(OFFSET).is_some_and(|(start, _)| fits(known, start))
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Answer(_) => Verdict::Differs,
            Self::Skipped(_) => Verdict::Skipped,
            Self::Crashed(_) => Verdict::Crashed,
            Self::Hung(_) => Verdict::Hung,
        }
    }
}

/// An end other than the scenario's last line.
fn ending(recorded: &Recorded) -> Option<Difference> {
    let at = recorded.steps.len() + 1;
    match &recorded.outcome {
        Outcome::Completed => None,
        Outcome::Skipped(why) => Some(Difference::Skipped(why.clone())),
        Outcome::Crashed(how) => Some(Difference::Crashed(format!("step {at}: {how}"))),
        Outcome::Hung(seconds) => Some(Difference::Hung(format!("step {at}: longer than {seconds} s"))),
    }
}

fn judge(
    id: &str,
    difference: Option<Difference>,
    judged: &str,
    with: &str,
    expectations: &Expectations,
) -> Finding {
    let of_pattern = difference.as_ref().and_then(|difference| {
        expectations
            .patterns(judged, with)
            .find(|pattern| pattern.has(id) && difference.is_like(&pattern.known.difference))
    });
    let known = expectations.find(judged, with, id);
    if let (None, Some(pattern), Some(difference)) = (known, of_pattern, &difference) {
        let reason = Some(format!("{} ({})", pattern.known.reason, pattern.known.source));
        return Finding {
            id: id.to_owned(),
            verdict: Verdict::Known,
            detail: Some(difference.text().to_owned()),
            reason,
            standing: None,
            pattern: Some(pattern.number),
        };
    }
    let (verdict, detail) = match (&difference, known) {
        (None, None) => (Verdict::Same, None),
        (None, Some(known)) => {
            (Verdict::Stale, Some(format!("no longer differs; {} says: {}", known.place, known.difference)))
        }
        (Some(difference), Some(known)) if difference.is(&known.difference) => {
            (Verdict::Known, Some(difference.text().to_owned()))
        }
        (Some(Difference::Skipped(why)), None) => (Verdict::Skipped, Some(why.clone())),
        (Some(difference), Some(known)) => {
            let text = format!("{}; {} says: {}", difference.text(), known.place, known.difference);
            (Verdict::Stale, Some(text))
        }
        (Some(difference), None) => (difference.verdict(), Some(difference.text().to_owned())),
    };
    let reason = known.map(|known| format!("{} ({})", known.reason, known.source));
    Finding { id: id.to_owned(), verdict, detail, reason, standing: None, pattern: None }
}

impl Finding {
    fn skipped(id: &str, why: String) -> Self {
        let id = id.to_owned();
        Self { id, verdict: Verdict::Skipped, detail: Some(why), reason: None, standing: None, pattern: None }
    }

    /// Stale, if the scenario is not the one that was recorded.
    fn unless_changed(self, recorded: &Recorded, id: &str, scenarios: Option<&Scenarios>) -> Self {
        let detail = match scenarios.map(|scenarios| scenarios.all.get(id)) {
            None => return self,
            Some(Some(scenario)) if scenario.fingerprint == recorded.fingerprint => return self,
            Some(Some(_)) => "the scenario was changed since this was recorded; record it again",
            Some(None) => "there is no such scenario any more; record it again",
        };
        let standing = Some(Standing::Outdated);
        Self { verdict: Verdict::Stale, detail: Some(detail.into()), standing, ..self }
    }
}

/// Expectations about scenarios that are not among the findings.
fn unused(findings: &[Finding], judged: &str, with: &str, expectations: &Expectations) -> Vec<Finding> {
    let ids: BTreeSet<_> = findings.iter().map(|finding| finding.id.as_str()).collect();
    let about = expectations.about(judged, with).filter(|(id, _)| !ids.contains(id));
    about
        .map(|(id, known)| Finding {
            id: id.to_owned(),
            verdict: Verdict::Stale,
            detail: Some(format!("{} names it, and there is no such scenario", known.place)),
            reason: None,
            standing: None,
            pattern: None,
        })
        .collect()
}

/// Patterns that explain another number of scenarios than they say.
fn miscounted(findings: &[Finding], judged: &str, with: &str, expectations: &Expectations) -> Vec<Finding> {
    let count =
        |pattern: &Pattern| findings.iter().filter(|finding| finding.pattern == Some(pattern.number)).count();
    let wrong = expectations.patterns(judged, with).map(|pattern| (pattern, count(pattern)));
    wrong
        .filter(|(pattern, found)| pattern.count != *found)
        .map(|(pattern, found)| Finding {
            id: pattern.ids.join(" "),
            verdict: Verdict::Stale,
            detail: Some(format!(
                "{} says {} scenarios with: {}; there are {found}",
                pattern.known.place, pattern.count, pattern.known.difference
            )),
            reason: None,
            standing: None,
            pattern: None,
        })
        .collect()
}
