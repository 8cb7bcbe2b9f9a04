//! Follows a recording call by call and computes again what it derived, verified, signed, encrypted and decapsulated.

use std::collections::BTreeMap;

use conformance::scenario::value::{Value, evaluate};
use conformance::scenario::{Action, Argument, Content, Expression, Scenario, Scenarios, constant};
use conformance::trace::{Recording, Step};

use crate::agreement::{self, Algorithm, Key, Secret};
use crate::derivation::{Hkdf, Request, utf16};
use crate::pair::{self, Padding, Pair};
use crate::{hash, lattice};

/// What became of the derivations of a recording.
#[derive(Default)]
pub struct Count {
    /// Derivations with the bytes of the formula.
    pub same: usize,
    /// Agreements that were computed.
    pub agreements: usize,
    /// Derivations of keys that are random or of a form that is not followed.
    pub not_followed: usize,
    /// Signatures that were verified with the same result.
    pub verified: usize,
    /// Signatures that have no random part, with the bytes of the formula.
    pub signed: usize,
    /// Texts that were encrypted without a random part, and ciphertexts that were decrypted.
    pub encrypted: usize,
    /// Ciphertexts whose secret is that of the formula.
    pub decapsulated: usize,
    /// Other results: id, step, both.
    pub wrong: Vec<String>,
}

enum Object {
    Algorithm(Algorithm),
    Key(Key),
    Pair(Pair),
    Secret(Secret, Hkdf),
}

struct Follow<'a> {
    material: &'a BTreeMap<String, Vec<u8>>,
    objects: BTreeMap<&'a str, Object>,
    buffers: BTreeMap<&'a str, Vec<u8>>,
    numbers: BTreeMap<&'a str, u64>,
}

/// Follows every scenario of a recording.
pub fn recording(scenarios: &Scenarios, recording: &Recording) -> Count {
    let mut count = Count::default();
    for (id, recorded) in &recording.scenarios {
        let Some(scenario) = scenarios.all.get(id) else { continue };
        if recorded.fingerprint == scenario.fingerprint {
            one(scenario, &recorded.steps, &scenarios.material, &mut count);
        }
    }
    count
}

fn one(scenario: &Scenario, steps: &[Step], material: &BTreeMap<String, Vec<u8>>, count: &mut Count) {
    let mut follow =
        Follow { material, objects: BTreeMap::new(), buffers: BTreeMap::new(), numbers: BTreeMap::new() };
    for (index, (statement, step)) in scenario.statements.iter().zip(steps).enumerate() {
        let Action::Call { function, arguments, .. } = &statement.action else { continue };
        for output in &step.outputs {
            let name = arguments.iter().find_map(|argument| match argument {
                Argument::Slot(name) | Argument::Output { name, .. } if *name == output.name => {
                    Some(name.as_str())
                }
                _ => None,
            });
            let (Some(name), Some(value)) = (name, &output.value) else { continue };
            if output.bytes && !value.contains('.') {
                follow.buffers.insert(name, crate::support::text::hex(value));
            } else if let Ok(number) = value.parse() {
                follow.numbers.insert(name, number);
            }
        }
        let place = || format!("{} step {}", scenario.id, index + 1);
        let mut told = |right: Option<bool>, count_of: fn(&mut Count) -> &mut usize, what: &str| match right {
            Some(true) => *count_of(count) += 1,
            Some(false) => count.wrong.push(format!("{}: {what}", place())),
            None => {}
        };
        if function.name == "BCryptVerifySignature" {
            let fits = match step.status.as_deref() {
                Some("STATUS_SUCCESS") => true,
                Some("STATUS_INVALID_SIGNATURE") => false,
                _ => continue,
            };
            let right = follow.verify(arguments).map(|wanted| wanted == fits);
            told(right, |count| &mut count.verified, "the signature was judged otherwise");
        }
        if step.status.as_deref() != Some("STATUS_SUCCESS") {
            continue;
        }
        match function.name {
            "BCryptSignHash" => told(follow.sign(arguments), |count| &mut count.signed, "another signature"),
            "BCryptEncrypt" => {
                told(follow.encrypt(arguments), |count| &mut count.encrypted, "another ciphertext")
            }
            "BCryptDecrypt" => told(follow.decrypt(arguments), |count| &mut count.encrypted, "another text"),
            "BCryptDecapsulate" => {
                told(follow.decapsulate(arguments), |count| &mut count.decapsulated, "another secret");
            }
            "BCryptOpenAlgorithmProvider" => follow.open(arguments),
            "BCryptSetProperty" => follow.set(arguments),
            "BCryptImportKeyPair" => follow.import(arguments),
            "BCryptSecretAgreement" => count.agreements += usize::from(follow.agree(arguments).is_some()),
            "BCryptDeriveKey" => {
                if let Some((derived, wanted)) = follow.derive(arguments, count) {
                    if derived == wanted {
                        count.same += 1;
                    } else {
                        count.wrong.push(format!("{}: {derived:02x?} and not {wanted:02x?}", place()));
                    }
                }
            }
            _ => {}
        }
    }
}

