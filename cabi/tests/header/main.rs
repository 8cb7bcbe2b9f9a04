//! include/bcrypt.h says what the library is: it is generated, it compiles wherever it should, and sizes, offsets
//! and values are those of Windows.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod compile;
mod compiler;
mod generate;
mod layout;
mod values;

#[test]
fn header_is_fresh() {
    let wanted = generate::header();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(generate::path(), &wanted).expect("the header is writable");
    }
    let found = std::fs::read_to_string(generate::path()).unwrap_or_default();
    let at = wanted.lines().zip(found.lines()).take_while(|(wanted, found)| wanted == found).count();
    assert!(
        wanted == found,
        "include/bcrypt.h is stale from line {}; regenerate it: BLESS=1 cargo test -p cabi --test header fresh",
        at + 1
    );
}

#[test]
fn header_declares_every_export() {
    let header = std::fs::read_to_string(generate::path()).expect("the header is there");
    // One export of ours, with C's own calling convention.
    let after = header.split("BCRYPT_SHIM_CALL ").skip(1).chain(header.split("const char *").skip(1));
    let mut declared: Vec<&str> =
        after.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name).collect();
    // The macro of the calling convention is defined as a compiler's word, which begins with underscores.
    declared.retain(|name| !name.starts_with('_') && name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    declared.sort_unstable();
    let exports = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/exports.txt"));
    assert_eq!(declared, exports.expect("the list is there").lines().collect::<Vec<&str>>());
}
