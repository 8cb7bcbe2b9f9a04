//! Where the lines go: what BCRYPT_SHIM_TRACE said when the first call came.

use std::fs::File;
use std::io::{self, Write};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use bcrypt_shim::memory;
use bcrypt_shim::status::Result;

/// A place that lines are written to.
#[derive(Debug)]
pub enum Destination {
    /// No place: nothing is traced.
    Nowhere,
    /// The program's stderr.
    Stderr,
    /// The end of a file. It is opened for each line, so the library holds no descriptor that the program
    /// might close and use for something else. The path ends in a NUL.
    File(Vec<u8>),
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

/// Where to trace to, if anywhere. As long as there is no memory to note it, nowhere.
pub fn chosen() -> Option<&'static Destination> {
    let mut place = CHOSEN.load(Ordering::Acquire);
    if place.is_null() {
        let asked = match variable().and_then(Destination::of).ok()? {
            Destination::Nowhere => (&raw const NOWHERE).cast_mut(),
            other => Box::into_raw(memory::boxed(other).ok()?),
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
    /// Fails with `NoMemory`.
    fn of(value: Option<Vec<u8>>) -> Result<Self> {
        Ok(match value.as_deref() {
            None | Some(b"" | b"0") => Self::Nowhere,
            Some(b"1") => Self::Stderr,
            // The program may change its directory later.
            Some(path) if is_absolute(path) => Self::File(memory::concat(&[path, b"\0"])?),
            Some(path) => match directory()? {
                Some(directory) => Self::File(memory::concat(&[&directory, b"/", path, b"\0"])?),
                None => Self::Nowhere,
            },
        })
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
fn is_absolute(path: &[u8]) -> bool {
    path.starts_with(b"/")
}

/// With a drive or without one.
#[cfg(not(unix))]
fn is_absolute(path: &[u8]) -> bool {
    std::str::from_utf8(path).is_ok_and(|path| std::path::Path::new(path).has_root())
}

/// Opens a file to write at its end. Not by the standard library, which for a long path needs memory.
#[cfg(unix)]
fn append(path: &[u8]) -> io::Result<File> {
    use std::os::fd::FromRawFd as _;
    const FLAGS: i32 = libc::O_WRONLY | libc::O_APPEND | libc::O_CREAT | libc::O_CLOEXEC;
    const MODE: libc::c_uint = 0o600;
    loop {
        // SAFETY: the path ends in a NUL; with O_CREAT a mode follows.
        let descriptor = unsafe { libc::open(path.as_ptr().cast(), FLAGS, MODE) };
        if descriptor >= 0 {
            // SAFETY: the descriptor is open and nobody else's.
            return Ok(unsafe { File::from_raw_fd(descriptor) });
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

#[cfg(not(unix))]
fn append(path: &[u8]) -> io::Result<File> {
    let path = path.strip_suffix(b"\0").and_then(|path| std::str::from_utf8(path).ok());
    std::fs::OpenOptions::new().append(true).create(true).open(path.unwrap_or_default())
}

/// The current directory; `None` where there is none any more. Fails with `NoMemory`.
#[cfg(unix)]
fn directory() -> Result<Option<Vec<u8>>> {
    /// More than any system's longest path.
    const LONGEST: usize = 1 << 16;
    let mut room = 256;
    while room <= LONGEST {
        let mut path = memory::zeros(room)?;
        // SAFETY: pointer and length are of one buffer.
        if !unsafe { libc::getcwd(path.as_mut_ptr().cast(), path.len()) }.is_null() {
            let length = path.iter().position(|&byte| byte == 0).unwrap_or(room);
            path.truncate(length);
            return Ok(Some(path));
        }
        if io::Error::last_os_error().raw_os_error() != Some(libc::ERANGE) {
            break;
        }
        room *= 2;
    }
    Ok(None)
}

#[cfg(not(unix))]
fn directory() -> Result<Option<Vec<u8>>> {
    Ok(std::env::current_dir().ok().and_then(|path| Some(path.to_str()?.as_bytes().to_vec())))
}

/// Past the lock of `std::io::stderr`, which a fork could leave taken.
#[cfg(unix)]
fn stderr(line: &[u8]) -> io::Result<()> {
    use std::os::fd::FromRawFd as _;
    // SAFETY: the number is not closed here; if it is closed already the write fails.
    let stderr = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(libc::STDERR_FILENO) });
    (&*stderr).write_all(line)
}

#[cfg(not(unix))]
fn stderr(line: &[u8]) -> io::Result<()> {
    io::stderr().write_all(line)
}

/// The variable's value. A program that runs with more rights than its caller has does not listen to it:
/// the caller could have a file written that only the program may write.
///
/// Fails with `NoMemory`.
#[cfg(unix)]
fn variable() -> Result<Option<Vec<u8>>> {
    if has_foreign_rights() {
        return Ok(None);
    }
    // SAFETY: getenv takes a C string, and gives NULL or one that stays until the program changes its
    // environment, which it must not do while another thread is in a library call. `std::env` would take a
    // lock that a fork could leave taken.
    let value = unsafe {
        let value = libc::getenv(c"BCRYPT_SHIM_TRACE".as_ptr());
        if value.is_null() {
            return Ok(None);
        }
        std::ffi::CStr::from_ptr(value)
    };
    memory::copy(value.to_bytes()).map(Some)
}

#[cfg(not(unix))]
fn variable() -> Result<Option<Vec<u8>>> {
    Ok(std::env::var("BCRYPT_SHIM_TRACE").ok().map(String::into_bytes))
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

    fn of(value: &str) -> Option<Destination> {
        Destination::of(Some(value.as_bytes().to_vec())).ok()
    }

    #[test]
    fn nothing_zero_and_empty_are_off_and_one_is_stderr() {
        assert!(matches!(Destination::of(None), Ok(Destination::Nowhere)));
        for off in ["", "0"] {
            assert!(matches!(of(off), Some(Destination::Nowhere)), "{off:?}");
        }
        assert!(matches!(of("1"), Some(Destination::Stderr)));
    }

    #[test]
    fn a_file_stays_the_same_in_another_directory() {
        let Some(Destination::File(path)) = of("trace.txt") else { unreachable!() };
        let here = std::env::current_dir().unwrap_or_default();
        assert_eq!(path, [here.as_os_str().as_encoded_bytes(), b"/trace.txt\0"].concat());
        assert!(matches!(of("/a/b"), Some(Destination::File(path)) if path == b"/a/b\0"));
    }
}
