//! What a red finding waits for: one that nobody has looked at is not one that was explained and is so no longer.

use serde::Serialize;

use super::{Comparison, Verdict};
use crate::scenario::Scenarios;
use crate::trace::CITED;

/// What a red finding waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It differs, nobody said why, and no open question is about it.
    Unclassified,
    /// It differs, nobody said why, and the scenario asks an open question.
    Open,
    /// Somebody said how and why it differs, and it does not any more, or in another way.
    Reclassify,
    /// The scenario is not the one that was recorded.
    Outdated,
    /// The process ended in the middle, or did not end.
    Ended,
}

impl Standing {
    /// Every standing, in the order in which one looks at them.
    pub const ALL: [Self; 5] =
        [Self::Unclassified, Self::Reclassify, Self::Ended, Self::Open, Self::Outdated];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unclassified => "not yet classified",
            Self::Open => "on an open question",
            Self::Reclassify => "was classified and differs now",
            Self::Outdated => "recorded before the scenario was changed",
            Self::Ended => "crashed or hung",
        }
    }

    /// What to do with such findings of an implementation.
    pub fn next(self, comparison: &Comparison) -> &'static str {
        match self {
            Self::Unclassified if comparison.with == CITED => {
                "read the scenario's sources: mend the library, or the scenario if they say something else"
            }
            Self::Unclassified => {
                "say why in the file of known differences, or mend the side that is wrong; with --expectations the file is read"
            }
            Self::Open if comparison.with == CITED => "mend the library or the scenario",
            Self::Open if comparison.judged.starts_with("windows ") => {
                "run `conformance settle` with this recording: it has the answer beside ours, and the rows that change"
            }
            Self::Open => {
                "either answer may be right: say in the file of known differences that it is this implementation's own"
            }
            Self::Reclassify => {
                "find out which side changed; then mend it, or correct or remove the entry of known differences"
            }
            Self::Outdated => "record it again with `conformance run`",
            Self::Ended => {
                "look at the call that did not come back; a crash that is known is a known difference"
            }
        }
    }
}

/// Says of every red finding what it waits for.
pub fn tell(comparison: &mut Comparison, scenarios: &Scenarios) {
    for finding in &mut comparison.findings {
        let asks = || scenarios.all.get(&finding.id).is_some_and(|scenario| !scenario.undecided.is_empty());
        finding.standing = match finding.verdict {
            Verdict::Differs if asks() => Some(Standing::Open),
            Verdict::Differs => Some(Standing::Unclassified),
            // Whoever found that the scenario was changed has said so.
            Verdict::Stale => finding.standing.or(Some(Standing::Reclassify)),
            Verdict::Crashed | Verdict::Hung => Some(Standing::Ended),
            Verdict::Same | Verdict::Known | Verdict::Skipped => None,
        };
    }
}
