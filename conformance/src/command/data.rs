//! The recordings and known differences that come with the program, by name.
//!
//! A path that is there is taken. A name without a folder that is not, as `wine-10.0`, is looked for below the folder that
//! CONFORMANCE_DATA names, or else below share/bcrypt-shim/conformance beside the folder of the program, where packages
//! put it.

use std::env;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "CONFORMANCE_DATA";
const PLACE: &str = "share/bcrypt-shim/conformance";

/// A recording's path, or that of one that comes with the program.
pub fn recording(named: &Path) -> PathBuf {
    found(named, &Path::new("recordings").join(named))
}

/// A folder of known differences, or with the name `expectations` the one that comes with the program.
pub fn expectations(named: &Path) -> PathBuf {
    found(named, named)
}

fn found(named: &Path, below: &Path) -> PathBuf {
    if named.exists() || named.components().count() != 1 {
        return named.to_owned();
    }
    let place = folder().map(|folder| folder.join(below));
    place.filter(|path| path.exists()).unwrap_or_else(|| named.to_owned())
}

fn folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os(VARIABLE) {
        return Some(folder.into());
    }
    let program = env::current_exe().ok()?;
    Some(program.parent()?.parent()?.join(PLACE))
}
