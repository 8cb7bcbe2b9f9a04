//! Import and export on the NIST curves: behaviour.md c1 to c3, c9 and c19 to c30.

use crate::support::blob::{
    self, DH_PUBLIC, ECDH_PRIVATE_GENERIC, ECDH_PUBLIC_GENERIC, fields, magic, with_field, with_magic,
};
use crate::support::curves::{Curve, nist, p256, public_half};
use crate::support::objects::{Alg, agree, agreed, export, exported, import, import_with, new_key, open};
use crate::support::oracle::{bytes, plus};
use crate::support::output::{fetch, size, too_small};
use crate::support::property::{open_curve, string};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};

const NO_KEY_VALIDATION: u32 = 0x08;
const D: usize = 2;

fn refused(algorithm: &Alg, kind: &str, blob: &[u8], why: &str) {
    assert_eq!(import(algorithm, kind, blob).unwrap_err(), INVALID_PARAMETER, "{kind}: {why}");
}

/// behaviour.md c1, c2, c3, c9, c30.
#[test]
fn what_goes_in_comes_out() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let (private, public) = (curve.private(), curve.public());
        for (given, blob) in [("ECCPRIVATEBLOB", &private), ("PRIVATEBLOB", &private)] {
            let key = import(&algorithm, given, blob).unwrap();
            let expected = [&private, &private, &public, &public];
            for (kind, blob) in
                ["ECCPRIVATEBLOB", "PRIVATEBLOB", "ECCPUBLICBLOB", "PUBLICBLOB"].iter().zip(expected)
            {
                assert_eq!(exported(&key, kind).as_ref(), Ok(blob), "{} {given} to {kind}", curve.id);
            }
        }
        for given in ["ECCPUBLICBLOB", "PUBLICBLOB"] {
            let key = import(&algorithm, given, &public).unwrap();
            assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(public.clone()), "{} {given}", curve.id);
        }
    }
}

/// behaviour.md c28.
#[test]
fn a_public_key_has_no_private_form() {
    let key = import(&open("ECDH_P256"), "ECCPUBLICBLOB", &p256().peer()).unwrap();
    for kind in ["ECCPRIVATEBLOB", "PRIVATEBLOB"] {
        assert_eq!(size(&export(&key, kind)), Err(INVALID_PARAMETER), "{kind}");
    }
    assert_eq!(agree(&key, &key).unwrap_err(), INVALID_PARAMETER, "behaviour.md d4");
}

/// behaviour.md c28: the needed size, nothing written; a long buffer gets no more than the blob.
#[test]
fn short_and_long_output() {
    let curve = p256();
    let key = import(&open(curve.id), "ECCPRIVATEBLOB", &curve.private()).unwrap();
    for (kind, blob) in [("ECCPRIVATEBLOB", curve.private()), ("ECCPUBLICBLOB", curve.public())] {
        for room in 0..blob.len() {
            assert_eq!(too_small(&export(&key, kind), room) as usize, blob.len(), "{kind} in {room}");
        }
        assert_eq!(fetch(&export(&key, kind), blob.len() + 100), Ok(blob), "{kind}");
    }
}

/// behaviour.md c21: accepted with flags 0 and with NO_KEY_VALIDATION; the export shows the real point.
#[test]
fn a_blob_without_its_point_gets_one() {
    for curve in nist() {
        let zero = vec![0; curve.width()];
        let blob = with_field(&with_field(&curve.private(), 0, &zero), 1, &zero);
        for flags in [0, NO_KEY_VALIDATION] {
            let key = import_with(&open(curve.id), "ECCPRIVATEBLOB", &blob, flags).unwrap();
            assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(curve.private()), "{}", curve.id);
            let peer = import(&open(curve.id), "ECCPUBLICBLOB", &curve.peer()).unwrap();
            assert_eq!(agreed(&key, &peer), Ok(curve.raw_secret()), "{}", curve.id);
        }
        let generic = with_magic(&blob, ECDH_PRIVATE_GENERIC);
        let key = import(&open_curve(curve.name), "ECCPRIVATEBLOB", &generic).unwrap();
        assert_eq!(fields(&exported(&key, "ECCPRIVATEBLOB").unwrap()), fields(&curve.private()));
    }
}

