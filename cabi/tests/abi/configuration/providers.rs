//! The registered provider: listed, its registration read, and resolved.

use windows_sys::Win32::Security::Cryptography::{
    CRYPT_IMAGE_REG, CRYPT_INTERFACE_REG, CRYPT_PROVIDER_REF, CRYPT_PROVIDER_REFS, CRYPT_PROVIDER_REG,
    CRYPT_PROVIDERS,
};

use super::answer::{Block, answer};
use super::{LOCAL, NO_INTERFACES, PROVIDER, SCHANNEL, Text, UM, algorithms};
use crate::support::library::lib;
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_PARAMETER, NOT_FOUND, SUCCESS, Status};

/// The file the loader has this library by.
const IMAGE: &str = if cfg!(target_vendor = "apple") { "libbcrypt.0.dylib" } else { "libbcrypt.so.0" };
const KM: u32 = 2;
const ALL_FUNCTIONS: u32 = 1;
const ALL_PROVIDERS: u32 = 2;

/// behaviour.md g3, s103.
#[test]
fn one_provider_is_registered() {
    let listed = answer(
        BUFFER_TOO_SMALL,
        |block, list: CRYPT_PROVIDERS| block.texts(list.rgpszProviders, list.cProviders),
        |size, place| lib().enum_registered_providers(size, place),
    );
    assert_eq!(listed, Ok(vec![PROVIDER.to_owned()]));
}

/// Each interface of a registration with its flags and functions.
type Interfaces = Vec<(u32, u32, Vec<String>)>;

fn registration(provider: Option<&str>, mode: u32, interface: u32) -> Result<Interfaces, Status> {
    let provider = Text::from(provider);
    answer(BUFFER_TOO_SMALL, read_registration, |size, place| {
        lib().query_provider_registration(provider.as_ptr(), mode, interface, size, place)
    })
}

fn read_registration(block: &Block, registration: CRYPT_PROVIDER_REG) -> Interfaces {
    assert_eq!((registration.cAliases, registration.rgpszAliases.is_null()), (0, true));
    assert!(registration.pKM.is_null(), "there is no kernel mode here");
    let image: CRYPT_IMAGE_REG = block.one(registration.pUM).unwrap();
    assert_eq!(block.text(image.pszImage).as_deref(), Some(IMAGE));
    let interfaces = block.array(image.rgpInterfaces, image.cInterfaces).into_iter();
    let interface = |place| {
        let entry: CRYPT_INTERFACE_REG = block.one(place).unwrap();
        (entry.dwInterface, entry.dwFlags, block.texts(entry.rgpszFunctions, entry.cFunctions))
    };
    interfaces.map(|place| interface(place.cast_const())).collect()
}

/// behaviour.md s106; the image, the flags, and kernel mode are ours to say.
#[test]
fn the_registration_has_every_interface_and_function_undecided() {
    let all: Interfaces = (1..=8)
        .map(|interface| (interface, LOCAL, algorithms(interface)))
        .filter(|(.., functions)| !functions.is_empty())
        .collect();
    for mode in [0, UM, 3, 4] {
        assert_eq!(registration(Some(PROVIDER), mode, 0), Ok(all.clone()), "mode {mode}");
    }
    for one in all {
        assert_eq!(registration(Some(PROVIDER), UM, one.0), Ok(vec![one]));
    }
}

/// behaviour.md g4.
#[test]
fn registrations_of_others_are_not_found() {
    for provider in ["", "NOPE", "Microsoft Platform Crypto Provider", "Microsoft Primitive Provider "] {
        assert_eq!(registration(Some(provider), UM, 0), Err(NOT_FOUND), "{provider}");
    }
    assert_eq!(registration(Some(PROVIDER), KM, 0), Err(NOT_FOUND));
    assert_eq!(registration(Some(PROVIDER), UM, SCHANNEL), Err(NOT_FOUND));
    for mode in [5, 8, !0] {
        assert_eq!(registration(Some(PROVIDER), mode, 0), Err(INVALID_PARAMETER), "mode {mode:#x}");
    }
    for interface in &NO_INTERFACES[1..] {
        assert_eq!(registration(Some(PROVIDER), UM, *interface), Err(INVALID_PARAMETER), "{interface:#x}");
    }
    assert_eq!(registration(None, UM, 0), Err(INVALID_PARAMETER));
}

/// What to resolve; the default is anything.
#[derive(Clone, Copy)]
struct Wanted {
    context: Option<&'static str>,
    interface: u32,
    function: Option<&'static str>,
    provider: Option<&'static str>,
    mode: u32,
    flags: u32,
}

