//! Follows docs/use/*.md to the letter, each in an empty folder.
//!
//! A line that ends with a file name in backquotes and a colon names the file that the next block holds. A block of
//! shell commands is run, and the text block after it is what they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::place::{Place, command, installed, know, source, succeeded, texts, tree};
use crate::tool::{found, skipped};

enum Step {
    File(String, String),
    Run(String, String),
}

/// The steps of a page, in order.
fn steps(page: &str) -> Vec<Step> {
    let text = fs::read_to_string(source().join("docs/use").join(page)).expect("the page is there");
    let mut steps = Vec::new();
    let mut lines = text.lines();
    let mut before = "";
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            before = if line.is_empty() { before } else { line };
            continue;
        };
        let block: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        let name = before.strip_suffix("`:").and_then(|start| start.rsplit('`').next());
        match (name, language, steps.last_mut()) {
            (Some(name), ..) => steps.push(Step::File(name.to_owned(), block)),
            (None, "sh", _) => steps.push(Step::Run(block, String::new())),
            (None, "text", Some(Step::Run(_, expected))) => *expected = block,
            _ => panic!("{page}: a block of {language} that belongs to nothing:\n{block}"),
        }
        before = "";
    }
    steps
}

/// What the program of every language prints, in the same words.
pub const STORY: &str = "both sides derived the same keys\n\
    Bob reads: Meet me at noon.\n\
    Alice reads: I shall be there.\n\
    with a bit changed: BCryptDecrypt: 0xc000a002\n\
    the signature is good\n\
    with a letter changed: BCryptVerifySignature: 0xc000a000\n";

/// Does what a page says, in an empty folder.
fn walk(page: &str) -> Place {
    let place = Place::new();
    let trace = place.join("trace.txt");
    let mut ran = 0;
    for step in steps(page) {
        match step {
            Step::File(name, text) => {
                let path = place.join(name);
                fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
                fs::write(path, text).expect("writable");
            }
            Step::Run(commands, expected) => {
                assert!(!expected.is_empty(), "{page} does not say what is printed by\n{commands}");
                let mut command = place.command(&commands);
                know(&mut command, installed());
                command
                    .env("CFLAGS", "-Wall -Wextra -Werror")
                    .env("GOFLAGS", "-mod=mod")
                    .env("GOPROXY", "off")
                    .env("BCRYPT_SHIM_TRACE", &trace);
                // Rust and Go keep what they compiled; it is not the page's business where.
                command.env_remove("CARGO_TARGET_DIR").env("GOCACHE", crate::place::target().join("go"));
                assert_eq!(succeeded(page, command), expected, "{page}: {commands}");
                ran += 1;
            }
        }
    }
    assert!(ran > 0, "{page} has no commands");
    released(page, &fs::read_to_string(trace).expect("the program called the library"));
    place
}

/// That as many handles were given back as were made, by the calls of a trace.
fn released(page: &str, trace: &str) {
    let calls = |names: &[&str]| {
        let of_these = |line: &&str| {
            names.iter().any(|name| line.contains(&format!(" BCrypt{name}(")))
                && line.contains(" = STATUS_SUCCESS")
        };
        trace.lines().filter(of_these).count()
    };
    for (makers, destroyer) in [
        (&["OpenAlgorithmProvider"][..], "CloseAlgorithmProvider"),
        (&["GenerateKeyPair", "ImportKeyPair", "GenerateSymmetricKey"], "DestroyKey"),
        (&["SecretAgreement"], "DestroySecret"),
    ] {
        assert_eq!(calls(makers), calls(&[destroyer]), "{page}: {makers:?} and {destroyer}");
    }
    assert!(calls(&["DestroyKey"]) > 0 && calls(&["DestroySecret"]) > 0, "{page}: {trace}");
}

/// Walks a page whose program tells the whole story, and has what it signed verified.
fn tell(page: &str) {
    assert!(tells(page), "{page} does not print\n{STORY}");
    verified(page, &walk(page));
}

fn tells(page: &str) -> bool {
    steps(page).iter().any(|step| matches!(step, Step::Run(_, expected) if expected.starts_with(STORY)))
}

/// Commands that verify a file: the programs of the pages on C and on Python.
fn verifiers() -> &'static [String] {
    static COMMANDS: OnceLock<Vec<String>> = OnceLock::new();
    COMMANDS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verifiers");
        fs::create_dir_all(&folder).expect("writable");
        let write = |page, name| -> PathBuf {
            let path = folder.join(name);
            fs::write(&path, program(page, name)).expect("writable");
            path
        };
        let (built, include) = (folder.join("message"), installed().join("include/bcrypt-shim"));
        let mut cc = command("cc");
        cc.arg(write("c.md", "message.c")).arg("-I").arg(&include).arg("-I").arg(include.join("compat"));
        cc.arg("-L").arg(installed().join("lib")).args(["-lbcrypt", "-o"]).arg(&built);
        succeeded("cc message.c", cc);
        let mut commands = vec![format!("'{}'", built.display())];
        if found("what Python says of signatures", &["python3"]) {
            commands.push(format!("python3 '{}'", write("python.md", "message.py").display()));
        }
        commands
    })
}

