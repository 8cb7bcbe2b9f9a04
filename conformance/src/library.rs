//! An implementation of bcrypt.dll, loaded by path.

pub mod functions;
mod identity;
pub mod layout;
pub mod region;
pub mod structures;

pub use functions::{FUNCTIONS, Function};
pub use identity::Identity;

/// A loaded library.
pub struct Library(libloading::Library);

impl Library {
    /// Loads a library. Fails if the file is none for this system.
    pub fn open(path: &str) -> Result<Self, libloading::Error> {
        // SAFETY: loading runs the library's own start-up code; judging it means trusting that much.
        unsafe { libloading::Library::new(path) }.map(Self)
    }

    /// Whether the library exports a name.
    pub fn exports(&self, name: &str) -> bool {
        self.address(name).is_some()
    }

    /// Calls an export with one word for each parameter; the status, if it returns one. `None` outside
    /// if the export is absent.
    ///
    /// The words come from a scenario, which may be wrong on purpose: what a bad handle or pointer does
    /// to the judged library is what is to be seen, so this runs in a process of its own.
    pub fn judge(&self, function: &Function, words: &[u64]) -> Option<Option<u32>> {
        let address = self.address(function.name)?;
        // SAFETY: the export of this name stands there, and the executor gives a word of the right kind
        // for each parameter: memory it holds, NULL, or a number that the scenario chose.
        Some(unsafe { (function.call)(address, words) })
    }

    fn address(&self, name: &str) -> Option<*const ()> {
        // SAFETY: the symbol is looked up as an address, which any symbol is.
        unsafe { self.0.get::<*const ()>(name.as_bytes()) }.ok().map(|symbol| *symbol)
    }
}

/// Why a library could not be loaded, in one line: the error and what it comes from.
pub fn reason(problem: &dyn std::error::Error) -> String {
    match problem.source() {
        Some(source) => format!("{problem}: {source}"),
        None => problem.to_string(),
    }
}

/// Keeps a crash of the judged library from opening a window. Nothing to do outside Windows.
pub fn crash_quietly() {
    #[cfg(windows)]
    identity::crash_quietly();
}
