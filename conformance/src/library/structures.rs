//! Structures that a judged library gives out by pointer.

use std::ptr;

/// One entry of a list: its name and the numbers beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name; `None` for a NULL pointer.
    pub name: Option<String>,
    /// The numbers of the entry.
    pub numbers: Vec<u32>,
}

/// What a list is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// BCRYPT_ALGORITHM_IDENTIFIER: a name and two ULONGs.
    Algorithms,
    /// BCRYPT_PROVIDER_NAME: a name.
    Providers,
    /// The array of names that BCRYPT_ECC_CURVE_NAMES points at.
    Names,
}

impl List {
    fn numbers(self) -> usize {
        match self {
            Self::Algorithms => 2,
            Self::Providers | Self::Names => 0,
        }
    }
}

/// Names are no longer than this; a list without its NULs is not followed further.
const LONGEST: usize = 256;

/// Reads a list of `count` entries that the judged library gave out; a wrong address or count ends this
/// process, which is how it is seen.
pub fn judge(address: u64, count: u32, list: List) -> Vec<Entry> {
    // SAFETY: the library said that its list stands there.
    unsafe { entries(address, count, list) }
}

/// # Safety
///
/// `address` is 0 or points at so many entries, whose names end in NUL.
unsafe fn entries(address: u64, count: u32, list: List) -> Vec<Entry> {
    if address == 0 {
        return Vec::new();
    }
    let size = (size_of::<usize>() + list.numbers() * size_of::<u32>()) as u64;
    (0..u64::from(count))
        .map(|index| {
            let entry = address + index * size;
            // SAFETY: the entry is one of the list's.
            let (name, numbers) = unsafe {
                let numbers = entry + size_of::<usize>() as u64;
                (
                    text(read::<usize>(entry) as u64),
                    (0..list.numbers()).map(|n| read(numbers + 4 * n as u64)).collect(),
                )
            };
            Entry { name, numbers }
        })
        .collect()
}

/// # Safety
///
/// `address` is 0 or points at UTF-16 that ends in a NUL.
unsafe fn text(address: u64) -> Option<String> {
    if address == 0 {
        return None;
    }
    // SAFETY: no unit after the NUL is read.
    let units = (0..LONGEST).map(|index| unsafe { read::<u16>(address + 2 * index as u64) });
    Some(String::from_utf16_lossy(&units.take_while(|&unit| unit != 0).collect::<Vec<_>>()))
}

/// # Safety
///
/// A `T` stands at the address.
unsafe fn read<T: Copy>(address: u64) -> T {
    // SAFETY: the caller's promise; structures of a foreign library need not be aligned for us.
    unsafe { ptr::with_exposed_provenance::<T>(address as usize).read_unaligned() }
}
