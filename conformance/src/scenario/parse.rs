//! From the text of a scenario file to scenarios. What is wrong is told with file and line.

mod expression;
mod statement;
pub mod table;

use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;

use super::{Expression, Importance, Place, Scenario};
use crate::problem::{Problem, Result};
use table::{Row, Tables};

#[derive(Parser)]
#[grammar = "scenario/scenario.pest"]
struct Language;

/// What one file has.
#[derive(Default)]
pub struct File {
    /// Names, places and values of material.
    pub material: Vec<(String, Place, Expression)>,
    /// Scenarios, not yet checked.
    pub scenarios: Vec<Scenario>,
}

/// Reads a file, with the tables that it may name.
pub fn file(name: &str, text: &str, tables: &Tables) -> Result<File> {
    let mut file = File::default();
    let start = Place { file: name.to_owned(), line: 1, row: String::new() };
    Reader { start, tables }.items(text, &mut file)?;
    Ok(file)
}

/// Reads a text: a file's, or that of one row of a table.
struct Reader<'a> {
    /// Where the text begins.
    start: Place,
    tables: &'a Tables,
}

impl Reader<'_> {
    fn items(&self, text: &str, file: &mut File) -> Result<()> {
        let mut pairs = Language::parse(Rule::file, text).map_err(|error| self.syntax(text, &error))?;
        for pair in pairs.next().into_iter().flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::material => file.material.push(self.material(pair)?),
                Rule::table => self.table(pair, file)?,
                Rule::scenario => file.scenarios.push(self.scenario(pair)?),
                _ => {}
            }
        }
        Ok(())
    }

    fn syntax(&self, text: &str, error: &pest::error::Error<Rule>) -> Problem {
        let (line, column) = match error.line_col {
            pest::error::LineColLocation::Pos(place) | pest::error::LineColLocation::Span(place, _) => place,
        };
        let place = self.at(line);
        let place = format!("{}:{}:{column}{}", place.file, place.line, place.row_named());
        let found = text.lines().nth(line.saturating_sub(1)).and_then(|line| line.chars().nth(column - 1));
        if found == Some('$') {
            return Problem::new(place, "no table around it has this column", "name it behind `for`");
        }
        Problem::new(place, error.variant.message(), "docs/testing/scenarios.md describes the language")
    }

    /// The place of a line of this text.
    fn at(&self, line: usize) -> Place {
        Place { line: self.start.line + line - 1, ..self.start.clone() }
    }

    fn place(&self, pair: &Pair<'_, Rule>) -> Place {
        self.at(pair.line_col().0)
    }

    fn problem<T>(&self, pair: &Pair<'_, Rule>, what: &str, mend: &str) -> Result<T> {
        Err(Problem::new(self.place(pair), what, mend))
    }

    fn missing<T>(&self, what: &str) -> Result<T> {
        Err(Problem::new(&self.start.file, format!("{what} is missing"), "write one"))
    }

    fn material(&self, pair: Pair<'_, Rule>) -> Result<(String, Place, Expression)> {
        let place = self.place(&pair);
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::keyword_bytes);
        let name = text(parts.next());
        let value = self.expression(parts.next())?;
        Ok((name, place, value))
    }

    /// Reads the template of a table once for each row that meets the conditions.
    fn table(&self, pair: Pair<'_, Rule>, file: &mut File) -> Result<()> {
        let (mut columns, mut conditions) = (Vec::new(), Vec::new());
        let (mut name, mut template) = (String::new(), None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::column => columns.push(part.as_str().to_owned()),
                Rule::table_name => name = part.as_str().to_owned(),
                Rule::conditions => conditions.extend(part.into_inner().filter_map(condition)),
                Rule::template => template = Some(part),
                _ => {}
            }
        }
        let path = table::file(&name, &self.start.file);
        let Some(table) = self.tables.get(&path) else {
            return self.problem(&pair, &format!("there is no table {path}"), "name a .tsv file");
        };
        let used = columns.iter().chain(conditions.iter().map(|condition| &condition.column));
        if let Some(column) = used.into_iter().find(|column| !table.has(column)) {
            return self.problem(
                &pair,
                &format!("{path} has no column '{column}'"),
                "use its first line's names",
            );
        }
        let Some(template) = template else { return self.missing("what is written for each row") };
        let rows = table.rows().filter(|&row| conditions.iter().all(|condition| condition.is_met(row)));
        for row in rows {
            let named = columns.first().map(|column| format!("{column} {}", row.cell(column)));
            let row_named = format!("{} {}", self.start.row, named.unwrap_or_default()).trim().to_owned();
            let start = Place { row: row_named, ..self.place(&template) };
            Reader { start, tables: self.tables }.items(&row.fill(template.as_str(), &columns), file)?;
        }
        Ok(())
    }

    fn scenario(&self, pair: Pair<'_, Rule>) -> Result<Scenario> {
        let mut scenario = Scenario {
            id: String::new(),
            importance: Importance::Low,
            description: String::new(),
            sources: Vec::new(),
            undecided: Vec::new(),
            statements: Vec::new(),
            fingerprint: String::new(),
            place: self.place(&pair),
            source: pair.as_str().to_owned(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::id => scenario.id = part.as_str().to_owned(),
                Rule::importance => {
                    scenario.importance = match part.as_str() {
                        "high" => Importance::High,
                        "medium" => Importance::Medium,
                        _ => Importance::Low,
                    }
                }
                Rule::string => scenario.description = one_line(&characters(part)),
                Rule::note => {
                    let mut parts = part.into_inner();
                    let undecided = text(parts.next()) == "undecided";
                    let note = one_line(&parts.next().map(characters).unwrap_or_default());
                    if undecided { scenario.undecided.push(note) } else { scenario.sources.push(note) }
                }
                Rule::statement => scenario.statements.push(self.statement(part)?),
                _ => {}
            }
        }
        Ok(scenario)
    }
}

/// What a row must have under a column, or must not.
struct Condition {
    column: String,
    equal: bool,
    text: String,
}

impl Condition {
    fn is_met(&self, row: Row<'_>) -> bool {
        (row.cell(&self.column) == self.text) == self.equal
    }
}

fn condition(pair: Pair<'_, Rule>) -> Option<Condition> {
    if pair.as_rule() != Rule::condition {
        return None;
    }
    let mut parts = pair.into_inner();
    let column = text(parts.next());
    let equal = text(parts.next()) == "==";
    Some(Condition { column, equal, text: characters(parts.next()?) })
}

fn text(pair: Option<Pair<'_, Rule>>) -> String {
    pair.map(|pair| pair.as_str().to_owned()).unwrap_or_default()
}

fn characters(pair: Pair<'_, Rule>) -> String {
    text(pair.into_inner().next())
}

fn without_comments(text: &str) -> String {
    // A '#' in a string literal is text; none of the names that CNG knows has one.
    text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
