//! One scenario in this process, for `run`.

use crate::judge;
use crate::problem::Result;

#[derive(clap::Args)]
pub struct Child {
    library: String,
}

impl Child {
    pub fn main(self) -> Result<bool> {
        judge::child(&self.library).map(|()| true)
    }
}
