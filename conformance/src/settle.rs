//! What a recording answers to the open questions about Windows, beside what the library answers.
//!
//! `known` tells which calls are no questions, `answer` compares the two sides of one scenario, `rule` groups the answers that one rule explains, and `page` writes it
//! all down.

mod answer;
mod known;
pub mod page;
mod rule;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::compare::difference;
use crate::question::{Question, Questions};
use crate::scenario::{Importance, Scenario, Scenarios};
use crate::trace::{Implementation, Recording};
use answer::{Answer, Kind, State};
use known::Known;
use rule::Rule;

/// One question and what its scenarios answer.
pub struct Settled<'a> {
    /// The question.
    pub question: &'a Question,
    /// An answer for each scenario that asks it.
    pub answers: Vec<Answer<'a>>,
}

/// What becomes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All its scenarios were asked, and some answers are not ours.
    Otherwise,
    /// Some of its scenarios were not asked, or not as they are now.
    InPart,
    /// All its scenarios were asked, and the answers are ours.
    AsChosen,
    /// None of its scenarios was asked.
    NotAsked,
}

impl Settled<'_> {
    /// What becomes of it.
    pub fn outcome(&self) -> Outcome {
        let count =
            |wanted: fn(&State) -> bool| self.answers.iter().filter(|answer| wanted(&answer.state)).count();
        let missing = count(|state| matches!(state, State::Missing(_)));
        match (missing, count(|state| matches!(state, State::Differs(_)))) {
            (missing, _) if missing == self.answers.len() => Outcome::NotAsked,
            (1.., _) => Outcome::InPart,
            (0, 0) => Outcome::AsChosen,
            (0, _) => Outcome::Otherwise,
        }
    }

    /// Whether its row leaves docs/undecided.md.
    pub fn is_settled(&self) -> bool {
        matches!(self.outcome(), Outcome::Otherwise | Outcome::AsChosen)
    }

    /// The worst of its differences.
    pub fn kind(&self) -> Option<Kind> {
        self.answers.iter().filter_map(Answer::kind).min()
    }

    /// How many of its answers differ.
    pub fn differing(&self) -> usize {
        self.answers.iter().filter(|answer| answer.kind().is_some()).count()
    }

    /// The highest importance of the scenarios that differ.
    pub fn importance(&self) -> Option<Importance> {
        let differ = self.answers.iter().filter(|answer| answer.kind().is_some());
        differ.map(|answer| answer.scenario.importance).min()
    }
}

/// Everything that a recording settles.
pub struct Settlement<'a> {
    /// Who answered.
    pub theirs: &'a Recording,
    /// Who is beside it.
    pub ours: &'a Implementation,
    /// The questions that scenarios ask: those that differ first, by importance.
    pub questions: Vec<Settled<'a>>,
    /// The document.
    pub document: &'a Questions,
    /// What explains several answers.
    pub rules: Vec<Rule>,
    /// What is not as the scenarios' sources tell: the call, what they tell, what was answered, and where.
    pub contradictions: BTreeMap<(String, String, String), Vec<&'a str>>,
    /// How many recorded scenarios this program does not know.
    pub unknown: usize,
}

impl<'a> Settlement<'a> {
    /// Puts two recordings beside each other.
    pub fn new(
        theirs: &'a Recording,
        ours: &'a Recording,
        document: &'a Questions,
        scenarios: &'a Scenarios,
    ) -> Self {
        let known = Known::new(scenarios);
        let asking = |question: &Question| {
            let asks = |scenario: &&Scenario| scenario.undecided.contains(&question.text);
            scenarios
                .all
                .values()
                .filter(asks)
                .map(|scenario| Answer::new(scenario, ours, theirs, &known))
                .collect()
        };
        let settled = |question| Settled { question, answers: asking(question) };
        let mut questions: Vec<_> = document.all.iter().map(settled).collect();
        questions.retain(|settled| !settled.answers.is_empty());
        // A stable sort: what is equally important stays in the order of the document.
        questions.sort_by_key(|settled| {
            let differs = (settled.kind().is_none(), settled.kind(), settled.importance());
            (differs, Reverse(settled.differing()), settled.outcome())
        });
        let unknown = theirs.scenarios.keys().filter(|id| !scenarios.all.contains_key(*id)).count();
        let rules = rule::all(&questions, scenarios, ours, theirs);
        let contradictions = contradictions(theirs, scenarios);
        Self { theirs, ours: &ours.implementation, questions, document, rules, contradictions, unknown }
    }

    /// How many questions have an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.questions.iter().filter(|settled| settled.outcome() == outcome).count()
    }

    /// Whether the recording is of Windows. Others are rehearsals.
    pub fn is_of_windows(&self) -> bool {
        self.theirs.implementation.product == "windows"
    }

    /// Whether every question was asked and answered as here, and everything else as the sources tell.
    pub fn is_as_chosen(&self) -> bool {
        self.unknown == 0
            && self.contradictions.is_empty()
            && self.count(Outcome::AsChosen) == self.questions.len()
    }
}

/// Where a recording is not what the scenarios' sources tell.
fn contradictions<'a>(
    theirs: &Recording,
    scenarios: &'a Scenarios,
) -> BTreeMap<(String, String, String), Vec<&'a str>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for scenario in scenarios.all.values() {
        let Ok(recorded) = answer::of(scenario, theirs) else { continue };
        let first = difference::first_against_sources(recorded);
        let Some((step, what)) = first.and_then(|(index, what)| Some((recorded.steps.get(index)?, what)))
        else {
            continue;
        };
        let (call, told) = step.text.split_once(" -> ").unwrap_or((&step.text, ""));
        let what = what.strip_prefix("STATUS_").unwrap_or(&what).to_owned();
        let told = told.strip_prefix("STATUS_").unwrap_or(told).to_owned();
        found.entry((call.to_owned(), told, what)).or_default().push(scenario.id.as_str());
    }
    found
}