/// The all-zero point means "recompute" only beside a private key; half of it is a point off the curve.
#[test]
fn a_zero_point_alone_is_refused() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let zero = vec![0; curve.width()];
        refused(&algorithm, "ECCPUBLICBLOB", &blob::build(curve.public_magic, &[&zero, &zero]), "infinity");
        for coordinate in [0, 1] {
            let half = with_field(&curve.private(), coordinate, &zero);
            refused(&algorithm, "ECCPRIVATEBLOB", &half, "one coordinate zero");
        }
    }
}

/// A client states 22 bytes more than its blob has; Windows presumably takes it.
#[test]
fn bytes_behind_the_blob_are_ignored_undecided() {
    let curve = p256();
    let algorithm = open(curve.id);
    for (kind, blob) in [("ECCPRIVATEBLOB", curve.private()), ("ECCPUBLICBLOB", curve.peer())] {
        for extra in [1, 22, 1000] {
            let long = [blob.clone(), vec![0xCC; extra]].concat();
            let key = import(&algorithm, kind, &long).unwrap();
            assert_eq!(exported(&key, kind).as_ref(), Ok(&blob), "{kind} and {extra} bytes");
        }
    }
}

/// behaviour.md c19: truncation, by analogy.
#[test]
fn truncated_blobs_are_invalid() {
    for curve in nist() {
        let algorithm = open(curve.id);
        for (kind, blob) in [("ECCPRIVATEBLOB", curve.private()), ("ECCPUBLICBLOB", curve.peer())] {
            for length in 0..blob.len() {
                refused(&algorithm, kind, &blob[..length], "truncated");
            }
        }
    }
}

/// behaviour.md c20: the private half is dropped.
#[test]
fn a_private_blob_passes_as_a_public_one() {
    for curve in nist() {
        for kind in ["ECCPUBLICBLOB", "PUBLICBLOB"] {
            let key = import(&open(curve.id), kind, &curve.private()).unwrap();
            assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(curve.public()), "{}", curve.id);
            assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Err(INVALID_PARAMETER), "{}", curve.id);
        }
    }
}

/// behaviour.md c19; the mirror case of ECDSA magics is by analogy, a public magic on a private blob is our
/// choice.
#[test]
fn foreign_magics_are_invalid() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let others = nist();
        let others = others.iter().filter(|other| other.id != curve.id);
        let foreign = others.flat_map(|other| [other.public_magic, other.private_magic]);
        let ecdsa = [0x3153_4345, 0x3253_4345, 0x3553_4345, 0x5044_4345, 0x5644_4345];
        let never = [0, u32::MAX, 0x5043_4345, DH_PUBLIC, curve.public_magic.swap_bytes()];
        for wrong in foreign.chain(ecdsa).chain(never) {
            refused(&algorithm, "ECCPUBLICBLOB", &with_magic(&curve.peer(), wrong), "magic");
            refused(&algorithm, "ECCPRIVATEBLOB", &with_magic(&curve.private(), wrong), "magic");
        }
        for wrong in [curve.public_magic, ECDH_PUBLIC_GENERIC] {
            refused(&algorithm, "ECCPRIVATEBLOB", &with_magic(&curve.private(), wrong), "public magic");
        }
    }
}

/// behaviour.md c19: cbKey must be the curve's.
#[test]
fn foreign_widths_are_invalid() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let width = u32::try_from(curve.width()).unwrap();
        for wrong in [0, 1, 2, width - 1, width + 1, 2 * width, 0x2000_0000, 0x5555_5555, u32::MAX] {
            for (kind, mut blob) in [("ECCPRIVATEBLOB", curve.private()), ("ECCPUBLICBLOB", curve.peer())] {
                blob[4..8].copy_from_slice(&wrong.to_le_bytes());
                refused(&algorithm, kind, &blob, "cbKey");
                blob.resize(4096, 0);
                refused(&algorithm, kind, &blob, "cbKey with room behind");
            }
        }
    }
}

