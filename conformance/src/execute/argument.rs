//! Arguments in memory, as the library gets them.

use super::{Run, Variable};
use crate::library::Function;
use crate::library::functions::Kind;
use crate::library::region::Region;
use crate::scenario::value::{self, Value};
use crate::scenario::{Argument, Content, Parameters};

/// The words of a call, and the memory that they point at.
pub struct Words<'a> {
    /// One for each parameter.
    pub words: Vec<u64>,
    /// What stands behind each, to be looked at after the call.
    pub passed: Vec<Passed<'a>>,
}

/// What was passed for one parameter.
pub enum Passed<'a> {
    /// A number or NULL.
    Nothing,
    /// Bytes to read, and the memory they are in.
    Input(Vec<u8>, Region),
    /// A variable to write.
    Output(&'a str, Variable),
}

impl<'a> Run<'a> {
    /// Fails if a variable that is needed was not set.
    pub(super) fn words(&self, function: &Function, arguments: &'a [Argument]) -> Result<Words<'a>, String> {
        let mut all = Words { words: Vec::new(), passed: Vec::new() };
        for (argument, parameter) in arguments.iter().zip(function.parameters) {
            let (word, passed) = match argument {
                Argument::SizeOf => (all.passed.last().map_or(0, size) as u64, Passed::Nothing),
                _ => self.argument(argument, parameter.kind)?,
            };
            all.words.push(word);
            all.passed.push(passed);
        }
        Ok(all)
    }

    fn argument(&self, argument: &'a Argument, kind: Kind) -> Result<(u64, Passed<'a>), String> {
        Ok(match argument {
            Argument::Null | Argument::SizeOf => (0, Passed::Nothing),
            Argument::Slot(name) => output(name, Variable::Slot(kind, Region::output(slot_size(kind)))),
            Argument::Output { name, size, random } => {
                let Value::Number(size) = self.value(size)? else { return Err("a size is no number".into()) };
                let size = usize::try_from(size)
                    .ok()
                    .filter(|&size| size <= 1 << 24)
                    .ok_or("a size is too large")?;
                let random = match random {
                    Some(bounds) => Some(value::edges(bounds, size, &|name| self.look_up(name))?),
                    None => None,
                };
                output(name, Variable::Buffer(Region::output(size), random))
            }
            Argument::Text(text) => input(utf16_with_nul(text)),
            Argument::Parameters(parameters) => self.parameters(parameters)?,
            Argument::Value(expression) => match self.value(expression)? {
                Value::Number(number) => (number, Passed::Nothing),
                Value::Bytes(bytes) => input(bytes),
            },
        })
    }

    /// The BCryptBufferDesc, the BCryptBuffers behind it, and their contents behind those, in one piece.
    fn parameters(&self, parameters: &Parameters) -> Result<(u64, Passed<'a>), String> {
        const POINTER: usize = size_of::<usize>();
        let contents = parameters
            .buffers
            .iter()
            .map(|(_, content)| match content {
                Content::NullOf(_) => Ok(None),
                Content::Text(text) => Ok(Some(utf16_with_nul(text))),
                Content::Bytes(expression) => self.value(expression).map(|value| Some(value.into_bytes())),
            })
            .collect::<Result<Vec<_>, String>>()?;
        let heads = (1 + contents.len()) * (8 + POINTER);
        let total = heads + contents.iter().flatten().map(Vec::len).sum::<usize>();
        let image = |base: u64| {
            let pointer = |address: u64| address.to_ne_bytes()[..POINTER].to_vec();
            let number = |number: usize| (number as u32).to_ne_bytes().to_vec();
            let (mut head, mut tail) = (Vec::new(), Vec::<u8>::new());
            head.extend(parameters.version.to_ne_bytes());
            head.extend(number(contents.len()));
            head.extend(pointer(base + (8 + POINTER) as u64));
            for ((kind, declared), content) in parameters.buffers.iter().zip(&contents) {
                let (size, address) = match (declared, content) {
                    (Content::NullOf(size), _) => (*size as usize, 0),
                    (_, Some(bytes)) => (bytes.len(), base + (heads + tail.len()) as u64),
                    (_, None) => (0, 0),
                };
                head.extend(number(size));
                head.extend(kind.to_ne_bytes());
                head.extend(pointer(address));
                tail.extend(content.iter().flatten());
            }
            head.extend(tail);
            head
        };
        let region = Region::output(total);
        let bytes = image(region.address());
        region.fill(&bytes);
        Ok((region.address(), Passed::Input(bytes, region)))
    }
}

fn output(name: &str, variable: Variable) -> (u64, Passed<'_>) {
    (variable.region().address(), Passed::Output(name, variable))
}

fn input<'a>(bytes: Vec<u8>) -> (u64, Passed<'a>) {
    let region = Region::holding(&bytes);
    (region.address(), Passed::Input(bytes, region))
}

fn size(passed: &Passed<'_>) -> usize {
    match passed {
        Passed::Nothing => 0,
        Passed::Input(bytes, _) => bytes.len(),
        Passed::Output(_, variable) => variable.region().size(),
    }
}

fn slot_size(kind: Kind) -> usize {
    match kind {
        Kind::OutNumber => 4,
        Kind::OutBoolean => 1,
        _ => size_of::<usize>(),
    }
}

fn utf16_with_nul(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect()
}
