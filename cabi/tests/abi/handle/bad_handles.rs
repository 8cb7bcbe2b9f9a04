//! Every call with every kind of handle it does not take: behaviour.md h1.

use std::ptr::null_mut;
use std::sync::OnceLock;

use crate::support::alone::alone;
use crate::support::library::lib;
use crate::support::objects::{
    Alg, Handle, Key, Object, Secret, agree, derivation, export, generate, import, new_key, open, raw_secret,
    receive, signing, verify,
};
use crate::support::output::{fetch, size};
use crate::support::params::Params;
use crate::support::property::{get, read, set};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_HANDLE, SUCCESS, Status};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Algorithm,
    Key,
    Secret,
}
use Kind::{Algorithm, Key as KeyKind, Secret as SecretKind};

/// A call, what it takes, and how to make it with any handle. Each checks its outputs as well.
struct Call {
    name: &'static str,
    takes: &'static [Kind],
    make: fn(Handle) -> Result<(), Status>,
}

const fn call(name: &'static str, takes: &'static [Kind], make: fn(Handle) -> Result<(), Status>) -> Call {
    Call { name, takes, make }
}

const CALLS: [Call; 19] = [
    call("GenerateKeyPair", &[Algorithm], |handle| generate(&handle, 256).map(drop)),
    call("ImportKeyPair", &[Algorithm], |handle| import(&handle, "ECCPUBLICBLOB", &[0; 72]).map(drop)),
    call("GenRandom", &[], |handle| lib().gen_random(handle.raw(), [0; 16].as_mut_ptr(), 16, 0).ok()),
    call("FinalizeKeyPair", &[KeyKind], |handle| lib().finalize_key_pair(handle.raw(), 0).ok()),
    call("ExportKey, query", &[KeyKind], |handle| size(&export(&handle, "ECCPUBLICBLOB")).map(drop)),
    call("ExportKey", &[KeyKind], |handle| fetch(&export(&handle, "ECCPUBLICBLOB"), 200).map(drop)),
    call("DuplicateKey", &[], |handle| {
        receive(|out| lib().duplicate_key(handle.raw(), out, null_mut(), 0, 0)).map(drop)
    }),
    call("SecretAgreement, private", &[KeyKind], |handle| agree(&handle, &partner()).map(drop)),
    call("SecretAgreement, public", &[KeyKind], |handle| agree(&partner(), &handle).map(drop)),
    call("SignHash, query", &[KeyKind], |handle| size(&signing(&handle, &[1; 32])).map(drop)),
    call("SignHash", &[KeyKind], |handle| fetch(&signing(&handle, &[1; 32]), 64).map(drop)),
    call("VerifySignature", &[KeyKind], |handle| verify(&handle, &[1; 32], &[1; 64])),
    call("DeriveKey, query", &[SecretKind], |handle| {
        size(&derivation(&handle, "HASH", &Params::none(), 0)).map(drop)
    }),
    call("DeriveKey", &[SecretKind], |handle| {
        fetch(&derivation(&handle, "HASH", &Params::none(), 0), 20).map(drop)
    }),
    call("GetProperty, query", &[Algorithm, KeyKind, SecretKind], |handle| {
        size(&read(&handle, "AlgorithmName")).map(drop)
    }),
    call("GetProperty", &[Algorithm, KeyKind, SecretKind], |handle| {
        fetch(&read(&handle, "AlgorithmName"), 100).map(drop)
    }),
    call("SetProperty", &[Algorithm, KeyKind, SecretKind], |handle| set(&handle, "ECCCurveName", &[0, 0])),
    call("DestroyKey", &[KeyKind], |handle| lib().destroy_key(handle.raw()).ok()),
    call("DestroySecret", &[SecretKind], |handle| lib().destroy_secret(handle.raw()).ok()),
];

/// A key to agree with, made once: a new one for each call might be what a made-up handle happens to name.
fn partner() -> Handle {
    static PARTNER: OnceLock<Handle> = OnceLock::new();
    *PARTNER.get_or_init(|| new_key(&Handle(0x2A1), 256).into_handle())
}

/// One live object of each kind.
struct Live {
    algorithm: Alg,
    key: Key,
    secret: Secret,
}