impl<'a> Follow<'a> {
    fn open(&mut self, arguments: &'a [Argument]) {
        if let [Argument::Slot(name), Argument::Text(id), ..] = arguments {
            let id = id.to_ascii_uppercase().replace('-', "");
            self.objects.insert(name, Object::Algorithm(Algorithm { id, curve: None }));
        }
    }

    fn set(&mut self, arguments: &'a [Argument]) {
        let [Argument::Value(Expression::Name(name)), Argument::Text(property), value, size, ..] = arguments
        else {
            return;
        };
        let mut value = match value {
            Argument::Value(value) => self.bytes(value).unwrap_or_default(),
            Argument::Text(text) => text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect(),
            _ => Vec::new(),
        };
        if let Argument::Value(size) = size
            && let Some(Value::Number(size)) = self.value(size)
        {
            value.truncate(size as usize);
        }
        match (self.objects.get_mut(name.as_str()), property.as_str()) {
            (Some(Object::Algorithm(algorithm)), "ECCCurveName") => algorithm.curve = Some(utf16(&value)),
            (Some(Object::Secret(_, hkdf)), "HkdfHashAlgorithm") => hkdf.hash = Some(utf16(&value)),
            (Some(Object::Secret(secret, hkdf)), "HkdfSaltAndFinalize") => {
                let hash = hkdf.hash.as_deref().map(hash::find);
                hkdf.key = hash.map(|hash| hash.hmac(&value, &secret.z));
            }
            (Some(Object::Secret(secret, hkdf)), "HkdfPrkAndFinalize") => hkdf.key = Some(secret.z.clone()),
            _ => {}
        }
    }

    fn import(&mut self, arguments: &'a [Argument]) {
        let [algorithm, _, Argument::Text(blob_type), Argument::Slot(name), Argument::Value(blob), ..] =
            arguments
        else {
            return;
        };
        let algorithm = match algorithm {
            Argument::Value(Expression::Number(handle)) => pseudo(*handle),
            Argument::Value(Expression::Name(name)) => match self.objects.get(name.as_str()) {
                Some(Object::Algorithm(algorithm)) => Some(algorithm.clone()),
                _ => None,
            },
            _ => None,
        };
        self.objects.remove(name.as_str());
        let (Some(algorithm), Some(blob)) = (algorithm, self.bytes(blob)) else { return };
        if let Some(pair) = pair::import(&algorithm, blob_type, &blob) {
            self.objects.insert(name, Object::Pair(pair));
        } else if AGREEING.contains(&algorithm.id.as_str())
            && let Some(key) = agreement::import(&algorithm, blob_type, &blob)
        {
            self.objects.insert(name, Object::Key(key));
        }
    }

    fn pair(&self, argument: &Argument) -> Option<&Pair> {
        match argument {
            Argument::Value(Expression::Name(name)) => match self.objects.get(name.as_str())? {
                Object::Pair(pair) => Some(pair),
                _ => None,
            },
            _ => None,
        }
    }

    /// The bytes of an input, as many as are told behind it.
    fn input(&self, input: &Argument, size: &Argument) -> Option<Vec<u8>> {
        let Argument::Value(input) = input else { return None };
        let mut input = self.bytes(input)?;
        if !matches!(size, Argument::SizeOf) {
            let size = usize::try_from(self.number(size)?).ok()?;
            (size <= input.len()).then(|| input.truncate(size))?;
        }
        Some(input)
    }

