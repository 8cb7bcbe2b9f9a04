//! The judge: runs one set of scenarios against implementations of bcrypt.dll, through their C interface
//! only, and shows every difference.
//!
//! ```text
//! command      what people type
//! scenario     scenarios: language, files, checks
//! judge        a process for each scenario
//!   execute    its calls, with guarded memory
//!     library  the judged library: the only unsafe code
//! trace        recordings
//! compare      verdicts, with expectations as the known differences
//! report       what people and CI see of it
//! question     the open questions about Windows, as docs/undecided.md has them
//! settle       what a recording answers to them
//! scan         what a program uses of bcrypt.dll; needs none of the above
//! ```

pub mod command;
pub mod compare;
mod execute;
pub mod expectations;
mod judge;
pub mod library;
pub mod problem;
pub mod question;
mod report;
mod scan;
pub mod scenario;
mod settle;
pub mod trace;
