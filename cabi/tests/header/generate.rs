//! Makes bcrypt.h: cbindgen turns the Rust types and exports into C, the name tables become macros.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bcrypt_shim::names::{NUMBERS, TEXTS};

/// Where the header lies in the source tree.
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include/bcrypt.h")
}

/// The header's whole text.
pub fn header() -> String {
    let mut config =
        cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let structs = structs();
    config.export.include = items("pub struct ").chain(items("pub type ")).collect();
    config.after_includes = config.after_includes.map(|text| text + &macros());
    config.trailer = config.trailer.map(|text| pointer_types(&structs) + &text);
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in prepared() {
        builder = builder.with_src(source);
    }
    let mut bytes = Vec::new();
    builder.generate().expect("cbindgen understands the sources").write(&mut bytes);
    conventional(&String::from_utf8(bytes).expect("the header is UTF-8"))
}

/// The names of all structures, in the order of the sources.
pub fn structs() -> Vec<String> {
    items("pub struct ").collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources that the header shows: the types, then the exports.
fn sources() -> Vec<PathBuf> {
    let mut found = vec![root().join("src/types.rs")];
    for folder in ["src/types", "src/api"] {
        let entries = fs::read_dir(root().join(folder)).expect("the folder exists");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
        files.sort();
        found.extend(files);
    }
    found
}

/// The names of the items in the types' sources that begin like this.
fn items(keyword: &'static str) -> impl Iterator<Item = String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let types = sources().into_iter().filter(|path| path.to_string_lossy().contains("types"));
    types.flat_map(move |path| {
        let text = fs::read_to_string(path).expect("the source can be read");
        text.lines().filter_map(|line| line.strip_prefix(keyword)).map(name).collect::<Vec<String>>()
    })
}

/// Copies of the sources that cbindgen understands: it expands no macros.
fn prepared() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("header");
    fs::create_dir_all(&folder).expect("the target directory is writable");
    let mut copies = Vec::new();
    for (number, source) in sources().iter().enumerate() {
        let text = fs::read_to_string(source).expect("the source can be read");
        let copy = folder.join(format!("{number}.rs"));
        fs::write(&copy, prepare(&text)).expect("the target directory is writable");
        copies.push(copy);
    }
    copies
}

/// Spells out what `export!`, `absent!` and `function_types!` make of the functions. Leaves what only concerns Rust callers out of the comments, and the
/// module lines out because each file is given to cbindgen by itself.
fn prepare(text: &str) -> String {
    let mut out = String::new();
    let (mut declarations, mut safety) = ("", false);
    for line in text.lines() {
        let doc = line.trim_start().starts_with("///");
        safety = doc && (safety || line.contains("# Safety"));
        let declared = line.trim().trim_end_matches(';').strip_prefix("fn ");
        if ["absent! {", "function_types! {"].contains(&line) {
            declarations = line;
        } else if !declarations.is_empty() && line == "}" {
            declarations = "";
        } else if let Some(signature) = declared.filter(|_| declarations == "absent! {") {
            writeln!(out, "#[unsafe(no_mangle)]\npub extern \"C\" fn {signature} -> NTSTATUS {{}}")
                .expect("a String grows");
        } else if let Some((name, parameters)) =
            declared.filter(|_| !declarations.is_empty()).and_then(|signature| signature.split_once('('))
        {
            writeln!(out, "pub type {name} = unsafe extern \"C\" fn({parameters} -> NTSTATUS;")
                .expect("a String grows");
        } else if !safety && !line.starts_with("#[path") && !line.starts_with("pub mod ") {
            writeln!(out, "{}", exported(line)).expect("a String grows");
        }
    }
    out
}

/// A line of an exported function as the C function has it; any other as it is.
fn exported(line: &str) -> String {
    if line.starts_with("#[apply(export") {
        return "#[unsafe(no_mangle)]".to_owned();
    }
    let line = line.replace("-> Result<()> {", "-> NTSTATUS {");
    match line.strip_prefix("pub unsafe fn ").or_else(|| line.strip_prefix("pub fn ")) {
        Some(rest) => format!("pub extern \"C\" fn {rest}"),
        None => line,
    }
}

/// Every macro of the name tables.
fn macros() -> String {
    let mut out = String::new();
    for table in TEXTS {
        writeln!(out, "\n/* {} */", table.about.trim()).expect("a String grows");
        for row in table.rows {
            writeln!(out, "#define {} BCRYPT_SHIM_TEXT(\"{}\")", row.c_name, row.value)
                .expect("a String grows");
        }
    }
    for table in NUMBERS {
        writeln!(out, "\n/* {} */", table.about.trim()).expect("a String grows");
        for row in table.rows {
            out += &number(row.c_name, row.value);
        }
    }
    out
}

/// A number's macro, or a constant for a status that the program has not defined.
fn number(name: &str, value: u32) -> String {
    if name.starts_with("STATUS_") {
        format!("#ifndef {name}\nBCRYPT_SHIM_STATUS({name}, 0x{value:08X}L);\n#endif\n")
    } else if name.ends_with("_ALG_HANDLE") {
        format!("#define {name} ((BCRYPT_ALG_HANDLE)0x{value:08x})\n")
    } else {
        format!("#define {name} 0x{value:X}\n")
    }
}

/// A pointer type for each structure, as bcrypt.h names them.
fn pointer_types(structs: &[String]) -> String {
    let mut out = String::from("/* A pointer type for each structure. */\n");
    for name in structs {
        writeln!(out, "typedef {name} *P{name};").expect("a String grows");
    }
    out
}

/// What cbindgen cannot do: puts the calling convention into the prototypes, drops struct tags, which the typedefs
/// make superfluous, and the empty comment lines before sections that were left out.
fn conventional(text: &str) -> String {
    const WORD: &str = "BCRYPT_SHIM_CALL ";
    let mut out = String::new();
    let mut inside = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let comment = line.trim_start().starts_with("//");
        if line == "//" && lines.peek().is_some_and(|next| !next.starts_with("//")) {
            continue;
        }
        let line = if comment || line.starts_with("typedef ") { line } else { &line.replace("struct ", "") };
        let returns = ["NTSTATUS ", "void "].into_iter().find(|start| line.starts_with(start));
        let start = returns.filter(|_| line.contains('('));
        // A type of functions has the convention before the star.
        let function_type = line.strip_prefix("typedef NTSTATUS (*");
        match start {
            Some(start) => writeln!(out, "{start}{WORD}{}", &line[start.len()..]),
            None if function_type.is_some() => {
                writeln!(out, "typedef NTSTATUS ({WORD}*{}", function_type.unwrap_or_default())
            }
            None if inside => writeln!(out, "{}{line}", " ".repeat(WORD.len())),
            None => writeln!(out, "{line}"),
        }
        .expect("a String grows");
        inside = (inside || start.is_some() || function_type.is_some()) && !line.ends_with(';');
    }
    out
}
