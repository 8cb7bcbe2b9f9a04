//! Which addresses of its own a program's code and data refer to. No disassembler: the forms in which the compilers of a
//! processor write the address of a text are few, and a chance hit on one of some addresses is one in millions.

use std::collections::BTreeSet;

use object::read::{Object, ObjectSection};
use object::{Architecture, File, ObjectKind, SectionKind};

use super::problem::{Budget, Result};

/// Those of the addresses that something refers to. None for a processor whose code is not read.
/// `length` is that of the file.
pub fn referenced(
    file: &File<'_>,
    length: usize,
    addresses: &BTreeSet<u64>,
) -> Result<Option<BTreeSet<u64>>> {
    let processor = file.architecture();
    if !matches!(processor, Architecture::X86_64 | Architecture::I386 | Architecture::Aarch64) {
        return Ok(None);
    }
    let got = [".got.plt", ".got"].iter().find_map(|name| file.section_by_name(name));
    let mut search = Search {
        addresses,
        fixed: file.kind() != ObjectKind::Dynamic,
        got: got.map_or(0, |section| section.address()),
        found: BTreeSet::new(),
    };
    let width = if file.is_64() { 8 } else { 4 };
    let mut budget = Budget::of(length);
    for section in file.sections().filter(|section| section.address() != 0) {
        let data = section.data()?;
        budget.spend(data.len())?;
        if section.kind() == SectionKind::Text {
            match processor {
                Architecture::X86_64 => search.x86_64(section.address(), data),
                Architecture::I386 => search.i386(data),
                _ => search.aarch64(section.address(), data),
            }
        }
        // Relocations have the addresses that they will write into data in the same form.
        search.pointers(data, width, file.is_little_endian());
    }
    Ok(Some(search.found))
}

struct Search<'a> {
    addresses: &'a BTreeSet<u64>,
    /// Whether code may hold addresses as such: the program is loaded where it was linked to, or changed when not.
    fixed: bool,
    /// Where the table is that position-independent i386 code counts from.
    got: u64,
    found: BTreeSet<u64>,
}

impl Search<'_> {
    fn try_address(&mut self, address: u64) {
        // Nearly every number in a program lies outside.
        let within = self.addresses.first().is_some_and(|first| *first <= address)
            && self.addresses.last().is_some_and(|last| address <= *last);
        if within && self.addresses.contains(&address) {
            self.found.insert(address);
        }
    }

    fn pointers(&mut self, data: &[u8], width: usize, little: bool) {
        for word in data.chunks_exact(width) {
            let push = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
            let value = if little { word.iter().rev().fold(0, push) } else { word.iter().fold(0, push) };
            self.try_address(value);
        }
    }

    /// `lea text(%rip), %rdi`: a distance from the instruction's end. `mov $text, %edi`: the address.
    fn x86_64(&mut self, start: u64, code: &[u8]) {
        for (end, number) in (start.wrapping_add(4)..).zip(numbers(code)) {
            self.try_address(end.wrapping_add_signed(i64::from(number)));
            if self.fixed {
                self.try_address(u64::from(number.cast_unsigned()));
            }
        }
        if self.fixed {
            for number in code.windows(8).filter_map(|bytes| bytes.try_into().ok()) {
                self.try_address(u64::from_le_bytes(number));
            }
        }
    }

    /// `push $text`: the address. `lea text@GOTOFF(%ebx), %eax`: a distance from the table.
    fn i386(&mut self, code: &[u8]) {
        for number in numbers(code) {
            self.try_address(u64::from(number.cast_unsigned()));
            let table = u32::try_from(self.got).unwrap_or_default();
            self.try_address(u64::from(table.wrapping_add_signed(number)));
        }
    }

    /// `adrp x0, page` and, not far behind, `add x0, x0, #offset`; or `adr x0, text`.
    fn aarch64(&mut self, start: u64, code: &[u8]) {
        let mut pages = [None; 32];
        for (address, bytes) in (start..).step_by(4).zip(code.chunks_exact(4)) {
            let Ok(word) = bytes.try_into().map(u32::from_le_bytes) else { continue };
            let register = |at: u32| (word >> at & 31) as usize;
            // Twenty-one bits with a sign; their two lowest stand apart.
            let distance = i64::from((word << 8).cast_signed() >> 13 << 2) | i64::from(word >> 29 & 3);
            let set = match word & 0x9F00_0000 {
                0x9000_0000 => Some((address & !0xFFF).wrapping_add_signed(distance << 12)),
                0x1000_0000 => {
                    self.try_address(address.wrapping_add_signed(distance));
                    continue;
                }
                // A 64-bit add of twelve bits that are not shifted.
                _ if word & 0xFFC0_0000 == 0x9100_0000 => {
                    let page = pages.get(register(5)).copied().flatten();
                    if let Some(page) = page {
                        self.try_address(u64::wrapping_add(page, u64::from(word >> 10 & 0xFFF)));
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(page) = pages.get_mut(register(0)) {
                *page = set;
            }
        }
    }
}

/// Every four bytes in a row as a number.
fn numbers(code: &[u8]) -> impl Iterator<Item = i32> {
    code.windows(4).filter_map(|bytes| bytes.try_into().ok()).map(i32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(addresses: &[u64], run: impl Fn(&mut Search<'_>)) -> Vec<u64> {
        let addresses = addresses.iter().copied().collect();
        let mut search = Search { addresses: &addresses, fixed: false, got: 0x4000, found: BTreeSet::new() };
        run(&mut search);
        search.found.into_iter().collect()
    }

    #[test]
    fn the_forms_of_each_processor() {
        // lea -0x10(%rip), %rdi; ret
        let code = [0x48, 0x8D, 0x3D, 0xF0, 0xFF, 0xFF, 0xFF, 0xC3];
        assert_eq!(found(&[0xFF7, 0xFF8], |search| search.x86_64(0x1000, &code)), [0xFF7]);
        // lea -0x10(%ebx), %eax
        let code = [0x8D, 0x83, 0xF0, 0xFF, 0xFF, 0xFF];
        assert_eq!(found(&[0x3FF0, 0x3FF1], |search| search.i386(&code)), [0x3FF0]);
        // adrp x1, . - 0x1000; nop; add x3, x1, #0x123
        let code = [0xF0FF_FFE1_u32, 0xD503_201F, 0x9104_8C23].map(u32::to_le_bytes).concat();
        assert_eq!(found(&[0xF123, 0xF124], |search| search.aarch64(0x10_010, &code)), [0xF123]);
        // adr x0, . + 5
        let code = 0x3000_0020_u32.to_le_bytes();
        assert_eq!(found(&[0x1005, 0x1004], |search| search.aarch64(0x1000, &code)), [0x1005]);
    }

    #[test]
    fn pointers_have_the_order_of_the_file() {
        let data = [0, 0, 0x12, 0x34, 0x34, 0x12, 0, 0];
        assert_eq!(
            found(&[0x1234, 0x3412_0000], |search| search.pointers(&data, 4, true)),
            [0x1234, 0x3412_0000]
        );
        assert_eq!(found(&[0x1234], |search| search.pointers(&data, 4, false)), [0x1234]);
        assert!(found(&[0x1234], |search| search.pointers(&data, 8, false)).is_empty());
    }
}
