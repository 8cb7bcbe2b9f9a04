//! What BCRYPT_SHIM_TRACE writes: a line for each call, and nothing that a buffer held.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const VARIABLE: &str = "BCRYPT_SHIM_TRACE";

/// What `calls.c` must bring about; its bytes never.
const CALLS: &str = r#"BCryptOpenAlgorithmProvider(phAlgorithm=pointer, pszAlgId="ECDH_P256", pszImplementation=NULL, dwFlags=0x0) = STATUS_SUCCESS phAlgorithm=0x80000013
BCryptImportKeyPair(hAlgorithm=0x80000013, hImportKey=0x0, pszBlobType="ECCPRIVATEBLOB", phKey=pointer, pbInput=pointer, cbInput=104, dwFlags=0x0) = STATUS_SUCCESS phKey=0x80000015
BCryptCloseAlgorithmProvider(hAlgorithm=0x80000013, dwFlags=0x0) = STATUS_SUCCESS
BCryptSecretAgreement(hPrivKey=0x80000015, hPubKey=0x80000015, phAgreedSecret=pointer, dwFlags=0x0) = STATUS_SUCCESS phAgreedSecret=0x80000007
BCryptDeriveKey(hSharedSecret=0x80000007, pwszKDF="HMAC", pParameterList=[KDF_HASH_ALGORITHM "SHA256", KDF_HMAC_KEY 15 bytes, 0x63 3 bytes], pbDerivedKey=pointer, cbDerivedKey=32, pcbResult=pointer, dwFlags=0x0) = STATUS_SUCCESS pcbResult=32
BCryptDeriveKey(hSharedSecret=0x80000007, pwszKDF="TRUNCATE", pParameterList=NULL, pbDerivedKey=pointer, cbDerivedKey=1, pcbResult=pointer, dwFlags=0x0) = STATUS_SUCCESS pcbResult=1
BCryptDeriveKey(hSharedSecret=0x80000007, pwszKDF="HASH", pParameterList=[KDF_HASH_ALGORITHM "SHA256", KDF_HMAC_KEY 15 bytes, 0x63 3 bytes, KDF_HASH_ALGORITHM 10 bytes], pbDerivedKey=pointer, cbDerivedKey=32, pcbResult=pointer, dwFlags=0x0) = STATUS_NOT_SUPPORTED
BCryptDeriveKey(hSharedSecret=0x80000007, pwszKDF="HASH", pParameterList=NULL, pbDerivedKey=pointer, cbDerivedKey=20, pcbResult=pointer, dwFlags=0x0) = STATUS_SUCCESS
BCryptDestroySecret(hSecret=0x80000007) = STATUS_SUCCESS
BCryptExportKey(hKey=0x80000015, hExportKey=0x0, pszBlobType="ECCPUBLICBLOB", pbOutput=pointer, cbOutput=71, pcbResult=pointer, dwFlags=0x0) = STATUS_BUFFER_TOO_SMALL pcbResult=72
BCryptExportKey(hKey=0x80000015, hExportKey=0x0, pszBlobType="ECCPRIVATEBLOB", pbOutput=pointer, cbOutput=104, pcbResult=pointer, dwFlags=0x0) = STATUS_SUCCESS pcbResult=104
BCryptGetProperty(hObject=0x80000015, pszProperty="a\u{22}\u{a}\u{e9}\u{d800}\u{5c}", pbOutput=NULL, cbOutput=0, pcbResult=pointer, dwFlags=0x0) = STATUS_NOT_SUPPORTED
BCryptGetProperty(hObject=0x80000015, pszProperty="ENDLESS...", pbOutput=NULL, cbOutput=0, pcbResult=pointer, dwFlags=0x0) = STATUS_NOT_SUPPORTED
BCryptGetProperty(hObject=0x80000015, pszProperty=NULL, pbOutput=NULL, cbOutput=0, pcbResult=NULL, dwFlags=0x40) = STATUS_INVALID_PARAMETER
BCryptDestroyKey(hKey=0x80000015) = STATUS_SUCCESS
BCryptDestroyKey(hKey=0x80000015) = STATUS_INVALID_HANDLE
BCryptKeyDerivation(hKey=0x41, pParameterList=NULL, pbDerivedKey=NULL, cbDerivedKey=16, pcbResult=NULL, dwFlags=0x10) = STATUS_INVALID_HANDLE
BCryptSetAuditingInterface(pInterface=pointer) = STATUS_NOT_IMPLEMENTED
BCryptEnumContextFunctions(dwTable=1, pszContext="Default", dwInterface=6, pcbBuffer=pointer, ppBuffer=NULL) = STATUS_BUFFER_TOO_SMALL pcbBuffer=96
BCryptUnregisterProvider(pszProvider="Microsoft Primitive Provider") = STATUS_ACCESS_DENIED
BCryptFreeBuffer(pvBuffer=NULL) = STATUS_SUCCESS
"#;

/// The program in a folder of this test's own, beside the library as the loader looks for it.
fn program(test: &str) -> PathBuf {
    let folder = compiler::folder().join("trace").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target directory is writable");
    symlink(artefact::library(), folder.join("libbcrypt.so.0")).expect("the target directory is writable");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trace/calls.c");
    let program = folder.join("calls");
    let mut arguments = vec!["-std=gnu11".to_owned(), "-pthread".into(), "-o".into()];
    arguments.extend([&program, &source, &artefact::library()].map(|path| path.display().to_string()));
    arguments.extend(compiler::includes().map(|include| format!("-I{}", include.display())));
    arguments.push(format!("-Wl,-rpath,{}", folder.display()));
    compiler::accepted(&compiler::run("cc", arguments), "calls.c");
    program
}

