//! RC4. The key stream goes on from call to call: it is the key's, and a copy of the key goes its own way.
//!
//! It looks up a table by secret values; it is there for old data.

use std::sync::Arc;

use super::{Capability, Cipher, Limits, Mode, Stream, Text, Unit, Way};
use crate::engine::cipher::{CipherContext, GenericCipher};
use crate::lent::Lent;
use crate::memory;
use crate::provider::Choice;
use crate::status::Result;

/// The algorithm RC4.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static LIMITS: Limits = Limits {
            key_bits: (8, 512, 8),
            extended_key_bits: 2048,
            block: 1,
            modes: &[Mode::NotApplicable],
            unit: Unit::None,
            tags: &[],
        };
        &LIMITS
    }

    fn expand(&self, key: &[u8], _: &Choice) -> Result<Arc<dyn Cipher>> {
        Rc4::shared(CipherContext::new(GenericCipher::Rc4, Way::Encrypt, key)?)
    }
}

#[derive(Debug)]
struct Rc4(Lent<CipherContext>);

impl Rc4 {
    fn shared(context: CipherContext) -> Result<Arc<dyn Cipher>> {
        Ok(memory::shared(Self(Lent::new(context)))?)
    }
}

impl Cipher for Rc4 {
    fn capability(&self, _: Mode) -> Result<Capability<'_>> {
        Ok(Capability::Stream(self))
    }

    fn copy(&self) -> Result<Option<Arc<dyn Cipher>>> {
        let copy = self.0.borrow()?.value()?.copy()?;
        Self::shared(copy).map(Some)
    }
}

impl Stream for Rc4 {
    fn apply(&self, text: &mut Text<'_>) -> Result<()> {
        self.0.borrow()?.value()?.apply(text)
    }
}
