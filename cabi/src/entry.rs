//! Runs each exported call.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use bcrypt_shim::engine::stack;
use bcrypt_shim::names;
use bcrypt_shim::status::{Result, Status};

use crate::reserve;
use crate::types::NTSTATUS;

thread_local! {
    /// The exported function this thread is in.
    static CALL: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Runs the body of the exported function `name` and turns its result into an NTSTATUS.
///
/// A panic, which would be a bug here, becomes STATUS_INTERNAL_ERROR; nothing is printed. While memory is
/// short the body is not run and the answer is STATUS_NO_MEMORY.
pub fn entry(name: &'static str, body: impl FnOnce() -> Result<()>) -> NTSTATUS {
    if reserve::is_short() {
        return Status::NoMemory.ntstatus();
    }
    releasing(name, body)
}

/// As [`entry`], for a call with a private number, an agreed secret or what is derived from it: `DEPTH` bytes of
/// the stack the body used are overwritten, whatever it returns. A call that is refused for its handle came to no
/// secret, and a program that makes many of them does not wait for it.
pub fn secret_entry<const DEPTH: usize>(name: &'static str, body: impl FnOnce() -> Result<()>) -> NTSTATUS {
    stack::with_stack_zeroized::<DEPTH, _>(|| entry(name, body))
}

/// As [`entry`], for a call that gives something back: it runs while memory is short too.
pub fn releasing(name: &'static str, body: impl FnOnce() -> Result<()>) -> NTSTATUS {
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
#[inline]
fn silence_own_panics() {
    if !IS_SILENT.load(Ordering::Relaxed) {
        silence_once();
    }
}

// Not a Once: a fork in the midst of one would let every call in the child wait for good.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

#[cold]
fn silence_once() {
    if IS_SILENT.swap(true, Ordering::Relaxed) {
        return;
    }
    // Only this thread gets here, so nobody waits for the value.
    let _ = HOOK_BEFORE.set(panic::take_hook());
    #[expect(clippy::disallowed_methods, reason = "a function takes no memory")]
    panic::set_hook(Box::new(on_panic));
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Not in our own hook, which would then need memory.
static HOOK_BEFORE: OnceLock<Hook> = OnceLock::new();

fn on_panic(panic: &PanicHookInfo<'_>) {
    if let (None, Some(before)) = (CALL.get(), HOOK_BEFORE.get()) {
        before(panic);
    }
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

    /// The test above in a process of its own, whose stderr is looked at; a panic outside our calls is printed.
    #[test]
    #[allow(clippy::expect_used, reason = "a test may fail loudly")]
    fn a_panic_prints_nothing() {
        const OUTSIDE: &str = "BCRYPT_TEST_PANIC_OUTSIDE";
        if std::env::var_os(OUTSIDE).is_some() {
            assert_eq!(entry("first", || Ok(())), 0);
            panic!("outside");
        }
        let printed = |test: &str, variable: &str| {
            let mut again = std::process::Command::new(std::env::current_exe().expect("it has a path"));
            again.args([&format!("entry::tests::{test}"), "--exact", "--nocapture"]).env(variable, "1");
            let output = again.output().expect("it runs");
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let planted = printed("a_panic_is_an_internal_error_and_the_next_call_works", "BCRYPT_TEST_UNUSED");
        assert_eq!(planted, (true, String::new()));
        let (ends_well, stderr) = printed("a_panic_prints_nothing", OUTSIDE);
        assert!(!ends_well && stderr.contains("outside"), "{stderr}");
    }
}
