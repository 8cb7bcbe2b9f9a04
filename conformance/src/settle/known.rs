//! Calls whose answers are known: a source tells them, in the scenario itself or, of a call that needs no other one before
//! it, in any scenario. What differs there is no answer to the question: the scenario did not get as far.

use std::collections::BTreeMap;

use crate::scenario::{Action, Scenarios, Statement, status_name};
use crate::trace::Step;

/// What scenarios tell of calls that need nothing before them: the status, by the call as it is written.
#[derive(Default)]
pub struct Known(BTreeMap<String, String>);

impl Known {
    /// What all scenarios tell.
    pub fn new(scenarios: &Scenarios) -> Self {
        let statements = scenarios.all.values().flat_map(|scenario| &scenario.statements);
        let told = statements.filter_map(|statement| match &statement.action {
            Action::Call { expected: Some(expected), .. } if needs_nothing(scenarios, statement) => {
                Some((call(&statement.text), status_name(*expected)))
            }
            _ => None,
        });
        Self(told.collect())
    }

    /// The status that a source tells of a step.
    pub fn of<'s>(&'s self, step: &'s Step) -> Option<&'s str> {
        step.expected.as_deref().or_else(|| self.0.get(&call(&step.text)).map(String::as_str))
    }
}

fn needs_nothing(scenarios: &Scenarios, statement: &Statement) -> bool {
    statement.names().iter().all(|name| scenarios.material.contains_key(*name))
}

/// A call without what is told of it, and whatever its new variables are called.
fn call(text: &str) -> String {
    let text = text.split_once(" -> ").map_or(text, |(call, _)| call);
    let mut parts = text.split('&');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |call, part| {
        let rest = part.trim_start_matches(|character: char| character.is_alphanumeric() || character == '_');
        call + "&" + rest
    })
}
