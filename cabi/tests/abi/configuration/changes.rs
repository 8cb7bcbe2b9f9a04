//! What would change the configuration: wrong arguments are told first, then ACCESS_DENIED (behaviour.md s109), and nothing
//! is changed.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{
    CRYPT_CONTEXT_CONFIG, CRYPT_CONTEXT_FUNCTION_CONFIG, CRYPT_IMAGE_REG, CRYPT_INTERFACE_REG,
    CRYPT_PROVIDER_REG,
};

use super::contexts::functions;
use super::{DOMAIN, LOCAL, NO_INTERFACES, NO_TABLES, PROVIDER, Text, algorithms};
use crate::support::library::lib;
use crate::support::status::{ACCESS_DENIED, INVALID_PARAMETER, NOT_FOUND, Status};
use crate::support::text::wide;

/// What a call is told, NULL for `None`.
#[derive(Clone, Copy)]
struct Told {
    table: u32,
    context: Option<&'static str>,
    interface: u32,
    function: Option<&'static str>,
    third: Option<&'static str>,
}

const RIGHT: Told = Told {
    table: LOCAL,
    context: Some("Default"),
    interface: 2,
    function: Some("SHA256"),
    third: Some(PROVIDER),
};

/// A call that would change something.
struct Change {
    name: &'static str,
    call: fn(&Told) -> Status,
    looks: Looks,
}

/// What it looks at beside table and context, and what of it must be there.
#[derive(Clone, Copy, Default)]
struct Looks {
    has_interface: bool,
    has_function: bool,
    has_third: bool,
    wants_context: bool,
    wants_function: bool,
    wants_provider: bool,
}

/// The names of a call.
fn texts(told: &Told) -> [Text; 3] {
    [told.context, told.function, told.third].map(Text::from)
}

macro_rules! change {
    ($call:ident, |$told:ident, $context:ident, $function:ident, $third:ident| $body:expr, $($field:ident),*) => {
        Change {
            name: stringify!($call),
            call: |$told| {
                let [context, function, third] = texts($told);
                let ($context, $function, $third) = (context.as_ptr(), function.as_ptr(), third.as_ptr());
                $body
            },
            looks: {
                #[allow(unused_mut, reason = "one call looks at nothing more")]
                let mut looks = Looks::default();
                $(looks.$field = true;)*
                looks
            },
        }
    };
}

const CONFIG: CRYPT_CONTEXT_CONFIG = CRYPT_CONTEXT_CONFIG { dwFlags: 0x10001, dwReserved: 0 };
const FUNCTION_CONFIG: CRYPT_CONTEXT_FUNCTION_CONFIG =
    CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags: 1, dwReserved: 0 };

fn changes() -> [Change; 9] {
    [
        change!(create_context, |told, context, _f, _t| lib().create_context(told.table, context, &CONFIG),),
        change!(
            delete_context,
            |told, context, _f, _t| lib().delete_context(told.table, context),
            wants_context
        ),
        change!(
            configure_context,
            |told, context, _f, _t| lib().configure_context(told.table, context, &CONFIG),
            wants_context
        ),
        change!(
            add_context_function,
            |told, context, function, _t| {
                lib().add_context_function(told.table, context, told.interface, function, 0)
            },
            has_interface,
            has_function,
            wants_context
        ),
        change!(
            remove_context_function,
            |told, context, function, _t| {
                lib().remove_context_function(told.table, context, told.interface, function)
            },
            has_interface,
            has_function,
            wants_context,
            wants_function
        ),
        change!(
            configure_context_function,
            |told, context, function, _t| {
                let config = &FUNCTION_CONFIG;
                lib().configure_context_function(told.table, context, told.interface, function, config)
            },
            has_interface,
            has_function,
            wants_context,
            wants_function
        ),
        change!(
            set_context_function_property,
            |told, context, function, third| {
                let value = [1_u8; 4];
                let (size, value) = (4, value.as_ptr());
                lib().set_context_function_property(
                    told.table,
                    context,
                    told.interface,
                    function,
                    third,
                    size,
                    value,
                )
            },
            has_interface,
            has_function,
            has_third,
            wants_context,
            wants_function
        ),
        change!(
            add_context_function_provider,
            |told, context, function, third| {
                let position = !0;
                lib().add_context_function_provider(
                    told.table,
                    context,
                    told.interface,
                    function,
                    third,
                    position,
                )
            },
            has_interface,
            has_function,
            has_third,
            wants_context,
            wants_function,
            wants_provider
        ),
        change!(
            remove_context_function_provider,
            |told, context, function, third| {
                lib().remove_context_function_provider(told.table, context, told.interface, function, third)
            },
            has_interface,
            has_function,
            has_third,
            wants_context,
            wants_function,
            wants_provider
        ),
    ]
}

