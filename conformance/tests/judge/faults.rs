//! Planted faults: a library that is right but for one thing, and the judge must see it.

use crate::program::{Answer, conformance, conformance_with, faulty, file, folder, library, scenarios};

const SCENARIO: &str = "test::derive";

/// Records the library with a fault and compares it with the real one.
fn judged(fault: &str) -> (Answer, Answer) {
    judged_in(&format!("fault-{fault}"), fault)
}

fn judged_in(folder_name: &str, fault: &str) -> (Answer, Answer) {
    let folder = folder(folder_name);
    let (ours, theirs) = (folder.join("ours.json"), folder.join("theirs.json"));
    let (ours, theirs) = (ours.to_str().unwrap(), theirs.to_str().unwrap());
    let recorded =
        conformance(&["run", library(), "--scenarios", scenarios(), "--only", SCENARIO, "-o", ours]);
    assert_eq!(recorded.code, 0, "{}{}", recorded.output, recorded.error);
    let bad = faulty(&folder, "libfaulty.so", &[]);
    let variables = [("REAL_LIBRARY", library()), ("FAULT", fault)];
    let arguments = [
        "run",
        &bad,
        "--scenarios",
        scenarios(),
        "--only",
        SCENARIO,
        "-o",
        theirs,
        "--limit",
        "2",
        "--product",
        "faulty",
        "--product-version",
        fault,
    ];
    let run = conformance_with(&arguments, &variables);
    (run, conformance(&["diff", ours, theirs, "--scenarios", scenarios()]))
}

#[test]
fn a_library_without_a_fault_is_the_same() {
    let (run, diff) = judged("none");
    assert_eq!((run.code, diff.code), (0, 0), "{}", diff.output);
    assert!(diff.output.contains("faulty none beside bcrypt-shim"), "{}", diff.output);
    assert!(diff.output.contains("1 same"), "{}", diff.output);
}

#[test]
fn every_fault_is_told_where_it_is() {
    // The fault, how the run ends, and what the comparison tells.
    for (fault, code, told) in [
        ("status", 0, "differs  faulty status test::derive: step 3: STATUS_NOT_SUPPORTED"),
        ("size", 0, "step 3: needed: 33"),
        ("byte", 0, "step 5: derived: other bytes from offset 7"),
        ("beyond", 0, "step 5: derived: other bytes from offset 39"),
        ("outside", 0, "step 5: derived: written outside"),
        ("before", 0, "step 5: derived: written outside"),
        ("input", 0, "step 3: changes its input: pParameterList"),
        ("print", 0, "printed a line of debugging"),
        ("crash", 1, "crashed  faulty crash test::derive: step 3: signal 11"),
        ("exit", 1, "crashed  faulty exit test::derive: step 3: exit code 0x0"),
        ("hang", 1, "hung     faulty hang test::derive: step 3: longer than 2 s"),
    ] {
        let (run, diff) = judged(fault);
        assert_eq!((run.code, diff.code), (code, 1), "{fault}: {}", diff.output);
        assert!(diff.output.contains(told), "{fault}: {}", diff.output);
    }
}

#[test]
fn a_pattern_of_known_differences_has_a_count() {
    judged_in("pattern", "status");
    let place = |name: &str| std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("judge").join(name);
    let recordings = ["ours.json", "theirs.json"].map(|name| place("pattern").join(name));
    let [ours, theirs] = recordings.each_ref().map(|path| path.to_str().unwrap());
    let expectations = folder("patterns");
    for (difference, ids, count, code, told) in [
        ("step *: STATUS_NOT_SUPPORTED", "test::*", 1, 0, "1 known"),
        ("step 3: *", "*::der*e", 1, 0, "1 known"),
        (
            "step *: STATUS_NOT_SUPPORTED",
            "test::*",
            2,
            1,
            "says 2 scenarios with: step *: STATUS_NOT_SUPPORTED; there are 1",
        ),
        ("step *: STATUS_NOT_SUPPORTED", "test::d*x", 1, 1, "differs  faulty status test::derive"),
        ("step *: STATUS_NOT_FOUND", "test::*", 1, 1, "there are 0"),
    ] {
        let entry = format!(
            "implementation = \"faulty status\"\n[[known]]\nreason = \"r\"\nsource = \"s\"\n\
             difference = \"{difference}\"\nscenarios = [\"{ids}\"]\ncount = {count}\n"
        );
        file(&expectations, "faulty.toml", &entry);
        let arguments = ["diff", ours, theirs, "--scenarios", scenarios(), "--expectations"];
        let diff = conformance(&[&arguments[..], &[expectations.to_str().unwrap()]].concat());
        assert_eq!(diff.code, code, "{difference} {ids} {count}: {}{}", diff.output, diff.error);
        assert!(diff.output.contains(told), "{difference} {ids} {count}: {}", diff.output);
    }
}

#[test]
fn an_export_that_is_absent_skips_what_needs_it() {
    let folder = folder("absent");
    let bad = faulty(&folder, "libabsent.so", &["-DWITHOUT_DESTROY_KEY"]);
    let recording = folder.join("absent.json");
    let run = conformance(&[
        "run",
        &bad,
        "--scenarios",
        scenarios(),
        "--only",
        SCENARIO,
        "-o",
        recording.to_str().unwrap(),
    ]);
    assert_eq!(run.code, 0);
    assert!(run.output.contains("0 completed, 1 skipped"), "{}", run.output);
    let text = std::fs::read_to_string(recording).unwrap();
    assert!(text.contains("export absent: BCryptDestroyKey"), "{text}");
    let exports = conformance(&["exports", &bad]);
    assert_eq!(exports.code, 1);
    assert!(exports.output.contains("missing: BCryptDestroyKey"), "{}", exports.output);
}
