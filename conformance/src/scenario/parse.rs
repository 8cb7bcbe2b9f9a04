//! From the text of a scenario file to scenarios. What is wrong is told with file and line.

use pest::Parser;
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;

use super::{
    Action, Argument, Bounds, Content, Expression, Importance, Parameters, Scenario, Statement, constant,
};
use crate::library::functions;
use crate::library::structures::List;
use crate::problem::{Problem, Result};

#[derive(Parser)]
#[grammar = "scenario/scenario.pest"]
struct Language;

/// What one file has.
pub struct File {
    /// Names, places and values of material.
    pub material: Vec<(String, String, Expression)>,
    /// Scenarios, not yet checked.
    pub scenarios: Vec<Scenario>,
}

/// Reads a file.
pub fn file(name: &str, text: &str) -> Result<File> {
    let mut pairs = Language::parse(Rule::file, text).map_err(|error| syntax(name, &error))?;
    let reader = Reader { file: name };
    let mut file = File { material: Vec::new(), scenarios: Vec::new() };
    for pair in pairs.next().into_iter().flat_map(Pair::into_inner) {
        match pair.as_rule() {
            Rule::material => file.material.push(reader.material(pair)?),
            Rule::scenario => file.scenarios.push(reader.scenario(pair)?),
            _ => {}
        }
    }
    Ok(file)
}

fn syntax(name: &str, error: &pest::error::Error<Rule>) -> Problem {
    let (line, column) = match error.line_col {
        pest::error::LineColLocation::Pos(place) | pest::error::LineColLocation::Span(place, _) => place,
    };
    let what = error.variant.message();
    Problem::new(format!("{name}:{line}:{column}"), what, "docs/scenarios.md describes the language")
}

struct Reader<'a> {
    file: &'a str,
}