/// Blobs whose point is not one: off the curve, or with a coordinate that is not reduced.
fn bad_points(curve: &Curve, good: &[u8]) -> Vec<Vec<u8>> {
    let (p, width) = (&curve.domain.p, curve.width());
    let mut flipped = fields(good);
    flipped[1][width - 1] ^= 1;
    let (x, y) = (&fields(good)[0], &fields(good)[1]);
    let points = [
        (x.clone(), flipped[1].clone()),
        (y.clone(), x.clone()),
        (bytes(p, width), y.clone()),
        (x.clone(), bytes(p, width)),
        (x.clone(), vec![0xFF; width]),
        (vec![0xFF; width], vec![0xFF; width]),
    ];
    points.iter().map(|(x, y)| with_field(&with_field(good, 0, x), 1, y)).collect()
}

/// behaviour.md c25. The flag that skips validation must not let such a point reach the arithmetic either.
#[test]
fn points_off_the_curve_are_invalid() {
    for curve in nist() {
        let algorithm = open(curve.id);
        for (kind, blob) in [("ECCPRIVATEBLOB", curve.private()), ("ECCPUBLICBLOB", curve.peer())] {
            for blob in bad_points(&curve, &blob) {
                for flags in [0, NO_KEY_VALIDATION] {
                    let key = import_with(&algorithm, kind, &blob, flags);
                    assert_eq!(
                        key.unwrap_err(),
                        INVALID_PARAMETER,
                        "{} {kind} {flags} {blob:02x?}",
                        curve.id
                    );
                }
            }
        }
    }
}

/// behaviour.md c25: a coordinate of p or more is refused even where its residue is on the curve. P-521 has
/// room for it.
#[test]
fn unreduced_coordinates_are_invalid() {
    let curve = &nist()[2];
    let good = curve.peer();
    for index in [0, 1] {
        let value = crate::support::oracle::number(&fields(&good)[index]) + &curve.domain.p;
        let blob = with_field(&good, index, &bytes(&value, 66));
        refused(&open(curve.id), "ECCPUBLICBLOB", &blob, "x or y plus p");
    }
}

/// behaviour.md c25: d = 0 and d >= n, also beside a zero point.
#[test]
fn private_values_out_of_range_are_invalid() {
    for curve in nist() {
        let (n, width) = (&curve.domain.n, curve.width());
        let zero = vec![0; width];
        for d in [zero.clone(), bytes(n, width), bytes(&plus(n, 1), width), vec![0xFF; width]] {
            let with_point = with_field(&curve.private(), D, &d);
            let without = with_field(&with_field(&with_point, 0, &zero), 1, &zero);
            for flags in [0, NO_KEY_VALIDATION] {
                for blob in [&with_point, &without] {
                    let key = import_with(&open(curve.id), "ECCPRIVATEBLOB", blob, flags);
                    assert_eq!(key.unwrap_err(), INVALID_PARAMETER, "{} {flags} {d:02x?}", curve.id);
                }
            }
        }
    }
}

/// The ends of the range: 1 and n - 1.
#[test]
fn extreme_private_values_are_fine() {
    for curve in nist() {
        let (n, width) = (&curve.domain.n, curve.width());
        for d in [bytes(&plus(n, -1), width), [vec![0; width - 1], vec![1]].concat()] {
            let [x, y] = curve.domain.public(&d);
            let blob = blob::build(curve.private_magic, &[&x, &y, &d]);
            let key = import(&open(curve.id), "ECCPRIVATEBLOB", &blob).unwrap();
            assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(blob), "{}", curve.id);
            assert_eq!(agreed(&key, &key).map(|z| z.len()), Ok(width), "{}", curve.id);
        }
    }
}

