//! The calls that were refused, and which of them a program ended with.

use std::collections::BTreeMap;
use std::fmt;

use super::super::name::printable;
use super::line::Call;
use super::{MOST, slot};

/// Refused calls of one function with one status and the same names.
#[derive(Default)]
struct Refusal {
    first: u64,
    last: u64,
    count: u64,
    /// Those of the first.
    arguments: String,
}

/// Function, status and the names among the arguments: a program often asks the same again with other handles.
type Key = (String, String, Vec<String>);

#[derive(Default)]
pub struct Refusals {
    known: BTreeMap<Key, Refusal>,
    count: u64,
    /// What each process was refused last, if it only gave back since.
    ends: BTreeMap<u32, Option<Key>>,
    lack: bool,
}

impl Refusals {
    /// Notes a call, refused or not.
    pub fn call(&mut self, number: u64, call: &Call<'_>) {
        if !call.is_refused() {
            if !call.cleans_up()
                && let Some(end) = self.ends.get_mut(&call.process)
            {
                *end = None;
            }
            return;
        }
        self.count += 1;
        self.lack |= call.status == "STATUS_NOT_IMPLEMENTED";
        let text = |text: &str| printable(text.as_bytes());
        let names = call.quoted().map(|(_, name)| text(name)).collect();
        let key = (text(call.function), text(call.status), names);
        let Some(refusal) = slot(&mut self.known, key.clone()) else { return };
        if refusal.count == 0 {
            refusal.first = number;
            refusal.arguments = text(call.arguments);
        }
        refusal.last = number;
        refusal.count += 1;
        if !call.cleans_up()
            && let Some(end) = slot(&mut self.ends, call.process)
        {
            *end = Some(key);
        }
    }

    /// Whether a call was refused because the library does not have it.
    pub fn lack(&self) -> bool {
        self.lack
    }

    /// Writes each refusal: what a program ended with, what the library lacks, what was wrong, what was merely answered.
    pub fn list(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stopped = |key: &Key| -> Vec<u32> {
            let ends = self.ends.iter().filter(|(_, end)| end.as_ref() == Some(key));
            ends.map(|(process, _)| *process).collect()
        };
        let mut rows: Vec<_> = self.known.iter().map(|(key, refusal)| (stopped(key), key, refusal)).collect();
        rows.sort_by_key(|(stopped, (_, status, _), refusal)| {
            (stopped.is_empty(), rank(status), refusal.first)
        });
        for (stopped, (function, status, _), refusal) in &rows {
            let Refusal { first, last, count, arguments } = refusal;
            write!(out, "  {function}({arguments}) = {status}")?;
            match count {
                1 => write!(out, "; line {first}")?,
                _ => write!(out, "; {count} times, lines {first} to {last}")?,
            }
            match stopped.as_slice() {
                [] => writeln!(out)?,
                [process] => writeln!(out, "; process {process} only gave back after it")?,
                many => writeln!(out, "; {} processes only gave back after it", many.len())?,
            }
        }
        if self.known.len() == MOST { writeln!(out, "  and perhaps others") } else { Ok(()) }
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} refused", self.count)
    }
}

/// What says most of why a program stopped comes first.
fn rank(status: &str) -> u8 {
    match status {
        "STATUS_NOT_IMPLEMENTED" => 0,
        "STATUS_NOT_SUPPORTED" | "STATUS_NOT_FOUND" => 1,
        // Answers that programs ask for: a size, a verdict, the end of a list.
        "STATUS_BUFFER_TOO_SMALL"
        | "STATUS_INVALID_SIGNATURE"
        | "STATUS_AUTH_TAG_MISMATCH"
        | "STATUS_NO_MORE_ENTRIES" => 3,
        _ => 2,
    }
}
