//! One scenario on both sides: the same answer, or the first that differs, and how much that matters.

use super::known::Known;
use crate::compare::difference;
use crate::scenario::Scenario;
use crate::trace::{Outcome, Recorded, Recording, Step};

/// More digits of bytes are not shown.
const DIGITS: usize = 32;
/// More entries of a list are not shown.
const ENTRIES: usize = 8;
const SUCCESS: &str = "STATUS_SUCCESS";

/// How two answers differ, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// We refuse what works there: a program stops.
    Refused,
    /// Both do it, with another result: a program goes on with it.
    Values,
    /// We do what is refused there.
    Allowed,
    /// Both refuse, with another status or other traces in the outputs.
    Status,
    /// The process ended there.
    Ended,
}

impl Kind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Refused => "refused here, works there",
            Self::Values => "another result",
            Self::Allowed => "works here, refused there",
            Self::Status => "refused in another way",
            Self::Ended => "does not come back there",
        }
    }
}

/// What a scenario shows on both sides.
pub struct Answer<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What it shows.
    pub state: State,
}

/// What a scenario shows.
pub enum State {
    /// The answers to its open calls, which are the same.
    Same(Vec<Said>),
    /// The first call that is answered in another way.
    Differs(Difference),
    /// There is no answer on one side, none to the scenario as it is, or none to its open calls: why.
    Missing(String),
}

/// A statement and what was answered.
pub struct Said {
    /// The statement.
    pub text: String,
    /// The answer.
    pub answer: String,
}

/// The first call that is answered in another way.
pub struct Difference {
    /// The statement.
    pub text: String,
    /// Our answer.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
    /// How much it matters.
    pub kind: Kind,
}

impl<'a> Answer<'a> {
    /// Compares what two recordings have of a scenario.
    pub fn new(scenario: &'a Scenario, ours: &Recording, theirs: &Recording, known: &Known) -> Self {
        let state = match (of(scenario, ours), of(scenario, theirs)) {
            (Ok(ours), Ok(theirs)) => state(ours, theirs, known),
            (Err(why), _) | (_, Err(why)) => State::Missing(why),
        };
        Self { scenario, state }
    }

    /// How it differs, if it does.
    pub fn kind(&self) -> Option<Kind> {
        match &self.state {
            State::Differs(difference) => Some(difference.kind),
            State::Same(_) | State::Missing(_) => None,
        }
    }
}

/// What a recording has of a scenario as it is, or why that is nothing.
pub fn of<'r>(scenario: &Scenario, recording: &'r Recording) -> Result<&'r Recorded, String> {
    let name = || recording.implementation.name();
    match recording.scenarios.get(&scenario.id) {
        None => Err(format!("{} was not asked", name())),
        Some(recorded) if recorded.fingerprint != scenario.fingerprint => {
            Err(format!("changed since {} was recorded", name()))
        }
        Some(Recorded { outcome: Outcome::Skipped(why), .. }) => Err(format!("{}: {why}", name())),
        Some(recorded) => Ok(recorded),
    }
}

fn state(ours: &Recorded, theirs: &Recorded, known: &Known) -> State {
    if !matches!(ours.outcome, Outcome::Completed) {
        return State::Missing("it does not complete here".into());
    }
    let stopped = |step: &Step, answer: &str| State::Missing(format!("stopped at {}: {answer}", step.text));
    if let Some((index, _)) = difference::first(ours, theirs)
        && let (Some(ours), Some(theirs)) = (ours.steps.get(index), theirs.steps.get(index))
    {
        if known.of(ours).is_some_and(|expected| theirs.status.as_deref() != Some(expected)) {
            return stopped(ours, &told(theirs));
        }
        let (text, kind) = (ours.text.clone(), kind(ours, theirs));
        return State::Differs(Difference { text, ours: told(ours), theirs: told(theirs), kind });
    }
    if let Some(how) = ended(&theirs.outcome)
        && let Some(step) = ours.steps.get(theirs.steps.len())
    {
        if known.of(step).is_some() {
            return stopped(step, &how);
        }
        let (text, ours) = (step.text.clone(), told(step));
        return State::Differs(Difference { text, ours, theirs: how, kind: Kind::Ended });
    }
    let said = |step: &Step| Said { text: step.text.clone(), answer: told(step) };
    let open: Vec<_> = ours.steps.iter().filter(|step| is_open(step, known)).map(said).collect();
    // Where every call cites a source, the question is about what the last ones left.
    let last = || ours.steps.iter().rev().find(|step| !told(step).is_empty()).map(said);
    State::Same(if open.is_empty() { last().into_iter().collect() } else { open })
}

/// Whether no source tells what a step answers.
fn is_open(step: &Step, known: &Known) -> bool {
    step.list.is_some() || step.status.is_some() && known.of(step).is_none()
}

fn ended(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Crashed(how) => Some(format!("crashed: {how}")),
        Outcome::Hung(seconds) => Some(format!("longer than {seconds} s")),
        Outcome::Completed | Outcome::Skipped(_) => None,
    }
}

fn kind(ours: &Step, theirs: &Step) -> Kind {
    let works = |step: &Step| step.status.as_deref().is_none_or(|status| status == SUCCESS);
    match (works(ours), works(theirs)) {
        (false, true) => Kind::Refused,
        (true, false) => Kind::Allowed,
        (true, true) => Kind::Values,
        (false, false) => Kind::Status,
    }
}

/// The name of a status as docs/behaviour.md has it.
pub fn status(step: &Step) -> Option<&str> {
    step.status.as_deref().map(|status| status.strip_prefix("STATUS_").unwrap_or(status))
}

/// What was seen of a step, on one line.
pub fn told(step: &Step) -> String {
    if let Some(why) = &step.not_run {
        return format!("not done: {why}");
    }
    let mut parts: Vec<_> = status(step).map(str::to_owned).into_iter().collect();
    for output in &step.outputs {
        match &output.value {
            // That a handle was made is told by the status.
            Some(value) if value != "set" => parts.push(format!("{} = {}", output.name, shortened(value))),
            _ => {}
        }
        if output.outside {
            parts.push(format!("{} written outside", output.name));
        }
    }
    if !step.changed.is_empty() {
        parts.push(format!("changes {}", step.changed.join(", ")));
    }
    parts.extend(step.holds.map(|holds| if holds { "holds".into() } else { "does not hold".into() }));
    if let Some(list) = &step.list {
        let more = if list.len() > ENTRIES { ", …" } else { "" };
        let shown: Vec<_> = list.iter().take(ENTRIES).map(String::as_str).collect();
        parts.push(format!("{} entries: {}{more}", list.len(), shown.join(", ")));
    }
    parts.join("; ")
}

fn shortened(value: &str) -> String {
    match value.get(..DIGITS) {
        Some(start) if value.len() > DIGITS => format!("{start}… ({} bytes)", value.len() / 2),
        _ => value.to_owned(),
    }
}
