//! BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG: behaviour.md j24.

use super::{HMAC, create, feed, finish, once, size};
use crate::support::library::lib;
use crate::support::objects::{Hash, Object, open, open_with};
use crate::support::sequence::Sequence;
use crate::support::status::{AUTH_TAG_MISMATCH, INVALID_PARAMETER, SUCCESS, Status};

const VERIFY: u32 = 4;
const FIXED: &[u8; 11] = b"\0\0\0\0\0\0\0\x01\x17\x03\x02";
const KEY: &[u8] = b"a MAC key of TLS";

/// Text, MAC and padding of a record.
fn record(name: &str, text: &[u8], padding: u8) -> Vec<u8> {
    let algorithm = open_with(name, None, HMAC).unwrap();
    let length = crate::support::property::number(&algorithm, "HashDigestLength").unwrap() as usize;
    let header = [FIXED, &u16::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat();
    let mac = once(&algorithm, KEY, &header, length).unwrap();
    [text, &mac, &vec![padding; usize::from(padding) + 1]].concat()
}

fn started(name: &str, length: u16) -> Hash {
    let hash = create(&open_with(name, None, HMAC | VERIFY).unwrap(), KEY, 0).unwrap();
    feed(&hash, &[&FIXED[..], &length.to_be_bytes()].concat()).unwrap();
    hash
}

fn verify(hash: &Hash, record: &[u8]) -> Status {
    lib().hash_data(hash.raw(), record.as_ptr(), size(record), VERIFY)
}

#[test]
fn right_records() {
    for name in ["SHA1", "SHA256", "SHA384"] {
        for length in [0, 1, 11, 50, 51, 63, 64, 255, 256, 257, 1000, 16384] {
            for padding in [0, 1, 7, 15, 63, 64, 254, 255] {
                let text: Vec<u8> = (0..length).map(|index| index as u8).collect();
                let record = record(name, &text, padding);
                let right = u16::try_from(length).unwrap();
                for said in [right, 0, u16::MAX] {
                    assert_eq!(verify(&started(name, said), &record), SUCCESS, "{name} {length} {padding}");
                }
            }
        }
    }
}

/// A flipped bit anywhere, and another length of padding.
#[test]
fn wrong_records() {
    let mut random = Sequence::new(7);
    for name in ["SHA1", "SHA256", "SHA384"] {
        for (length, padding) in [(0, 0), (20, 11), (300, 255), (1000, 3)] {
            let record = record(name, &vec![0x17; length], padding);
            for round in 0..200 {
                let place = if round < 60 {
                    record.len() - 1 - round % record.len()
                } else {
                    random.below(record.len())
                };
                let mut wrong = record.clone();
                wrong[place] ^= 1 << random.below(8);
                let hash = started(name, u16::try_from(length).unwrap());
                assert_eq!(verify(&hash, &wrong), AUTH_TAG_MISMATCH, "{name} {length} at {place}");
            }
            let cut = &record[..record.len() - 1];
            let status = verify(&started(name, 0), cut);
            assert!(status == AUTH_TAG_MISMATCH || status == INVALID_PARAMETER, "{status:?}");
        }
        for count in [0_usize, 1, 19, 20] {
            assert_eq!(
                verify(&started(name, 0), &vec![0; count]),
                INVALID_PARAMETER,
                "{count} bytes: undecided"
            );
        }
        assert_eq!(verify(&started(name, 0), &[255; 49]), AUTH_TAG_MISMATCH, "more padding than record");
        assert_eq!(verify(&started(name, 0), &vec![0; 1 << 16]), INVALID_PARAMETER, "too long: undecided");
    }
}

/// The header has to be read, and nothing else; and it takes an HMAC of a hash that TLS has.
#[test]
fn out_of_order_undecided() {
    let record = record("SHA1", b"text", 3);
    let hash = create(&open_with("SHA1", None, HMAC).unwrap(), KEY, 0).unwrap();
    for _ in 0..2 {
        assert_eq!(verify(&hash, &record), INVALID_PARAMETER);
        feed(&hash, &FIXED[..]).unwrap();
    }
    assert_eq!(verify(&create(&open("SHA1"), &[], 0).unwrap(), &record), INVALID_PARAMETER, "no HMAC");
    let hash = create(&open_with("SHA512", None, HMAC).unwrap(), KEY, 0).unwrap();
    feed(&hash, &[0; 13]).unwrap();
    assert_eq!(verify(&hash, &record), INVALID_PARAMETER, "no hash of TLS");
    let hash = started("SHA1", 4);
    assert_eq!(verify(&hash, &record), SUCCESS);
    let empty = once(&open_with("SHA1", None, HMAC).unwrap(), KEY, b"", 20);
    assert_eq!(finish(&hash, 20), empty, "it has started again");
}
