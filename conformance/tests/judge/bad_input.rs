//! What the judge can't use is told in one line that names the place and the mend, and nothing is overwritten.

use std::fs;

use crate::program::{conformance, file, folder, library};

/// The command fails with one line that has all of these.
fn refused(arguments: &[&str], told: &[&str]) {
    let answer = conformance(arguments);
    assert_eq!(answer.code, 2, "{arguments:?}: {}{}", answer.output, answer.error);
    assert_eq!(answer.error.lines().count(), 1, "{}", answer.error);
    for part in told {
        assert!(answer.error.contains(part), "{part}: {}", answer.error);
    }
}

#[test]
fn recordings() {
    let folder = folder("bad-recordings");
    let whole = folder.join("whole.json");
    let whole = whole.to_str().unwrap();
    assert_eq!(conformance(&["run", library(), "--only", "kdf::hash", "-o", whole]).code, 0);
    let text = fs::read_to_string(whole).unwrap();
    let cases = [
        ("truncated", file(&folder, "cut.json", &text[..text.len() / 2]), "record it again"),
        ("not JSON", file(&folder, "text.json", "hello"), "record it again"),
        ("empty", file(&folder, "empty.json", ""), "record it again"),
        (
            "newer",
            file(&folder, "newer.json", &text.replacen("\"format\": 1", "\"format\": 2", 1)),
            "format 2",
        ),
        ("absent", folder.join("none.json").display().to_string(), "conformance run"),
        ("a folder", folder.display().to_string(), "conformance run"),
    ];
    for (what, path, told) in &cases {
        refused(&["diff", path], &[path, told]);
        refused(&["diff", whole, path], &[path, told]);
        refused(&["report", path, "--html", folder.join("page.html").to_str().unwrap()], &[path, told]);
        assert!(!folder.join("page.html").exists(), "{what}");
    }
    refused(&["diff", whole, whole], &["another recording", "--product"]);
    refused(&["run", library(), "--only", "kdf::hash", "-o", whole], &[whole, "--force"]);
    refused(&["report", whole, "--json", whole], &[whole, "--force"]);
    refused(&["report", whole], &["--html"]);
    assert_eq!(fs::read_to_string(whole).unwrap(), text, "untouched");
    refused(&["run", library(), "--only", "no::such"], &["conformance list"]);
    refused(
        &["run", library(), "--only", "kdf::hash", "-o", "/nowhere/at/all.json"],
        &["/nowhere/at/all.json"],
    );
}

#[test]
fn libraries() {
    let folder = folder("bad-libraries");
    let text = file(&folder, "libtext.so", "no library");
    for path in [text.as_str(), "/nowhere/libbcrypt.so", folder.to_str().unwrap()] {
        refused(&["run", path], &[path, "name a library"]);
        refused(&["exports", path], &[path, "name a library"]);
    }
}

