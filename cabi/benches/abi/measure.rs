//! Timing in turns, and what is kept of it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long one side of a round takes, about: short, since the speed of a shared machine changes within
/// milliseconds.
const SLICE_NANOSECONDS: f64 = 4e5;
const MIN_ROUNDS: usize = 15;

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// A comparison ends after this time, but for the least number of rounds.
    pub limit: Duration,
}

/// Work that is done over and over.
pub type Work<'a> = Box<dyn FnMut() + 'a>;

/// Whose work it is, and the work.
pub type Side<'a> = (&'static str, Work<'a>);

/// Keeps this thread on one processor where the system lets it.
pub fn pin(processor: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: the set is zeroed, which is an empty set, and lives through the call.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(processor, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = processor;
}

/// The value below which this share of the sorted values lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// Six digits are more than any figure is worth.
fn rounded(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(5 - number.abs().log10().floor() as i32);
    (number * scale).round() / scale
}

/// Minimum, quartiles and the like, in nanoseconds or as ratios.
pub fn spread(mut values: Vec<f64>) -> Value {
    values.sort_by(f64::total_cmp);
    let at = |share| rounded(quantile(&values, share));
    json!({ "min": at(0.0), "p25": at(0.25), "median": at(0.5), "p75": at(0.75), "p95": at(0.95), "p99": at(0.99) })
}

pub fn timed(work: &mut dyn FnMut(), times: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed().as_nanos() as f64 / times as f64
}

fn repetitions(work: &mut dyn FnMut()) -> usize {
    timed(work, 2);
    ((SLICE_NANOSECONDS / timed(work, 2)) as usize).max(1)
}

/// Nanoseconds of one call, alone.
pub fn nanoseconds(effort: Effort, work: &mut dyn FnMut()) -> f64 {
    let times = repetitions(work);
    median((0..effort.rounds).map(|_| timed(work, times)).collect())
}

/// Times all sides in turns, who is first in turns too. Of each side's times its spread is kept, and of
/// its ratios to the first side (how many times as long), round by round.
pub fn compare(effort: Effort, sides: &mut [Side<'_>]) -> Value {
    let times: Vec<usize> = sides.iter_mut().map(|(_, work)| repetitions(work)).collect();
    let mut samples = vec![Vec::new(); sides.len()];
    let start = Instant::now();
    let mut round = 0;
    while round < MIN_ROUNDS.min(effort.rounds) || (round < effort.rounds && start.elapsed() < effort.limit) {
        for turn in 0..sides.len() {
            let side = (round + turn) % sides.len();
            samples[side].push(timed(&mut sides[side].1, times[side]));
        }
        round += 1;
    }
    let figures = sides.iter().zip(&samples).map(|((name, _), own)| {
        let ratios = own.iter().zip(&samples[0]).map(|(own, first)| own / first).collect();
        (name.to_string(), json!({ "ns": spread(own.clone()), "ratio": spread(ratios) }))
    });
    json!({ "rounds": round, "sides": figures.collect::<serde_json::Map<_, _>>() })
}

/// The comparisons that are asked for, one after the other.
pub struct Comparisons<'a> {
    effort: Effort,
    /// What a comparison's name must contain.
    only: Option<&'a str>,
    rows: Vec<Value>,
}

impl<'a> Comparisons<'a> {
    pub fn new(effort: Effort, only: Option<&'a str>) -> Self {
        Self { effort, only, rows: Vec::new() }
    }

    /// Whether a comparison of this name is asked for.
    pub fn has(&self, name: &str) -> bool {
        self.only.is_none_or(|only| name.contains(only))
    }

    /// Compares the sides, the library first, if that is asked for; the row is named by its columns.
    pub fn add<'s, const COLUMNS: usize>(
        &mut self,
        columns: [(&str, Value); COLUMNS],
        sides: impl FnOnce() -> Vec<Side<'s>>,
    ) {
        let words = columns.each_ref().map(|(_, value)| value.to_string().replace('"', ""));
        let name = words.join(" ");
        if self.has(&name) {
            let mut row = compare(self.effort, &mut sides());
            eprintln!("{name}: {}", summary(&row));
            for (column, value) in columns {
                row[column] = value;
            }
            self.rows.push(row);
        }
    }

    /// An operation of an algorithm.
    pub fn operation<'s>(&mut self, algorithm: &str, operation: &str, sides: impl FnOnce() -> Vec<Side<'s>>) {
        self.add([("algorithm", algorithm.into()), ("operation", operation.into())], sides);
    }

    /// Another figure.
    pub fn push(&mut self, row: Value) {
        self.rows.push(row);
    }

    pub fn rows(self) -> Vec<Value> {
        self.rows
    }
}

fn summary(row: &Value) -> String {
    let sides = row["sides"].as_object().expect("it has sides");
    let figures = sides.iter().map(|(name, figures)| {
        let number = |kind: &str| figures[kind]["median"].as_f64().unwrap_or(f64::NAN);
        format!("{name} {:.2} µs ({:.2})", number("ns") / 1e3, number("ratio"))
    });
    figures.collect::<Vec<_>>().join(", ")
}
