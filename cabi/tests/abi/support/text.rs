//! UTF-16 strings and hexadecimal bytes.

/// A UTF-16 string with its NUL.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The same as bytes: what a property or parameter buffer holds.
pub fn wide_bytes(text: &str) -> Vec<u8> {
    wide(text).into_iter().flat_map(u16::to_le_bytes).collect()
}

/// The string in UTF-16 bytes that must end in exactly one NUL.
pub fn narrow(bytes: &[u8]) -> String {
    assert_eq!(bytes.len() % 2, 0, "half a UTF-16 unit");
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let (nul, text) = units.split_last().expect("at least the NUL");
    assert_eq!(*nul, 0, "the string ends in NUL");
    assert!(!text.contains(&0), "the only NUL is the last unit");
    String::from_utf16(text).unwrap()
}

/// The string a C pointer points to.
pub fn from_pointer(text: *const u16) -> String {
    assert!(!text.is_null());
    // SAFETY: the library handed out a string that ends in NUL.
    let units: Vec<u16> =
        (0..).map(|i| unsafe { text.add(i).read_unaligned() }).take_while(|unit| *unit != 0).collect();
    String::from_utf16(&units).unwrap()
}

/// Bytes from hexadecimal digits with blanks; `00*64` repeats.
pub fn hex(text: &str) -> Vec<u8> {
    if let Some((byte, count)) = text.split_once('*') {
        return hex(byte).repeat(count.trim().parse().unwrap());
    }
    let digits: Vec<u8> = text
        .bytes()
        .filter(|digit| !digit.is_ascii_whitespace())
        .map(|digit| u8::try_from(char::from(digit).to_digit(16).expect("a hexadecimal digit")).unwrap())
        .collect();
    assert_eq!(digits.len() % 2, 0, "half a byte");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The bytes in the opposite order: big-endian to little-endian and back.
pub fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}
