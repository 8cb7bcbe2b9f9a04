//! What red findings wait for: not yet classified, classified and differing now, on an open question, outdated.

use std::fs;
use std::path::Path;

use crate::program::{Answer, conformance, conformance_with, faulty, file, folder, library};

const SOURCED: &str = "scenario standing::sourced low \"x\" source \"y\" {\n    \
    BCryptOpenAlgorithmProvider(&alg, \"ECDH_P256\", NULL, 0) -> STATUS_SUCCESS\n}\n";

fn scenario(id: &str, note: &str) -> String {
    format!(
        "scenario standing::{id} low \"x\" {note} {{\n    \
         BCryptImportKeyPair(0x2A1, NULL, \"ECCPUBLICBLOB\", &key, x\"00\", sizeof, 0)\n    \
         BCryptDeriveKey(NULL, \"HASH\", NULL, derived[20], sizeof, &size, 0)\n}}\n"
    )
}

#[test]
fn each_is_told_apart() {
    let folder = folder("standing");
    let path = |name: &str| folder.join(name).display().to_string();
    let scenarios = folder.join("scenarios");
    fs::create_dir_all(&scenarios).unwrap();
    let text = [
        SOURCED.to_owned(),
        scenario("new", "source \"y\""),
        scenario("other", "source \"y\""),
        scenario("open", "undecided \"whether\""),
        scenario("old", "source \"y\""),
    ];
    file(&scenarios, "standing.scenarios", &text.concat());
    let scenarios = scenarios.to_str().unwrap();
    let (ours, theirs) = (path("ours.json"), path("theirs.json"));
    assert_eq!(conformance(&["run", library(), "--scenarios", scenarios, "-o", &ours]).code, 0);
    // Theirs: another status of every second call, and one scenario that was changed since.
    let recorded =
        fs::read_to_string(&ours).unwrap().replace("\"product\":\"bcrypt-shim\"", "\"product\":\"windows\"");
    let lines = recorded.lines().map(|line| {
        let line =
            line.replace("\"status\":\"STATUS_INVALID_HANDLE\"", "\"status\":\"STATUS_NOT_SUPPORTED\"");
        if !line.starts_with("\"standing::old\"") {
            return line;
        }
        let fingerprint =
            line.split("\"fingerprint\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        line.replace(&fingerprint, "0000000000000000")
    });
    fs::write(&theirs, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let name = fs::read_to_string(&theirs).unwrap();
    let version = name.split("\"version\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let expectations = folder.join("expectations");
    fs::create_dir_all(&expectations).unwrap();
    let known = format!(
        "implementation = \"windows {version}\"\n[[known]]\nreason = \"r\"\nsource = \"s\"\n\
         difference = \"step 2: STATUS_NOT_FOUND\"\nscenarios = [\"standing::other\"]\n"
    );
    file(&expectations, "windows.toml", &known);
    let summary = path("summary.md");
    let arguments = [
        "diff",
        &ours,
        &theirs,
        "--scenarios",
        scenarios,
        "--expectations",
        expectations.to_str().unwrap(),
        "--step-summary",
        &summary,
        "--junit",
        &path("junit.xml"),
    ];
    let answer = conformance(&arguments);
    assert_eq!(answer.code, 1, "{}", answer.error);
    let summary = fs::read_to_string(&summary).unwrap();
    for (id, standing, next) in [
        ("new", "not yet classified", "file of known differences"),
        ("other", "was classified and differs now", "find out which side changed"),
        ("open", "on an open question", "conformance settle"),
        ("old", "recorded before the scenario was changed", "record it again"),
    ] {
        let row = format!("| {standing} | `standing::{id}` |");
        assert!(summary.contains(&row), "{row}\n{summary}");
        let told = answer.output.lines().find(|line| line.contains(&format!("1 {standing}: ")));
        assert!(told.is_some_and(|line| line.contains(next)), "{standing}\n{}", answer.output);
        let step = summary.lines().find(|line| line.contains(&format!("| 1 | {standing} | ")));
        assert!(step.is_some_and(|line| line.contains(next)), "{standing}\n{summary}");
    }
    let junit = fs::read_to_string(path("junit.xml")).unwrap();
    assert!(junit.contains("message=\"not yet classified: step 2"), "{junit}");
    let json = path("report.json");
    assert_eq!(conformance(&["report", &ours, &theirs, "--scenarios", scenarios, "--json", &json]).code, 1);
    assert!(fs::read_to_string(json).unwrap().contains("\"standing\":\"unclassified\""));
}

#[test]
fn a_crash_waits_for_a_look_and_nothing_for_nothing() {
    let folder = folder("standing-crash");
    let (ours, theirs) = (folder.join("ours.json"), folder.join("theirs.json"));
    let only = ["--scenarios", crate::program::scenarios(), "--only", "test::derive", "-o"];
    let run = |library: &str, path: &Path, more: &[&str], variables: &[(&str, &str)]| -> Answer {
        let arguments = [&["run", library], &only[..], &[path.to_str().unwrap()], more].concat();
        conformance_with(&arguments, variables)
    };
    assert_eq!(run(library(), &ours, &[], &[]).code, 0);
    let bad = faulty(&folder, "libfaulty.so", &[]);
    let crash = [("REAL_LIBRARY", library()), ("FAULT", "crash")];
    assert_eq!(run(&bad, &theirs, &["--product", "faulty"], &crash).code, 1);
    let diff = |others: &[&str]| {
        let summary = folder.join("summary.md");
        let _ = fs::remove_file(&summary);
        let more = ["--scenarios", crate::program::scenarios(), "--step-summary", summary.to_str().unwrap()];
        conformance(&[&["diff", ours.to_str().unwrap()], others, &more].concat());
        fs::read_to_string(summary).unwrap()
    };
    assert!(diff(&[theirs.to_str().unwrap()]).contains("| 1 | crashed or hung |"));
    assert!(diff(&[]).contains("Nothing: every difference is explained."));
}
