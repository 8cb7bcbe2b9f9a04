//! Source text as words, literals and marks, without comments. One lexer for all languages: names and literals look
//! alike in them, and nothing else matters here.

use super::language::Language;

/// A piece of source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An identifier, keyword or number.
    Word(String),
    /// A literal text, without its quotes and a written `\0` at its end.
    Text(String),
    /// Any other character that is no space.
    Mark(char),
}

/// Takes a source apart. What is not well-formed becomes some tokens or others.
pub fn tokens(language: Language, source: &str) -> Vec<Token> {
    let mut lexer = Lexer { language, rest: source, tokens: Vec::new() };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    language: Language,
    rest: &'a str,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        if self.comment() || self.literal() {
            return;
        }
        let Some(first) = self.rest.chars().next() else { return };
        if first.is_alphanumeric() || first == '_' {
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            let word = self.take(end);
            self.tokens.push(Token::Word(word));
        } else {
            self.take(first.len_utf8());
            if !first.is_whitespace() {
                self.tokens.push(Token::Mark(first));
            }
        }
    }

    /// Takes this many bytes, which end between two characters.
    fn take(&mut self, length: usize) -> String {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken.to_owned()
    }

    /// Takes what goes up to and with an ending, or all.
    fn take_past(&mut self, end: &str) -> String {
        let length = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(length)
    }

    fn comment(&mut self) -> bool {
        // Go's //sys comments are declarations: a generator writes the code from them.
        if self.language == Language::Go && self.rest.starts_with("//sys") {
            self.take(2);
            return true;
        }
        let ends = match self.language {
            Language::Python => &[("#", "\n")][..],
            Language::VisualBasic => &[("'", "\n")],
            Language::Delphi => &[("//", "\n"), ("{", "}"), ("(*", "*)")],
            _ => &[("//", "\n"), ("/*", "*/")],
        };
        let Some((start, end)) = ends.iter().find(|(start, _)| self.rest.starts_with(start)) else {
            return false;
        };
        self.take(start.len());
        self.take_past(end);
        true
    }

    fn literal(&mut self) -> bool {
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            return false;
        };
        match (self.language, quote) {
            (Language::Python, '\'') | (Language::Delphi, '\'') | (_, '"') => {}
            (Language::Go, '`') => return self.plain("`", "`"),
            (_, '`') => return false,
            _ => return self.character(),
        }
        let triple = quote.to_string().repeat(3);
        if matches!(self.language, Language::Python | Language::CSharp) && self.rest.starts_with(&triple) {
            return self.plain(&triple, &triple);
        }
        if let Some(hashes) = self.raw() {
            let end = format!("\"{}", "#".repeat(hashes));
            return self.plain("\"", &end);
        }
        let verbatim = match self.language {
            Language::VisualBasic | Language::Delphi => true,
            Language::CSharp => self.tokens.iter().rev().take(2).any(|token| *token == Token::Mark('@')),
            _ => false,
        };
        self.quoted(quote, verbatim);
        true
    }

    /// The `#`s of Rust's raw strings, whose `r` and `#`s are tokens by now.
    fn raw(&mut self) -> Option<usize> {
        let hashes = self.tokens.iter().rev().take_while(|token| **token == Token::Mark('#')).count();
        let before = self.tokens.iter().rev().nth(hashes)?;
        let raw = matches!(before, Token::Word(word) if matches!(word.as_str(), "r" | "br" | "cr"));
        (self.language == Language::Rust && raw).then_some(hashes)
    }

    fn plain(&mut self, start: &str, end: &str) -> bool {
        self.take(start.len());
        let text = self.take_past(end);
        self.text(text.strip_suffix(end).unwrap_or(&text));
        true
    }

    /// A literal on one line. In a verbatim one a doubled quote stands for itself, else a backslash escapes.
    fn quoted(&mut self, quote: char, verbatim: bool) {
        self.take(1);
        let mut escaped = false;
        let end = self.rest.find(|c: char| {
            let ends = !escaped && (c == quote || (c == '\n' && !verbatim));
            escaped = !escaped && c == '\\' && !verbatim;
            ends
        });
        let text = self.take(end.unwrap_or(self.rest.len()));
        self.take(1);
        self.text(&text);
    }

    /// A character, or in Rust the mark of a lifetime.
    fn character(&mut self) -> bool {
        let mut characters = self.rest.char_indices().skip(1);
        let length = match (characters.next(), characters.next()) {
            (Some((_, '\\')), Some((at, escaped))) => {
                let from = at + escaped.len_utf8();
                self.rest.get(from..).and_then(|rest| rest.find('\'')).map_or(1, |end| from + end + 1)
            }
            (Some(_), Some((at, '\''))) => at + 1,
            _ => 1,
        };
        self.take(length);
        true
    }

    fn text(&mut self, text: &str) {
        self.tokens.push(Token::Text(text.strip_suffix("\\0").unwrap_or(text).to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: Language, source: &str) -> String {
        let shown = tokens(language, source).into_iter().map(|token| match token {
            Token::Word(word) => word,
            Token::Text(text) => format!("<{text}>"),
            Token::Mark(mark) => mark.to_string(),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_left_out_and_texts_kept_whole() {
        let cases = [
            (Language::C, "a /* b */ \"c // d\\\"\" '\"' e // f", "a <c // d\\\"> e"),
            (Language::CSharp, "@\"c:\\\" b // c", "@ <c:\\> b"),
            (Language::Python, "a # b\n'HASH\\0' \"\"\"c\nd\"\"\"", "a <HASH> <c\nd>"),
            (Language::VisualBasic, "a ' b\n\"c\\\" d", "a <c\\> d"),
            (Language::Delphi, "a { b } (* c *) 'd' // e", "a <d>"),
            (Language::Rust, "'a f('\"') r#\"b \" c\"# d", "a f ( ) r # <b \" c> d"),
            (Language::Go, "`a` //sys b\n// c", "<a> sys b"),
        ];
        for (language, source, wanted) in cases {
            assert_eq!(shown(language, source), wanted, "{language:?}");
        }
    }

    #[test]
    fn unfinished_sources_end() {
        for source in ["\"", "'", "/*", "'\\", "r#\"", "{", "`", "\"\\", "'''", "é'é"] {
            for language in Language::ALL {
                tokens(language, source);
            }
        }
    }
}
