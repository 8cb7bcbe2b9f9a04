//! The open questions and the scenarios that ask them: each names the other, word for word.

use std::collections::BTreeMap;

use conformance::question::Questions;
use conformance::scenario::Scenarios;

/// By question: the scenarios that ask it.
fn asked(scenarios: &Scenarios) -> BTreeMap<&str, Vec<&str>> {
    let mut asked = BTreeMap::<&str, Vec<&str>>::new();
    for scenario in scenarios.all.values() {
        for question in &scenario.undecided {
            asked.entry(question).or_default().push(&scenario.id);
        }
    }
    asked
}

#[test]
fn every_question_of_a_scenario_is_a_row() {
    let (questions, scenarios) = (Questions::built_in().unwrap(), Scenarios::built_in().unwrap());
    let rows: Vec<_> = questions.all.iter().map(|question| question.text.as_str()).collect();
    let mut wrong = String::new();
    for (question, ids) in asked(&scenarios) {
        if rows.contains(&question) {
            continue;
        }
        let plain = |text: &str| text.replace('`', "").to_lowercase();
        let near = rows.iter().find(|row| plain(row) == plain(question));
        let near = near.map_or(String::new(), |row| format!("; this one is near: {row}"));
        wrong += &format!("\n  {question} ({} scenarios, {}){near}", ids.len(), ids[0]);
    }
    assert!(
        wrong.is_empty(),
        "these are no questions of docs/undecided.md; write the row's first cell behind `undecided`, or add a row:{wrong}"
    );
}

#[test]
fn every_row_has_a_scenario_or_says_why_not() {
    let (questions, scenarios) = (Questions::built_in().unwrap(), Scenarios::built_in().unwrap());
    let asked = asked(&scenarios);
    let mut wrong = String::new();
    for question in &questions.all {
        match (asked.get(question.text.as_str()), question.unasked()) {
            (None, None) => wrong += &format!("\n  no scenario asks: {}", question.text),
            (Some(ids), Some(_)) => wrong += &format!("\n  {} asks: {}", ids[0], question.text),
            (None, Some("")) => {
                wrong += &format!("\n  no reason stands behind `no scenario:` of: {}", question.text)
            }
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "a row of docs/undecided.md has a scenario with its first cell behind `undecided`, or its last cell begins with \
         `no scenario:` and says why:{wrong}"
    );
}
