//! Encrypting and decrypting: what is checked in which order, and what is done.

use zeroize::Zeroize;

use super::{Aead, Block, Call, Capability, Key, MAX_IV, Message, Mode, Sectors, Stream, Text, Way, padding};
use crate::engine::cipher::TAG;
use crate::status::{Result, Status, require};

impl Key {
    /// Encrypts or decrypts.
    ///
    /// The result's size is told before most of what is wrong is found, and a NULL output ends it there (surroundings
    /// s53). What the key's mode does not need is not looked at.
    pub fn run<'a>(&self, way: Way, call: &mut impl Call<'a>) -> Result<()> {
        let chosen = self.chosen();
        let replaced = match self.does.key_properties() {
            [] => None,
            _ => self.state.lock()?.cipher.clone(),
        };
        match replaced.as_ref().unwrap_or(&self.cipher).capability(chosen.mode)? {
            Capability::Block(block) => self.blocks(way, chosen.mode, chosen.unit as usize, block, call),
            Capability::Aead(aead) => self.authenticated(way, chosen.mode, aead, call),
            Capability::Sectors(sectors) => run_sectors(way, chosen.unit as usize, sectors, call),
            Capability::Stream(stream) => run_stream(stream, call),
        }
    }

    /// ECB, CBC and CFB (surroundings s53 to s66).
    fn blocks<'a>(
        &self,
        way: Way,
        mode: Mode,
        unit: usize,
        block: &dyn Block,
        call: &mut impl Call<'a>,
    ) -> Result<()> {
        let (size, length) = (block.size(), call.length());
        let unit = if mode == Mode::Cfb { unit.max(1) } else { size };
        let (multiple, needed) = match (call.is_padded(), way) {
            (false, _) => (unit, length),
            (true, Way::Encrypt) => (1, padded(length, size)?),
            (true, Way::Decrypt) => (size, length),
        };
        call.report(needed);
        if !length.is_multiple_of(multiple) {
            return Err(Status::InvalidBufferSize);
        }
        let given = call.iv();
        require(given.is_none_or(|(length, _)| mode != Mode::Ecb && length == size))?;
        let Some(room) = call.room() else { return Ok(()) };
        let unpads = call.is_padded() && way == Way::Decrypt;
        if room < if unpads { length.saturating_sub(size) } else { needed } {
            return Err(Status::BufferTooSmall);
        }
        let mut iv = match given {
            Some((_, iv)) => iv,
            None if mode == Mode::Ecb => [0; MAX_IV],
            None => self.state.lock()?.iv,
        };
        let run = BlockRun { way, mode, unit, block };
        let register = iv.get_mut(..size).ok_or(Status::InternalError)?;
        match (call.is_padded(), way) {
            (false, _) => run.apply(register, &mut call.text(needed)?)?,
            (true, Way::Encrypt) => run.encrypt_padded(register, call.text(needed)?)?,
            (true, Way::Decrypt) => {
                let written = run.decrypt_padded(register, call.text(room.min(length))?, room);
                call.report(*written.as_ref().unwrap_or_else(|needed| &needed.0));
                written.map_err(|needed| needed.1)?;
            }
        }
        // Without text there is no new IV (surroundings s61).
        if mode != Mode::Ecb && needed > 0 {
            if given.is_some() {
                call.set_iv(register);
            }
            self.state.lock()?.iv = iv;
        }
        Ok(())
    }

    /// GCM, CCM and ChaCha20-Poly1305 (surroundings s68 to s77).
    fn authenticated<'a>(
        &self,
        way: Way,
        mode: Mode,
        aead: &dyn Aead,
        call: &mut impl Call<'a>,
    ) -> Result<()> {
        let mut info = call.auth_info()?;
        let (nonce, nonce_length) = info.nonce;
        require(aead.nonces().contains(&nonce_length))?;
        let nonce = nonce.get(..nonce_length).ok_or(Status::InvalidParameter)?;
        let is_whole = info.chain.as_ref().is_none_or(|chain| chain.is_last);
        let (least, greatest, step) = self.limits().tags(mode)?;
        let length_given = info.tag_length as u32;
        let fits =
            (least..=greatest).contains(&length_given) && (length_given - least).is_multiple_of(step.max(1));
        require(fits || !is_whole)?;
        let length = call.length();
        // Padding counts in the size and is refused once there is room for it (surroundings s70).
        let needed = if call.is_padded() { padded(length, self.limits().block)? } else { length };
        call.report(needed);
        let room = match call.room() {
            Some(room) => room,
            None if call.is_input_null() && length == 0 => 0,
            None => return Ok(()),
        };
        if room < needed {
            return Err(Status::BufferTooSmall);
        }
        require(!call.is_padded() && (info.tag.is_some() || !is_whole))?;
        if length as u64 > aead.longest(nonce_length) || !is_whole && !length.is_multiple_of(TAG) {
            return Err(Status::InvalidBufferSize);
        }
        let message = Message { nonce, aad: &info.aad, tag: info.tag_length };
        let expected = info.tag.unwrap_or_default();
        let expected = expected.get(..if is_whole { info.tag_length } else { 0 });
        let expected = expected.ok_or(Status::InvalidParameter)?;
        let mut tag = [0; TAG];
        let text = &mut call.text(length)?;
        match (&mut info.chain, way) {
            (Some(chain), _) => aead.part(way, &message, chain, text, expected, &mut tag)?,
            (None, Way::Encrypt) => aead.seal(&message, text, &mut tag)?,
            (None, Way::Decrypt) => aead.open(&message, text, expected)?,
        }
        if let Some(chain) = &info.chain {
            call.set_chain(chain);
        }
        if is_whole && way == Way::Encrypt {
            call.set_tag(tag.get(..info.tag_length).ok_or(Status::InternalError)?);
        }
        Ok(())
    }
}

