//! Whole texts among a program's data.

/// Calls `found` with each run of printable ASCII, of at least two characters, that a NUL ends, and where it begins.
pub fn narrow(data: &[u8], mut found: impl FnMut(usize, &str)) {
    let mut at = 0;
    for part in data.split_inclusive(|byte| *byte == 0) {
        if let [text @ .., 0] = part {
            let start = text.iter().rposition(|byte| !printable(*byte)).map_or(0, |at| at + 1);
            give(at + start, text.get(start..).unwrap_or_default(), &mut found);
        }
        at += part.len();
    }
}

/// The same of UTF-16 in little-endian order, at any address.
pub fn wide(data: &[u8], mut found: impl FnMut(usize, &str)) {
    for start in 0..2 {
        let mut text = Vec::new();
        let (mut last, mut before, mut begins): (&[u8], &[u8], usize) = (&[], &[], start);
        for (at, unit) in (start..).step_by(2).zip(data.get(start..).unwrap_or_default().chunks_exact(2)) {
            match unit {
                [byte, 0] if printable(*byte) => {
                    if text.is_empty() {
                        (before, begins) = (last, at);
                    }
                    text.push(*byte);
                }
                [0, 0] => {
                    give(begins, &text, &mut found);
                    // The end of a narrow text that stands before a wide one looks like its first unit.
                    if before.get(1).is_some_and(|high| *high != 0) {
                        give(begins + 2, text.get(1..).unwrap_or_default(), &mut found);
                    }
                    text.clear();
                }
                _ => text.clear(),
            }
            last = unit;
        }
    }
}

fn give(at: usize, text: &[u8], found: &mut impl FnMut(usize, &str)) {
    if let (2.., Ok(text)) = (text.len(), std::str::from_utf8(text)) {
        found(at, text);
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
        narrow(b"no\x01\xFFBCryptHash\0\0no end", |at, text| texts.push((at, text.to_owned())));
        assert_eq!(texts, [(4, "BCryptHash".to_owned())]);
    }

    #[test]
    fn wide_texts_stand_at_any_address() {
        for gap in 0..4 {
            let mut data = vec![0xFF; gap];
            data.extend(wide_bytes("ECDH_P256\0HASH\0no end"));
            let mut texts = Vec::new();
            wide(&data, |at, text| texts.push((at - gap, text.to_owned())));
            texts.retain(|(_, text)| ["ECDH_P256", "HASH"].contains(&text.as_str()));
            assert_eq!(texts, [(0, "ECDH_P256".to_owned()), (20, "HASH".to_owned())], "{gap}");
        }
    }

    /// In "3DES" is no "DES".
    #[test]
    fn a_whole_text_has_no_other_in_it() {
        let mut texts = Vec::new();
        wide(&wide_bytes("\x003DES\0ECDSA\0"), |_, text| texts.push(text.to_owned()));
        assert_eq!(texts, ["3DES", "ECDSA"]);
    }

    #[test]
    fn a_narrow_text_before_a_wide_one_does_not_hide_it() {
        for gap in 0..2 {
            let mut data = vec![0; gap];
            data.extend(*b"secret\0");
            data.extend(wide_bytes("HASH\0"));
            let mut texts = Vec::new();
            wide(&data, |_, text| texts.push(text.to_owned()));
            assert!(texts.iter().any(|text| text == "HASH"), "{gap}");
        }
    }
}
