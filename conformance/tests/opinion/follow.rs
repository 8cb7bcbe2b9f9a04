//! Follows a recording call by call and computes again what it derived, verified, signed, encrypted and decapsulated.

use std::collections::BTreeMap;

use conformance::scenario::{Action, Argument, Content, Expression, Scenario, Scenarios};
use conformance::trace::{Recording, Step};

use crate::agreement::{self, Algorithm, Key, Secret};
use crate::cipher::Cipher;
use crate::derivation::{Hkdf, Request, utf16};
use crate::pair::{self, Pair};
use crate::source::Source;
use crate::{hash, mac};

mod compute;
mod input;
mod pairs;

const HMAC_FLAG: u64 = 8;
/// Algorithms whose keys agree.
const AGREEING: [&str; 5] = ["DH", "ECDH_P256", "ECDH_P384", "ECDH_P521", "ECDH"];

/// What became of the derivations of a recording.
#[derive(Default)]
pub struct Count {
    /// By function: outputs with the bytes of the formula.
    pub same: BTreeMap<&'static str, usize>,
    /// Agreements that were computed.
    pub agreements: usize,
    /// By function: outputs of keys that are random or of a form that is not followed.
    pub not_followed: BTreeMap<&'static str, usize>,
    /// Signatures that were verified with the same result.
    pub verified: usize,
    /// Signatures that have no random part, with the bytes of the formula.
    pub signed: usize,
    /// Texts that RSA encrypted without a random part, and ciphertexts that it decrypted.
    pub encrypted: usize,
    /// Ciphertexts whose secret is that of the formula.
    pub decapsulated: usize,
    /// Other results: id, step, both.
    pub wrong: Vec<String>,
}

impl Count {
    fn compare(&mut self, function: &'static str, place: &str, derived: &[u8], wanted: &[u8]) {
        if derived == wanted {
            *self.same.entry(function).or_default() += 1;
        } else {
            self.wrong.push(format!("{place}: {derived:02x?} and not {wanted:02x?}"));
        }
    }
}

#[derive(Clone)]
enum Object {
    Algorithm(Algorithm),
    Key(Key),
    Pair(Pair),
    Secret(Secret, Hkdf),
    Source(Source),
    Cipher(Cipher),
    Hash(mac::Object),
}

struct Follow<'a> {
    material: &'a BTreeMap<String, Vec<u8>>,
    objects: BTreeMap<&'a str, Object>,
    buffers: BTreeMap<&'a str, Vec<u8>>,
    numbers: BTreeMap<&'a str, u64>,
    structures: BTreeMap<&'a str, &'a [(&'static str, Argument)]>,
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
    let mut follow = Follow {
        material,
        objects: BTreeMap::new(),
        buffers: BTreeMap::new(),
        numbers: BTreeMap::new(),
        structures: BTreeMap::new(),
    };
    for (index, (statement, step)) in scenario.statements.iter().zip(steps).enumerate() {
        let (function, arguments) = match &statement.action {
            Action::Call { function, arguments, .. } => (function.name, arguments.as_slice()),
            Action::Assign { name, value, .. } => {
                follow.assign(name, value);
                continue;
            }
            _ => continue,
        };
        let place = format!("{} step {}", scenario.id, index + 1);
        let succeeded = step.status.as_deref() == Some("STATUS_SUCCESS");
        if !succeeded && function == "BCryptHashData" {
            follow.forget(arguments);
        }
        // Before the outputs are known: an output may stand where the input is.
        let computed =
            if succeeded { follow.compute(function, arguments) } else { compute::Computed::Nothing };
        follow.outputs(arguments, step);
        match computed {
            compute::Computed::Nothing => {}
            compute::Computed::NotFollowed => *count.not_followed.entry(function).or_default() += 1,
            compute::Computed::Bytes(outputs) => {
                for (name, from, wanted) in outputs {
                    let Some(buffer) = follow.buffers.get(name) else { continue };
                    let derived = buffer.get(from..from + wanted.len()).unwrap_or_default();
                    count.compare(function, &place, derived, &wanted);
                }
            }
        }
        follow.judge(function, arguments, step.status.as_deref(), &place, count);
        if !succeeded {
            continue;
        }
        match function {
            "BCryptOpenAlgorithmProvider" => follow.open(arguments),
            "BCryptSetProperty" => follow.set(arguments),
            "BCryptImportKeyPair" => follow.import(arguments),
            "BCryptSecretAgreement" => count.agreements += usize::from(follow.agree(arguments).is_some()),
            "BCryptDeriveKey" => {
                if let Some((derived, wanted)) = follow.derive(arguments, count) {
                    count.compare(function, &place, &derived, &wanted);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Follow<'a> {
    fn open(&mut self, arguments: &'a [Argument]) {
        if let [Argument::Slot(name), Argument::Text(id), _, flags] = arguments {
            let keyed = self.number(flags).is_some_and(|flags| flags & HMAC_FLAG != 0);
            let algorithm = Algorithm { id: id.to_ascii_uppercase(), keyed, ..Algorithm::default() };
            self.objects.insert(name, Object::Algorithm(algorithm));
        }
    }

    fn set(&mut self, arguments: &'a [Argument]) {
        let [Argument::Value(Expression::Name(name)), Argument::Text(property), value, size, ..] = arguments
        else {
            return;
        };
        let value = match value {
            // Names are read to their end, whatever size is stated.
            Argument::Text(_) => self.input(value, &Argument::SizeOf).unwrap_or_default(),
            _ => self.input(value, size).unwrap_or_default(),
        };
        match (self.objects.get_mut(name.as_str()), property.as_str()) {
            (Some(Object::Algorithm(algorithm)), "ECCCurveName") => algorithm.curve = Some(utf16(&value)),
            (Some(Object::Algorithm(algorithm)), _) => algorithm.cipher.set(property, &value),
            (Some(Object::Cipher(cipher)), _) => cipher.set(property, &value),
            (Some(Object::Hash(hash)), "FunctionNameString") => hash.name = value,
            (Some(Object::Hash(hash)), "CustomizationString") => hash.customization = value,
            (Some(Object::Hash(hash)), "IV") => hash.iv = Some(value),
            (Some(Object::Source(source)), "HkdfHashAlgorithm") => source.hkdf.hash = Some(utf16(&value)),
            (Some(Object::Source(source)), "HkdfSaltAndFinalize") => {
                let hash = source.hkdf.hash.as_deref().and_then(mac::plain);
                source.hkdf.key = hash.map(|hash| hash.hmac(&value, &source.secret));
            }
            (Some(Object::Source(source)), "HkdfPrkAndFinalize") => {
                source.hkdf.key = Some(source.secret.clone())
            }
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
        let algorithm = self.algorithm(algorithm);
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
            let size =
                if matches!(size, Argument::SizeOf) { derived.len() } else { self.number(size)? as usize };
            let buffers = match list {
                Argument::Parameters(list) => self.contents(&list.buffers)?,
                _ => Vec::new(),
            };
            Request { kdf, buffers: &buffers, flags: self.number(flags)?, hkdf, size }.derive(secret)
        };
        let Some(mut wanted) = wanted() else {
            *count.not_followed.entry("BCryptDeriveKey").or_default() += 1;
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
}
