//! The program away from its sources, and as a step of somebody else's CI.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::{faulty, folder, library};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program as packages install it: in bin, with what others answered below share.
fn installed(folder: &Path) -> PathBuf {
    let (bin, share) = (folder.join("bin"), folder.join("share/bcrypt-shim/conformance"));
    fs::create_dir_all(&bin).unwrap();
    let program = bin.join("conformance");
    fs::copy(env!("CARGO_BIN_EXE_conformance"), &program).unwrap();
    for data in ["recordings/wine-10.0", "expectations"] {
        let to = share.join(data);
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(root().join(data)).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
        }
    }
    program
}

/// Runs a command in another folder with no variables but these.
fn run(program: &Path, arguments: &[&str], place: &Path, variables: &[(&str, &str)]) -> (i32, String) {
    let path = std::env::var("PATH").unwrap();
    let Output { status, stdout, stderr } = Command::new(program)
        .args(arguments)
        .current_dir(place)
        .env_clear()
        .env("PATH", path)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout) + &text(stderr))
}

#[test]
fn an_installed_program_needs_no_sources() {
    let folder = folder("elsewhere");
    let program = installed(&folder);
    let place = folder.join("elsewhere");
    fs::create_dir_all(&place).unwrap();
    let ask = |arguments: &[&str]| run(&program, arguments, &place, &[]);
    let (code, told) = ask(&["list", "--undecided"]);
    assert!(code == 0 && told.contains("open: Close with a flag"), "{told}");
    let (code, told) = ask(&["run", library(), "--only", "providers::close", "-o", "ours.json"]);
    assert_eq!(code, 0, "{told}");
    // What others answered comes with it, and is found by its name.
    let (code, told) = ask(&["diff", "ours.json", "wine-10.0", "--ignore-changes"]);
    assert!(code == 1 && told.contains("wine 10.0 beside bcrypt-shim"), "{told}");
    let (_, told) = ask(&["diff", "ours.json", "wine-10.0", "--expectations", "expectations"]);
    assert!(told.contains(" known"), "{told}");
    let (code, told) = ask(&["settle", "wine-10.0", "--beside", "ours.json", "-o", "pages"]);
    assert!(code == 1 && told.contains("wine 10.0 beside bcrypt-shim"), "{told}");
    // A file of that name goes first; a name that is nothing is told as it was given.
    fs::write(place.join("wine-10.0"), "hello").unwrap();
    let (code, told) = ask(&["diff", "wine-10.0"]);
    assert!(code == 2 && told.contains("record it again"), "{told}");
    let (code, told) = ask(&["diff", "windows-95"]);
    assert!(code == 2 && told.starts_with("conformance: windows-95:"), "{told}");
    // The folder may be named.
    fs::remove_file(place.join("wine-10.0")).unwrap();
    fs::remove_dir_all(folder.join("share")).unwrap();
    assert_eq!(ask(&["diff", "wine-10.0"]).0, 2);
    let data = [("CONFORMANCE_DATA", root().to_str().unwrap())];
    let (code, told) = run(&program, &["diff", "wine-10.0"], &place, &data);
    assert!(code == 1 && told.contains("wine 10.0 beside cited sources"), "{told}");
}

#[test]
fn a_step_of_another_ci() {
    let folder = folder("action");
    let script = root().join("../scripts/judge/judge-library");
    let summary = folder.join("summary.md");
    let output = folder.join("output");
    let judge = |library: &str, more: &[(&str, &str)]| {
        let _ = fs::remove_file(&output);
        let own = [
            ("CONFORMANCE", env!("CARGO_BIN_EXE_conformance")),
            ("CONFORMANCE_DATA", root().to_str().unwrap()),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
            ("GITHUB_OUTPUT", output.to_str().unwrap()),
            ("ONLY", "providers::close\r\nproviders::fips\n"),
            ("COMPARE", "wine-10.0\n"),
        ];
        run(&script, &[library], &folder, &[&own[..], more].concat())
    };
    let (code, told) = judge(library(), &[]);
    assert_eq!(code, 0, "{told}");
    let said = fs::read_to_string(&output).unwrap();
    assert!(
        said.contains("verdict=same") && said.contains("recording=conformance-report/recording.json"),
        "{said}"
    );
    for name in ["recording.json", "report.html", "report.md", "report.json", "junit.xml"] {
        assert!(folder.join("conformance-report").join(name).exists(), "{name}");
    }
    let report = fs::read_to_string(folder.join("conformance-report/report.md")).unwrap();
    assert!(report.contains("wine 10.0 beside bcrypt-shim"), "{report}");
    // Again, with a library that is wrong: the summary grows and says what to do.
    let bad = faulty(&folder, "libfaulty.so", &[]);
    let fault = [
        ("REAL_LIBRARY", library()),
        ("FAULT", "crash"),
        ("PRODUCT", "another"),
        ("PRODUCT_VERSION", "2"),
        ("ONLY", "kdf::hash::prepend"),
        ("LIMIT", "5"),
    ];
    let (code, told) = judge(&bad, &fault);
    assert_eq!(code, 1, "{told}");
    assert!(fs::read_to_string(&output).unwrap().contains("verdict=different"));
    let summary = fs::read_to_string(&summary).unwrap();
    assert_eq!(summary.matches("# Conformance\n").count(), 2, "{summary}");
    assert!(
        summary.contains("another 2 against its cited sources") && summary.contains("crashed or hung"),
        "{summary}"
    );
    // What can't be used ends the step.
    for (library, more, told) in [
        ("/nowhere/libbcrypt.so", ("LIMIT", "5"), "/nowhere/libbcrypt.so"),
        (library(), ("COMPARE", "windows-95"), "windows-95"),
        (library(), ("EXPECTATIONS", "/nowhere"), "/nowhere"),
        (library(), ("CONFORMANCE", "/nowhere/conformance"), "install it"),
    ] {
        let (code, said) = judge(library, &[more]);
        assert!(code == 2 && said.contains(told), "{told}: {code} {said}");
        assert!(!output.exists(), "no verdict");
    }
}
