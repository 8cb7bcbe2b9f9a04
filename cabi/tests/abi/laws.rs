//! What is true of every algorithm of a kind, over the rows of the core's own table: a new row is tested before a test is
//! written for it.

mod cipher;
mod derivation;
mod hash;
mod pair;
