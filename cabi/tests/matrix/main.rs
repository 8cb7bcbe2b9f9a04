//! docs/matrix.md says what is implemented. It is written from the sources of the exports and from the core's
//! tables, so it can't promise what the code does not do, nor leave out what it does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

mod coverage;
mod programs;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does};
use bcrypt_shim::curve::CURVES;
use bcrypt_shim::curve::definition::Arithmetic;
use bcrypt_shim::engine::digest::DIGESTS;
use bcrypt_shim::kdf::KDFS;
use bcrypt_shim::names;
use bcrypt_shim::property::Property;
use bcrypt_shim::provider::{Flags, Opened, Provider};
use bcrypt_shim::{cipher, derivation, hash, pair, secret};

const REFRESH: &str = "BLESS=1 cargo test --workspace --test matrix fresh";

const INTRODUCTION: &str = "\
# What is implemented

Written by a test from the library's own tables; do not edit. To write it again:

    BLESS_COMMAND

Each list has all the names that bcrypt.h knows, implemented or not, except that of the hashes. What an implemented
thing does with its arguments is told in [behaviour.md](behaviour.md) and [undecided.md](undecided.md).
";

const FUNCTIONS: &str = "
## Functions

Every export of bcrypt.dll is there, so every program links. The ones that are not implemented answer
`STATUS_NOT_IMPLEMENTED`. The others do what they do on Windows, for the objects that can be made here. Two more are not
bcrypt.dll's: `bcrypt_shim_version`, and `GetKeyDerivationInterface`, which bcryptprimitives.dll has.
";

const IDENTIFIERS: &str = "
## Algorithms

An algorithm that is not implemented can't be opened (`STATUS_NOT_FOUND`). Its pseudo-handles are known: they tell
their name and class, and whatever else needs the algorithm is answered with `STATUS_NOT_IMPLEMENTED` or
`STATUS_NOT_SUPPORTED`.
";

const CURVE_NAMES: &str = "
## Curves of generic ECDH and ECDSA

Values of `ECCCurveName`: all that Windows has. What stands here was tried when the page was written. The three
twisted Edwards curves are answered with `STATUS_NOT_SUPPORTED`: their cofactor is 4, the engine's curves have
cofactor 1, and no maintained library computes on them. An unknown name is answered with `STATUS_INVALID_PARAMETER`.
";

const BLOBS: &str = "
## Key blobs

What stands here was tried when the page was written. A type that is not implemented, or not one of the key's
algorithm, is answered with `STATUS_NOT_SUPPORTED`; so is the import of the one form that Windows does not import.
";

const DERIVATIONS: &str = "
## Key derivation functions

The `pwszKDF` of BCryptDeriveKey. An unknown one is answered with `STATUS_NOT_SUPPORTED`.
";

const HASHES: &str = "
## Hashes

What `KDF_HASH_ALGORITHM` and `HkdfHashAlgorithm` may name. Hash objects and MACs are a matter of the algorithms above.
";

const OBJECT_PROPERTIES: &str = "
## Properties

What the properties of an implemented algorithm's provider, of a key and of a secret can be. Where there is no
entry the answer is `STATUS_NOT_SUPPORTED`. Some belong to keys of one kind only, and most that can be set can be
set before BCryptFinalizeKeyPair only.
";

#[test]
fn matrix_is_fresh() {
    let path = root().join("../docs/matrix.md");
    let wanted = matrix();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &wanted).expect("the page is writable");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let at = wanted.lines().zip(found.lines()).take_while(|(wanted, found)| wanted == found).count();
    assert!(wanted == found, "docs/matrix.md is stale from line {}; write it again: {REFRESH}", at + 1);
}

/// The exports are either implemented or absent, and together those that the library promises.
#[test]
fn every_export_is_implemented_or_absent() {
    let (implemented, absent) = (implemented(), absent());
    assert_eq!(implemented.intersection(&absent).collect::<Vec<_>>(), [] as [&String; 0]);
    let contract = include_str!("../../exports.txt");
    let contract = contract.lines().filter(|name| !OWN.contains(name));
    assert_eq!(exports().keys().collect::<Vec<_>>(), contract.collect::<Vec<_>>());
}

/// The lists below go through the names of bcrypt.h; what the core implements is all among them.
#[test]
fn everything_implemented_has_a_name() {
    let tables: [(names::Table<&str>, Vec<&str>); 5] = [
        (names::ALGORITHM_IDENTIFIERS, ALGORITHMS.iter().map(|row| row.name).collect()),
        (names::CURVE_NAMES, CURVES.iter().map(|row| row.name).collect()),
        (names::BLOB_TYPES, blob_type_names()),
        (names::KDFS, KDFS.iter().map(|row| row.name).collect()),
        (names::PROPERTIES, property_accesses().into_keys().collect()),
    ];
    for (table, implemented) in tables {
        let known = values(table);
        let unnamed: Vec<_> = implemented.iter().filter(|name| !known.contains(**name)).collect();
        assert_eq!(unnamed, [] as [&&str; 0], "{}", table.about);
    }
}

