//! The recordings that are checked in: each is of the scenarios as they are, and every difference is explained.

use std::path::{Path, PathBuf};

use crate::program::{conformance, folder, library};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn checked_in() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("recordings")).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths
}

/// Records our library now and compares the checked-in recordings with it.
#[test]
fn every_difference_is_explained() {
    let ours = folder("recordings").join("ours.json");
    let run = conformance(&["run", library(), "-o", ours.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.output, run.error);
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
