//! Programs, libraries, object files and archives, by way of the `object` crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::read::{Object, ObjectSection, ObjectSymbol};
use object::{File, FileKind, ObjectKind, SectionKind, pe};

use super::coverage::{self, is_export};
use super::name::is_function_name;
use super::pe::imports;
use super::problem::{Budget, Damage, Problem, Result};
use super::reference::referenced;
use super::seen::{Evidence, Seen};
use super::strings;
use super::table::Scan;

const NO_INPUT: &str = "is neither a program (PE, ELF, Mach-O, object file, archive) nor a source file whose \
                        extension is known; give one of these, or a folder of sources";

/// Scans a file that is no source.
pub fn scan(path: &Path, data: &[u8]) -> std::result::Result<Scan, Problem> {
    let kind = FileKind::parse(data).map_err(|_| Problem::new(path, NO_INPUT))?;
    let mut seen = Seen::default();
    match read(kind, data, &mut seen) {
        Ok(Some(name)) => Ok(Scan::new(path, name, &seen.without_own())),
        Ok(None) => Err(Problem::new(path, NO_INPUT)),
        Err(Damage(error)) => Err(Problem::new(
            path,
            format!(
                "can't be read as what it seems to be ({error}); it may be cut short: build or copy it again"
            ),
        )),
    }
}

/// Notes what is used, and says what the file is; None if it is nothing that can use a function.
fn read(kind: FileKind, data: &[u8], seen: &mut Seen) -> Result<Option<&'static str>> {
    let name = match kind {
        FileKind::Pe32 | FileKind::Pe64 => {
            let dotnet = if kind == FileKind::Pe32 {
                imports::<pe::ImageNtHeaders32>(data, seen)?
            } else {
                imports::<pe::ImageNtHeaders64>(data, seen)?
            };
            if dotnet { ".NET assembly" } else { "PE file" }
        }
        FileKind::Elf32 | FileKind::Elf64 => "ELF file",
        FileKind::MachO32 | FileKind::MachO64 => "Mach-O file",
        FileKind::Coff | FileKind::CoffBig => "COFF object file",
        FileKind::MachOFat32 => return fat(MachOFatFile32::parse(data)?.arches(), data, seen),
        FileKind::MachOFat64 => return fat(MachOFatFile64::parse(data)?.arches(), data, seen),
        FileKind::Archive => return archive(data, seen),
        _ => return Ok(None),
    };
    image(data, seen)?;
    Ok(Some(name))
}

fn fat<A: FatArch>(parts: &[A], data: &[u8], seen: &mut Seen) -> Result<Option<&'static str>> {
    if parts.len() > 32 {
        return Err(Damage("too many processors".into()));
    }
    for part in parts {
        image(part.data(data)?, seen)?;
    }
    Ok(Some("Mach-O file for several processors"))
}

fn archive(data: &[u8], seen: &mut Seen) -> Result<Option<&'static str>> {
    for member in ArchiveFile::parse(data)?.members() {
        let member = member?.data(data)?;
        // Members of other kinds, such as an import library's, use nothing.
        if let Ok(kind) = FileKind::parse(member)
            && kind != FileKind::Archive
        {
            read(kind, member, seen)?;
        }
    }
    Ok(Some("archive"))
}

/// The undefined symbols and the texts of one file.
fn image(data: &[u8], seen: &mut Seen) -> Result<()> {
    let file = File::parse(data)?;
    if file.sections().next().is_none() && matches!(file, File::Elf32(_) | File::Elf64(_)) {
        return Err(Damage("no section headers".into()));
    }
    seen.own.extend(file.exports()?.iter().filter_map(|export| function(export.name())));
    for symbol in file.symbols().chain(file.dynamic_symbols()) {
        let Ok(name) = symbol.name_bytes() else { continue };
        match function(name) {
            Some(name) if symbol.is_undefined() => seen.function(&name, Evidence::Undefined),
            Some(name) if symbol.is_definition() => {
                seen.own.insert(name);
            }
            None if symbol.is_undefined() => seen.foreign(&String::from_utf8_lossy(bare(name)), None),
            _ => {}
        }
    }
    texts(&file, data.len(), seen)
}

