//! JUnit XML, which CI services show as test results.

use std::fmt::Write as _;

use super::title;
use crate::compare::{Comparison, Standing, Verdict};

/// A suite for each comparison, a case for each scenario.
pub fn xml(comparisons: &[Comparison]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for comparison in comparisons {
        let red = comparison.findings.iter().filter(|finding| finding.verdict.is_red()).count();
        let skipped = comparison.count(Verdict::Skipped);
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{red}\" skipped=\"{skipped}\">",
            escaped(&title(comparison)),
            comparison.findings.len(),
        );
        for finding in &comparison.findings {
            let (area, name) = finding.id.rsplit_once("::").unwrap_or(("", &finding.id));
            let _ = write!(
                xml,
                "    <testcase classname=\"{}.{}\" name=\"{}\"",
                escaped(&comparison.judged),
                escaped(area),
                escaped(name)
            );
            let detail = escaped(finding.detail.as_deref().unwrap_or_default());
            let _ = match finding.verdict {
                verdict if verdict.is_red() => {
                    let (kind, standing) = (verdict.name(), finding.standing.map_or("", Standing::name));
                    writeln!(xml, "><failure type=\"{kind}\" message=\"{standing}: {detail}\"/></testcase>")
                }
                Verdict::Skipped => writeln!(xml, "><skipped message=\"{detail}\"/></testcase>"),
                _ => writeln!(xml, "/>"),
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}

/// Text as XML allows it in an attribute; control characters, which it does not allow, as question marks.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            control if control.is_control() => out.push('?'),
            other => out.push(other),
        }
    }
    out
}
