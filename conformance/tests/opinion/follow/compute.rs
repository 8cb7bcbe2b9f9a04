//! What the calls of hashes, symmetric keys and derivations should write.

use conformance::scenario::{Argument, Expression};

use super::{Follow, Object};
use crate::cipher::Sealing;
use crate::mac::{self, BLOCK, Prf};
use crate::source::{self, Source};

const PADDING: u64 = 1;
const DONT_RESET: u64 = 1;

/// What is known of the outputs of a call.
pub enum Computed<'a> {
    /// The call writes nothing that could be computed.
    Nothing,
    /// It would be, but its inputs are not known or it is of another algorithm.
    NotFollowed,
    /// For each output: the variable, the first byte in it, and the bytes.
    Bytes(Vec<(&'a str, usize, Vec<u8>)>),
}

impl<'a> Follow<'a> {
    /// What a call that succeeded does to its objects and should write.
    pub fn compute(&mut self, function: &str, arguments: &'a [Argument]) -> Computed<'a> {
        let outputs = match function {
            "BCryptCreateHash"
            | "BCryptGenerateSymmetricKey"
            | "BCryptDuplicateHash"
            | "BCryptDuplicateKey" => {
                let made = self.made(function, arguments);
                let slot = arguments.iter().find_map(|argument| match argument {
                    Argument::Slot(name) => Some(name.as_str()),
                    _ => None,
                });
                if let Some(name) = slot {
                    self.objects.remove(name);
                    made.map(|object| self.objects.insert(name, object));
                }
                return Computed::Nothing;
            }
            "BCryptHashData" => {
                self.read(arguments);
                return Computed::Nothing;
            }
            "BCryptHash" => self.hash_at_once(arguments),
            "BCryptFinishHash" => self.finish(arguments),
            "BCryptDeriveKeyCapi" => self.capi(arguments),
            "BCryptDeriveKeyPBKDF2" => self.pbkdf2(arguments),
            "BCryptKeyDerivation" => self.key_derivation(arguments),
            "BCryptEncrypt" | "BCryptDecrypt" => {
                let queries = arguments.get(6).is_some_and(|output| matches!(output, Argument::Null));
                if queries || arguments.first().is_some_and(|key| self.pair(key).is_some()) {
                    return Computed::Nothing;
                }
                let outputs = self.crypt(function == "BCryptEncrypt", arguments);
                if outputs.is_none() && matches!(arguments.get(3), Some(Argument::Null)) {
                    // Nobody knows where its IV is now.
                    self.forget(arguments);
                }
                outputs
            }
            _ => return Computed::Nothing,
        };
        outputs.map_or(Computed::NotFollowed, Computed::Bytes)
    }

    fn made(&self, function: &str, arguments: &[Argument]) -> Option<Object> {
        let [handle, _, _, _, secret, size, ..] = arguments else {
            return self.object(arguments.first()?).cloned();
        };
        let algorithm = self.algorithm(handle)?;
        let secret = self.input(secret, size)?;
        if function == "BCryptCreateHash" {
            return mac::Object::new(&algorithm.id, algorithm.keyed, secret).map(Object::Hash);
        }
        if algorithm.id == "AES" {
            let mut cipher = algorithm.cipher;
            let length = [32, 24, 16].into_iter().find(|&length| length <= secret.len())?;
            cipher.secret = secret[..length].to_vec();
            return Some(Object::Cipher(cipher));
        }
        let known = source::ALGORITHMS.contains(&algorithm.id.as_str());
        known.then(|| Object::Source(Source { algorithm: algorithm.id, secret, hkdf: Default::default() }))
    }

    /// What is behind the first handle is not known any more.
    pub fn forget(&mut self, arguments: &[Argument]) {
        if let Some(Argument::Value(Expression::Name(name))) = arguments.first() {
            self.objects.remove(name.as_str());
        }
    }

    fn hash(&mut self, handle: &Argument) -> Option<&mut mac::Object> {
        match handle {
            Argument::Value(Expression::Name(name)) => match self.objects.get_mut(name.as_str())? {
                Object::Hash(hash) => Some(hash),
                _ => None,
            },
            _ => None,
        }
    }

    fn read(&mut self, arguments: &[Argument]) {
        let [handle, part, size, flags] = arguments else { return };
        // The check of a TLS record computes nothing that is told.
        let part = if self.number(flags) == Some(0) { self.input(part, size) } else { None };
        match part {
            Some(part) => drop(self.hash(handle).map(|hash| hash.read(&part))),
            None => self.forget(arguments),
        }
    }

    fn hash_at_once(&self, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, secret, secret_size, text, text_size, output, size] = arguments else { return None };
        let algorithm = self.algorithm(handle)?;
        let mut hash = mac::Object::new(&algorithm.id, algorithm.keyed, self.input(secret, secret_size)?)?;
        hash.read(&self.input(text, text_size)?);
        let (name, from, size) = self.place(output, size)?;
        Some(vec![(name, from, hash.finish(size, false)?)])
    }

    fn finish(&mut self, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, output, size, flags] = arguments else { return None };
        let squeeze = self.number(flags)? & DONT_RESET != 0;
        let place = if matches!(output, Argument::Null) { None } else { Some(self.place(output, size)?) };
        let (name, from, size) = place.unwrap_or_default();
        Some(vec![(name, from, self.hash(handle)?.finish(size, squeeze)?)])
    }

    fn capi(&mut self, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, Argument::Null, output, size, _] = arguments else { return None };
        let (name, from, size) = self.place(output, size)?;
        let object = self.hash(handle)?;
        let hash = object.plain()?;
        let value = object.finish(hash.length, false)?;
        Some(vec![(name, from, source::capi(hash, &value, size, false)?)])
    }

    fn pbkdf2(&self, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, password, password_size, salt, salt_size, iterations, output, size, _] = arguments
        else {
            return None;
        };
        let algorithm = self.algorithm(handle)?;
        let prf = Prf::named(&algorithm.id)?;
        let (password, salt) = (self.input(password, password_size)?, self.input(salt, salt_size)?);
        if matches!(output, Argument::Null) {
            return Some(Vec::new());
        }
        let (name, from, size) = self.place(output, size)?;
        Some(vec![(name, from, source::pbkdf2(prf, &password, &salt, self.number(iterations)?, size)?)])
    }

    fn key_derivation(&self, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, list, output, size, _, flags] = arguments else { return None };
        let Object::Source(source) = self.object(handle)? else { return None };
        let buffers = match list {
            Argument::Parameters(list) => self.contents(&list.buffers)?,
            Argument::Null => Vec::new(),
            _ => return None,
        };
        let (name, from, size) = self.place(output, size)?;
        Some(vec![(name, from, source.derive(&buffers, self.number(flags)?, size)?)])
    }

    fn crypt(&mut self, encrypt: bool, arguments: &'a [Argument]) -> Option<Vec<(&'a str, usize, Vec<u8>)>> {
        let [handle, text, text_size, information, iv, iv_size, output, size, _, flags] = arguments else {
            return None;
        };
        let text = self.input(text, text_size)?;
        let Object::Cipher(mut cipher) = self.object(handle)?.clone() else { return None };
        let (name, from, _) = self.place(output, size)?;
        if !matches!(information, Argument::Null)
            && ["ChainingModeGCM", "ChainingModeCCM"].contains(&cipher.mode.as_str())
        {
            let (sealing, tag) = self.sealing(information)?;
            let (made, made_tag) = cipher.seal(&text, encrypt, &sealing)?;
            let mut outputs = vec![(name, from, made)];
            outputs.extend(tag.map(|name| (name, 0, made_tag)));
            return Some(outputs);
        }
        let given = !matches!(iv, Argument::Null);
        if given {
            cipher.iv = self.input(iv, iv_size)?;
            (cipher.iv.len() == BLOCK).then_some(())?;
        }
        let made = cipher.chain(&text, encrypt, self.number(flags)? & PADDING != 0)?;
        let mut outputs = vec![(name, from, made)];
        if let Argument::Same { name, .. } = iv {
            outputs.push((name, 0, cipher.iv.clone()));
        }
        if let Argument::Value(Expression::Name(key)) = handle {
            self.objects.insert(key, Object::Cipher(cipher));
        }
        Some(outputs)
    }

    /// What a BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO says, and the variable of its tag, for one call.
    fn sealing(&self, information: &'a Argument) -> Option<(Sealing, Option<&'a str>)> {
        let fields: &'a [(&'static str, Argument)] = match information {
            Argument::Structure(structure) => structure.elements.first()?,
            Argument::Value(Expression::Name(name)) => self.structures.get(name.as_str()).copied()?,
            _ => return None,
        };
        let field =
            |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument);
        let plain = ["dwFlags", "cbTag", "cbNonce", "cbAuthData"].iter().all(|name| field(name).is_none());
        plain.then_some(())?;
        let bytes =
            |name: &str| field(name).map_or(Some(Vec::new()), |value| self.input(value, &Argument::SizeOf));
        let (tag_size, tag) = match field("pbTag")? {
            tag @ Argument::Value(_) => (self.input(tag, &Argument::SizeOf)?.len(), None),
            tag => {
                let (name, _, size) = self.place(tag, &Argument::SizeOf)?;
                (size, Some(name))
            }
        };
        Some((Sealing { nonce: bytes("pbNonce")?, data: bytes("pbAuthData")?, tag_size }, tag))
    }
}
