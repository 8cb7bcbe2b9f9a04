//! TRUNCATE, the raw secret: behaviour.md e16.

use super::every_kind;
use crate::support::objects::{derivation, raw_secret};
use crate::support::output::{fetch, size};
use crate::support::params::Params;
use crate::support::text::reversed;

/// The natural size is the width of the field or of p; a smaller buffer gets the leading (low-order) bytes.
#[test]
fn sizes() {
    let widths = [32, 48, 66, 128, 32];
    for (known, width) in every_kind().iter().zip(widths) {
        let call = derivation(&known.secret, "TRUNCATE", &Params::none(), 0);
        let raw = reversed(&known.z);
        assert_eq!(size(&call), Ok(width), "{}", known.what);
        assert_eq!(fetch(&call, width as usize), Ok(raw.clone()), "{}", known.what);
        assert_eq!(fetch(&call, width as usize + 100), Ok(raw.clone()), "{}", known.what);
        for room in [0, 1, width as usize - 1] {
            assert_eq!(fetch(&call, room), Ok(raw[..room].to_vec()), "{} in {room}: undecided", known.what);
        }
    }
}

/// Nothing in a parameter list changes the raw secret.
#[test]
fn parameters_mean_nothing() {
    let known = super::known();
    let params = Params::none().hash("SHA256").prepend(b"before").append(b"after");
    let call = derivation(&known.secret, "TRUNCATE", &params, 0);
    assert_eq!(fetch(&call, 32), Ok(reversed(&known.z)));
}

/// Fixed width on both ends: RFC 2409's group and g = 2 bring a short Z when y and x are small.
#[test]
fn leading_zeros_are_kept() {
    use crate::support::blob::{DH_PRIVATE, DH_PUBLIC, build, fields};
    use crate::support::objects::{agree, derive, import, open};
    use crate::support::oracle::hash::find;
    let group = fields(
        &crate::pair::vectors::Block::named(crate::pair::vectors::DH, "windows_dh1024_oakley")
            .blob("private")
            .1,
    );
    let small = |value: u8| [vec![0; 127], vec![value]].concat();
    let private = build(DH_PRIVATE, &[&group[0], &group[1], &small(8), &small(3)]);
    let public = build(DH_PUBLIC, &[&group[0], &group[1], &small(2)]);
    let private = import(&open("DH"), "DHPRIVATEBLOB", &private).unwrap();
    let secret = agree(&private, &import(&open("DH"), "DHPUBLICBLOB", &public).unwrap()).unwrap();
    assert_eq!(raw_secret(&secret), [vec![8], vec![0; 127]].concat(), "2^3, little-endian");
    let hashed = derive(&secret, "HASH", &Params::none().hash("SHA256"));
    assert_eq!(hashed, Ok(find("SHA256").digest(&small(8))), "behaviour.md e9");
}
