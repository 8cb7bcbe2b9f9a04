//! Sources: what they declare as foreign, call, and look up by name. A source is not compiled, so what a macro hides
//! or a condition leaves out is not known.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::coverage;
use super::language::Language;
use super::name::{is_bcrypt, is_function_name};
use super::problem::Problem;
use super::seen::{Evidence, Seen};
use super::table::Scan;
use super::token::{Token, tokens};

/// Scans the sources in a folder and in those below it.
pub fn folder(path: &Path) -> Result<Scan, Problem> {
    let mut sources = Sources::default();
    if !walk(path, &mut sources)? {
        return Err(Problem::new(path, "holds no source file; name a program, or the folder of its sources"));
    }
    Ok(Scan::new(path, "folder of sources", &sources.finish()))
}

/// Links are not followed, so that the walk ends; hidden folders hold no sources.
fn walk(folder: &Path, sources: &mut Sources) -> Result<bool, Problem> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Problem::new(path, format!("can't be read ({error}); check the permissions"))
    };
    let mut found = false;
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| unreadable(folder, error))?);
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            found |= walk(&path, sources)?;
        } else if let (true, Some(language)) = (kind.is_file(), Language::of(&path)) {
            sources.add(language, &fs::read(&path).map_err(|error| unreadable(&path, error))?);
            found = true;
        }
    }
    Ok(found)
}

/// What was seen in the sources so far.
#[derive(Default)]
pub struct Sources {
    seen: Seen,
    /// C prototypes of names that bcrypt.dll does not have. Most are the program's own functions.
    prototypes: BTreeSet<String>,
}

impl Sources {
    pub fn add(&mut self, language: Language, bytes: &[u8]) {
        let tokens = tokens(language, &decoded(bytes));
        for at in 0..tokens.len() {
            let place = Place { language, tokens: &tokens, at };
            match tokens.get(at) {
                Some(Token::Word(word)) => self.word(word, &place),
                Some(Token::Text(text)) => self.text(text, &place),
                _ => {}
            }
        }
    }

    pub fn finish(mut self) -> Seen {
        for name in self.prototypes {
            self.seen.function(&name, Evidence::Declaration);
        }
        self.seen.without_own()
    }

    fn word(&mut self, word: &str, place: &Place<'_>) {
        if let Some((name, evidence)) = place.foreign(word) {
            self.seen.function(&name, evidence);
        }
        if word.starts_with("BCRYPT_") && !place.is_defined_macro() {
            self.seen.macros.insert(word.to_owned());
        }
        if !is_function_name(word) {
            if place.is_mark(1, '(') && matches!(place.role(), Role::Use | Role::Foreign) {
                self.seen.foreign(word, None);
            }
            return;
        }
        let known = coverage::is_export(word);
        match place.role() {
            Role::Definition => {
                self.seen.own.insert(word.to_owned());
            }
            // A header declares much that nobody calls.
            Role::Prototype if known => {}
            Role::Prototype => {
                self.prototypes.insert(word.to_owned());
            }
            Role::Foreign => self.seen.function(word, Evidence::Declaration),
            Role::Use if known || place.is_of_library() => self.seen.function(word, Evidence::Source),
            Role::Use => {}
        }
    }

    fn text(&mut self, text: &str, place: &Place<'_>) {
        if coverage::is_export(text) || (is_function_name(text) && place.is_looked_up()) {
            self.seen.function(text, Evidence::Text);
        }
        if !place.is_value_of_macro() {
            self.seen.text(text);
        }
    }
}

/// What a function's name stands for where it is found.
enum Role {
    Definition,
    Prototype,
    Foreign,
    Use,
}

/// A token among the others.
struct Place<'a> {
    language: Language,
    tokens: &'a [Token],
    at: usize,
}

