//! Heap bytes of a key handle, by the C library's own account.

use crate::library::Library;
use crate::measure::{Goal, Row};

/// Handles that share the cost of the table's growth.
const HANDLES: usize = 4096;

pub fn rows(library: &Library) -> Vec<Row> {
    let ec = |name: &'static str, bits| each(library, move || library.ec_key(name, bits));
    let parameters = library.other_group();
    vec![
        Row::number("P-256", ec("nistP256", 256), Goal::at_most(1024.0)),
        Row::number("P-521", ec("nistP521", 521), Goal::at_most(1024.0)),
        Row::number("curve25519", ec("curve25519", 255), Goal::at_most(1024.0)),
        Row::number(
            "DH-2048, recognised group",
            each(library, || library.dh_key(2048)),
            Goal::at_most(3072.0),
        ),
        Row::number(
            "DH-2048, other group",
            each(library, || library.dh_key_in(&parameters)),
            Goal::at_most(3072.0),
        ),
    ]
}

fn each(library: &Library, make: impl Fn() -> *mut std::ffi::c_void) -> f64 {
    library.destroy(make());
    let before = in_use();
    let keys: Vec<_> = (0..HANDLES).map(|_| make()).collect();
    let grown = in_use() - before;
    keys.into_iter().for_each(|key| library.destroy(key));
    grown / HANDLES as f64
}

#[cfg(target_os = "linux")]
fn in_use() -> f64 {
    // SAFETY: no preconditions.
    let account = unsafe { libc::mallinfo2() };
    (account.uordblks + account.hblkhd) as f64
}

#[cfg(not(target_os = "linux"))]
fn in_use() -> f64 {
    f64::NAN
}
