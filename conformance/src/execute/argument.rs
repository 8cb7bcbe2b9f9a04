//! Arguments in memory, as the library gets them.

use std::rc::Rc;

use super::variable::{Behind, Structure, number};
use super::{Run, Shown, Variable};
use crate::library::Function;
use crate::library::functions::Kind;
use crate::library::region::Region;
use crate::scenario::value::{self, Value};
use crate::scenario::{Argument, Bounds, Content, Expression, Parameters, Told};

/// The words of a call, and the memory that they point at.
pub struct Words<'a> {
    /// One for each parameter.
    pub words: Vec<u64>,
    /// What stands behind each, to be looked at after the call.
    pub passed: Vec<Passed<'a>>,
}

/// What was passed for one parameter, or for a field of a structure.
pub enum Passed<'a> {
    /// A number or NULL.
    Nothing,
    /// Bytes to read.
    Input(Region),
    /// A new variable to write.
    New(&'a str, Variable),
    /// The memory of a variable, or so many bytes of it, and that of another that it points at.
    Variables(Vec<(&'a str, Variable)>, usize),
    /// A structure that stands nowhere else.
    Structure(Rc<Structure>),
}

impl<'a> Passed<'a> {
    /// The size of the memory.
    pub fn size(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Input(region) => region.size(),
            Self::New(_, variable) => variable.region().map_or(0, |region| region.size()),
            Self::Variables(_, size) => *size,
            Self::Structure(structure) => structure.region.size(),
        }
    }

    /// Takes what the memory holds for what it held before the call.
    pub fn mark(&self) {
        match self {
            Self::Variables(all, _) => all.iter().for_each(|(_, variable)| variable.mark()),
            Self::Structure(structure) => Variable::Structure(structure.clone()).mark(),
            Self::Nothing | Self::Input(_) | Self::New(..) => {}
        }
    }

    /// Whether the call changed what it should only have read, or wrote beside it.
    pub fn is_changed(&self) -> bool {
        let region = match self {
            Self::Input(region) => region,
            Self::Structure(structure) => &structure.region,
            Self::Nothing | Self::New(..) | Self::Variables(..) => return false,
        };
        !region.is_untouched() || !region.guards_hold()
    }

    /// The same behind a field of a structure. A new variable must be defined before.
    pub fn behind(self) -> Option<Behind> {
        match self {
            Self::Nothing => None,
            Self::Input(region) => Some(Behind::Input(Rc::new(region))),
            Self::New(name, variable) => Some(Behind::Variable(name.to_owned(), variable)),
            Self::Variables(all, _) => {
                all.into_iter().next().map(|(name, variable)| Behind::Variable(name.to_owned(), variable))
            }
            Self::Structure(structure) => Some(Behind::Structure(structure)),
        }
    }
}

impl<'a> Run<'a> {
    /// Fails if a variable that is needed was not set.
    pub(super) fn words(
        &mut self,
        function: &Function,
        arguments: &'a [Argument],
    ) -> Result<Words<'a>, String> {
        let mut all = Words { words: Vec::new(), passed: Vec::new() };
        for (argument, parameter) in arguments.iter().zip(function.parameters) {
            let (word, passed) = match argument {
                Argument::SizeOf => (all.passed.last().map_or(0, Passed::size) as u64, Passed::Nothing),
                _ => self.argument(argument, parameter.kind)?,
            };
            all.words.push(word);
            all.passed.push(passed);
        }
        Ok(all)
    }

    /// The word of an argument, and what stands behind it.
    pub(super) fn argument(
        &mut self,
        argument: &'a Argument,
        kind: Kind,
    ) -> Result<(u64, Passed<'a>), String> {
        Ok(match argument {
            Argument::Null | Argument::SizeOf => (0, Passed::Nothing),
            Argument::Slot(name) => new(name, Variable::Slot(kind, Rc::new(Region::output(slot_size(kind))))),
            Argument::Output { name, size, told } => new(name, self.buffer(size, told)?),
            Argument::Same { name, bounds } => self.same(name, bounds, kind)?,
            Argument::Text(text) => input(&utf16_with_nul(text)),
            Argument::Parameters(parameters) => self.parameters(parameters)?,
            Argument::Structure(structure) => {
                let structure = self.structure(structure)?;
                (structure.region.address(), Passed::Structure(structure))
            }
            Argument::Pointers(entries) => {
                let pointers = self.pointers(entries)?;
                (pointers.region.address(), Passed::Structure(pointers))
            }
            Argument::Value(Expression::Name(name))
                if matches!(self.variables.get(name.as_str()), Some(Variable::Structure(_))) =>
            {
                self.same(name, &Bounds::default(), kind)?
            }
            Argument::Value(expression) => match self.value(expression)? {
                Value::Number(number) => (number, Passed::Nothing),
                Value::Bytes(bytes) => input(&bytes),
            },
        })
    }

    /// A new output buffer.
    fn buffer(&self, size: &Expression, told: &Told) -> Result<Variable, String> {
        let Value::Number(size) = self.value(size)? else { return Err("a size is no number".into()) };
        let size = usize::try_from(size).ok().filter(|&size| size <= 1 << 24).ok_or("a size is too large")?;
        let shown = match told {
            Told::All => Shown::All,
            Told::Nothing => Shown::Nothing,
            Told::Random(bounds) => {
                let (from, to) = value::edges(bounds, size, &|name| self.look_up(name))?;
                Shown::But(from, to)
            }
        };
        Ok(Variable::Buffer(Rc::new(Region::output(size)), shown))
    }

    /// The memory of a variable, or a part of it.
    fn same(&mut self, name: &'a str, bounds: &Bounds, kind: Kind) -> Result<(u64, Passed<'a>), String> {
        let variable = self.variables.get(name).ok_or_else(|| format!("{name} was not passed"))?;
        let variable = match variable {
            Variable::Number(number) => {
                let image: Vec<_> = number.to_le_bytes().into_iter().take(slot_size(kind)).collect();
                Variable::Slot(kind, Rc::new(Region::holding(&image)))
            }
            variable => variable.clone(),
        };
        self.variables.insert(name, variable.clone());
        let region = variable.region().ok_or_else(|| format!("{name} has no memory"))?;
        let size = region.size();
        let (from, to) = value::edges(bounds, size, &|name| self.look_up(name))?;
        if from > to || to > size {
            return Err(format!("{from}..{to} lies outside"));
        }
        let address = region.address() + from as u64;
        // *ppBuffer may be the caller's own buffer.
        let target = match &variable {
            Variable::Slot(Kind::OutPointer, region) => number(&region.bytes()),
            _ => 0,
        };
        let behind = self.variables.iter().find(|(_, other)| {
            target != 0 && other.region().is_some_and(|region| region.address() == target)
        });
        let behind = behind.map(|(&name, other)| (name, other.clone()));
        Ok((address, Passed::Variables([(name, variable)].into_iter().chain(behind).collect(), to - from)))
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
        Ok((region.address(), Passed::Input(region)))
    }
}

fn new(name: &str, variable: Variable) -> (u64, Passed<'_>) {
    (variable.region().map_or(0, |region| region.address()), Passed::New(name, variable))
}

fn input<'a>(bytes: &[u8]) -> (u64, Passed<'a>) {
    let region = Region::holding(bytes);
    (region.address(), Passed::Input(region))
}

fn slot_size(kind: Kind) -> usize {
    match kind {
        Kind::OutNumber => 4,
        Kind::OutBoolean => 1,
        _ => size_of::<usize>(),
    }
}

/// UTF-16 as C programs have it.
pub fn utf16_with_nul(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect()
}
