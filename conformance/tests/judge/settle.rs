//! `conformance settle`, rehearsed: with Wine's recording, and with our own that was changed, in the place of Windows'.
//! Nothing of it is checked in.

use std::fs;
use std::path::{Path, PathBuf};

use conformance::question::Questions;
use conformance::trace::{Outcome, Recording};

use crate::program::{Answer, conformance, file, folder, library, recorded};

fn wine() -> String {
    format!("{}/recordings/wine-10.0", env!("CARGO_MANIFEST_DIR"))
}

/// A recording of this library in a test's folder. It is made once.
fn ours(folder: &Path) -> String {
    let path = folder.join("ours.json");
    fs::copy(recorded(), &path).unwrap();
    path.display().to_string()
}

/// Our recording as another product's, with changes.
fn other(ours: &str, product: &str, change: impl FnOnce(&mut Recording)) -> String {
    let mut recording = Recording::read(Path::new(ours)).unwrap();
    recording.implementation.product = product.into();
    recording.implementation.version = "10.0.99999".into();
    // These are not as our sources tell: a limit of this library.
    recording.scenarios.retain(|id, _| !id.starts_with("curves::name::nums"));
    change(&mut recording);
    let path = PathBuf::from(ours).with_file_name(format!("{product}.json"));
    recording.write(&path, true).unwrap();
    path.display().to_string()
}

/// Settles into a folder; what the command said, and its pages: answers, lost, left, gained.
fn settle(recording: &str, ours: &str, output: &Path) -> (Answer, [String; 4]) {
    let arguments = ["settle", recording, "--beside", ours, "--force", "-o", output.to_str().unwrap()];
    let answer = conformance(&arguments);
    assert!(answer.code < 2, "{}", answer.error);
    let pages = ["answers.md", "undecided-lost.md", "undecided.md", "behaviour-gained.md"];
    (answer, pages.map(|name| fs::read_to_string(output.join(name)).unwrap()))
}

fn rows(page: &str) -> Vec<&str> {
    page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| question")).collect()
}

