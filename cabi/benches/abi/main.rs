//! What a call through libbcrypt costs, beside the bare engine and OpenSSL in the same run.
//!
//! The library is loaded as a program loads it. Peers take turns round by round, so a ratio holds even
//! when the machine's speed drifts; figures are medians. Run it with `scripts/bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measuring program: it prints, and ends at the first thing that is wrong"
)]

#[path = "../../tests/support/artefact.rs"]
mod artefact;
mod engine;
mod library;
mod measure;
mod memory;
mod openssl;

use library::Library;
use measure::{Goal, Row, compare, median, nanoseconds, print_table};

/// What is promised against OpenSSL on the curves that have no code of their own.
const GENERAL: Option<f64> = Some(1.0 / 1.1);

/// CNG's name of a curve, OpenSSL's, and what is promised against OpenSSL: every curve once.
const CURVES: &[(&str, &str, Option<f64>)] = &[
    ("nistP256", "prime256v1", Some(1.0)),
    ("nistP384", "secp384r1", None),
    ("nistP521", "secp521r1", Some(1.2)),
    ("curve25519", "X25519", Some(1.25)),
    ("secP256k1", "secp256k1", Some(4.0)),
    ("brainpoolP160r1", "brainpoolP160r1", GENERAL),
    ("brainpoolP160t1", "brainpoolP160t1", GENERAL),
    ("brainpoolP192r1", "brainpoolP192r1", GENERAL),
    ("brainpoolP192t1", "brainpoolP192t1", GENERAL),
    ("brainpoolP224r1", "brainpoolP224r1", GENERAL),
    ("brainpoolP224t1", "brainpoolP224t1", GENERAL),
    ("brainpoolP256r1", "brainpoolP256r1", GENERAL),
    ("brainpoolP256t1", "brainpoolP256t1", GENERAL),
    ("brainpoolP320r1", "brainpoolP320r1", GENERAL),
    ("brainpoolP320t1", "brainpoolP320t1", GENERAL),
    ("brainpoolP384r1", "brainpoolP384r1", GENERAL),
    ("brainpoolP384t1", "brainpoolP384t1", GENERAL),
    ("brainpoolP512r1", "brainpoolP512r1", GENERAL),
    ("brainpoolP512t1", "brainpoolP512t1", GENERAL),
    ("nistP192", "prime192v1", GENERAL),
    ("nistP224", "secp224r1", GENERAL),
    ("secP160k1", "secp160k1", GENERAL),
    ("secP160r1", "secp160r1", GENERAL),
    ("secP160r2", "secp160r2", GENERAL),
    ("secP192k1", "secp192k1", GENERAL),
    ("secP224k1", "secp224k1", GENERAL),
    ("wtls9", "wap-wsg-idm-ecid-wtls9", GENERAL),
    ("x962P192v2", "prime192v2", GENERAL),
    ("x962P192v3", "prime192v3", GENERAL),
    ("x962P239v1", "prime239v1", GENERAL),
    ("x962P239v2", "prime239v2", GENERAL),
    ("x962P239v3", "prime239v3", GENERAL),
    ("ec192wapi", "ec192wapi", GENERAL),
];

fn main() {
    let path = artefact::library();
    if std::env::args().any(|argument| argument == "--cold-start") {
        println!("{}", library::first_exchange(&path).as_nanos());
        return;
    }
    measure::pin();
    let library = Library::load(&path);
    if std::env::args().any(|argument| argument == "--new-groups") {
        print_table("DH keys that were given no group and have no standard one, s", &new_groups(&library));
        return;
    }
    print_table("Agreement and destroy, against the bare engine (ours / engine)", &engine_rows(&library));
    print_table("Agreement and destroy, against OpenSSL (OpenSSL / ours)", &openssl_rows(&library));
    print_table("Diffie-Hellman 2048, own key (full exponent / recognised group)", &[dh_exponents(&library)]);
    print_table("Keys, made and destroyed (ours / engine; with / without)", &key_rows(&library));
    print_table("Single calls, ns", &single_calls(&library));
    print_table("Cold start, ms", &[cold_start()]);
    print_table("Heap of a key handle, bytes", &memory::rows(&library));
    print_table("Stripped library, bytes", &[size(&path)]);
}

fn engine_rows(library: &Library) -> Vec<Row> {
    let bare = engine::Ec::new(engine::NIST[0].2);
    let noise = compare(|| bare.agree(), || bare.agree());
    let mut rows = vec![Row::ratio("the engine beside itself, nistP256", &noise, Goal::none())];
    for (name, bits, nid) in engine::NIST {
        let (own, peer) = (library.ec_key(name, bits), library.ec_key(name, bits));
        let bare = engine::Ec::new(nid);
        let figures = compare(|| library.agree(own, peer), || bare.agree());
        rows.push(Row::ratio(name, &figures, Goal::at_most(1.02)));
    }
    let (own, peer) = (library.ec_key("curve25519", 255), library.ec_key("curve25519", 255));
    let bare = engine::X25519::new();
    let figures = compare(|| library.agree(own, peer), || bare.agree());
    rows.push(Row::ratio("curve25519", &figures, Goal::at_most(1.02)));
    for (name, exponent_bits) in [("DH-2048, recognised group", 256), ("DH-2048, other group", 2048)] {
        let (own, peer) = library.dh_pair(exponent_bits == 256);
        let bare = engine::Dh::new(exponent_bits);
        let figures = compare(|| library.agree(own, peer), || bare.agree());
        rows.push(Row::ratio(name, &figures, Goal::at_most(1.02)));
    }
    rows
}

