//! docs/porting/programs.tsv: what `scripts/programs --page` found published programs to use of bcrypt.dll. Whether it is
//! there is the library's own tables' to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use crate::{Code, coverage, root};

const PROGRAMS: &str = "
## Programs

What the Windows back ends of published programs use, as `conformance scan` finds it in their sources; how the programs'
own tests end with this library is told in [porting/programs.md](porting/programs.md). `scripts/programs --page` scans them
again.
";

/// A function or a name, by its kind in coverage.tsv.
type Used = (String, String);

/// Every program with its version and with what it uses.
struct Programs {
    versions: BTreeMap<String, String>,
    uses: BTreeMap<Used, BTreeSet<String>>,
}

impl Programs {
    fn read() -> Self {
        let text =
            fs::read_to_string(root().join("../docs/porting/programs.tsv")).expect("the file is there");
        let (mut versions, mut uses) = (BTreeMap::new(), BTreeMap::<_, BTreeSet<_>>::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let [program, kind, name] =
                line.split('\t').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
            if kind == "version" {
                assert_eq!(versions.insert(program, name), None, "a program has one version");
            } else {
                assert!(versions.contains_key(&program), "a program's version comes first: {line}");
                assert!(uses.entry((kind, name)).or_default().insert(program), "it is said twice: {line}");
            }
        }
        Self { versions, uses }
    }
}

/// The state of everything that has a name.
fn states() -> BTreeMap<Used, String> {
    let text = coverage::coverage();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let rows = rows.map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    rows.map(|row| ((row[0].clone(), row[1].clone()), row[2].clone())).collect()
}

pub fn section(page: &mut String) {
    let (programs, states) = (Programs::read(), states());
    page.push_str(PROGRAMS);
    writeln!(page, "\n| program | version | functions | names |\n|---|---|---|---|").unwrap();
    for (program, version) in &programs.versions {
        let count = |functions: bool| {
            let of_kind = programs.uses.iter().filter(|((kind, _), _)| (kind == "function") == functions);
            of_kind.filter(|(_, users)| users.contains(program)).count()
        };
        writeln!(page, "| {program} | {version} | {} | {} |", count(true), count(false)).unwrap();
    }
    let titles: Vec<_> = programs.versions.keys().map(String::as_str).collect();
    let lines = "---|".repeat(titles.len());
    writeln!(page, "\n| function | state | {} |\n|---|---|{lines}", titles.join(" | ")).unwrap();
    for ((_, name), users) in programs.uses.iter().filter(|((kind, _), _)| kind == "function") {
        let state = state(&states, "function", name);
        writeln!(page, "| {} | {state} |{}", Code(name), marks(&titles, users)).unwrap();
    }
    writeln!(page, "\n| name | kind | state | {} |\n|---|---|---|{lines}", titles.join(" | ")).unwrap();
    for ((kind, name), users) in programs.uses.iter().filter(|((kind, _), _)| kind != "function") {
        let state = state(&states, kind, name);
        writeln!(page, "| {} | {} | {state} |{}", Code(name), kind_words(kind), marks(&titles, users))
            .unwrap();
    }
}

fn state<'a>(states: &'a BTreeMap<Used, String>, kind: &str, name: &str) -> &'a str {
    states.get(&(kind.to_owned(), name.to_owned())).map_or("unknown", String::as_str)
}

/// A cell for each program.
fn marks(programs: &[&str], users: &BTreeSet<String>) -> String {
    programs.iter().map(|program| if users.contains(*program) { " x |" } else { " |" }).collect()
}

fn kind_words(kind: &str) -> &str {
    match kind {
        "kdf" => "derivation",
        "hash" => "hash of a derivation",
        "blob" => "key blob",
        "handle" => "pseudo-handle",
        other => other,
    }
}

/// What a program whose tests run here needs is there.
#[test]
fn what_programs_use_is_implemented() {
    let states = states();
    for (used, users) in Programs::read().uses {
        assert_eq!(states.get(&used).map(String::as_str), Some("implemented"), "{used:?} of {users:?}");
    }
}

/// Every recipe was scanned, and the page tells of each.
#[test]
fn every_program_was_scanned() {
    let recipes = fs::read_dir(root().join("../scripts/programs.d")).unwrap();
    let recipes: BTreeSet<_> =
        recipes.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let programs = Programs::read();
    assert_eq!(programs.versions.into_keys().collect::<BTreeSet<_>>(), recipes, "scripts/programs --page");
    let used: BTreeSet<_> = programs.uses.into_values().flatten().collect();
    assert_eq!(used, recipes);
    let page = fs::read_to_string(root().join("../docs/porting/programs.md")).unwrap();
    for name in recipes {
        let rows = page.lines().filter(|line| line.starts_with(&format!("| {name} |"))).count();
        assert_eq!(rows, 2, "docs/porting/programs.md: how {name} is built, and what came out");
    }
}

/// No test that failed or was left out without a reason on the page.
#[test]
fn what_did_not_pass_has_its_reasons() {
    let page = fs::read_to_string(root().join("../docs/porting/programs.md")).unwrap();
    let (_, outcome) = page.split_once("\n## What came out\n").unwrap();
    let rows = outcome.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows: Vec<Vec<_>> = rows.map(|line| line.split(" | ").collect()).collect();
    let mut passed = 0;
    for row in &rows {
        let name = row[0].trim_start_matches("| ");
        passed += row[5].parse::<u32>().unwrap();
        for (count, outcome_of) in [(row[6], "failed"), (row[7].trim_end_matches(" |"), "skipped")] {
            let told = outcome.lines().any(|line| line.starts_with(&format!("- {name} {outcome_of}: ")));
            assert_eq!(told, count != "0", "{name}: {count} {outcome_of}");
        }
    }
    let total = format!("\nThe tests of {} programs, on x86_64: {passed} passed, ", rows.len());
    assert!(outcome.contains(&total), "{total}");
}