/// That what a program signed is good in other languages, and no longer with a bit of it changed.
pub fn verified(page: &str, place: &Place) {
    let signed = fs::read(place.join("signed.bin")).expect("the program wrote it");
    for verifier in verifiers() {
        let judged = |bytes: &[u8]| {
            fs::write(place.join("asked.bin"), bytes).expect("writable");
            let mut command = place.command(&format!("{verifier} asked.bin"));
            know(&mut command, installed());
            let output = command.output().expect("it runs");
            let (out, err) = texts(&output);
            (output.status.code(), out + &err)
        };
        assert_eq!(judged(&signed), (Some(0), "signed: Meet me at noon.\n".to_owned()), "{page}: {verifier}");
        // In the signature, its last byte, and in the text.
        for index in [72, 135, signed.len() - 1] {
            let mut changed = signed.clone();
            changed[index] ^= 1;
            let (code, told) = judged(&changed);
            let refused = code == Some(1) && told == "BCryptVerifySignature: 0xc000a000\n";
            assert!(refused, "{page}: {verifier}: byte {index}: {code:?} {told}");
        }
        // Another's key: this one's point is not on the curve.
        let mut changed = signed.clone();
        changed[71] ^= 1;
        assert_eq!(judged(&changed).0, Some(1), "{page}: {verifier}");
    }
}

#[test]
fn c() {
    if found("c.md", &["pkg-config"]) {
        tell("c.md");
    }
}

/// As the page says; mingw-w64 stands for Windows.
#[test]
fn c_for_windows() {
    if found("message.c for Windows", &["x86_64-w64-mingw32-gcc"]) {
        let place = Place::new();
        fs::write(place.join("message.c"), program("c.md", "message.c")).expect("writable");
        place.run("x86_64-w64-mingw32-gcc -Wall -Wextra -Werror message.c -lbcrypt -o message.exe");
    }
}

#[test]
fn cpp() {
    if found("cpp.md", &["c++", "pkg-config"]) {
        tell("cpp.md");
    }
}

#[test]
fn cmake() {
    if found("cmake.md", &["cmake"]) {
        walk("cmake.md");
    }
}

#[test]
fn python() {
    if found("python.md", &["python3"]) {
        tell("python.md");
    }
}

#[test]
fn rust() {
    tell("rust.md");
}

#[test]
fn go() {
    if found("go.md", &["go", "pkg-config"]) {
        tell("go.md");
    }
}

#[test]
fn mono() {
    if found("mono.md", &["mcs", "mono"]) {
        tell("mono.md");
    }
}

/// The commands of the page need an SDK; names.rs runs its program on a runtime alone.
#[test]
fn dotnet() {
    assert!(tells("dotnet.md"));
    assert_eq!(program("dotnet.md", "Program.cs"), program("mono.md", "Program.cs"));
    let sdks =
        Command::new("dotnet").arg("--list-sdks").output().map(|output| output.stdout).unwrap_or_default();
    if sdks.is_empty() {
        skipped("dotnet run of dotnet.md", "no .NET SDK");
    } else {
        tell("dotnet.md");
    }
}

#[test]
fn every_page_is_walked() {
    let folder = fs::read_dir(source().join("docs/use")).expect("the pages are there");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut pages: Vec<_> = names.filter(|name| name != "install.md").collect();
    pages.sort();
    let walked = ["c", "cmake", "cpp", "dotnet", "go", "mono", "python", "rust"];
    assert_eq!(pages, walked.map(|name| format!("{name}.md")));
}

/// Links between the pages, which are installed together.
#[test]
fn every_link_leads_somewhere() {
    let docs = tree(&source().join("docs")).into_iter().map(|name| format!("docs/{name}"));
    let pages: Vec<_> = docs.filter(|name| name.ends_with(".md")).chain(["README.md".to_owned()]).collect();
    let mut seen = 0;
    for page in pages {
        let path = source().join(&page);
        let text = fs::read_to_string(&path).expect("a text");
        // Code has such characters, too.
        let prose: String = text.split("```").step_by(2).collect();
        for link in prose.split("](").skip(1).map(|rest| rest.split([')', '#', ' ']).next().expect("an end"))
        {
            if !link.is_empty() && !link.contains("://") {
                assert!(path.parent().expect("a folder").join(link).exists(), "{page} links to {link}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen} links");
}

/// A file that a page holds.
pub fn program(page: &str, name: &str) -> String {
    let found = steps(page).into_iter().find_map(|step| match step {
        Step::File(file, text) if file == name => Some(text),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{page} has no {name}"))
}
