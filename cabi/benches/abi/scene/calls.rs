//! Calls that do almost nothing.

use serde_json::{Value, json};

use crate::algorithm::MAIN;
use crate::measure::{Effort, nanoseconds};
use crate::peer::bcrypt::Library;

pub fn measured(library: &Library, effort: Effort) -> Value {
    let kind = MAIN[0].kind;
    let (key, destroyed) = (library.key(kind), library.key(kind));
    library.destroy(destroyed);
    let random = std::ptr::without_provenance_mut(0x1234_5675);
    let time = |work: &mut dyn FnMut()| nanoseconds(effort, work);
    let value = json!({
        "agreement, own handle of no object": time(&mut || library.bad_agreement(random, key)),
        "agreement, own handle destroyed": time(&mut || library.bad_agreement(destroyed, key)),
        "agreement, peer's handle destroyed": time(&mut || library.bad_agreement(key, destroyed)),
        "KeyStrength": time(&mut || library.strength(key)),
        "size of KeyStrength": time(&mut || library.strength_size(key)),
        "size of an exported key": time(&mut || library.export_size(key)),
    });
    library.destroy(key);
    value
}
