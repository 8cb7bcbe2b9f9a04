//! Programs and sources to scan, built by real tools where there are some.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use object::write::{Object, StandardSection, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope};

/// A folder of its own for each test.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scan").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("it is ours");
    }
    fs::create_dir_all(&folder).expect("the target directory is writable");
    folder
}

pub fn write(folder: &Path, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, contents).expect("the target directory is writable");
    path
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether a command exists. One that does not is named past the test harness, so that a pass never hides it.
pub fn found(command: &str) -> bool {
    let probe = Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if probe.is_err() {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("scan");
        writeln!(io::stdout(), "skipped: {test}: {command} not found").expect("stdout takes a line");
    }
    probe.is_ok()
}

/// Runs a tool that must succeed.
pub fn tool(folder: &Path, command: &str, arguments: &[&str]) {
    let output = Command::new(command).args(arguments).current_dir(folder).output().expect("the tool runs");
    assert!(output.status.success(), "{command} {arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// An example of the repository, built for Windows.
pub fn windows_program(folder: &Path, name: &str) -> Option<PathBuf> {
    let compiler = "x86_64-w64-mingw32-gcc";
    found(compiler).then(|| {
        let source = repository().join("examples").join(format!("{name}.c"));
        let program = folder.join(format!("{name}.exe"));
        let (source, output) = (source.display().to_string(), program.display().to_string());
        tool(folder, compiler, &["-std=gnu11", "-g", "-o", &output, &source, "-lbcrypt"]);
        program
    })
}

/// An example that is linked to a libbcrypt.so of our names, which holds nothing else: the scan never loads it.
#[cfg(target_os = "linux")]
pub fn linux_program(folder: &Path, name: &str) -> PathBuf {
    let exports = include_str!("../../../cabi/exports.txt").lines();
    let library: String = exports.map(|name| format!("int {name}(void) {{ return 0; }}\n")).collect();
    write(folder, "library.c", library);
    tool(folder, "cc", &["-shared", "-fPIC", "-o", "libbcrypt.so", "library.c"]);
    let root = repository();
    let source = root.join("examples").join(format!("{name}.c")).display().to_string();
    let includes = ["cabi/include", "compat"].map(|part| format!("-I{}", root.join(part).display()));
    let [first, second] = &includes;
    tool(folder, "cc", &["-std=c11", first, second, "-o", name, &source, "-L.", "-lbcrypt"]);
    folder.join(name)
}

/// A Mach-O object file that calls these functions and has these UTF-16 texts.
pub fn mach_object(architecture: Architecture, functions: &[&str], texts: &[&str]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::MachO, architecture, Endianness::Little);
    for name in functions {
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
    }
    let section = object.section_id(StandardSection::ReadOnlyData);
    let data = texts.iter().flat_map(|text| text.encode_utf16().chain([0])).flat_map(u16::to_le_bytes);
    object.append_section_data(section, &data.collect::<Vec<_>>(), 2);
    object.write().expect("the object is sound")
}

/// Joins files for two processors into one, as macOS' lipo does.
pub fn fat(parts: &[(u32, &[u8])]) -> Vec<u8> {
    let mut bytes = 0xCAFE_BABE_u32.to_be_bytes().to_vec();
    bytes.extend((parts.len() as u32).to_be_bytes());
    let mut start = 4096;
    for (processor, part) in parts {
        for word in [*processor, 0, start, part.len() as u32, 12] {
            bytes.extend(word.to_be_bytes());
        }
        start += (part.len() as u32).next_multiple_of(4096);
    }
    for (_, part) in parts {
        bytes.resize(bytes.len().next_multiple_of(4096), 0);
        bytes.extend(*part);
    }
    bytes
}

/// The scan's answer.
pub struct Answer {
    pub code: i32,
    pub text: String,
    pub error: String,
}

impl Answer {
    /// Whether a line tells of this name and says this of it.
    pub fn says(&self, name: &str, what: &str) -> bool {
        self.text.lines().any(|line| line.split_whitespace().next() == Some(name) && line.contains(what))
    }

    pub fn names(&self, name: &str) -> bool {
        self.says(name, "")
    }
}

pub fn scan<P: AsRef<Path>>(paths: &[P]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.arg("scan").args(paths.iter().map(AsRef::as_ref));
    let Output { status, stdout, stderr } = command.output().expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("the command prints UTF-8");
    Answer { code: status.code().expect("it was not killed"), text: text(stdout), error: text(stderr) }
}
