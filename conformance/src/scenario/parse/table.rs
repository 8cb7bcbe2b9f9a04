//! Tables of rows, and the text that is written once for all of them.

use std::collections::BTreeMap;

use crate::problem::{Problem, Result};

/// The extension of a table's file.
pub const EXTENSION: &str = "tsv";

/// Rows of cells under named columns.
#[derive(Debug, Default)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Tables by their files' names.
pub type Tables = BTreeMap<String, Table>;

impl Table {
    /// Reads tab-separated lines; the first one has the columns' names. Empty lines and those that begin with `#` are
    /// left out. Fails for a line that has not one cell for each column.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let mut table = Self::default();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
            if table.columns.is_empty() {
                table.columns = cells;
            } else if cells.len() == table.columns.len() {
                table.rows.push(cells);
            } else {
                let what = format!("{} cells stand under {} columns", cells.len(), table.columns.len());
                let mend = "separate the cells by one tab each";
                return Err(Problem::new(format!("{file}:{}", index + 1), what, mend));
            }
        }
        Ok(table)
    }

    /// Whether the table has a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    cells: &'a [String],
}

impl<'a> Row<'a> {
    /// What stands under a column; nothing where there is none.
    pub fn cell(self, column: &str) -> &'a str {
        let cells = self.table.columns.iter().zip(self.cells);
        cells.filter(|(known, _)| *known == column).map(|(_, cell)| cell.as_str()).next().unwrap_or_default()
    }

    /// A template with the cells for `$COLUMN` and `${COLUMN}`; other names are left for a table within.
    pub fn fill(self, template: &str, columns: &[String]) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (name, behind) = braced.unwrap_or_else(|| {
                let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                after.split_at(end.unwrap_or(after.len()))
            });
            if columns.iter().any(|column| column == name) {
                filled.push_str(self.cell(name));
                rest = behind;
            } else {
                filled.push('$');
                rest = after;
            }
        }
        filled + rest
    }
}

/// The file of a table: beside the file of scenarios that names it, or, with a `/`, from the folder of all scenarios.
pub fn file(named: &str, scenarios: &str) -> String {
    match scenarios.rsplit_once('/') {
        Some((folder, _)) if !named.contains('/') => format!("{folder}/{named}.{EXTENSION}"),
        _ => format!("{named}.{EXTENSION}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_for_names() {
        let table = Table::read("t.tsv", "# comment\nA\tAB\n\n1\t2\n3\t\n").unwrap();
        let columns = ["A".to_owned(), "AB".to_owned()];
        let filled: Vec<_> =
            table.rows().map(|row| row.fill("$A$AB ${A}B $C ${C} $$A $", &columns)).collect();
        assert_eq!(filled, ["12 1B $C ${C} $1 $", "3 3B $C ${C} $3 $"]);
        assert!(Table::read("t.tsv", "A\tB\n1\n").is_err());
        assert_eq!(file("curves", "pair/names.scenarios"), "pair/curves.tsv");
        assert_eq!(file("hash/hashes", "pair/names.scenarios"), "hash/hashes.tsv");
        assert_eq!(file("hashes", "names.scenarios"), "hashes.tsv");
    }
}
