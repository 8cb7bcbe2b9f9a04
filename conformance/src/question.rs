//! The open questions about Windows: the rows of docs/undecided.md. A scenario names those that it asks by their words.
//! What is known goes to docs/behaviour.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::problem::{Problem, Result};

/// The documents that this program was built with.
const UNDECIDED: &str = include_str!("../../docs/undecided.md");
const BEHAVIOUR: &str = include_str!("../../docs/behaviour.md");

/// The facts of docs/behaviour.md that were recorded on Windows have this letter and a number.
pub const RECORDED_FACTS: char = 'w';

/// What a row's last cell begins with where no scenario can ask.
const NO_SCENARIO: &str = "no scenario: ";

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The heading above the table.
    pub section: String,
    /// The question, word for word.
    pub text: String,
    /// What the library answers.
    pub chosen: String,
    /// How it is settled, or why no scenario asks it.
    pub how: String,
    /// The line, from 0 on.
    pub line: usize,
}

impl Question {
    /// Why no scenario asks it, if none can.
    pub fn unasked(&self) -> Option<&str> {
        self.how.strip_prefix(NO_SCENARIO)
    }
}

/// All rows, and the document they stand in.
#[derive(Debug, Default)]
pub struct Questions {
    /// In the order of the document.
    pub all: Vec<Question>,
    /// The number of the next recorded fact.
    pub next_fact: usize,
    document: String,
}

impl Questions {
    /// Those that this program was built with.
    pub fn built_in() -> Result<Self> {
        Self::of_text("docs/undecided.md", UNDECIDED, BEHAVIOUR)
    }

    /// Those of a folder that has undecided.md and behaviour.md.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            let text = fs::read_to_string(&path)
                .map_err(|error| Problem::new(path.display(), error, "name the folder docs of bcrypt-shim"));
            text.map(|text| (path.display().to_string(), text))
        };
        let ((place, undecided), (_, behaviour)) = (read("undecided.md")?, read("behaviour.md")?);
        Self::of_text(&place, &undecided, &behaviour)
    }

    fn of_text(place: &str, text: &str, behaviour: &str) -> Result<Self> {
        let (mut all, mut section, mut open) = (Vec::<Question>::new(), "", false);
        for (line, written) in text.lines().enumerate() {
            if let Some(heading) = written.strip_prefix("## ") {
                section = heading;
            }
            let Some(row) = written.strip_prefix('|') else {
                open = false;
                continue;
            };
            let cells = cells(row);
            let problem = |what: &str, mend: &str| Problem::new(format!("{place}:{}", line + 1), what, mend);
            match cells.as_slice() {
                [first, ..] if first == "question" => open = true,
                [first, ..] if !open || first.chars().all(|character| "-:".contains(character)) => {}
                [text, chosen, _, how] => {
                    if all.iter().any(|other| other.text == *text) {
                        return Err(problem(&format!("'{text}' is asked already"), "a question stands once"));
                    }
                    let own = String::clone;
                    all.push(Question {
                        section: section.into(),
                        text: own(text),
                        chosen: own(chosen),
                        how: own(how),
                        line,
                    });
                }
                cells => return Err(problem(&format!("{} cells, not 4", cells.len()), "mend the row")),
            }
        }
        if all.is_empty() {
            return Err(Problem::new(
                place,
                "no table of questions is in it",
                "name a document like docs/undecided.md",
            ));
        }
        let number = |line: &str| {
            line.strip_prefix(&format!("| {RECORDED_FACTS}"))?.split_once(' ')?.0.parse::<usize>().ok()
        };
        let next_fact = behaviour.lines().filter_map(number).max().unwrap_or(0) + 1;
        Ok(Self { all, next_fact, document: text.to_owned() })
    }

    /// A row as it is written.
    pub fn row(&self, question: &Question) -> &str {
        self.document.lines().nth(question.line).unwrap_or_default()
    }

    /// The document without some of its rows.
    pub fn without(&self, lost: &[&Question]) -> String {
        let lost: BTreeSet<_> = lost.iter().map(|question| question.line).collect();
        let lines = self.document.lines().enumerate().filter(|(number, _)| !lost.contains(number));
        lines.flat_map(|(_, line)| [line, "\n"]).collect()
    }
}

/// The cells of a row behind its first bar. A bar behind a backslash belongs to a cell.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for character in row.trim_end().chars() {
        if character == '|' && !escaped {
            cells.push(cell.trim().to_owned());
            cell.clear();
        } else {
            cell.push(character);
        }
        escaped = character == '\\';
    }
    cells
}
