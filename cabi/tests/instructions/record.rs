//! Counts of instructions, as callgrind writes them and as the repository keeps them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

/// Instructions of one operation, by its name.
pub type Counts = BTreeMap<String, u64>;

/// Reads callgrind's dumps in a folder. `printed` says how often each operation was done.
pub fn read_dumps(folder: &Path, printed: &str) -> Counts {
    let times: BTreeMap<&str, u64> = printed
        .lines()
        .filter_map(|line| line.rsplit_once(" = "))
        .filter_map(|(name, times)| Some((name, times.parse().ok()?)))
        .collect();
    let mut counts = Counts::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it is readable").path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let name = value("desc: Trigger: Client Request:");
        let total =
            value("summary:").or_else(|| value("totals:")).and_then(|total| total.parse::<u64>().ok());
        let (Some(name), Some(total)) = (name, total) else { continue };
        if let Some(times) = times.get(name) {
            counts.insert(name.to_string(), total / times);
        }
    }
    assert_eq!(counts.len(), times.len(), "a dump for each operation");
    counts
}

/// Every operation that takes more than recorded by more than the margin, and those not recorded.
pub fn beyond(recorded: &Counts, counts: &Counts, margin: f64) -> Vec<String> {
    let grown = |count: u64, before: u64| count as f64 > before as f64 * (1.0 + margin);
    let lines = counts.iter().filter_map(|(name, &count)| match recorded.get(name) {
        None => Some(format!("{name}: {count}, not recorded")),
        Some(&before) if grown(count, before) => {
            Some(format!("{name}: {count}, recorded {before} ({:.2} times)", count as f64 / before as f64))
        }
        Some(_) => None,
    });
    lines.collect()
}

/// All records, by the conditions they hold for.
#[derive(Default)]
pub struct Record(BTreeMap<String, Counts>);

impl Record {
    pub fn parse(text: &str) -> Self {
        let mut record = Self::default();
        let mut conditions = String::new();
        for line in text.lines() {
            if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                conditions = section.to_string();
            } else if let Some((name, count)) = line.rsplit_once(" = ") {
                let count = count.parse().expect("a count is a number");
                record.0.entry(conditions.clone()).or_default().insert(name.to_string(), count);
            }
        }
        record
    }

    pub fn get(&self, conditions: &str) -> Option<&Counts> {
        self.0.get(conditions)
    }

    pub fn set(&mut self, conditions: &str, counts: &Counts) {
        self.0.insert(conditions.to_string(), counts.clone());
    }
}

impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "# Instructions of each operation, written by BLESS=1 cargo test -p cabi --test instructions"
        )?;
        for (conditions, counts) in &self.0 {
            writeln!(formatter, "\n[{conditions}]")?;
            for (name, count) in counts {
                writeln!(formatter, "{name} = {count}")?;
            }
        }
        Ok(())
    }
}
