//! What a scenario can't mean: variables that nothing set, values of the wrong kind.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Argument, Bounds, Content, Expression, Scenario};
use crate::library::functions::Kind;
use crate::problem::{Problem, Result};

type Material = BTreeMap<String, Vec<u8>>;

/// Checks a scenario. Fails with a problem that names the line.
pub fn scenario(scenario: &Scenario, material: &Material) -> Result<()> {
    let (file, _) = scenario.place.rsplit_once(':').unwrap_or((&scenario.place, ""));
    let mut known: BTreeSet<&str> = material.keys().map(String::as_str).collect();
    if scenario.statements.is_empty() {
        return Err(Problem::new(&scenario.place, format!("'{}' does nothing", scenario.id), "write a call"));
    }
    for statement in &scenario.statements {
        let place = format!("{file}:{}", statement.line);
        for name in names(&statement.action) {
            if !known.contains(name) {
                let what = format!("nothing before sets '{name}'");
                return Err(Problem::new(place, what, "let an earlier call set it, or define it as bytes"));
            }
        }
        if let Action::Call { function, arguments, .. } = &statement.action {
            for (index, (argument, parameter)) in arguments.iter().zip(function.parameters).enumerate() {
                if !fits(argument, parameter.kind, index > 0) {
                    let what = format!("this can't be given for {} of {}", parameter.name, function.name);
                    return Err(Problem::new(place, what, mend(parameter.kind)));
                }
                if let Argument::Slot(name) | Argument::Output { name, .. } = argument {
                    if material.contains_key(name) {
                        let what = format!("'{name}' is the name of bytes");
                        return Err(Problem::new(place, what, "choose another name"));
                    }
                    known.insert(name);
                }
            }
        }
    }
    Ok(())
}

fn fits(argument: &Argument, kind: Kind, follows: bool) -> bool {
    match argument {
        Argument::Null => !matches!(kind, Kind::Number | Kind::Long),
        Argument::SizeOf => kind == Kind::Number && follows,
        Argument::Slot(_) => {
            matches!(kind, Kind::OutHandle | Kind::OutNumber | Kind::OutBoolean | Kind::OutPointer)
        }
        Argument::Output { .. } => kind == Kind::Buffer,
        Argument::Text(_) => kind == Kind::Text,
        Argument::Parameters(_) => kind == Kind::Parameters,
        Argument::Value(_) => matches!(kind, Kind::Handle | Kind::Number | Kind::Long | Kind::Buffer),
    }
}

fn mend(kind: Kind) -> &'static str {
    match kind {
        Kind::Handle => "give a handle variable, a number or NULL",
        Kind::Text => "give a \"text\" or NULL",
        Kind::Number | Kind::Long => "give a number, or sizeof behind a buffer",
        Kind::Buffer => "give bytes, an output like name[32], or NULL",
        Kind::Parameters => "give {KDF_…: …} or NULL",
        Kind::OutHandle | Kind::OutNumber | Kind::OutBoolean | Kind::OutPointer => "give &name or NULL",
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
            of(count, &mut found);
        }
    }
    found
}

fn of_argument<'a>(argument: &'a Argument, found: &mut Vec<&'a str>) {
    match argument {
        Argument::Value(value) => of(value, found),
        Argument::Output { size, random, .. } => {
            of(size, found);
            random.iter().for_each(|bounds| of_bounds(bounds, found));
        }
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
        Expression::Name(name) => found.push(name),
        Expression::Sum(parts) | Expression::Or(parts) => parts.iter().for_each(|part| of(part, found)),
        Expression::Word(value) | Expression::Fill(value, _) | Expression::Reverse(value) => of(value, found),
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
pub fn constant_bytes(expression: &Expression, material: &Material, place: &str) -> Result<Vec<u8>> {
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
