//! AES in its modes; one expanded key serves them all.

use std::sync::Arc;

use once_cell::race::OnceBox;
use zeroize::Zeroize;

use super::context::Shared;
use super::mode::add;
use super::{Block, Blocks, Capability, Cipher, Limits, Mode, Text, Unit, Way};
use crate::engine::cipher::{AES_BLOCK, AeadKey, AesKey, CipherContext, GenericCipher};
use crate::memory::{self, SecretBytes};
use crate::provider::Choice;
use crate::status::{Result, Status};

/// The algorithm AES.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static LIMITS: Limits = Limits {
            key_bits: (128, 256, 64),
            extended_key_bits: 256,
            block: AES_BLOCK,
            modes: &[Mode::Cbc, Mode::Ecb, Mode::Cfb, Mode::Ccm, Mode::Gcm],
            unit: Unit::Feedback,
            tags: &[(Mode::Gcm, (12, 16, 1)), (Mode::Ccm, (4, 16, 2))],
        };
        &LIMITS
    }

    fn expand(&self, key: &[u8], _: &Choice) -> Result<Arc<dyn Cipher>> {
        Ok(memory::shared(Aes { blocks: AesBlocks::new(key)?, gcm: OnceBox::new() })?)
    }
}

/// An expanded key; as an [`super::Aead`] it is GCM.
#[derive(Debug)]
pub struct Aes {
    pub(super) blocks: AesBlocks,
    /// Expanded for whole tags, when first used.
    pub(super) gcm: OnceBox<AeadKey>,
}

impl Cipher for Aes {
    fn capability(&self, mode: Mode) -> Result<Capability<'_>> {
        Ok(match mode {
            Mode::Gcm => Capability::Aead(self),
            Mode::Ccm => Capability::Aead(&self.blocks),
            _ => Capability::Block(&self.blocks),
        })
    }

    fn wrapping(&self) -> Option<&AesKey> {
        Some(&self.blocks.key)
    }
}

/// The block cipher; as an [`super::Aead`] it is CCM.
#[derive(Debug)]
pub struct AesBlocks {
    pub(super) key: AesKey,
    pub(super) secret: SecretBytes,
    /// For many blocks at once, when first used: one a direction.
    bulk: [OnceBox<Shared>; 2],
}

impl AesBlocks {
    /// Expands a key of 16, 24 or 32 bytes.
    pub(super) fn new(key: &[u8]) -> Result<Self> {
        Ok(Self { key: AesKey::new(key)?, secret: memory::secret_copy(key)?, bulk: Default::default() })
    }

    fn bulk(&self, way: Way) -> Result<&Shared> {
        let [encrypting, decrypting] = &self.bulk;
        let place = if way == Way::Encrypt { encrypting } else { decrypting };
        let cipher = match self.secret.len() {
            16 => GenericCipher::Aes128Ecb,
            24 => GenericCipher::Aes192Ecb,
            _ => GenericCipher::Aes256Ecb,
        };
        let made = || Shared::new(cipher, way, &self.secret).and_then(memory::boxed);
        place.get_or_try_init(made)
    }
}

/// So many bytes are done a block at a time, which is faster than what a context takes.
const FEW: usize = 8 * AES_BLOCK;

/// Bytes of key stream made at once.
const CHUNK: usize = 64 * AES_BLOCK;

impl Block for AesBlocks {
    fn size(&self) -> usize {
        AES_BLOCK
    }

    fn with(&self, way: Way, work: &mut dyn FnMut(&mut dyn Blocks) -> Result<()>) -> Result<()> {
        self.bulk(way)?.with(|context| work(context))
    }

    fn ecb(&self, way: Way, text: &mut Text<'_>) -> Result<()> {
        if text.length() > FEW {
            return self.bulk(way)?.with(|context| context.apply(text));
        }
        let (blocks, _) = text.settle().as_chunks_mut();
        blocks.iter_mut().for_each(|block| self.key.block(way, block));
        Ok(())
    }

    fn cbc(&self, way: Way, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        self.key.cbc(way, register(iv)?, text);
        Ok(())
    }

    fn cfb(&self, way: Way, unit: usize, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        let iv = register(iv)?;
        match (unit, way) {
            (1, _) => self.key.cfb8(way, iv, text),
            (_, Way::Encrypt) => text.reborrow().in_parts(CHUNK, |part| self.encrypt_cfb(iv, part))?,
            (_, Way::Decrypt) if text.length() > FEW => self
                .bulk(Way::Encrypt)?
                .with(|context| decrypt_cfb(iv, text.reborrow(), |stream| Blocks::apply(context, stream)))?,
            (_, Way::Decrypt) => decrypt_cfb(iv, text.reborrow(), |stream| {
                let length = stream.len();
                self.ecb(Way::Encrypt, &mut Text::in_place(stream, length))
            })?,
        }
        Ok(())
    }
}

impl AesBlocks {
    /// CFB with the feedback of a block, over at most [`CHUNK`] bytes of whole blocks.
    ///
    /// A block of the key stream is the encrypted sum of the block before it and a block of plaintext: what CBC makes
    /// of the plaintext, a block later. That is how the engine is fast at it.
    fn encrypt_cfb(&self, iv: &mut [u8; AES_BLOCK], mut text: Text<'_>) -> Result<()> {
        let mut stream = [0; CHUNK];
        let stream = stream.get_mut(..text.length()).ok_or(Status::InternalError)?;
        let (first, others) = stream.split_first_chunk_mut().ok_or(Status::InternalError)?;
        self.key.block(Way::Encrypt, iv);
        *first = *iv;
        let fed = text.source().get(..others.len()).ok_or(Status::InternalError)?;
        self.key.cbc(Way::Encrypt, iv, &mut Text::apart(fed, others));
        let text = text.settle();
        add(text, stream);
        *iv = *text.last_chunk().ok_or(Status::InternalError)?;
        stream.zeroize();
        Ok(())
    }
}

/// The same back: the key stream is the ciphertext, a block later, encrypted by `encrypt`.
fn decrypt_cfb(
    iv: &mut [u8; AES_BLOCK],
    text: Text<'_>,
    mut encrypt: impl FnMut(&mut [u8]) -> Result<()>,
) -> Result<()> {
    let mut stream = [0; CHUNK];
    text.in_parts(CHUNK, |mut text| {
        let stream = stream.get_mut(..text.length()).ok_or(Status::InternalError)?;
        let (first, others) = stream.split_first_chunk_mut().ok_or(Status::InternalError)?;
        *first = *iv;
        others.copy_from_slice(text.source().get(..others.len()).ok_or(Status::InternalError)?);
        *iv = *text.source().last_chunk().ok_or(Status::InternalError)?;
        encrypt(stream)?;
        add(text.settle(), stream);
        Ok(())
    })?;
    stream.zeroize();
    Ok(())
}

/// An IV of a block.
fn register(iv: &mut [u8]) -> Result<&mut [u8; AES_BLOCK]> {
    iv.try_into().map_err(|_| Status::InternalError)
}

impl Blocks for CipherContext {
    fn apply(&mut self, blocks: &mut [u8]) -> Result<()> {
        let length = blocks.len();
        Self::apply(self, &mut Text::in_place(blocks, length))
    }
}
