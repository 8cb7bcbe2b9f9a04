//! The function tables: behaviour.md s114 to s116.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::BCRYPT_INTERFACE_VERSION;

use super::{PROVIDER, Text, algorithms};
use crate::support::library::{Name, lib};
use crate::support::status::{INVALID_PARAMETER, NOT_FOUND, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::{hex, wide};

/// A table by its interface: the call, without the type of the table, the functions in their order, and its version.
struct Interface {
    class: u32,
    get: fn(Name, Name, *mut *const usize, u32) -> Status,
    functions: &'static [&'static str],
    version: u16,
}

const COMMON: [&str; 3] = ["GetProperty", "SetProperty", "CloseAlgorithmProvider"];

const INTERFACES: [Interface; 7] = [
    Interface {
        class: 1,
        get: |provider, id, table, flags| lib().cipher_interface(provider, id, table.cast(), flags),
        functions: &[
            "GenerateSymmetricKey",
            "Encrypt",
            "Decrypt",
            "ImportKey",
            "ExportKey",
            "DuplicateKey",
            "DestroyKey",
        ],
        version: 1,
    },
    Interface {
        class: 2,
        get: |provider, id, table, flags| lib().hash_interface(provider, id, table.cast(), flags),
        functions: &[
            "CreateHash",
            "HashData",
            "FinishHash",
            "DuplicateHash",
            "DestroyHash",
            "CreateMultiHash",
            "ProcessMultiOperations",
        ],
        version: 2,
    },
    Interface {
        class: 3,
        get: |provider, id, table, flags| {
            lib().asymmetric_encryption_interface(provider, id, table.cast(), flags)
        },
        functions: &[
            "GenerateKeyPair",
            "FinalizeKeyPair",
            "Encrypt",
            "Decrypt",
            "ImportKeyPair",
            "ExportKey",
            "DestroyKey",
            "SignHash",
            "VerifySignature",
        ],
        version: 1,
    },
    Interface {
        class: 4,
        get: |provider, id, table, flags| lib().secret_agreement_interface(provider, id, table.cast(), flags),
        functions: &[
            "SecretAgreement",
            "DeriveKey",
            "DestroySecret",
            "GenerateKeyPair",
            "FinalizeKeyPair",
            "ImportKeyPair",
            "ExportKey",
            "DestroyKey",
        ],
        version: 1,
    },
    Interface {
        class: 5,
        get: |provider, id, table, flags| lib().signature_interface(provider, id, table.cast(), flags),
        functions: &[
            "GenerateKeyPair",
            "FinalizeKeyPair",
            "SignHash",
            "VerifySignature",
            "ImportKeyPair",
            "ExportKey",
            "DestroyKey",
        ],
        version: 1,
    },
    Interface {
        class: 6,
        get: |provider, _, table, flags| lib().rng_interface(provider, table.cast(), flags),
        functions: &["GenRandom"],
        version: 1,
    },
    Interface {
        class: 7,
        get: |provider, id, table, flags| lib().key_derivation_interface(provider, id, table.cast(), flags),
        functions: &[
            "GenerateSymmetricKey",
            "DestroyKey",
            "KeyDerivation",
            "ExportKey",
            "ImportKey",
            "DuplicateKey",
        ],
        version: 1,
    },
];

/// What a call answers; a failure leaves the place as it was.
fn table(interface: &Interface, provider: Option<&str>, id: Option<&str>) -> Result<*const usize, Status> {
    let (provider, id) = (Text::from(provider), Text::from(id));
    let mut table = std::ptr::dangling();
    let status = (interface.get)(provider.as_ptr(), id.as_ptr(), &mut table, 0);
    assert_eq!(status == SUCCESS, table != std::ptr::dangling(), "untouched on failure");
    status.ok().map(|()| table)
}

/// Whether an algorithm of another class has this table too.
fn has(interface: u32, class: u32) -> bool {
    interface == class || (class, interface) == (3, 5)
}

#[test]
fn each_class_has_its_table_and_no_other() {
    for interface in &INTERFACES {
        for class in (1..=8).filter(|_| interface.class != 6) {
            for id in algorithms(class) {
                let found = table(interface, None, Some(&id)).map(|_| ());
                let wanted = if has(interface.class, class) { Ok(()) } else { Err(NOT_SUPPORTED) };
                assert_eq!(found, wanted, "{id} of class {class} for {}", interface.class);
            }
        }
    }
}

