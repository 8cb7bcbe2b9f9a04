//! The P/Invoke declarations of a .NET assembly: the rows of its ImplMap table (ECMA-335, partition II, 22.22), and
//! its literals. The metadata is read by hand as far as that table, because it is small and hostile files must not
//! bring the scan down.

use super::coverage;
use super::name::{is_bcrypt, printable};
use super::problem::Damage;
use super::seen::{Evidence, Seen};

/// What is said of metadata that can't be read.
pub fn damaged() -> Damage {
    Damage("invalid .NET metadata".into())
}

const IMPL_MAP: usize = 0x1C;
const MODULE_REF: usize = 0x1A;

/// A column of a table.
#[derive(Clone, Copy)]
enum Column {
    /// This many bytes.
    Fixed(usize),
    /// Indexes into the heaps of strings, GUIDs and blobs.
    Text,
    Guid,
    Blob,
    /// A row of one table.
    Row(usize),
    /// A row of one of several tables; the lowest bits tell which.
    OneOf(u32, &'static [usize]),
}
use Column::{Blob, Fixed, Guid, OneOf, Row, Text};

const TYPE: Column = OneOf(2, &[0x02, 0x01, 0x1B]);
const METHOD: Column = OneOf(1, &[0x06, 0x0A]);
const ATTRIBUTE_PARENTS: &[usize] = &[
    0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26,
    0x27, 0x28, 0x2A, 0x2C, 0x2B,
];

/// The columns of the tables up to ImplMap, by the numbers of the tables.
const TABLES: [&[Column]; IMPL_MAP + 1] = [
    &[Fixed(2), Text, Guid, Guid, Guid],                           // Module
    &[OneOf(2, &[0x00, 0x1A, 0x23, 0x01]), Text, Text],            // TypeRef
    &[Fixed(4), Text, Text, TYPE, Row(0x04), Row(0x06)],           // TypeDef
    &[Row(0x04)],                                                  // FieldPtr
    &[Fixed(2), Text, Blob],                                       // Field
    &[Row(0x06)],                                                  // MethodPtr
    &[Fixed(8), Text, Blob, Row(0x08)],                            // MethodDef
    &[Row(0x08)],                                                  // ParamPtr
    &[Fixed(4), Text],                                             // Param
    &[Row(0x02), TYPE],                                            // InterfaceImpl
    &[OneOf(3, &[0x02, 0x01, 0x1A, 0x06, 0x1B]), Text, Blob],      // MemberRef
    &[Fixed(2), OneOf(2, &[0x04, 0x08, 0x17]), Blob],              // Constant
    &[OneOf(5, ATTRIBUTE_PARENTS), OneOf(3, &[0x06, 0x0A]), Blob], // CustomAttribute
    &[OneOf(1, &[0x04, 0x08]), Blob],                              // FieldMarshal
    &[Fixed(2), OneOf(2, &[0x02, 0x06, 0x20]), Blob],              // DeclSecurity
    &[Fixed(6), Row(0x02)],                                        // ClassLayout
    &[Fixed(4), Row(0x04)],                                        // FieldLayout
    &[Blob],                                                       // StandAloneSig
    &[Row(0x02), Row(0x14)],                                       // EventMap
    &[Row(0x14)],                                                  // EventPtr
    &[Fixed(2), Text, TYPE],                                       // Event
    &[Row(0x02), Row(0x17)],                                       // PropertyMap
    &[Row(0x17)],                                                  // PropertyPtr
    &[Fixed(2), Text, Blob],                                       // Property
    &[Fixed(2), Row(0x06), OneOf(1, &[0x14, 0x17])],               // MethodSemantics
    &[Row(0x02), METHOD, METHOD],                                  // MethodImpl
    &[Text],                                                       // ModuleRef
    &[Blob],                                                       // TypeSpec
    &[Fixed(2), OneOf(1, &[0x04, 0x06]), Text, Row(MODULE_REF)],   // ImplMap
];

/// Where the CLI header says the metadata is: its address and size.
pub fn metadata_range(header: &[u8]) -> Option<(u32, usize)> {
    Some((u32::try_from(number(header, 8, 4)?).ok()?, number(header, 12, 4)?))
}

/// Notes the functions that are bound to bcrypt.dll, and the literals. None: the metadata is damaged.
pub fn invokes(metadata: &[u8], seen: &mut Seen) -> Option<()> {
    let streams = streams(metadata)?;
    let find = |name: &[u8]| streams.iter().find(|(known, _)| *known == name).map(|(_, data)| *data);
    if let Some(literals) = find(b"#US") {
        each_literal(literals, seen);
    }
    let Some(data) = find(b"#~").or_else(|| find(b"#-")) else { return Some(()) };
    let names = find(b"#Strings").unwrap_or_default();
    let tables = Tables::read(data)?;
    for row in 0..tables.rows(IMPL_MAP) {
        let name = text(names, tables.cell(IMPL_MAP, row, 2)?)?;
        let module = tables.cell(IMPL_MAP, row, 3)?.checked_sub(1)?;
        let library = text(names, tables.cell(MODULE_REF, module, 0)?)?;
        // Wrappers pass the runtime's own names for functions in other libraries; only bcrypt.dll's count.
        if is_bcrypt(library) {
            seen.function(&printable(name), Evidence::PInvoke);
        } else {
            seen.foreign(&printable(name), Some(library));
        }
    }
    Some(())
}

/// The streams of the metadata root (II.24.2.1): name and data.
fn streams(metadata: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    if metadata.get(..4)? != b"BSJB" {
        return None;
    }
    let mut at = number(metadata, 12, 4)?.checked_add(16)?;
    let count = number(metadata, at.checked_add(2)?, 2)?;
    at = at.checked_add(4)?;
    let mut streams = Vec::new();
    for _ in 0..count {
        let (start, size) = (number(metadata, at, 4)?, number(metadata, at.checked_add(4)?, 4)?);
        let name = text(metadata, at.checked_add(8)?)?;
        streams.push((name, metadata.get(start..start.checked_add(size)?)?));
        at = at.checked_add(8 + (name.len() + 4) / 4 * 4)?;
    }
    Some(streams)
}

/// The literals of the code (II.24.2.4): a length, UTF-16, and one more byte.
fn each_literal(heap: &[u8], seen: &mut Seen) {
    let mut rest = heap.get(1..).unwrap_or_default();
    while let Some((length, after)) = compressed(rest) {
        let Some((literal, next)) = after.split_at_checked(length) else { return };
        let units: Vec<u16> = literal
            .chunks_exact(2)
            .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
            .collect();
        let literal = String::from_utf16_lossy(&units);
        seen.text(&literal);
        if coverage::is_export(&literal) {
            seen.function(&literal, Evidence::Text);
        }
        rest = next;
    }
}

/// A length of one, two or four bytes (II.23.2).
fn compressed(data: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = data.split_first()?;
    let (more, high) = match first {
        0..=0x7F => (0, *first),
        0x80..=0xBF => (1, first & 0x3F),
        _ => (3, first & 0x1F),
    };
    let (low, rest) = rest.split_at_checked(more)?;
    Some((low.iter().fold(usize::from(high), |value, byte| value << 8 | usize::from(*byte)), rest))
}

/// The tables' stream (II.24.2.6).
struct Tables<'a> {
    counts: [usize; 64],
    wide_heaps: usize,
    data: &'a [u8],
}

