//! How single calls are spread, not their averages.

use serde_json::{Value, json};

use crate::algorithm::{MAIN, Operation};
use crate::measure::{Work, spread, timed};
use crate::peer::Peer;

/// Calls one by one, peers in turns.
pub fn measured(peers: &[Box<dyn Peer>], calls: usize) -> Value {
    let algorithm = &MAIN[0];
    let mut sides: Vec<(&str, Work<'_>, Vec<f64>)> = peers
        .iter()
        .filter_map(|peer| Some((peer.name(), peer.work(Operation::Agree, algorithm)?, Vec::new())))
        .collect();
    for _ in 0..calls {
        for (_, work, times) in &mut sides {
            times.push(timed(work, 1));
        }
    }
    let entries = sides.into_iter().map(|(name, _, times)| {
        let (value, mut sorted) = (spread(times.clone()), times);
        sorted.sort_by(f64::total_cmp);
        let percentiles: Vec<f64> =
            (1..=999).step_by(2).map(|share| sorted[sorted.len() * share / 1000]).collect();
        (name.to_string(), json!({ "ns": value, "per mille 1, 3, 5 ... 999": percentiles }))
    });
    json!({ "operation": "P-256 agree", "calls": calls, "sides": entries.collect::<serde_json::Map<_, _>>() })
}
