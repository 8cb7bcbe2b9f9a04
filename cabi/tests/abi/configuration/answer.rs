//! What a configuration call gives out, in every kind of memory.

use std::ptr::null_mut;

use crate::support::library::lib;
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_PARAMETER, SUCCESS, Status};
use crate::support::text::from_pointer;

const PATTERN: u8 = 0xA5;

/// The memory that an answer stands in: no pointer in it points elsewhere.
pub struct Block {
    start: usize,
    end: usize,
}

impl Block {
    /// A text of the answer, `None` for NULL.
    pub fn text(&self, text: *const u16) -> Option<String> {
        if text.is_null() {
            return None;
        }
        self.require(text.addr(), 2, 2);
        let string = from_pointer(text);
        self.require(text.addr(), 2 * (string.encode_utf16().count() + 1), 2);
        Some(string)
    }

    /// The elements of an array.
    pub fn array<T: Copy>(&self, array: *const T, count: u32) -> Vec<T> {
        if count == 0 {
            assert!(array.is_null(), "nothing to point at");
            return Vec::new();
        }
        self.require(array.addr(), count as usize * size_of::<T>(), align_of::<T>());
        // SAFETY: the array lies in the block.
        (0..count as usize).map(|index| unsafe { array.add(index).read_unaligned() }).collect()
    }

    /// A structure, `None` for NULL.
    pub fn one<T: Copy>(&self, place: *const T) -> Option<T> {
        if place.is_null() { None } else { self.array(place, 1).into_iter().next() }
    }

    /// The texts of an array of pointers.
    pub fn texts(&self, array: *const *mut u16, count: u32) -> Vec<String> {
        self.array(array, count).into_iter().map(|text| self.text(text).unwrap()).collect()
    }

    /// Whether so many bytes lie in the block, on their boundary if the block does.
    fn require(&self, address: usize, size: usize, align: usize) {
        assert!(self.start <= address && address + size <= self.end, "a pointer leads out of the block");
        assert!(!self.start.is_multiple_of(8) || address.is_multiple_of(align), "misaligned");
    }
}

/// Reads an answer.
pub type Reader<T, R> = fn(&Block, T) -> R;

/// Makes a call in all its forms: without memory, with the library's, with the caller's of the exact size, larger,
/// smaller, and on an odd address. They tell the same. `asked` is the status where only the size is wanted.
pub fn answer<T: Copy, R: PartialEq + std::fmt::Debug>(
    asked: Status,
    read: Reader<T, R>,
    call: impl Fn(*mut u32, *mut *mut T) -> Status,
) -> Result<R, Status> {
    assert_eq!(call(null_mut(), null_mut()), INVALID_PARAMETER);
    let mut size = 0x5EED_5EED;
    let status = call(&mut size, null_mut());
    if status != asked || size == 0x5EED_5EED {
        let mut place = null_mut();
        assert_eq!(call(&mut size, &mut place), status, "refused in every form");
        assert_eq!((size, place), (0x5EED_5EED, null_mut()), "untouched on failure");
        return Err(status);
    }
    let allocated = from_library(size, read, &call);
    let room = size as usize;
    for (offset, room) in [(0, room), (0, room + 9), (1, room), (2, room + 1)] {
        assert_eq!(from_caller(offset, room, size, read, &call), allocated);
    }
    for room in [0, 1, room / 2, room - 1] {
        too_small(room, size, &call);
    }
    Ok(allocated)
}

fn from_library<T: Copy, R>(
    size: u32,
    read: Reader<T, R>,
    call: &impl Fn(*mut u32, *mut *mut T) -> Status,
) -> R {
    let (mut found, mut place) = (0x5EED_5EED, null_mut::<T>());
    assert_eq!(call(&mut found, &mut place), SUCCESS);
    assert_eq!(found, size, "the size that was asked for");
    assert!(place.addr().is_multiple_of(8), "aligned");
    let block = Block { start: place.addr(), end: place.addr() + size as usize };
    let value = read(&block, block.one(place).unwrap());
    lib().free_buffer(place.cast());
    value
}

fn from_caller<T: Copy, R>(
    offset: usize,
    room: usize,
    size: u32,
    read: Reader<T, R>,
    call: &impl Fn(*mut u32, *mut *mut T) -> Status,
) -> R {
    let mut memory = vec![u64::from_ne_bytes([PATTERN; 8]); room / 8 + 3];
    let start = memory.as_mut_ptr().cast::<u8>().wrapping_add(offset);
    let (mut found, mut place) = (u32::try_from(room).unwrap(), start.cast::<T>());
    assert_eq!(call(&mut found, &mut place), SUCCESS);
    assert_eq!((found, place), (size, start.cast()), "the size that is used, and the caller's memory");
    let block = Block { start: start.addr(), end: start.addr() + size as usize };
    let value = read(&block, block.one(place).unwrap());
    lib().free_buffer(start.cast());
    assert!(outside(&memory, offset, size as usize), "written outside");
    value
}

fn too_small<T>(room: usize, size: u32, call: &impl Fn(*mut u32, *mut *mut T) -> Status) {
    let mut memory = vec![u64::from_ne_bytes([PATTERN; 8]); room / 8 + 2];
    let start = memory.as_mut_ptr().cast::<T>();
    let (mut found, mut place) = (u32::try_from(room).unwrap(), start);
    assert_eq!(call(&mut found, &mut place), BUFFER_TOO_SMALL, "{room} of {size} bytes");
    assert_eq!((found, place), (size, start));
    assert!(outside(&memory, 0, 0), "untouched");
}

/// Whether all but some bytes have the pattern.
fn outside(memory: &[u64], offset: usize, size: usize) -> bool {
    let bytes: Vec<u8> = memory.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let is_pattern = |bytes: &[u8]| bytes.iter().all(|&byte| byte == PATTERN);
    is_pattern(&bytes[..offset]) && is_pattern(&bytes[offset + size..])
}
