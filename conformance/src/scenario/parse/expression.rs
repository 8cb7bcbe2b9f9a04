//! Values.

use pest::iterators::{Pair, Pairs};

use super::{Reader, Rule, characters, text};
use crate::problem::Result;
use crate::scenario::{Bounds, Expression, constant};

impl Reader<'_> {
    pub(super) fn expression(&self, pair: Option<Pair<'_, Rule>>) -> Result<Expression> {
        let Some(pair) = pair else {
            return self.missing("a value");
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
        if rule == Rule::address {
            return Ok(Expression::Address(text(parts.next())));
        }
        let value = Box::new(self.expression(parts.next())?);
        Ok(match rule {
            Rule::word => Expression::Word(value),
            Rule::long => Expression::Long(value),
            Rule::unword => Expression::Unword(value),
            Rule::reverse => Expression::Reverse(value),
            Rule::fill => Expression::Fill(value, self.next_number(parts.next())? as u8),
            _ => {
                let offset = self.next_number(parts.next())? as usize;
                Expression::Edit(value, offset, Box::new(self.expression(parts.next())?))
            }
        })
    }

    pub(super) fn bounds(&self, pair: Pair<'_, Rule>) -> Result<Bounds> {
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

    pub(super) fn constant(&self, pair: &Pair<'_, Rule>) -> Result<u32> {
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
            None => self.missing("a number"),
        }
    }

    pub(super) fn number(&self, pair: &Pair<'_, Rule>) -> Result<u64> {
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

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
