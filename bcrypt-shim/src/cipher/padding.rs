//! The padding of block modes: PKCS #7 (RFC 5652, 6.3).

use crate::memory;
use crate::status::{Result, Status};

/// Fills up a block whose first `used` bytes are text.
pub fn fill(block: &mut [u8], used: usize) {
    let missing = block.len().saturating_sub(used) as u8;
    block.iter_mut().skip(used).for_each(|byte| *byte = missing);
}

/// How many bytes of a last block are text. Fails with `DataError` for wrong padding.
///
/// Only that, and the number, is told of the block: the time does not depend on what is wrong, nor where.
pub fn text_length(block: &[u8]) -> Result<usize> {
    let size = block.len();
    let padding = usize::from(*block.last().ok_or(Status::InternalError)?);
    let mut wrong = is_less(size, padding) | is_less(padding, 1);
    for (place, &byte) in block.iter().enumerate() {
        // Whether the byte, counted from the end, is one of the padding's.
        let counts = is_less(size - 1 - place, padding);
        wrong |= counts & is_less(0, usize::from(byte) ^ padding);
    }
    if !memory::declassify(wrong == 0) {
        return Err(Status::DataError);
    }
    Ok(size - declassified(padding))
}

/// 1 if one number, below 2^15, is less than another, else 0; without a branch.
fn is_less(one: usize, other: usize) -> usize {
    one.wrapping_sub(other) >> (usize::BITS - 1)
}

/// The padding's length, bit by bit.
fn declassified(padding: usize) -> usize {
    (0..u8::BITS).map(|bit| usize::from(memory::declassify(padding >> bit & 1 == 1)) << bit).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_padding_is_told_from_every_wrong_one() {
        for size in [8_usize, 16] {
            for used in 0..size {
                let mut block = [0x77; 16];
                let Some(block) = block.get_mut(..size) else { return };
                fill(block, used);
                assert_eq!(text_length(block), Ok(used));
                for place in used..size {
                    let before = block.to_vec();
                    if let Some(byte) = block.get_mut(place) {
                        *byte ^= 0x20;
                    }
                    assert_eq!(text_length(block), Err(Status::DataError), "{block:?}");
                    block.copy_from_slice(&before);
                }
            }
            let zeros = vec![0; size];
            assert_eq!(text_length(&zeros), Err(Status::DataError));
            assert_eq!(text_length(&vec![size as u8 + 1; size]), Err(Status::DataError));
        }
    }
}
