//! Builds libbcrypt the way a user does, once, and says where it is.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The release library. `BCRYPT_SHIM_LIBRARY` names one that is already built.
pub fn library() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| std::env::var_os("BCRYPT_SHIM_LIBRARY").map_or_else(build, PathBuf::from)).clone()
}

/// Only cargo can tell whether the library is fresh, so it is always asked; a fresh build costs it a moment.
fn build() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "-p", "cabi", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "cargo build --release -p cabi failed");
    target.join(format!("release/{}bcrypt{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}
