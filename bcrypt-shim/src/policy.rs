//! What the machine's administrator demands of cryptography.

use std::ffi::CStr;

use crate::engine::first_byte;

/// Where Linux tells whether it was started in FIPS mode: a digit and the end of a line.
const FIPS_ENABLED: &CStr = c"/proc/sys/crypto/fips_enabled";

/// Whether only FIPS-approved algorithms are to be used on this machine: whether the kernel of Linux was started in FIPS
/// mode, as other libraries look. Elsewhere there is no such policy.
///
/// The mode is a demand, not a claim about this library. It is the kernel's and not a variable's of the environment, since
/// a policy is not for the program or who starts it to choose. The file is read anew each time: what can't be read is a
/// machine without the policy.
pub fn is_fips_demanded() -> bool {
    cfg!(any(target_os = "linux", target_os = "android")) && first_byte(FIPS_ENABLED).is_some_and(is_on)
}

fn is_on(digit: u8) -> bool {
    digit != b'0'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_on_and_zero_and_nothing_are_off() {
        assert!(is_on(b'1') && !is_on(b'0'));
        assert_eq!(first_byte(c"/dev/null"), None);
        assert_eq!(first_byte(c"/nowhere/at/all"), None);
        assert_eq!(first_byte(c"/proc/self/status"), cfg!(target_os = "linux").then_some(b'N'));
    }
}
