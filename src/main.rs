//! Arguments → command → exit code. Nothing else.

use std::process::ExitCode;

use oms::{cli, config};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Ends here with 2 when the arguments make no sense, with 0 after `--help`.
    let task = config::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match cli::run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
