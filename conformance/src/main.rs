//! The program `conformance`; the crate's documentation tells how it is made.

fn main() -> std::process::ExitCode {
    conformance::command::main()
}
