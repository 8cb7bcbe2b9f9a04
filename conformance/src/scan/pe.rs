//! The import tables of a PE file.

use object::LittleEndian as LE;
use object::pe::IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR;
use object::read::pe::{ImageNtHeaders, Import, PeFile};

use super::dotnet;
use super::name::{is_bcrypt, is_other_library, printable};
use super::problem::Result;
use super::seen::{Evidence, Seen};

/// Notes what the program imports from bcrypt.dll, at load time and later, natively and as .NET does. Says whether it
/// is a .NET assembly.
pub fn imports<Pe: ImageNtHeaders>(data: &[u8], seen: &mut Seen) -> Result<bool> {
    let file = PeFile::<Pe>::parse(data)?;
    now(&file, seen)?;
    later(&file, seen)?;
    let sections = file.section_table();
    let Some(directory) = file.data_directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR) else { return Ok(false) };
    if directory.address_range().0 == 0 {
        return Ok(false);
    }
    let header = directory.data(data, &sections)?;
    let metadata = dotnet::metadata_range(header)
        .and_then(|(address, size)| sections.pe_data_at(data, address)?.get(..size))
        .ok_or_else(dotnet::damaged)?;
    dotnet::invokes(metadata, seen).ok_or_else(dotnet::damaged)?;
    Ok(true)
}

fn now<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>, seen: &mut Seen) -> Result<()> {
    let Some(table) = file.import_table()? else { return Ok(()) };
    let mut libraries = table.descriptors()?;
    while let Some(library) = libraries.next()? {
        let name = table.name(library.name.get(LE))?;
        if !is_bcrypt(name) && !is_other_library(name) {
            continue;
        }
        // Some linkers leave out the first table; the second has the names until the file is loaded.
        let address = match library.original_first_thunk.get(LE) {
            0 => library.first_thunk.get(LE),
            address => address,
        };
        let mut thunks = table.thunks(address)?;
        while let Some(thunk) = thunks.next::<Pe>()? {
            note(name, &table.import::<Pe>(thunk)?, Evidence::Import, seen);
        }
    }
    Ok(())
}

fn later<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>, seen: &mut Seen) -> Result<()> {
    let sections = file.section_table();
    let Some(table) = file.data_directories().delay_load_import_table(file.data(), &sections)? else {
        return Ok(());
    };
    let mut libraries = table.descriptors()?;
    while let Some(library) = libraries.next()? {
        let name = table.name(library.dll_name_rva.get(LE))?;
        if !is_bcrypt(name) && !is_other_library(name) {
            continue;
        }
        let mut thunks = table.thunks(library.import_name_table_rva.get(LE))?;
        while let Some(thunk) = thunks.next::<Pe>()? {
            note(name, &table.import::<Pe>(thunk)?, Evidence::DelayImport, seen);
        }
    }
    Ok(())
}

fn note(library: &[u8], import: &Import<'_>, evidence: Evidence, seen: &mut Seen) {
    match import {
        Import::Ordinal(number) if is_bcrypt(library) => seen.function(&format!("#{number}"), evidence),
        Import::Name(_, name) if is_bcrypt(library) => seen.function(&printable(name), evidence),
        Import::Ordinal(_) => seen.foreign("", Some(library)),
        Import::Name(_, name) => seen.foreign(&printable(name), Some(library)),
    }
}
