//! What can't be used, told in one line.

use std::fmt;

/// Something that can't be used: where, what is wrong, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem(String);

/// A result that fails with a [`Problem`].
pub type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// The file or place, what is wrong there, and the mend.
    pub fn new(place: impl fmt::Display, what: impl fmt::Display, mend: impl fmt::Display) -> Self {
        let line = format!("{place}: {what}; {mend}");
        Self(line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
