//! `scripts/programs` on recipes whose sources do not come, or come in part: told as skipped, and no failure.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::place::{Place, command, source, succeeded, texts};
use crate::tool::{found, skipped};

/// The steps of a program that needs nothing and has one test.
const STEPS: &str = "build() { true; }\ncheck() { result passed one; }\n";

fn recipe(place: &Place, name: &str, steps: &str) {
    let text = format!("about='a program'\nfiles=source\npackages=''\n{steps}");
    fs::write(place.join("recipes").join(name), text).expect("the folder is writable");
}

fn programs(place: &Place) -> Command {
    let mut command = command(&source().join("scripts/programs").display().to_string());
    command.env("PROGRAMS_RECIPES", place.join("recipes")).env("PROGRAMS_FETCH_SECONDS", "2");
    command.env("CARGO_TARGET_DIR", place.join("target")).env("CONFORMANCE", "/bin/true");
    command.env("BCRYPT_SHIM_LIBRARY", place.join("tar"));
    command
}

/// The exit code, and what was said.
fn outcome(place: &Place) -> (i32, String) {
    let output = programs(place).output().expect("bash runs");
    let (out, err) = texts(&output);
    assert_eq!(err, "", "{out}");
    (output.status.code().unwrap_or(-1), out)
}

/// A tarball, the same cut in the middle, and a recipe for each way to lose a source.
fn sources(place: &Place) {
    fs::create_dir(place.join("recipes")).expect("the folder is writable");
    place.run("mkdir -p source/source && head -c 100000 /dev/urandom >source/source/data && tar -czf tar source && head -c 50000 tar >cut");
    let at = place.path().display().to_string();
    recipe(place, "gone", &format!("fetch() {{ download copy:{at}/nothing gone {NO_SUM}; }}\n{STEPS}"));
    recipe(
        place,
        "changed",
        &format!("fetch() {{ download copy:{at}/tar changed {NO_SUM} && unpack changed; }}\n{STEPS}"),
    );
    recipe(place, "cut", &format!("fetch() {{ unpack {at}/cut; echo 1 >version; }}\n{STEPS}"));
    recipe(place, "slow", &format!("fetch() {{ sleep 600; }}\n{STEPS}"));
    let sum = place.run("sha256sum tar | cut -d' ' -f1");
    let sum = format!("SHA256:{}", sum.trim());
    recipe(
        place,
        "whole",
        &format!(
            "fetch() {{ download copy:{at}/tar whole {sum} && unpack whole; echo 1 >version; }}\n{STEPS}"
        ),
    );
}

const NO_SUM: &str = "SHA256:0000000000000000000000000000000000000000000000000000000000000000";

fn tools() -> bool {
    if !Path::new("/usr/lib/apt/apt-helper").exists() {
        skipped("scripts/programs", "apt-helper not found");
        return false;
    }
    found("scripts/programs", &["tar", "gzip", "timeout"])
}

#[test]
fn sources_that_do_not_come_are_skipped() {
    if !tools() {
        return;
    }
    let place = Place::new();
    sources(&place);
    let start = Instant::now();
    let (code, said) = outcome(&place);
    assert!(start.elapsed() < Duration::from_secs(120), "nothing is waited for without end");
    for (name, why) in [
        ("gone", "its source can't be had: exit code 1 (fetch.log)"),
        ("changed", "its source can't be had: exit code 1 (fetch.log)"),
        ("cut", "its source can't be unpacked: cut (fetch.log)"),
        ("slow", "its source did not come within 2 seconds (fetch.log)"),
    ] {
        let expected = format!("-- {name}: a program\n  skipped: {why}\n");
        assert!(said.contains(&expected), "{name}:\n{said}");
        assert!(!place.join("target/programs").join(name).join(name).exists(), "{name} is no whole file");
    }
    assert!(said.contains("-- whole: a program\n  source: 1\n"), "{said}");
    assert!(said.ends_with("\n1 passed, 0 failed, 0 skipped\n") && code == 0, "{code}:\n{said}");

    // What was cut is not taken for whole the next time; what was fetched stays.
    fs::copy(place.join("tar"), place.join("cut")).expect("the folder is writable");
    fs::remove_file(place.join("recipes/slow")).expect("it was written");
    let (code, said) = outcome(&place);
    assert!(said.contains("-- cut: a program\n  source: 1\n"), "{said}");
    assert!(said.ends_with("\n2 passed, 0 failed, 0 skipped\n") && code == 0, "{code}:\n{said}");
}

#[test]
fn failures_are_failures() {
    if !tools() {
        return;
    }
    let place = Place::new();
    sources(&place);
    let from = "fetch() { mkdir -p src; echo 1 >version; }\n";
    for name in ["gone", "changed", "cut", "slow"] {
        fs::remove_file(place.join("recipes").join(name)).expect("it was written");
    }
    recipe(&place, "broken", &format!("{from}build() {{ echo 'error: no such thing'; false; }}\n"));
    recipe(&place, "failing", &format!("{from}build() {{ true; }}\ncheck() {{ result failed one why; }}\n"));
    recipe(&place, "without", &format!("{from}build() {{ true; }}\ncheck() {{ skip no server; }}\n"));
    let (code, said) = outcome(&place);
    assert!(said.contains("FAILED to compile or link (exit code 1;"), "{said}");
    assert!(said.contains("    error: no such thing\n") && said.contains("    failed: one: why\n"), "{said}");
    assert!(said.contains("-- without: a program\n  source: 1\n") && said.contains("  skipped: no server"));
    assert!(said.ends_with("\n1 passed, 1 failed, 0 skipped\n") && code == 1, "{code}:\n{said}");
    let report = fs::read_to_string(place.join("target/programs/report.md")).expect("it was written");
    assert_eq!(report.lines().count(), 2 + 4, "{report}");
}

/// A failure that is known is told and no failure of the run; that it is gone is one.
#[test]
fn what_is_known_to_fail() {
    if !tools() {
        return;
    }
    let place = Place::new();
    fs::create_dir(place.join("recipes")).expect("the folder is writable");
    fs::write(place.join("tar"), "").expect("as above");
    let with = |tests: &str| {
        let known = "known='a::b (c): Windows differs'\nfetch() { mkdir -p src; echo 1 >version; }\nbuild() { true; }\n";
        recipe(&place, "program", &format!("{known}check() {{ result passed one; {tests}; }}\n"));
        outcome(&place)
    };
    let (code, said) = with("result failed 'a::b (c)' 'it panicked'");
    assert!(said.contains("    failed: a::b (c): known: Windows differs\n"), "{said}");
    assert!(said.ends_with("\n1 passed, 1 failed, 0 skipped\n") && code == 0, "{code}:\n{said}");
    let (code, said) = with("result failed 'a::b (c)'; result failed two");
    assert!(said.contains("    failed: two\n") && code == 1, "{code}:\n{said}");
    let (code, said) = with("result passed 'a::b (c)'");
    assert!(said.contains("FAILED: known to fail, and did not: a::b (c)\n") && code == 1, "{code}:\n{said}");
}

/// What is no program, and no switch.
#[test]
fn arguments_that_are_none() {
    let place = Place::new();
    sources(&place);
    for argument in ["--shiny", "nothing"] {
        let output = programs(&place).arg(argument).output().expect("bash runs");
        assert_eq!(output.status.code(), Some(2), "{argument}");
        assert!(texts(&output).1.ends_with("; see --help\n") || texts(&output).1.ends_with("; see --list\n"));
    }
    let mut list = programs(&place);
    list.arg("--list");
    assert_eq!(succeeded("--list", list), "changed\ncut\ngone\nslow\nwhole\n");
}
