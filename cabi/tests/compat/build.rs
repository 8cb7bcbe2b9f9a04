//! Builds programs with the headers of compat and runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::artefact;
use crate::compiler;

/// A compiler, a language and options.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    pub compiler: &'static str,
    pub language: &'static str,
    pub options: &'static [&'static str],
}

pub const SHORT: [Build; 5] = [
    Build { compiler: "gcc", language: "c", options: &["-std=c11", "-fshort-wchar"] },
    Build {
        compiler: "gcc",
        language: "c",
        options: &["-std=gnu17", "-fshort-wchar", "-O2", "-D_FORTIFY_SOURCE=2", "-D_WIN32"],
    },
    Build { compiler: "g++", language: "c++", options: &["-std=c++17", "-fshort-wchar"] },
    Build { compiler: "clang", language: "c", options: &["-std=c17", "-fshort-wchar", "-O2"] },
    Build { compiler: "clang++", language: "c++", options: &["-std=c++20", "-fshort-wchar", "-O2"] },
];

/// Characters of 32 bits, where the C library's functions stay what they are.
pub const LONG: [Build; 4] = [
    Build { compiler: "gcc", language: "c", options: &["-std=c11"] },
    Build { compiler: "gcc", language: "c", options: &["-std=gnu17", "-D_WIN32", "-O2"] },
    Build { compiler: "g++", language: "c++", options: &["-std=c++17", "-DUNICODE", "-D_UNICODE"] },
    Build { compiler: "clang", language: "c", options: &["-std=c17"] },
];

/// Those whose compiler is there.
pub fn present(builds: &[Build]) -> Vec<Build> {
    builds.iter().copied().filter(|build| compiler::found(build.compiler)).collect()
}

pub fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat/sources").join(name)
}

/// The folder of the running test; tests run side by side.
pub fn folder() -> PathBuf {
    let thread = std::thread::current();
    let test = thread.name().expect("a test's thread has its name").replace("::", "-");
    let folder = compiler::folder().join("compat").join(test);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    folder
}

/// A file of the running test, with this text.
pub fn written(name: &str, text: &str) -> PathBuf {
    let path = folder().join(name);
    fs::write(&path, text).expect("the target directory is writable");
    path
}

impl Build {
    /// Compiles, and links unless `-c` is among the arguments. Warnings are errors.
    pub fn run(&self, sources: &[&Path], arguments: &[&str]) -> Output {
        let mut all: Vec<String> = self.options.iter().map(|&option| option.to_owned()).collect();
        all.extend(compiler::includes().iter().map(|folder| format!("-I{}", folder.display())));
        all.extend(["-pthread", "-x", self.language].map(str::to_owned));
        all.extend(sources.iter().map(|path| path.display().to_string()));
        all.extend(["-x", "none"].map(str::to_owned));
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        compiler::run(self.compiler, all)
    }

    /// A program of these sources, linked with the library.
    pub fn program(&self, name: &str, sources: &[&Path], arguments: &[&str]) -> PathBuf {
        let program = folder().join(name);
        let (library, path) = (artefact::library().display().to_string(), program.display().to_string());
        let mut all = vec!["-o", &path, &library];
        all.extend(arguments);
        compiler::accepted(&self.run(sources, &all), &format!("{name}: {self:?}"));
        program
    }
}

/// Runs a program that finds the library by its SONAME.
pub fn output(program: &Path, arguments: &[&str]) -> Output {
    let folder = folder();
    let link = folder.join("libbcrypt.so.0");
    let _ = std::os::unix::fs::symlink(artefact::library(), &link);
    Command::new(program).args(arguments).env("LD_LIBRARY_PATH", &folder).output().expect("the program runs")
}

/// What a program that succeeds printed.
pub fn printed(program: &Path, arguments: &[&str], what: &str) -> String {
    let output = output(program, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{told}", output.status);
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}
