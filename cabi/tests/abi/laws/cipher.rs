//! Every row with ciphers, in each of its modes: what one call encrypts another decrypts, in place, apart and
//! overlapping; any division of a text is the whole; a flipped bit is noticed where there is a tag; and what a row can't
//! do is answered with NOT_SUPPORTED.

use std::ptr::{null, null_mut};

use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Class, Does};
use bcrypt_shim::cipher::{Limits, Mode};

use crate::cipher::call::{Info, PADDING, Run, Way, key, set_mode};
use crate::support::library::{Library, lib};
use crate::support::objects::{Alg, Key, Object, new_key, open, receive};
use crate::support::property::set;
use crate::support::sequence::Sequence;
use crate::support::status::{AUTH_TAG_MISMATCH, INVALID_HANDLE, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::{wide, wide_bytes};

/// A row in one of its modes.
struct Case {
    name: &'static str,
    mode: Mode,
    limits: &'static Limits,
    /// `MessageBlockLength`, where it is chosen.
    unit: Option<u32>,
}

impl Case {
    fn all() -> Vec<Case> {
        let mut cases = Vec::new();
        for row in ALGORITHMS {
            let Does::Cipher(cipher) = row.does else { continue };
            let limits = cipher.limits();
            for &mode in limits.modes {
                let units: &[Option<u32>] = match (row.name, mode, limits.block) {
                    ("XTS-AES", ..) => &[Some(16), Some(48), Some(512)],
                    (_, Mode::Cfb, 8) => &[None, Some(8)],
                    (_, Mode::Cfb, _) => &[None, Some(16)],
                    _ => &[None],
                };
                cases.extend(units.iter().map(|&unit| Case { name: row.name, mode, limits, unit }));
            }
        }
        assert!(cases.len() > 20, "the table was read");
        cases
    }

    fn key(&self, random: &mut Sequence) -> Key {
        let (least, greatest, step) = self.limits.key_bits;
        let steps = (greatest - least).checked_div(step).unwrap_or(0) as usize;
        let bits = least + step * u32::try_from(random.below(steps + 1)).unwrap();
        let secret: Vec<u8> = (0..bits / 8).map(|_| random.next() as u8).collect();
        let algorithm = open(self.name);
        set(&algorithm, "ChainingMode", &wide_bytes(self.mode.name())).unwrap();
        let key = key(&algorithm, &secret);
        if let Some(unit) = self.unit {
            set(&key, "MessageBlockLength", &unit.to_le_bytes()).unwrap();
        }
        key
    }

    fn has_tag(&self) -> bool {
        self.limits.tags(self.mode).is_ok()
    }

    fn iv(&self) -> Option<Vec<u8>> {
        match self.mode {
            Mode::Cbc | Mode::Cfb => Some(vec![0x21; self.limits.block]),
            _ if self.name == "XTS-AES" => Some(vec![5, 0, 0, 0, 0, 0, 0, 0]),
            _ => None,
        }
    }

    /// What a text without padding is a multiple of.
    fn multiple(&self) -> usize {
        match self.mode {
            Mode::Cbc | Mode::Ecb => self.limits.block,
            _ => self.unit.unwrap_or(1) as usize,
        }
    }

    fn pads(&self) -> bool {
        matches!(self.mode, Mode::Cbc | Mode::Ecb | Mode::Cfb)
    }

    fn describe(&self) -> String {
        format!("{} {:?} {:?}", self.name, self.mode, self.unit)
    }
}

/// One call on a text that lies in memory at a place, to another place: status, result, tag.
struct Move {
    way: Way,
    from: usize,
    to: usize,
    length: usize,
    flags: u32,
}

fn call(case: &Case, key: &Key, memory: &mut [u8], tag: &mut [u8; 16], how: &Move) -> (Status, usize) {
    let (mut iv, mut size) = (case.iv().unwrap_or_default(), 0);
    let (iv_start, iv_size) = (if iv.is_empty() { null_mut() } else { iv.as_mut_ptr() }, iv.len());
    let mut info = Info::new(&[4; 12], b"associated", tag);
    let info_pointer = if case.has_tag() { info.pointer() } else { null() };
    let room = u32::try_from(memory.len() - how.to).unwrap();
    let base = memory.as_mut_ptr();
    let call = if how.way == Way::Encrypt { Library::encrypt } else { Library::decrypt };
    let (length, iv_size) = (u32::try_from(how.length).unwrap(), u32::try_from(iv_size).unwrap());
    let (input, output) = (base.wrapping_add(how.from), base.wrapping_add(how.to));
    let status = call(
        lib(),
        key.raw(),
        input,
        length,
        info_pointer,
        iv_start,
        iv_size,
        output,
        room,
        &mut size,
        how.flags,
    );
    tag.copy_from_slice(&info.tag);
    (status, size as usize)
}

/// A fresh state for the stream cipher, whose key goes on.
fn fresh(key: &Key) -> Key {
    crate::cipher::call::duplicate(key)
}

#[test]
fn decryption_undoes_encryption_wherever_the_buffers_lie() {
    let mut random = Sequence::new(14);
    for case in Case::all() {
        let original = case.key(&mut random);
        for round in 0..12 {
            let flags = if case.pads() && round % 2 == 1 { PADDING } else { 0 };
            let length = random.below(1500);
            let length = if flags == PADDING { length } else { length / case.multiple() * case.multiple() };
            let text: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
            let mut known: Option<(Vec<u8>, [u8; 16])> = None;
            for (from, to) in [(0, 0), (0, 3000), (3000, 0), (0, 1), (1, 0), (100, 133), (133, 100)] {
                let mut memory = vec![0xA5; 6000];
                memory[from..from + length].copy_from_slice(&text);
                let mut tag = [0; 16];
                let how = Move { way: Way::Encrypt, from, to, length, flags };
                let (status, size) = call(&case, &fresh(&original), &mut memory, &mut tag, &how);
                assert_eq!(status, SUCCESS, "{}", case.describe());
                let ciphertext = memory[to..to + size].to_vec();
                let (expected, expected_tag) = known.get_or_insert((ciphertext.clone(), tag));
                assert!(
                    ciphertext == *expected && tag == *expected_tag,
                    "{}: {from} to {to}",
                    case.describe()
                );
                let how = Move { way: Way::Decrypt, from: to, to: from, length: size, flags };
                let (status, size) = call(&case, &fresh(&original), &mut memory, &mut tag, &how);
                assert_eq!((status, size), (SUCCESS, length), "{}: {from} to {to}", case.describe());
                assert!(memory[from..from + length] == text, "{}: {from} to {to}", case.describe());
            }
        }
    }
}

#[test]
fn any_division_is_the_whole() {
    let mut random = Sequence::new(60);
    for case in Case::all().iter().filter(|case| !case.has_tag() && case.name != "XTS-AES") {
        let original = case.key(&mut random);
        let text: Vec<u8> = (0..2048).map(|_| random.next() as u8).collect();
        for way in [Way::Encrypt, Way::Decrypt] {
            let whole = Run::new(way, &fresh(&original), &text).call().text();
            for _ in 0..8 {
                let (key, mut done, mut parts) = (fresh(&original), 0, Vec::new());
                while done < text.len() {
                    let size = (random.below(300) / case.multiple() * case.multiple()).min(text.len() - done);
                    parts.extend(Run::new(way, &key, &text[done..done + size]).call().text());
                    done += size;
                }
                assert!(parts == whole, "{} {way:?}", case.describe());
            }
        }
    }
}

#[test]
fn a_flipped_bit_is_noticed_where_there_is_a_tag() {
    let mut random = Sequence::new(71);
    for case in Case::all().iter().filter(|case| case.has_tag()) {
        let key = case.key(&mut random);
        let mut memory: Vec<u8> = (0..200).map(|_| random.next() as u8).collect();
        let mut tag = [0; 16];
        let how = Move { way: Way::Encrypt, from: 0, to: 0, length: 200, flags: 0 };
        assert_eq!(call(case, &key, &mut memory, &mut tag, &how).0, SUCCESS);
        for bit in 0..(200 + 16) * 8 {
            let (mut wrong, mut wrong_tag) = (memory.clone(), tag);
            match wrong.get_mut(bit / 8) {
                Some(byte) => *byte ^= 1 << (bit % 8),
                None => wrong_tag[bit / 8 - 200] ^= 1 << (bit % 8),
            }
            let how = Move { way: Way::Decrypt, from: 0, to: 0, length: 200, flags: 0 };
            assert_eq!(call(case, &key, &mut wrong, &mut wrong_tag, &how).0, AUTH_TAG_MISMATCH);
            assert_eq!(wrong, [0; 200], "{}: nothing is left", case.describe());
        }
    }
}

fn rows(keep: impl Fn(&Algorithm) -> bool) -> Vec<(&'static str, Alg)> {
    let rows = ALGORITHMS.iter().filter(|row| !matches!(row.does, Does::Nothing) && keep(row));
    rows.map(|row| (row.name, open(row.name))).collect()
}

#[test]
fn what_a_row_can_not_do_is_not_supported() {
    for (name, algorithm) in rows(|row| row.class != Class::Cipher && row.class != Class::KeyDerivation) {
        let secret = [1; 32];
        let made = receive(|out| {
            lib().generate_symmetric_key(algorithm.raw(), out, null_mut(), 0, secret.as_ptr(), 32, 0)
        });
        assert_eq!(made, Err(NOT_SUPPORTED), "{name}");
        let blob_type = wide("KeyDataBlob");
        let imported = receive(|out| {
            let (raw, kind) = (algorithm.raw(), blob_type.as_ptr());
            lib().import_key(raw, null_mut(), kind, out, null_mut(), 0, secret.as_ptr(), 32, 0)
        });
        assert_eq!(imported, Err(NOT_SUPPORTED), "{name}");
        assert_eq!(set_mode(&algorithm, "CBC"), Err(NOT_SUPPORTED), "{name}");
    }
    let mut random = Sequence::new(9);
    for case in Case::all() {
        let (name, symmetric) = (case.name, case.key(&mut random));
        let algorithm = open(name);
        let pair = receive(|out| lib().generate_key_pair(algorithm.raw(), out, 256, 0));
        assert_eq!(pair, Err(NOT_SUPPORTED), "{name}");
        assert_eq!(lib().finalize_key_pair(symmetric.raw(), 0), NOT_SUPPORTED, "{name}");
        let secret = receive(|out| lib().secret_agreement(symmetric.raw(), symmetric.raw(), out, 0));
        assert!(matches!(secret, Err(NOT_SUPPORTED | INVALID_HANDLE)), "{name}: {secret:?}");
        for property in ["ECCCurveName", "DHParameters", "HashDigestLength", "Nothing"] {
            assert_eq!(set(&symmetric, property, &[0; 4]), Err(NOT_SUPPORTED), "{name} {property}");
            assert_eq!(set(&algorithm, property, &[0; 4]), Err(NOT_SUPPORTED), "{name} {property}");
        }
    }
    let pair = new_key(&open("ECDH_P256"), 256);
    for way in [Way::Encrypt, Way::Decrypt] {
        assert_eq!(Run::new(way, &pair, &[0; 16]).call().refused(), (NOT_SUPPORTED, None));
    }
}

/// Sixteen threads use one key of each row while another sets its modes: each answer is right for one of the modes.
#[test]
fn a_key_shared_while_modes_are_set() {
    let mut random = Sequence::new(16);
    for name in ["AES", "3DES", "RC2"] {
        let cases: Vec<Case> = Case::all().into_iter().filter(|case| case.name == name).collect();
        let shared = cases[0].key(&mut random);
        let right: Vec<_> = cases
            .iter()
            .filter(|case| !case.has_tag() && case.unit.is_none())
            .map(|case| {
                let copy = fresh(&shared);
                set(&copy, "ChainingMode", &wide_bytes(case.mode.name())).unwrap();
                let iv = vec![0x21; case.limits.block];
                Run::new(Way::Encrypt, &copy, &[7; 64]).with_iv(case.iv().is_some().then_some(&iv[..])).text()
            })
            .collect();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let iv = vec![0x21; cases[0].limits.block];
                        let run = Run::new(Way::Encrypt, &shared, &[7; 64]);
                        // Refused where the mode has no IV, or a tag.
                        let outcome = run.with_iv(Some(&iv));
                        assert!(outcome.status != SUCCESS || right.contains(&outcome.text()), "{name}");
                    }
                });
            }
            scope.spawn(|| {
                for case in (0..500).flat_map(|_| &cases) {
                    set(&shared, "ChainingMode", &wide_bytes(case.mode.name())).unwrap();
                }
            });
        });
    }
}
