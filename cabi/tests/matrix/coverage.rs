//! conformance/coverage.tsv: the same states as in the page, for the command that scans programs. That crate links
//! none of ours, so it gets them as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use bcrypt_shim::algorithm::ALGORITHMS;
use bcrypt_shim::cipher;
use bcrypt_shim::curve::CURVES;
use bcrypt_shim::engine::digest::DIGESTS;
use bcrypt_shim::kdf::KDFS;
use bcrypt_shim::names::{self, Row, Table};

use crate::{REFRESH, exports, is_implemented, root, state, trial, values};

#[test]
fn coverage_is_fresh() {
    let path = root().join("../conformance/coverage.tsv");
    let wanted = coverage();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &wanted).expect("the file is writable");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == found, "conformance/coverage.tsv is stale; write it again: {REFRESH}");
}

/// A line for each name: its kind, the name, its state, and the macros of bcrypt.h that stand for it.
pub fn coverage() -> String {
    let mut lines = format!("# kind, name, state, macros; written by: {REFRESH}\n");
    for (name, implemented) in exports() {
        line(&mut lines, "function", &name, implemented, &[]);
    }
    let opened = ALGORITHMS.iter().filter(|row| is_implemented(row)).map(|row| row.name).collect();
    table(&mut lines, "algorithm", names::ALGORITHM_IDENTIFIERS, &opened);
    table(&mut lines, "kdf", names::KDFS, &KDFS.iter().map(|row| row.name).collect());
    for digest in DIGESTS {
        line(&mut lines, "hash", digest.name, true, &macros(names::ALGORITHM_IDENTIFIERS.rows, &digest.name));
    }
    let curves = CURVES.iter().map(|row| row.name).filter(|name| trial::curve(name).agree).collect();
    table(&mut lines, "curve", names::CURVE_NAMES, &curves);
    let pairs = trial::blob_types().into_iter().map(|row| (row.name, trial::blob(row.name)));
    let symmetric = cipher::BLOB_TYPES.iter().map(|row| (row.0, trial::symmetric_blob(row.0)));
    let tried = pairs.chain(symmetric).filter(|(_, done)| matches!(done, (true, _) | (_, true)));
    table(&mut lines, "blob", names::BLOB_TYPES, &tried.map(|(name, _)| name).collect());
    handles(&mut lines);
    lines
}

/// The pseudo-handles by their macros; a number in a program says nothing.
fn handles(lines: &mut String) {
    let rows: BTreeMap<_, _> = names::PSEUDO_HANDLES.rows.iter().map(|row| (row.c_name, row.value)).collect();
    for (name, value) in rows {
        let of = ALGORITHMS
            .iter()
            .find(|algorithm| algorithm.pseudo_handles.iter().any(|(handle, _)| *handle == value));
        line(lines, "handle", name, of.is_some_and(is_implemented), &[name]);
    }
}

fn table(lines: &mut String, kind: &str, table: Table<&'static str>, implemented: &BTreeSet<&str>) {
    for name in values(table) {
        line(lines, kind, name, implemented.contains(name), &macros(table.rows, &name));
    }
}

/// The macros that have this value.
fn macros<T: PartialEq>(rows: &'static [Row<T>], value: &T) -> Vec<&'static str> {
    rows.iter().filter(|row| row.value == *value).map(|row| row.c_name).collect()
}

fn line(lines: &mut String, kind: &str, name: &str, implemented: bool, macros: &[&str]) {
    writeln!(lines, "{kind}\t{name}\t{}\t{}", state(implemented), macros.join(" ")).expect("memory");
}
