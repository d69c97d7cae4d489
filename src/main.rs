//! The `oms` program: parses the arguments, runs the command and returns the exit code.

use std::process::ExitCode;

use oms::{cli, config};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Exits with 2 if the arguments are invalid, and with 0 after `--help`.
    let task = config::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match cli::run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::report(&failure);
            ExitCode::FAILURE
        }
    }
}
