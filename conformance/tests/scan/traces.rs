//! `conformance scan --trace`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::samples::{Answer, folder, repository, write};

fn trace(path: &Path) -> Answer {
    let output =
        Command::new(env!("CARGO_BIN_EXE_conformance")).arg("scan").arg("--trace").arg(path).output();
    let output = output.expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("the command prints UTF-8");
    let code = output.status.code().expect("it was not killed");
    Answer { code, text: text(output.stdout), error: text(output.stderr) }
}

fn of(name: &str, text: impl AsRef<[u8]>) -> Answer {
    trace(&write(&folder(&format!("trace {name}")), "trace.txt", text))
}

/// Two processes: one stops after a refusal, one goes on and ends well.
const SAMPLE: &str = r#"7:7 BCryptOpenAlgorithmProvider(phAlgorithm=pointer, pszAlgId="ECDH_P256", pszImplementation=NULL, dwFlags=0x0) = STATUS_SUCCESS phAlgorithm=0x13 12.0 us
9:9 BCryptGetProperty(hObject=0x13, pszProperty="KeyStrength", pbOutput=NULL, cbOutput=0, pcbResult=pointer, dwFlags=0x0) = STATUS_NOT_SUPPORTED 0.1 us
9:9 BCryptDeriveKey(hSharedSecret=0x27, pwszKDF="HASH", pParameterList=[KDF_HASH_ALGORITHM "SHA256"], pbDerivedKey=pointer, cbDerivedKey=32, pcbResult=pointer, dwFlags=0x0) = STATUS_SUCCESS pcbResult=32 9.1 us
9:9 BCryptExportKey(hKey=0x15, hExportKey=0x0, pszBlobType="ECCPUBLICBLOB", pbOutput=pointer, cbOutput=71, pcbResult=pointer, dwFlags=0x0) = STATUS_BUFFER_TOO_SMALL pcbResult=72 0.4 us
7:8 BCryptOpenAlgorithmProvider(phAlgorithm=pointer, pszAlgId="SHINY", pszImplementation=NULL, dwFlags=0x0) = STATUS_NOT_FOUND 1.0 us
the program says: no such algorithm
7:8 BCryptOpenAlgorithmProvider(phAlgorithm=pointer, pszAlgId="SHINY", pszImplementation=NULL, dwFlags=0x0) = STATUS_NOT_FOUND 0.9 us
7:7 BCryptCloseAlgorithmProvider(hAlgorithm=0x13, dwFlags=0x0) = STATUS_SUCCESS 0.2 us
9:9 BCryptImportKeyPair(hAlgorithm=0x2a1, hImportKey=0x0, pszBlobType="ECCPUBLICBLOB", phKey=pointer, pbInput=pointer, cbInput=72, dwFlags=0x0) = STATUS_SUCCESS phKey=0x35 31.4 us
"#;

#[test]
fn what_was_refused_comes_first() {
    let answer = of("sample", SAMPLE);
    let lines: Vec<_> = answer.text.lines().collect();
    assert!(lines[0].ends_with("trace.txt: trace of 2 processes, 8 calls, 4 refused"), "{}", answer.text);
    assert!(lines[1].starts_with("  BCryptOpenAlgorithmProvider(phAlgorithm=pointer, pszAlgId=\"SHINY\","));
    assert!(
        lines[1].ends_with(") = STATUS_NOT_FOUND; 2 times, lines 5 to 7; process 7 only gave back after it")
    );
    assert!(lines[2].contains("STATUS_NOT_SUPPORTED; line 2"), "{}", answer.text);
    assert!(lines[3].ends_with("= STATUS_BUFFER_TOO_SMALL; line 4"), "{}", answer.text);
    assert!(lines[4].starts_with("  BCryptCloseAlgorithmProvider  "), "{}", answer.text);
    assert!(answer.says("BCryptOpenAlgorithmProvider", "implemented; called 3 times, 2 refused"));
    assert!(answer.says("BCRYPT_ECDH_P256_ALG_HANDLE", "pseudo-handle implemented"), "{}", answer.text);
    assert!(
        answer.says("HASH", "derivation implemented")
            && answer.says("SHA256", "hash of a derivation implemented")
    );
    assert!(answer.says("SHINY", "algorithm not implemented") && !answer.says("SHA256", "algorithm"));
    assert!(answer.text.ends_with("note: lines that are no calls: 1\n"), "{}", answer.text);
    assert_eq!((answer.code, answer.error.as_str()), (1, ""));
}

#[test]
fn a_program_that_was_refused_nothing() {
    let text: String = SAMPLE
        .lines()
        .filter(|line| line.contains("STATUS_SUCCESS"))
        .map(|line| format!("{line}\n"))
        .collect();
    let answer = of("good", text);
    assert_eq!(answer.code, 0, "{}", answer.text);
    assert!(answer.text.contains("4 calls, 0 refused\n  BCrypt"), "{}", answer.text);
}