/// The whole page.
fn matrix() -> String {
    let mut page = INTRODUCTION.replace("BLESS_COMMAND", REFRESH);
    functions(&mut page);
    algorithms(&mut page);
    curves(&mut page);
    blobs(&mut page);
    derivations(&mut page);
    hashes(&mut page);
    properties(&mut page);
    programs::section(&mut page);
    page
}

fn functions(page: &mut String) {
    let exports = exports();
    let count = exports.values().filter(|implemented| **implemented).count();
    page.push_str(FUNCTIONS);
    writeln!(page, "\n{count} of {} are implemented.", exports.len()).unwrap();
    head(page, ["function", "state"]);
    for (name, implemented) in exports {
        row(page, [&Code(&name), &state(implemented)]);
    }
}

fn algorithms(page: &mut String) {
    page.push_str(IDENTIFIERS);
    head(page, ["identifier", "state", "class", "pseudo-handles"]);
    for algorithm in ALGORITHMS {
        let handles: Vec<_> =
            algorithm.pseudo_handles.iter().map(|(handle, _)| format!("{handle:#05x}")).collect();
        let class = format!("{:?}", algorithm.class);
        row(page, [&Code(algorithm.name), &state(is_implemented(algorithm)), &class, &handles.join(", ")]);
    }
    let with_handle: BTreeSet<_> = ALGORITHMS.iter().map(|algorithm| algorithm.name).collect();
    for name in values(names::ALGORITHM_IDENTIFIERS).difference(&with_handle) {
        row(page, [&Code(name), &state(false), &"", &""]);
    }
}

fn curves(page: &mut String) {
    page.push_str(CURVE_NAMES);
    head(page, ["name", "generate", "import", "export", "agree", "sign", "bits", "form", "source"]);
    for curve in CURVES {
        let tried = trial::curve(curve.name);
        let [generate, import, export, agree, sign] =
            [tried.generate, tried.import, tried.export, tried.agree, tried.sign].map(yes_or_no);
        let form = match curve.definition.arithmetic {
            Arithmetic::Fixed(_) | Arithmetic::General => "short Weierstrass",
            Arithmetic::Montgomery => "Montgomery",
            Arithmetic::Missing => "twisted Edwards",
        };
        let bits = curve.definition.domain().map_or(String::new(), |domain| domain.bits.to_string());
        let source = curve.definition.source;
        row(page, [&Code(curve.name), &generate, &import, &export, &agree, &sign, &bits, &form, &source]);
    }
}

fn blobs(page: &mut String) {
    page.push_str(BLOBS);
    head(page, ["type", "import", "export", "keys", "part"]);
    for blob in trial::blob_types() {
        let (import, export) = trial::blob(blob.name);
        let part = format!("{:?}", blob.part);
        let cells: [&dyn Display; 5] =
            [&Code(blob.name), &yes_or_no(import), &yes_or_no(export), &trial::owners(blob.name), &part];
        row(page, cells);
    }
    for (name, _) in cipher::BLOB_TYPES {
        let (import, export) = trial::symmetric_blob(name);
        row(page, [&Code(name), &yes_or_no(import), &yes_or_no(export), &"every cipher's", &"the key"]);
    }
    let implemented: BTreeSet<_> = blob_type_names().into_iter().collect();
    for name in values(names::BLOB_TYPES).difference(&implemented) {
        row(page, [&Code(name), &"no", &"no", &"", &""]);
    }
}

/// Those of key pairs, and those of symmetric keys.
fn blob_type_names() -> Vec<&'static str> {
    let pairs = trial::blob_types().into_iter().map(|row| row.name);
    pairs.chain(cipher::BLOB_TYPES.iter().map(|row| row.0)).collect()
}

fn yes_or_no(done: bool) -> &'static str {
    if done { "yes" } else { "no" }
}

fn derivations(page: &mut String) {
    page.push_str(DERIVATIONS);
    head(page, ["name", "state"]);
    for kdf in KDFS {
        row(page, [&Code(kdf.name), &state(true)]);
    }
    let implemented: BTreeSet<_> = KDFS.iter().map(|kdf| kdf.name).collect();
    for name in values(names::KDFS).difference(&implemented) {
        row(page, [&Code(name), &state(false)]);
    }
}

fn hashes(page: &mut String) {
    page.push_str(HASHES);
    head(page, ["name", "HASH, HMAC", "HKDF", "bytes"]);
    for digest in DIGESTS {
        let hkdf = yes_or_no(digest.hash().is_some());
        row(page, [&Code(digest.name), &"yes", &hkdf, &digest.length]);
    }
}

fn properties(page: &mut String) {
    page.push_str(OBJECT_PROPERTIES);
    head(page, ["name", "provider", "hash", "key", "secret"]);
    let mut missing = values(names::PROPERTIES);
    for (name, [provider, hash, key, secret]) in property_accesses() {
        missing.remove(name);
        row(page, [&Code(name), &provider, &hash, &key, &secret]);
    }
    for name in missing {
        row(page, [&Code(name), &"", &"", &"", &""]);
    }
}