fn openssl_rows(library: &Library) -> Vec<Row> {
    let Some(openssl) = openssl::OpenSsl::load() else {
        return vec![Row::text("OpenSSL", "not measured: libcrypto.so.3 not found")];
    };
    let mut rows = Vec::new();
    for &(name, peer_name, goal) in CURVES {
        let Some(peer_key) = openssl.key(peer_name) else {
            let (own, peer) = (library.ec_key(name, 0), library.ec_key(name, 0));
            let alone = nanoseconds(|| library.agree(own, peer)) / 1e3;
            rows.push(Row::text(name, &format!("{alone:.2} µs; this OpenSSL has no such curve")));
            continue;
        };
        let (own, peer) = (library.ec_key(name, 0), library.ec_key(name, 0));
        let figures = compare(|| openssl.agree(&peer_key), || library.agree(own, peer));
        rows.push(Row::ratio(name, &figures, goal.map_or(Goal::none(), Goal::at_least)));
    }
    rows
}

fn dh_exponents(library: &Library) -> Row {
    let (recognised, other) = (library.dh_pair(true), library.dh_pair(false));
    let figures = compare(|| library.agree(other.0, other.1), || library.agree(recognised.0, recognised.1));
    Row::ratio("full / recognised", &figures, Goal::at_least(6.5))
}

/// Making keys, and what checking y costs when a public DH key of a recognised group comes in.
fn key_rows(library: &Library) -> Vec<Row> {
    let generation = |written| {
        compare(
            || library.destroy(library.ec_key("nistP256", 256)),
            || engine::Ec::generate(engine::NIST[0].2, written),
        )
    };
    let blob = library.export_dh(library.dh_key(2048));
    let import = compare(
        || library.destroy(library.import_dh(&blob, true)),
        || library.destroy(library.import_dh(&blob, false)),
    );
    let exponentiation = engine::Dh::new(2048);
    let check = compare(|| library.destroy(library.import_dh(&blob, true)), || exponentiation.agree());
    vec![
        Row::ratio("P-256 key generation", &generation(false), Goal::none()),
        Row::ratio("the same, engine writes the point too", &generation(true), Goal::none()),
        Row::ratio("DH-2048 public import, y checked or not", &import, Goal::none()),
        Row::ratio("the same, beside a check by exponentiation", &check, Goal::none()),
    ]
}

/// Sizes between the standard groups; each key searches a group of its own.
fn new_groups(library: &Library) -> Vec<Row> {
    let sample = |bits| {
        let start = std::time::Instant::now();
        library.destroy(library.dh_key(bits));
        start.elapsed().as_secs_f64()
    };
    [1088, 4032]
        .map(|bits| {
            let times: Vec<String> = (0..5).map(|_| format!("{:.2}", sample(bits))).collect();
            Row::text(&format!("DH-{bits}"), &times.join("  "))
        })
        .into()
}

fn single_calls(library: &Library) -> Vec<Row> {
    let key = library.ec_key("nistP256", 256);
    let public = library.export_public(key);
    let destroyed = library.ec_key("nistP256", 256);
    library.destroy(destroyed);
    let random = std::ptr::without_provenance_mut(0x1234_5675);
    let bad = |name, own, peer| {
        Row::nanoseconds(name, nanoseconds(|| library.bad_agreement(own, peer)), Goal::at_most(100.0))
    };
    vec![
        bad("agreement, own handle of no object", random, key),
        bad("agreement, own handle destroyed", destroyed, key),
        bad("agreement, peer's handle destroyed", key, destroyed),
        Row::nanoseconds("KeyStrength", nanoseconds(|| library.strength(key)), Goal::none()),
        Row::nanoseconds("size of KeyStrength", nanoseconds(|| library.strength_size(key)), Goal::none()),
        Row::nanoseconds("size of an exported key", nanoseconds(|| library.export_size(key)), Goal::none()),
        Row::nanoseconds(
            "P-256 public import",
            nanoseconds(|| library.destroy(library.import_p256(&public))),
            Goal::none(),
        ),
    ]
}

/// A new process that loads the library, makes two keys, agrees and derives; the first run warms the
/// file cache and does not count.
fn cold_start() -> Row {
    let program = std::env::current_exe().expect("this program has a path");
    let run = || {
        let output = std::process::Command::new(&program).arg("--cold-start").output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().expect("a number") / 1e6
    };
    run();
    let times: Vec<f64> = (0..21).map(|_| run()).collect();
    Row::number("load, two P-256 keys, agreement, derive", median(times), Goal::at_most(2.0))
}

fn size(path: &std::path::Path) -> Row {
    let bytes = std::fs::metadata(path).expect("the library exists").len();
    Row::number("libbcrypt.so", bytes as f64, Goal::at_most(2_500_000.0))
}
