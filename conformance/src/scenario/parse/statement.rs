//! Statements and the arguments of calls.

use pest::iterators::Pair;

use super::{Reader, Rule, characters, one_line, text, without_comments};
use crate::library::functions;
use crate::library::layout::{self, Layout};
use crate::library::structures::View;
use crate::problem::{Problem, Result};
use crate::scenario::{Action, Argument, Bounds, Content, Parameters, Statement, Structure, Told};

impl Reader<'_> {
    pub(super) fn statement(&self, pair: Pair<'_, Rule>) -> Result<Statement> {
        let (text, place) = (one_line(&without_comments(pair.as_str())), self.place(&pair));
        let Some(inner) = pair.clone().into_inner().next() else {
            return self.problem(&pair, "an empty statement", "write a call");
        };
        let action = match inner.as_rule() {
            Rule::call => self.call(inner)?,
            Rule::untouched => Action::Untouched(self::text(inner.into_inner().next())),
            Rule::show => self.show(inner)?,
            Rule::assignment => self.assignment(inner)?,
            _ => self.relation(inner)?,
        };
        Ok(Statement { text, place, action })
    }

    fn call(&self, pair: Pair<'_, Rule>) -> Result<Action> {
        let place = self.place(&pair);
        let mut parts = pair.clone().into_inner();
        let name = text(parts.next());
        let Some(function) = functions::find(&name) else {
            return self.problem(
                &pair,
                &format!("'{name}' is no export of bcrypt.dll"),
                "`conformance exports` lists the names",
            );
        };
        let (mut arguments, mut expected) = (Vec::new(), None);
        for part in parts {
            if part.as_rule() == Rule::argument {
                arguments.push(self.argument(part)?);
            } else {
                expected = Some(self.constant(&part)?);
            }
        }
        let (given, wanted) = (arguments.len(), function.parameters.len());
        if given != wanted {
            let what = format!("{name} has {wanted} parameters, {given} are given");
            return Err(Problem::new(place, what, "give one for each parameter of its prototype"));
        }
        Ok(Action::Call { function, arguments, expected })
    }

    fn show(&self, pair: Pair<'_, Rule>) -> Result<Action> {
        let mut parts = pair.clone().into_inner();
        let (name, kind) = (text(parts.next()), text(parts.next()));
        let Some(view) = View::find(&kind) else {
            return self.problem(
                &pair,
                &format!("nothing is known to look like '{kind}'"),
                "docs/testing/scenarios.md has the words, or name a structure of bcrypt.h",
            );
        };
        let count = parts.next().map(|count| self.expression(Some(count))).transpose()?;
        if count.is_some() != view.is_counted() {
            let mend = if view.is_counted() { "add [COUNT]" } else { "leave the count out" };
            return self.problem(&pair, &format!("'{kind}' and its count do not fit"), mend);
        }
        Ok(Action::Show { name, view, count })
    }

    fn assignment(&self, pair: Pair<'_, Rule>) -> Result<Action> {
        let mut parts = pair.clone().into_inner();
        let name = text(parts.next());
        let Some(value) = parts.next() else { return self.missing("a value") };
        let opaque = value.as_rule() == Rule::untold;
        let value = if opaque {
            Argument::Value(
                self.expression(value.into_inner().find(|part| part.as_rule() == Rule::expression))?,
            )
        } else {
            self.argument(value)?
        };
        Ok(Action::Assign { name, value, opaque })
    }

    fn relation(&self, pair: Pair<'_, Rule>) -> Result<Action> {
        let mut parts = pair.into_inner();
        let left = self.expression(parts.next())?;
        let equal = text(parts.next()) == "==";
        Ok(Action::Relation { left, equal, right: self.expression(parts.next())? })
    }

    fn argument(&self, pair: Pair<'_, Rule>) -> Result<Argument> {
        let Some(inner) = pair.clone().into_inner().next() else {
            return self.problem(&pair, "an empty argument", "write NULL or 0");
        };
        Ok(match inner.as_rule() {
            Rule::null => Argument::Null,
            Rule::size_of => Argument::SizeOf,
            Rule::slot => Argument::Slot(text(inner.into_inner().next())),
            Rule::string => Argument::Text(characters(inner)),
            Rule::parameters => Argument::Parameters(self.parameters(inner)?),
            Rule::output => self.output(inner)?,
            Rule::same => self.same(inner)?,
            Rule::structure => Argument::Structure(self.structure(inner)?),
            Rule::pointers => {
                Argument::Pointers(inner.into_inner().map(|part| self.argument(part)).collect::<Result<_>>()?)
            }
            _ => Argument::Value(self.expression(Some(inner))?),
        })
    }

    fn output(&self, pair: Pair<'_, Rule>) -> Result<Argument> {
        let mut parts = pair.into_inner().peekable();
        let told = match parts.next_if(|part| matches!(part.as_rule(), Rule::random | Rule::opaque)) {
            Some(part) if part.as_rule() == Rule::opaque => Told::Nothing,
            Some(random) => Told::Random(match random.into_inner().next() {
                Some(bound) => self.bounds(bound)?,
                None => Bounds::default(),
            }),
            None => Told::All,
        };
        Ok(Argument::Output { name: text(parts.next()), size: self.expression(parts.next())?, told })
    }

    fn same(&self, pair: Pair<'_, Rule>) -> Result<Argument> {
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::keyword_inout);
        let name = text(parts.next());
        let bounds = match parts.next().and_then(|slice| slice.into_inner().next()) {
            Some(bound) => self.bounds(bound)?,
            None => Bounds::default(),
        };
        Ok(Argument::Same { name, bounds })
    }

    fn structure(&self, pair: Pair<'_, Rule>) -> Result<Structure> {
        let mut parts = pair.clone().into_inner();
        let name = text(parts.next());
        let Some(layout) = layout::find(&name) else {
            let what = format!("'{name}' is no structure that is known");
            return self.problem(&pair, &what, "docs/testing/scenarios.md has those of bcrypt.h that are");
        };
        let elements = parts.map(|fields| {
            fields.into_inner().map(|field| self.field(layout, field)).collect::<Result<Vec<_>>>()
        });
        Ok(Structure { layout, elements: elements.collect::<Result<_>>()? })
    }

    fn field(&self, layout: &'static Layout, pair: Pair<'_, Rule>) -> Result<(&'static str, Argument)> {
        let mut parts = pair.clone().into_inner();
        let name = text(parts.next());
        let Some(field) = layout.field(&name) else {
            let what = format!("{} has no field '{name}'", layout.name);
            return self.problem(&pair, &what, "use the names of bcrypt.h");
        };
        let Some(value) = parts.next() else { return self.missing("a value") };
        Ok((field.name, self.argument(value)?))
    }

    fn parameters(&self, pair: Pair<'_, Rule>) -> Result<Parameters> {
        let mut parameters = Parameters { version: 0, buffers: Vec::new() };
        for part in pair.into_inner() {
            if part.as_rule() == Rule::number {
                parameters.version = self.number(&part)? as u32;
                continue;
            }
            let mut parts = part.into_inner();
            let (Some(kind), Some(value)) = (parts.next(), parts.next()) else { continue };
            let kind = if kind.as_rule() == Rule::number {
                self.number(&kind)? as u32
            } else {
                self.constant(&kind)?
            };
            let Some(value) = value.into_inner().next() else { continue };
            let content = match value.as_rule() {
                Rule::string => Content::Text(characters(value)),
                Rule::null_size => match value.into_inner().next() {
                    Some(size) => Content::NullOf(self.number(&size)? as u32),
                    None => Content::NullOf(0),
                },
                _ => Content::Bytes(self.expression(Some(value))?),
            };
            parameters.buffers.push((kind, content));
        }
        Ok(parameters)
    }
}
