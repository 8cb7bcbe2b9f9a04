//! What bcrypt-shim covers, read from the table that its own tests write.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An export of bcrypt.dll.
    Function,
    /// The `pszAlgId` of BCryptOpenAlgorithmProvider.
    Algorithm,
    /// The `pwszKDF` of BCryptDeriveKey.
    Kdf,
    /// A hash within a derivation.
    Hash,
    /// A value of `ECCCurveName`.
    Curve,
    /// A blob type of import and export.
    Blob,
    /// The macro of a pseudo-handle.
    Handle,
}

impl Kind {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "function" => Self::Function,
            "algorithm" => Self::Algorithm,
            "kdf" => Self::Kdf,
            "hash" => Self::Hash,
            "curve" => Self::Curve,
            "blob" => Self::Blob,
            "handle" => Self::Handle,
            _ => return None,
        })
    }

    /// What takes such a name. In a program with none of it the word means something else.
    pub fn taken_by(self) -> &'static [Taker] {
        const fn by(function: &'static str) -> Taker {
            Taker { function, property: None }
        }
        const HKDF_HASH: Taker = Taker {
            function: "BCryptSetProperty",
            property: Some(("HkdfHashAlgorithm", "BCRYPT_HKDF_HASH_ALGORITHM")),
        };
        match self {
            Self::Function | Self::Handle => &[],
            Self::Algorithm => &const { [by("BCryptOpenAlgorithmProvider"), by("BCryptEnumProviders")] },
            Self::Kdf => &const { [by("BCryptDeriveKey")] },
            Self::Hash => &const { [by("BCryptDeriveKey"), by("BCryptKeyDerivation"), HKDF_HASH] },
            Self::Curve => &const { [by("BCryptSetProperty")] },
            Self::Blob => {
                &const { [by("BCryptImportKeyPair"), by("BCryptExportKey"), by("BCryptImportKey")] }
            }
        }
    }

    /// Whether the library compares such names without regard to ASCII case.
    fn folds_case(self) -> bool {
        matches!(self, Self::Algorithm | Self::Hash | Self::Curve)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Function => "function",
            Self::Algorithm => "algorithm",
            Self::Kdf => "derivation",
            Self::Hash => "hash of a derivation",
            Self::Curve => "curve",
            Self::Blob => "key blob",
            Self::Handle => "pseudo-handle",
        })
    }
}

/// A function that takes names of some kind, if the program names the property too that it takes them for.
pub struct Taker {
    pub function: &'static str,
    /// The property's name and its macro.
    pub property: Option<(&'static str, &'static str)>,
}

/// Whether a text is the name of a property that tells what a function takes.
pub fn is_property(text: &str) -> bool {
    let kinds = [Kind::Algorithm, Kind::Kdf, Kind::Hash, Kind::Curve, Kind::Blob];
    kinds
        .iter()
        .flat_map(|kind| kind.taken_by())
        .any(|taker| matches!(taker.property, Some((name, _)) if name == text))
}

/// The functions that an algorithm's object is worked with, where that tells the algorithm from another thing of its
/// name: a hash that is only the parameter of a derivation, the derivation of a secret.
pub fn worked_with(algorithm: &str) -> Option<&'static [&'static str]> {
    let is = |kind| NAMES.get(&algorithm.to_ascii_lowercase())?.iter().find(|row| row.kind == kind);
    if is(Kind::Hash).is_some() {
        return Some(&[
            "BCryptCreateHash",
            "BCryptHash",
            "BCryptCreateMultiHash",
            "BCryptDeriveKeyPBKDF2",
            "BCryptDeriveKeyCapi",
        ]);
    }
    is(Kind::Kdf).map(|_| &["BCryptKeyDerivation"][..])
}

/// How far bcrypt-shim covers a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does what it does on Windows.
    Implemented,
    /// The function is there and answers STATUS_NOT_IMPLEMENTED; another name is refused.
    Missing,
    /// bcrypt.dll has no such export.
    Foreign,
    /// It is wanted by a number, which belongs to one build of bcrypt.dll.
    Ordinal,
}

/// One line of the table.
pub struct Row {
    pub kind: Kind,
    pub name: &'static str,
    pub state: State,
    macros: &'static str,
}

static TEXT: &str = include_str!("../../coverage.tsv");

static FUNCTIONS: LazyLock<BTreeMap<&str, State>> = LazyLock::new(|| {
    let functions = rows().filter(|row| row.kind == Kind::Function);
    functions.map(|row| (row.name, row.state)).collect()
});

/// The other names by their spelling in lower case, and by their macros.
static NAMES: LazyLock<BTreeMap<String, Vec<Row>>> =
    LazyLock::new(|| by(|row| vec![row.name.to_ascii_lowercase()]));
static MACROS: LazyLock<BTreeMap<String, Vec<Row>>> =
    LazyLock::new(|| by(|row| row.macros.split_whitespace().map(str::to_owned).collect()));

fn by(keys: impl Fn(&Row) -> Vec<String>) -> BTreeMap<String, Vec<Row>> {
    let mut index: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows().filter(|row| row.kind != Kind::Function) {
        for key in keys(&row) {
            index.entry(key).or_default().push(Row { ..row });
        }
    }
    index
}

fn rows() -> impl Iterator<Item = Row> {
    TEXT.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        let kind = Kind::read(cells.next()?)?;
        let name = cells.next()?;
        let state = if cells.next()? == "implemented" { State::Implemented } else { State::Missing };
        Some(Row { kind, name, state, macros: cells.next()? })
    })
}

/// The state of a function.
pub fn function(name: &str) -> State {
    FUNCTIONS.get(name).copied().unwrap_or(State::Foreign)
}

/// Whether bcrypt.dll exports this name.
pub fn is_export(name: &str) -> bool {
    FUNCTIONS.contains_key(name)
}

/// What a text may name; one word can be a hash and an algorithm.
pub fn named(text: &str) -> impl Iterator<Item = &'static Row> {
    // No name is as long; most texts need no copy.
    let rows = (text.len() <= 64).then(|| NAMES.get(&text.to_ascii_lowercase())).flatten();
    let text = text.to_owned();
    rows.into_iter()
        .flatten()
        .filter(move |row| row.kind != Kind::Handle && (row.kind.folds_case() || row.name == text))
}

/// What a macro of bcrypt.h stands for.
pub fn macros(name: &str) -> impl Iterator<Item = &'static Row> {
    MACROS.get(name).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = TEXT.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        assert_eq!(FUNCTIONS.len(), crate::library::FUNCTIONS.len());
        assert!(crate::library::FUNCTIONS.iter().all(|function| is_export(function.name)));
    }

    #[test]
    fn words_have_the_kinds_that_the_table_gives_them() {
        let kinds = |text| named(text).map(|row| (row.kind, row.state)).collect::<Vec<_>>();
        assert_eq!(
            kinds("sha256"),
            [(Kind::Algorithm, State::Implemented), (Kind::Hash, State::Implemented)]
        );
        assert_eq!(kinds("hash"), []);
        assert_eq!(kinds("HASH"), [(Kind::Kdf, State::Implemented)]);
        assert_eq!(kinds("BCRYPT_RSA_ALG_HANDLE"), []);
        assert!(macros("BCRYPT_SHAKE128_ALG_HANDLE").all(|row| row.state == State::Missing));
    }
}
