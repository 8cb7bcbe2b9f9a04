//! Each header alone, and the other spellings of the names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{LONG, SHORT, present, written};
use crate::compiler;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../compat")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".h")).collect();
    names.sort();
    names
}

#[test]
fn each_stands_alone() {
    let public: Vec<String> =
        names(&folder()).into_iter().filter(|name| !name.starts_with("bcrypt_shim_")).collect();
    assert!(public.len() > 25, "{public:?}");
    for build in present(&SHORT).into_iter().chain(present(&LONG)) {
        for name in &public {
            // Twice, because a program includes it in every place that needs it.
            let text = format!("#include <{name}>\n#include <{name}>\nint nothing;\n");
            let source = written("alone.c", &text);
            compiler::accepted(
                &build.run(&[&source], &["-c", "-o", "/dev/null"]),
                &format!("{name}: {build:?}"),
            );
        }
    }
}

#[test]
fn all_stand_together_in_any_order() {
    let mut public: Vec<String> =
        names(&folder()).into_iter().filter(|name| !name.starts_with("bcrypt_shim_")).collect();
    for build in present(&SHORT).into_iter().chain(present(&LONG)) {
        public.reverse();
        let text: String = public.iter().map(|name| format!("#include <{name}>\n")).collect();
        let source = written("together.c", &(text + "#include <bcrypt.h>\nint nothing;\n"));
        compiler::accepted(&build.run(&[&source], &["-c", "-o", "/dev/null"]), &format!("{build:?}"));
    }
}

#[test]
fn other_spellings_lead_to_the_headers() {
    let capitals = names(&folder().join("capitals"));
    for name in &capitals {
        let lower = name.to_lowercase();
        assert_ne!(*name, lower);
        assert!(folder().join(&lower).exists() || lower == "bcrypt.h", "{name}");
        let text = fs::read_to_string(folder().join("capitals").join(name)).expect("it can be read");
        assert!(text.ends_with(&format!("\n#include <{lower}>\n")), "{name}");
    }
    for name in ["Windows.h", "WinCrypt.h", "Wincrypt.h", "NCrypt.h", "BCrypt.h", "Bcrypt.h", "WinTernl.h"] {
        assert!(capitals.iter().any(|found| found == name), "{name}");
    }
}
