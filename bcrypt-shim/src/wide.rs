//! Names as C callers write them: UTF-16, ended by a NUL.

use std::fmt::{self, Display, Formatter, Write};

use crate::memory;
use crate::status::Result;

/// Longer than any name CNG defines; what does not fit can match none.
const CAPACITY: usize = 64;

/// A name given by the caller, read up to its NUL, its given end, or [`CAPACITY`].
#[derive(Clone, Copy, Debug)]
pub struct WideName {
    units: [u16; CAPACITY],
    length: Option<usize>,
}

impl WideName {
    /// Reads units until a NUL or the iterator's end.
    ///
    /// A name longer than every known one keeps no length and matches nothing.
    pub fn read(units: impl Iterator<Item = u16>) -> Self {
        let mut name = Self { units: [0; CAPACITY], length: None };
        let mut count = 0;
        for unit in units.take_while(|&unit| unit != 0) {
            match name.units.get_mut(count) {
                Some(slot) => *slot = unit,
                None => return name,
            }
            count += 1;
        }
        name.length = Some(count);
        name
    }

    /// Reads a name out of a property value or parameter buffer, in memory order.
    ///
    /// Real callers pass sizes that count a NUL they did not copy, or odd sizes; the name ends at the
    /// first NUL or with the last whole unit (behaviour.md e5).
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (pairs, _) = bytes.as_chunks::<2>();
        Self::read(pairs.iter().map(|&pair| u16::from_ne_bytes(pair)))
    }

    /// Whether the caller's name is this one, to the letter.
    pub fn is(&self, name: &str) -> bool {
        self.compare(name, |unit| unit)
    }

    /// Whether the caller's name is this one without regard to the case of ASCII letters.
    pub fn is_ignoring_case(&self, name: &str) -> bool {
        self.compare(name, |unit| match u8::try_from(unit) {
            Ok(ascii) => u16::from(ascii.to_ascii_lowercase()),
            Err(_) => unit,
        })
    }

    fn compare(&self, name: &str, fold: impl Fn(u16) -> u16 + Copy) -> bool {
        let Some(units) = self.length.and_then(|length| self.units.get(..length)) else {
            return false;
        };
        units.iter().copied().map(fold).eq(name.encode_utf16().map(fold))
    }
}

/// Quoted, with escapes for whatever could be mistaken or end a line; one that is too long ends in dots.
impl Display for WideName {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let length = self.length.unwrap_or(CAPACITY);
        out.write_char('"')?;
        for unit in char::decode_utf16(self.units.iter().copied().take(length)) {
            match unit {
                Ok(letter) if letter == ' ' || letter.is_ascii_graphic() && !matches!(letter, '"' | '\\') => {
                    out.write_char(letter)?;
                }
                Ok(letter) => write!(out, "{}", letter.escape_unicode())?,
                Err(lone) => write!(out, "\\u{{{:x}}}", lone.unpaired_surrogate())?,
            }
        }
        out.write_str(if self.length.is_some() { "\"" } else { "...\"" })
    }
}

/// The UTF-16 form of a name with its NUL, in memory order. Fails with `NoMemory`.
pub fn encode(name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // No character has more units than bytes of UTF-8.
    memory::reserve(&mut bytes, (name.len() + 1) * size_of::<u16>())?;
    name.encode_utf16().chain([0]).try_for_each(|unit| memory::append(&mut bytes, &unit.to_ne_bytes()))?;
    Ok(bytes)
}