/// What one process ends with is not what another does.
#[test]
fn who_goes_on_was_not_stopped() {
    let more = "7:7 BCryptGenRandom(hAlgorithm=0x0, pbBuffer=pointer, cbBuffer=1, dwFlags=0x2) = STATUS_SUCCESS 0.2 us\n";
    let answer = of("on", format!("{SAMPLE}{more}"));
    assert!(!answer.text.contains("only gave back"), "{}", answer.text);
}

/// A function that is there and does not have what was asked of it.
#[test]
fn a_lack_decides() {
    let text = "7:7 BCryptGenRandom(hAlgorithm=0x0, dwFlags=0x2) = STATUS_NOT_IMPLEMENTED 0.2 us\n";
    assert_eq!(of("lack", text).code, 1);
    assert_eq!(of("fault", text.replace("NOT_IMPLEMENTED", "INVALID_HANDLE")).code, 0);
}

/// The lines that the library's own test wants of it.
#[test]
fn every_line_that_the_library_writes() {
    let text = std::fs::read_to_string(repository().join("cabi/tests/trace.rs")).unwrap();
    let calls = text.split_once("CALLS: &str = r#\"").unwrap().1.split_once("\"#").unwrap().0;
    let lines: String = calls.lines().map(|line| format!("4711:4712 {line} 0.1 us\n")).collect();
    let count = lines.lines().count();
    let answer = of("library", &lines);
    assert!(answer.text.contains(&format!("1 process, {count} calls")), "{}", answer.text);
    assert!(!answer.text.contains("note:"), "{}", answer.text);
}

fn whole_lines(text: &[u8]) -> usize {
    text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b" us\n")).count()
}

/// A trace that ends anywhere tells of the calls before.
#[test]
fn cut_in_the_middle() {
    let folder = folder("trace cut");
    for end in (0..SAMPLE.len()).step_by(37).chain([SAMPLE.len() - 1]) {
        let text = &SAMPLE.as_bytes()[..end];
        let answer = trace(&write(&folder, "trace.txt", text));
        let calls = whole_lines(text) + usize::from(text.ends_with(b" us"));
        if calls == 0 && answer.code == 2 {
            assert!(answer.error.contains("holds no call") && answer.error.lines().count() == 1, "{end}");
            continue;
        }
        assert!(matches!(answer.code, 0 | 1), "{end}: {}", answer.error);
        assert!(answer.text.contains(&format!(", {calls} calls, ")), "{end}: {}", answer.text);
    }
    // The beginning is lost, or a part between.
    let answer = of("tail", &SAMPLE[40..]);
    assert!(
        answer.text.contains(", 7 calls, ") && answer.text.contains("note: lines that are no calls: 2"),
        "{}",
        answer.text
    );
    let answer = of("hole", format!("{}{}", &SAMPLE[..40], &SAMPLE[300..]));
    assert!(answer.text.contains(" calls, "), "{}", answer.text);
}

#[test]
fn what_is_no_trace() {
    let folder = folder("no trace");
    let mut paths: Vec<PathBuf> = vec![folder.join("missing"), folder.clone()];
    paths.push(write(&folder, "empty", ""));
    paths.push(write(&folder, "text", "BCryptHash is a function\nand this is no trace\n"));
    paths.push(write(&folder, "bytes", [0xFF_u8; 3000]));
    for path in paths {
        let answer = trace(&path);
        assert_eq!((answer.code, answer.text.as_str()), (2, ""), "{}", path.display());
        assert_eq!(answer.error.lines().count(), 1, "{}", answer.error);
    }
}

/// Lines without end, and more of everything than is kept.
#[test]
fn traces_made_to_do_harm() {
    let mut text = "a".repeat(3_000_000).into_bytes();
    text.extend(b"\n\xFF\x1B[31m 1 BCryptHash() = STATUS_X\x07 1 us\n");
    for number in 0..5000 {
        text.extend(
            format!(
                "{number} BCryptN{number}(pszAlgId=\"N{number}\x1B\") = 0xC0000{:03x} 1.0 us\n",
                number % 4096
            )
            .into_bytes(),
        );
    }
    let answer = of("harm", text);
    assert_eq!(answer.code, 1, "{}", answer.error);
    assert!(
        answer.text.contains("1000 processes or more, 5000 calls, 5000 refused"),
        "{}",
        &answer.text[..200]
    );
    assert!(answer.text.contains("  and perhaps others\n"));
    assert!(answer.text.chars().all(|letter| letter == '\n' || !letter.is_control()));
}
