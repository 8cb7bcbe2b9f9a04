//! The recordings that are checked in: each is of the scenarios as they are, and every difference is explained.

use std::path::{Path, PathBuf};

use conformance::trace::Recording;

use crate::program::{conformance, folder, library, recorded};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn checked_in() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("recordings")).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Records our library now and compares the checked-in recordings with it.
#[test]
fn every_difference_is_explained() {
    let ours = recorded();
    let others = checked_in();
    assert!(
        others.iter().any(|path| path.to_string_lossy().contains("wine")),
        "Wine's recording is checked in"
    );
    let expectations = root().join("expectations");
    let mut arguments =
        vec!["diff", "--expectations", expectations.to_str().unwrap(), ours.to_str().unwrap()];
    arguments.extend(others.iter().map(|path| path.to_str().unwrap()));
    let diff = conformance(&arguments);
    println!("{}", diff.output);
    assert_eq!(diff.code, 0, "{}{}", diff.output, diff.error);
}

/// A folder with a file for each area is the recording that it was made of.
#[test]
fn areas() {
    let folder = folder("areas");
    let path = |name: &str| folder.join(name).display().to_string();
    let (whole, part, areas) = (path("whole.json"), path("part.json"), path("areas"));
    let record = |only: &str, output: &str| {
        let run =
            conformance(&["run", library(), "--only", only, "--only", "sizes::", "-o", output, "--force"]);
        assert_eq!(run.code, 0, "{}", run.error);
    };
    let split = |recording: &str, more: &[&str]| conformance(&[&["split", recording, &areas], more].concat());
    record("lifetimes::", &whole);
    let answer = split(&whole, &[]);
    assert_eq!((answer.code, answer.output.lines().count()), (0, 2), "{}{}", answer.output, answer.error);
    let read = |path: &str| Recording::read(Path::new(path)).expect("a recording");
    assert_eq!(read(&areas).scenarios, read(&whole).scenarios);
    assert_eq!(read(&areas).implementation, read(&whole).implementation);
    // Nothing is replaced unasked, and only by what is complete and of the scenarios as they are.
    assert!(split(&whole, &[]).error.contains("--force"));
    record("lifetimes::secret", &part);
    let answer = split(&part, &["--force"]);
    assert_eq!(answer.code, 2, "{}", answer.output);
    assert!(answer.error.contains("was not recorded"), "{}", answer.error);
    let text = std::fs::read_to_string(&whole).unwrap();
    let fingerprint = text.split("\"fingerprint\":\"").nth(1).unwrap().split('"').next().unwrap();
    std::fs::write(&part, text.replace(fingerprint, "0000000000000000")).unwrap();
    assert!(split(&part, &["--force"]).error.contains("was changed since"));
    // One area alone.
    record("sizes::", &part);
    let answer = split(&part, &["--force"]);
    assert_eq!((answer.code, answer.output.lines().count()), (0, 1), "{}", answer.error);
    assert_eq!(read(&areas).scenarios, read(&whole).scenarios);
    // What does not belong together.
    std::fs::copy(&part, folder.join("areas/again.json")).unwrap();
    assert!(conformance(&["diff", &areas]).error.contains("is in a file beside it too"));
    let other = text.replace("\"product\":\"bcrypt-shim", "\"product\":\"other");
    std::fs::write(folder.join("areas/again.json"), other).unwrap();
    assert!(conformance(&["diff", &areas]).error.contains("a folder for each implementation"));
}
