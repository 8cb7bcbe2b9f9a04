//! cSHAKE and KMAC (SP 800-185). The engine has neither; Keccak is RustCrypto's.

use std::fmt;

use cshake::digest::{ExtendableOutput, Update, XofReader};
use cshake::{CShake128, CShake128Reader, CShake256, CShake256Reader};

use crate::status::{Result, Status};

/// The two strengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// 128 bits.
    Of128,
    /// 256 bits.
    Of256,
}

impl Strength {
    /// Bytes that are read at a time.
    pub const fn rate(self) -> usize {
        match self {
            Self::Of128 => 168,
            Self::Of256 => 136,
        }
    }
}

/// cSHAKE in progress: it reads, and from the first output on it writes. It is overwritten when dropped.
#[derive(Clone)]
pub struct Sponge(State);

#[derive(Clone)]
enum State {
    Reads128(CShake128),
    Reads256(CShake256),
    Writes128(CShake128Reader),
    Writes256(CShake256Reader),
}

impl Sponge {
    /// With a function name and a customization; without both it is SHAKE.
    pub fn new(strength: Strength, function: &[u8], customization: &[u8]) -> Self {
        Self(match strength {
            Strength::Of128 => State::Reads128(CShake128::new_with_function_name(function, customization)),
            Strength::Of256 => State::Reads256(CShake256::new_with_function_name(function, customization)),
        })
    }

    /// KMAC before its message.
    pub fn keyed(strength: Strength, key: &[u8], customization: &[u8]) -> Result<Self> {
        let mut sponge = Self::new(strength, b"KMAC", customization);
        let rate = strength.rate();
        let (rate_size, key_size) = (Size::left(rate as u64), Size::left(key.len() as u64 * 8));
        let read = rate_size.bytes().len() + key_size.bytes().len() + key.len();
        for part in [rate_size.bytes(), key_size.bytes(), key] {
            sponge.update(part)?;
        }
        let zeros = [0; Strength::Of128.rate()];
        let padding = read.next_multiple_of(rate) - read;
        sponge.update(zeros.get(..padding).ok_or(Status::InternalError)?)?;
        Ok(sponge)
    }

    /// Reads input. Fails with `InvalidParameter` once it writes.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        match &mut self.0 {
            State::Reads128(hash) => hash.update(input),
            State::Reads256(hash) => hash.update(input),
            State::Writes128(_) | State::Writes256(_) => return Err(Status::InvalidParameter),
        }
        Ok(())
    }

    /// Reads how many bytes of KMAC will be written; `None` for any number of them.
    pub fn bind_length(&mut self, bytes: Option<usize>) -> Result<()> {
        self.update(Size::right(bytes.unwrap_or(0) as u64 * 8).bytes())
    }

    /// Whether it writes.
    pub fn writes(&self) -> bool {
        matches!(self.0, State::Writes128(_) | State::Writes256(_))
    }

    /// Writes the next bytes.
    pub fn squeeze(&mut self, out: &mut [u8]) {
        match &self.0 {
            State::Reads128(hash) => self.0 = State::Writes128(hash.clone().finalize_xof()),
            State::Reads256(hash) => self.0 = State::Writes256(hash.clone().finalize_xof()),
            State::Writes128(_) | State::Writes256(_) => {}
        }
        match &mut self.0 {
            State::Writes128(reader) => reader.read(out),
            State::Writes256(reader) => reader.read(out),
            State::Reads128(_) | State::Reads256(_) => {}
        }
    }
}

impl fmt::Debug for Sponge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sponge")
    }
}

/// A number with the length of its encoding before or behind it (SP 800-185, 2.3.1).
struct Size {
    bytes: [u8; 10],
    start: usize,
    end: usize,
}

impl Size {
    const NUMBER: usize = size_of::<u64>();

    /// left_encode
    fn left(number: u64) -> Self {
        let (mut size, length) = Self::of(number);
        size.start -= 1;
        size.set(size.start, length);
        size
    }

    /// right_encode
    fn right(number: u64) -> Self {
        let (mut size, length) = Self::of(number);
        size.set(size.end, length);
        size.end += 1;
        size
    }

    /// The number alone, from its first byte that is not zero, with room at both sides; and its length.
    fn of(number: u64) -> (Self, u8) {
        let length = (Self::NUMBER - number.leading_zeros() as usize / 8).max(1);
        let mut size = Self { bytes: [0; 10], start: 1 + Self::NUMBER - length, end: 1 + Self::NUMBER };
        let number_bytes = number.to_be_bytes();
        size.bytes.iter_mut().skip(1).zip(number_bytes).for_each(|(to, from)| *to = from);
        (size, length as u8)
    }

    fn set(&mut self, place: usize, byte: u8) {
        self.bytes.iter_mut().skip(place).take(1).for_each(|to| *to = byte);
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_sp_800_185() {
        let left = |number| Size::left(number).bytes().to_vec();
        let right = |number| Size::right(number).bytes().to_vec();
        assert_eq!(left(0), [1, 0]);
        assert_eq!(left(168), [1, 168]);
        assert_eq!(left(256), [2, 1, 0]);
        assert_eq!(left(u64::MAX), [8, 255, 255, 255, 255, 255, 255, 255, 255]);
        assert_eq!(right(0), [0, 1]);
        assert_eq!(right(256), [1, 0, 2]);
        assert_eq!(right(u64::MAX), [255, 255, 255, 255, 255, 255, 255, 255, 8]);
    }
}