/// What can be done with each property of a provider, a hash, a key and a secret: the most that any algorithm allows.
fn property_accesses() -> BTreeMap<&'static str, [&'static str; 4]> {
    let mut found: BTreeMap<&'static str, [(bool, bool); 4]> = BTreeMap::new();
    let mut note = |object: usize, name, (reads, sets): (bool, bool)| {
        let access = &mut found.entry(name).or_default()[object];
        *access = (access.0 || reads, access.1 || sets);
    };
    for algorithm in ALGORITHMS.iter().filter(|algorithm| is_implemented(algorithm)) {
        let provider = Provider::Opened(Opened::new(algorithm, Flags::default()).into());
        accesses(provider.tables().into_iter().flatten()).for_each(|(name, access)| note(0, name, access));
        match algorithm.does {
            Does::Pair(pair) => {
                let own = pair.key_properties().iter();
                own.for_each(|row| note(2, row.name, (row.reads, row.sets)));
            }
            Does::Cipher(cipher) => {
                accesses(cipher.key_properties()).for_each(|(name, access)| note(2, name, access));
            }
            Does::Derivation(derivation) => {
                accesses(derivation.key_properties()).for_each(|(name, access)| note(2, name, access));
            }
            Does::Hash(hash) => hash.state_properties().iter().for_each(|name| note(1, name, (false, true))),
            _ => {}
        }
    }
    accesses(hash::PROPERTIES).for_each(|(name, access)| note(1, name, access));
    accesses(pair::PROPERTIES).for_each(|(name, access)| note(2, name, access));
    accesses(cipher::PROPERTIES).for_each(|(name, access)| note(2, name, access));
    accesses(derivation::PROPERTIES).for_each(|(name, access)| note(2, name, access));
    accesses(secret::PROPERTIES).for_each(|(name, access)| note(3, name, access));
    found.into_iter().map(|(name, access)| (name, access.map(access_word))).collect()
}

fn accesses<'a, T: 'static>(
    properties: impl IntoIterator<Item = &'a Property<T>>,
) -> impl Iterator<Item = (&'static str, (bool, bool))> {
    properties.into_iter().map(|row| (row.name, (row.get.is_some(), row.set.is_some())))
}

fn access_word(access: (bool, bool)) -> &'static str {
    match access {
        (true, true) => "read, set",
        (true, false) => "read",
        (false, true) => "set",
        (false, false) => "",
    }
}

fn is_implemented(algorithm: &Algorithm) -> bool {
    !matches!(algorithm.does, Does::Nothing)
}

/// Every export, and whether it is implemented.
fn exports() -> BTreeMap<String, bool> {
    let implemented = implemented().into_iter().map(|name| (name, true));
    implemented.chain(absent().into_iter().map(|name| (name, false))).collect()
}

/// Exports that bcrypt.dll does not have: one tells the version of this library, the other is bcryptprimitives.dll's.
const OWN: [&str; 2] = ["GetKeyDerivationInterface", "bcrypt_shim_version"];

/// The functions of src/api whose bodies are written out.
fn implemented() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join("src/api")).expect("the folder exists") {
        let path = entry.expect("it can be read").path();
        if path.file_name().is_some_and(|name| name != "absent.rs") {
            found.extend(functions_after(&path, &["pub unsafe fn ", "pub fn "]));
        }
    }
    found.retain(|name| !OWN.contains(&&**name));
    found
}

/// The declarations in src/api/absent.rs.
fn absent() -> BTreeSet<String> {
    functions_after(&root().join("src/api/absent.rs"), &["    fn "]).collect()
}

/// The names that follow one of these words at the start of a line.
fn functions_after(path: &Path, words: &[&str]) -> impl Iterator<Item = String> {
    let source = fs::read_to_string(path).expect("the source can be read");
    let rest = |line: &str| words.iter().find_map(|word| line.strip_prefix(word)).map(str::to_owned);
    let declarations: Vec<String> = source.lines().filter_map(rest).collect();
    declarations.into_iter().filter_map(|rest| rest.split_once('(').map(|(name, _)| name.to_owned()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The values of a table of names, each once.
fn values(table: names::Table<&'static str>) -> BTreeSet<&'static str> {
    table.rows.iter().map(|row| row.value).collect()
}

fn state(implemented: bool) -> &'static str {
    if implemented { "implemented" } else { "not implemented" }
}

/// A name in a table.
struct Code<'a>(&'a str);

impl Display for Code<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.0)
    }
}

fn head<const N: usize>(page: &mut String, titles: [&str; N]) {
    writeln!(page, "\n| {} |", titles.join(" | ")).unwrap();
    writeln!(page, "|{}", "---|".repeat(N)).unwrap();
}

fn row<const N: usize>(page: &mut String, cells: [&dyn Display; N]) {
    page.push('|');
    for cell in cells {
        let cell = cell.to_string();
        let gap = if cell.is_empty() { "" } else { " " };
        write!(page, "{gap}{cell} |").unwrap();
    }
    page.push('\n');
}
