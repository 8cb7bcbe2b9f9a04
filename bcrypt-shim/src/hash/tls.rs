//! The check of a TLS record that was encrypted by CBC after its MAC was made (RFC 5246, 6.2.3.2).
//!
//! How long the padding is must not be seen from outside, as it tells something about the plaintext (the "Lucky 13"
//! attack). So the end is hashed for every length that the text can have, and the right MAC is chosen by masks.

use zeroize::Zeroize;

use crate::engine::digest::LONGEST;
use crate::engine::mac::Hmac;
use crate::memory::declassify;
use crate::status::{Result, Status, require};

/// Bytes of a record's header: sequence number, type, version and length of the text.
pub const HEADER: usize = 13;
/// Bytes of the header that are the same for every length.
const FIXED: usize = 11;
/// The padding has at most so many bytes beside the one that tells their number.
const LONGEST_PADDING: usize = 255;

/// Whether `record`, which is text, MAC and padding, has the right ones. `hmac` has read nothing but its key.
///
/// The length in the header is the text's whatever the header says, since who has only just decrypted the record does
/// not know it. Fails with `AuthTagMismatch` if MAC or padding is wrong, `InvalidParameter` for a record that is too
/// short for them or too long for TLS.
pub fn verify(mut hmac: Hmac, header: &[u8; HEADER], record: &[u8]) -> Result<()> {
    let length = hmac.digest().length;
    require(record.len() > length && record.len() <= usize::from(u16::MAX))?;
    let (end, most) = (record.len() - 1, record.len() - 1 - length);
    let least = most.saturating_sub(LONGEST_PADDING);
    let padding = usize::from(record.last().copied().unwrap_or_default());
    let (sure, rest) = record.split_at_checked(least).ok_or(Status::InternalError)?;
    hmac.update(header.get(..FIXED).ok_or(Status::InternalError)?)?;
    // More padding than fits makes it a wrong length, which no candidate below has.
    hmac.update(&(most.wrapping_sub(padding) as u16).to_be_bytes())?;
    hmac.update(sure)?;
    let mut good = 0;
    for size in 0..=most - least {
        let claimed = most - least - size;
        let (text, mac_and_padding) = rest.split_at_checked(size).ok_or(Status::InternalError)?;
        let (mac, padding_bytes) = mac_and_padding.split_at_checked(length).ok_or(Status::InternalError)?;
        let padding_bytes = padding_bytes.get(..end - least - size - length).ok_or(Status::InternalError)?;
        let wrong = difference(&hmac, text, mac)?
            | padding_bytes.iter().fold(0, |all, byte| all | (byte ^ claimed as u8));
        good |= equal(padding as u64, claimed as u64) & equal(wrong.into(), 0);
    }
    if declassify(std::hint::black_box(good) != 0) { Ok(()) } else { Err(Status::AuthTagMismatch) }
}

/// Zero if this is the MAC of what was read and the rest of the text.
fn difference(hmac: &Hmac, text: &[u8], mac: &[u8]) -> Result<u8> {
    let mut storage = [0; LONGEST];
    let computed = storage.get_mut(..mac.len()).ok_or(Status::InternalError)?;
    let mut hmac = hmac.copy()?;
    hmac.update(text)?;
    hmac.finish(computed)?;
    let difference = computed.iter().zip(mac).fold(0, |all, (one, other)| all | (one ^ other));
    storage.zeroize();
    Ok(difference)
}

/// One if the numbers, both below 2^63, are equal, otherwise zero; without a branch.
fn equal(one: u64, other: u64) -> u64 {
    let difference = std::hint::black_box(one ^ other);
    (difference.wrapping_sub(1) & !difference) >> 63
}