/// Runs the program in its own folder, with and without the variable; it must succeed and print nothing.
fn run(program: &Path, which: &str, trace: Option<&str>) -> Output {
    let mut command = Command::new(program);
    command.arg(which).current_dir(program.parent().expect("it lies in a folder")).env_remove(VARIABLE);
    command.envs(trace.map(|value| (VARIABLE, value)));
    let output = command.output().expect("the program runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.is_empty(), "{which}: {} {printed}", output.status);
    output
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("a trace is ASCII")
}

/// The lines without what differs from run to run: process and thread in front, the time at the end.
fn calls(trace: &str) -> String {
    let mut calls = String::new();
    for line in trace.lines() {
        let (ids, call) = line.split_once(' ').expect("ids stand in front");
        let (process, thread) = ids.split_once(':').expect("process and thread");
        assert!([process, thread].iter().all(|id| id.parse::<u32>().is_ok()), "{line}");
        let (call, time) = call.strip_suffix(" us").and_then(|call| call.rsplit_once(' ')).expect("a time");
        assert!(time.parse::<f64>().is_ok_and(|time| time >= 0.0), "{line}");
        calls += call;
        calls.push('\n');
    }
    calls
}

fn expected() -> String {
    CALLS.replace("ENDLESS", &r"\u{7878}".repeat(64))
}

#[test]
fn every_call_has_a_line_and_no_line_has_a_byte_of_a_buffer() {
    let program = program("stderr");
    let trace = text(run(&program, "a", Some("1")).stderr);
    assert_eq!(calls(&trace), expected());
    for hidden in ["Scalar", "HmacKey", "Forgotten", "5363616c6172", "486d61634b6579", "466f72676f7474656e"] {
        assert!(!trace.to_lowercase().contains(&hidden.to_lowercase()), "{hidden} in {trace}");
    }
}

#[test]
fn nothing_is_written_unless_asked_for() {
    let program = program("off");
    for off in [None, Some(""), Some("0")] {
        assert_eq!(text(run(&program, "a", off).stderr), "", "{off:?}");
    }
    let names = fs::read_dir(program.parent().expect("a folder")).expect("it can be listed").count();
    assert_eq!(names, 2, "the program and the library");
}

#[test]
fn a_file_is_appended_to_wherever_the_program_goes() {
    let program = program("file");
    let file = program.with_file_name("trace.txt");
    for runs in 1..=2 {
        assert_eq!(text(run(&program, "d", Some("trace.txt")).stderr), "");
        let trace = fs::read_to_string(&file).expect("the trace is there");
        let once = format!("BCryptDestroyKey(hKey=0x0) = STATUS_INVALID_HANDLE\n{}", expected());
        assert_eq!(calls(&trace), once.repeat(runs));
    }
    let mode = fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "others need not know what a program does with keys");
}

#[test]
fn a_place_that_cannot_be_written_to_changes_nothing() {
    let program = program("unwritable");
    run(&program, "n", Some("1"));
    for place in ["/", "no/such/folder/trace.txt", "/dev/full", &"x".repeat(300)] {
        assert_eq!(text(run(&program, "a", Some(place)).stderr), "", "{place}");
    }
}

/// A line is one write, so lines of threads and of forked children stay whole, in a file and in a pipe.
#[test]
fn lines_of_many_threads_and_of_children_stay_whole() {
    let program = program("crowd");
    let piped = text(run(&program, "c", Some("1")).stderr);
    run(&program, "c", Some("trace.txt"));
    let filed = fs::read_to_string(program.with_file_name("trace.txt")).expect("the trace is there");
    for trace in [piped, filed] {
        let mut counts = HashMap::new();
        let calls = calls(&trace);
        calls.lines().for_each(|call| *counts.entry(call).or_insert(0) += 1);
        let wanted = [
            ("BCryptDestroyKey(hKey=0x0) = STATUS_INVALID_HANDLE", 8 * 500),
            ("BCryptDestroySecret(hSecret=0x0) = STATUS_INVALID_HANDLE", 20 * 10),
        ];
        assert_eq!(counts, HashMap::from(wanted));
        let ids = |at: usize| trace.lines().filter_map(move |line| line.split([':', ' ']).nth(at));
        assert_eq!(ids(0).collect::<std::collections::HashSet<_>>().len(), 21, "processes");
        assert_eq!(ids(1).collect::<std::collections::HashSet<_>>().len(), 28, "threads that call");
    }
}

/// The caller of a program with more rights than his own can't have it write a file for him.
#[test]
fn a_setuid_program_does_not_listen() {
    let program = program("setuid");
    let nobody = fs::metadata(&program).is_ok_and(|_| chown(&program));
    let status = Command::new(&program).arg("d").env(VARIABLE, "1").stderr(Stdio::piped()).output();
    let output = status.expect("the program runs");
    if nobody {
        assert!(output.status.success(), "{output:?}");
        assert_eq!(text(output.stderr), "");
    } else {
        compiler::skipped("needs root");
    }
}

/// Gives the program another user's rights, which only root can.
fn chown(program: &Path) -> bool {
    const NOBODY: u32 = 65534;
    let given = std::os::unix::fs::chown(program, Some(NOBODY), None).is_ok();
    given && fs::set_permissions(program, fs::Permissions::from_mode(0o4755)).is_ok()
}
