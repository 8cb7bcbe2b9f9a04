//! Reading contexts, their functions and the providers of those.

use windows_sys::Win32::Security::Cryptography::{
    CRYPT_CONTEXT_CONFIG, CRYPT_CONTEXT_FUNCTION_CONFIG, CRYPT_CONTEXT_FUNCTION_PROVIDERS,
    CRYPT_CONTEXT_FUNCTIONS, CRYPT_CONTEXTS,
};

use super::answer::answer;
use super::{DOMAIN, LOCAL, NO_INTERFACES, NO_TABLES, PROVIDER, SCHANNEL, Text, algorithms};
use crate::support::library::lib;
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_PARAMETER, NOT_FOUND, Status};

fn contexts(table: u32) -> Result<Vec<String>, Status> {
    answer(
        BUFFER_TOO_SMALL,
        |block, list: CRYPT_CONTEXTS| block.texts(list.rgpszContexts, list.cContexts),
        |size, place| lib().enum_contexts(table, size, place),
    )
}

pub fn functions(table: u32, context: Option<&str>, interface: u32) -> Result<Vec<String>, Status> {
    let context = Text::from(context);
    answer(
        BUFFER_TOO_SMALL,
        |block, list: CRYPT_CONTEXT_FUNCTIONS| block.texts(list.rgpszFunctions, list.cFunctions),
        |size, place| lib().enum_context_functions(table, context.as_ptr(), interface, size, place),
    )
}

fn providers(
    table: u32,
    context: Option<&str>,
    interface: u32,
    function: Option<&str>,
) -> Result<Vec<String>, Status> {
    let (context, function) = (Text::from(context), Text::from(function));
    answer(
        BUFFER_TOO_SMALL,
        |block, list: CRYPT_CONTEXT_FUNCTION_PROVIDERS| block.texts(list.rgpszProviders, list.cProviders),
        |size, place| {
            let (context, function) = (context.as_ptr(), function.as_ptr());
            lib().enum_context_function_providers(table, context, interface, function, size, place)
        },
    )
}

fn settings(table: u32, context: Option<&str>) -> Result<(u32, u32), Status> {
    let context = Text::from(context);
    answer(
        BUFFER_TOO_SMALL,
        |_, config: CRYPT_CONTEXT_CONFIG| (config.dwFlags, config.dwReserved),
        |size, place| lib().query_context_configuration(table, context.as_ptr(), size, place),
    )
}

fn function_settings(
    table: u32,
    context: Option<&str>,
    interface: u32,
    function: Option<&str>,
) -> Result<u32, Status> {
    let (context, function) = (Text::from(context), Text::from(function));
    answer(
        BUFFER_TOO_SMALL,
        |_, config: CRYPT_CONTEXT_FUNCTION_CONFIG| config.dwFlags,
        |size, place| {
            let (context, function) = (context.as_ptr(), function.as_ptr());
            lib().query_context_function_configuration(table, context, interface, function, size, place)
        },
    )
}

fn value(
    table: u32,
    context: Option<&str>,
    interface: u32,
    function: Option<&str>,
    name: Option<&str>,
) -> Result<u8, Status> {
    let (context, function, name) = (Text::from(context), Text::from(function), Text::from(name));
    answer(
        BUFFER_TOO_SMALL,
        |_, byte: u8| byte,
        |size, place| {
            let (context, function, name) = (context.as_ptr(), function.as_ptr(), name.as_ptr());
            lib().query_context_function_property(table, context, interface, function, name, size, place)
        },
    )
}

/// behaviour.md s107 for the names; that the domain's table is empty and its list no error is our choice.
#[test]
fn a_stock_windows_has_two_contexts() {
    assert_eq!(contexts(LOCAL), Ok(vec!["Default".to_owned(), "SSL".to_owned()]));
    assert_eq!(contexts(DOMAIN), Ok(vec![]));
    for table in NO_TABLES {
        assert_eq!(contexts(table), Err(INVALID_PARAMETER), "{table:#x}");
    }
}

/// The interfaces of bcrypt.h in the default context, in the order of BCryptEnumAlgorithms.
#[test]
fn the_default_context_has_every_algorithm() {
    for interface in 1..=8 {
        assert_eq!(functions(LOCAL, Some("Default"), interface), Ok(algorithms(interface)), "{interface}");
    }
}

