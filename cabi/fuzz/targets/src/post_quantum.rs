//! Looks for a difference of ML-KEM and ML-DSA from RustCrypto's: keys of any seed, secrets of any ciphertext, which encodings
//! of keys are taken, which signatures fit; and for calls that crash or are answered with an undocumented status.
//!
//! Input: a parameter set and what is done (a byte each), a seed (64 bytes), a context (a byte for its length), then bytes: a
//! ciphertext or a signature as they are, or changes of a good one or of a key, each a place (16 bits) and a byte.

use arbitrary::Unstructured;
use bcrypt_shim::names;
use ml_dsa::signature::Keypair;
use ml_kem::FromSeed;
use ml_kem::kem::{Ciphertext, Decapsulate, KeyExport, TryKeyInit};

use crate::door::{self, Raw, SUCCESS, Status};

/// The parameter sets: what they are called and the size of a ciphertext or a signature.
const SETS: [(&str, &str, usize); 6] = [
    (names::BCRYPT_MLKEM_ALGORITHM, names::BCRYPT_MLKEM_PARAMETER_SET_512, 768),
    (names::BCRYPT_MLKEM_ALGORITHM, names::BCRYPT_MLKEM_PARAMETER_SET_768, 1088),
    (names::BCRYPT_MLKEM_ALGORITHM, names::BCRYPT_MLKEM_PARAMETER_SET_1024, 1568),
    (names::BCRYPT_MLDSA_ALGORITHM, names::BCRYPT_MLDSA_PARAMETER_SET_44, 2420),
    (names::BCRYPT_MLDSA_ALGORITHM, names::BCRYPT_MLDSA_PARAMETER_SET_65, 3309),
    (names::BCRYPT_MLDSA_ALGORITHM, names::BCRYPT_MLDSA_PARAMETER_SET_87, 4627),
];

/// What is signed.
const MESSAGE: &[u8] = b"a message";

/// The blob types of an algorithm with their magics: public, private, seed.
type Types = [(&'static str, u32); 3];
const KEM: Types = [
    (names::BCRYPT_MLKEM_PUBLIC_BLOB, names::BCRYPT_MLKEM_PUBLIC_MAGIC),
    (names::BCRYPT_MLKEM_PRIVATE_BLOB, names::BCRYPT_MLKEM_PRIVATE_MAGIC),
    (names::BCRYPT_MLKEM_PRIVATE_SEED_BLOB, names::BCRYPT_MLKEM_PRIVATE_SEED_MAGIC),
];
const DSA: Types = [
    (names::BCRYPT_PQDSA_PUBLIC_BLOB, names::BCRYPT_MLDSA_PUBLIC_MAGIC),
    (names::BCRYPT_PQDSA_PRIVATE_BLOB, names::BCRYPT_MLDSA_PRIVATE_MAGIC),
    (names::BCRYPT_PQDSA_PRIVATE_SEED_BLOB, names::BCRYPT_MLDSA_PRIVATE_SEED_MAGIC),
];

struct Run<'a> {
    provider: Raw,
    types: Types,
    set: &'static str,
    output: usize,
    seed: [u8; 64],
    how: u8,
    context: Vec<u8>,
    rest: &'a [u8],
}

pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut byte = || input.arbitrary::<u8>().unwrap_or(0);
    let (number, how) = (usize::from(byte()) % SETS.len(), byte());
    let seed = std::array::from_fn(|_| byte());
    let length = usize::from(byte());
    // A context may be one byte too long.
    let context = (0..length + usize::from(how >> 7)).map(|_| byte()).collect();
    let (algorithm, set, output) = SETS[number];
    let rest = input.take_rest();
    let provider = door::open(algorithm).unwrap();
    let types = if number < 3 { KEM } else { DSA };
    let run = Run { provider, types, set, output, seed, how, context, rest };
    match number {
        0 => run.kem::<ml_kem::MlKem512>(),
        1 => run.kem::<ml_kem::MlKem768>(),
        2 => run.kem::<ml_kem::MlKem1024>(),
        3 => run.dsa::<ml_dsa::MlDsa44>(),
        4 => run.dsa::<ml_dsa::MlDsa65>(),
        _ => run.dsa::<ml_dsa::MlDsa87>(),
    }
    assert_eq!(door::close(provider), SUCCESS);
}