impl Live {
    fn new() -> Live {
        let algorithm = open("ECDH_P256");
        let key = new_key(&algorithm, 256);
        let secret = agree(&key, &key).unwrap();
        Live { algorithm, key, secret }
    }

    fn handles(&self) -> [(Kind, Handle); 3] {
        let algorithm = (Algorithm, self.algorithm.handle());
        [algorithm, (KeyKind, self.key.handle()), (SecretKind, self.secret.handle())]
    }

    /// They still work: nothing that was refused has touched them.
    fn assert_alive(&self, z: &[u8]) {
        assert!(get(&self.algorithm, "AlgorithmName").is_ok());
        assert_eq!(raw_secret(&self.secret), z);
        assert_eq!(crate::support::objects::agreed(&self.key, &self.key).as_deref(), Ok(z));
    }
}

#[test]
fn live_handles_of_another_kind() {
    let live = Live::new();
    let z = raw_secret(&live.secret);
    for Call { name, takes, make } in CALLS {
        for (kind, handle) in live.handles() {
            if !takes.contains(&kind) {
                assert_eq!(make(handle), Err(INVALID_HANDLE), "{name}");
            }
        }
        if !takes.contains(&Algorithm) && name != "GenRandom" {
            assert_eq!(make(Handle(0x2A1)), Err(INVALID_HANDLE), "{name} with a pseudo-handle");
        }
    }
    for handle in [live.key.handle(), live.secret.handle()] {
        assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE);
    }
    live.assert_alive(&z);
}

/// A NULL, released, mistyped or made-up handle, and values next to live ones.
fn made_up(live: &Live) -> Vec<Handle> {
    let mut values =
        vec![0, 2, 3, 4, 0xF, 0x7FFF_FFFF, 0xDEAD_BEE0, usize::MAX, usize::MAX - 1, usize::MAX / 2];
    values.extend((0..usize::BITS).map(|bit| 1 << bit).filter(|value| *value != 1));
    let local = 0u64;
    values.push(std::ptr::from_ref(&local) as usize);
    let mut live: Vec<usize> = live.handles().iter().map(|(_, handle)| handle.0).collect();
    live.push(partner().0);
    for handle in &live {
        values.extend((0..usize::BITS).map(|bit| handle ^ 1 << bit));
        values.extend([handle.swap_bytes(), handle.wrapping_neg(), handle + 2, handle + 0x1000]);
    }
    values.retain(|value| value & 0xF != 1 && !live.contains(value));
    values.into_iter().map(Handle).collect()
}

/// Values next to live handles may be live handles of other tests, so this one runs alone.
#[test]
fn made_up_handles() {
    alone("handle::bad_handles::made_up_handles", || {
        let live = Live::new();
        let z = raw_secret(&live.secret);
        for handle in made_up(&live) {
            for Call { name, make, .. } in CALLS {
                assert_eq!(make(handle), Err(INVALID_HANDLE), "{name} with {handle:x?}");
            }
            assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE, "{handle:x?}");
        }
        live.assert_alive(&z);
    });
}

#[test]
fn released_handles() {
    let Live { algorithm, key, secret } = Live::new();
    let handles = [algorithm.handle(), key.handle(), secret.handle()];
    assert_eq!([algorithm.release(), key.release(), secret.release()], [SUCCESS; 3]);
    // New objects must not take over the released numbers.
    let live = Live::new();
    let z = raw_secret(&live.secret);
    for handle in handles {
        for Call { name, make, .. } in CALLS {
            assert_eq!(make(handle), Err(INVALID_HANDLE), "{name}");
        }
        assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE);
    }
    live.assert_alive(&z);
}

/// A handle that names nothing: random, destroyed, with flipped bits, of a pseudo-handle's neighbours, or foreign:
/// an address, a small number, a truncated handle.
fn wild(random: &mut Sequence, live: &[usize], destroyed: &[usize]) -> usize {
    let any = |random: &mut Sequence, handles: &[usize]| handles[random.below(handles.len())];
    let bit = |random: &mut Sequence| 1_usize << random.below(usize::BITS as usize);
    let number = random.next() as usize;
    match random.below(10) {
        0 | 1 => number,
        2 => any(random, destroyed),
        3 => any(random, live) ^ bit(random),
        4 => any(random, live) ^ bit(random) ^ bit(random),
        5 => any(random, live) & u32::MAX as usize,
        6 => number & 0xFFFF_FFFF,
        7 => number & 0xFFFF,
        8 => std::ptr::from_ref(random) as usize + (number & 0xFFF),
        // The form of a handle, with any index and generation.
        _ => (number & !0xF) | [3, 5, 7][random.below(3)],
    }
}

