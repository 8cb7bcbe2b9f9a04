//! What the library gives out and the program frees leaves nothing behind.
#![cfg(target_os = "linux")]

use std::ptr::null_mut;

use super::{LOCAL, PROVIDER, UM};
use crate::process::leaks::{MOST_KIB, resident_kib};
use crate::support::alone::alone;
use crate::support::library::lib;
use crate::support::status::{BUFFER_TOO_SMALL, SUCCESS};
use crate::support::text::wide;

const CYCLES: usize = 2000;

/// Each answer once, freed; one that does not fit; and a notification.
fn cycle() {
    let (provider, context) = (wide(PROVIDER), wide("Default"));
    let (mut size, mut list, mut registration) = (0, null_mut(), null_mut());
    let (mut found, mut functions) = (null_mut(), null_mut());
    assert_eq!(lib().enum_registered_providers(&mut size, &mut list), SUCCESS);
    assert_eq!(
        lib().query_provider_registration(provider.as_ptr(), UM, 0, &mut size, &mut registration),
        SUCCESS
    );
    let anything = std::ptr::null();
    assert_eq!(
        lib().resolve_providers(anything, 0, anything, anything, UM, 1, &mut size, &mut found),
        SUCCESS
    );
    assert_eq!(lib().enum_context_functions(LOCAL, context.as_ptr(), 2, &mut size, &mut functions), SUCCESS);
    let mut small = 1_u64;
    let mut place = (&raw mut small).cast();
    let mut room = 8;
    assert_eq!(lib().enum_contexts(LOCAL, &mut room, &mut place), BUFFER_TOO_SMALL);
    for buffer in [list.cast(), registration.cast(), found.cast(), functions.cast::<std::ffi::c_void>()] {
        lib().free_buffer(buffer);
    }
    // They are small.
    for _ in 0..50 {
        let mut event = null_mut();
        assert_eq!(lib().register_config_change_notify(&mut event), SUCCESS);
        assert_eq!(lib().unregister_config_change_notify(event), SUCCESS);
    }
}

#[test]
fn configuration_leaves_nothing_behind() {
    alone("configuration::leaks::configuration_leaves_nothing_behind", || {
        (0..CYCLES / 4).for_each(|_| cycle());
        let before = resident_kib();
        (0..CYCLES).for_each(|_| cycle());
        let after = resident_kib();
        println!("{CYCLES} cycles: {before} KiB before, {after} KiB after");
        assert!(after <= before + MOST_KIB, "{before} KiB before, {after} KiB after");
    });
}
