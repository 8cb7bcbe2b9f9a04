//! What the calls of key pairs should have answered.

use conformance::scenario::{Argument, Expression};

use super::{Count, Follow, Object};
use crate::lattice;
use crate::pair::{self, Padding, Pair};

impl<'a> Follow<'a> {
    /// Compares what a call of a key pair answered with what it should have.
    pub fn judge(
        &self,
        function: &str,
        arguments: &'a [Argument],
        status: Option<&str>,
        place: &str,
        count: &mut Count,
    ) {
        let succeeded = status == Some("STATUS_SUCCESS");
        let (right, counted, what): (_, fn(&mut Count) -> &mut usize, _) = match function {
            "BCryptVerifySignature" if succeeded || status == Some("STATUS_INVALID_SIGNATURE") => {
                let right = self.verify(arguments).map(|wanted| wanted == succeeded);
                (right, |count| &mut count.verified, "the signature was judged otherwise")
            }
            "BCryptSignHash" if succeeded => {
                (self.sign(arguments), |count| &mut count.signed, "another signature")
            }
            "BCryptEncrypt" if succeeded => {
                (self.encrypt(arguments), |count| &mut count.encrypted, "another ciphertext")
            }
            "BCryptDecrypt" if succeeded => {
                (self.decrypt(arguments), |count| &mut count.encrypted, "another text")
            }
            "BCryptDecapsulate" if succeeded => {
                (self.decapsulate(arguments), |count| &mut count.decapsulated, "another secret")
            }
            _ => return,
        };
        match right {
            Some(true) => *counted(count) += 1,
            Some(false) => count.wrong.push(format!("{place}: {what}")),
            None => {}
        }
    }

    /// The key pair that a handle is of.
    pub fn pair(&self, argument: &Argument) -> Option<&Pair> {
        match argument {
            Argument::Value(Expression::Name(name)) => match self.objects.get(name.as_str())? {
                Object::Pair(pair) => Some(pair),
                _ => None,
            },
            _ => None,
        }
    }

    /// The bytes of an output that are not random.
    fn output(&self, output: &Argument) -> Option<&Vec<u8>> {
        match output {
            Argument::Output { name, .. } => self.buffers.get(name.as_str()),
            _ => None,
        }
    }

    fn padding(&self, structure: &Argument, flags: &Argument) -> Option<Padding> {
        let mut padding = Padding { flags: self.number(flags)?, ..Padding::default() };
        let structure = match structure {
            Argument::Null => return Some(padding),
            Argument::Structure(structure) => structure,
            _ => return None,
        };
        for (field, value) in structure.elements.first()? {
            match (*field, value) {
                ("pszAlgId" | "pszPrehashAlgId", Argument::Text(name)) => padding.name = Some(name.clone()),
                ("cbSalt", value) => padding.salt = usize::try_from(self.number(value)?).ok()?,
                ("pbLabel", Argument::Value(label)) => padding.label = self.bytes(label)?,
                ("pbCtx", Argument::Value(context)) => padding.context = self.bytes(context)?,
                (_, Argument::Null) => {}
                // A size that is not that of the bytes beside it.
                _ => return None,
            }
        }
        Some(padding)
    }

    fn verify(&self, arguments: &'a [Argument]) -> Option<bool> {
        let [key, padding, digest, size, signature, length, flags] = arguments else { return None };
        let (digest, signature) = (self.input(digest, size)?, self.input(signature, length)?);
        self.pair(key)?.verifies(&self.padding(padding, flags)?, &digest, &signature)
    }

    fn sign(&self, arguments: &'a [Argument]) -> Option<bool> {
        let [key, padding, digest, size, signature, _, _, flags] = arguments else { return None };
        let Pair::Rsa(key) = self.pair(key)? else { return None };
        let digest = self.input(digest, size)?;
        let signature = self.output(signature)?.get(..key.width)?;
        key.signed(&self.padding(padding, flags)?, &digest, signature)
    }

    fn encrypt(&self, arguments: &'a [Argument]) -> Option<bool> {
        let [key, text, size, _, _, _, ciphertext, _, _, flags] = arguments else { return None };
        let Pair::Rsa(key) = self.pair(key)? else { return None };
        let text = self.input(text, size)?;
        let ciphertext = self.output(ciphertext)?.get(..key.width)?;
        matches!(self.number(flags)?, 0 | pair::RAW).then(|| key.public_power(&text) == ciphertext)
    }

    fn decrypt(&self, arguments: &'a [Argument]) -> Option<bool> {
        let [key, ciphertext, size, padding, _, _, text, _, _, flags] = arguments else { return None };
        let Pair::Rsa(key) = self.pair(key)? else { return None };
        let ciphertext = self.input(ciphertext, size)?;
        let text = self.output(text)?;
        let mut wanted = key.decrypted(&self.padding(padding, flags)?, &ciphertext).unwrap_or_default();
        // What lies behind the text is what the buffer held before.
        wanted.resize(text.len(), 0xA5);
        Some(wanted == *text)
    }

    fn decapsulate(&self, arguments: &'a [Argument]) -> Option<bool> {
        let [key, ciphertext, size, secret, ..] = arguments else { return None };
        let Pair::MlKem(key) = self.pair(key)? else { return None };
        let ciphertext = self.input(ciphertext, size)?;
        Some(lattice::decapsulate(key, &ciphertext)? == *self.output(secret)?)
    }
}
