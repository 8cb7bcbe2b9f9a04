//! One line for each call, where the environment asks for it (docs/porting/tracing.md).
//!
//! A line tells names, handles, sizes and flags. It never shows what a buffer holds: the arguments' text is
//! made before the call, when an output that lies over a name has not been written yet, and afterwards
//! nothing is read but what [`argument`] makes sure is a handle or a size. A line is made in memory of its
//! own, written by one call, and takes no lock, so threads and forked children can't get in its way.

mod argument;
mod destination;

use std::fmt::{self, Write};
use std::time::{Duration, Instant};

use bcrypt_shim::names;

pub use argument::Argument;
pub use destination::is_off;

use crate::types::NTSTATUS;

/// What may stand in one line; a pipe takes as much at once without mixing it with another's.
const CAPACITY: usize = 1024;
/// What the arguments may take of it; the rest is the result's.
const ARGUMENTS: usize = 768;

/// The arguments of a call with their names in bcrypt.h.
type Arguments<'a> = &'a [(&'static str, Argument)];

/// Runs a call and writes its line.
pub fn call(name: &str, arguments: Arguments<'_>, run: &dyn Fn() -> NTSTATUS) -> NTSTATUS {
    let Some(to) = destination::chosen() else {
        return run();
    };
    let mut text = Text::new();
    write!(text, "{} {name}(", destination::thread()).and_then(|()| listed(&mut text, arguments)).ok();
    text.extend();
    let started = Instant::now();
    let status = run();
    result(&mut text, arguments, status, started.elapsed()).ok();
    to.write(text.line());
    status
}

fn result(text: &mut Text, arguments: Arguments<'_>, status: NTSTATUS, took: Duration) -> fmt::Result {
    let status = status.cast_unsigned();
    match names::STATUSES.rows.iter().find(|row| row.value == status) {
        Some(row) => write!(text, ") = {}", row.c_name)?,
        None => write!(text, ") = 0x{status:08X}")?,
    }
    for &(name, argument) in arguments {
        argument.write_result(name, arguments, status, text)?;
    }
    write!(text, " {:.1} us", took.as_secs_f64() * 1e6)
}

fn listed(text: &mut Text, arguments: Arguments<'_>) -> fmt::Result {
    for (index, (name, argument)) in arguments.iter().enumerate() {
        text.write_str(if index == 0 { "" } else { ", " })?;
        argument.write(name, text)?;
    }
    Ok(())
}

/// Text that stops growing when it is full. It takes no memory of the heap, which may have run out.
struct Text {
    bytes: [u8; CAPACITY],
    length: usize,
    limit: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; CAPACITY], length: 0, limit: ARGUMENTS }
    }

    /// Makes room for the result, and shows whether the arguments had enough.
    fn extend(&mut self) {
        let full = self.length == self.limit;
        self.limit = CAPACITY - 1;
        self.write_str(if full { "..." } else { "" }).ok();
    }

    /// The text with its line feed, for which there is always room.
    fn line(&mut self) -> &[u8] {
        self.bytes.iter_mut().skip(self.length).take(1).for_each(|byte| *byte = b'\n');
        self.bytes.get(..=self.length).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for (slot, byte) in self.bytes.iter_mut().take(self.limit).skip(self.length).zip(more.bytes()) {
            *slot = byte;
            self.length += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_leave_room_for_the_result_and_the_result_for_the_line_feed() {
        let mut text = Text::new();
        for round in 1..=2 {
            for _ in 0..CAPACITY {
                assert_eq!(text.write_str("abc"), Ok(()));
            }
            assert_eq!(text.length, if round == 1 { ARGUMENTS } else { CAPACITY - 1 });
            text.extend();
        }
        let line = text.line();
        assert_eq!(line.len(), CAPACITY);
        assert_eq!(line.get(ARGUMENTS - 3..ARGUMENTS + 6), Some(&b"abc...abc"[..]));
        assert!(line.ends_with(b"\n"));
    }
}