impl Reader<'_> {
    fn place(&self, pair: &Pair<'_, Rule>) -> String {
        format!("{}:{}", self.file, pair.line_col().0)
    }

    fn problem<T>(&self, pair: &Pair<'_, Rule>, what: &str, mend: &str) -> Result<T> {
        Err(Problem::new(self.place(pair), what, mend))
    }

    fn material(&self, pair: Pair<'_, Rule>) -> Result<(String, String, Expression)> {
        let place = self.place(&pair);
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::keyword_bytes);
        let name = text(parts.next());
        let value = self.expression(parts.next())?;
        Ok((name, place, value))
    }

    fn scenario(&self, pair: Pair<'_, Rule>) -> Result<Scenario> {
        let mut scenario = Scenario {
            id: String::new(),
            importance: Importance::Low,
            description: String::new(),
            sources: Vec::new(),
            undecided: Vec::new(),
            statements: Vec::new(),
            fingerprint: String::new(),
            place: self.place(&pair),
            source: pair.as_str().to_owned(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::id => scenario.id = part.as_str().to_owned(),
                Rule::importance => {
                    scenario.importance = match part.as_str() {
                        "high" => Importance::High,
                        "medium" => Importance::Medium,
                        _ => Importance::Low,
                    }
                }
                Rule::string => scenario.description = one_line(&characters(part)),
                Rule::note => {
                    let mut parts = part.into_inner();
                    let undecided = text(parts.next()) == "undecided";
                    let note = one_line(&parts.next().map(characters).unwrap_or_default());
                    if undecided { scenario.undecided.push(note) } else { scenario.sources.push(note) }
                }
                Rule::statement => scenario.statements.push(self.statement(part)?),
                _ => {}
            }
        }
        Ok(scenario)
    }

    fn statement(&self, pair: Pair<'_, Rule>) -> Result<Statement> {
        let (text, line) = (one_line(&without_comments(pair.as_str())), pair.line_col().0);
        let Some(inner) = pair.clone().into_inner().next() else {
            return self.problem(&pair, "an empty statement", "write a call");
        };
        let action = match inner.as_rule() {
            Rule::call => self.call(inner)?,
            Rule::untouched => Action::Untouched(self::text(inner.into_inner().next())),
            Rule::show => self.show(inner)?,
            _ => self.relation(inner)?,
        };
        Ok(Statement { text, line, action })
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
        let mut parts = pair.into_inner();
        let name = text(parts.next());
        let list = match text(parts.next()).as_str() {
            "algorithms" => List::Algorithms,
            "providers" => List::Providers,
            _ => List::Names,
        };
        Ok(Action::Show { name, list, count: self.expression(parts.next())? })
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
            _ => Argument::Value(self.expression(Some(inner))?),
        })
    }

    fn output(&self, pair: Pair<'_, Rule>) -> Result<Argument> {
        let mut parts = pair.into_inner().peekable();
        let random = match parts.next_if(|part| part.as_rule() == Rule::random) {
            Some(random) => Some(match random.into_inner().next() {
                Some(bound) => self.bounds(bound)?,
                None => Bounds::default(),
            }),
            None => None,
        };
        Ok(Argument::Output { name: text(parts.next()), size: self.expression(parts.next())?, random })
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

    fn expression(&self, pair: Option<Pair<'_, Rule>>) -> Result<Expression> {
        let Some(pair) = pair else {
            return Err(Problem::new(self.file, "a value is missing", "write one"));
        };
        let (mut terms, mut operators) = (Vec::new(), Vec::new());
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::operator => operators.push(part.as_str().to_owned()),
                _ => terms.push(self.term(part)?),
            }
        }
        if terms.len() == 1
            && let Some(term) = terms.pop()
        {
            return Ok(term);
        }
        if operators.iter().all(|operator| operator == "+") {
            Ok(Expression::Sum(terms))
        } else if operators.iter().all(|operator| operator == "|") {
            Ok(Expression::Or(terms))
        } else {
            self.problem(&pair, "'+' and '|' stand in one value", "name the number of the flags")
        }
    }

    fn term(&self, pair: Pair<'_, Rule>) -> Result<Expression> {
        let mut parts = pair.clone().into_inner();
        let Some(first) = parts.next() else {
            return self.problem(&pair, "a value is missing", "write one");
        };
        let value = match first.as_rule() {
            Rule::number => Expression::Number(self.number(&first)?),
            Rule::hex => Expression::Bytes(self.hex(&first)?),
            Rule::utf16 => Expression::Bytes(utf16(&characters(first))),
            Rule::name => self.name(&first),
            rule => self.function(rule, first.into_inner())?,
        };
        match parts.next().and_then(|slice| slice.into_inner().next()) {
            Some(bound) => Ok(Expression::Slice(Box::new(value), self.bounds(bound)?)),
            None => Ok(value),
        }
    }

    fn function(&self, rule: Rule, mut parts: Pairs<'_, Rule>) -> Result<Expression> {
        let value = Box::new(self.expression(parts.next())?);
        Ok(match rule {
            Rule::word => Expression::Word(value),
            Rule::reverse => Expression::Reverse(value),
            Rule::fill => Expression::Fill(value, self.next_number(parts.next())? as u8),
            _ => {
                let offset = self.next_number(parts.next())? as usize;
                Expression::Edit(value, offset, Box::new(self.expression(parts.next())?))
            }
        })
    }

    fn bounds(&self, pair: Pair<'_, Rule>) -> Result<Bounds> {
        let starts = pair.as_str().trim_start().starts_with("..");
        let mut edges = Vec::new();
        for edge in pair.into_inner().filter_map(|edge| edge.into_inner().next()) {
            edges.push(Some(Box::new(if edge.as_rule() == Rule::number {
                Expression::Number(self.number(&edge)?)
            } else {
                self.name(&edge)
            })));
        }
        if starts {
            edges.insert(0, None);
        }
        let mut edges = edges.into_iter();
        Ok(Bounds { from: edges.next().flatten(), to: edges.next().flatten() })
    }

    /// A constant of the headers, or a variable.
    fn name(&self, pair: &Pair<'_, Rule>) -> Expression {
        match constant(pair.as_str()) {
            Some(number) => Expression::Number(number.into()),
            None => Expression::Name(pair.as_str().to_owned()),
        }
    }

    fn constant(&self, pair: &Pair<'_, Rule>) -> Result<u32> {
        match constant(pair.as_str()) {
            Some(number) => Ok(number),
            None => self.problem(
                pair,
                &format!("'{}' is not known", pair.as_str()),
                "use a name of scenarios/constants.tsv",
            ),
        }
    }

    fn next_number(&self, pair: Option<Pair<'_, Rule>>) -> Result<u64> {
        match pair {
            Some(pair) => self.number(&pair),
            None => Err(Problem::new(self.file, "a number is missing", "write one")),
        }
    }

    fn number(&self, pair: &Pair<'_, Rule>) -> Result<u64> {
        let text = pair.as_str();
        let number = match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        number.or_else(|_| self.problem(pair, &format!("{text} is too large"), "use at most 64 bits"))
    }

    fn hex(&self, pair: &Pair<'_, Rule>) -> Result<Vec<u8>> {
        let digits: Vec<_> = pair.as_str().chars().filter_map(|digit| digit.to_digit(16)).collect();
        // The `x` of x"…" is no digit.
        let (pairs, []) = digits.as_chunks::<2>() else {
            return self.problem(pair, "an odd number of digits", "write two for each byte");
        };
        Ok(pairs.iter().map(|[high, low]| (high << 4 | low) as u8).collect())
    }
}

fn text(pair: Option<Pair<'_, Rule>>) -> String {
    pair.map(|pair| pair.as_str().to_owned()).unwrap_or_default()
}

fn characters(pair: Pair<'_, Rule>) -> String {
    text(pair.into_inner().next())
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn without_comments(text: &str) -> String {
    // A '#' in a string literal is text; none of the names that CNG knows has one.
    text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