    fn number(&self, argument: &Argument) -> Option<u64> {
        let Argument::Value(value) = argument else { return None };
        match self.value(value)? {
            Value::Number(number) => Some(number),
            Value::Bytes(_) => None,
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

    fn agree(&mut self, arguments: &'a [Argument]) -> Option<()> {
        let [private, public, Argument::Slot(name), ..] = arguments else { return None };
        self.objects.remove(name.as_str());
        let key = |argument: &Argument| match argument {
            Argument::Value(Expression::Name(name)) => match self.objects.get(name.as_str()) {
                Some(Object::Key(key)) => Some(key.clone()),
                _ => None,
            },
            _ => None,
        };
        let secret = agreement::agree(&key(private)?, &key(public)?)?;
        self.objects.insert(name, Object::Secret(secret, Hkdf::default()));
        Some(())
    }

    /// The bytes that were derived, and those of the formula.
    fn derive(&self, arguments: &'a [Argument], count: &mut Count) -> Option<(Vec<u8>, Vec<u8>)> {
        let [secret, Argument::Text(kdf), list, Argument::Output { name, .. }, size, _, flags] = arguments
        else {
            return None;
        };
        let derived = self.buffers.get(name.as_str())?;
        let wanted = || {
            let Argument::Value(Expression::Name(secret)) = secret else { return None };
            let Object::Secret(secret, hkdf) = self.objects.get(secret.as_str())? else { return None };
            let number = |argument: &Argument| match argument {
                Argument::Value(value) => match self.value(value)? {
                    Value::Number(number) => Some(number),
                    Value::Bytes(_) => None,
                },
                _ => None,
            };
            let size = if matches!(size, Argument::SizeOf) { derived.len() } else { number(size)? as usize };
            let buffers = match list {
                Argument::Parameters(list) => self.contents(&list.buffers)?,
                _ => Vec::new(),
            };
            Request { kdf, buffers: &buffers, flags: number(flags)?, hkdf, size }.derive(secret)
        };
        let Some(mut wanted) = wanted() else {
            count.not_followed += 1;
            return None;
        };
        // What lies behind the derived bytes is what the buffer held before.
        wanted.resize(derived.len(), 0xA5);
        Some((derived.clone(), wanted))
    }

    fn contents(&self, buffers: &[(u32, Content)]) -> Option<Vec<(u32, Vec<u8>)>> {
        let content = |content: &Content| match content {
            Content::NullOf(_) => Some(Vec::new()),
            Content::Text(text) => Some(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()),
            Content::Bytes(value) => self.bytes(value),
        };
        buffers.iter().map(|(kind, of)| Some((*kind, content(of)?))).collect()
    }

    fn bytes(&self, expression: &Expression) -> Option<Vec<u8>> {
        self.value(expression).map(Value::into_bytes)
    }

    fn value(&self, expression: &Expression) -> Option<Value> {
        let look_up = |name: &str| {
            let bytes = self.buffers.get(name).or_else(|| self.material.get(name));
            bytes.cloned().map(Value::Bytes).or_else(|| self.numbers.get(name).copied().map(Value::Number))
        };
        evaluate(expression, &look_up).ok()
    }
}

/// Algorithms whose keys agree.
const AGREEING: &[&str] = &["DH", "ECDH_P256", "ECDH_P384", "ECDH_P521", "ECDH"];
/// Algorithms whose keys sign, decrypt or decapsulate.
const OTHERS: &[&str] =
    &["RSA", "RSA_SIGN", "DSA", "ECDSA_P256", "ECDSA_P384", "ECDSA_P521", "ECDSA", "MLKEM", "MLDSA"];

/// The algorithm of a pseudo-handle.
fn pseudo(handle: u64) -> Option<Algorithm> {
    AGREEING.iter().chain(OTHERS).find_map(|&id| {
        let known = constant(&format!("BCRYPT_{id}_ALG_HANDLE"))?;
        (u64::from(known) == handle).then(|| Algorithm { id: id.to_owned(), curve: None })
    })
}
