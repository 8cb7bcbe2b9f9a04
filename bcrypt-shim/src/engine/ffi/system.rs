//! What the engine asks of the system: it is built with flags (.cargo/config.toml) that give these functions the place of
//! the C library's, as its portability and its allocator hooks allow.
//!
//! - Its **locks** are taken inside the gate, so that a fork never copies one that is held ([`gate`]).
//! - **Seeds** of its generator come from [`generator::seed`], which does not fail in a draw that was prepared. By itself
//!   the engine prints a message and ends the process where the operating system gives it no bytes.
//! - **Memory** is malloc's, overwritten before it is given back, as the engine does it. Where there is none, the engine
//!   ends the process if it was for its generator, and crashes if it was for some copies: for those [`with_spares`] has
//!   blocks ready.
//!
//! An engine built without the flags goes to the C library itself; then the promises above are not kept.

use std::cell::Cell;
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use aws_lc_sys as lc;

use super::require_empty_queue;
use crate::engine::{gate, generator};
use crate::status::{Result, Status};

/// The first byte of a file; `None` if it has none or can't be read. Unlike the standard library's calls it takes no
/// memory.
pub fn first_byte(path: &CStr) -> Option<u8> {
    let mut byte = 0_u8;
    // SAFETY: the path ends in a NUL; the descriptor is this function's own until it is closed, and one byte is read over a
    // variable of one.
    let count = unsafe {
        let file = libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if file < 0 {
            return None;
        }
        let count = libc::read(file, (&raw mut byte).cast(), 1);
        libc::close(file);
        count
    };
    (count == 1).then_some(byte)
}

/// Hides the functions of the static library's and the tests' from other code: they are looked up when this library is
/// linked, never by the loader.
macro_rules! hidden {
    ($($name:literal)*) => {$(
        #[cfg(not(target_vendor = "apple"))]
        core::arch::global_asm!(concat!(".hidden ", $name));
        #[cfg(target_vendor = "apple")]
        core::arch::global_asm!(concat!(".private_extern _", $name));
    )*};
}
hidden! {
    "bcrypt_shim_getentropy"
    "bcrypt_shim_rwlock_rdlock"
    "bcrypt_shim_rwlock_wrlock"
    "bcrypt_shim_rwlock_unlock"
    "bcrypt_shim_mutex_lock"
    "bcrypt_shim_mutex_unlock"
    "bcrypt_shim_once"
    "bcrypt_shim_memory_alloc"
    "bcrypt_shim_memory_free"
    "bcrypt_shim_memory_get_size"
}

// The fourth hook is left out, so that the engine composes it of the others; nor may the host bring one.
#[cfg(not(target_vendor = "apple"))]
core::arch::global_asm!(".weak bcrypt_shim_memory_realloc", ".hidden bcrypt_shim_memory_realloc");

/// Locks inside the gate; a lock that can't be had leaves it again.
///
/// # Safety
///
/// As `lock`'s.
unsafe fn locked<L>(lock: *mut L, take: unsafe extern "C" fn(*mut L) -> c_int) -> c_int {
    gate::enter();
    // SAFETY: as this function's.
    let code = unsafe { take(lock) };
    if code != 0 {
        gate::leave();
    }
    code
}

/// Unlocks, and leaves the gate.
///
/// # Safety
///
/// As `release`'s; the lock was taken by [`locked`] in this thread.
unsafe fn unlocked<L>(lock: *mut L, release: unsafe extern "C" fn(*mut L) -> c_int) -> c_int {
    // SAFETY: as this function's.
    let code = unsafe { release(lock) };
    if code == 0 {
        gate::leave();
    }
    code
}

/// `pthread_rwlock_rdlock` for the engine.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_rwlock_rdlock(lock: *mut libc::pthread_rwlock_t) -> c_int {
    // SAFETY: as this function's.
    unsafe { locked(lock, libc::pthread_rwlock_rdlock) }
}

/// `pthread_rwlock_wrlock` for the engine.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_rwlock_wrlock(lock: *mut libc::pthread_rwlock_t) -> c_int {
    // SAFETY: as this function's.
    unsafe { locked(lock, libc::pthread_rwlock_wrlock) }
}

/// `pthread_rwlock_unlock` for the engine.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_rwlock_unlock(lock: *mut libc::pthread_rwlock_t) -> c_int {
    // SAFETY: as this function's.
    unsafe { unlocked(lock, libc::pthread_rwlock_unlock) }
}

/// `pthread_mutex_lock` for the engine.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_mutex_lock(lock: *mut libc::pthread_mutex_t) -> c_int {
    // SAFETY: as this function's.
    unsafe { locked(lock, libc::pthread_mutex_lock) }
}

/// `pthread_mutex_unlock` for the engine.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_mutex_unlock(lock: *mut libc::pthread_mutex_t) -> c_int {
    // SAFETY: as this function's.
    unsafe { unlocked(lock, libc::pthread_mutex_unlock) }
}

/// The C library's `pthread_once_t`, which the crate `libc` does not have for every system.
#[repr(C)]
struct Once(c_void);

unsafe extern "C" {
    fn pthread_once(once: *mut Once, work: unsafe extern "C" fn()) -> c_int;
}

/// `pthread_once` for the engine. The GNU C library sees by itself that a fork fell into one; others let the child wait.
///
/// # Safety
///
/// As that one's.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_once(once: *mut Once, work: unsafe extern "C" fn()) -> c_int {
    let _inside = cfg!(not(target_env = "gnu")).then(gate::Inside::enter);
    // SAFETY: as this function's.
    unsafe { pthread_once(once, work) }
}