/// An id of an algorithm that is there, for any class that has one.
fn sample(interface: &Interface) -> Option<String> {
    algorithms(interface.class).into_iter().next()
}

/// The functions are the exports, but for Open, which is not told the provider.
#[test]
fn the_tables_have_the_exports() {
    for interface in &INTERFACES {
        let Some(id) = sample(interface) else { continue };
        let table = table(interface, Some(PROVIDER), Some(&id)).unwrap();
        // SAFETY: the table has a version, padded, and the functions behind it, each as wide as a pointer.
        let word = |index| unsafe { *table.add(index) };
        // SAFETY: as above.
        let version = unsafe { *table.cast::<BCRYPT_INTERFACE_VERSION>() };
        assert_eq!((version.MajorVersion, version.MinorVersion), (interface.version, 0));
        assert_ne!(word(1), lib().address("BCryptOpenAlgorithmProvider"));
        for (index, name) in COMMON.iter().chain(interface.functions).enumerate() {
            assert_eq!(
                word(index + 2),
                lib().address(&format!("BCrypt{name}")),
                "{name} of {}",
                interface.class
            );
        }
    }
}

#[test]
fn wrong_arguments_are_refused() {
    for interface in &INTERFACES {
        let Some(id) = sample(interface) else { continue };
        let (provider, name) = (wide(PROVIDER), wide(&id));
        let mut place = null();
        for bit in 0..32 {
            let status = (interface.get)(provider.as_ptr(), name.as_ptr(), &mut place, 1 << bit);
            assert_eq!((status, place), (INVALID_PARAMETER, null()), "bit {bit}");
        }
        assert_eq!((interface.get)(provider.as_ptr(), name.as_ptr(), null_mut(), 0), INVALID_PARAMETER);
        assert_eq!(table(interface, Some("NOPE"), Some(&id)), Err(NOT_FOUND));
        assert_eq!(table(interface, Some(""), Some(&id)), Err(NOT_FOUND));
        table(interface, Some(&PROVIDER.to_uppercase()), Some(&id.to_lowercase())).unwrap();
        if interface.class != 6 {
            assert_eq!(table(interface, None, None), Err(INVALID_PARAMETER));
            assert_eq!(table(interface, None, Some("NOPE")), Err(NOT_FOUND));
        }
    }
}

/// A hash through its table; `cabi/tests/interface` has a C program that goes through the others.
#[test]
fn a_table_hashes() {
    let id = wide("SHA256");
    let (mut table, mut algorithm, mut hash) = (null_mut(), null_mut(), null_mut());
    assert_eq!(lib().hash_interface(null(), id.as_ptr(), &mut table, 0), SUCCESS);
    let mut digest = [0; 32];
    // SAFETY: the table is a constant of the library's, and the calls get what they take.
    let statuses = unsafe {
        let table = *table;
        [
            table.OpenAlgorithmProvider.unwrap()(&mut algorithm, id.as_ptr(), 0),
            table.CreateHash.unwrap()(algorithm, &mut hash, null_mut(), 0, null(), 0, 0),
            table.HashData.unwrap()(hash, b"abc".as_ptr(), 3, 0),
            table.FinishHash.unwrap()(hash, digest.as_mut_ptr(), 32, 0),
            table.DestroyHash.unwrap()(hash),
            table.CloseAlgorithmProvider.unwrap()(algorithm, 0),
        ]
    };
    assert_eq!(statuses, [0; 6]);
    let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest.as_slice(), hex(wanted));
}

/// The table's Open looks at its arguments as the export does.
#[test]
fn opening_through_a_table_is_checked() {
    let (id, unknown) = (wide("SHA256"), wide("NOPE"));
    let (mut table, mut algorithm) = (null_mut(), null_mut());
    assert_eq!(lib().hash_interface(null(), id.as_ptr(), &mut table, 0), SUCCESS);
    // SAFETY: as above.
    let open =
        |place, id, flags| Status(unsafe { (*table).OpenAlgorithmProvider.unwrap()(place, id, flags) });
    assert_eq!(open(null_mut(), id.as_ptr(), 0), INVALID_PARAMETER);
    assert_eq!(open(&mut algorithm, null(), 0), INVALID_PARAMETER);
    assert_eq!(open(&mut algorithm, unknown.as_ptr(), 0), NOT_FOUND);
    assert_eq!(open(&mut algorithm, id.as_ptr(), 0x4000_0000), NOT_SUPPORTED);
    assert!(algorithm.is_null());
}
