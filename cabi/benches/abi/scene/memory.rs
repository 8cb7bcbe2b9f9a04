//! Heap bytes of a key handle, by the C library's own account.

use serde_json::{Map, Value};

use crate::algorithm::{Kind, MAIN};
use crate::peer::bcrypt::Library;

/// Handles that share the cost of the table's growth.
const HANDLES: usize = 1024;

/// Keys that were generated, by kind; keys of a public half are imported.
pub fn measured(library: &Library) -> Value {
    let mut rows = Map::new();
    for algorithm in &MAIN {
        // In a group that is not recognised a key takes its time to make and this number would take minutes.
        let handles = match algorithm.kind {
            Kind::Dh { standard: false, bits } if bits > 2048 => HANDLES / 16,
            Kind::Dh { .. } => HANDLES / 4,
            Kind::Curve { .. } => HANDLES,
        };
        let made = each(handles, || library.key(algorithm.kind), |key| library.destroy(key));
        rows.insert(algorithm.name.to_string(), made.into());
    }
    Value::Object(rows)
}

pub fn each<T>(handles: usize, make: impl Fn() -> T, destroy: impl Fn(T)) -> f64 {
    destroy(make());
    let before = in_use();
    let keys: Vec<_> = (0..handles).map(|_| make()).collect();
    let grown = in_use() - before - (keys.capacity() * size_of::<T>()) as f64;
    keys.into_iter().for_each(destroy);
    (grown / handles as f64).round()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn in_use() -> f64 {
    // SAFETY: no preconditions.
    let account = unsafe { libc::mallinfo2() };
    (account.uordblks + account.hblkhd) as f64
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn in_use() -> f64 {
    f64::NAN
}