impl<'a> Tables<'a> {
    fn read(stream: &'a [u8]) -> Option<Self> {
        let wide_heaps = number(stream, 6, 1)?;
        let valid = u64::from_le_bytes(stream.get(8..16)?.try_into().ok()?);
        let (mut counts, mut at) = ([0; 64], 24);
        for (table, count) in counts.iter_mut().enumerate().filter(|(table, _)| valid >> table & 1 == 1) {
            *count = number(stream, at, 4)?;
            // A row has at least two bytes, so a count beyond the stream is a lie.
            if table <= IMPL_MAP && *count > stream.len() {
                return None;
            }
            at += 4;
        }
        // An edit-and-continue stream has four more bytes here.
        let data = stream.get(at + if wide_heaps & 0x40 == 0 { 0 } else { 4 }..)?;
        Some(Self { counts, wide_heaps, data })
    }

    fn rows(&self, table: usize) -> usize {
        self.counts.get(table).copied().unwrap_or(0)
    }

    fn width(&self, column: Column) -> usize {
        let heap = |bit: usize| if self.wide_heaps & bit == 0 { 2 } else { 4 };
        match column {
            Fixed(width) => width,
            Text => heap(1),
            Guid => heap(2),
            Blob => heap(4),
            Row(table) => index(self.rows(table), 0),
            OneOf(bits, tables) => {
                index(tables.iter().map(|table| self.rows(*table)).max().unwrap_or(0), bits)
            }
        }
    }

    fn row_width(&self, columns: &[Column]) -> usize {
        columns.iter().map(|column| self.width(*column)).sum()
    }

    fn cell(&self, table: usize, row: usize, column: usize) -> Option<usize> {
        if row >= self.rows(table) {
            return None;
        }
        let before = TABLES.iter().take(table).enumerate();
        let start: usize = before.map(|(table, columns)| self.rows(table) * self.row_width(columns)).sum();
        let columns = TABLES.get(table)?;
        let at = start + row * self.row_width(columns) + self.row_width(columns.get(..column)?);
        number(self.data, at, self.width(*columns.get(column)?))
    }
}

/// The width of an index into this many rows, with bits to spare for a tag.
fn index(rows: usize, bits: u32) -> usize {
    if rows < 1 << (16 - bits) { 2 } else { 4 }
}

/// A little-endian number.
fn number(data: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = data.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte)))
}

/// A text that a NUL ends.
fn text(data: &[u8], at: usize) -> Option<&[u8]> {
    data.get(at..)?.split(|byte| *byte == 0).next()
}
