//! Every kind of argument arrives as C passes it, and what a library does to it is seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::library::FUNCTIONS;
use conformance::library::functions::Kind;
use conformance::library::layout::LAYOUTS;
use conformance::trace::{Recording, Step};

use crate::program::{Answer, compiled, conformance, conformance_with, file, folder};

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judge/arguments");
const HEADERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cabi/include");

/// Asks the library of mirror.c with a fault; what it answered, and how that compares with the sources.
fn asked(test: &str, fault: &str) -> (Recording, Answer) {
    folder(&format!("arguments-{test}-{fault}"));
    let folder = folder_of(test, fault);
    let library = compiled(&folder, "mirror.c", "libmirror.so", &[]);
    let path = folder.join("answers.json");
    let recording = path.to_str().unwrap();
    let arguments = ["run", &library, "--scenarios", SCENARIOS, "-o", recording, "--product", "mirror"];
    let run =
        conformance_with(&[&arguments[..], &["--product-version", fault]].concat(), &[("FAULT", fault)]);
    assert_eq!(run.code, 0, "{}{}", run.output, run.error);
    let diff = conformance(&["diff", recording, "--scenarios", SCENARIOS]);
    (Recording::read(&path).unwrap(), diff)
}

fn folder_of(test: &str, fault: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("judge").join(format!("arguments-{test}-{fault}"))
}

fn step<'a>(recording: &'a Recording, id: &str, begins: &str) -> &'a Step {
    let steps = &recording.scenarios[id].steps;
    steps.iter().find(|step| step.text.starts_with(begins)).unwrap_or_else(|| panic!("{id} has no {begins}"))
}

#[test]
fn every_kind_arrives() {
    let (recording, diff) = asked("arrive", "none");
    assert_eq!(diff.code, 0, "{}", diff.output);
    let list = |id: &str, begins: &str| step(&recording, id, begins).list.clone().unwrap();
    let contexts = ["cContexts 2", "rgpszContexts[0] Default", "rgpszContexts[1] Other"];
    assert_eq!(list("arguments::configuration", "show list as CRYPT_CONTEXTS"), contexts);
    assert_eq!(list("arguments::configuration", "show memory"), contexts);
    let provider = |index| {
        let lines = [
            "dwInterface 6",
            "pszFunction name",
            "pszProvider NULL",
            "cProperties 1",
            "rgpProperties[0].pszProperty name",
            "rgpProperties[0].cbValue 3",
            "rgpProperties[0].pbValue 010203",
            "pUM.pszImage name",
            "pUM.dwFlags 4",
            "pKM NULL",
        ];
        lines.map(|line| format!("rgpProviders[{index}].{line}"))
    };
    let wanted = [vec!["cProviders 2".to_owned()], provider(0).to_vec(), provider(1).to_vec()].concat();
    assert_eq!(list("arguments::configuration", "show list as CRYPT_PROVIDER_REFS"), wanted);
    assert_eq!(list("arguments::configuration", "show value"), ["616263"]);
    assert_eq!(list("arguments::configuration", "show table"), ["version 2.1", "set", "NULL", "set"]);
}

/// What a call shows is the same each time: nothing of it is an address.
#[test]
fn answers_are_the_same_each_time() {
    let ((first, _), (second, _)) = (asked("first", "none"), asked("second", "none"));
    assert_eq!(first.scenarios, second.scenarios);
    let outputs = |id: &str, begins: &str| {
        let named = |output: &conformance::trace::Output| {
            format!("{} {}", output.name, output.value.as_deref().unwrap_or("untouched"))
        };
        step(&first, id, begins).outputs.iter().map(named).collect::<Vec<_>>()
    };
    // The fields that changed, and what they point at; the object's bytes are not told.
    assert_eq!(
        outputs("arguments::authenticated", "BCryptEncrypt(1, x\"00112233\""),
        [
            "info.cbAAD 3",
            "info.cbData 4",
            "info.dwFlags 3",
            "tag 07070707",
            "context a6a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
            "iv 0102",
            "out 00112233",
            "size 4"
        ]
    );
    assert_eq!(outputs("arguments::object", "BCryptGenerateSymmetricKey"), ["key set"]);
    assert_eq!(
        outputs("arguments::configuration", "BCryptEnumContexts(CRYPT_LOCAL, inout short"),
        ["short 64", "list untouched"]
    );
}

