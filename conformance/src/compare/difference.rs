//! What the first difference between two recordings of a scenario is, in words.

use crate::trace::{Outcome, Output, Recorded, Step};

/// What stands between a difference of bytes and where it begins.
pub const OFFSET: &str = " from offset ";

/// The first difference between two recordings of a scenario, told from the second one's side.
pub fn difference(ours: &Recorded, theirs: &Recorded) -> Option<String> {
    if ours.fingerprint != theirs.fingerprint {
        return Some("they were asked different things; record both again".into());
    }
    if !matches!(ours.outcome, Outcome::Completed) {
        return Some("the other did not complete it".into());
    }
    first(ours, theirs).map(|(index, what)| at(index, &what)).or_else(|| {
        let printed = |recorded: &Recorded| recorded.printed.clone().unwrap_or_else(|| "nothing".into());
        (ours.printed != theirs.printed).then(|| format!("printed {}", printed(theirs)))
    })
}

/// The first step that the two did not do alike, counted from 0, and what the second one did.
pub fn first(ours: &Recorded, theirs: &Recorded) -> Option<(usize, String)> {
    let steps = ours.steps.iter().zip(&theirs.steps).enumerate();
    let mut found = steps.filter_map(|(index, (ours, theirs))| Some((index, of_step(ours, theirs)?)));
    found.next()
}

fn at(index: usize, what: &str) -> String {
    format!("step {}: {what}", index + 1)
}

fn of_step(ours: &Step, theirs: &Step) -> Option<String> {
    if ours.status != theirs.status {
        return Some(theirs.status.clone().unwrap_or_else(|| "not called".into()));
    }
    if ours.not_run != theirs.not_run {
        return Some(theirs.not_run.clone().map_or_else(|| "done".into(), |why| format!("not done: {why}")));
    }
    // What is told by one of them only, a field of a structure, is untouched for the other.
    let named = |output: &Output, step: &Step| {
        let found = step.outputs.iter().find(|other| other.name == output.name).cloned();
        found.unwrap_or_else(|| Output { value: None, outside: false, ..output.clone() })
    };
    for output in ours.outputs.iter().chain(&theirs.outputs) {
        let (ours, theirs) = (named(output, ours), named(output, theirs));
        if ours.outside != theirs.outside {
            return Some(format!(
                "{}: {}",
                theirs.name,
                if theirs.outside { "written outside" } else { "kept within" }
            ));
        }
        if ours.value != theirs.value {
            return Some(of_output(ours.value.as_deref(), theirs.value.as_deref(), &theirs));
        }
    }
    if ours.changed != theirs.changed {
        return Some(format!("changes its input: {}", theirs.changed.join(", ")));
    }
    if ours.holds != theirs.holds {
        return Some(if theirs.holds == Some(true) { "holds" } else { "does not hold" }.into());
    }
    (ours.list != theirs.list)
        .then(|| format!("lists {}", theirs.list.clone().unwrap_or_default().join(", ")))
}

/// Bytes are told by where they begin to differ: whole blobs would not be readable.
fn of_output(ours: Option<&str>, theirs: Option<&str>, output: &Output) -> String {
    let name = &output.name;
    match (ours, theirs) {
        (_, None) => format!("{name}: untouched"),
        (Some(ours), Some(theirs)) if output.bytes => {
            let same = ours
                .as_bytes()
                .chunks(2)
                .zip(theirs.as_bytes().chunks(2))
                .take_while(|(a, b)| a == b)
                .count();
            format!("{name}: other bytes{OFFSET}{same}")
        }
        (None, Some(_)) if output.bytes => format!("{name}: written"),
        (_, Some(theirs)) => format!("{name}: {theirs}"),
    }
}

/// The first answer that is not what the scenario's sources tell.
pub fn against_sources(recorded: &Recorded) -> Option<String> {
    let found = first_against_sources(recorded).map(|(index, what)| at(index, &what));
    found.or_else(|| recorded.printed.as_ref().map(|line| format!("printed {line}")))
}

/// The first step, counted from 0, that is not what the scenario's sources tell, and what it is.
pub fn first_against_sources(recorded: &Recorded) -> Option<(usize, String)> {
    recorded.steps.iter().enumerate().find_map(|(index, step)| Some((index, against(step)?)))
}

fn against(step: &Step) -> Option<String> {
    // A step that tells nothing may well be out of reach: an earlier answer was not known.
    let tells = step.expected.is_some() || step.holds.is_some();
    if let Some(reason) = step.not_run.as_ref().filter(|_| tells) {
        return Some(format!("not done: {reason}"));
    }
    if step.expected.is_some() && step.expected != step.status {
        return step.status.clone();
    }
    if let Some(output) = step.outputs.iter().find(|output| output.outside) {
        return Some(format!("{}: written outside", output.name));
    }
    if !step.changed.is_empty() {
        return Some(format!("changes its input: {}", step.changed.join(", ")));
    }
    (step.holds == Some(false)).then(|| "does not hold".to_owned())
}
