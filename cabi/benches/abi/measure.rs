//! Timing in turns, medians, goals and tables.

use std::time::Instant;

/// Rounds of a comparison. Many short ones: the speed of a shared machine changes within milliseconds.
const ROUNDS: usize = 401;
/// How long one side of a round takes, about.
const SLICE_NANOSECONDS: f64 = 4e5;

/// Keeps this thread on one processor where the system lets it.
pub fn pin() {
    #[cfg(target_os = "linux")]
    // SAFETY: the set is zeroed, which is an empty set, and lives through the call.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(0, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
    }
}

/// The middle of the values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed(mut work: impl FnMut(), times: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed().as_nanos() as f64 / times as f64
}

fn repetitions(mut work: impl FnMut()) -> usize {
    timed(&mut work, 3);
    ((SLICE_NANOSECONDS / timed(&mut work, 3)) as usize).max(1)
}

/// Nanoseconds of one call, alone.
pub fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let times = repetitions(&mut work);
    median((0..ROUNDS).map(|_| timed(&mut work, times)).collect())
}

/// Two sides measured in turns.
pub struct Figures {
    one: f64,
    other: f64,
    ratio: f64,
}

/// Times two sides in turns, who is first in turns too; the ratio is the median of the rounds' ratios.
pub fn compare(mut one: impl FnMut(), mut other: impl FnMut()) -> Figures {
    let (one_times, other_times) = (repetitions(&mut one), repetitions(&mut other));
    let rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|round| {
            if round % 2 == 0 {
                let first = timed(&mut one, one_times);
                (first, timed(&mut other, other_times))
            } else {
                let first = timed(&mut other, other_times);
                (timed(&mut one, one_times), first)
            }
        })
        .collect();
    Figures {
        one: median(rounds.iter().map(|round| round.0).collect()),
        other: median(rounds.iter().map(|round| round.1).collect()),
        ratio: median(rounds.iter().map(|round| round.0 / round.1).collect()),
    }
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub struct Goal(Option<(bool, f64)>);

impl Goal {
    pub fn none() -> Self {
        Self(None)
    }

    pub fn at_most(bound: f64) -> Self {
        Self(Some((true, bound)))
    }

    pub fn at_least(bound: f64) -> Self {
        Self(Some((false, bound)))
    }

    fn verdict(self, figure: f64) -> String {
        match self.0 {
            None => String::new(),
            Some((true, bound)) => format!("at most {bound:.2}: {}", met(figure <= bound)),
            Some((false, bound)) => format!("at least {bound:.2}: {}", met(figure >= bound)),
        }
    }
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

/// A line of a table.
pub struct Row(String);

impl Row {
    pub fn ratio(name: &str, figures: &Figures, goal: Goal) -> Self {
        let Figures { one, other, ratio } = figures;
        let (one, other) = (one / 1e3, other / 1e3);
        Self(format!("{name:<42} {one:>9.2} µs {other:>9.2} µs {ratio:>8.3}  {}", goal.verdict(*ratio)))
    }

    pub fn nanoseconds(name: &str, figure: f64, goal: Goal) -> Self {
        Self(format!("{name:<42} {figure:>12.0}  {}", goal.verdict(figure)))
    }

    pub fn number(name: &str, figure: f64, goal: Goal) -> Self {
        Self(format!("{name:<42} {figure:>12.2}  {}", goal.verdict(figure)))
    }

    pub fn text(name: &str, text: &str) -> Self {
        Self(format!("{name:<42} {text}"))
    }
}

pub fn print_table(title: &str, rows: &[Row]) {
    println!("\n{title}");
    rows.iter().for_each(|row| println!("  {}", row.0));
}
