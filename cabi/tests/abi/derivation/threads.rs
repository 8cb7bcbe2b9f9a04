//! A derivation that takes long, beside other calls and a fork.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Security::Cryptography as cng;

use super::{derived, duplicate, finalized, raw_key};
use crate::support::alone::alone;
use crate::support::objects::Object;
use crate::support::params::Params;
use crate::support::property::number;
use crate::support::status::SUCCESS;

fn iterations(count: u64) -> Params {
    Params::none().hash("SHA256").with(cng::KDF_ITERATION_COUNT, &count.to_le_bytes())
}

/// As many iterations as take a few seconds here.
fn long() -> u64 {
    let key = raw_key("PBKDF2", b"password");
    let started = Instant::now();
    derived(&key, &iterations(20_000), 32).unwrap();
    20_000 * 3_000 / u64::try_from(started.elapsed().as_millis().max(1)).unwrap()
}

/// It holds no lock, and nothing that a fork waits for: others use the key, copy it and destroy it meanwhile, and the
/// child of a fork derives from it.
#[test]
fn a_long_derivation_is_in_nobodys_way() {
    alone("derivation::threads::a_long_derivation_is_in_nobodys_way", || {
        let count = long();
        let key = raw_key("PBKDF2", b"password");
        let raw = key.handle();
        let (begins, is_done) = (AtomicBool::new(false), AtomicBool::new(false));
        let answer = thread::scope(|scope| {
            let worker = scope.spawn(|| {
                begins.store(true, Ordering::SeqCst);
                let answer = derived(&raw, &iterations(count), 32);
                is_done.store(true, Ordering::SeqCst);
                answer
            });
            while !begins.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(50));
            assert_eq!(number(&key, "KeyStrength"), Ok(64));
            let copy = duplicate(&key);
            let few = derived(&copy, &iterations(2), 32);
            assert_eq!(derived(&key, &iterations(2), 32), few);
            let hkdf = raw_key("HKDF", b"key");
            finalized(&hkdf, "SHA256", b"salt");
            // SAFETY: the child calls the library alone, then ends.
            let child = match unsafe { libc::fork() } {
                0 => {
                    let is_well = derived(&raw, &iterations(2), 32) == few
                        && derived(&hkdf, &Params::none(), 32).is_ok();
                    // SAFETY: no preconditions.
                    unsafe { libc::_exit(i32::from(!is_well)) }
                }
                child => child,
            };
            let mut status = -1;
            // SAFETY: the status is a live variable.
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert_eq!(status, 0, "the child");
            assert_eq!(key.release(), SUCCESS);
            assert!(!is_done.load(Ordering::SeqCst), "all that was done while it derived");
            worker.join().unwrap()
        });
        let expected = derived(&raw_key("PBKDF2", b"password"), &iterations(count), 32);
        assert_eq!(answer, expected, "the key was destroyed while it was used");
    });
}
