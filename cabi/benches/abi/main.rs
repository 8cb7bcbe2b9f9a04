//! What libbcrypt costs beside other libraries, measured in one run and written as JSON.
//!
//! The library is loaded as a program loads it, and so are its peers. They take turns round by round, so a
//! ratio holds even when the machine's speed drifts. Run it with `scripts/bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a measuring program: it prints, and ends at the first thing that is wrong"
)]

mod algorithm;
#[path = "../../tests/support/artefact.rs"]
mod artefact;
mod machine;
mod measure;
#[path = "../../tests/support/openssl.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod openssl;
mod peer;
mod scene;

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use algorithm::{Algorithm, CURVES, DERIVATIONS, Kind, MAIN, ON_KEYS, Operation};
use measure::{Comparisons, Effort, Side};
use peer::{Peer, bcrypt, engine, gnutls, nettle, rustcrypto};

const QUICK: Effort = Effort { rounds: 9, limit: Duration::from_millis(200) };
const FULL: Effort = Effort { rounds: 601, limit: Duration::from_millis(8000) };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let path = artefact::library();
    if given(scene::cold::EMPTY) {
        return;
    }
    if given(scene::cold::ARGUMENT) {
        println!("{}", bcrypt::first_exchange(&path).as_nanos());
        return;
    }
    let library = bcrypt::Library::load(&path);
    if given("--new-groups") {
        new_groups(&library);
        return;
    }
    let only = arguments.iter().find_map(|argument| argument.strip_prefix("--only="));
    let results = if given("--quick") {
        measured(&library, &path, QUICK, true, only)
    } else {
        measured(&library, &path, FULL, false, only)
    };
    let json = serde_json::to_string_pretty(&results).expect("it is JSON");
    match arguments.iter().find_map(|argument| argument.strip_prefix("--json=")) {
        Some(file) => std::fs::write(file, json + "\n").expect("the file is writable"),
        None => println!("{json}"),
    }
}

/// `only` leaves out every comparison whose name does not contain it, and all else.
fn measured(
    library: &bcrypt::Library,
    path: &std::path::Path,
    effort: Effort,
    quick: bool,
    only: Option<&str>,
) -> Value {
    let start = Instant::now();
    let (load, machine) = (machine::load(), machine::described());
    let (peers, absent) = peers(path);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let counts: &[usize] =
        if quick { &[10, 1000, 100_000] } else { &[10, 100, 1000, 10_000, 100_000, 1_000_000] };
    measure::pin(0);
    // First, while the heap is as fresh as in a program that has just begun.
    let mut comparisons = comparisons(library, &peers, effort, only);
    comparisons.extend(scene::hashes::measured(path, effort, only));
    comparisons.extend(scene::derivations::measured(path, effort, only));
    comparisons.extend(scene::signing::measured(path, effort, only));
    let ciphers = scene::ciphers::measured(path, effort, only);
    let rsa = scene::rsa::measured(path, effort, only);
    let post_quantum = scene::post_quantum::measured(path, effort, only);
    let scenes = only.is_none().then(|| {
        let (turns, slice) = if quick { (3, 50) } else { (15, 300) };
        let threads = scene::threads::measured(library, threads, turns, Duration::from_millis(slice));
        measure::pin(0);
        json!({
            "threads": threads,
            "latency": scene::latency::measured(&peers, if quick { 500 } else { 20_000 }),
            "calls": scene::calls::measured(library, effort),
            "live handles": scene::live::measured(library, counts, Effort { rounds: effort.rounds.min(51), ..effort }),
            "cold start": scene::cold::measured(path, if quick { 7 } else { 101 }),
            "memory of a key handle, bytes": scene::memory::measured(library),
            "library, bytes": std::fs::metadata(path).expect("the library exists").len(),
        })
    });
    json!({
        "machine": machine,
        "load average before and after": [load, machine::load()],
        "seconds": start.elapsed().as_secs(),
        "quick": quick,
        "peers": peers.iter().map(|peer| (peer.name().to_string(), peer.version().into())).collect::<Map<_, _>>(),
        "not measured": absent,
        "comparisons": comparisons,
        "ciphers": ciphers,
        "rsa": rsa,
        "post-quantum": post_quantum,
        "scenes": scenes,
    })
}

