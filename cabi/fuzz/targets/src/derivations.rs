//! Looks for a parameter list, a property or a blob with which a key to derive from crashes, is read or written outside its
//! buffers, is answered with an undocumented status, or derives other bytes the second time, or as a copy.
//!
//! Input: an algorithm (a byte, of the rows that derive), the key's length (16 bits) and bytes, then steps: what (a byte),
//! which (a byte: the type of a parameter, flags), a length (16 bits) and bytes.

use arbitrary::{Result, Unstructured};
use bcrypt_shim::algorithm::{ALGORITHMS, Algorithm, Does};
use bcrypt_shim::names;

use crate::door::{self, Parameter, Raw, SUCCESS};

/// Steps of one input, and parameters of one list.
const MOST_STEPS: usize = 64;
const MOST_PARAMETERS: usize = 32;
/// Longer than everything but the longest output of HKDF.
const LONGEST: u16 = 20_000;

/// The rows that derive.
pub fn rows() -> Vec<&'static Algorithm> {
    ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Derivation(_))).collect()
}

struct Run {
    row: &'static Algorithm,
    provider: Raw,
    key: Raw,
    parameters: Vec<Parameter>,
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(mut run) = Run::new(&mut input) else { return };
    for _ in 0..MOST_STEPS {
        // An exhausted input would give zeros without end.
        if input.is_empty() || run.step(&mut input).is_err() {
            break;
        }
    }
    assert_eq!(door::destroy_key(run.key), SUCCESS);
    assert_eq!(door::close(run.provider), SUCCESS);
}

fn bytes(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length: u16 = input.arbitrary()?;
    let length = usize::from(length).min(input.len());
    input.bytes(length).map(<[u8]>::to_vec)
}

impl Run {
    fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let rows = rows();
        let row = rows[usize::from(input.arbitrary::<u8>()?) % rows.len()];
        let secret = bytes(input)?;
        let provider = door::open(row.name).unwrap();
        let made = door::generate_symmetric(provider, &secret);
        assert_eq!(made.is_ok(), secret.len() <= 2048, "{} bytes", secret.len());
        let key = made.or_else(|_| door::generate_symmetric(provider, &secret[..2048])).unwrap();
        Ok(Self { row, provider, key, parameters: Vec::new() })
    }

    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let [what, which]: [u8; 2] = input.arbitrary()?;
        let bytes = bytes(input)?;
        match what % 9 {
            0 => self.add(which, bytes),
            1 => self.derive(&bytes, u32::from(which % 4) * names::BCRYPT_CAPI_AES_FLAG),
            2 => self.parameters.clear(),
            3 => self.set(names::BCRYPT_HKDF_HASH_ALGORITHM, &bytes),
            4 => self.set(names::BCRYPT_HKDF_SALT_AND_FINALIZE, &bytes),
            5 => self.set(names::BCRYPT_HKDF_PRK_AND_FINALIZE, &bytes),
            6 => self.replace(door::duplicate_key(self.key).unwrap()),
            7 => self.reimport(),
            _ => {
                // Whatever it is a blob of, it can be destroyed.
                if let Ok(other) = door::import_key_data(self.provider, &bytes) {
                    self.derivation_of(other, 40, 0).ok();
                    assert_eq!(door::destroy_key(other), SUCCESS);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, kind: u8, mut bytes: Vec<u8>) {
        if u32::from(kind) == names::KDF_ITERATION_COUNT {
            // Few iterations, in whatever size they are given.
            bytes.iter_mut().skip(1).for_each(|byte| *byte = 0);
        }
        if self.parameters.len() < MOST_PARAMETERS {
            self.parameters.push((u32::from(kind), bytes));
        }
    }

    fn derivation_of(&self, key: Raw, size: usize, flags: u32) -> std::result::Result<Vec<u8>, u32> {
        door::derive_from_key(key, &self.parameters, size, flags)
    }

    fn derive(&self, size: &[u8], flags: u32) {
        let size = size.first_chunk().map_or(32, |&size| u16::from_ne_bytes(size));
        let size = usize::from(size % LONGEST);
        let derived = self.derivation_of(self.key, size, flags);
        assert_eq!(self.derivation_of(self.key, size, flags), derived, "the same bytes again");
        let depends_on_length = matches!(
            self.row.name,
            names::BCRYPT_SP800108_CTR_HMAC_ALGORITHM | names::BCRYPT_CAPI_KDF_ALGORITHM
        );
        if let Ok(whole) = derived
            && size > 1
            && !depends_on_length
        {
            let part = self.derivation_of(self.key, size - 1, flags).unwrap();
            assert_eq!(part, whole[..size - 1], "a shorter output is the beginning of the longer one");
        }
    }

    fn set(&self, name: &str, value: &[u8]) {
        let status = door::set(self.key, &door::wide(name), value);
        let is_hkdf = self.row.name == names::BCRYPT_HKDF_ALGORITHM;
        assert!(is_hkdf || status == names::STATUS_NOT_SUPPORTED, "{status:#x}");
    }

    /// Goes on with another key, which derives the same.
    fn replace(&mut self, other: Raw) {
        let expected = self.derivation_of(self.key, 40, 0);
        assert_eq!(door::destroy_key(self.key), SUCCESS);
        assert_eq!(self.derivation_of(other, 40, 0), expected, "as the key before");
        self.key = other;
    }

    fn reimport(&mut self) {
        match door::export(self.key, &door::wide(names::BCRYPT_KEY_DATA_BLOB)) {
            Ok(blob) => self.replace(door::import_key_data(self.provider, &blob).unwrap()),
            Err(status) => {
                assert_eq!(status, names::STATUS_INVALID_PARAMETER);
                assert_eq!(self.row.name, names::BCRYPT_HKDF_ALGORITHM, "all others have a blob");
            }
        }
    }
}