/// As Windows answers a program without an administrator's rights.
#[test]
fn nobody_may_change_contexts() {
    for change in changes() {
        assert_eq!((change.call)(&RIGHT), ACCESS_DENIED, "{}", change.name);
    }
    assert_eq!(functions(LOCAL, Some("Default"), 2), Ok(algorithms(2)));
}

/// behaviour.md g6 for the context that is NULL; the others by analogy.
#[test]
fn wrong_arguments_are_told_first() {
    for change in changes() {
        let refused = |told: Told| assert_eq!((change.call)(&told), INVALID_PARAMETER, "{}", change.name);
        refused(Told { context: None, ..RIGHT });
        NO_TABLES.into_iter().for_each(|table| refused(Told { table, ..RIGHT }));
        if change.looks.has_interface {
            // Before what is not there.
            NO_INTERFACES
                .into_iter()
                .for_each(|interface| refused(Told { interface, context: Some("Nope"), ..RIGHT }));
        }
        if change.looks.has_function {
            refused(Told { function: None, ..RIGHT });
        }
        if change.looks.has_third {
            refused(Told { third: None, ..RIGHT });
        }
    }
}

#[test]
fn what_is_not_there_is_not_found_undecided() {
    for change in changes() {
        let found = |told: Told, wanted: bool| {
            let status = if wanted { NOT_FOUND } else { ACCESS_DENIED };
            assert_eq!((change.call)(&told), status, "{}", change.name);
        };
        found(Told { context: Some("New"), ..RIGHT }, change.looks.wants_context);
        found(Told { table: DOMAIN, ..RIGHT }, change.looks.wants_context);
        found(Told { function: Some("NEW"), ..RIGHT }, change.looks.wants_function);
        found(Told { interface: 1, ..RIGHT }, change.looks.wants_function);
        found(Told { interface: 0x10001, ..RIGHT }, change.looks.wants_function);
        found(Told { third: Some("New"), ..RIGHT }, change.looks.wants_provider);
    }
}

#[test]
fn settings_are_checked() {
    let (context, function) = (wide("Default"), wide("SHA256"));
    let (context, function) = (context.as_ptr(), function.as_ptr());
    for bit in 0..32 {
        let config = CRYPT_CONTEXT_CONFIG { dwFlags: 1 << bit, dwReserved: 0 };
        let status = if bit == 0 || bit == 16 { ACCESS_DENIED } else { INVALID_PARAMETER };
        assert_eq!(lib().create_context(LOCAL, context, &config), status, "bit {bit}");
        assert_eq!(lib().configure_context(LOCAL, context, &config), status, "bit {bit}");
        let config = CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags: 1 << bit, dwReserved: 0 };
        let status = if bit == 0 { ACCESS_DENIED } else { INVALID_PARAMETER };
        assert_eq!(
            lib().configure_context_function(LOCAL, context, 2, function, &config),
            status,
            "bit {bit}"
        );
    }
    let config = CRYPT_CONTEXT_CONFIG { dwFlags: 0, dwReserved: 1 };
    assert_eq!(lib().create_context(LOCAL, context, &config), INVALID_PARAMETER);
    assert_eq!(lib().configure_context(LOCAL, context, &config), INVALID_PARAMETER);
    assert_eq!(lib().create_context(LOCAL, context, null()), ACCESS_DENIED, "no settings");
    assert_eq!(lib().configure_context(LOCAL, context, null()), INVALID_PARAMETER);
    let config = CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags: 0, dwReserved: 1 };
    assert_eq!(lib().configure_context_function(LOCAL, context, 2, function, &config), INVALID_PARAMETER);
    assert_eq!(lib().configure_context_function(LOCAL, context, 2, function, null()), INVALID_PARAMETER);
}

#[test]
fn names_that_nothing_can_have_are_invalid() {
    let (empty, context, function) = (wide(""), wide("Default"), wide("SHA256"));
    let (empty, context, function) = (empty.as_ptr(), context.as_ptr(), function.as_ptr());
    assert_eq!(lib().create_context(LOCAL, empty, null()), INVALID_PARAMETER);
    assert_eq!(lib().add_context_function(LOCAL, context, 2, empty, 0), INVALID_PARAMETER);
    let set = |name, size, value| {
        lib().set_context_function_property(LOCAL, context, 2, function, name, size, value)
    };
    assert_eq!(set(empty, 0, null()), INVALID_PARAMETER);
    assert_eq!(set(function, 1, null()), INVALID_PARAMETER);
    assert_eq!(set(function, 0, null()), ACCESS_DENIED, "NULL deletes");
}

