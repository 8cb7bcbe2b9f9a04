//! Which product a loaded library is.

use std::ffi::{CStr, c_char};

use super::Library;

/// A product and where it runs.
#[derive(Debug, PartialEq, Eq)]
pub struct Identity {
    /// `bcrypt-shim` (with `-pe` or `-macho` for its builds in those formats), `wine`, `windows` or `unknown`.
    pub product: String,
    /// Its version, as far as it tells one.
    pub version: String,
    /// The system it runs on.
    pub os: String,
}

/// This project's library, by the format it was built in.
const OURS: &str = if cfg!(windows) {
    "bcrypt-shim-pe"
} else if cfg!(target_os = "macos") {
    "bcrypt-shim-macho"
} else {
    "bcrypt-shim"
};

impl Identity {
    /// Asks the library and the system.
    pub fn of(library: &Library) -> Self {
        let system = system();
        // An export that only this project's library has.
        if let Some(version) = library.text("bcrypt_shim_version") {
            return Self { product: OURS.into(), version, os: system.name };
        }
        let (product, version) = system.owner.unwrap_or_else(|| ("unknown".into(), "unknown".into()));
        Self { product, version, os: system.name }
    }
}

impl Library {
    /// What an export that takes nothing and returns a C string says.
    fn text(&self, name: &str) -> Option<String> {
        // SAFETY: the only names asked for are functions of this type.
        let function =
            unsafe { self.0.get::<unsafe extern "C" fn() -> *const c_char>(name.as_bytes()) }.ok()?;
        // SAFETY: the function takes nothing.
        let text = unsafe { function() };
        // SAFETY: the function returns NULL or a string that ends in a NUL.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
    }
}

/// The system, and the product and version of the bcrypt.dll that comes with it, if it has one.
struct System {
    name: String,
    owner: Option<(String, String)>,
}

#[cfg(not(windows))]
fn system() -> System {
    System { name: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH), owner: None }
}

#[cfg(windows)]
fn system() -> System {
    let arch = std::env::consts::ARCH;
    let version = windows_version().unwrap_or_else(|| "of unknown version".into());
    match Library::open("ntdll.dll").ok().and_then(|ntdll| ntdll.text("wine_get_version")) {
        Some(wine) => System {
            name: format!("windows {version} {arch} under wine {wine}"),
            owner: Some(("wine".into(), wine)),
        },
        None => {
            System { name: format!("windows {version} {arch}"), owner: Some(("windows".into(), version)) }
        }
    }
}

/// Major, minor and build of Windows.
#[cfg(windows)]
fn windows_version() -> Option<String> {
    // OSVERSIONINFOW: its size, major, minor, build, platform, and text that is not looked at.
    let mut information = [0_u32; 69];
    let [size, ..] = &mut information;
    *size = 4 * 69;
    let ntdll = Library::open("ntdll.dll").ok()?;
    // SAFETY: RtlGetVersion has this type on every Windows and fills the structure of the size it finds.
    let status = unsafe {
        let version = ntdll.0.get::<unsafe extern "system" fn(*mut u32) -> i32>(b"RtlGetVersion").ok()?;
        version(information.as_mut_ptr())
    };
    let [_, major, minor, build, ..] = information;
    (status == 0).then(|| format!("{major}.{minor}.{build}"))
}

/// No window about a crash: this process's end is the report.
#[cfg(windows)]
pub fn crash_quietly() {
    const NO_CRITICAL_ERRORS: u32 = 1;
    const NO_FAULT_BOX: u32 = 2;
    if let Ok(kernel) = Library::open("kernel32.dll") {
        // SAFETY: SetErrorMode takes a number and returns the one before.
        unsafe {
            if let Ok(set) = kernel.0.get::<unsafe extern "system" fn(u32) -> u32>(b"SetErrorMode") {
                set(NO_CRITICAL_ERRORS | NO_FAULT_BOX);
            }
        }
    }
}
