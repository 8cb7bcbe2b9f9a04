//! Follows a recording call by call and computes again what it derived.

use std::collections::BTreeMap;

use conformance::scenario::value::{Value, evaluate};
use conformance::scenario::{Action, Argument, Content, Expression, Scenario, Scenarios, constant};
use conformance::trace::{Recording, Step};

use crate::agreement::{self, Algorithm, Key, Secret};
use crate::derivation::{Hkdf, Request, utf16};
use crate::hash;

/// What became of the derivations of a recording.
#[derive(Default)]
pub struct Count {
    /// Derivations with the bytes of the formula.
    pub same: usize,
    /// Agreements that were computed.
    pub agreements: usize,
    /// Derivations of keys that are random or of a form that is not followed.
    pub not_followed: usize,
    /// Derivations with other bytes: id, step, both.
    pub wrong: Vec<String>,
}

enum Object {
    Algorithm(Algorithm),
    Key(Key),
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
        if step.status.as_deref() != Some("STATUS_SUCCESS") {
            continue;
        }
        match function.name {
            "BCryptOpenAlgorithmProvider" => follow.open(arguments),
            "BCryptSetProperty" => follow.set(arguments),
            "BCryptImportKeyPair" => follow.import(arguments),
            "BCryptSecretAgreement" => count.agreements += usize::from(follow.agree(arguments).is_some()),
            "BCryptDeriveKey" => {
                if let Some((derived, wanted)) = follow.derive(arguments, count) {
                    if derived == wanted {
                        count.same += 1;
                    } else {
                        let place = format!("{} step {}", scenario.id, index + 1);
                        count.wrong.push(format!("{place}: {derived:02x?} and not {wanted:02x?}"));
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
            self.objects
                .insert(name, Object::Algorithm(Algorithm { id: id.to_ascii_uppercase(), curve: None }));
        }
    }

    fn set(&mut self, arguments: &'a [Argument]) {
        let [Argument::Value(Expression::Name(name)), Argument::Text(property), value, size, ..] = arguments
        else {
            return;
        };
        let mut value = match value {
            Argument::Value(value) => self.bytes(value).unwrap_or_default(),
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
        if let (Some(algorithm), Some(blob)) = (algorithm, self.bytes(blob))
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

/// The algorithm of a pseudo-handle.
fn pseudo(handle: u64) -> Option<Algorithm> {
    ["DH", "ECDH_P256", "ECDH_P384", "ECDH_P521", "ECDH"].into_iter().find_map(|id| {
        let known = constant(&format!("BCRYPT_{id}_ALG_HANDLE"))?;
        (u64::from(known) == handle).then(|| Algorithm { id: id.to_owned(), curve: None })
    })
}
