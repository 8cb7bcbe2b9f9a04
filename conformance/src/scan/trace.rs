//! A trace that the library wrote (docs/porting/tracing.md): what the program called, what it was refused, and what of that is
//! missing. A trace may be cut anywhere, mixed with what the program printed, or made to do harm.

mod line;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use line::{Call, Line};
use refusal::Refusals;

use super::coverage::{self, Kind, State};
use super::name::printable;
use super::problem::Problem;
use super::seen::{Evidence, Meaning, Name};
use super::table::Scan;

/// The library's lines have at most 1024 bytes; the program's own may stand before one.
const LONGEST: u64 = 0x1_0000;
/// So many different functions, names and refusals are told apart, and no more: memory must not grow with the file.
const MOST: usize = 1000;

/// What one or more programs did, as a trace tells it.
pub struct Trace {
    table: Scan,
    lines: Lines,
}

#[derive(Default)]
struct Lines {
    calls: u64,
    /// Lines that begin as a call and do not end as one.
    cut: u64,
    /// Those of the program, and what no longer is a line of the library's.
    other: u64,
    processes: BTreeSet<u32>,
    functions: BTreeMap<String, (u64, u64)>,
    names: BTreeMap<(String, Kind), bool>,
    refusals: Refusals,
}

/// Reads a trace. Fails for what can't be read and for a file without a single call.
pub fn read(path: &Path) -> Result<Trace, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(path, format!("can't be read ({error}); check the name and the permissions"))
    };
    let mut lines = Lines::default();
    lines.read(BufReader::new(File::open(path).map_err(unreadable)?)).map_err(unreadable)?;
    if lines.calls + lines.cut == 0 {
        let mend = "holds no call; run the program with BCRYPT_SHIM_TRACE=FILE and give that file";
        return Err(Problem::new(path, mend));
    }
    let called = |(name, (calls, refused)): (&String, &(u64, u64))| {
        (name.clone(), Evidence::Called { calls: *calls, refused: *refused }, coverage::function(name))
    };
    let functions = lines.functions.iter().map(called).collect();
    Ok(Trace { table: Scan::of(path, "trace", functions, lines.names()), lines })
}

impl Lines {
    fn read(&mut self, mut reader: impl BufRead) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        let mut number = 0;
        loop {
            bytes.clear();
            if reader.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(());
            }
            number += 1;
            self.line(number, &String::from_utf8_lossy(&bytes));
            if bytes.len() as u64 == LONGEST && bytes.last() != Some(&b'\n') {
                reader.skip_until(b'\n')?;
            }
        }
    }

    fn line(&mut self, number: u64, text: &str) {
        match line::read(text) {
            Line::Call(call) => self.call(number, &call),
            Line::Cut => self.cut += 1,
            Line::Other => self.other += 1,
        }
    }

    fn call(&mut self, number: u64, call: &Call<'_>) {
        self.calls += 1;
        if self.processes.len() < MOST {
            self.processes.insert(call.process);
        }
        if let Some((calls, refused)) = slot(&mut self.functions, printable(call.function.as_bytes())) {
            *calls += 1;
            *refused += u64::from(call.is_refused());
        }
        let there = coverage::function(call.function) == State::Implemented;
        for (kind, name) in call.names() {
            let (name, known) = match coverage::named(&name).find(|row| row.kind == kind) {
                Some(row) => (row.name.to_owned(), row.state == State::Implemented),
                None => (printable(name.as_bytes()), false),
            };
            if let Some(covered) = slot(&mut self.names, (name, kind)) {
                *covered |= known && there;
            }
        }
        for handle in call.pseudo_handles() {
            let covered = coverage::macros(handle).any(|row| row.state == State::Implemented);
            if let Some(slot) = slot(&mut self.names, (handle.to_owned(), Kind::Handle)) {
                *slot = covered;
            }
        }
        self.refusals.call(number, call);
    }

    fn names(&self) -> Vec<Name> {
        let mut names: BTreeMap<&str, Name> = BTreeMap::new();
        for ((name, kind), covered) in &self.names {
            let known = names.entry(name).or_insert_with(|| Name { name: name.clone(), ..Name::default() });
            known.meanings.push(Meaning { kind: *kind, covered: *covered });
        }
        names.into_values().collect()
    }
}

/// The value of a key, if there is one or room for one.
fn slot<K: Ord, V: Default>(map: &mut BTreeMap<K, V>, key: K) -> Option<&mut V> {
    if map.len() < MOST || map.contains_key(&key) { Some(map.entry(key).or_default()) } else { None }
}

impl Trace {
    /// Whether bcrypt-shim has all that the program asked for.
    pub fn covered(&self) -> bool {
        self.table.covered() && !self.lines.refusals.lack()
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lines { calls, cut, other, processes, refusals, .. } = &self.lines;
        let processes = match processes.len() {
            1 => "1 process".to_owned(),
            MOST => format!("{MOST} processes or more"),
            many => format!("{many} processes"),
        };
        writeln!(formatter, "{}: trace of {processes}, {calls} calls, {refusals}", self.table.path())?;
        refusals.list(formatter)?;
        self.table.rows(formatter)?;
        if *cut > 0 {
            writeln!(formatter, "note: calls cut short, not counted: {cut}")?;
        }
        if *other > 0 {
            writeln!(formatter, "note: lines that are no calls: {other}")?;
        }
        Ok(())
    }
}
