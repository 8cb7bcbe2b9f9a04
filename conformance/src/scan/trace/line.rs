//! One line of a trace.

use super::super::coverage::{Kind, is_export};
use super::super::name::is_function_name;

/// The SDK's numbers, among them the pseudo-handles.
const NUMBERS: &str = include_str!("../../../scenarios/constants.tsv");

/// What a line is.
pub enum Line<'a> {
    Call(Call<'a>),
    Cut,
    Other,
}

/// A call as its line has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Call<'a> {
    pub process: u32,
    pub function: &'a str,
    pub arguments: &'a str,
    pub status: &'a str,
}

/// Reads a line. What the program printed may stand before a call, and the start of a call whose end is lost.
pub fn read(text: &str) -> Line<'_> {
    // The numbers and a name take fewer bytes than this, and a line of parentheses must not take forever.
    let before = |at: usize| (at.saturating_sub(100)..at).find_map(|from| text.get(from..at));
    let starts: Vec<_> = text.match_indices('(').filter_map(|(at, _)| start(before(at)?)).collect();
    match starts.last().and_then(|(process, function)| call(text, *process, function)) {
        Some(call) => Line::Call(call),
        None if !starts.is_empty() => Line::Cut,
        // Cut within the function's name.
        None if start(text.trim_end()).is_some() => Line::Cut,
        None => Line::Other,
    }
}

/// Process and function at the end of a text: `4711:4712 BCryptHash`, or `4711 BCryptHash` where threads have no number.
fn start(text: &str) -> Option<(u32, &str)> {
    let (before, function) = text.rsplit_once(' ')?;
    let ids = before.rsplit(|letter: char| !letter.is_ascii_digit() && letter != ':').next()?;
    let process = ids.split(':').next()?.parse().ok()?;
    (is_export(function) || is_function_name(function)).then_some((process, function))
}

/// The call that begins with this function's last mention: its arguments may hold any text, its result none.
fn call<'a>(text: &'a str, process: u32, function: &'a str) -> Option<Call<'a>> {
    let begins = text.rfind(&format!(" {function}("))? + function.len() + 2;
    let (arguments, result) = text.get(begins..)?.rsplit_once(") = ")?;
    let (status, rest) = result.split_once(' ')?;
    let digits = |digits: &str| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let name = |name: &str| {
        name.bytes().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'_')
    };
    let known =
        status.strip_prefix("STATUS_").is_some_and(name) || status.strip_prefix("0x").is_some_and(digits);
    let time = rest.trim_end().strip_suffix(" us")?.rsplit(' ').next()?;
    (known && time.parse::<f64>().is_ok()).then_some(Call { process, function, arguments, status })
}

impl<'a> Call<'a> {
    pub fn is_refused(&self) -> bool {
        self.status != "STATUS_SUCCESS"
    }

    /// Whether it only gives back what the program has, as programs do before they end.
    pub fn cleans_up(&self) -> bool {
        ["BCryptDestroy", "BCryptClose", "BCryptFree"].iter().any(|start| self.function.starts_with(start))
    }

    /// What the names among the arguments are names of.
    pub fn names(&self) -> impl Iterator<Item = (Kind, String)> {
        let kinds = [
            ("pszAlgId=", Kind::Algorithm),
            ("pwszKDF=", Kind::Kdf),
            ("pszBlobType=", Kind::Blob),
            ("KDF_HASH_ALGORITHM ", Kind::Hash),
        ];
        self.quoted().filter_map(move |(before, text)| {
            let (_, kind) = kinds.iter().find(|(start, _)| before.ends_with(start))?;
            Some((*kind, text.to_owned()))
        })
    }

    /// Each text in quotes and what stands before it. A quote within one is written as a number.
    pub fn quoted(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.arguments;
        std::iter::from_fn(move || {
            let (before, after) = rest.split_once('"')?;
            let (text, after) = after.split_once('"')?;
            rest = after;
            Some((before, text))
        })
    }

    /// The macros of the pseudo-handles that were passed.
    pub fn pseudo_handles(&self) -> impl Iterator<Item = &'static str> {
        let values = self.arguments.split(", ").filter_map(|argument| {
            let (name, value) = argument.split_once('=')?;
            let value = u32::from_str_radix(value.strip_prefix("0x")?, 16).ok()?;
            (name.starts_with('h') && value % 16 == 1).then_some(value)
        });
        values.filter_map(|value| {
            let row = |line: &'static str| {
                let (name, number) = line.split_once("\t0x")?;
                (name.ends_with("_ALG_HANDLE") && u32::from_str_radix(number, 16) == Ok(value))
                    .then_some(name)
            };
            NUMBERS.lines().find_map(row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "4711:4712 BCryptImportKeyPair(hAlgorithm=0x2a1, pszBlobType=\"ECCPUBLICBLOB\", \
                         phKey=pointer) = STATUS_SUCCESS phKey=0x25 31.4 us\n";

    fn is_call(text: &str) -> bool {
        matches!(read(text), Line::Call(_))
    }

    #[test]
    fn a_whole_line() {
        let Line::Call(call) = read(WHOLE) else { unreachable!() };
        assert_eq!(
            (call.process, call.function, call.status),
            (4711, "BCryptImportKeyPair", "STATUS_SUCCESS")
        );
        assert!(call.names().eq([(Kind::Blob, "ECCPUBLICBLOB".to_owned())]));
        assert!(call.pseudo_handles().eq(["BCRYPT_ECDH_P256_ALG_HANDLE"]));
    }

    /// Cut at every byte: before the name nothing is known, then it is a call without an end.
    #[test]
    fn a_cut_line_is_no_call() {
        for end in 0..WHOLE.len() - 1 {
            let text = WHOLE.get(..end).unwrap_or_default();
            assert!(!is_call(text) || text.ends_with(" us"), "{text}");
        }
        assert!(matches!(read("4711:4712 BCryptImportKeyPair(hAlg"), Line::Cut));
        assert!(matches!(read("4711:4712 BCryptImpo"), Line::Cut));
        assert!(matches!(read("BCryptHash(a) = STATUS_SUCCESS 1.0 us"), Line::Other));
    }

    #[test]
    fn other_text_on_the_line() {
        for start in ["name? ", "4711:4712 BCryptHa", "4711:4712 BCryptHash(h=0x1, ", "x 9"] {
            assert!(is_call(&format!("{start}{WHOLE}")), "{start}");
        }
        let text = "1 BCryptHash(pszAlgId=\") = STATUS_X 1 us\") = STATUS_NOT_FOUND 1.0 us";
        let Line::Call(call) = read(text) else { unreachable!() };
        assert_eq!(call.status, "STATUS_NOT_FOUND");
        assert!(!is_call("1 BCryptHash() = fine 1.0 us") && !is_call("1 BCryptHash() = 0xC00000 1.0 us"));
        assert!(is_call("1 BCryptHash() = 0xC0000001 1.0 us"));
    }
}