/// The library first, since ratios are to it, then every peer that is there; and who is not.
fn peers(path: &std::path::Path) -> (Vec<Box<dyn Peer>>, Vec<String>) {
    let mut peers: Vec<Box<dyn Peer>> = vec![
        Box::new(bcrypt::Library::load(path)),
        Box::new(engine::Engine),
        Box::new(rustcrypto::RustCrypto),
    ];
    let mut absent = Vec::new();
    let mut add = |name: &str, peer: Option<Box<dyn Peer>>| match peer {
        Some(peer) => peers.push(peer),
        None => absent.push(format!("{name}: the library or one of its functions was not found")),
    };
    add("OpenSSL", peer::openssl::OpenSsl::load().map(|peer| Box::new(peer) as _));
    add("nettle", nettle::Peers::load().map(|peer| Box::new(peer) as _));
    add("GnuTLS", gnutls::GnuTls::load().map(|peer| Box::new(peer) as _));
    (peers, absent)
}

fn comparisons(
    library: &bcrypt::Library,
    peers: &[Box<dyn Peer>],
    effort: Effort,
    only: Option<&str>,
) -> Vec<Value> {
    let on_keys = MAIN.iter().flat_map(|algorithm| ON_KEYS.map(|operation| (algorithm, operation)));
    let derivations = DERIVATIONS.map(|operation| (&MAIN[0], operation));
    let curves = CURVES.iter().map(|algorithm| (algorithm, Operation::Agree));
    let mut comparisons = Comparisons::new(effort, only);
    for (algorithm, operation) in on_keys.chain(derivations).chain(curves) {
        comparisons.operation(algorithm.name, operation.name(), || sides_of(peers, algorithm, operation));
    }
    if comparisons.has("exponents") {
        comparisons.operation("DH-2048", "exponents", || exponents(library));
        for standard in [true, false] {
            let name = Algorithm::named(Kind::Dh { bits: 2048, standard }).name;
            comparisons.operation(name, "sparse and dense exponents", || {
                let [sparse, dense] = library.sparse_and_dense(2048, standard);
                vec![("one bit", sparse), ("all bits", dense)]
            });
        }
    }
    comparisons.rows()
}

fn sides_of<'a>(peers: &'a [Box<dyn Peer>], algorithm: &Algorithm, operation: Operation) -> Vec<Side<'a>> {
    let sides: Vec<Side<'a>> =
        peers.iter().filter_map(|peer| Some((peer.name(), peer.work(operation, algorithm)?))).collect();
    assert_eq!(sides[0].0, peers[0].name(), "the library has everything");
    sides
}

/// The library beside itself: short exponents of the recognised group and full ones.
fn exponents(library: &bcrypt::Library) -> Vec<Side<'_>> {
    let agree = |bits, standard| {
        let algorithm = Algorithm::named(Kind::Dh { bits, standard });
        library.work(Operation::Agree, algorithm).expect("the library has it")
    };
    vec![("recognised group", agree(2048, true)), ("other group", agree(2048, false))]
}

/// Sizes between the standard groups; each key searches a group of its own.
fn new_groups(library: &bcrypt::Library) {
    for bits in [1088, 4032] {
        let times: Vec<String> = (0..5)
            .map(|_| {
                let start = Instant::now();
                library.destroy(library.key(Kind::Dh { bits, standard: true }));
                format!("{:.2} s", start.elapsed().as_secs_f64())
            })
            .collect();
        println!("DH-{bits}, a group of its own: {}", times.join("  "));
    }
}
