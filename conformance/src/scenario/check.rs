//! What a scenario can't mean: variables that nothing set, values of the wrong kind.

use std::collections::BTreeMap;

use super::{Action, Argument, Bounds, Content, Expression, Place, Scenario, Statement, Told};
use crate::library::Function;
use crate::library::functions::Kind;
use crate::library::layout::{self, Layout};
use crate::problem::{Problem, Result};

type Material = BTreeMap<String, Vec<u8>>;

/// Checks a scenario. Fails with a problem that names the line.
pub fn scenario(scenario: &Scenario, material: &Material) -> Result<()> {
    if scenario.statements.is_empty() {
        return Err(Problem::new(&scenario.place, format!("'{}' does nothing", scenario.id), "write a call"));
    }
    let mut known = Known { material, variables: BTreeMap::new() };
    scenario.statements.iter().try_for_each(|statement| known.statement(statement))
}

/// What names stand for, so far.
struct Known<'a> {
    material: &'a Material,
    /// Variables; of those that are structures, what kind.
    variables: BTreeMap<&'a str, Option<&'static Layout>>,
}

impl<'a> Known<'a> {
    fn statement(&mut self, statement: &'a Statement) -> Result<()> {
        let place = &statement.place;
        for name in names(&statement.action) {
            if !self.knows(name) {
                let what = format!("nothing before sets '{name}'");
                return Err(Problem::new(place, what, "let an earlier call set it, or define it as bytes"));
            }
        }
        match &statement.action {
            Action::Call { function, arguments, .. } => self.call(place, function, arguments),
            Action::Assign { name, value, .. } => self.assignment(place, name, value),
            _ => Ok(()),
        }
    }

    fn call(&mut self, place: &Place, function: &Function, arguments: &'a [Argument]) -> Result<()> {
        for (index, (argument, parameter)) in arguments.iter().zip(function.parameters).enumerate() {
            if !self.fits(argument, parameter.kind, index > 0) {
                let what = format!("this can't be given for {} of {}", parameter.name, function.name);
                return Err(Problem::new(place, what, mend(parameter.kind)));
            }
            self.contents(place, argument)?;
        }
        Ok(())
    }

    fn assignment(&mut self, place: &Place, name: &'a str, value: &'a Argument) -> Result<()> {
        self.contents(place, value)?;
        let Some((stem, field)) = name.split_once('.') else {
            let layout = match value {
                Argument::Structure(structure) => Some(structure.layout),
                Argument::Null | Argument::Text(_) | Argument::Value(_) => None,
                _ => return Err(Problem::new(place, format!("this can't be what '{name}' holds"), VARIABLE)),
            };
            return self.define(place, name, layout);
        };
        match self.variables.get(stem).copied().flatten().map(|layout| (layout, layout.field(field))) {
            None => Err(Problem::new(place, format!("'{stem}' is no structure"), "make it one above")),
            Some((layout, None)) => Err(no_field(place, layout, field)),
            Some((layout, Some(field))) if !field_fits(value, field.kind, false) => Err(Problem::new(
                place,
                format!("this can't be given for {} of {}", field.name, layout.name),
                FIELD,
            )),
            Some(_) => Ok(()),
        }
    }