/// `getentropy` for the engine: the seeds of its generator.
///
/// # Safety
///
/// `out` has `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_getentropy(out: *mut c_void, length: usize) -> c_int {
    // SAFETY: as this function's; the engine's buffers are initialized only by this, and bytes may be anything.
    let out = unsafe {
        ptr::write_bytes(out.cast::<u8>(), 0, length);
        std::slice::from_raw_parts_mut(out.cast::<u8>(), length)
    };
    if generator::seed(out) { 0 } else { -1 }
}

/// Bytes before each block of the engine's, which hold its size and leave the block as aligned as malloc's.
const PREFIX: usize = 16;
/// Bytes of a spare block: more than the engine takes for a thread's generator, or for a part of a group.
const SPARE: usize = 1024;
/// Spare blocks: a generator takes two, a point with a copy of its group six.
const SPARES_AT_ONCE: usize = 6;

thread_local! {
    /// Blocks of `SPARE` bytes for what must not fail, if there is no other memory.
    static SPARES: Cell<[*mut c_void; SPARES_AT_ONCE]> = const { Cell::new([ptr::null_mut(); SPARES_AT_ONCE]) };
    /// Whether an allocation of the engine's in this thread has failed.
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Whether an allocation of the engine's in this thread has failed since this was last asked.
pub fn take_allocation_failure() -> bool {
    HAS_FAILED.take()
}

/// A spare block, or NULL.
fn take_spare() -> *mut c_void {
    let mut spares = SPARES.get();
    let taken = spares.iter_mut().find(|spare| !spare.is_null());
    let taken = taken.map_or(ptr::null_mut(), |spare| std::mem::replace(spare, ptr::null_mut()));
    SPARES.set(spares);
    taken
}

/// The engine's hook for malloc; gives NULL if there is no memory.
#[unsafe(no_mangle)]
extern "C" fn bcrypt_shim_memory_alloc(size: usize) -> *mut c_void {
    let Some(total) = size.checked_add(PREFIX) else { return ptr::null_mut() };
    // SAFETY: no preconditions.
    let mut block = unsafe { libc::malloc(total) };
    if block.is_null() && total <= SPARE {
        block = take_spare();
    }
    if block.is_null() {
        HAS_FAILED.set(true);
        return block;
    }
    // SAFETY: the block has `total` bytes and is aligned for any number; `PREFIX` is not more.
    unsafe {
        block.cast::<usize>().write(size);
        block.byte_add(PREFIX)
    }
}

/// The engine's hook for free: overwrites the block.
///
/// # Safety
///
/// The block is one of [`bcrypt_shim_memory_alloc`]'s, and nobody uses it any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_memory_free(block: *mut c_void) {
    // SAFETY: as this function's: the size lies before it, and all of it came from malloc.
    unsafe {
        let size = bcrypt_shim_memory_get_size(block);
        let start = block.byte_sub(PREFIX);
        lc::OPENSSL_cleanse(start, PREFIX + size);
        libc::free(start);
    }
}

/// The engine's hook for the size of a block.
///
/// # Safety
///
/// The block is one of [`bcrypt_shim_memory_alloc`]'s.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcrypt_shim_memory_get_size(block: *mut c_void) -> usize {
    // SAFETY: as this function's.
    unsafe { block.byte_sub(PREFIX).cast::<usize>().read() }
}

/// Sets up this thread's generator, for which the engine takes memory that it ends the process without. Fails with
/// `NoMemory`. The caller has seen to it that there are seeds.
pub fn prepare_generator() -> Result<()> {
    if !register_fork_handlers() {
        return Err(Status::NoMemory);
    }
    // This thread's table of data, and the entry of the error queue.
    require_empty_queue()?;
    let mut byte = 0;
    // SAFETY: one byte is written to a variable.
    let drawn = with_spares(|| unsafe { lc::RAND_bytes(&mut byte, 1) })?;
    if drawn == 1 { Ok(()) } else { Err(Status::NoMemory) }
}

/// Runs work of the engine's that must find memory: at most so many small blocks. Fails with `NoMemory`; then nothing was
/// run.
pub fn with_spares<R>(work: impl FnOnce() -> R) -> Result<R> {
    // SAFETY: no preconditions.
    SPARES.set([(); SPARES_AT_ONCE].map(|()| unsafe { libc::malloc(SPARE) }));
    let are_there = SPARES.get().iter().all(|spare| !spare.is_null());
    let result = are_there.then(work);
    for spare in SPARES.take() {
        // SAFETY: it is NULL, or came from malloc and was not taken.
        unsafe { libc::free(spare) };
    }
    result.ok_or(Status::NoMemory)
}

/// Registers the gate with the C library, once; `false` if that has no memory.
fn register_fork_handlers() -> bool {
    use std::sync::atomic::{AtomicBool, Ordering};
    static ARE_REGISTERED: AtomicBool = AtomicBool::new(false);

    unsafe extern "C" fn prepare() {
        gate::close();
    }
    unsafe extern "C" fn parent() {
        gate::open();
    }
    unsafe extern "C" fn child() {
        gate::open_in_child();
    }
    if !ARE_REGISTERED.swap(true, Ordering::Relaxed) {
        // SAFETY: the functions may be called at any fork, for as long as this library is loaded: the C library forgets
        // them when it is unloaded.
        let code = unsafe { libc::pthread_atfork(Some(prepare), Some(parent), Some(child)) };
        ARE_REGISTERED.store(code == 0, Ordering::Relaxed);
    }
    ARE_REGISTERED.load(Ordering::Relaxed)
}

extern "C" fn when_loaded() {
    register_fork_handlers();
}

/// Run by the loader.
#[used]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
static WHEN_LOADED: extern "C" fn() = when_loaded;