const ANYTHING: Wanted =
    Wanted { context: None, interface: 0, function: None, provider: None, mode: UM, flags: 0 };

/// Interface and function of each entry.
type References = Vec<(u32, String)>;

fn resolved(wanted: Wanted) -> Result<References, Status> {
    let (context, function) = (Text::from(wanted.context), Text::from(wanted.function));
    let provider = Text::from(wanted.provider);
    // A NULL buffer is no failure here (behaviour.md g5).
    answer(SUCCESS, read_references, |size, place| {
        let (context, function, provider) = (context.as_ptr(), function.as_ptr(), provider.as_ptr());
        let Wanted { interface, mode, flags, .. } = wanted;
        lib().resolve_providers(context, interface, function, provider, mode, flags, size, place)
    })
}

fn read_references(block: &Block, list: CRYPT_PROVIDER_REFS) -> References {
    let entry = |place: *mut CRYPT_PROVIDER_REF| {
        let entry = block.one(place.cast_const()).unwrap();
        assert_eq!(block.text(entry.pszProvider).as_deref(), Some(PROVIDER));
        assert_eq!((entry.cProperties, entry.rgpProperties.is_null()), (0, true));
        assert!(entry.pKM.is_null());
        let image = block.one(entry.pUM).unwrap();
        assert_eq!((block.text(image.pszImage).as_deref(), image.dwFlags), (Some(IMAGE), 0));
        (entry.dwInterface, block.text(entry.pszFunction).unwrap())
    };
    block.array(list.rgpProviders, list.cProviders).into_iter().map(entry).collect()
}

/// behaviour.md s111.
#[test]
fn a_function_resolves_to_the_provider() {
    let sha256 = Ok(vec![(2, "SHA256".to_owned())]);
    let wanted = Wanted { function: Some("SHA256"), ..ANYTHING };
    for wanted in [
        wanted,
        Wanted { interface: 2, ..wanted },
        Wanted { context: Some(""), provider: Some(""), ..wanted },
        Wanted { context: Some("Default"), provider: Some(PROVIDER), ..wanted },
        Wanted { function: Some("sha256"), context: Some("default"), ..wanted },
        Wanted { flags: ALL_FUNCTIONS | ALL_PROVIDERS, ..wanted },
        Wanted { mode: 3, ..wanted },
        Wanted { mode: 4, ..wanted },
    ] {
        assert_eq!(resolved(wanted), sha256);
    }
}

/// behaviour.md s111; which is the first function is our choice.
#[test]
fn without_a_function_the_first_one_or_all_are_found_undecided() {
    let all = |interface: u32| algorithms(interface).into_iter().map(move |name| (interface, name));
    for interface in [1, 2, 4, 5, 6] {
        let wanted = Wanted { interface, ..ANYTHING };
        assert_eq!(resolved(wanted), Ok(all(interface).take(1).collect()));
        let wanted = Wanted { flags: ALL_FUNCTIONS, ..wanted };
        assert_eq!(resolved(wanted), Ok(all(interface).collect()));
    }
    let everything: References = (1..=8).flat_map(all).collect();
    assert_eq!(resolved(ANYTHING), Ok(everything[..1].to_vec()));
    assert_eq!(resolved(Wanted { flags: ALL_FUNCTIONS, ..ANYTHING }), Ok(everything));
}

/// behaviour.md g5.
#[test]
fn what_fits_nothing_is_not_found() {
    for wanted in [
        Wanted { function: Some("NOPE"), ..ANYTHING },
        Wanted { function: Some("SHA256"), interface: 1, ..ANYTHING },
        Wanted { context: Some("Nope"), ..ANYTHING },
        Wanted { context: Some("SSL"), ..ANYTHING },
        Wanted { provider: Some("NOPE"), ..ANYTHING },
        Wanted { interface: SCHANNEL, ..ANYTHING },
        Wanted { mode: KM, ..ANYTHING },
    ] {
        assert_eq!(resolved(wanted), Err(NOT_FOUND));
    }
}

#[test]
fn unknown_flags_modes_and_interfaces_are_invalid() {
    for bit in 2..32 {
        assert_eq!(resolved(Wanted { flags: 1 << bit, ..ANYTHING }), Err(INVALID_PARAMETER), "bit {bit}");
    }
    for mode in [5, !0] {
        assert_eq!(resolved(Wanted { mode, ..ANYTHING }), Err(INVALID_PARAMETER), "mode {mode:#x}");
    }
    for interface in &NO_INTERFACES[1..] {
        let wanted = Wanted { interface: *interface, ..ANYTHING };
        assert_eq!(resolved(wanted), Err(INVALID_PARAMETER), "{interface:#x}");
    }
}