    /// What stands in an argument: fields that can't hold what is given, and new variables.
    fn contents(&mut self, place: &Place, argument: &'a Argument) -> Result<()> {
        match argument {
            Argument::Slot(name) | Argument::Output { name, .. } => self.define(place, name, None),
            Argument::Pointers(entries) => {
                for entry in entries {
                    if !field_fits(entry, layout::Kind::Text, false) {
                        return Err(Problem::new(place, "a list has an entry that is no pointer", FIELD));
                    }
                    self.contents(place, entry)?;
                }
                Ok(())
            }
            Argument::Structure(structure) => {
                for fields in &structure.elements {
                    for (index, (name, value)) in fields.iter().enumerate() {
                        let kind = structure.layout.field(name).map(|field| field.kind);
                        if !kind.is_some_and(|kind| field_fits(value, kind, index > 0)) {
                            let what = format!("this can't be given for {name} of {}", structure.layout.name);
                            return Err(Problem::new(place, what, FIELD));
                        }
                        self.contents(place, value)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn define(&mut self, place: &Place, name: &'a str, layout: Option<&'static Layout>) -> Result<()> {
        if self.material.contains_key(name) {
            return Err(Problem::new(place, format!("'{name}' is the name of bytes"), "choose another name"));
        }
        self.variables.insert(name, layout);
        Ok(())
    }

    fn knows(&self, name: &str) -> bool {
        self.material.contains_key(name)
            || self.variables.contains_key(name)
            || name.split_once('.').is_some_and(|(stem, field)| {
                self.layout(stem).is_some_and(|layout| layout.field(field).is_some())
            })
    }

    /// What kind of structure a variable is.
    fn layout(&self, name: &str) -> Option<&'static Layout> {
        self.variables.get(name).copied().flatten()
    }

    fn fits(&self, argument: &Argument, kind: Kind, follows: bool) -> bool {
        match argument {
            Argument::Null => !matches!(kind, Kind::Number | Kind::Long),
            Argument::SizeOf => kind == Kind::Number && follows,
            Argument::Slot(_) => {
                matches!(kind, Kind::OutHandle | Kind::OutNumber | Kind::OutBoolean | Kind::OutPointer)
            }
            Argument::Output { .. } => kind == Kind::Buffer,
            Argument::Same { .. } => !matches!(kind, Kind::Handle | Kind::Number | Kind::Long),
            Argument::Text(_) => matches!(kind, Kind::Text | Kind::Buffer),
            Argument::Parameters(_) => kind == Kind::Parameters,
            Argument::Structure(_) => matches!(kind, Kind::Parameters | Kind::Buffer),
            Argument::Pointers(_) => false,
            Argument::Value(Expression::Name(name)) if self.layout(name).is_some() => {
                matches!(kind, Kind::Parameters | Kind::Buffer)
            }
            Argument::Value(_) => matches!(kind, Kind::Handle | Kind::Number | Kind::Long | Kind::Buffer),
        }
    }
}

fn no_field(place: &Place, layout: &Layout, field: &str) -> Problem {
    Problem::new(place, format!("{} has no field '{field}'", layout.name), "use the names of bcrypt.h")
}

fn field_fits(argument: &Argument, kind: layout::Kind, follows: bool) -> bool {
    match argument {
        Argument::Value(_) => true,
        Argument::SizeOf => !kind.is_pointer() && follows,
        Argument::Slot(_) | Argument::Parameters(_) => false,
        _ => kind.is_pointer(),
    }
}

const VARIABLE: &str = "give a number, bytes, a \"text\", a structure or NULL";
const FIELD: &str =
    "give numbers for numbers, and NULL, bytes, \"text\", name[32], a structure or [...] for pointers";

fn mend(kind: Kind) -> &'static str {
    match kind {
        Kind::Handle => "give a handle variable, a number or NULL",
        Kind::Text => "give a \"text\" or NULL",
        Kind::Number | Kind::Long => "give a number, or sizeof behind a buffer",
        Kind::Buffer => "give bytes, an output like name[32], inout NAME, a structure, or NULL",
        Kind::Parameters => "give {KDF_…: …} or NULL",
        Kind::OutHandle | Kind::OutNumber | Kind::OutBoolean | Kind::OutPointer => {
            "give &name, inout NAME or NULL"
        }
    }
}

/// The variables and material that an action reads.
pub fn names(action: &Action) -> Vec<&str> {
    let mut found = Vec::new();
    match action {
        Action::Call { arguments, .. } => {
            arguments.iter().for_each(|argument| of_argument(argument, &mut found))
        }
        Action::Relation { left, right, .. } => {
            [left, right].into_iter().for_each(|side| of(side, &mut found))
        }
        Action::Untouched(name) => found.push(name),
        Action::Show { name, count, .. } => {
            found.push(name);
            count.iter().for_each(|count| of(count, &mut found));
        }
        Action::Assign { value, .. } => of_argument(value, &mut found),
    }
    found
}

fn of_argument<'a>(argument: &'a Argument, found: &mut Vec<&'a str>) {
    match argument {
        Argument::Value(value) => of(value, found),
        Argument::Output { size, told, .. } => {
            of(size, found);
            if let Told::Random(bounds) = told {
                of_bounds(bounds, found);
            }
        }
        Argument::Same { name, bounds } => {
            found.push(name);
            of_bounds(bounds, found);
        }
        Argument::Structure(structure) => {
            structure.elements.iter().flatten().for_each(|(_, value)| of_argument(value, found));
        }
        Argument::Pointers(entries) => entries.iter().for_each(|entry| of_argument(entry, found)),
        Argument::Parameters(parameters) => parameters.buffers.iter().for_each(|(_, content)| {
            if let Content::Bytes(value) = content {
                of(value, found);
            }
        }),
        Argument::Null | Argument::SizeOf | Argument::Slot(_) | Argument::Text(_) => {}
    }
}

fn of<'a>(expression: &'a Expression, found: &mut Vec<&'a str>) {
    match expression {
        Expression::Number(_) | Expression::Bytes(_) => {}
        Expression::Name(name) | Expression::Address(name) => found.push(name),
        Expression::Sum(parts) | Expression::Or(parts) => parts.iter().for_each(|part| of(part, found)),
        Expression::Word(value)
        | Expression::Long(value)
        | Expression::Unword(value)
        | Expression::Fill(value, _)
        | Expression::Reverse(value) => of(value, found),
        Expression::Edit(value, _, with) => {
            of(value, found);
            of(with, found);
        }
        Expression::Slice(value, bounds) => {
            of(value, found);
            of_bounds(bounds, found);
        }
    }
}

fn of_bounds<'a>(bounds: &'a Bounds, found: &mut Vec<&'a str>) {
    [&bounds.from, &bounds.to].into_iter().flatten().for_each(|edge| of(edge, found));
}

/// The bytes of an expression that has no variables.
pub fn constant_bytes(expression: &Expression, material: &Material, place: &Place) -> Result<Vec<u8>> {
    let mut found = Vec::new();
    of(expression, &mut found);
    if let Some(name) = found.iter().find(|&&name| !material.contains_key(name)) {
        return Err(Problem::new(place, format!("'{name}' is not defined before"), "define it above"));
    }
    let look_up = |name: &str| material.get(name).map(|bytes| super::value::Value::Bytes(bytes.clone()));
    match super::value::evaluate(expression, &look_up) {
        Ok(value) => Ok(value.into_bytes()),
        Err(what) => Err(Problem::new(place, what, "correct the value")),
    }
}
