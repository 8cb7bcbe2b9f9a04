//! Looks for a configuration call that crashes, reads or writes outside its buffers, is answered with an undocumented
//! status, or tells one thing in the library's memory and another in the caller's.
//!
//! Input: the call, table, interface, mode, flags (a byte each), room of the caller's buffer (16 bits), counts of a
//! registration (a byte); then three names: a byte below 0x80 picks a known one, another is followed by so many units.

use std::ptr::null_mut;

use arbitrary::{Result, Unstructured};
use bcrypt::api::{configuration, configuration_change as change, interface, registration};
use bcrypt::types::*;
use bcrypt_shim::names;

use crate::door::{self, Status};

/// Names that a call may know.
pub const NAMES: [&str; 9] =
    ["", "Default", "SSL", "Microsoft Primitive Provider", "SHA256", "AES", "RNG", "RSA", "NOPE"];
const NUMBERS: [u32; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10002, u32::MAX];
/// How many calls there are.
pub const CALLS: u8 = 27;
const PATTERN: u8 = 0xA5;

pub fn run(data: &[u8]) {
    let _ = read(&mut Unstructured::new(data));
}

fn read(input: &mut Unstructured<'_>) -> Result<()> {
    let [call, table, interface, mode, flags]: [u8; 5] = input.arbitrary()?;
    let room: u16 = input.arbitrary()?;
    let counts: u8 = input.arbitrary()?;
    let number = |byte: u8| NUMBERS[usize::from(byte) % NUMBERS.len()];
    let names = [name(input)?, name(input)?, name(input)?];
    let [first, second, third] = names.each_ref().map(|name| name.as_ptr());
    let told = Told {
        table: number(table),
        interface: number(interface),
        mode: number(mode),
        flags: number(flags),
        room: usize::from(room) % 2048,
    };
    match call % CALLS {
        call @ 0..9 => query(call, &told, first, second, third),
        call @ 9..20 => refused(call, &told, first, second, third, counts),
        call => function_table(call, told.flags, first, second),
    }
    Ok(())
}

struct Told {
    table: u32,
    interface: u32,
    mode: u32,
    flags: u32,
    room: usize,
}

/// Units up to a NUL, in a block of their own.
fn name(input: &mut Unstructured<'_>) -> Result<Box<[u16]>> {
    let kind: u8 = input.arbitrary()?;
    let units = if kind < 0x80 {
        door::wide(NAMES[usize::from(kind) % NAMES.len()])
    } else {
        let bytes = input.bytes((2 * usize::from(kind & 0x7F)).min(input.len()))?;
        bytes.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).chain([0]).collect()
    };
    Ok(units.into_boxed_slice())
}

fn query(call: u8, told: &Told, first: *const u16, second: *const u16, third: *const u16) {
    let Told { table, interface, mode, flags, room } = *told;
    // SAFETY: names end in a NUL, and `answered` gives what the calls write.
    unsafe {
        match call {
            0 => answered(room, |size, place| registration::BCryptEnumRegisteredProviders(size, place)),
            1 => answered(room, |size, place| {
                registration::BCryptQueryProviderRegistration(first, mode, interface, size, place)
            }),
            2 => answered(room, |size, place| {
                registration::BCryptResolveProviders(
                    first, interface, second, third, mode, flags, size, place,
                )
            }),
            3 => answered(room, |size, place| configuration::BCryptEnumContexts(table, size, place)),
            4 => answered(room, |size, place| {
                configuration::BCryptEnumContextFunctions(table, first, interface, size, place)
            }),
            5 => answered(room, |size, place| {
                configuration::BCryptEnumContextFunctionProviders(
                    table, first, interface, second, size, place,
                )
            }),
            6 => answered(room, |size, place| {
                configuration::BCryptQueryContextConfiguration(table, first, size, place)
            }),
            7 => answered(room, |size, place| {
                configuration::BCryptQueryContextFunctionConfiguration(
                    table, first, interface, second, size, place,
                )
            }),
            _ => answered(room, |size, place| {
                configuration::BCryptQueryContextFunctionProperty(
                    table, first, interface, second, third, size, place,
                )
            }),
        }
    }
}

/// Makes a call in all its forms.
fn answered<T>(room: usize, call: impl Fn(*mut u32, *mut *mut T) -> i32) {
    let (mut size, mut place) = (0, null_mut());
    let asked = door::documented(call(&mut size, null_mut()));
    let mut found = 0;
    let given = door::documented(call(&mut found, &mut place));
    if given != door::SUCCESS {
        assert_eq!((given, place), (asked, null_mut()), "refused in every form");
        return;
    }
    assert!([door::SUCCESS, names::STATUS_BUFFER_TOO_SMALL].contains(&asked));
    assert!(found == size && !place.is_null());
    // SAFETY: the library says that so many bytes are there.
    let bytes = unsafe { std::slice::from_raw_parts(place.cast::<u8>(), size as usize) };
    assert!(bytes.iter().any(|&byte| byte != PATTERN));
    configuration_freed(place.cast());
    for room in [room, size as usize] {
        let mut memory = vec![PATTERN; room].into_boxed_slice();
        let (mut found, mut place) = (room as u32, memory.as_mut_ptr().cast());
        // An address of no bytes is no buffer.
        if room == 0 {
            continue;
        }
        let status = door::documented(call(&mut found, &mut place));
        assert_eq!((found, place.cast()), (size, memory.as_mut_ptr()));
        let fits = room >= size as usize;
        assert_eq!(status, if fits { door::SUCCESS } else { names::STATUS_BUFFER_TOO_SMALL });
        let rest = memory.get(if fits { size as usize } else { 0 }..).unwrap_or_default();
        assert!(rest.iter().all(|&byte| byte == PATTERN), "written behind the answer");
    }
}

