//! AES in its modes, by SP 800-38A, C and D, over one block.

use crate::derivation::utf16;
use crate::mac::{BLOCK, aes, gcm_tag, xor};

/// A key of AES, or a provider that makes one.
#[derive(Clone, Debug)]
pub struct Cipher {
    pub secret: Vec<u8>,
    pub mode: String,
    /// The feedback of CFB.
    pub unit: usize,
    pub iv: Vec<u8>,
}

/// What the structure beside the text of an authenticated mode says.
pub struct Sealing {
    pub nonce: Vec<u8>,
    pub data: Vec<u8>,
    pub tag_size: usize,
}

impl Default for Cipher {
    /// A provider as it opens.
    fn default() -> Self {
        Self { secret: Vec::new(), mode: "ChainingModeCBC".into(), unit: 1, iv: vec![0; BLOCK] }
    }
}

impl Cipher {
    /// Sets a property; the others change nothing that is computed.
    pub fn set(&mut self, property: &str, value: &[u8]) {
        match property {
            "ChainingMode" => self.mode = utf16(value),
            "MessageBlockLength" => self.unit = value.first().copied().map_or(1, usize::from),
            "IV" if value.len() == BLOCK => self.iv = value.to_vec(),
            _ => {}
        }
    }

    /// The text in ECB, CBC or CFB, without padding or with it taken away; the IV goes on.
    pub fn chain(&mut self, text: &[u8], encrypt: bool, padding: bool) -> Option<Vec<u8>> {
        let mut text = text.to_vec();
        if encrypt && padding {
            let missing = BLOCK - text.len() % BLOCK;
            text.resize(text.len() + missing, missing as u8);
        }
        let (unit, mode) = (self.unit, self.mode.clone());
        let mut output = Vec::new();
        for part in text.chunks(if mode == "ChainingModeCFB" { unit } else { BLOCK }) {
            let (made, fed) = match mode.as_str() {
                "ChainingModeECB" => (aes(&self.secret, part, encrypt)?, Vec::new()),
                "ChainingModeCBC" if encrypt => {
                    let block = aes(&self.secret, &xor(part, &self.iv), true)?;
                    (block.clone(), block)
                }
                "ChainingModeCBC" => (xor(&aes(&self.secret, part, false)?, &self.iv), part.to_vec()),
                "ChainingModeCFB" => {
                    let made = xor(part, &aes(&self.secret, &self.iv, true)?);
                    let fed = if encrypt { made.clone() } else { part.to_vec() };
                    (made, fed)
                }
                _ => return None,
            };
            output.extend(made);
            self.iv.extend(fed);
            self.iv.drain(..self.iv.len() - BLOCK);
        }
        if !encrypt && padding {
            let count = usize::from(*output.last()?);
            output.truncate(output.len().checked_sub(count)?);
        }
        Some(output)
    }

    /// The text in GCM or CCM, and the tag, when it is done in one call.
    pub fn seal(&self, text: &[u8], encrypt: bool, sealing: &Sealing) -> Option<(Vec<u8>, Vec<u8>)> {
        let (nonce, key) = (&sealing.nonce, &self.secret);
        let ccm = match self.mode.as_str() {
            "ChainingModeGCM" => false,
            "ChainingModeCCM" => true,
            _ => return None,
        };
        // CCM's counter has what the nonce and one byte leave, GCM's four bytes and begins at 1.
        let counter = |number: u64| {
            let (mut block, at) = if ccm {
                ([&[14 - nonce.len() as u8], &nonce[..]].concat(), nonce.len() + 1)
            } else {
                (nonce.clone(), BLOCK - 4)
            };
            block.resize(BLOCK, 0);
            let digits = (number + u64::from(!ccm)).to_be_bytes();
            let width = BLOCK - at;
            let known = width.min(8);
            block[BLOCK - known..].copy_from_slice(&digits[8 - known..]);
            block
        };
        let mut other = Vec::new();
        for (index, part) in text.chunks(BLOCK).enumerate() {
            other.extend(xor(part, &aes(key, &counter(index as u64 + 1), true)?));
        }
        let plain = if encrypt { text } else { &other };
        let mut tag = if ccm {
            xor(&self.cbc_mac(plain, sealing)?, &aes(key, &counter(0), true)?)
        } else {
            gcm_tag(key, nonce, &sealing.data, plain)?
        };
        tag.truncate(sealing.tag_size);
        Some((other, tag))
    }

    /// SP 800-38C, 6.2 and A.2, for data of less than 0xFF00 bytes.
    fn cbc_mac(&self, plain: &[u8], sealing: &Sealing) -> Option<Vec<u8>> {
        let width = 15 - sealing.nonce.len();
        let has_data = u8::from(!sealing.data.is_empty());
        let flags = 64 * has_data + 8 * ((sealing.tag_size as u8 - 2) / 2) + (width as u8 - 1);
        let length = (plain.len() as u64).to_be_bytes();
        let mut message = [&[flags], &sealing.nonce[..]].concat();
        message.resize(BLOCK, 0);
        let known = width.min(8);
        message[BLOCK - known..].copy_from_slice(&length[8 - known..]);
        if has_data == 1 {
            let size = u16::try_from(sealing.data.len()).ok().filter(|&size| size < 0xFF00)?;
            message.extend(size.to_be_bytes());
            message.extend(&sealing.data);
            message.resize(message.len().next_multiple_of(BLOCK), 0);
        }
        message.extend(plain);
        message.resize(message.len().next_multiple_of(BLOCK), 0);
        message
            .chunks(BLOCK)
            .try_fold(vec![0; BLOCK], |state, block| aes(&self.secret, &xor(&state, block), true))
    }
}

#[test]
fn ccm_of_rfc_3610() {
    use crate::support::text::hex;
    let cipher =
        Cipher { secret: (0xC0..0xD0).collect(), mode: "ChainingModeCCM".into(), ..Cipher::default() };
    let nonce = hex("00000003020100a0a1a2a3a4a5");
    let sealing = Sealing { nonce, data: (0..8).collect(), tag_size: 8 };
    let (text, tag) = cipher.seal(&(8..0x1F).collect::<Vec<_>>(), true, &sealing).unwrap();
    assert_eq!(text, hex("588c979a61c663d2f066d0c2c0f989806d5f6b61dac384"));
    assert_eq!(tag, hex("17e8d12cfdf926e0"));
}
