//! What a settlement says, in Markdown: the answers, the rows that docs/undecided.md loses, those that docs/behaviour.md
//! gains.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::answer::State;
use super::{Outcome, Settled, Settlement};
use crate::question::RECORDED_FACTS;
use crate::report::importance_word;
use crate::report::markdown::cell;

/// So many contradictions are shown.
const MOST_CONTRADICTIONS: usize = 100;
/// So many scenarios are named for a contradiction.
const MOST_IDS: usize = 3;
/// A fact shows so many different answers; the page of answers has the others.
const MOST_ANSWERS: usize = 6;

/// A line at the top of every page of what is not Windows.
fn rehearsal(settlement: &Settlement<'_>) -> String {
    if settlement.is_of_windows() {
        return String::new();
    }
    let name = settlement.theirs.implementation.name();
    format!(
        "**A rehearsal: {name} is not Windows, and nothing here is evidence about Windows. Do not check it in.**\n\n"
    )
}

/// What was answered, the most important first, and what to do next.
pub fn answers(settlement: &Settlement<'_>) -> String {
    let (theirs, ours) = (settlement.theirs.implementation.name(), settlement.ours.name());
    let count = |outcome| settlement.count(outcome);
    let mut page = format!("# What {theirs} answers to the open questions\n\n{}", rehearsal(settlement));
    let _ = writeln!(
        page,
        "Recorded {} on {}, beside {ours}. Of {} questions that scenarios ask, {} are answered as we chose and {} otherwise; \
         {} in part, {} not at all.\n",
        settlement.theirs.date,
        settlement.theirs.implementation.os,
        settlement.questions.len(),
        count(Outcome::AsChosen),
        count(Outcome::Otherwise),
        count(Outcome::InPart),
        count(Outcome::NotAsked),
    );
    next(&mut page, settlement);
    otherwise(&mut page, settlement);
    rules(&mut page, settlement);
    contradictions(&mut page, settlement);
    every_answer(&mut page, settlement);
    page
}

fn next(page: &mut String, settlement: &Settlement<'_>) {
    page.push_str("## What to do next\n\n");
    let mut steps = Vec::new();
    let missing = settlement.count(Outcome::InPart) + settlement.count(Outcome::NotAsked);
    if settlement.unknown > 0 {
        steps.push(format!(
            "{} recorded scenarios are not known here: the recording is of another set of scenarios. Record again with this program.",
            settlement.unknown
        ));
    }
    if missing > 0 {
        steps.push(format!(
            "{missing} questions wait for scenarios that were not asked, not as they are now, or that did not get as far: \"Every answer\" says which. What was not asked is recorded again with this program; their rows stay."
        ));
    }
    if !settlement.contradictions.is_empty() {
        steps.push("Look at \"What is not as our sources tell\" first: there a fact of docs/behaviour.md, a scenario or the recording is wrong.".into());
    }
    if !settlement.rules.is_empty() {
        steps.push(
            "Begin with the rules below: each explains several answers, and one change here may follow it."
                .into(),
        );
    }
    if settlement.questions.iter().any(|settled| settled.kind().is_some()) {
        steps.push("Go through \"Answered otherwise\" from the top; change the library, and its tests whose names end in `undecided`.".into());
    }
    steps.push(
        "Take the rows out of docs/undecided.md and put the facts into docs/behaviour.md, in your own words."
            .into(),
    );
    steps.push("In the scenarios, `undecided` becomes `source` with the fact's number, and the answers are written behind the calls.".into());
    for (number, step) in steps.iter().enumerate() {
        let _ = writeln!(page, "{}. {step}", number + 1);
    }
}

/// The scenarios that a rule explains, by the rule's number.
fn by_rule<'s>(settlement: &'s Settlement<'_>) -> BTreeMap<&'s str, usize> {
    let rules = settlement.rules.iter().enumerate();
    rules.flat_map(|(number, rule)| rule.scenarios.iter().map(move |id| (id.as_str(), number + 1))).collect()
}

