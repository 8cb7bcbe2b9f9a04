//! Compiling and running the C programs.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::artefact;
use crate::compiler;

/// A compiled program, in a folder where the library has the name the loader looks for.
pub struct Program {
    folder: PathBuf,
    name: String,
}

impl Program {
    /// Compiles `tests/assurance/<name>.c` against the release library.
    pub fn new(name: &str, flags: &[&str]) -> Self {
        Self::against(&artefact::library(), name, flags)
    }

    /// Compiles it against this library.
    pub fn against(library: &Path, name: &str, flags: &[&str]) -> Self {
        let told_apart: String = flags.iter().filter(|flag| !flag.contains('/')).copied().collect();
        let folder = folder(&format!("{name}{told_apart}"));
        let loaded = folder.join("libbcrypt.so.0");
        symlink(library, &loaded).expect("the target directory is writable");
        let made = Self { folder, name: name.to_owned() };
        let includes = compiler::includes().map(|include| format!("-I{}", include.display()));
        let mut arguments: Vec<String> = flags.iter().map(ToString::to_string).collect();
        arguments.extend(["-std=gnu11", "-O1", "-g", "-Wno-unused-function", "-o"].map(String::from));
        arguments.extend([made.path(), source(name), loaded].map(|path| path.display().to_string()));
        arguments.extend(includes);
        arguments.extend([
            format!("-Wl,-z,now,-rpath,{}", made.folder.display()),
            "-ldl".into(),
            "-lpthread".into(),
        ]);
        compiler::accepted(&compiler::run("cc", arguments), name);
        made
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Runs it; it must succeed. Prints what it printed.
    pub fn succeeds(&self, environment: &[(&str, &str)], arguments: &[&str]) {
        print!("{}", self.printed(environment, arguments));
    }

    /// What it prints; it must succeed.
    pub fn printed(&self, environment: &[(&str, &str)], arguments: &[&str]) -> String {
        let (output, text) = self.run(environment, arguments);
        assert!(output.status.success(), "{}: {}\n{text}", self.name, output.status);
        text
    }

    /// Runs it; it must fail, and say this.
    pub fn finds(&self, environment: &[(&str, &str)], arguments: &[&str], what: &str) {
        let (output, text) = self.run(environment, arguments);
        assert!(!output.status.success() && text.contains(what), "{}: {}\n{text}", self.name, output.status);
    }

    fn run(&self, environment: &[(&str, &str)], arguments: &[&str]) -> (Output, String) {
        let mut command = Command::new(self.path());
        let output =
            command.args(arguments).envs(environment.iter().copied()).output().expect("the program runs");
        let text = [&output.stdout[..], &output.stderr].concat();
        (output, String::from_utf8_lossy(&text).into_owned())
    }
}

/// A library that is loaded before all others and stands in for functions of the C library.
pub fn interposer(name: &str) -> String {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    // Tests that run side by side have one each.
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let library = folder(&format!("interposed-{name}-{number}")).join(format!("{name}.so"));
    let arguments = ["-std=gnu11", "-shared", "-fPIC", "-O1", "-o"].map(String::from);
    let paths = [&library, &source(name)].map(|path| path.display().to_string());
    let libraries = ["-ldl".to_owned()];
    compiler::accepted(&compiler::run("cc", arguments.into_iter().chain(paths).chain(libraries)), name);
    library.display().to_string()
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/assurance").join(format!("{name}.c"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assurance").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    folder
}
