//! What the arguments of a call come to, and what it wrote.

use conformance::scenario::value::{Value, evaluate};
use conformance::scenario::{Argument, Bounds, Expression, Told, constant};
use conformance::trace::Step;

use super::{AGREEING, Follow, Object};
use crate::agreement::Algorithm;
use crate::hash::HASHES;
use crate::{pair, source};

const FILL: u8 = 0xA5;

impl<'a> Follow<'a> {
    /// A variable that a scenario makes.
    pub fn assign(&mut self, name: &'a str, value: &'a Argument) {
        // A field that is set afterwards makes the structure another one.
        let stem = name.split('.').next().unwrap_or(name);
        self.structures.remove(stem);
        self.numbers.remove(name);
        self.buffers.remove(name);
        match value {
            Argument::Structure(structure) if name == stem => {
                if let [fields] = structure.elements.as_slice() {
                    self.structures.insert(name, fields);
                    for (_, field) in fields {
                        self.fill(field);
                    }
                }
            }
            Argument::Value(expression) => match self.value(expression) {
                Some(Value::Number(number)) => drop(self.numbers.insert(name, number)),
                Some(Value::Bytes(bytes)) => drop(self.buffers.insert(name, bytes)),
                None => {}
            },
            Argument::Text(_) => {
                if let Some(bytes) = self.input(value, &Argument::SizeOf) {
                    self.buffers.insert(name, bytes);
                }
            }
            _ => {}
        }
    }

    /// A new output buffer as it is before the call.
    fn fill(&mut self, argument: &'a Argument) {
        if let Argument::Output { name, size, told: Told::All } = argument
            && let Some(Value::Number(size)) = self.value(size)
        {
            self.buffers.insert(name, vec![FILL; size as usize]);
        }
    }

    /// What a call wrote.
    pub fn outputs(&mut self, arguments: &'a [Argument], step: &Step) {
        arguments.iter().for_each(|argument| self.fill(argument));
        let fields = self.structures.values().copied().flatten().map(|(_, field)| field);
        let named: Vec<&'a str> = arguments
            .iter()
            .chain(fields)
            .filter_map(|argument| match argument {
                Argument::Slot(name) | Argument::Output { name, .. } | Argument::Same { name, .. } => {
                    Some(name.as_str())
                }
                _ => None,
            })
            .collect();
        for output in &step.outputs {
            let Some(name) = named.iter().find(|name| **name == output.name) else { continue };
            let Some(value) = &output.value else { continue };
            if output.bytes {
                self.buffers.remove(name);
                if !value.contains('.') {
                    self.buffers.insert(name, crate::support::text::hex(value));
                }
            } else if let Ok(number) = value.parse() {
                self.numbers.insert(name, number);
            }
        }
    }

    /// The bytes of an input, of which so many count.
    pub fn input(&self, argument: &Argument, size: &Argument) -> Option<Vec<u8>> {
        let mut bytes = match argument {
            Argument::Null => return Some(Vec::new()),
            Argument::Value(value) => self.bytes(value)?,
            Argument::Text(text) => text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect(),
            Argument::Same { name, bounds } => {
                let whole = Box::new(Expression::Name(name.clone()));
                self.bytes(&Expression::Slice(whole, bounds.clone()))?
            }
            _ => return None,
        };
        if !matches!(size, Argument::SizeOf) {
            let size = self.number(size)? as usize;
            (size <= bytes.len()).then(|| bytes.truncate(size))?;
        }
        Some(bytes)
    }

    /// Where an output stands: its variable, the first byte in it, and its size.
    pub fn place(&self, argument: &'a Argument, size: &Argument) -> Option<(&'a str, usize, usize)> {
        let (name, from, whole) = match argument {
            Argument::Output { name, size, .. } => match self.value(size)? {
                Value::Number(size) => (name, 0, size as usize),
                Value::Bytes(_) => return None,
            },
            Argument::Same { name, bounds: Bounds { from, .. } } => {
                let from = match from {
                    Some(from) => match self.value(from)? {
                        Value::Number(from) => from as usize,
                        Value::Bytes(_) => return None,
                    },
                    None => 0,
                };
                (name, from, self.input(argument, &Argument::SizeOf)?.len())
            }
            _ => return None,
        };
        let size = if matches!(size, Argument::SizeOf) { whole } else { self.number(size)? as usize };
        Some((name, from, size))
    }

    /// A number.
    pub fn number(&self, argument: &Argument) -> Option<u64> {
        match argument {
            Argument::Value(value) => match self.value(value)? {
                Value::Number(number) => Some(number),
                Value::Bytes(_) => None,
            },
            _ => None,
        }
    }

    pub fn bytes(&self, expression: &Expression) -> Option<Vec<u8>> {
        self.value(expression).map(Value::into_bytes)
    }

    pub fn value(&self, expression: &Expression) -> Option<Value> {
        let look_up = |name: &str| {
            let bytes = self.buffers.get(name).or_else(|| self.material.get(name));
            bytes.cloned().map(Value::Bytes).or_else(|| self.numbers.get(name).copied().map(Value::Number))
        };
        evaluate(expression, &look_up).ok()
    }

    /// What a handle is of.
    pub fn object(&self, argument: &Argument) -> Option<&Object> {
        match argument {
            Argument::Value(Expression::Name(name)) => self.objects.get(name.as_str()),
            _ => None,
        }
    }

    /// The algorithm of a provider or a pseudo-handle.
    pub fn algorithm(&self, argument: &Argument) -> Option<Algorithm> {
        match argument {
            Argument::Value(Expression::Number(handle)) => pseudo(*handle),
            _ => match self.object(argument)? {
                Object::Algorithm(algorithm) => Some(algorithm.clone()),
                _ => None,
            },
        }
    }
}

/// The algorithm of a pseudo-handle.
fn pseudo(handle: u64) -> Option<Algorithm> {
    let is = |name: String| {
        let name = name.replace("ML-", "ML").replace('-', "_").replace("SP800_", "SP800");
        constant(&format!("BCRYPT_{name}_ALG_HANDLE")).map(u64::from) == Some(handle)
    };
    let others = ["AES-CMAC", "AES-GMAC", "CSHAKE128", "CSHAKE256", "KMAC128", "KMAC256"];
    let hashes = HASHES.iter().map(|hash| hash.name);
    let pairs = AGREEING.iter().chain(pair::ALGORITHMS).copied();
    let mut plain = hashes.clone().chain(others).chain(pairs).chain(source::ALGORITHMS);
    if let Some(id) = plain.find(|id| is((*id).to_owned())) {
        return Some(Algorithm { id: id.to_owned(), ..Algorithm::default() });
    }
    let keyed = hashes.clone().find(|id| is(format!("HMAC_{id}")));
    if let Some(id) = keyed {
        return Some(Algorithm { id: id.to_owned(), keyed: true, ..Algorithm::default() });
    }
    let mode = ["ECB", "CBC", "CFB", "GCM", "CCM"].into_iter().find(|mode| is(format!("AES_{mode}")))?;
    let mut algorithm = Algorithm { id: "AES".to_owned(), ..Algorithm::default() };
    algorithm.cipher.mode = format!("ChainingMode{mode}");
    Some(algorithm)
}
