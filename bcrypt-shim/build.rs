//! Says so if the engine is built without the flags of `.cargo/config.toml`, which cargo reads in this repository alone.

#![allow(clippy::print_stdout, reason = "cargo reads it")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is_engines = |name: &str| name.starts_with("AWS_LC_SYS_") && name.contains("CFLAGS");
    let has_flags =
        std::env::vars().any(|(name, value)| is_engines(&name) && value.contains("=bcrypt_shim_getentropy"));
    if !has_flags {
        println!(
            "cargo:warning=the engine is built without the flags of .cargo/config.toml: forks, lack of memory and failing random sources are not handled as SECURITY.md promises; scripts/engine-flags prints them"
        );
    }
}