/// Whole texts, and the tails of texts that something refers to: a linker that merges "DSA" into "ECDSA" leaves only the
/// longer one.
fn texts(file: &File<'_>, length: usize, seen: &mut Seen) -> Result<()> {
    let kinds = [
        SectionKind::Text,
        SectionKind::Data,
        SectionKind::ReadOnlyData,
        SectionKind::ReadOnlyDataWithRel,
        SectionKind::ReadOnlyString,
        SectionKind::OtherString,
    ];
    let mut budget = Budget::of(length);
    let mut tails = Tails::default();
    for section in file.sections().filter(|section| kinds.contains(&section.kind())) {
        let data = section.data()?;
        budget.spend(data.len())?;
        let place = |at: usize| section.address().wrapping_add(at as u64);
        strings::wide(data, |at, text| {
            seen.text(text);
            tails.of_wide(place(at), text);
        });
        strings::narrow(data, |at, text| {
            seen.library(text);
            if is_export(text) {
                seen.function(text, Evidence::Text);
            }
            tails.of_narrow(place(at), text);
        });
    }
    // In an object file the texts are whole yet.
    if file.kind() == ObjectKind::Relocatable { Ok(()) } else { tails.note(file, length, seen) }
}

/// Ends of texts that are names, by their addresses.
#[derive(Default)]
struct Tails {
    names: BTreeMap<u64, String>,
    functions: BTreeMap<u64, String>,
}

impl Tails {
    fn of_wide(&mut self, address: u64, text: &str) {
        // No name is longer than the last so many characters, and no text has fewer than two.
        for start in 1.max(text.len().saturating_sub(64))..text.len().saturating_sub(1) {
            let Some(tail) = text.get(start..) else { continue };
            if coverage::named(tail).next().is_some() {
                self.names.insert(address.wrapping_add(2 * start as u64), tail.to_owned());
            }
        }
    }

    fn of_narrow(&mut self, address: u64, text: &str) {
        if let Some((start, tail)) = text.rfind("BCrypt").and_then(|start| Some((start, text.get(start..)?)))
            && start > 0
            && is_export(tail)
        {
            self.functions.insert(address.wrapping_add(start as u64), tail.to_owned());
        }
    }

    fn note(self, file: &File<'_>, length: usize, seen: &mut Seen) -> Result<()> {
        let addresses: BTreeSet<_> = self.names.keys().chain(self.functions.keys()).copied().collect();
        if addresses.is_empty() {
            return Ok(());
        }
        let Some(found) = referenced(file, length, &addresses)? else {
            self.names.into_values().for_each(|name| seen.perhaps(&name));
            return Ok(());
        };
        for address in found {
            if let Some(name) = self.names.get(&address) {
                seen.text(name);
            }
            if let Some(name) = self.functions.get(&address) {
                seen.function(name, Evidence::Text);
            }
        }
        Ok(())
    }
}

/// The name of a bcrypt function in a symbol.
fn function(symbol: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(bare(symbol));
    is_function_name(&name).then(|| name.into_owned())
}

/// The name in a symbol as linkers write it: with a leading underscore on macOS and 32-bit Windows, `__imp_` for a
/// pointer, `@` and the size of the arguments for stdcall, `@` and a version on ELF.
fn bare(symbol: &[u8]) -> &[u8] {
    let name = symbol.strip_prefix(b"__imp_").unwrap_or(symbol);
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.split(|byte| *byte == b'@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_as_linkers_write_them() {
        let spellings: [&[u8]; 6] = [
            b"BCryptHash",
            b"_BCryptHash",
            b"__imp_BCryptHash",
            b"__imp__BCryptHash@28",
            b"_BCryptHash@28",
            b"BCryptHash@LIBBCRYPT_0",
        ];
        for symbol in spellings {
            assert_eq!(function(symbol).as_deref(), Some("BCryptHash"), "{}", symbol.escape_ascii());
        }
        for symbol in [&b"bcrypt_hash"[..], b"BCrypthash", b"BCrypt", b"MyBCryptHash", b""] {
            assert_eq!(function(symbol), None, "{}", symbol.escape_ascii());
        }
    }
}
