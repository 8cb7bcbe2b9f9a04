//! Follows docs/use/*.md to the letter, each in an empty folder.
//!
//! A line that ends with a file name in backquotes and a colon names the file that the next block holds. A block of
//! shell commands is run, and the text block after it is what they print.

use std::fs;
use std::process::Command;

use crate::place::{Place, installed, know, source, succeeded, tree};
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

fn walk(page: &str) {
    let place = Place::new();
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
                    .env("GOPROXY", "off");
                // Rust and Go keep what they compiled; it is not the page's business where.
                command.env_remove("CARGO_TARGET_DIR").env("GOCACHE", crate::place::target().join("go"));
                assert_eq!(succeeded(page, command), expected, "{page}: {commands}");
                ran += 1;
            }
        }
    }
    assert!(ran > 0, "{page} has no commands");
}

#[test]
fn c() {
    if found("c.md", &["pkg-config"]) {
        walk("c.md");
    }
}

#[test]
fn cpp() {
    if found("cpp.md", &["c++", "pkg-config"]) {
        walk("cpp.md");
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
        walk("python.md");
    }
}

#[test]
fn rust() {
    walk("rust.md");
}

#[test]
fn go() {
    if found("go.md", &["go", "pkg-config"]) {
        walk("go.md");
    }
}

#[test]
fn mono() {
    if found("mono.md", &["mcs", "mono"]) {
        walk("mono.md");
    }
}

/// The commands of the page need an SDK; names.rs runs its program on a runtime alone.
#[test]
fn dotnet() {
    assert_eq!(program("dotnet.md", "Program.cs"), program("mono.md", "Program.cs"));
    let sdks =
        Command::new("dotnet").arg("--list-sdks").output().map(|output| output.stdout).unwrap_or_default();
    if sdks.is_empty() {
        skipped("dotnet run of dotnet.md", "no .NET SDK");
    } else {
        walk("dotnet.md");
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
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#', ' ']).next().expect("an end")) {
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