/// 10^5 of them into every call, or as many as BCRYPT_WILD_HANDLES says.
#[test]
fn wild_handles() {
    alone("handle::bad_handles::wild_handles", || {
        let count = std::env::var("BCRYPT_WILD_HANDLES").map_or(100_000, |text| text.parse().unwrap());
        let mut random = Sequence::new(1);
        let objects: Vec<Live> = (0..20).map(|_| Live::new()).collect();
        let values: Vec<Vec<u8>> = objects.iter().map(|live| raw_secret(&live.secret)).collect();
        let destroyed: Vec<usize> =
            (0..100).flat_map(|_| Live::new().handles().map(|(_, handle)| handle.0)).collect();
        let mut live: Vec<usize> =
            objects.iter().flat_map(|live| live.handles().map(|(_, handle)| handle.0)).collect();
        live.push(partner().0);
        let mut tried = 0;
        while tried < count {
            let handle = wild(&mut random, &live, &destroyed);
            let is_pseudo = handle & 0xF == 1 && handle < 0x1000;
            if is_pseudo || live.contains(&handle) {
                continue;
            }
            tried += 1;
            for Call { name, make, .. } in CALLS {
                assert_eq!(make(Handle(handle)), Err(INVALID_HANDLE), "{name} with {handle:#x}");
            }
            assert_eq!(lib().close_algorithm_provider(Handle(handle).raw(), 0), INVALID_HANDLE);
        }
        objects.iter().zip(&values).for_each(|(live, z)| live.assert_alive(z));
        println!("{tried} handles into each of {} calls", CALLS.len() + 1);
    });
}

/// Wild handles while nothing is live, so that every place of the table is free.
#[test]
fn wild_handles_without_live_ones() {
    alone("handle::bad_handles::wild_handles_without_live_ones", || {
        let destroyed: Vec<usize> = Live::new().handles().iter().map(|(_, handle)| handle.0).collect();
        let mut random = Sequence::new(2);
        let mut handles: Vec<usize> = (0..1000).map(|_| wild(&mut random, &destroyed, &destroyed)).collect();
        handles.extend([0, 1 << 4]);
        handles.retain(|handle| handle & 0xF != 1);
        for handle in handles.into_iter().map(|handle| Handle(handle).raw()) {
            let answers = [
                lib().destroy_key(handle),
                lib().destroy_secret(handle),
                lib().close_algorithm_provider(handle, 0),
            ];
            assert_eq!(answers, [INVALID_HANDLE; 3], "{handle:?}");
        }
        let (one, other) = (Live::new(), Live::new());
        assert_ne!(raw_secret(&one.secret), raw_secret(&other.secret));
    });
}

/// The handle is looked at first, whatever else is wrong: our choice of order, except for GenRandom
/// (behaviour.md g8).
#[test]
fn a_bad_handle_wins_over_everything_else_undecided() {
    use std::ptr::null;
    let (bad, flags) = (null_mut(), u32::MAX);
    let answers = [
        lib().close_algorithm_provider(bad, flags),
        lib().get_property(bad, null(), null_mut(), 0, null_mut(), flags),
        lib().set_property(bad, null(), null(), 9, flags),
        lib().generate_key_pair(bad, null_mut(), 1, flags),
        lib().finalize_key_pair(bad, flags),
        lib().import_key_pair(bad, null_mut(), null(), null_mut(), null(), 9, flags),
        lib().export_key(bad, null_mut(), null(), null_mut(), 0, null_mut(), flags),
        lib().duplicate_key(bad, null_mut(), null_mut(), 0, flags),
        lib().secret_agreement(bad, bad, null_mut(), flags),
        lib().derive_key(bad, null(), null(), null_mut(), 0, null_mut(), flags),
    ];
    assert_eq!(answers, [INVALID_HANDLE; 10]);
}