fn otherwise(page: &mut String, settlement: &Settlement<'_>) {
    let rules = by_rule(settlement);
    let differ: Vec<_> = settlement.questions.iter().filter(|settled| settled.kind().is_some()).collect();
    page.push_str("\n## Answered otherwise, the most important first\n\n");
    if differ.is_empty() {
        page.push_str("Nothing.\n");
        return;
    }
    page.push_str("| | question | how | importance | ours | theirs | scenarios | rule |\n|--:|---|---|---|---|---|--:|---|\n");
    for (number, settled) in differ.iter().enumerate() {
        let worst = settled.answers.iter().filter_map(|answer| match &answer.state {
            State::Differs(difference) => Some((difference.kind, answer.scenario.importance, difference)),
            State::Same(_) | State::Missing(_) => None,
        });
        let Some((kind, _, worst)) = worst.min_by_key(|(kind, importance, _)| (*kind, *importance)) else {
            continue;
        };
        let explained: BTreeSet<_> =
            settled.answers.iter().filter_map(|answer| rules.get(answer.scenario.id.as_str())).collect();
        let explained: Vec<_> = explained.into_iter().map(|rule| format!("R{rule}")).collect();
        let part = if settled.is_settled() { "" } else { " (in part)" };
        let _ = writeln!(
            page,
            "| {} | {}{part} | {} | {} | {} | {} | {} of {} | {} |",
            number + 1,
            settled.question.text,
            kind.words(),
            settled.importance().map_or("", importance_word),
            cell(&worst.ours),
            cell(&worst.theirs),
            settled.differing(),
            settled.answers.len(),
            explained.join(", "),
        );
    }
}

fn rules(page: &mut String, settlement: &Settlement<'_>) {
    page.push_str("\n## What one rule explains\n\n");
    if settlement.rules.is_empty() {
        page.push_str("No rule explains two answers.\n");
        return;
    }
    page.push_str("No call that was recorded speaks against these.\n\n");
    page.push_str("| rule | where | ours | theirs | calls | scenarios |\n|---|---|---|---|--:|---|\n");
    for (number, rule) in settlement.rules.iter().enumerate() {
        let ids: Vec<_> = rule.scenarios.iter().map(|id| format!("`{id}`")).collect();
        let (ours, theirs) = (cell(&rule.ours), cell(&rule.theirs));
        let (scope, calls) = (&rule.scope, rule.calls);
        let _ = writeln!(
            page,
            "| R{} | {scope} | {ours} | {theirs} | {calls} | {} |",
            number + 1,
            ids.join(", ")
        );
    }
}

