//! The report of as many scenarios and implementations as there are to be: its size, and how long it takes to open.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use conformance::scenario::Scenarios;
use conformance::trace::{Output, Recorded, Recording};

use crate::browser::Browser;
use crate::program::{conformance, folder};

const SCENARIOS: usize = 5000;
const MOST_BYTES: u64 = 10_000_000;
/// In milliseconds.
const LONGEST: f64 = 2000.0;
/// Bytes that every scenario has beside those of today's.
const MORE: usize = 512;

/// Today's scenarios again and again under other ids, and their recordings by four implementations: two that answer
/// the same, and two that answer half of them in other ways. No bytes are alike, so that they compress as real ones.
fn synthetic(folder: &Path) -> Vec<PathBuf> {
    let scenarios = Scenarios::built_in().expect("the scenarios are right");
    let mut text = String::new();
    for (name, bytes) in &scenarios.material {
        let digits = bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
        let _ = writeln!(text, "bytes {name} = x\"{digits}\"");
    }
    let wine = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/wine-10.0");
    let read = || Recording::read(&wine).expect("Wine's recording is checked in");
    let mut recordings: Vec<_> = (0..4).map(|_| read()).collect();
    for (column, recording) in recordings.iter_mut().enumerate() {
        recording.implementation.product = format!("product-{column}");
        recording.scenarios.clear();
    }
    let (mut known, mut noise) = (read(), 1_u64);
    // One of these has a mebibyte of dots for random bytes, which costs time and says nothing.
    known.scenarios.retain(|id, _| !id.starts_with("random::"));
    for number in 0..SCENARIOS {
        let id = known.scenarios.keys().nth(number % known.scenarios.len()).expect("there are some");
        let new = format!("{id}-{number}");
        text += &scenarios.all[id].source.replacen(id.as_str(), &new, 1);
        text.push('\n');
        let first = varied(&known.scenarios[id], &mut noise);
        for (column, recording) in recordings.iter_mut().enumerate() {
            let own = if column > 1 && number % 2 == 0 { varied(&first, &mut noise) } else { copy(&first) };
            recording.scenarios.insert(new.clone(), own);
        }
    }
    fs::write(folder.join("all.scenarios"), text).unwrap();
    let written = recordings.iter().enumerate().map(|(column, recording)| {
        let path = folder.join(format!("{column}.json"));
        recording.write(&path, true).expect("the folder is writable");
        path
    });
    written.collect()
}

fn copy(recorded: &Recorded) -> Recorded {
    Recorded {
        fingerprint: recorded.fingerprint.clone(),
        outcome: recorded.outcome.clone(),
        steps: recorded.steps.clone(),
        printed: None,
    }
}

/// The same with other bytes.
fn varied(recorded: &Recorded, noise: &mut u64) -> Recorded {
    let mut varied = copy(recorded);
    if let Some(step) = varied.steps.first_mut() {
        step.outputs.retain(|output| output.name != "more");
        let value = Some("0".repeat(2 * MORE));
        step.outputs.push(Output { name: "more".into(), value, bytes: true, outside: false });
    }
    let outputs = varied.steps.iter_mut().flat_map(|step| &mut step.outputs).filter(|output| output.bytes);
    for value in outputs.filter_map(|output| output.value.as_mut()) {
        let other = |digit: char| {
            *noise ^= *noise << 13;
            *noise ^= *noise >> 7;
            *noise ^= *noise << 17;
            if digit == '.' { '.' } else { char::from_digit((*noise >> 32) as u32 % 16, 16).unwrap_or(digit) }
        };
        *value = value.chars().map(other).collect();
    }
    varied
}

#[test]
fn a_large_report_is_small_and_opens_at_once() {
    let folder = folder("large");
    let recordings = synthetic(&folder);
    let page = folder.join("report.html");
    let mut arguments =
        vec!["report", "--html", page.to_str().unwrap(), "--scenarios", folder.to_str().unwrap()];
    arguments.extend(recordings.iter().map(|path| path.to_str().unwrap()));
    let answer = conformance(&arguments);
    assert_eq!(answer.code, 1, "{}", answer.error);
    let size = fs::metadata(&page).unwrap().len();
    println!("{SCENARIOS} scenarios by {} implementations: {size} bytes", recordings.len());
    assert!(size < MOST_BYTES, "{size} bytes");
    let Some(browser) = Browser::start() else { return };
    browser.open(&page);
    browser.wait("performance.getEntriesByName('shown').length === 1");
    // From the start of loading to when what is seen at once is there.
    let opened = browser.ask("performance.getEntriesByName('shown')[0].startTime").as_f64().unwrap();
    println!("opened in {opened:.0} ms");
    assert!(opened < LONGEST, "{opened} ms");
    // All rows come, and the last one's traces are there.
    browser.wait(&format!("document.querySelectorAll('#rows tr[data-id]').length === {SCENARIOS}"));
    browser.keys("#rows tr[data-id]:last-child", "\u{E007}");
    browser.wait("document.querySelectorAll('#details td.step').length > 0");
    assert_eq!(browser.console(), Vec::<String>::new());
}
