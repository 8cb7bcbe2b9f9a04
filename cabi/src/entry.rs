//! Runs each exported call.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use bcrypt_shim::names;
use bcrypt_shim::status::{Result, Status};

use crate::types::NTSTATUS;

thread_local! {
    /// The exported function this thread is in.
    static CALL: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Runs the body of the exported function `name` and turns its result into an NTSTATUS.
///
/// A panic, which would be a bug here, becomes STATUS_INTERNAL_ERROR; nothing is printed.
pub fn entry(name: &'static str, body: impl FnOnce() -> Result<()>) -> NTSTATUS {
    silence_own_panics();
    CALL.set(Some(name));
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    CALL.set(None);
    match result {
        Ok(Ok(())) => names::STATUS_SUCCESS.cast_signed(),
        Ok(Err(status)) => status.ntstatus(),
        Err(_) => Status::InternalError.ntstatus(),
    }
}

/// The answer of an exported function that is not implemented.
pub fn absent(name: &'static str) -> NTSTATUS {
    entry(name, || Err(Status::NotImplemented))
}

/// Keeps the panic message of this library off the program's stderr. A Rust program that links the
/// static library shares the hook, so panics outside our calls go where they went before.
fn silence_own_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if CALL.get().is_none() {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a planted bug")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_and_the_next_call_works() {
        let planted = entry("planted", || panic!("planted"));
        assert_eq!(planted, Status::InternalError.ntstatus());
        assert_eq!(entry("next", || Ok(())), 0);
    }
}
