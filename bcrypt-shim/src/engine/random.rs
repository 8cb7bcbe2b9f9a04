//! Random bytes of the operating system.
//!
//! They are given out as they come, with no generator of ours between, so a forked child can't repeat its parent's. What
//! the engine draws by itself comes from its own generator: [`super::generator`].

use rand::TryRng;
use rand::rngs::SysRng;

use crate::status::{Result, Status};

/// Fills the buffer. Fails with `InternalError` if the operating system does; then the buffer holds
/// nothing to rely on.
pub fn fill(out: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(out).map_err(|_| Status::InternalError)
}
