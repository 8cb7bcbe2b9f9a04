//! No function of ours can end the process for lack of memory: who calls the standard library's functions that do,
//! directly or through another of its functions, as the release library's machine code tells.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::compiler;
use crate::constant_time::with_symbols;

/// Where the standard library ends the process.
const ENDS: [&str; 3] =
    ["alloc::alloc::handle_alloc_error", "alloc::raw_vec::handle_error", "alloc::raw_vec::capacity_overflow"];

/// Functions of ours that contain such a call, and why it is never made.
const EXCEPTIONS: [&str; 3] = [
    // Room was found a moment ago, or a block of the reserve is taken.
    "bcrypt_shim::memory::shared",
    "bcrypt_shim::memory::boxed",
    // All the room was made before.
    "bcrypt_shim::memory::concat",
];

/// The functions that each function calls or jumps to, by their names, from objdump's listing.
fn calls(listing: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut calls = BTreeMap::<_, BTreeSet<_>>::new();
    let mut function = "";
    for line in listing.lines() {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|line| line.split_once(" <")) {
            function = name;
            calls.entry(function).or_default();
        } else if let Some(called) = called(line).filter(|&called| called != function) {
            calls.entry(function).or_default().insert(called);
        }
    }
    calls
}

/// `call 1234 <name>`, or a jump or branch.
fn called(line: &str) -> Option<&str> {
    let instruction = line.split('\t').nth(1)?;
    if !instruction.starts_with(['c', 'j', 'b']) {
        return None;
    }
    let (_, name) = instruction.strip_suffix('>')?.split_once('<')?;
    Some(name.rsplit_once("+0x").map_or(name, |(name, _)| name))
}

/// The crates whose code is the standard library's, or what it prints backtraces with.
fn is_std(function: &str) -> bool {
    let path = function.trim_start_matches(['<', '&', '[', '(']).trim_start_matches("dyn ");
    let path = path.trim_start_matches("u8] as <");
    ["alloc", "core", "std", "gimli", "addr2line", "rustc_demangle", "miniz_oxide", "object", "__rustc"]
        .iter()
        .any(|name| path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::")))
}

/// Functions that are not the standard library's and may end the process.
fn that_may_end<'a>(calls: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut ends: BTreeSet<&str> = calls.keys().copied().filter(|function| ENDS.contains(function)).collect();
    assert!(!ends.is_empty(), "the ends have other names now");
    loop {
        let reached = calls.iter().filter(|(_, called)| !called.is_disjoint(&ends));
        let (std, ours): (Vec<&str>, Vec<&str>) =
            reached.map(|(&function, _)| function).partition(|function| is_std(function));
        let before = ends.len();
        // A panic would be a bug, which other tests look for; that it takes memory, too, is not looked at.
        ends.extend(std.into_iter().filter(|function| !function.starts_with("__rustc::")));
        if ends.len() == before {
            return ours.into_iter().collect();
        }
    }
}

#[test]
fn no_function_can_end_the_process_for_lack_of_memory() {
    if !compiler::found("objdump") {
        return;
    }
    let listing = Command::new("objdump")
        .args(["--disassemble", "--demangle", "--no-show-raw-insn"])
        .arg(with_symbols())
        .output()
        .expect("it runs");
    let listing = String::from_utf8_lossy(&listing.stdout);
    let calls = calls(&listing);
    assert!(calls.len() > 1000 && calls.contains_key("bcrypt_shim::memory::concat"), "{}", calls.len());
    let found = that_may_end(&calls);
    let others: Vec<_> = found.iter().filter(|function| !EXCEPTIONS.contains(function)).collect();
    assert!(others.is_empty(), "{others:?}");
    println!("{} functions; {} may end the process, all of them listed", calls.len(), found.len());
}

#[test]
fn a_planted_allocation_is_found() {
    let listing = "\
0000000000001000 <alloc::alloc::handle_alloc_error>:
    1000:\tjmp    1000 <alloc::alloc::handle_alloc_error>
0000000000001100 <<alloc::vec::Vec<T> as core::clone::Clone>::clone>:
    1100:\tcall   1000 <alloc::alloc::handle_alloc_error>
0000000000001200 <bcrypt_shim::planted>:
    1200:\tjne    1100 <<alloc::vec::Vec<T> as core::clone::Clone>::clone+0x8>
0000000000001300 <bcrypt_shim::harmless>:
    1300:\tcall   1200 <bcrypt_shim::planted>";
    assert_eq!(that_may_end(&calls(listing)), BTreeSet::from(["bcrypt_shim::planted"]));
}