impl Place<'_> {
    /// The word so many tokens further on, or back.
    fn word(&self, offset: isize) -> &str {
        match self.at.checked_add_signed(offset).and_then(|at| self.tokens.get(at)) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    fn literal(&self, offset: isize) -> Option<&str> {
        match self.at.checked_add_signed(offset).and_then(|at| self.tokens.get(at)) {
            Some(Token::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn is_mark(&self, offset: isize, mark: char) -> bool {
        self.at.checked_add_signed(offset).and_then(|at| self.tokens.get(at)) == Some(&Token::Mark(mark))
    }

    fn role(&self) -> Role {
        let before = self.word(-1);
        let after = self.after_parentheses();
        let next = after.and_then(|at| self.tokens.get(at));
        match self.language {
            Language::Python if before == "def" => Role::Definition,
            Language::Go if before == "func" => Role::Definition,
            // .NET's types are named like what they are for.
            Language::CSharp | Language::VisualBasic if is_type(before) => Role::Definition,
            Language::Rust if before == "fn" => {
                let rest = after.and_then(|at| self.tokens.get(at..)).unwrap_or_default();
                let end = rest.iter().find(|token| matches!(token, Token::Mark('{' | ';' | '}')));
                // Without an end it stands in a macro that links it.
                if end == Some(&Token::Mark('{')) { Role::Definition } else { Role::Foreign }
            }
            Language::C | Language::CSharp
                if self.is_mark(-1, '*') || !matches!(before, "" | "return" | "else") =>
            {
                match next {
                    Some(Token::Mark('{' | '=')) => Role::Definition,
                    Some(Token::Mark(';')) if self.language == Language::C => Role::Prototype,
                    _ => Role::Use,
                }
            }
            _ => Role::Use,
        }
    }

    /// What follows the parentheses that open right after this token.
    fn after_parentheses(&self) -> Option<usize> {
        self.is_mark(1, '(').then(|| closed(self.tokens, self.at + 1))?
    }

    /// A function that this word begins or ends the import of: .NET's attributes, Visual Basic's and Delphi's
    /// declarations. It may have any name.
    fn foreign(&self, word: &str) -> Option<(String, Evidence)> {
        match (self.language, word.to_ascii_lowercase().as_str()) {
            (Language::CSharp | Language::VisualBasic, "dllimport" | "libraryimport") => {
                self.attribute().map(|name| (name, Evidence::PInvoke))
            }
            (Language::VisualBasic, "lib") if is_bcrypt(self.literal(1)?.as_bytes()) => {
                let alias = self.literal(3).filter(|_| self.word(2).eq_ignore_ascii_case("alias"));
                Some((alias.unwrap_or(self.word(-1)).to_owned(), Evidence::PInvoke))
            }
            (Language::Delphi, "external") if self.names_library(1) => {
                let name = self.literal(3).filter(|_| self.word(2).eq_ignore_ascii_case("name"));
                let name = name.map(str::to_owned).or_else(|| self.declared_before())?;
                Some((name, Evidence::Declaration))
            }
            _ => None,
        }
    }

    /// Whether a literal is the library's name, or a constant sounds like it.
    fn names_library(&self, offset: isize) -> bool {
        self.literal(offset).is_some_and(|name| is_bcrypt(name.as_bytes()))
            || self.word(offset).to_ascii_lowercase().contains("bcrypt")
    }

    /// `DllImport("bcrypt.dll", EntryPoint = "…")`, or the name of the method that follows.
    fn attribute(&self) -> Option<String> {
        let end = self.after_parentheses()?;
        let inside = self.tokens.get(self.at + 2..end)?;
        let first = inside.split(|token| *token == Token::Mark(',')).next()?;
        let ours = first.iter().any(|token| match token {
            Token::Text(text) => is_bcrypt(text.as_bytes()),
            Token::Word(word) => word.to_ascii_lowercase().contains("bcrypt"),
            Token::Mark(_) => false,
        });
        if !ours {
            return None;
        }
        let entry = inside.iter().position(|token| *token == Token::Word("EntryPoint".into()));
        if let Some(at) = entry {
            let named = inside.get(at + 1..)?.iter().take_while(|token| **token != Token::Mark(','));
            return named
                .filter_map(|token| match token {
                    Token::Text(name) => Some(name.clone()),
                    // nameof(BCryptHash)
                    Token::Word(name) if name != "nameof" => Some(name.clone()),
                    _ => None,
                })
                .last();
        }
        self.method(end)
    }

    /// The first name outside of attributes that parentheses follow.
    fn method(&self, from: usize) -> Option<String> {
        let (open, close) = if self.language == Language::VisualBasic { ('<', '>') } else { ('[', ']') };
        let mut depth = 1;
        for (at, token) in self.tokens.iter().enumerate().skip(from) {
            match token {
                Token::Mark(mark) if *mark == open => depth += 1,
                Token::Mark(mark) if *mark == close => depth -= 1,
                Token::Mark('{' | '}' | ';') => return None,
                Token::Word(name) if depth == 0 && self.tokens.get(at + 1) == Some(&Token::Mark('(')) => {
                    return Some(name.clone());
                }
                _ => {}
            }
        }
        None
    }

    /// The name in the `function` or `procedure` before this place.
    fn declared_before(&self) -> Option<String> {
        let heads = ["function", "procedure"];
        let is_head = |token: &Token| matches!(token, Token::Word(word) if heads.contains(&word.to_ascii_lowercase().as_str()));
        let at = self.tokens.get(..self.at)?.iter().rposition(is_head)?;
        match self.tokens.get(at + 1) {
            Some(Token::Word(name)) => Some(name.clone()),
            _ => None,
        }
    }

    /// `bcrypt.BCryptName`: a name of the library's, whether it has it or not.
    fn is_of_library(&self) -> bool {
        let bcrypt = self.word(-2).eq_ignore_ascii_case("bcrypt");
        self.is_mark(-1, '.') && (bcrypt || self.language == Language::Python)
    }

    /// Whether the literal is an argument of a function that finds functions.
    fn is_looked_up(&self) -> bool {
        let finders = [
            "GetProcAddress",
            "dlsym",
            "getattr",
            "NewProc",
            "FindProc",
            "MustFindProc",
            "GetExport",
            "TryGetExport",
        ];
        (1..=8).any(|back| finders.contains(&self.word(-back)))
    }

    fn is_defined_macro(&self) -> bool {
        self.word(-1) == "define" && self.is_mark(-2, '#')
    }

    /// `#define BCRYPT_… L"…"`, as bcrypt.h has it.
    fn is_value_of_macro(&self) -> bool {
        [0, 1].into_iter().any(|prefix| {
            self.word(-1 - prefix).starts_with("BCRYPT_")
                && self.word(-2 - prefix) == "define"
                && self.is_mark(-3 - prefix, '#')
        })
    }
}

/// Whether the name of a type follows the word in C# or Visual Basic.
fn is_type(word: &str) -> bool {
    let words = ["class", "enum", "interface", "module", "record", "struct", "structure"];
    words.contains(&word.to_ascii_lowercase().as_str())
}

/// The place after the parenthesis that closes the one at `open`.
fn closed(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// UTF-16 with its mark, else UTF-8; what is neither keeps its ASCII.
fn decoded(bytes: &[u8]) -> String {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| Some(read(pair.try_into().ok()?)));
        String::from_utf16_lossy(&units.collect::<Vec<_>>())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