fn configuration_freed(buffer: door::Raw) {
    bcrypt::api::algorithm::BCryptFreeBuffer(buffer);
}

/// What changes something never succeeds.
fn refused(call: u8, told: &Told, first: *const u16, second: *const u16, third: *const u16, counts: u8) {
    let Told { table, interface, mode, flags, .. } = *told;
    let mut config = CRYPT_CONTEXT_CONFIG { dwFlags: flags, dwReserved: mode };
    let mut function = CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags: flags, dwReserved: mode };
    let mut value = [0; 4];
    let value = value.as_mut_ptr();
    // SAFETY: names end in a NUL, and the structures live until the call is over.
    let status = unsafe {
        match call {
            9 => change::BCryptCreateContext(table, first, &mut config),
            10 => change::BCryptDeleteContext(table, first),
            11 => change::BCryptConfigureContext(table, first, &mut config),
            12 => change::BCryptAddContextFunction(table, first, interface, second, mode),
            13 => change::BCryptRemoveContextFunction(table, first, interface, second),
            14 => change::BCryptConfigureContextFunction(table, first, interface, second, &mut function),
            15 => change::BCryptSetContextFunctionProperty(table, first, interface, second, third, 4, value),
            16 => change::BCryptAddContextFunctionProvider(table, first, interface, second, third, mode),
            17 => change::BCryptRemoveContextFunctionProvider(table, first, interface, second, third),
            18 => registration::BCryptUnregisterProvider(first),
            _ => registered(first, flags, [second.cast_mut(), third.cast_mut()], interface, counts),
        }
    };
    let known: [Status; 3] =
        [names::STATUS_INVALID_PARAMETER, names::STATUS_NOT_FOUND, names::STATUS_ACCESS_DENIED];
    assert!(known.contains(&door::documented(status)), "{status:#x}");
}

/// Registers a provider with as many aliases, interfaces and functions as the bits of `counts` say, NULL for the highest.
fn registered(name: *const u16, flags: u32, texts: [LPWSTR; 2], interface: u32, counts: u8) -> i32 {
    let of = |shift: u8| usize::from(counts >> shift & 3);
    let names = |count: usize| texts.into_iter().cycle().take(count).collect::<Box<[LPWSTR]>>();
    let (mut aliases, mut functions) = (names(of(0)), names(of(2)));
    let place = |names: &mut Box<[LPWSTR]>| if counts & 0x80 != 0 { null_mut() } else { names.as_mut_ptr() };
    let mut entry = CRYPT_INTERFACE_REG {
        dwInterface: interface,
        dwFlags: flags,
        cFunctions: functions.len() as u32,
        rgpszFunctions: place(&mut functions),
    };
    let mut entries: Box<[*mut CRYPT_INTERFACE_REG]> = vec![&raw mut entry; of(4)].into_boxed_slice();
    let mut image = CRYPT_IMAGE_REG {
        pszImage: texts[0],
        cInterfaces: entries.len() as u32,
        rgpInterfaces: entries.as_mut_ptr(),
    };
    let mut whole = CRYPT_PROVIDER_REG {
        cAliases: aliases.len() as u32,
        rgpszAliases: place(&mut aliases),
        pUM: &raw mut image,
        pKM: null_mut(),
    };
    // SAFETY: all that is pointed at lives until the call is over.
    unsafe { registration::BCryptRegisterProvider(name, flags, &mut whole) }
}

/// The tables by their functions' numbers.
fn function_table(call: u8, flags: u32, provider: *const u16, id: *const u16) {
    macro_rules! given {
        ($table:ty, |$place:ident| $call:expr) => {{
            let mut place = null_mut::<$table>();
            let $place = &raw mut place;
            // SAFETY: names end in a NUL.
            let status = door::documented(unsafe { $call });
            assert_eq!(status == door::SUCCESS, !place.is_null());
        }};
    }
    use interface::*;
    match call {
        20 => given!(BCRYPT_CIPHER_FUNCTION_TABLE, |place| GetCipherInterface(provider, id, place, flags)),
        21 => given!(BCRYPT_HASH_FUNCTION_TABLE, |place| GetHashInterface(provider, id, place, flags)),
        22 => given!(BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE, |place| {
            GetAsymmetricEncryptionInterface(provider, id, place, flags)
        }),
        23 => given!(BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE, |place| {
            GetSecretAgreementInterface(provider, id, place, flags)
        }),
        24 => given!(BCRYPT_SIGNATURE_FUNCTION_TABLE, |place| {
            GetSignatureInterface(provider, id, place, flags)
        }),
        25 => given!(BCRYPT_RNG_FUNCTION_TABLE, |place| GetRngInterface(provider, place, flags)),
        _ => given!(BCRYPT_KEY_DERIVATION_FUNCTION_TABLE, |place| {
            GetKeyDerivationInterface(provider, id, place, flags)
        }),
    }
}