#[test]
fn every_fault_is_told_where_it_is() {
    for (fault, told) in [
        ("iv", "arguments::authenticated: step 7: iv: written outside"),
        ("nonce", "arguments::authenticated: step 7: changes its input: info.pbNonce"),
        ("tag", "arguments::authenticated: step 7: tag: written outside"),
        ("info", "arguments::authenticated: step 7: info: written outside"),
        ("operation", "arguments::several: step 1: changes its input: pOperations"),
        ("object", "arguments::object: step 1: object: written outside"),
        ("buffer", "arguments::configuration: step 13: memory: written outside"),
        ("deep", "arguments::registration: step 2: changes its input: pReg.pUM.rgpInterfaces[0]"),
    ] {
        let (_, diff) = asked("fault", fault);
        assert_eq!(diff.code, 1, "{fault}: {}", diff.output);
        assert!(diff.output.contains(told), "{fault}: {}", diff.output);
    }
}

/// A field that only one library changes is a difference, whichever of them it is.
#[test]
fn a_field_is_compared() {
    let path = |fault: &str| {
        asked("field", fault);
        folder_of("field", fault).join("answers.json").display().to_string()
    };
    let (right, wrong) = (path("none"), path("size"));
    for (first, second, told) in
        [(&right, &wrong, "info.cbTag: 5"), (&wrong, &right, "info.cbTag: untouched")]
    {
        let diff = conformance(&["diff", first, second, "--scenarios", SCENARIOS]);
        assert_eq!(diff.code, 1, "{}", diff.output);
        assert!(
            diff.output.contains(&format!("arguments::authenticated: step 7: {told}")),
            "{}",
            diff.output
        );
    }
}

/// The parameters of every function are those that the C header declares.
#[test]
fn functions_are_those_of_the_header() {
    let header = std::fs::read_to_string(format!("{HEADERS}/bcrypt.h")).unwrap();
    for function in FUNCTIONS {
        let start = header.find(&format!(" BCRYPT_SHIM_CALL {}(", function.name));
        let declared = &header[start.unwrap_or_else(|| panic!("{} is not declared", function.name))..];
        let (_, declared) = declared.split_once('(').unwrap();
        let (declared, _) = declared.split_once(')').unwrap();
        let own: Vec<_> = function.parameters.iter().map(|one| (one.kind, one.name)).collect();
        assert_eq!(declared.split(',').map(parameter).collect::<Vec<_>>(), own, "{}", function.name);
    }
    assert_eq!(FUNCTIONS.len(), 66);
}

/// A parameter of the header.
fn parameter(text: &str) -> (Kind, &str) {
    let name = text.rsplit([' ', '*']).next().unwrap_or_default();
    let kind = text.trim().trim_end_matches(name).trim();
    let kind = match kind {
        "ULONG" | "BCRYPT_MULTI_OPERATION_TYPE" => Kind::Number,
        "ULONGLONG" => Kind::Long,
        "LPCWSTR" => Kind::Text,
        "ULONG *" => Kind::OutNumber,
        "BOOLEAN *" => Kind::OutBoolean,
        "BCryptBufferDesc *" => Kind::Parameters,
        _ if kind.ends_with("HANDLE") => Kind::Handle,
        _ if kind.ends_with("HANDLE *") => Kind::OutHandle,
        "PUCHAR *" | "PVOID *" => Kind::OutPointer,
        _ if kind.ends_with("**") => Kind::OutPointer,
        _ => Kind::Buffer,
    };
    (kind, name)
}

/// The fields of every structure stand where a C compiler puts them.
#[test]
fn structures_are_those_of_the_header() {
    let folder = folder("layouts");
    let mut source =
        "#include <bcrypt.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void)\n{\n".to_owned();
    let mut own = BTreeMap::new();
    for layout in LAYOUTS {
        let name = layout.name;
        let _ = writeln!(source, "    printf(\"{name} %d\\n\", (int)sizeof({name}));");
        own.insert(name.to_owned(), layout.size());
        for (at, field) in layout.places() {
            let field = field.name;
            let _ = writeln!(source, "    printf(\"{name}.{field} %d\\n\", (int)offsetof({name}, {field}));");
            own.insert(format!("{name}.{field}"), at);
        }
    }
    let path = file(&folder, "layouts.c", &format!("{source}}}\n"));
    let program = folder.join("layouts");
    let made = Command::new("cc").args(["-I", HEADERS, "-o"]).arg(&program).arg(path).status();
    assert!(made.expect("a C compiler").success());
    let output = Command::new(program).output().expect("it runs").stdout;
    let lines = String::from_utf8(output).unwrap();
    let pairs = lines.lines().map(|line| line.split_once(' ').unwrap());
    let compiled: BTreeMap<_, _> = pairs.map(|(name, at)| (name.to_owned(), at.parse().unwrap())).collect();
    assert_eq!(compiled, own);
}
