//! Whole texts among a program's data.

/// Calls `found` with each run of printable ASCII, of at least two characters, that a NUL ends.
pub fn narrow(data: &[u8], mut found: impl FnMut(&str)) {
    for part in data.split_inclusive(|byte| *byte == 0) {
        if let [text @ .., 0] = part {
            let start = text.iter().rposition(|byte| !printable(*byte)).map_or(0, |at| at + 1);
            give(text.get(start..).unwrap_or_default(), &mut found);
        }
    }
}

/// The same of UTF-16 in little-endian order, at any address.
pub fn wide(data: &[u8], mut found: impl FnMut(&str)) {
    for start in 0..2 {
        let mut text = Vec::new();
        for unit in data.get(start..).unwrap_or_default().chunks_exact(2) {
            match unit {
                [byte, 0] if printable(*byte) => text.push(*byte),
                [0, 0] => {
                    give(&text, &mut found);
                    // The end of a narrow text that stands before a wide one looks like its first unit.
                    give(text.get(1..).unwrap_or_default(), &mut found);
                    text.clear();
                }
                _ => text.clear(),
            }
        }
    }
}

fn give(text: &[u8], found: &mut impl FnMut(&str)) {
    if let (2.., Ok(text)) = (text.len(), std::str::from_utf8(text)) {
        found(text);
    }
}

fn printable(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide_bytes(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn texts_end_with_a_nul() {
        let mut texts = Vec::new();
        narrow(b"\x01\xFFBCryptHash\0\0no end", |text| texts.push(text.to_owned()));
        assert_eq!(texts, ["BCryptHash"]);
    }

    #[test]
    fn wide_texts_stand_at_any_address() {
        for gap in 0..4 {
            let mut data = vec![0xFF; gap];
            data.extend(wide_bytes("ECDH_P256\0HASH\0no end"));
            let mut texts = Vec::new();
            wide(&data, |text| texts.push(text.to_owned()));
            assert_eq!(texts, ["ECDH_P256", "CDH_P256", "HASH", "ASH"], "{gap}");
        }
    }

    #[test]
    fn a_narrow_text_before_a_wide_one_does_not_hide_it() {
        for gap in 0..2 {
            let mut data = vec![0; gap];
            data.extend(*b"secret\0");
            data.extend(wide_bytes("HASH\0"));
            let mut texts = Vec::new();
            wide(&data, |text| texts.push(text.to_owned()));
            assert!(texts.iter().any(|text| text == "HASH"), "{gap}");
        }
    }
}