fn contradictions(page: &mut String, settlement: &Settlement<'_>) {
    page.push_str("\n## What is not as our sources tell\n\n");
    let mut found: Vec<_> = settlement.contradictions.iter().collect();
    if found.is_empty() {
        page.push_str("Nothing.\n");
        return;
    }
    found.sort_by_key(|(_, ids)| Reverse(ids.len()));
    page.push_str("| call | sources tell | answered | scenarios |\n|---|---|---|---|\n");
    for ((call, told, what), ids) in found.iter().take(MOST_CONTRADICTIONS) {
        let shown: Vec<_> = ids.iter().take(MOST_IDS).map(|id| format!("`{id}`")).collect();
        let more = ids.len().saturating_sub(MOST_IDS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(page, "| `{}` | {told} | {} | {}{more} |", cell(call), cell(what), shown.join(", "));
    }
    if found.len() > MOST_CONTRADICTIONS {
        let _ = writeln!(
            page,
            "\n{} more; `conformance diff` of this recording alone has all.",
            found.len() - MOST_CONTRADICTIONS
        );
    }
}

fn every_answer(page: &mut String, settlement: &Settlement<'_>) {
    page.push_str("\n## Every answer\n");
    for settled in &settlement.questions {
        let outcome = match settled.outcome() {
            Outcome::AsChosen => "as we chose",
            Outcome::Otherwise => "otherwise",
            Outcome::InPart => "in part: the row stays",
            Outcome::NotAsked => "not asked: the row stays",
        };
        let _ = writeln!(
            page,
            "\n### {}\n\nWe chose: {}. Answered {outcome}.\n",
            settled.question.text, settled.question.chosen
        );
        page.push_str("| scenario | call | ours | theirs |\n|---|---|---|---|\n");
        for answer in &settled.answers {
            let id = &answer.scenario.id;
            match &answer.state {
                State::Same(said) => {
                    for said in said {
                        let _ = writeln!(
                            page,
                            "| `{id}` | `{}` | {} | the same |",
                            cell(&said.text),
                            cell(&said.answer)
                        );
                    }
                }
                State::Differs(difference) => {
                    let (ours, theirs) = (cell(&difference.ours), cell(&difference.theirs));
                    let _ =
                        writeln!(page, "| `{id}` | `{}` | {ours} | **{theirs}** |", cell(&difference.text));
                }
                State::Missing(why) => {
                    let _ = writeln!(page, "| `{id}` | | | {} |", cell(why));
                }
            }
        }
    }
}

/// The rows that docs/undecided.md loses, under their headings.
pub fn lost(settlement: &Settlement<'_>) -> String {
    let mut page = format!("# The rows that docs/undecided.md loses\n\n{}", rehearsal(settlement));
    let settled = in_document(settlement);
    let mut section = "";
    for one in &settled {
        if one.question.section != section {
            section = &one.question.section;
            let _ = writeln!(
                page,
                "\n## {section}\n\n| question | our answer | why | how a Windows recording settles it |\n|---|---|---|---|"
            );
        }
        let _ = writeln!(page, "{}", settlement.document.row(one.question));
    }
    if settled.is_empty() {
        page.push_str("None.\n");
    }
    page
}

/// docs/undecided.md without them.
pub fn undecided(settlement: &Settlement<'_>) -> String {
    let lost: Vec<_> = in_document(settlement).into_iter().map(|settled| settled.question).collect();
    rehearsal(settlement) + &settlement.document.without(&lost)
}

/// The rows that docs/behaviour.md gains.
pub fn gained(settlement: &Settlement<'_>) -> String {
    let mut page = format!("# The rows that docs/behaviour.md gains\n\n{}", rehearsal(settlement));
    let settled = in_document(settlement);
    if settled.is_empty() {
        return page + "None.\n";
    }
    let name = settlement.theirs.implementation.name();
    let _ = writeln!(page, "## {RECORDED_FACTS}. Recorded\n\n| fact | what | from |\n|---|---|---|");
    for (number, one) in settled.iter().enumerate() {
        let number = settlement.document.next_fact + number;
        let what =
            if one.outcome() == Outcome::AsChosen { format!("{}.", one.question.chosen) } else { said(one) };
        let _ =
            writeln!(page, "| {RECORDED_FACTS}{number} | {}: {what} | recorded: {name} |", one.question.text);
    }
    page
}

/// The answers of a question that differs, each once, with the first scenario that has it.
fn said(settled: &Settled<'_>) -> String {
    let mut answers = Vec::<(String, &str, usize)>::new();
    for answer in &settled.answers {
        let told: Vec<String> = match &answer.state {
            State::Same(said) => said.iter().map(|said| in_words(&said.text, &said.answer)).collect(),
            State::Differs(difference) => vec![in_words(&difference.text, &difference.theirs)],
            State::Missing(_) => Vec::new(),
        };
        for told in told {
            match answers.iter_mut().find(|(other, ..)| *other == told) {
                Some((.., count)) => *count += 1,
                None => answers.push((told, &answer.scenario.id, 1)),
            }
        }
    }
    let more = answers.len().saturating_sub(MOST_ANSWERS);
    let mut words: Vec<_> = answers
        .iter()
        .take(MOST_ANSWERS)
        .map(|(told, id, count)| match count {
            1 => format!("{told} (`{id}`)"),
            _ => format!("{told} (`{id}` and {} more)", count - 1),
        })
        .collect();
    words.extend((more > 0).then(|| format!("{more} other answers")));
    words.join("; ") + "."
}

/// A call's function and what it answered.
fn in_words(text: &str, answer: &str) -> String {
    let what = text.split_once('(').map_or(text, |(function, _)| function);
    format!("{} {}", cell(what), cell(answer))
}

/// The settled questions in the order of the document.
fn in_document<'s, 'a>(settlement: &'s Settlement<'a>) -> Vec<&'s Settled<'a>> {
    let mut settled: Vec<_> = settlement.questions.iter().filter(|settled| settled.is_settled()).collect();
    settled.sort_by_key(|settled| settled.question.line);
    settled
}
