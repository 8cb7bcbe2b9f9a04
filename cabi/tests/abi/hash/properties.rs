//! Values of properties: behaviour.md j15 to j21.

use super::{HMAC, REUSABLE, create};
use crate::support::library::lib;
use crate::support::objects::{Handle, Object, open, open_with};
use crate::support::output::{fetch, size, too_small};
use crate::support::property::{get, number, read};
use crate::support::status::{NOT_SUPPORTED, SUCCESS};
use crate::support::text::{hex, wide};

/// behaviour.md j16.
#[test]
fn block_lengths() {
    let known = [
        ("MD2", 16),
        ("MD4", 64),
        ("MD5", 64),
        ("SHA1", 64),
        ("SHA256", 64),
        ("SHA384", 128),
        ("SHA512", 128),
        ("SHA3-256", 136),
        ("SHA3-384", 104),
        ("SHA3-512", 72),
        ("AES-CMAC", 16),
        ("AES-GMAC", 16),
        ("CSHAKE128", 168),
        ("CSHAKE256", 136),
        ("KMAC128", 168),
        ("KMAC256", 136),
    ];
    for (name, length) in known {
        assert_eq!(number(&open(name), "HashBlockLength"), Ok(length), "{name}");
    }
    assert_eq!(number(&open_with("SHA384", None, HMAC).unwrap(), "HashBlockLength"), Ok(128));
}

/// behaviour.md j18.
#[test]
fn object_length_is_a_number() {
    let algorithm = open("SHA256");
    let call = read(&algorithm, "ObjectLength");
    assert_eq!(size(&call), Ok(4));
    assert_eq!(too_small(&call, 0), 4);
    assert_eq!(fetch(&call, 4).map(|bytes| bytes.len()), Ok(4));
    assert!(number(&Handle(0x41), "ObjectLength").is_ok(), "of a pseudo-handle");
}

#[test]
fn keyed_and_reusable() {
    let algorithm = open_with("SHA256", None, HMAC | REUSABLE).unwrap();
    for object in [algorithm.handle(), create(&algorithm, b"", 0).unwrap().into_handle()] {
        assert_eq!((number(&object, "IsKeyedHash"), number(&object, "IsReusableHash")), (Ok(1), Ok(1)));
        if object != algorithm.handle() {
            assert_eq!(lib().destroy_hash(object.raw()), SUCCESS);
        }
    }
    assert_eq!(number(&create(&open("SHA1"), b"", REUSABLE).unwrap(), "IsReusableHash"), Ok(1));
}

/// The identifiers of HashOIDList, read through the pointers of the caller's own buffer.
fn oids(object: &impl Object) -> Vec<Vec<u8>> {
    const WORD: usize = size_of::<usize>();
    let (object, name) = (object.raw(), wide("HashOIDList"));
    let mut needed = 0;
    assert_eq!(lib().get_property(object, name.as_ptr(), std::ptr::null_mut(), 0, &mut needed, 0), SUCCESS);
    let mut words = vec![0_usize; (needed as usize).div_ceil(WORD) + 1];
    let start = words.as_mut_ptr();
    assert_eq!(lib().get_property(object, name.as_ptr(), start.cast(), needed, &mut needed, 0), SUCCESS);
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let offset = |at: usize| {
        let address = usize::from_ne_bytes(bytes[at..at + WORD].try_into().unwrap());
        let offset = address.checked_sub(start as usize).expect("a pointer into the buffer");
        assert!(offset < needed as usize, "a pointer into the buffer");
        offset
    };
    let list = offset(WORD);
    (0..number(0))
        .map(|index| {
            let entry = list + 2 * WORD * index;
            bytes[offset(entry + WORD)..][..number(entry)].to_vec()
        })
        .collect()
}

/// behaviour.md j19.
#[test]
fn object_identifiers() {
    let known = [
        ("SHA1", "06052b0e03021a"),
        ("SHA256", "0609608648016503040201"),
        ("SHA384", "0609608648016503040202"),
        ("SHA512", "0609608648016503040203"),
        ("SHA3-256", "0609608648016503040208"),
        ("SHA3-384", "0609608648016503040209"),
        ("SHA3-512", "060960864801650304020a"),
        ("MD5", "06082a864886f70d0205"),
    ];
    for (name, oid) in known {
        let algorithm = open(name);
        let hash = create(&algorithm, &[], 0).unwrap();
        let expected = vec![[hex(oid), vec![5, 0]].concat(), hex(oid)];
        assert_eq!((oids(&algorithm), oids(&hash)), (expected.clone(), expected), "{name}");
        let call = read(&algorithm, "HashOIDList");
        let needed = size(&call).unwrap();
        assert_eq!(too_small(&call, needed as usize - 1), needed);
    }
    for name in ["MD2", "MD4", "AES-CMAC", "AES-GMAC", "CSHAKE128", "KMAC256"] {
        assert_eq!(get(&open(name), "HashOIDList"), Err(NOT_SUPPORTED), "{name}: undecided");
    }
}

/// behaviour.md j20.
#[test]
fn hashes_have_no_others() {
    let algorithm = open("SHA256");
    for name in ["BlockLength", "KeyLength", "KeyLengths", "ChainingMode", "IV", "none", "AuthTagLength"] {
        assert_eq!(get(&algorithm, name), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(get(&create(&algorithm, &[], 0).unwrap(), name), Err(NOT_SUPPORTED), "{name}");
    }
    for name in ["HashDigestLength", "HashBlockLength", "IsKeyedHash", "HashOIDList", "MultiObjectLength"] {
        assert_eq!(get(&open("ECDH_P256"), name), Err(NOT_SUPPORTED), "{name}");
    }
}