/// behaviour.md c25: refused, unless the caller wants no validation. What the export then shows is our
/// choice.
#[test]
fn a_private_value_that_does_not_fit_its_point() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let (peer, private) = (fields(&curve.peer()), fields(&curve.private()));
        let blob = blob::build(curve.private_magic, &[&peer[0], &peer[1], &private[2]]);
        refused(&algorithm, "ECCPRIVATEBLOB", &blob, "d does not fit X, Y");
        let key = import_with(&algorithm, "ECCPRIVATEBLOB", &blob, NO_KEY_VALIDATION).unwrap();
        assert_eq!(exported(&key, "ECCPRIVATEBLOB").as_ref(), Ok(&blob), "{}", curve.id);
        // behaviour.md c27: 0x18 contains the bit 0x08 and means more checks, not fewer.
        for flags in [0x10, 0x18, 0x20] {
            let checked = import_with(&algorithm, "ECCPRIVATEBLOB", &blob, flags);
            assert_eq!(checked.unwrap_err(), INVALID_PARAMETER, "{} {flags:#x}: undecided", curve.id);
        }
    }
}

/// behaviour.md c21: fixed curves take both magics and write their own.
#[test]
fn fixed_curves_take_generic_magics() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let private = with_magic(&curve.private(), ECDH_PRIVATE_GENERIC);
        let key = import(&algorithm, "ECCPRIVATEBLOB", &private).unwrap();
        assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(curve.private()), "{}", curve.id);
        let public = with_magic(&curve.peer(), ECDH_PUBLIC_GENERIC);
        let key = import(&algorithm, "ECCPUBLICBLOB", &public).unwrap();
        assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(curve.peer()), "{}", curve.id);
    }
}

/// behaviour.md c21 for import; that the export is generic too is our choice.
#[test]
fn generic_ecdh_takes_both_magics_and_writes_generic_ones() {
    for curve in nist() {
        let algorithm = open_curve(curve.name);
        let private = with_magic(&curve.private(), ECDH_PRIVATE_GENERIC);
        let public = public_half(&private, ECDH_PUBLIC_GENERIC);
        for blob in [&private, &curve.private()] {
            let key = import(&algorithm, "ECCPRIVATEBLOB", blob).unwrap();
            assert_eq!(exported(&key, "ECCPRIVATEBLOB").as_ref(), Ok(&private), "{}", curve.name);
            assert_eq!(exported(&key, "ECCPUBLICBLOB").as_ref(), Ok(&public), "{}", curve.name);
        }
    }
}

/// behaviour.md n on c21: a generic magic needs a chosen curve. A magic that names its curve does not, by our
/// choice.
#[test]
fn generic_ecdh_without_a_curve() {
    let algorithm = open("ECDH");
    for curve in nist() {
        refused(&algorithm, "ECCPUBLICBLOB", &with_magic(&curve.peer(), ECDH_PUBLIC_GENERIC), "no curve");
        refused(
            &algorithm,
            "ECCPRIVATEBLOB",
            &with_magic(&curve.private(), ECDH_PRIVATE_GENERIC),
            "no curve",
        );
        let key = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
        assert_eq!(string(&key, "ECCCurveName"), Ok(curve.name.to_string()));
    }
}

#[test]
fn a_magic_that_names_another_curve_is_invalid_undecided() {
    let algorithm = open_curve("nistP384");
    refused(&algorithm, "ECCPUBLICBLOB", &p256().peer(), "P-256 magic on nistP384");
    refused(&algorithm, "ECCPRIVATEBLOB", &nist()[2].private(), "P-521 magic on nistP384");
}

/// behaviour.md c19, c28.
#[test]
fn foreign_blob_types_are_not_supported() {
    let curve = p256();
    let algorithm = open(curve.id);
    let key = new_key(&algorithm, 256);
    let foreign =
        ["", "NOPE", "eccpublicblob", "ECCPUBLICBLOB ", "DHPUBLICBLOB", "DHPRIVATEBLOB", "RSAPUBLICBLOB"];
    for kind in foreign.into_iter().chain(["KeyDataBlob", "OpaqueKeyBlob", "CAPIDHPRIVATEBLOB"]) {
        assert_eq!(import(&algorithm, kind, &curve.peer()).unwrap_err(), NOT_SUPPORTED, "import {kind}");
        assert_eq!(size(&export(&key, kind)), Err(NOT_SUPPORTED), "export {kind}");
        assert_eq!(fetch(&export(&key, kind), 200), Err(NOT_SUPPORTED), "export {kind}");
    }
    assert_eq!(magic(&curve.peer()), curve.public_magic);
}