#[test]
fn a_rehearsal_with_wine() {
    let folder = folder("settle-wine");
    let ours = ours(&folder);
    let (answer, [answers, lost, left, gained]) = settle(&wine(), &ours, &folder.join("pages"));
    assert_eq!(answer.code, 1);
    println!("{}", answer.output);
    for page in [&answers, &lost, &left, &gained] {
        assert!(page.contains("wine 10.0 is not Windows"), "a rehearsal says so");
    }
    // What is lost and what is left are the document.
    let document =
        fs::read_to_string(format!("{}/../docs/undecided.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lost_rows: Vec<_> = rows(&lost);
    assert!(lost_rows.len() > 20, "{}", lost_rows.len());
    let left: Vec<_> = left.lines().skip(2).collect();
    let kept: Vec<_> = document.lines().filter(|line| !lost_rows.contains(line)).collect();
    assert_eq!(left, kept);
    // A fact for each, which names who answered.
    let facts: Vec<_> = rows(&gained).into_iter().filter(|row| row.starts_with("| w")).collect();
    assert_eq!(facts.len(), lost_rows.len());
    assert!(facts.iter().all(|fact| fact.ends_with("| recorded: wine 10.0 |")));
    // Every question that scenarios ask is there, with the most important differences first.
    for question in Questions::built_in().unwrap().all {
        let heading = format!("\n### {}\n", question.text);
        assert_eq!(answers.contains(&heading), question.unasked().is_none(), "{}", question.text);
    }
    let kinds = [
        "refused here, works there",
        "another result",
        "works here, refused there",
        "refused in another way",
        "does not come back there",
    ];
    let order: Vec<_> = answers
        .lines()
        .filter_map(|line| kinds.iter().position(|kind| line.contains(&format!("| {kind} |"))))
        .collect();
    assert!(order.len() > 20 && order.is_sorted(), "{order:?}");
    // Wine refuses to open generic ECDH, so what a scenario asks behind it is not answered.
    assert!(answers.contains("stopped at BCryptOpenAlgorithmProvider(&alg, \"ECDH\""));
    assert!(!lost.contains("| Case of curve names |"));
}

#[test]
fn what_is_answered_as_chosen() {
    let folder = folder("settle-same");
    let ours = ours(&folder);
    let windows = other(&ours, "windows", |_| {});
    let (answer, [answers, lost, left, gained]) = settle(&windows, &ours, &folder.join("pages"));
    assert_eq!(answer.code, 0, "{}\n{}", answer.output, answers.lines().take(30).collect::<String>());
    assert!(!answers.contains("rehearsal"));
    let asked =
        Questions::built_in().unwrap().all.iter().filter(|question| question.unasked().is_none()).count();
    assert_eq!(rows(&lost).len(), asked);
    assert!(!left.contains("| Close with a flag |"));
    assert!(gained.contains("| Close with a flag: INVALID_PARAMETER, and the provider stays open. | recorded: windows 10.0.99999 |"));
    // The same to standard output.
    let printed = conformance(&["settle", &windows, "--beside", &ours]);
    assert_eq!((printed.code, printed.output), (0, format!("{answers}\n{lost}\n{gained}")));
}

#[test]
fn one_rule_and_its_exceptions() {
    let folder = folder("settle-rule");
    let ours = ours(&folder);
    let refused = |recording: &mut Recording, function: &str, ours: &str, theirs: &str| {
        let mut count = 0;
        for step in recording.scenarios.values_mut().flat_map(|recorded| &mut recorded.steps) {
            let open = step.expected.is_none() && step.text.starts_with(function);
            if open && step.status.as_deref() == Some(ours) {
                step.status = Some(theirs.into());
                count += 1;
            }
        }
        assert!(count > 3, "{function}: {count}");
    };
    let windows = other(&ours, "windows", |recording| {
        refused(recording, "BCryptSecretAgreement(", "STATUS_INVALID_PARAMETER", "STATUS_NOT_SUPPORTED");
        refused(recording, "BCryptFinalizeKeyPair(", "STATUS_INVALID_PARAMETER", "STATUS_SUCCESS");
        let one = recording.scenarios.get_mut("providers::close::flags").unwrap();
        one.outcome = Outcome::Crashed("exit code 0xC0000005".into());
        one.steps.truncate(1);
    });
    let (answer, [answers, ..]) = settle(&windows, &ours, &folder.join("pages"));
    assert_eq!(answer.code, 1, "{}", answer.output);
    let rule = |ours: &str, theirs: &str, function: &str| {
        let start = format!("| {function} | {ours} | {theirs} |");
        answers.lines().any(|line| line.starts_with("| R") && line.contains(&start))
    };
    // A call that a source tells of speaks against a wider rule: Finalize without a curve.
    assert!(rule("INVALID_PARAMETER", "SUCCESS", "BCryptFinalizeKeyPair in keys::flags"), "{answers}");
    assert!(!rule("INVALID_PARAMETER", "SUCCESS", "BCryptFinalizeKeyPair"), "{answers}");
    assert!(!answers.contains("| every call | INVALID_PARAMETER |"));
    let first = answers.lines().find(|line| line.starts_with("| 1 |")).unwrap();
    assert!(first.contains("refused here, works there"), "{first}");
    let last = answers.lines().rfind(|line| line.contains("does not come back there")).unwrap();
    assert!(last.contains("Close with a flag") && last.contains("crashed: exit code 0xC0000005"), "{last}");
}

#[test]
fn what_was_asked_of_older_scenarios() {
    let folder = folder("settle-older");
    let ours = ours(&folder);
    let windows = other(&ours, "windows", |recording| {
        recording.scenarios.get_mut("providers::close::flags").unwrap().fingerprint = "0".repeat(16);
        recording.scenarios.remove("kdf::hash::name-lower-case").unwrap();
        let old = recording.scenarios.remove("keys::length::dh-0").unwrap();
        recording.scenarios.insert("keys::length::dh-none".into(), old);
    });
    let (answer, [answers, lost, left, _]) = settle(&windows, &ours, &folder.join("pages"));
    assert_eq!(answer.code, 1, "{}", answer.output);
    for question in ["Close with a flag", "Case of hash names", "Length 0 for DH"] {
        let row = format!("\n| {question} |");
        assert!(!lost.contains(&row) && left.contains(&row), "{question}");
    }
    assert!(answers.contains("changed since windows 10.0.99999 was recorded"));
    assert!(answers.contains("windows 10.0.99999 was not asked"));
    assert!(answers.contains("1 recorded scenarios are not known here"));
}

#[test]
fn what_can_not_be_used() {
    let folder = folder("settle-bad");
    let path = |name: &str| folder.join(name).display().to_string();
    let ours = path("ours.json");
    assert_eq!(conformance(&["run", library(), "--only", "providers::close", "-o", &ours]).code, 0);
    let windows = other(&ours, "windows", |_| {});
    let text = fs::read_to_string(&windows).unwrap();
    let refused = |arguments: &[&str], told: &[&str]| {
        let answer = conformance(&[&["settle"], arguments].concat());
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.output);
        assert_eq!(answer.error.lines().count(), 1, "{}", answer.error);
        for part in told {
            assert!(answer.error.contains(part), "{part}: {}", answer.error);
        }
    };
    let beside = ["--beside", ours.as_str()];
    let with = |recording: &str, more: &[&str], told: &[&str]| {
        refused(&[&[recording], &beside[..], more].concat(), told);
    };
    with(&file(&folder, "cut.json", &text[..text.len() / 2]), &[], &["cut.json", "record it again"]);
    with(&path("none.json"), &[], &["none.json", "conformance run"]);
    with(&ours, &[], &["both sides are 'bcrypt-shim"]);
    let newer = text.replacen("\"format\": 1", "\"format\": 2", 1);
    with(&file(&folder, "newer.json", &newer), &[], &["format 2"]);
    let strange = text.replace("providers::close", "providers::shut");
    with(&file(&folder, "strange.json", &strange), &[], &["none of its scenarios is known here"]);
    refused(&[&windows, "--beside", &path("none.json")], &["none.json"]);
    refused(&[&windows, "--library", "/nowhere/libbcrypt.so"], &["/nowhere/libbcrypt.so", "name a library"]);
    // Documents.
    with(&windows, &["--docs", "/nowhere"], &["/nowhere", "docs"]);
    let docs = folder.join("docs");
    fs::create_dir_all(&docs).unwrap();
    file(&docs, "behaviour.md", "");
    let head = "| question | our answer | why | how |\n|---|---|---|---|\n";
    for (text, told) in [
        (String::new(), "no table"),
        (format!("{head}| a | b | c |\n"), "undecided.md:3: 3 cells"),
        (format!("{head}| a | b | c | d |\n| a | b | c | d |\n"), "undecided.md:4: 'a' is asked already"),
    ] {
        file(&docs, "undecided.md", &text);
        with(&windows, &["--docs", docs.to_str().unwrap()], &[told]);
    }
    // Nothing is replaced unasked.
    let pages = folder.join("pages");
    let pages = pages.to_str().unwrap();
    assert_eq!(conformance(&["settle", &windows, "--beside", &ours, "-o", pages]).code, 1);
    with(&windows, &["-o", pages], &["answers.md", "--force"]);
    with(&windows, &["-o", &ours], &[&ours]);
    // The library of one's own choice is asked what was recorded, and no more.
    let answer = conformance(&["settle", &windows, "--library", library(), "-o", pages, "--force"]);
    assert_eq!(answer.code, 1, "{}", answer.error);
    assert!(answer.output.contains("0 otherwise"), "{}", answer.output);
}
