//! Rules: "where we answer X, it answers Y", of all calls, of one function, or of one function in one group of scenarios;
//! the widest that nothing recorded speaks against.

use std::collections::{BTreeMap, BTreeSet};

use super::Settled;
use super::answer::{self, State};
use crate::compare::difference;
use crate::scenario::Scenarios;
use crate::trace::{Recording, Step};

/// What explains several answers.
pub struct Rule {
    /// Our answer.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
    /// Where it holds, in words.
    pub scope: String,
    /// How many calls it was seen at, those of no open question too.
    pub calls: usize,
    /// The scenarios that it explains.
    pub scenarios: BTreeSet<String>,
}

/// How wide a rule is.
#[derive(Clone, Copy)]
enum Width {
    Everywhere,
    Function,
    Group,
}

/// A call that was answered on both sides.
struct Seen<'a> {
    id: &'a str,
    function: &'a str,
    ours: String,
    theirs: String,
}

impl Seen<'_> {
    fn differs(&self) -> bool {
        self.ours != self.theirs
    }

    fn scope(&self, width: Width) -> String {
        let mut parts = self.id.split("::");
        let group = [parts.next(), parts.next()].into_iter().flatten().collect::<Vec<_>>().join("::");
        match width {
            Width::Everywhere => "every call".into(),
            Width::Function => self.function.to_owned(),
            Width::Group => format!("{} in {group}", self.function),
        }
    }
}

/// The rules that explain at least two differing answers of the questions, the widest first.
pub fn all(
    questions: &[Settled<'_>],
    scenarios: &Scenarios,
    ours: &Recording,
    theirs: &Recording,
) -> Vec<Rule> {
    let seen: Vec<_> = scenarios
        .all
        .values()
        .filter_map(|scenario| {
            Some((answer::of(scenario, ours).ok()?, answer::of(scenario, theirs).ok()?, scenario))
        })
        .flat_map(|(ours, theirs, scenario)| {
            // Behind the first difference the two are in different states.
            let end = difference::first(ours, theirs).map_or(usize::MAX, |(index, _)| index);
            let steps = ours.steps.iter().zip(&theirs.steps).take(end.saturating_add(1));
            steps.flat_map(|(ours, theirs)| of_step(&scenario.id, ours, theirs)).collect::<Vec<_>>()
        })
        .collect();
    let mut open: BTreeSet<&str> = questions
        .iter()
        .flat_map(|settled| &settled.answers)
        .filter(|answer| matches!(answer.state, State::Differs(_)))
        .map(|answer| answer.scenario.id.as_str())
        .collect();
    let mut rules = Vec::new();
    for width in [Width::Everywhere, Width::Function, Width::Group] {
        let mut found = at(width, &seen, &open);
        found.sort_by_key(|rule| std::cmp::Reverse(rule.scenarios.len()));
        for rule in &found {
            open.retain(|id| !rule.scenarios.contains(*id));
        }
        rules.extend(found);
    }
    rules
}

/// The rules of one width that explain at least two of the open scenarios.
fn at(width: Width, seen: &[Seen<'_>], open: &BTreeSet<&str>) -> Vec<Rule> {
    // By scope and our answer: what they answer.
    let mut answers = BTreeMap::<(String, &str), Vec<&Seen<'_>>>::new();
    for one in seen {
        answers.entry((one.scope(width), one.ours.as_str())).or_default().push(one);
    }
    let rule = |((scope, ours), calls): ((String, &str), Vec<&Seen<'_>>)| {
        let first = calls.iter().find(|call| call.differs())?;
        if calls.iter().any(|call| call.theirs != first.theirs) {
            return None;
        }
        let scenarios: BTreeSet<_> =
            calls.iter().filter(|call| open.contains(call.id)).map(|call| call.id.to_owned()).collect();
        let (ours, theirs) = (ours.to_owned(), first.theirs.clone());
        (scenarios.len() > 1).then_some(Rule { ours, theirs, scope, calls: calls.len(), scenarios })
    };
    answers.into_iter().filter_map(rule).collect()
}

/// A call on both sides: its statuses, and where these are equal all that was seen.
fn of_step<'a>(id: &'a str, ours: &'a Step, theirs: &'a Step) -> Vec<Seen<'a>> {
    let (Some((function, _)), Some(our_status), Some(their_status)) =
        (ours.text.split_once('('), answer::status(ours), answer::status(theirs))
    else {
        return Vec::new();
    };
    let mut seen = vec![Seen { id, function, ours: our_status.into(), theirs: their_status.into() }];
    let (told, other) = (answer::told(ours), answer::told(theirs));
    if our_status == their_status && (told != our_status || other != their_status) {
        seen.push(Seen { id, function, ours: told, theirs: other });
    }
    seen
}
