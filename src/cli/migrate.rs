//! `migrate`: the schema, step by step, and the move to another database.

mod copy;

use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use crate::cli::terminal::say;
use crate::ledger::connect::Address;
use crate::ledger::migrate;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Direction {
    /// Applies the steps that are missing
    Up,
    /// Takes back the last steps, with ALL DATA in their tables
    Down {
        /// How many steps
        #[arg(long, default_value_t = 1)]
        steps: u32,
        /// Really do it
        #[arg(long)]
        yes: bool,
    },
    /// Lists the steps; reads only
    Status,
    Copy(copy::Copy),
}

pub(super) async fn run(direction: Direction, settings: Settings) -> Result<ExitCode, Failure> {
    let address = &settings.database.address;
    match direction {
        Direction::Status => return status(address).await,
        Direction::Copy(copy) => return copy::run(copy, &settings).await,
        Direction::Up | Direction::Down { .. } => {}
    }
    let connection = address.open_writer().await?;
    match direction {
        Direction::Up => {
            let applied = migrate::up(&connection).await?;
            say!("{applied} steps applied; the head is {}", migrate::head());
        }
        Direction::Down { steps, yes: true } => {
            let taken = migrate::down(&connection, steps).await?;
            say!("{taken} steps taken back");
        }
        Direction::Down { steps, yes: false } => {
            let steps_known = migrate::status(&connection).await?;
            let doomed: Vec<String> = steps_known
                .iter()
                .rev()
                .filter(|step| step.applied)
                .take(steps as usize)
                .map(|step| step.name.clone())
                .collect();
            return Err(Failure::Told(format!(
                "this would delete {} and all data in the tables of these steps; say --yes to do it",
                doomed.join(", ")
            )));
        }
        Direction::Status | Direction::Copy(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// It only reads: a file that is missing is not made.
async fn status(address: &Address) -> Result<ExitCode, Failure> {
    if let Some(file) = address.file().filter(|file| !file.exists()) {
        say!("there is no {} yet; every step is missing", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let connection = address.open_readers().await?;
    for step in migrate::status(&connection).await? {
        say!("{} {}", if step.applied { "applied" } else { "missing" }, step.name);
    }
    Ok(ExitCode::SUCCESS)
}
