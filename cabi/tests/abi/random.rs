//! BCryptGenRandom: behaviour.md g8.

use std::ptr::null_mut;

use crate::support::library::lib;
use crate::support::objects::{Handle, Object, open};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, Status};

const SYSTEM_PREFERRED: u32 = 2;
const GUARD: u8 = 0xA5;

/// Fills `size` bytes between guards.
fn random(algorithm: Handle, size: usize, flags: u32) -> Result<Vec<u8>, Status> {
    let mut memory = vec![GUARD; size + 16];
    let status =
        lib().gen_random(algorithm.raw(), memory[8..].as_mut_ptr(), u32::try_from(size).unwrap(), flags);
    let written = memory[8..size + 8].to_vec();
    memory.drain(8..size + 8);
    assert_eq!(memory, [GUARD; 16], "wrote outside the buffer");
    if let Err(status) = status.ok() {
        assert_eq!(written, vec![GUARD; size], "untouched on failure");
        return Err(status);
    }
    Ok(written)
}

/// The sources that work: an opened RNG, its pseudo-handle, and the system's preferred one without a handle.
fn sources(opened: &impl Object) -> [(Handle, u32); 5] {
    let (opened, pseudo) = (opened.handle(), Handle(0x81));
    [(opened, 0), (opened, 1), (pseudo, 0), (Handle(0), SYSTEM_PREFERRED), (Handle(0), SYSTEM_PREFERRED | 1)]
}

#[test]
fn every_source_fills_the_buffer_differently_each_time() {
    let rng = open("RNG");
    for (source, flags) in sources(&rng) {
        for size in [16, 31, 256, 100_000] {
            let (first, second) =
                (random(source, size, flags).unwrap(), random(source, size, flags).unwrap());
            assert_ne!(first, second, "{source:?} {flags} {size}");
            assert_ne!(first[size - 16..], [GUARD; 16], "the last bytes are filled too");
        }
    }
}

#[test]
fn zero_bytes_are_fine() {
    let rng = open("RNG");
    for (source, flags) in sources(&rng) {
        assert_eq!(random(source, 0, flags), Ok(Vec::new()), "{source:?} {flags}");
    }
}

#[test]
fn no_buffer_is_invalid_even_for_zero_bytes() {
    let rng = open("RNG");
    for (source, flags) in sources(&rng) {
        for size in [0, 16] {
            assert_eq!(
                lib().gen_random(source.raw(), null_mut(), size, flags),
                INVALID_PARAMETER,
                "{source:?}"
            );
        }
    }
}

#[test]
fn no_handle_needs_the_flag_and_wins_over_a_missing_buffer() {
    for flags in [0, 1] {
        assert_eq!(random(Handle(0), 16, flags), Err(INVALID_HANDLE));
        assert_eq!(lib().gen_random(null_mut(), null_mut(), 16, flags), INVALID_HANDLE);
    }
}

#[test]
fn handles_of_other_algorithms_are_invalid_undecided() {
    let ecdh = open("ECDH_P256");
    for source in [ecdh.handle(), Handle(0x2A1), Handle(0x41), Handle(0x1A1)] {
        assert_eq!(random(source, 16, 0), Err(INVALID_HANDLE), "{source:?}");
    }
}

#[test]
fn a_handle_beside_the_flag_is_invalid_undecided() {
    let rng = open("RNG");
    for source in [rng.handle(), Handle(0x81)] {
        assert_eq!(random(source, 16, SYSTEM_PREFERRED), Err(INVALID_PARAMETER));
    }
}

#[test]
fn unknown_flags_are_invalid_undecided() {
    let rng = open("RNG");
    for flag in (2..32).map(|bit| 1 << bit) {
        assert_eq!(random(rng.handle(), 16, flag), Err(INVALID_PARAMETER), "{flag:#x}");
        assert_eq!(random(Handle(0), 16, flag | SYSTEM_PREFERRED), Err(INVALID_PARAMETER), "{flag:#x}");
    }
    assert_eq!(random(rng.handle(), 16, 0).map(|bytes| bytes.len()), Ok(16), "without them it works");
}
