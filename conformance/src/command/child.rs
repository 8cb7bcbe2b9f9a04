//! One scenario in this process, for `run`.

use crate::judge;
use crate::problem::Result;

use super::Source;

#[derive(clap::Args)]
pub struct Child {
    library: String,
    id: String,
    folder: Option<std::path::PathBuf>,
}

impl Child {
    pub fn main(self) -> Result<bool> {
        let scenarios = Source { scenarios: self.folder }.read()?;
        judge::child(&self.library, &self.id, &scenarios).map(|()| true)
    }
}