/// behaviour.md g6 for the success; that there are no cipher suites without a provider of TLS is ours to say.
#[test]
fn the_ssl_context_has_no_cipher_suites_undecided() {
    assert_eq!(functions(LOCAL, Some("SSL"), SCHANNEL), Ok(vec![]));
}

#[test]
fn what_is_not_configured_is_not_found() {
    for (context, interface) in
        [("Default", 0x10001), ("Default", SCHANNEL), ("SSL", 2), ("Nope", 2), ("", 2)]
    {
        assert_eq!(functions(LOCAL, Some(context), interface), Err(NOT_FOUND), "{context} {interface:#x}");
    }
    assert_eq!(functions(DOMAIN, Some("Default"), 2), Err(NOT_FOUND));
    assert_eq!(functions(LOCAL, Some(&"Default".repeat(100)), 2), Err(NOT_FOUND));
    for function in ["NOPE", "", "AES", "SHA256 "] {
        assert_eq!(providers(LOCAL, Some("Default"), 2, Some(function)), Err(NOT_FOUND), "{function}");
    }
    assert_eq!(settings(LOCAL, Some("Nope")), Err(NOT_FOUND));
    assert_eq!(settings(DOMAIN, Some("Default")), Err(NOT_FOUND));
}

/// The names are keys of the registry on Windows (behaviour.md s105).
#[test]
fn names_ignore_ascii_case_undecided() {
    assert_eq!(functions(LOCAL, Some("dEFAULT"), 2), Ok(algorithms(2)));
    assert_eq!(providers(LOCAL, Some("default"), 2, Some("sha256")), Ok(vec![PROVIDER.to_owned()]));
    assert_eq!(settings(LOCAL, Some("ssl")), Ok((0, 0)));
}

/// behaviour.md s108.
#[test]
fn every_function_has_one_provider_and_was_never_configured() {
    for interface in 1..=8 {
        for name in algorithms(interface) {
            let name = Some(&*name);
            assert_eq!(providers(LOCAL, Some("Default"), interface, name), Ok(vec![PROVIDER.to_owned()]));
            assert_eq!(function_settings(LOCAL, Some("Default"), interface, name), Err(NOT_FOUND));
            assert_eq!(value(LOCAL, Some("Default"), interface, name, Some("any")), Err(NOT_FOUND));
        }
    }
}

/// behaviour.md s108.
#[test]
fn contexts_have_no_settings() {
    for context in ["Default", "SSL"] {
        assert_eq!(settings(LOCAL, Some(context)), Ok((0, 0)), "{context}");
    }
}

#[test]
fn wrong_arguments_are_invalid() {
    let (context, function) = (Some("Default"), Some("SHA256"));
    for table in NO_TABLES {
        assert_eq!(functions(table, context, 2), Err(INVALID_PARAMETER));
        assert_eq!(providers(table, context, 2, function), Err(INVALID_PARAMETER));
        assert_eq!(settings(table, context), Err(INVALID_PARAMETER));
        assert_eq!(function_settings(table, context, 2, function), Err(INVALID_PARAMETER));
        assert_eq!(value(table, context, 2, function, function), Err(INVALID_PARAMETER));
    }
    for interface in NO_INTERFACES {
        assert_eq!(functions(LOCAL, context, interface), Err(INVALID_PARAMETER), "{interface:#x}");
        assert_eq!(functions(LOCAL, Some("Nope"), interface), Err(INVALID_PARAMETER), "{interface:#x}");
        assert_eq!(providers(LOCAL, context, interface, function), Err(INVALID_PARAMETER));
        assert_eq!(function_settings(LOCAL, context, interface, function), Err(INVALID_PARAMETER));
        assert_eq!(value(LOCAL, context, interface, function, function), Err(INVALID_PARAMETER));
    }
    for (context, function) in [(None, function), (context, None)] {
        assert_eq!(providers(LOCAL, context, 2, function), Err(INVALID_PARAMETER));
        assert_eq!(function_settings(LOCAL, context, 2, function), Err(INVALID_PARAMETER));
        assert_eq!(value(LOCAL, context, 2, function, Some("any")), Err(INVALID_PARAMETER));
    }
    assert_eq!(functions(LOCAL, None, 2), Err(INVALID_PARAMETER));
    assert_eq!(settings(LOCAL, None), Err(INVALID_PARAMETER));
    assert_eq!(value(LOCAL, context, 2, function, None), Err(INVALID_PARAMETER));
}
