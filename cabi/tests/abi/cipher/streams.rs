//! RC4, whose key is its stream, and XTS, whose IV is a number of a sector.

use super::call::{PADDING, Run, Way, duplicate, key, run};
use crate::support::objects::{Key, open};
use crate::support::property::set;
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_BUFFER_SIZE, INVALID_PARAMETER, SUCCESS};
use crate::support::text::hex;

/// behaviour.md s67.
#[test]
fn the_stream_goes_on_and_a_copy_goes_its_own_way() {
    let rc4 = key(&open("RC4"), b"Key");
    let encrypted = |key: &Key, text: &[u8]| run(Way::Encrypt, key, text, None, 0).unwrap().0;
    assert_eq!(encrypted(&rc4, b"Plai"), hex("bbf316e8"));
    let copy = duplicate(&rc4);
    let call = Run::new(Way::Encrypt, &rc4, b"ntext");
    assert_eq!(call.clone().query().call().refused(), (SUCCESS, Some(5)), "a query does not go on");
    assert_eq!(call.clone().room(4).call().refused(), (BUFFER_TOO_SMALL, Some(5)));
    assert_eq!(call.padded().call().refused(), (INVALID_PARAMETER, Some(5)));
    assert_eq!(encrypted(&rc4, b"ntext"), hex("d940af0ad3"));
    assert_eq!(encrypted(&copy, b"ntext"), hex("d940af0ad3"));
    assert_eq!(encrypted(&rc4, b""), b"");
    let back = key(&open("RC4"), b"Key");
    assert_eq!(run(Way::Decrypt, &back, &hex("bbf316e8d940af0ad3"), None, 0).unwrap().0, b"Plaintext");
}

fn sectors(secret: &[u8], unit: u32) -> Key {
    let key = key(&open("XTS-AES"), secret);
    set(&key, "MessageBlockLength", &unit.to_le_bytes()).unwrap();
    key
}

/// behaviour.md s79: the number grows by one for each unit; the unit may change.
#[test]
fn units_are_numbered() {
    let secret: Vec<u8> = (0..64).collect();
    let data: Vec<u8> = (0..8192_u32).map(|n| (n * 31 % 251) as u8).collect();
    for length in [32, 64] {
        for unit in [16, 512, 4096] {
            let key = sectors(&secret[..length], unit);
            let first = 0xFFFF_FFFF_FFFF_FFFE_u64;
            let (whole, iv) = run(Way::Encrypt, &key, &data, Some(&first.to_le_bytes()), 0).unwrap();
            assert_eq!(iv, first.to_le_bytes(), "undecided: the number is not written back");
            for (index, (part, expected)) in
                data.chunks(unit as usize).zip(whole.chunks(unit as usize)).enumerate()
            {
                let number = first.wrapping_add(index as u64).to_le_bytes();
                assert_eq!(run(Way::Encrypt, &key, part, Some(&number), 0).unwrap().0, expected);
                assert_eq!(run(Way::Decrypt, &key, expected, Some(&number), 0).unwrap().0, part);
            }
            set(&key, "MessageBlockLength", &(unit * 2).to_le_bytes()).unwrap();
            let other = run(Way::Encrypt, &key, &data, Some(&first.to_le_bytes()), 0).unwrap().0;
            assert_ne!(other, whole);
        }
    }
}

/// What the engine does and what is composed of its parts is the same: over 16 MiB it is the latter.
#[test]
fn both_ways_to_compute_agree() {
    let secret: Vec<u8> = (0..64).collect();
    let unit = (16 << 20) + 16;
    let data = vec![0x6B; unit];
    let key = sectors(&secret, u32::try_from(unit).unwrap());
    let long = run(Way::Encrypt, &key, &data, Some(&[9; 8]), 0).unwrap().0;
    set(&key, "MessageBlockLength", &((16_u32 << 20).to_le_bytes())).unwrap();
    let short = run(Way::Encrypt, &key, &data[..16 << 20], Some(&[9; 8]), 0).unwrap().0;
    assert!(long[..16 << 20] == short[..]);
}

#[test]
fn wrong_arguments() {
    let key = sectors(&[1; 64], 512);
    let data = [0; 1024];
    let number = [0; 8];
    for length in [1, 16, 511, 513, 1000] {
        let outcome = Run::new(Way::Encrypt, &key, &data[..length]).with_iv(Some(&number));
        assert_eq!(outcome.refused(), (INVALID_BUFFER_SIZE, Some(length)));
    }
    for length in [0, 7, 9, 16] {
        let iv = vec![0; length];
        let outcome = Run::new(Way::Encrypt, &key, &data).with_iv(Some(&iv));
        assert_eq!(outcome.refused(), (INVALID_PARAMETER, Some(1024)), "an IV of {length}");
    }
    let call = Run::new(Way::Encrypt, &key, &data);
    assert_eq!(call.call().refused(), (INVALID_PARAMETER, Some(1024)), "no IV");
    assert_eq!(call.clone().room(1023).with_iv(Some(&number)).refused(), (BUFFER_TOO_SMALL, Some(1024)));
    assert_eq!(call.clone().query().call().refused(), (SUCCESS, Some(1024)));
    let padded = Run { flags: PADDING, ..call };
    assert_eq!(padded.with_iv(Some(&number)).refused(), (INVALID_PARAMETER, Some(1024)));
    assert_eq!(run(Way::Encrypt, &key, &[], Some(&number), 0).unwrap().0, b"");
    // Without a unit a text is one.
    let free = super::call::key(&open("XTS-AES"), &[1; 64]);
    set(&key, "MessageBlockLength", &1024_u32.to_le_bytes()).unwrap();
    let expected = run(Way::Encrypt, &key, &data, Some(&number), 0).unwrap();
    assert_eq!(run(Way::Encrypt, &free, &data, Some(&number), 0).unwrap(), expected);
}
