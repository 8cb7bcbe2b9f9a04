//! Open, generate, agree, derive and destroy, over and over: the memory of the process stays as it is. 20 000
//! times, or as often as BCRYPT_LEAK_CYCLES says.
#![cfg(target_os = "linux")]

use crate::support::alone::alone;
use crate::support::objects::{Object, agree, derive, exported, import, new_key, open};
use crate::support::params::Params;
use crate::support::property::open_curve;

/// How much the process may grow.
pub const MOST_KIB: usize = 1024;
/// Cycles after which everything that is made once is there.
const WARM_UP: usize = 2000;

/// Resident memory of this process.
pub fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn cycle(number: usize) {
    let algorithm = if number.is_multiple_of(2) { open("ECDH_P256") } else { open_curve("curve25519") };
    let bits = if number.is_multiple_of(2) { 256 } else { 0 };
    let (own, peer) = (new_key(&algorithm, bits), new_key(&algorithm, bits));
    let blob = exported(&peer, "ECCPUBLICBLOB").unwrap();
    let peer = import(&algorithm, "ECCPUBLICBLOB", &blob).unwrap();
    let secret = agree(&own, &peer).unwrap();
    derive(&secret, "HASH", &Params::none()).unwrap();
    // A failure on every object as well: what was made for it goes too.
    derive(&secret, "HASH", &Params::none().hash("no hash")).unwrap_err();
    import(&algorithm, "ECCPUBLICBLOB", &blob[1..]).unwrap_err();
    if std::env::var_os("BCRYPT_PLANTED_LEAK").is_some() {
        secret.into_handle().handle();
    }
}

#[test]
fn memory_stays_as_it_is() {
    alone("process::leaks::memory_stays_as_it_is", || {
        let cycles = std::env::var("BCRYPT_LEAK_CYCLES").map_or(20_000, |text| text.parse().unwrap());
        (0..WARM_UP).for_each(cycle);
        let before = resident_kib();
        (0..cycles).for_each(cycle);
        let after = resident_kib();
        println!("{cycles} cycles: {before} KiB before, {after} KiB after");
        assert!(after <= before + MOST_KIB, "{before} KiB before, {after} KiB after");
    });
}
