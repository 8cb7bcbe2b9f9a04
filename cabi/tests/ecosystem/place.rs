//! Empty folders, what was installed into them, and commands that run there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The top of the source tree.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the source is there")
}

/// Where the library is built; the tests have its target directory.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory")
}

/// A folder of its own, outside the source tree and gone afterwards.
pub struct Place(PathBuf);

impl Place {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bcrypt-shim.{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).expect("the temporary folder is writable");
        // Its real name, so that paths can be compared.
        Self(folder.canonicalize().expect("it was just made"))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Runs shell commands here, the first to fail ends them, and gives what they printed.
    pub fn run(&self, script: &str) -> String {
        succeeded(script, self.command(script))
    }

    /// The same, to be given more of an environment.
    pub fn command(&self, script: &str) -> Command {
        let mut command = command("bash");
        command.args(["-euo", "pipefail", "-c", script]).current_dir(&self.0);
        command
    }

    /// Every file, link and folder below, but for this folder itself.
    pub fn tree(&self) -> Vec<String> {
        tree(&self.0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What can't be removed is left to the system.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn tree(folder: &Path) -> Vec<String> {
    let listed = succeeded("find", {
        let mut find = command("find");
        find.args([".", "-mindepth", "1"]).current_dir(folder);
        find
    });
    let mut names: Vec<_> = listed.lines().map(|line| line.trim_start_matches("./").to_owned()).collect();
    names.sort();
    names
}

/// A program in a user's environment: nothing of cargo's own but where it works.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = text.starts_with("CARGO") && text != "CARGO_HOME";
        if ours || text.starts_with("BCRYPT_SHIM") || text == "DESTDIR" || text == "LD_LIBRARY_PATH" {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true").env("LC_ALL", "C.UTF-8");
    command
}

/// What the command printed; it must succeed and complain of nothing.
pub fn succeeded(what: &str, mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{what}: {error}"));
    let (out, err) = texts(&output);
    assert!(output.status.success() && err.is_empty(), "{what}\n{}\n{out}{err}", output.status);
    out
}

/// Its standard output and standard error.
pub fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Runs one of the project's scripts.
pub fn script(name: &str, arguments: &[&str]) -> String {
    let path = source().join("scripts").join(name);
    let mut command = command(&path.display().to_string());
    command.args(arguments);
    succeeded(name, command)
}

/// A prefix that scripts/install filled, for the tests that only use it.
pub fn installed() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| install_once("plain", &[]))
}

/// The same with the names for .NET and Mono.
pub fn installed_with_names() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| install_once("names", &["--pinvoke-names"]))
}

fn install_once(name: &str, options: &[&str]) -> PathBuf {
    let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed").join(name);
    // That of an earlier run may be there, or none.
    let _ = fs::remove_dir_all(&prefix);
    let path = prefix.display().to_string();
    script("install", &[&["--prefix", &path], options].concat());
    prefix
}

/// The variables by which docs/use/install.md makes a prefix known.
pub fn know(command: &mut Command, prefix: &Path) {
    let below = |name: &str| prefix.join(name);
    command.env("PKG_CONFIG_PATH", below("lib/pkgconfig")).env("CMAKE_PREFIX_PATH", prefix);
    command.env("LIBRARY_PATH", below("lib")).env("LD_LIBRARY_PATH", below("lib"));
}
