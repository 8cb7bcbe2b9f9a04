//! What can't be scanned, and why.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a file can't be used, and what to do: one line that begins with the file's name.
#[derive(Debug)]
pub struct Problem {
    path: PathBuf,
    text: String,
}

impl Problem {
    pub fn new(path: &Path, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", line(&self.path), self.text)
    }
}

/// A path that keeps to its line, whatever it is made of.
pub fn line(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "?")
}

/// What is wrong with a program's file.
pub struct Damage(pub String);

impl From<object::Error> for Damage {
    fn from(error: object::Error) -> Self {
        Self(error.to_string())
    }
}

pub type Result<T> = std::result::Result<T, Damage>;

/// How much data of sections is still read. They may overlap in a hostile file; an honest one has no more data in them
/// than bytes.
pub struct Budget(usize);

impl Budget {
    /// That of a file of so many bytes.
    pub fn of(length: usize) -> Self {
        Self(length.saturating_mul(2))
    }

    /// Fails when the file can't be honest.
    pub fn spend(&mut self, length: usize) -> Result<()> {
        self.0 = self.0.checked_sub(length).ok_or_else(|| Damage("sections overlap".into()))?;
        Ok(())
    }
}