impl Run<'_> {
    fn import(&self, form: usize, key: &[u8]) -> Result<Raw, Status> {
        let (kind, magic) = self.types[form];
        let name: Vec<u8> = door::wide(self.set).iter().flat_map(|unit| unit.to_ne_bytes()).collect();
        let words = [magic, name.len() as u32, key.len() as u32].map(u32::to_le_bytes);
        door::import(self.provider, &door::wide(kind), &[words.as_flattened(), &name, key].concat(), 0)
    }

    fn export(&self, key: Raw, form: usize) -> Vec<u8> {
        let blob = door::export(key, &door::wide(self.types[form].0)).unwrap();
        blob[12 + 2 * (self.set.len() + 1)..].to_vec()
    }

    /// The rest as it is, or a good value with the changes in it.
    fn changed(&self, good: &[u8]) -> Vec<u8> {
        let mut changed = good.to_vec();
        for change in self.rest.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % good.len();
            changed[place] ^= change[2];
        }
        changed
    }

    fn kem<K>(&self)
    where
        K: FromSeed,
        K::DecapsulationKey: Decapsulate,
    {
        let key = self.import(2, &self.seed).unwrap();
        let (dk, ek) = K::from_seed(self.seed[..].try_into().unwrap());
        let public = self.export(key, 0);
        assert_eq!(public[..], ek.to_bytes()[..]);
        let (secret, good) = door::encapsulate(key, self.output).unwrap();
        let ciphertext = if self.how & 1 == 0 { self.rest.to_vec() } else { self.changed(&good) };
        match (<&Ciphertext<K>>::try_from(&ciphertext[..]), door::decapsulate(key, &ciphertext)) {
            (Ok(ciphertext), found) => assert_eq!(found.as_deref(), Ok(&dk.decapsulate(ciphertext)[..])),
            (Err(_), found) => assert_eq!(found, Err(names::STATUS_INVALID_BUFFER_SIZE)),
        }
        assert_eq!(door::decapsulate(key, &good), Ok(secret));
        if self.how & 2 != 0 {
            let public = self.changed(&public);
            let theirs = K::EncapsulationKey::new_from_slice(&public).is_ok();
            let ours = self.import(0, &public);
            assert_eq!(ours.is_ok(), theirs, "which encapsulation keys are taken");
            self.try_out(ours);
        }
        if self.how & 4 != 0 {
            self.try_out(self.import(1, &self.changed(&self.export(key, 1))));
        }
        assert_eq!(door::destroy_key(key), SUCCESS);
    }

    /// A key that was taken is exported as it came and can be used.
    fn try_out(&self, key: Result<Raw, Status>) {
        match key {
            Ok(key) => {
                let (_, ciphertext) = door::encapsulate(key, self.output).unwrap();
                // Whether it has a private half is not asked here.
                let _ = door::decapsulate(key, &ciphertext);
                assert_eq!(door::destroy_key(key), SUCCESS);
            }
            Err(status) => assert_eq!(status, names::STATUS_INVALID_PARAMETER),
        }
    }

    fn dsa<P: ml_dsa::MlDsaParams>(&self) {
        let seed: [u8; 32] = self.seed[..32].try_into().unwrap();
        let key = self.import(2, &seed).unwrap();
        let other = ml_dsa::SigningKey::<P>::from_seed(&seed.into());
        assert_eq!(self.export(key, 0)[..], other.verifying_key().encode()[..]);
        let signed = door::sign_message(key, &self.context, MESSAGE, self.output);
        if self.context.len() > 255 {
            assert_eq!(signed, Err(names::STATUS_INVALID_PARAMETER));
        } else {
            let good = signed.unwrap();
            assert_eq!(door::verify_message(key, &self.context, MESSAGE, &good), SUCCESS);
            let signature = if self.how & 1 == 0 { self.rest.to_vec() } else { self.changed(&good) };
            let status = door::verify_message(key, &self.context, MESSAGE, &signature);
            let fits = ml_dsa::Signature::<P>::try_from(&signature[..]).is_ok_and(|signature| {
                other.verifying_key().verify_with_context(MESSAGE, &self.context, &signature)
            });
            let wanted = match (fits, signature.len() == self.output) {
                (true, _) => SUCCESS,
                (false, true) => names::STATUS_INVALID_SIGNATURE,
                (false, false) => names::STATUS_INVALID_PARAMETER,
            };
            assert_eq!(status, wanted);
        }
        if self.how & 4 != 0 {
            match self.import(1, &self.changed(&self.export(key, 1))) {
                Ok(key) => {
                    let signature = door::sign_message(key, &[], MESSAGE, self.output).unwrap();
                    assert_eq!(door::verify_message(key, &[], MESSAGE, &signature), SUCCESS);
                    assert_eq!(door::destroy_key(key), SUCCESS);
                }
                Err(status) => assert_eq!(status, names::STATUS_INVALID_PARAMETER),
            }
        }
        assert_eq!(door::destroy_key(key), SUCCESS);
    }
}
