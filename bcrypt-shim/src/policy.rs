//! What the machine's administrator demands of cryptography.

use std::fs::File;
use std::io::Read;

/// Where Linux tells whether it was started in FIPS mode.
const FIPS_ENABLED: &str = "/proc/sys/crypto/fips_enabled";

/// Whether only FIPS-approved algorithms are to be used on this machine: whether the kernel of Linux was started in FIPS
/// mode, as other libraries look. Elsewhere there is no such policy.
///
/// The mode is a demand, not a claim about this library. It is the kernel's and not a variable's of the environment, since
/// a policy is not for the program or who starts it to choose. The file is read anew each time: what can't be read is a
/// machine without the policy.
pub fn is_fips_demanded() -> bool {
    cfg!(any(target_os = "linux", target_os = "android")) && File::open(FIPS_ENABLED).is_ok_and(is_on)
}

/// The file has a digit and the end of a line.
fn is_on(mut file: impl Read) -> bool {
    let mut digit = [0];
    file.read_exact(&mut digit).is_ok() && digit != *b"0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_on_and_zero_and_nothing_are_off() {
        assert!(is_on(&b"1\n"[..]));
        for off in [&b"0\n"[..], b""] {
            assert!(!is_on(off));
        }
    }
}
