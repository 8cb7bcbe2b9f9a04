//! The command line.

mod child;
mod data;
mod diff;
mod list;
mod report;
mod run;
mod scan;
mod settle;
mod split;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::judge::CHILD_COMMAND;
use crate::library::{self, FUNCTIONS, Library};
use crate::problem::{Problem, Result};
use crate::scenario::Scenarios;

/// Runs one set of scenarios against implementations of bcrypt.dll and shows every difference.
///
/// Exit codes: 0 nothing is wrong; 1 a difference, a crash, a hang, something stale or missing; 2 the
/// command or a file can't be used.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the scenarios
    List(list::List),
    /// Runs the scenarios against a library and records its answers
    Run(run::Run),
    /// Compares recordings: the first with its cited sources, each other one with the first
    Diff(diff::Diff),
    /// Writes what a comparison says as a page, a summary, or data
    Report(report::Report),
    /// Lists what a recording answers to the open questions about Windows, beside what the library answers
    Settle(settle::Settle),
    /// Writes a recording as a folder with a file for each area
    Split(split::Split),
    /// Tells which of bcrypt.dll's exports a library has
    Exports {
        /// The library's path
        library: String,
    },
    /// Tells which of bcrypt.dll's functions a program uses, and how far bcrypt-shim covers them
    Scan(scan::Scan),
    #[command(name = CHILD_COMMAND, hide = true)]
    Child(child::Child),
}

/// Where scenarios come from.
#[derive(clap::Args)]
struct Source {
    /// A folder of scenarios, instead of those this program was built with
    #[arg(long, value_name = "FOLDER")]
    scenarios: Option<PathBuf>,
}

impl Source {
    fn read(&self) -> Result<Scenarios> {
        match &self.scenarios {
            Some(folder) => Scenarios::of_folder(folder),
            None => Scenarios::built_in(),
        }
    }
}

/// Runs the program.
#[allow(clippy::print_stderr, reason = "a command-line program")]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let result = match arguments.command {
        Command::List(list) => list.main(),
        Command::Run(run) => run.main(),
        Command::Diff(diff) => diff.main(),
        Command::Report(report) => report.main(),
        Command::Settle(settle) => settle.main(),
        Command::Split(split) => split.main(),
        Command::Exports { library } => exports(&library),
        Command::Scan(scan) => return scan.main(),
        Command::Child(child) => child.main(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("conformance: {problem}");
            ExitCode::from(2)
        }
    }
}

fn open(path: &str) -> Result<Library> {
    Library::open(path)
        .map_err(|error| Problem::new(path, library::reason(&error), "name a library for this system"))
}

#[allow(clippy::print_stdout, reason = "a command-line program")]
fn exports(path: &str) -> Result<bool> {
    let library = open(path)?;
    let missing: Vec<_> = FUNCTIONS.iter().filter(|function| !library.exports(function.name)).collect();
    println!("{path}: {} of {} exports", FUNCTIONS.len() - missing.len(), FUNCTIONS.len());
    missing.iter().for_each(|function| println!("missing: {}", function.name));
    Ok(missing.is_empty())
}
