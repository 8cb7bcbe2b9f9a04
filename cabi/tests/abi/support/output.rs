//! Buffers that notice what a call writes. Every byte outside the stated size, and every byte beyond the
//! reported result, must come back as it was; after a failure everything must.

use crate::support::status::{BUFFER_TOO_SMALL, SUCCESS, Status};

const UNTOUCHED: u8 = 0xA5;
const MARGIN: usize = 64;
const NO_SIZE: u32 = 0x5EED_5EED;

/// A call with an output buffer, its size, and the place for the size of the result.
pub trait Fetch: Fn(*mut u8, u32, *mut u32) -> Status {}
impl<F: Fn(*mut u8, u32, *mut u32) -> Status> Fetch for F {}

struct Outcome {
    status: Status,
    /// What was written to the result size, if anything was.
    result: Option<u32>,
    bytes: Vec<u8>,
}

/// Makes the call with a buffer of `room` bytes between guards, or with NULL.
fn run(call: &impl Fetch, room: Option<usize>, size: u32) -> Outcome {
    let mut memory = vec![UNTOUCHED; room.unwrap_or(0) + 2 * MARGIN];
    // Four bytes exactly: a C# caller hands in a wider integer and reads all of it.
    let mut result = [NO_SIZE; 3];
    let buffer = match room {
        Some(_) => memory[MARGIN..].as_mut_ptr(),
        None => std::ptr::null_mut(),
    };
    let status = call(buffer, size, &mut result[1]);
    assert_eq!([result[0], result[2]], [NO_SIZE; 2], "only four bytes hold the size of the result");
    let after = MARGIN + room.unwrap_or(0);
    assert!(untouched(&memory[..MARGIN]) && untouched(&memory[after..]), "wrote outside the buffer");
    let result = (result[1] != NO_SIZE).then_some(result[1]);
    Outcome { status, result, bytes: memory[MARGIN..after].to_vec() }
}

fn untouched(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == UNTOUCHED)
}

/// The size a call reports for a NULL buffer. The stated size is 7 on purpose: behaviour.md f1 says it is
/// ignored.
pub fn size(call: &impl Fetch) -> Result<u32, Status> {
    size_stating(call, 7)
}

/// The same with a stated size, for the calls where that one counts.
pub fn size_stating(call: &impl Fetch, stated: u32) -> Result<u32, Status> {
    let outcome = run(call, None, stated);
    match outcome.status {
        SUCCESS => Ok(outcome.result.expect("a size query reports a size")),
        status => {
            assert_eq!(outcome.result, None, "the result size stays untouched on failure");
            Err(status)
        }
    }
}

/// What the call writes into a buffer of `room` bytes.
pub fn fetch(call: &impl Fetch, room: usize) -> Result<Vec<u8>, Status> {
    let outcome = run(call, Some(room), u32::try_from(room).unwrap());
    if outcome.status != SUCCESS {
        assert!(untouched(&outcome.bytes), "the buffer stays untouched on failure");
        assert_eq!(
            outcome.result.is_some(),
            outcome.status == BUFFER_TOO_SMALL,
            "only BUFFER_TOO_SMALL reports a size, got {:?}",
            outcome.status
        );
        return Err(outcome.status);
    }
    let written = outcome.result.expect("a result size") as usize;
    assert!(written <= room, "reports {written} bytes in a buffer of {room}");
    let (answer, rest) = outcome.bytes.split_at(written);
    assert!(untouched(rest), "wrote beyond the reported result");
    Ok(answer.to_vec())
}

/// The needed size reported when `room` bytes are too few; the buffer must stay as it was.
pub fn too_small(call: &impl Fetch, room: usize) -> u32 {
    let outcome = run(call, Some(room), u32::try_from(room).unwrap());
    assert_eq!(outcome.status, BUFFER_TOO_SMALL, "with {room} bytes");
    assert!(untouched(&outcome.bytes), "the buffer stays untouched on failure");
    outcome.result.expect("BUFFER_TOO_SMALL reports the needed size")
}

/// The whole answer, through the two calls every Windows program makes.
pub fn whole(call: &impl Fetch) -> Result<Vec<u8>, Status> {
    let size = size(call)?;
    let bytes = fetch(call, size as usize)?;
    assert_eq!(bytes.len(), size as usize, "the query and the fetch agree");
    Ok(bytes)
}
