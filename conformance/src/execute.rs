//! Does what a scenario says to one library, in this process, and tells what is seen.

mod argument;
mod structure;
mod variable;

use std::collections::BTreeMap;
use std::rc::Rc;

use argument::{Passed, Words};
use variable::{Shown, Variable, hex, number, set};

use crate::library::region::Region;
use crate::library::structures::{self, View};
use crate::library::{Function, Library};
use crate::scenario::value::{self, Value};
use crate::scenario::{Action, Argument, Expression, Scenario, status_name};
use crate::trace::Step;

/// A scenario under way.
pub struct Run<'a> {
    library: &'a Library,
    material: &'a BTreeMap<String, Vec<u8>>,
    variables: BTreeMap<&'a str, Variable>,
    /// Variables whose names stand for others now: the library may still have their addresses.
    replaced: Vec<Variable>,
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
        let mut run = Self { library, material, variables: BTreeMap::new(), replaced: Vec::new() };
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
                let region = self.variables.get(name.as_str()).and_then(Variable::region);
                let region = region.ok_or_else(|| format!("{name} was not passed"))?;
                Ok(Step { holds: Some(region.is_untouched()), ..Step::default() })
            }
            Action::Show { name, view, count } => self.show(name, *view, count.as_ref()),
            Action::Assign { name, value, opaque } => {
                self.assign(name, value, *opaque).map(|()| Step::default())
            }
        }
    }

    fn call(&mut self, function: &'static Function, arguments: &'a [Argument]) -> Result<Step, String> {
        let Words { words, passed } = self.words(function, arguments)?;
        for passed in &passed {
            passed.mark();
        }
        let status = self.library.judge(function, &words).ok_or("the export is absent")?;
        let mut step = Step { status: status.map(status_name), ..Step::default() };
        for (parameter, passed) in function.parameters.iter().zip(passed) {
            if passed.is_changed() {
                step.changed.push(parameter.name.to_owned());
            }
            match passed {
                Passed::Nothing | Passed::Input(_) => {}
                Passed::New(name, variable) => {
                    variable.tell(name, &mut step);
                    self.define(name, variable);
                }
                Passed::Variables(all, _) => {
                    all.iter().for_each(|(name, variable)| variable.tell(name, &mut step))
                }
                Passed::Structure(structure) => structure.tell_behind(parameter.name, &mut step),
            }
        }
        Ok(step)
    }

    fn define(&mut self, name: &'a str, variable: Variable) {
        self.replaced.extend(self.variables.insert(name, variable));
    }

    fn assign(&mut self, name: &'a str, value: &'a Argument, opaque: bool) -> Result<(), String> {
        if let Some((stem, field)) = name.split_once('.') {
            return self.set_field(stem, field, value);
        }
        let shown = if opaque { Shown::Nothing } else { Shown::All };
        let buffer = |bytes: &[u8]| Variable::Buffer(Rc::new(Region::holding(bytes)), shown);
        let variable = match value {
            Argument::Structure(structure) => Variable::Structure(self.structure(structure)?),
            Argument::Text(text) => buffer(&argument::utf16_with_nul(text)),
            Argument::Value(expression) => match self.value(expression)? {
                Value::Number(number) => Variable::Number(number),
                Value::Bytes(bytes) => buffer(&bytes),
            },
            _ => Variable::Number(0),
        };
        self.define(name, variable);
        Ok(())
    }

    fn relation(&self, left: &Expression, equal: bool, right: &Expression) -> Result<Step, String> {
        let values = (self.value(left)?, self.value(right)?);
        let holds = (values.0 == values.1) == equal;
        // An address is not the same each time.
        let pointer = [left, right].into_iter().any(|side| self.is_pointer(side));
        let shown = |value: &Value| match value {
            Value::Number(number) if pointer => set(*number).to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bytes(bytes) => hex(bytes, None),
        };
        let sides = if holds { Vec::new() } else { vec![shown(&values.0), shown(&values.1)] };
        Ok(Step { holds: Some(holds), sides, ..Step::default() })
    }

    fn is_pointer(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Address(_) => true,
            Expression::Name(name) => match (self.variables.get(name.as_str()), self.field(name)) {
                (Some(variable), _) => variable.is_pointer(),
                (None, Some((_, pointer))) => pointer,
                (None, None) => false,
            },
            _ => false,
        }
    }

    fn show(&self, name: &str, view: View, count: Option<&Expression>) -> Result<Step, String> {
        let count = match count.map(|count| self.value(count)).transpose()? {
            Some(Value::Number(count)) => u32::try_from(count).map_err(|_| "the count is too large")?,
            Some(Value::Bytes(_)) => return Err("the count is no number".into()),
            None => 1,
        };
        let variable = self.variables.get(name).ok_or_else(|| format!("{name} was not passed"))?;
        let address = match (view, variable) {
            // BCRYPT_ECC_CURVE_NAMES: a count, and behind it on its boundary the pointer to the array.
            (View::Names, Variable::Buffer(region, _)) => {
                let bytes = region.bytes();
                let pointer =
                    bytes.get(size_of::<usize>()..2 * size_of::<usize>()).ok_or("the buffer is too short")?;
                number(pointer)
            }
            (View::Structure(layout), Variable::Buffer(region, _)) if region.size() < layout.size() => {
                return Err("the buffer is too short".into());
            }
            (_, Variable::Buffer(region, _)) => region.address(),
            (_, variable) => match variable.value() {
                Some(Value::Number(address)) => address,
                _ => return Err(format!("{name} was not set")),
            },
        };
        Ok(Step { list: Some(structures::judge(address, count, view)), ..Step::default() })
    }

    fn value(&self, expression: &Expression) -> Result<Value, String> {
        value::evaluate(expression, &|name| self.look_up(name))
    }

    fn look_up(&self, name: &str) -> Option<Value> {
        if let Some(name) = name.strip_prefix('&') {
            return self.variables.get(name)?.region().map(|region| Value::Number(region.address()));
        }
        if let Some(variable) = self.variables.get(name) {
            return variable.value();
        }
        let field = self.field(name).map(|(number, _)| Value::Number(number));
        field.or_else(|| self.material.get(name).map(|bytes| Value::Bytes(bytes.clone())))
    }

    /// A field of a structure, as `variable.field`, and whether it is a pointer.
    fn field(&self, name: &str) -> Option<(u64, bool)> {
        let (stem, field) = name.split_once('.')?;
        let Variable::Structure(structure) = self.variables.get(stem)? else { return None };
        let (_, _, pointer) = structure.place(field)?;
        Some((structure.field(field)?, pointer))
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
