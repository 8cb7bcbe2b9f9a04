//! RegisterConfigChangeNotify: a handle for something that never happens here.

use std::ptr::null_mut;

use crate::support::library::lib;
use crate::support::objects::{Object, open};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, SUCCESS};

#[test]
fn a_registration_is_given_back_once_undecided() {
    let handles: Vec<_> = (0..100)
        .map(|_| {
            let mut event = null_mut();
            assert_eq!(lib().register_config_change_notify(&mut event), SUCCESS);
            event
        })
        .collect();
    for (index, event) in handles.iter().enumerate() {
        assert!(!event.is_null() && !handles[..index].contains(event));
        assert_eq!(lib().unregister_config_change_notify(*event), SUCCESS);
        assert_eq!(lib().unregister_config_change_notify(*event), INVALID_PARAMETER, "once");
    }
}

#[test]
fn what_is_no_registration_is_invalid_undecided() {
    assert_eq!(lib().register_config_change_notify(null_mut()), INVALID_PARAMETER);
    let algorithm = open("DH");
    for handle in [null_mut(), algorithm.raw(), 0x41 as _, !0_usize as _] {
        assert_eq!(lib().unregister_config_change_notify(handle), INVALID_PARAMETER);
    }
}

/// It is of no use for any other call.
#[test]
fn other_calls_do_not_take_it() {
    let mut event = null_mut();
    assert_eq!(lib().register_config_change_notify(&mut event), SUCCESS);
    assert_eq!(lib().close_algorithm_provider(event, 0), INVALID_HANDLE);
    assert_eq!(lib().destroy_key(event), INVALID_HANDLE);
    assert_eq!(lib().destroy_hash(event), INVALID_PARAMETER);
    assert_eq!(lib().destroy_secret(event), INVALID_HANDLE);
    lib().free_buffer(event);
    assert_eq!(lib().unregister_config_change_notify(event), SUCCESS);
}
