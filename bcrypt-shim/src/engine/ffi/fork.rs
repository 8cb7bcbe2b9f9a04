//! Forks of this process.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between the first call and this process. Where there are none it is always 0.
pub fn generation() -> u32 {
    // Not a Once: a fork in the midst of one would let the child wait for good.
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    if !IS_REGISTERED.load(Ordering::Relaxed) && !IS_REGISTERED.swap(true, Ordering::Relaxed) {
        #[cfg(unix)]
        // SAFETY: the handler only counts. Where it can't be registered for lack of memory the number stays 0, and a
        // child takes a lock of its parent for one of its own threads'.
        unsafe {
            libc::pthread_atfork(None, None, Some(count));
        }
    }
    GENERATION.load(Ordering::Relaxed)
}

#[cfg(unix)]
unsafe extern "C" fn count() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}
