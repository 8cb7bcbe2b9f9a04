//! Looks whether the engine was built with its AVX-512 multiplications, which are not part of its interface.
//!
//! They are taken only where this finds them, under the names that it finds, in the archive that is linked. A build of
//! the engine without them (no assembler, another processor, another builder, a system's library) goes without.

#![allow(clippy::print_stdout, reason = "cargo reads it")]

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the engine's header rsaz_exp.h describes, without the prefix of its symbols.
const FUNCTIONS: [&str; 3] =
    ["rsaz_amm52x20_x1_ifma256", "rsaz_amm52x30_x1_ifma256", "rsaz_amm52x40_x1_ifma256"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(engine_multiplies_52_bit_digits)");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("ARCH") != "x86_64" || target("OS") != "linux" {
        return;
    }
    let Some(symbols) = archive().and_then(|path| symbols(&path)) else { return };
    let Ok(folder) = env::var("OUT_DIR") else { return };
    let mut declarations = String::from("unsafe extern \"C\" {\n");
    for (function, symbol) in FUNCTIONS.iter().zip(symbols) {
        declarations += &format!(
            "    #[link_name = \"{symbol}\"]\n    pub fn {function}(out: *mut u64, a: *const u64, b: *const u64, m: *const u64, k0: u64);\n"
        );
    }
    if fs::write(Path::new(&folder).join("multiplications.rs"), declarations + "}\n").is_ok() {
        println!("cargo:rustc-cfg=engine_multiplies_52_bit_digits");
    }
}

/// The engine's static library, where the crate that builds it says its output is.
fn archive() -> Option<PathBuf> {
    let is_root = |key: &str| key.starts_with("DEP_AWS_LC_") && key.ends_with("_ROOT");
    let (_, root) = env::vars().find(|(key, _)| is_root(key))?;
    let files = fs::read_dir(root).ok()?;
    files.filter_map(Result::ok).map(|file| file.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("lib") && name.ends_with("crypto.a")
    })
}

/// The full names of the functions, from the archive's table of symbols that it defines; all or none.
fn symbols(archive: &Path) -> Option<Vec<String>> {
    let bytes = fs::read(archive).ok()?;
    let size = std::str::from_utf8(bytes.get(8 + 48..8 + 58)?).ok()?.trim().parse::<usize>().ok()?;
    // The first member of an archive is its table: a count, an offset for each symbol, and their names.
    let table = bytes.get(8 + 60..8 + 60 + size).filter(|_| bytes.starts_with(b"!<arch>\n/ "))?;
    let count = u32::from_be_bytes(table.get(..4)?.try_into().ok()?) as usize;
    let names: Vec<&[u8]> = table.get(4 + 4 * count..)?.split(|&byte| byte == 0).collect();
    let find = |function: &str| {
        let found = names.iter().find(|name| name.ends_with(function.as_bytes()))?;
        String::from_utf8(found.to_vec()).ok()
    };
    FUNCTIONS.iter().map(|function| find(function)).collect()
}
