//! Names the shared library as programs look for it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libbcrypt.so.0");
            // The engine keeps per-thread state that it frees when a thread ends, with code that must
            // still be there: the library stays loaded once it is.
            println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
            // The tables of Get...Interface hold addresses of the library's own exports, whatever the host defines.
            println!("cargo:rustc-cdylib-link-arg=-Wl,-Bsymbolic");
        }
        Ok("macos") => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libbcrypt.0.dylib"),
        Ok("windows") => {
            version_resource();
            // Wine maps sections that lie in the file as in memory, and reads others: loading takes half the time.
            println!("cargo:rustc-cdylib-link-arg=-Wl,--file-alignment,4096");
            // On i686 the linker knows a function of that calling convention by its name and "@" with the size of its
            // arguments; Windows exports the names alone.
            if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86") {
                println!("cargo:rustc-cdylib-link-arg=-Wl,--kill-at");
            }
        }
        _ => {}
    }
}

/// The version resource of the DLL, by which Windows' and Wine's tools and installers tell one bcrypt.dll from another.
/// It takes a resource compiler of mingw-w64's.
fn version_resource() {
    let (Ok(folder), Ok(arch), Ok(version)) =
        (env::var("OUT_DIR"), env::var("CARGO_CFG_TARGET_ARCH"), env::var("CARGO_PKG_VERSION"))
    else {
        return;
    };
    let arch = if arch == "x86" { "i686" } else { &arch };
    let numbers = format!("{},0", version.replace('.', ","));
    let (source, object) =
        (PathBuf::from(&folder).join("version.rc"), PathBuf::from(&folder).join("version.o"));
    let text = format!(
        r#"1 VERSIONINFO FILEVERSION {numbers} PRODUCTVERSION {numbers} FILEOS 0x40004 FILETYPE 2
{{
  BLOCK "StringFileInfo" {{
    BLOCK "040904B0" {{
      VALUE "FileDescription", "bcrypt-shim: CNG primitives"
      VALUE "FileVersion", "{version}"
      VALUE "InternalName", "bcrypt"
      VALUE "OriginalFilename", "bcrypt.dll"
      VALUE "ProductName", "bcrypt-shim"
      VALUE "ProductVersion", "{version}"
    }}
  }}
  BLOCK "VarFileInfo" {{ VALUE "Translation", 0x0409, 0x04B0 }}
}}
"#
    );
    if fs::write(&source, text).is_err() {
        return;
    }
    let compiled = [format!("{arch}-w64-mingw32-windres"), "windres".to_owned()].iter().any(|compiler| {
        let run = Command::new(compiler).arg(&source).arg("-o").arg(&object).status();
        run.is_ok_and(|status| status.success())
    });
    if compiled {
        println!("cargo:rustc-cdylib-link-arg={}", object.display());
    } else {
        println!("cargo:warning=no windres was found: the DLL has no version resource");
    }
}
