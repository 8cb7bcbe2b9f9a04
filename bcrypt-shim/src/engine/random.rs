//! Random bytes of the operating system.
//!
//! There is no generator in this process, so a forked child can't repeat its parent's bytes.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::status::{Result, Status};

/// Fills the buffer. Fails with `InternalError` if the operating system does; then the buffer holds
/// nothing to rely on.
pub fn fill(out: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(out).map_err(|_| Status::InternalError)
}
