//! The report: its files, and the page in a real browser.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::browser::Browser;
use crate::program::{conformance, conformance_with, faulty, folder, library, scenarios};

/// The reports of our library beside one that is wrong: a wrong byte, and one difference that is known.
fn reports() -> PathBuf {
    let folder = folder("report");
    let path = |name: &str| folder.join(name).display().to_string();
    let recorded = conformance(&["run", library(), "--scenarios", scenarios(), "-o", &path("ours.json")]);
    assert_eq!(recorded.code, 0, "{}", recorded.error);
    let bad = faulty(&folder, "libfaulty.so", &[]);
    let variables = [("REAL_LIBRARY", library()), ("FAULT", "byte")];
    let arguments =
        ["run", &bad, "--scenarios", scenarios(), "-o", &path("theirs.json"), "--product", "faulty"];
    assert_eq!(
        conformance_with(&[&arguments[..], &["--product-version", "1 <&\"2"]].concat(), &variables).code,
        0
    );
    let answer = conformance(&[
        "report",
        &path("ours.json"),
        &path("theirs.json"),
        "--scenarios",
        scenarios(),
        "--html",
        &path("report.html"),
        "--markdown",
        &path("report.md"),
        "--json",
        &path("report.json"),
    ]);
    assert_eq!(answer.code, 1, "{}", answer.error);
    let junit = path("junit.xml");
    let summary = path("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let diff = conformance(&[
        "diff",
        &path("ours.json"),
        &path("theirs.json"),
        "--scenarios",
        scenarios(),
        "--junit",
        &junit,
        "--step-summary",
        &summary,
    ]);
    assert_eq!(diff.code, 1);
    folder
}

#[test]
fn files_and_page() {
    let folder = reports();
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let page = text("report.html");
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page asks for {outside}");
    }
    let data: Value = serde_json::from_str(&text("report.json")).unwrap();
    assert_eq!(data["windows"], "not recorded");
    assert_eq!(data["implementations"].as_array().map(Vec::len), Some(2));
    let markdown = text("report.md");
    assert!(markdown.contains("| windows | not recorded |"), "{markdown}");
    assert!(markdown.contains("| differs | not yet classified | `test::derive` |"), "{markdown}");
    assert!(text("summary.md").starts_with("before\n# Conformance"));
    let junit = text("junit.xml");
    assert!(junit.contains("<failure type=\"differs\""), "{junit}");
    assert!(junit.contains("faulty 1 &lt;&amp;&quot;2"), "{junit}");
    in_a_browser(&folder);
}

fn in_a_browser(folder: &std::path::Path) {
    let Some(browser) = Browser::start() else { return };
    browser.open(&folder.join("report.html"));
    browser.wait("document.querySelectorAll('#rows tr[data-id]').length > 1");
    let all = browser.ask("document.querySelectorAll('#rows tr[data-id]').length").as_u64().unwrap();
    // Typing filters, and so do the boxes of the verdicts.
    browser.keys("#search", "agreement of a key");
    browser.wait("document.querySelectorAll('#rows tr[data-id]').length === 1");
    browser.click("#verdicts input[value=same]");
    browser.click("#verdicts input[value=differs]");
    browser.wait("document.querySelectorAll('#rows tr[data-id]').length === 0");
    browser.click("#verdicts input[value=differs]");
    browser.wait("document.querySelectorAll('#rows tr[data-id]').length === 1");
    browser.screenshot(&folder.join("matrix.png"));
    // The difference opens by the keyboard: the wrong byte, and no other, is marked.
    browser.keys("#rows tr[data-id]", "\u{E007}");
    browser.wait("document.getElementById('details').open");
    assert_eq!(browser.ask("document.querySelectorAll('#details mark').length"), 1);
    browser.screenshot(&folder.join("difference.png"));
    browser.keys("#close", "\u{E00C}");
    browser.wait("!document.getElementById('details').open");
    // Dark and light.
    let before = browser.ask("document.documentElement.dataset.theme");
    browser.click("#theme");
    assert_ne!(browser.ask("document.documentElement.dataset.theme"), before);
    browser.screenshot(&folder.join("other-theme.png"));
    assert_eq!(browser.console(), Vec::<String>::new());
    assert!(all > 1);
    // A browser that can't unpack the data says so.
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    let old = page.replacen("<head>", "<head><script>delete window.DecompressionStream</script>", 1);
    fs::write(folder.join("old.html"), old).unwrap();
    browser.open(&folder.join("old.html"));
    browser.wait("!document.getElementById('problem').hidden");
    let said = browser.ask("document.getElementById('problem').textContent");
    assert!(said.as_str().unwrap().contains("--markdown"), "{said}");
}
