//! Structures of bcrypt.h in memory.

use std::rc::Rc;

use super::argument::Passed;
use super::variable::Structure;
use super::{Run, Variable};
use crate::library::functions::Kind as Parameter;
use crate::library::layout::{Default, Kind, Layout};
use crate::scenario::{self, Argument};

/// What is given for a field.
struct Given<'a> {
    field: &'static str,
    word: u64,
    /// The size of what stands behind it, and the number of entries.
    size: usize,
    count: usize,
    passed: Passed<'a>,
}

impl<'a> Run<'a> {
    /// Makes structures with what stands behind their fields. New buffers in them become variables.
    pub(super) fn structure(&mut self, structure: &'a scenario::Structure) -> Result<Rc<Structure>, String> {
        let layout = structure.layout;
        let (mut image, mut behind) = (Vec::new(), Vec::new());
        for (index, fields) in structure.elements.iter().enumerate() {
            let given = self.given(fields)?;
            let start = image.len();
            image.resize(start + layout.size(), 0);
            for (at, field) in layout.places() {
                let word = match given.iter().find(|given| given.field == field.name) {
                    Some(given) => given.word,
                    None => default(layout, field.kind, &given),
                };
                let bytes = word.to_ne_bytes().into_iter().take(field.kind.size());
                image.iter_mut().skip(start + at).zip(bytes).for_each(|(byte, new)| *byte = new);
            }
            for given in given {
                let name = if structure.elements.len() == 1 {
                    given.field.to_owned()
                } else {
                    format!("[{index}].{}", given.field)
                };
                behind.extend(given.passed.behind().map(|behind| (name, behind)));
            }
        }
        Ok(Structure::new(Some(layout), &image, behind))
    }

    fn given(&mut self, fields: &'a [(&'static str, Argument)]) -> Result<Vec<Given<'a>>, String> {
        let mut all: Vec<Given<'a>> = Vec::new();
        for (field, value) in fields {
            let (word, passed) = match value {
                Argument::SizeOf => (all.last().map_or(0, |given| given.size) as u64, Passed::Nothing),
                _ => self.behind(value)?,
            };
            let count = match value {
                Argument::Pointers(entries) => entries.len(),
                Argument::Structure(structure) => structure.elements.len(),
                _ => 0,
            };
            all.push(Given { field, word, size: passed.size(), count, passed });
        }
        Ok(all)
    }

    /// The word of a field, and what stands behind it; a new buffer becomes a variable.
    fn behind(&mut self, value: &'a Argument) -> Result<(u64, Passed<'a>), String> {
        let (word, passed) = self.argument(value, Parameter::Buffer)?;
        if let Passed::New(name, variable) = &passed {
            self.define(name, variable.clone());
        }
        Ok((word, passed))
    }

    /// An array of pointers.
    pub(super) fn pointers(&mut self, entries: &'a [Argument]) -> Result<Rc<Structure>, String> {
        let (mut image, mut behind) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            let (word, passed) = self.behind(entry)?;
            image.extend(word.to_ne_bytes().into_iter().take(size_of::<usize>()));
            behind.extend(passed.behind().map(|behind| (format!("[{index}]"), behind)));
        }
        Ok(Structure::new(None, &image, behind))
    }

    /// Sets a field of a variable that is a structure.
    pub(super) fn set_field(&mut self, name: &str, field: &str, value: &'a Argument) -> Result<(), String> {
        let structure = match self.variables.get(name) {
            Some(Variable::Structure(structure)) => structure.clone(),
            _ => return Err(format!("{name} is no structure")),
        };
        let (word, passed) = self.behind(value)?;
        let (at, size, _) = structure.place(field).ok_or_else(|| format!("there is no field {field}"))?;
        let bytes: Vec<_> = word.to_ne_bytes().into_iter().take(size).collect();
        structure.region.write(at, &bytes);
        structure.put(field.to_owned(), passed.behind());
        Ok(())
    }
}

/// What a field holds where nothing is given for it.
fn default(layout: &Layout, kind: Kind, given: &[Given<'_>]) -> u64 {
    let other = |name: &str| given.iter().find(|given| given.field == name);
    match kind {
        Kind::Number(Default::Is(number)) => number.into(),
        Kind::Number(Default::Whole) => layout.size() as u64,
        Kind::Number(Default::SizeOf(field)) => other(field).map_or(0, |given| given.size) as u64,
        Kind::Number(Default::CountOf(field)) => other(field).map_or(0, |given| given.count) as u64,
        _ => 0,
    }
}
