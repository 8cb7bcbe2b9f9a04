//! Where the lines go: what BCRYPT_SHIM_TRACE said when the first call came.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A place that lines are written to.
#[derive(Debug)]
pub enum Destination {
    /// No place: nothing is traced.
    Nowhere,
    /// The program's stderr.
    Stderr,
    /// The end of a file. It is opened for each line, so the library holds no descriptor that the program
    /// might close and use for something else.
    File(PathBuf),
}

static NOWHERE: Destination = Destination::Nowhere;

/// NULL until the first call. Not a lock: a process that forks while another thread holds one would never
/// get it.
static CHOSEN: AtomicPtr<Destination> = AtomicPtr::new(ptr::null_mut());

/// Whether nothing is traced; not known before the first call.
#[inline]
pub fn is_off() -> bool {
    ptr::eq(CHOSEN.load(Ordering::Relaxed), &raw const NOWHERE)
}

/// Where to trace to, if anywhere.
pub fn chosen() -> Option<&'static Destination> {
    let mut place = CHOSEN.load(Ordering::Acquire);
    if place.is_null() {
        let asked = match Destination::of(variable()) {
            Destination::Nowhere => (&raw const NOWHERE).cast_mut(),
            other => Box::into_raw(Box::new(other)),
        };
        // A thread that comes second leaves its own answer, the same, where it is: it is small and needed once.
        place = match CHOSEN.compare_exchange(ptr::null_mut(), asked, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => asked,
            Err(first) => first,
        };
    }
    // SAFETY: the pointer is NOWHERE's or that of a box that is never freed or changed; its contents were
    // written before it was published.
    let place = unsafe { &*place };
    if matches!(place, Destination::Nowhere) { None } else { Some(place) }
}

impl Destination {
    fn of(value: Option<OsString>) -> Self {
        match value {
            None => Self::Nowhere,
            Some(value) if value.is_empty() || value == "0" => Self::Nowhere,
            Some(value) if value == "1" => Self::Stderr,
            // The program may change its directory later.
            Some(value) => std::path::absolute(value).map_or(Self::Nowhere, Self::File),
        }
    }

    /// Writes one line. A place that can't be written to gets none: the program must not notice.
    pub fn write(&self, line: &[u8]) {
        let _ = match self {
            Self::Nowhere => Ok(()),
            Self::Stderr => stderr(line),
            Self::File(path) => append(path).and_then(|mut file| file.write_all(line)),
        };
    }
}

#[cfg(unix)]
fn append(path: &std::path::Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn append(path: &std::path::Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// Past the lock of `std::io::stderr`, which a fork could leave taken.
#[cfg(unix)]
fn stderr(line: &[u8]) -> std::io::Result<()> {
    use std::os::fd::FromRawFd as _;
    // SAFETY: the number is not closed here; if it is closed already the write fails.
    let stderr = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(libc::STDERR_FILENO) });
    (&*stderr).write_all(line)
}

#[cfg(not(unix))]
fn stderr(line: &[u8]) -> std::io::Result<()> {
    std::io::stderr().write_all(line)
}

/// The variable's value. A program that runs with more rights than its caller has does not listen to it:
/// the caller could have a file written that only the program may write.
#[cfg(unix)]
fn variable() -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    if has_foreign_rights() {
        return None;
    }
    // SAFETY: getenv takes a C string, and gives NULL or one that stays until the program changes its
    // environment, which it must not do while another thread is in a library call. `std::env` would take a
    // lock that a fork could leave taken.
    let value = unsafe {
        let value = libc::getenv(c"BCRYPT_SHIM_TRACE".as_ptr());
        if value.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(value)
    };
    Some(OsString::from_vec(value.to_bytes().to_vec()))
}

#[cfg(not(unix))]
fn variable() -> Option<OsString> {
    std::env::var_os("BCRYPT_SHIM_TRACE")
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn has_foreign_rights() -> bool {
    // SAFETY: getauxval reads what the kernel told the process at its start.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn has_foreign_rights() -> bool {
    // SAFETY: issetugid takes nothing and can't fail.
    unsafe { libc::issetugid() != 0 }
}

/// The process and thread as a line shows them; without a thread where the system has no number for it.
pub fn thread() -> impl std::fmt::Display {
    let process = std::process::id();
    std::fmt::from_fn(move |out| match number() {
        Some(thread) => write!(out, "{process}:{thread}"),
        None => write!(out, "{process}"),
    })
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn number() -> Option<u64> {
    // SAFETY: gettid takes nothing and can't fail; the C library's own wrapper is younger than what this
    // library asks for.
    u64::try_from(unsafe { libc::syscall(libc::SYS_gettid) }).ok()
}

#[cfg(target_vendor = "apple")]
fn number() -> Option<u64> {
    let mut number = 0;
    // SAFETY: 0 stands for the calling thread, and the place is a u64.
    let status = unsafe { libc::pthread_threadid_np(0, &raw mut number) };
    (status == 0).then_some(number)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn number() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_zero_and_empty_are_off_and_one_is_stderr() {
        for off in [None, Some(""), Some("0")] {
            assert!(matches!(Destination::of(off.map(OsString::from)), Destination::Nowhere), "{off:?}");
        }
        assert!(matches!(Destination::of(Some("1".into())), Destination::Stderr));
    }

    #[test]
    fn a_file_stays_the_same_in_another_directory() {
        let Destination::File(path) = Destination::of(Some("trace.txt".into())) else { unreachable!() };
        assert!(path.is_absolute() && path.ends_with("trace.txt"));
    }
}
