//! What holds for every row of the table of algorithms.

mod cipher;
