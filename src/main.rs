//! The program: reads the command line, runs what it asks for, and says plainly what went wrong.

use std::process::ExitCode;

fn main() -> ExitCode {
    match countersign::cli::run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("countersign: {:#}", anyhow::Error::new(failure));
            ExitCode::FAILURE
        }
    }
}
