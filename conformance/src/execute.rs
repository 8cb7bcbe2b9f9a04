//! Does what a scenario says to one library, in this process, and tells what is seen.

mod argument;

use std::collections::BTreeMap;

use argument::{Passed, Words};

use crate::library::functions::Kind;
use crate::library::region::Region;
use crate::library::structures::{self, List};
use crate::library::{Function, Library};
use crate::scenario::value::{self, Value};
use crate::scenario::{Action, Argument, Expression, Scenario, status_name};
use crate::trace::{Output, Step};

/// A variable of a scenario.
pub enum Variable {
    /// A handle, a number or a pointer that a call sets.
    Slot(Kind, Region),
    /// An output buffer, and which part of it is random.
    Buffer(Region, Option<(usize, usize)>),
}

impl Variable {
    fn region(&self) -> &Region {
        match self {
            Self::Slot(_, region) | Self::Buffer(region, _) => region,
        }
    }

    /// Its value; `None` for a slot that no call set.
    fn value(&self) -> Option<Value> {
        match self {
            Self::Buffer(region, _) => Some(Value::Bytes(region.bytes())),
            Self::Slot(..) if self.region().is_untouched() => None,
            Self::Slot(..) => Some(Value::Number(self.number())),
        }
    }

    fn number(&self) -> u64 {
        self.region().bytes().iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    /// What a call wrote into it.
    fn output(&self, name: &str) -> Output {
        let region = self.region();
        let value = match self {
            _ if region.is_untouched() => None,
            Self::Slot(Kind::OutNumber | Kind::OutBoolean, _) => Some(self.number().to_string()),
            Self::Slot(..) => Some(if self.number() == 0 { "null" } else { "set" }.to_owned()),
            Self::Buffer(_, random) => Some(hex(&region.bytes(), *random)),
        };
        Output {
            name: name.to_owned(),
            value,
            bytes: matches!(self, Self::Buffer(..)),
            outside: !region.guards_hold(),
        }
    }
}

/// Two digits for each byte; two dots for one that is random.
fn hex(bytes: &[u8], random: Option<(usize, usize)>) -> String {
    let is_random = |index| random.is_some_and(|(from, to)| (from..to).contains(&index));
    let digits =
        |(index, byte): (usize, &u8)| if is_random(index) { "..".into() } else { format!("{byte:02x}") };
    bytes.iter().enumerate().map(digits).collect()
}

/// A scenario under way.
pub struct Run<'a> {
    library: &'a Library,
    material: &'a BTreeMap<String, Vec<u8>>,
    variables: BTreeMap<&'a str, Variable>,
}

impl<'a> Run<'a> {
    /// Does a scenario. `before` hears the number of each statement before it is done, `after` what was
    /// seen.
    pub fn scenario(
        library: &'a Library,
        scenario: &'a Scenario,
        material: &'a BTreeMap<String, Vec<u8>>,
        mut before: impl FnMut(usize),
        mut after: impl FnMut(Step),
    ) {
        let mut run = Self { library, material, variables: BTreeMap::new() };
        for (number, statement) in scenario.statements.iter().enumerate() {
            before(number);
            let step = run.statement(&statement.action).unwrap_or_else(|reason| Step {
                not_run: Some(reason),
                expected: expected(&statement.action),
                holds: states_something(&statement.action).then_some(false),
                ..Step::default()
            });
            after(Step { text: statement.text.clone(), ..step });
        }
    }

    fn statement(&mut self, action: &'a Action) -> Result<Step, String> {
        match action {
            Action::Call { function, arguments, .. } => {
                self.call(function, arguments).map(|step| Step { expected: expected(action), ..step })
            }
            Action::Relation { left, equal, right } => self.relation(left, *equal, right),
            Action::Untouched(name) => {
                let variable =
                    self.variables.get(name.as_str()).ok_or_else(|| format!("{name} was not passed"))?;
                Ok(Step { holds: Some(variable.region().is_untouched()), ..Step::default() })
            }
            Action::Show { name, list, count } => self.show(name, *list, count),
        }
    }

    fn call(&mut self, function: &'static Function, arguments: &'a [Argument]) -> Result<Step, String> {
        let Words { words, passed } = self.words(function, arguments)?;
        let status = self.library.judge(function, &words).ok_or("the export is absent")?;
        let mut step = Step { status: status.map(status_name), ..Step::default() };
        for (parameter, passed) in function.parameters.iter().zip(passed) {
            match passed {
                Passed::Nothing => {}
                Passed::Input(bytes, region) => {
                    if region.bytes() != bytes || !region.guards_hold() {
                        step.changed.push(parameter.name.to_owned());
                    }
                }
                Passed::Output(name, variable) => {
                    step.outputs.push(variable.output(name));
                    self.variables.insert(name, variable);
                }
            }
        }
        Ok(step)
    }

    fn relation(&self, left: &Expression, equal: bool, right: &Expression) -> Result<Step, String> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        let holds = (left == right) == equal;
        let sides = if holds { Vec::new() } else { vec![shown(&left), shown(&right)] };
        Ok(Step { holds: Some(holds), sides, ..Step::default() })
    }

    fn show(&self, name: &str, list: List, count: &Expression) -> Result<Step, String> {
        let Value::Number(count) = self.value(count)? else { return Err("the count is no number".into()) };
        let variable = self.variables.get(name).ok_or_else(|| format!("{name} was not passed"))?;
        let address = match (list, variable) {
            // BCRYPT_ECC_CURVE_NAMES: a count, and behind it on its boundary the pointer to the array.
            (List::Names, Variable::Buffer(region, _)) => {
                let bytes = region.bytes();
                let pointer =
                    bytes.get(size_of::<usize>()..2 * size_of::<usize>()).ok_or("the buffer is too short")?;
                pointer.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
            (_, variable) => match variable.value() {
                Some(Value::Number(address)) => address,
                _ => return Err(format!("{name} was not set")),
            },
        };
        let count = u32::try_from(count).map_err(|_| "the count is too large")?;
        let entries = structures::judge(address, count, list);
        let list = entries.into_iter().map(|entry| {
            let numbers = entry.numbers.iter().map(|number| format!(" {number}")).collect::<String>();
            format!("{}{numbers}", entry.name.as_deref().unwrap_or("NULL"))
        });
        Ok(Step { list: Some(list.collect()), ..Step::default() })
    }

    fn value(&self, expression: &Expression) -> Result<Value, String> {
        value::evaluate(expression, &|name| self.look_up(name))
    }

    fn look_up(&self, name: &str) -> Option<Value> {
        match self.variables.get(name) {
            Some(variable) => variable.value(),
            None => self.material.get(name).map(|bytes| Value::Bytes(bytes.clone())),
        }
    }
}

/// Whether the statement tells how something should be.
fn states_something(action: &Action) -> bool {
    matches!(action, Action::Relation { .. } | Action::Untouched(_))
}

fn expected(action: &Action) -> Option<String> {
    match action {
        Action::Call { expected, .. } => expected.map(status_name),
        _ => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Bytes(bytes) => hex(bytes, None),
    }
}