#[test]
fn scenarios() {
    let call = "BCryptDestroyKey(0)";
    let one = |statement: &str| format!("# a comment\nscenario a::b low \"x\"\n{{\n    {statement}\n}}\n");
    let cases = [
        ("unknown call", one("BCryptDestroyKeys(0)"), ":4", "no export"),
        ("unset handle", one("BCryptDestroyKey(key)"), ":4", "nothing before sets 'key'"),
        ("too few arguments", one("BCryptDestroyKey()"), ":4", "1 parameters, 0 are given"),
        ("too many arguments", one("BCryptDestroyKey(0, 1)"), ":4", "1 parameters, 2 are given"),
        ("unknown status", one("BCryptDestroyKey(0) -> STATUS_NICE"), ":4", "constants.tsv"),
        ("text for a handle", one("BCryptDestroyKey(\"key\")"), ":4", "hKey"),
        ("a slot for a handle", one("BCryptDestroyKey(&key)"), ":4", "hKey"),
        (
            "a structure for a number",
            one("BCryptDestroyHash(BCRYPT_PSS_PADDING_INFO {cbSalt: 1})"),
            ":4",
            "hHash",
        ),
        (
            "unknown structure",
            one("x = BCRYPT_NICE_INFO {cbSalt: 1}"),
            ":4",
            "'BCRYPT_NICE_INFO' is no structure",
        ),
        ("unknown field", one("x = BCRYPT_PSS_PADDING_INFO {cbPepper: 1}"), ":4", "no field 'cbPepper'"),
        (
            "text for a number",
            one("x = BCRYPT_PSS_PADDING_INFO {cbSalt: \"1\"}"),
            ":4",
            "cbSalt of BCRYPT_PSS_PADDING_INFO",
        ),
        ("a field of no structure", one("x.cbSalt = 1"), ":4", "'x' is no structure"),
        (
            "a field that is not set",
            one("x = BCRYPT_PSS_PADDING_INFO {}\n x.cbPepper = 1"),
            ":5",
            "no field 'cbPepper'",
        ),
        (
            "a field that is not",
            one("x = BCRYPT_PSS_PADDING_INFO {}\n x.cbPepper == 1"),
            ":5",
            "'x.cbPepper'",
        ),
        ("an output for a variable", one("x = y[32]"), ":4", "what 'x' holds"),
        ("memory of nothing", one("BCryptHashData(1, inout x, 1, 0)"), ":4", "nothing before sets 'x'"),
        ("inout for a handle", one("x = 1\n BCryptDestroyHash(inout x)"), ":5", "hHash"),
        ("unknown to show", one("x = 1\n show x as NICE"), ":5", "'NICE'"),
        ("a count too many", one("x = 1\n show x as CRYPT_CONTEXTS[1]"), ":5", "leave the count out"),
        ("no count", one("x = 1\n show x as bytes"), ":5", "add [COUNT]"),
        ("odd digits", one("BCryptGenRandom(0x81, x\"123\", sizeof, 0)"), ":4", "odd number of digits"),
        ("no statements", "scenario a::b low \"x\" { }\n".into(), ":1", "does nothing"),
        ("no importance", format!("scenario a::b \"x\" {{ {call} }}\n"), ":1:", "docs/testing/scenarios.md"),
        ("no id", format!("scenario b low \"x\" {{ {call} }}\n"), ":1:", "docs/testing/scenarios.md"),
        ("not closed", format!("scenario a::b low \"x\" {{ {call}\n"), ":2:", "docs/testing/scenarios.md"),
        ("a duplicate", one(call) + &one(call), ":7", "used in bad.scenarios:2"),
        ("bytes twice", "bytes a = x\"00\"\nbytes a = x\"01\"\n".into(), ":2", "defined twice"),
        ("bytes of nothing", "bytes a = b\n".into(), ":1", "'b' is not defined"),
        ("a part outside", "bytes a = x\"00\"\nbytes b = a[0..2]\n".into(), ":2", "lies outside"),
        ("a huge fill", "bytes a = fill(0xFFFFFFFFFF, 0)\n".into(), ":1", "16 MiB"),
        ("a huge number", one("BCryptDestroyKey(0x11111111111111111)"), ":4", "64 bits"),
        ("not a file of scenarios", "hello\n".into(), ":1:1", "docs/testing/scenarios.md"),
    ];
    for (what, text, place, told) in cases {
        let folder = folder("bad-scenarios");
        file(&folder, "bad.scenarios", &text);
        println!("{what}");
        for command in ["list", "run"] {
            let mut arguments = vec![command, "--scenarios", folder.to_str().unwrap()];
            arguments.extend((command == "run").then_some(library()));
            refused(&arguments, &[&format!("bad.scenarios{place}"), told]);
        }
    }
    let empty = folder("no-scenarios");
    refused(&["list", "--scenarios", empty.to_str().unwrap()], &["no .scenarios file"]);
    refused(&["list", "--scenarios", "/nowhere"], &["/nowhere"]);
    fs::write(empty.join("bad.scenarios"), [0xFF, 0xFE]).unwrap();
    refused(&["list", "--scenarios", empty.to_str().unwrap()], &["bad.scenarios", "UTF-8"]);
}

#[test]
fn expectations() {
    let folder = folder("bad-expectations");
    let recording = folder.join("ours.json");
    let recording = recording.to_str().unwrap();
    assert_eq!(conformance(&["run", library(), "--only", "kdf::hash", "-o", recording]).code, 0);
    let known = |rest: &str| {
        format!("implementation = \"bcrypt-shim 0.1.0\"\n[[known]]\nreason = \"r\"\nsource = \"s\"\n{rest}")
    };
    let difference = "difference = \"step 1: STATUS_NOT_FOUND\"\n";
    for (text, told) in [
        ("hello".to_owned(), "docs/testing/conformance.md"),
        (known(difference), "scenarios"),
        (known(&format!("{difference}scenarios = [\"a::b\"]\nacceptable = true\n")), "acceptable"),
        (known(&format!("{difference}scenarios = [\"a::b\", \"a::b\"]\n")), "stands twice"),
        (known(&format!("{difference}scenarios = [\"a::*\"]\n")), "add a count"),
    ] {
        file(&folder, "bad.toml", &text);
        refused(&["diff", recording, "--expectations", folder.to_str().unwrap()], &["bad.toml", told]);
    }
    refused(&["diff", recording, "--expectations", "/nowhere"], &["/nowhere"]);
    // Known differences that are none are red.
    for id in ["kdf::hash::prepend-append", "kdf::hash::no-such"] {
        let entry = known(&format!("{difference}cited = true\nscenarios = [\"{id}\"]\n"));
        file(&folder, "bad.toml", &entry);
        let answer = conformance(&["diff", recording, "--expectations", folder.to_str().unwrap()]);
        assert_eq!(answer.code, 1, "{}", answer.output);
        assert!(answer.output.contains(&format!("stale    bcrypt-shim 0.1.0 {id}")), "{}", answer.output);
    }
}

#[test]
fn commands() {
    for arguments in [&["judge"][..], &["run"], &["diff"], &["run", "a", "--limit", "soon"]] {
        let answer = conformance(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}");
        assert!(answer.error.contains("Usage:") || answer.error.contains("--help"), "{}", answer.error);
    }
}
