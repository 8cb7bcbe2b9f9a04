//! What the tests are made of: the library under test and its objects, buffers that notice every byte, pages that end,
//! known keys, and second implementations.

pub mod alone;
pub mod blob;
pub mod curves;
pub mod guard_page;
pub mod library;
pub mod objects;
pub mod oracle;
pub mod output;
pub mod params;
pub mod property;
pub mod sequence;
pub mod status;
pub mod text;
