//! Tables: what they are expanded to is what was written out before there were any, and what is wrong is told.

use conformance::scenario::Scenarios;

use crate::program::{conformance, file, folder};

#[test]
fn scenarios_of_tables_are_those_that_were_written_out() {
    let scenarios = Scenarios::built_in().expect("the scenarios are right");
    let lines = include_str!("tables.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let id = line.split('\t').next().unwrap();
        let scenario = scenarios.all.get(id).unwrap_or_else(|| panic!("{id} is gone"));
        let importance = format!("{:?}", scenario.importance).to_lowercase();
        let (sources, undecided) = (scenario.sources.join("; "), scenario.undecided.join("; "));
        let now =
            [id, &scenario.fingerprint, &importance, &scenario.description, &sources, &undecided].join("\t");
        assert_eq!(now, line);
        count += 1;
    }
    assert_eq!(count, 258);
}

/// Lists scenarios of a folder with a table.
fn list(name: &str, table: &str, text: &str) -> crate::program::Answer {
    let folder = folder(name);
    file(&folder, "t.tsv", table);
    file(&folder, "a.scenarios", text);
    conformance(&["list", "--scenarios", folder.to_str().unwrap()])
}

const CALL: &str = "{ BCryptDestroyKey(0) }";

#[test]
fn rows_conditions_and_tables_within() {
    let text = format!(
        "for A in t where B != \"\" and A != \"z\" {{\n  for C in t where A == \"$A\" {{\n  scenario x::$A-${{C}} low \"}} $A # {{\" {CALL} }} # }}\n}}\n"
    );
    let answer = list("table", "# comment\nA\tB\tC\n1\t2\t3\n4\t\t6\n7\t8\t9\nz\t1\t1\n", &text);
    let ids: Vec<_> = answer.output.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(ids, ["x::1-3", "x::7-9", "2"], "{}", answer.error);
    assert!(answer.output.contains("} 7 # {"), "{}", answer.output);
}

#[test]
fn what_is_wrong_is_told_with_its_row() {
    let table = "A\tB\nx\t1\ny\tSTATUS_NICE\n";
    let row = |body: &str| {
        format!("# first\nfor A, B in t {{\n    scenario a::$A low \"d\" {{\n        {body}\n    }}\n}}\n")
    };
    for (what, table, text, told) in [
        (
            "no table",
            "A\n",
            format!("for A in u {{ scenario a::$A low \"d\" {CALL} }}"),
            "a.scenarios:1: there is no table u.tsv",
        ),
        ("no column", "A\n1\n", format!("for B in t {{ scenario a::$A low \"d\" {CALL} }}"), "no column 'B'"),
        (
            "no column asked",
            "A\n1\n",
            format!("for A in t where B == \"\" {{ scenario a::$A low \"d\" {CALL} }}"),
            "no column 'B'",
        ),
        (
            "no such name",
            "A\n1\n",
            "for A in t {\n scenario a::b low \"d\" { BCryptDestroyKey($C) } }".into(),
            "a.scenarios:2:42 (in the row A 1): no table around it has this column",
        ),
        ("few cells", "A\tB\n1\n", String::new(), "t.tsv:2: 1 cells stand under 2 columns"),
        ("a wrong cell", table, row("BCryptDestroyKey(0) -> $B"), "a.scenarios:4:"),
        (
            "a status of a row",
            "A\tB\nx\tSTATUS_SUCCESS\ny\tSTATUS_NICE\n",
            row("BCryptDestroyKey(0) -> $B"),
            "a.scenarios:4 (in the row A y): 'STATUS_NICE' is not known",
        ),
        (
            "an unset name of a row",
            "A\tB\nx\t0\ny\tkey\n",
            row("BCryptDestroyKey($B)"),
            "a.scenarios:4 (in the row A y): nothing before sets 'key'",
        ),
        (
            "a duplicate",
            "A\tB\nx\t0\nx\t1\n",
            row("BCryptDestroyKey($B)"),
            "a.scenarios:3 (in the row A x): the id 'a::x' is used in a.scenarios:3",
        ),
        (
            "not closed",
            "A\n1\n",
            format!("for A in t {{ scenario a::$A low \"d\" {CALL}"),
            "docs/testing/scenarios.md",
        ),
    ] {
        let answer = list("bad-table", table, &text);
        assert_eq!(answer.code, 2, "{what}: {}", answer.output);
        assert!(answer.error.contains(told), "{what}: {}", answer.error);
    }
}
