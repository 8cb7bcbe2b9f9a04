//! The configuration: contexts, the registered provider, what nobody may change, and the function tables. Facts g3 to g7 and
//! s103 to s116 of docs/behaviour.md.

mod answer;
mod changes;
mod contexts;
mod interfaces;
mod leaks;
mod notification;
mod providers;

use crate::support::text::wide;

const LOCAL: u32 = 1;
const DOMAIN: u32 = 2;
const UM: u32 = 1;
const SCHANNEL: u32 = 0x10002;
const PROVIDER: &str = "Microsoft Primitive Provider";

/// Numbers that are no interface's.
const NO_INTERFACES: [u32; 5] = [0, 9, 0x10000, 0x10005, !0];
/// Numbers that are no table's.
const NO_TABLES: [u32; 4] = [0, 3, 4, !0];

/// A name as a call takes it; `None` is NULL.
struct Text(Option<Vec<u16>>);

impl Text {
    fn as_ptr(&self) -> *const u16 {
        self.0.as_ref().map_or(std::ptr::null(), |units| units.as_ptr())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Some(wide(text)))
    }
}

impl From<Option<&str>> for Text {
    fn from(text: Option<&str>) -> Text {
        Text(text.map(wide))
    }
}

/// The names of the algorithms that BCryptEnumAlgorithms lists for a class.
fn algorithms(class: u32) -> Vec<String> {
    let (mut count, mut list) = (0, std::ptr::null_mut());
    assert_eq!(
        crate::support::library::lib().enum_algorithms(1 << (class - 1), &mut count, &mut list, 0),
        crate::support::status::SUCCESS
    );
    // SAFETY: the library says the list has this many entries.
    let name = |index| crate::support::text::from_pointer(unsafe { (*list.add(index)).pszName });
    let names = (0..count as usize).map(name).collect();
    crate::support::library::lib().free_buffer(list.cast());
    names
}
