//! The curves that algorithms and names stand for.

use num_bigint_dig::BigUint;

use crate::number;
use crate::support::text::hex;
use crate::weierstrass::Curve;

const NUMBERS: &str = include_str!("curves.txt");

/// Other names of the curves, in small letters.
const ALIASES: &[(&str, &str)] = &[
    ("nistp192", "x962p192v1"),
    ("secp192r1", "x962p192v1"),
    ("nistp224", "secp224r1"),
    ("wtls12", "secp224r1"),
    ("nistp256", "x962p256v1"),
    ("secp256r1", "x962p256v1"),
    ("ecdh_p256", "x962p256v1"),
    ("ecdsa_p256", "x962p256v1"),
    ("nistp384", "secp384r1"),
    ("ecdh_p384", "secp384r1"),
    ("ecdsa_p384", "secp384r1"),
    ("nistp521", "secp521r1"),
    ("ecdh_p521", "secp521r1"),
    ("ecdsa_p521", "secp521r1"),
    ("wtls7", "secp160r2"),
];

fn rows() -> impl Iterator<Item = &'static str> {
    NUMBERS.lines().filter(|line| !line.starts_with('#'))
}

/// The curve of a name without regard to case, if its numbers stand here.
pub fn named(name: &str) -> Option<Curve> {
    let name = name.to_ascii_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, other)| other);
    let row =
        rows().find(|row| row.split(' ').next().is_some_and(|known| known.eq_ignore_ascii_case(name)))?;
    let digits =
        |text: &str| number(&hex(&if text.len() % 2 == 1 { format!("0{text}") } else { text.to_owned() }));
    let numbers: Vec<BigUint> = row.split(' ').skip(1).map(digits).collect();
    let [p, a, b, x, y, n, h] = <[BigUint; 7]>::try_from(numbers).expect("seven numbers");
    let width = p.bits().div_ceil(8);
    Some(Curve { p, a, b, g: (x, y), n, h, width })
}

#[test]
fn every_generator_has_its_order() {
    for name in rows().filter_map(|row| row.split(' ').next()) {
        let curve = named(name).unwrap();
        assert!(curve.has(&curve.g), "{name}");
        assert_eq!(curve.times(&curve.n, &curve.g), None, "{name}");
    }
}
