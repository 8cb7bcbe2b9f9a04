//! What a call costs when many handles are alive.

use serde_json::{Value, json};

use crate::algorithm::MAIN;
use crate::measure::{Effort, median, timed};
use crate::peer::bcrypt::Library;

/// Keys that are looked at in turn, spread over all live ones.
const SAMPLE: usize = 1000;

/// Reading a property, first of one key over and over (nothing but the lookup can change), then of keys all
/// over the table (whose memory is then in no cache either).
pub fn measured(library: &Library, counts: &[usize], effort: Effort) -> Value {
    let kind = MAIN[3].kind;
    let provider = library.provider(kind);
    let blob = {
        let key = library.key(kind);
        let blob = library.exported(key, kind);
        library.destroy(key);
        blob
    };
    let mut keys = Vec::new();
    let mut rows = Vec::new();
    for &count in counts {
        while keys.len() < count {
            keys.push(library.import(provider, kind, &blob));
        }
        let same = keys[count / 2];
        let spread: Vec<_> = (0..SAMPLE).map(|number| keys[(number * 7919) % count]).collect();
        let once = |work: &mut dyn FnMut()| median((0..effort.rounds).map(|_| timed(work, 20)).collect());
        let one = once(&mut || (0..SAMPLE).for_each(|_| library.strength_size(same))) / SAMPLE as f64;
        let many = once(&mut || spread.iter().for_each(|&key| library.strength_size(key))) / SAMPLE as f64;
        let failing = once(&mut || {
            (0..SAMPLE).for_each(|number| {
                let stale = std::ptr::without_provenance_mut((number << 40) | 5);
                library.bad_agreement(stale, same);
            });
        }) / SAMPLE as f64;
        rows.push(
            json!({ "live": count, "one key, ns": one, "keys all over, ns": many, "failing, ns": failing }),
        );
    }
    keys.into_iter().for_each(|key| library.destroy(key));
    Value::Array(rows)
}