/// The parts of a registration, which point at each other.
struct Registration {
    functions: Vec<*mut u16>,
    interface: CRYPT_INTERFACE_REG,
    interfaces: Vec<*mut CRYPT_INTERFACE_REG>,
    image: CRYPT_IMAGE_REG,
    aliases: Vec<*mut u16>,
    whole: CRYPT_PROVIDER_REG,
}

/// What registering answers once something was changed in a right registration.
fn registering(flags: u32, change: impl Fn(&mut Registration)) -> Status {
    let (provider, mut name) = (wide("My Provider"), wide("MINE"));
    let name = name.as_mut_ptr();
    let mut parts = Registration {
        functions: vec![name, name],
        interface: CRYPT_INTERFACE_REG {
            dwInterface: 2,
            dwFlags: 1,
            cFunctions: 2,
            rgpszFunctions: null_mut(),
        },
        interfaces: vec![null_mut()],
        image: CRYPT_IMAGE_REG { pszImage: name, cInterfaces: 1, rgpInterfaces: null_mut() },
        aliases: vec![name],
        whole: CRYPT_PROVIDER_REG { cAliases: 1, rgpszAliases: null_mut(), pUM: null_mut(), pKM: null_mut() },
    };
    parts.interface.rgpszFunctions = parts.functions.as_mut_ptr();
    parts.interfaces[0] = &raw mut parts.interface;
    parts.image.rgpInterfaces = parts.interfaces.as_mut_ptr();
    parts.whole.rgpszAliases = parts.aliases.as_mut_ptr();
    parts.whole.pUM = &raw mut parts.image;
    change(&mut parts);
    lib().register_provider(provider.as_ptr(), flags, &raw const parts.whole)
}

#[test]
fn nobody_may_register_a_provider() {
    for flags in [0, 1] {
        assert_eq!(registering(flags, |_| ()), ACCESS_DENIED);
    }
    let kernel = |parts: &mut Registration| std::mem::swap(&mut parts.whole.pUM, &mut parts.whole.pKM);
    assert_eq!(registering(0, kernel), ACCESS_DENIED);
    let nothing = |parts: &mut Registration| {
        (parts.whole.cAliases, parts.whole.rgpszAliases) = (0, null_mut());
        (parts.image.cInterfaces, parts.image.rgpInterfaces) = (0, null_mut());
    };
    assert_eq!(registering(0, nothing), ACCESS_DENIED, "nothing to point at");
}

#[test]
fn registrations_are_checked_undecided() {
    let wrong: [fn(&mut Registration); 10] = [
        |parts| parts.whole.pUM = null_mut(),
        |parts| parts.whole.rgpszAliases = null_mut(),
        |parts| parts.aliases[0] = null_mut(),
        |parts| parts.image.pszImage = null_mut(),
        |parts| parts.image.rgpInterfaces = null_mut(),
        |parts| parts.interfaces[0] = null_mut(),
        |parts| parts.interface.dwInterface = 9,
        |parts| parts.interface.dwFlags = 4,
        |parts| parts.interface.rgpszFunctions = null_mut(),
        |parts| parts.functions[1] = null_mut(),
    ];
    for (number, wrong) in wrong.into_iter().enumerate() {
        assert_eq!(registering(0, wrong), INVALID_PARAMETER, "{number}");
    }
    for bit in 1..32 {
        assert_eq!(registering(1 << bit, |_| ()), INVALID_PARAMETER, "bit {bit}");
    }
    let (name, empty) = (wide("My Provider"), wide(""));
    let whole =
        CRYPT_PROVIDER_REG { cAliases: 0, rgpszAliases: null_mut(), pUM: null_mut(), pKM: null_mut() };
    assert_eq!(lib().register_provider(name.as_ptr(), 0, null()), INVALID_PARAMETER);
    assert_eq!(lib().register_provider(null(), 0, &whole), INVALID_PARAMETER);
    assert_eq!(lib().register_provider(empty.as_ptr(), 0, &whole), INVALID_PARAMETER);
}

#[test]
fn nobody_may_unregister_the_provider() {
    for (name, status) in [(PROVIDER, ACCESS_DENIED), ("NOPE", NOT_FOUND), ("", NOT_FOUND)] {
        assert_eq!(lib().unregister_provider(wide(name).as_ptr()), status, "{name}");
    }
    assert_eq!(lib().unregister_provider(null()), INVALID_PARAMETER);
}
