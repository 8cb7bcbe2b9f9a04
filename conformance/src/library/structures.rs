//! Structures that a judged library gives out by pointer.

use std::ptr;

use super::layout::{self, Kind, Layout};

/// What stands behind a pointer.
#[derive(Clone, Copy, Debug)]
pub enum View {
    /// An array of BCRYPT_ALGORITHM_IDENTIFIER: a name and two ULONGs.
    Algorithms,
    /// An array of BCRYPT_PROVIDER_NAME: a name.
    Providers,
    /// The array of names that BCRYPT_ECC_CURVE_NAMES points at.
    Names,
    /// Bytes.
    Bytes,
    /// A provider's function table: a BCRYPT_INTERFACE_VERSION and function pointers.
    Functions,
    /// NUL-terminated UTF-16.
    Text,
    /// A structure of bcrypt.h with all that it points at.
    Structure(&'static Layout),
}

impl View {
    /// What a word of a scenario names.
    pub fn find(word: &str) -> Option<Self> {
        Some(match word {
            "algorithms" => Self::Algorithms,
            "providers" => Self::Providers,
            "curve_names" => Self::Names,
            "bytes" => Self::Bytes,
            "functions" => Self::Functions,
            "text" => Self::Text,
            _ => Self::Structure(layout::find(word)?),
        })
    }

    /// Whether the scenario must tell how much of it there is.
    pub fn is_counted(self) -> bool {
        !matches!(self, Self::Text | Self::Structure(_))
    }
}

/// Names are no longer than this; a text without its NUL is not followed further.
const LONGEST: usize = 256;
/// What is shown for a NULL pointer.
const NULL: &str = "NULL";

/// Reads what the judged library gave out, a line for each entry or field; addresses are never among them. A wrong
/// address or count ends this process, which is how it is seen.
pub fn judge(address: u64, count: u32, view: View) -> Vec<String> {
    // SAFETY: the library said that this stands there.
    unsafe { lines(address, count, view) }
}

/// # Safety
///
/// `address` is 0, or what the view says stands there, so many times.
unsafe fn lines(address: u64, count: u32, view: View) -> Vec<String> {
    const POINTER: u64 = size_of::<usize>() as u64;
    if address == 0 {
        return Vec::new();
    }
    let entries = |numbers: u64| {
        (0..u64::from(count)).map(move |index| {
            let entry = address + index * (POINTER + 4 * numbers);
            // SAFETY: the entry is one of the list's.
            let (name, numbers) = unsafe {
                let numbers = (0..numbers).map(|n| read::<u32>(entry + POINTER + 4 * n).to_string());
                (text(pointer(entry)), numbers.collect::<Vec<_>>())
            };
            [vec![name], numbers].concat().join(" ")
        })
    };
    // SAFETY: the caller's promise, for each of the views.
    unsafe {
        match view {
            View::Algorithms => entries(2).collect(),
            View::Providers | View::Names => entries(0).collect(),
            View::Bytes => vec![bytes(address, count)],
            View::Text => vec![text(address)],
            View::Functions => {
                let version = format!("version {}.{}", read::<u16>(address), read::<u16>(address + 2));
                let set = |index| if pointer(address + POINTER * (1 + index)) == 0 { NULL } else { "set" };
                [version]
                    .into_iter()
                    .chain((0..u64::from(count)).map(|index| set(index).to_owned()))
                    .collect()
            }
            View::Structure(layout) => {
                let mut lines = Vec::new();
                structure(address, layout, "", &mut lines);
                lines
            }
        }
    }
}

/// # Safety
///
/// A structure of this layout stands at the address, and what it points at is there.
unsafe fn structure(address: u64, layout: &Layout, path: &str, lines: &mut Vec<String>) {
    for (at, field) in layout.places() {
        let (place, name) = (address + at as u64, format!("{path}{}", field.name));
        let count = |field: &str| {
            // SAFETY: the field is one of this structure's.
            layout.place(field).map_or(0, |(at, _)| unsafe { read::<u32>(address + at as u64) })
        };
        let each = |field: &str| 0..u64::from(count(field));
        // SAFETY: the structure is the caller's promise; what it points at is as many as it says.
        unsafe {
            match field.kind {
                Kind::Number(_) => lines.push(format!("{name} {}", read::<u32>(place))),
                Kind::Long => lines.push(format!("{name} {}", read::<u64>(place))),
                Kind::Text => lines.push(format!("{name} {}", text(pointer(place)))),
                _ if pointer(place) == 0 => lines.push(format!("{name} {NULL}")),
                Kind::Bytes(size) => lines.push(format!("{name} {}", bytes(pointer(place), count(size)))),
                Kind::Texts(number) => lines.extend(each(number).map(|index| {
                    format!(
                        "{name}[{index}] {}",
                        text(pointer(pointer(place) + index * size_of::<usize>() as u64))
                    )
                })),
                Kind::One(inner) => structure(pointer(place), inner(), &format!("{name}."), lines),
                Kind::Array(inner, number) => each(number).for_each(|index| {
                    let element = pointer(place) + index * inner().size() as u64;
                    structure(element, inner(), &format!("{name}[{index}]."), lines);
                }),
                Kind::Pointers(inner, number) => each(number).for_each(|index| {
                    let element = pointer(pointer(place) + index * size_of::<usize>() as u64);
                    structure(element, inner(), &format!("{name}[{index}]."), lines);
                }),
            }
        }
    }
}

/// # Safety
///
/// So many bytes stand at the address.
unsafe fn bytes(address: u64, count: u32) -> String {
    // SAFETY: the caller's promise.
    (0..u64::from(count)).map(|index| format!("{:02x}", unsafe { read::<u8>(address + index) })).collect()
}

/// # Safety
///
/// `address` is 0 or points at UTF-16 that ends in a NUL.
unsafe fn text(address: u64) -> String {
    if address == 0 {
        return NULL.to_owned();
    }
    // SAFETY: no unit after the NUL is read.
    let units = (0..LONGEST).map(|index| unsafe { read::<u16>(address + 2 * index as u64) });
    String::from_utf16_lossy(&units.take_while(|&unit| unit != 0).collect::<Vec<_>>())
}

/// # Safety
///
/// A pointer stands at the address.
unsafe fn pointer(address: u64) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { read::<usize>(address) as u64 }
}

/// # Safety
///
/// A `T` stands at the address.
unsafe fn read<T: Copy>(address: u64) -> T {
    // SAFETY: the caller's promise; structures of a foreign library need not be aligned for us.
    unsafe { ptr::with_exposed_provenance::<T>(address as usize).read_unaligned() }
}
