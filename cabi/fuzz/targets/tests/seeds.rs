//! Every seed through its target: no finding.

#![allow(clippy::unwrap_used, reason = "a test ends at the first thing that is wrong")]

use std::path::Path;

#[test]
fn every_seed_is_clean() {
    for (name, body) in fuzz_bodies::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds").join(name);
        let seeds: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(seeds.len() >= 10, "{name} has {} seeds", seeds.len());
        for seed in seeds {
            body(&std::fs::read(&seed).unwrap());
        }
    }
}