/// The length of a text with its padding. Fails with `InvalidBufferSize` where a caller could not be told it.
fn padded(length: usize, block: usize) -> Result<usize> {
    let padded = (length / block + 1).checked_mul(block).filter(|padded| u32::try_from(*padded).is_ok());
    padded.ok_or(Status::InvalidBufferSize)
}

/// A block cipher in a mode, one way.
struct BlockRun<'a> {
    way: Way,
    mode: Mode,
    unit: usize,
    block: &'a dyn Block,
}

impl BlockRun<'_> {
    fn apply(&self, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        match self.mode {
            Mode::Ecb => self.block.ecb(self.way, text),
            Mode::Cbc => self.block.cbc(self.way, iv, text),
            Mode::Cfb => self.block.cfb(self.way, self.unit, iv, text),
            _ => Err(Status::InternalError),
        }
    }

    /// The text with its padding; the target has room for both.
    fn encrypt_padded(&self, iv: &mut [u8], text: Text<'_>) -> Result<()> {
        let size = self.block.size();
        let used = text.length() % size;
        let before = text.length() - used;
        let (mut whole, mut rest) = text.split_at(before);
        let mut last = [0; MAX_IV];
        let last = last.get_mut(..size).ok_or(Status::InternalError)?;
        last.iter_mut().zip(rest.source()).for_each(|(to, from)| *to = *from);
        padding::fill(last, used);
        self.apply(iv, &mut whole)?;
        self.apply(iv, &mut Text::in_place(last, size))?;
        rest.target().get_mut(..size).ok_or(Status::InternalError)?.copy_from_slice(last);
        Ok(())
    }

    /// The text without its padding, as many bytes as it tells; a failure tells how many it would be.
    ///
    /// The last block comes first, so that nothing is written where the room does not suffice. Wrong padding is told
    /// only once everything is decrypted, as right padding is, so that the time is the same (surroundings s57).
    fn decrypt_padded(
        &self,
        iv: &mut [u8],
        text: Text<'_>,
        room: usize,
    ) -> std::result::Result<usize, (usize, Status)> {
        let (size, length) = (self.block.size(), text.length());
        let fail = |status| (length, status);
        let before = length.checked_sub(size).ok_or((0, Status::DataError))?;
        let mut last = [0; MAX_IV];
        let last = last.get_mut(..size).ok_or(fail(Status::InternalError))?;
        let mut register = [0; MAX_IV];
        let register = register.get_mut(..size).ok_or(fail(Status::InternalError))?;
        let source = text.source();
        let chained = before.checked_sub(size).and_then(|from| source.get(from..before)).unwrap_or(iv);
        register.copy_from_slice(chained);
        last.copy_from_slice(source.get(before..).ok_or(fail(Status::InternalError))?);
        self.apply(register, &mut Text::in_place(last, size)).map_err(fail)?;
        let used = padding::text_length(last);
        if let Some(used) = used.ok().filter(|used| before + used > room) {
            last.zeroize();
            return Err((before + used, Status::BufferTooSmall));
        }
        let (mut whole, mut rest) = text.split_at(before);
        self.apply(iv, &mut whole).map_err(fail)?;
        let used = used.map_err(fail)?;
        rest.target().iter_mut().zip(&*last).take(used).for_each(|(to, from)| *to = *from);
        last.zeroize();
        iv.copy_from_slice(register);
        Ok(before + used)
    }
}

/// XTS: a number of whole units, the first of which has the number in the IV (surroundings s78 to s80).
fn run_sectors<'a>(way: Way, unit: usize, sectors: &dyn Sectors, call: &mut impl Call<'a>) -> Result<()> {
    let length = call.length();
    call.report(length);
    // A text is one unit as long as none was chosen.
    let unit = if unit == 0 { length.next_multiple_of(TAG).max(TAG) } else { unit };
    if !length.is_multiple_of(unit) {
        return Err(Status::InvalidBufferSize);
    }
    require(!call.is_padded())?;
    let Some(room) = call.room() else { return Ok(()) };
    if room < length {
        return Err(Status::BufferTooSmall);
    }
    let (_, iv) = call.iv().filter(|iv| iv.0 == size_of::<u64>()).ok_or(Status::InvalidParameter)?;
    let (number, _) = iv.split_first_chunk().ok_or(Status::InternalError)?;
    sectors.run(way, unit, u64::from_le_bytes(*number), call.text(length)?)
}

/// RC4 (surroundings s67).
fn run_stream<'a>(stream: &dyn Stream, call: &mut impl Call<'a>) -> Result<()> {
    let length = call.length();
    call.report(length);
    require(!call.is_padded())?;
    match call.room() {
        None => Ok(()),
        Some(room) if room < length => Err(Status::BufferTooSmall),
        Some(_) => stream.apply(&mut call.text(length)?),
    }
}
