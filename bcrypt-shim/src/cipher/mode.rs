//! The block modes over any block cipher (SP 800-38A), block by block.
//!
//! The IV is as long as a block and becomes what the next text goes on from: the last block of ciphertext, or in CFB
//! the shift register.

use zeroize::Zeroize;

use super::{Block, Blocks, Text, Way};
use crate::status::{Result, Status};

/// The longest block.
pub const MAX_BLOCK: usize = 16;

/// CBC over whole blocks.
pub fn cbc(cipher: &dyn Block, way: Way, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
    let size = cipher.size();
    cipher.with(way, &mut |blocks| {
        let text = text.settle();
        match way {
            Way::Encrypt => encrypt_cbc(blocks, size, iv, text),
            Way::Decrypt => decrypt_cbc(blocks, size, iv, text),
        }
    })
}

fn encrypt_cbc(blocks: &mut dyn Blocks, size: usize, iv: &mut [u8], text: &mut [u8]) -> Result<()> {
    for block in text.chunks_exact_mut(size) {
        add(block, iv);
        blocks.apply(block)?;
        iv.copy_from_slice(block);
    }
    Ok(())
}

fn decrypt_cbc(blocks: &mut dyn Blocks, size: usize, iv: &mut [u8], text: &mut [u8]) -> Result<()> {
    let mut before = [0; CHUNK + MAX_BLOCK];
    for chunk in text.chunks_mut(CHUNK) {
        // The ciphertext, one block later.
        let before = before.get_mut(..size + chunk.len()).ok_or(Status::InternalError)?;
        let (first, rest) = before.split_at_mut(size);
        first.copy_from_slice(iv);
        rest.copy_from_slice(chunk);
        blocks.apply(chunk)?;
        add(chunk, before);
        iv.copy_from_slice(before.get(chunk.len()..).ok_or(Status::InternalError)?);
    }
    Ok(())
}

/// Bytes worked on at once, of whole blocks.
const CHUNK: usize = 512;

/// CFB with a feedback of one byte or of a block.
pub fn cfb(cipher: &dyn Block, way: Way, unit: usize, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
    let mut stream = [0; MAX_BLOCK];
    let stream = stream.get_mut(..cipher.size()).ok_or(Status::InternalError)?;
    let done = cipher.with(Way::Encrypt, &mut |blocks| {
        for part in text.settle().chunks_mut(unit) {
            stream.copy_from_slice(iv);
            blocks.apply(stream)?;
            match way {
                Way::Encrypt => {
                    add(part, stream);
                    shift(iv, part);
                }
                Way::Decrypt => {
                    shift(iv, part);
                    add(part, stream);
                }
            }
        }
        Ok(())
    });
    stream.zeroize();
    done
}

/// Shifts bytes into a register from its end.
fn shift(register: &mut [u8], bytes: &[u8]) {
    let kept = register.len().saturating_sub(bytes.len());
    register.copy_within(register.len() - kept.., 0);
    register.iter_mut().skip(kept).zip(bytes).for_each(|(to, from)| *to = *from);
}

/// Adds, in the field of two elements, as many bytes as both have.
pub fn add(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to ^= from);
}
