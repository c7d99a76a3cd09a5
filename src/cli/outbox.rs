//! `outbox`: what waits to be sent and what failed for good, and what a person can do about it.

use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use super::wire::in_books;
use crate::cli::terminal::say;
use crate::ledger::outbox::Shown;
use crate::ledger::{Ledger, LedgerError, probe};
use crate::settings::Settings;

/// Rows of the list at most.
const SHOWN_MAX: u64 = 200;

pub(super) const HELP: &str = "\
Examples:
  countersign outbox list
  countersign outbox retry 42
  countersign outbox retry --all
  countersign outbox drop 42";

/// What to do with the outbox.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum Outbox {
    /// Lists what waits and what failed, the oldest first
    List,
    /// Sends a row again, at once
    Retry {
        /// The row's number
        #[arg(required_unless_present = "all")]
        row: Option<i64>,
        /// Every row that failed
        #[arg(long, conflicts_with = "row")]
        all: bool,
    },
    /// Gives a row up for good
    Drop {
        /// The row's number
        row: i64,
    },
}

pub(super) async fn run(what: Outbox, settings: Settings) -> Result<ExitCode, Failure> {
    match what {
        Outbox::List => list(&settings).await,
        Outbox::Retry { row: Some(row), .. } => {
            let again = async |ledger: &Ledger| ledger.outbox_retry(row).await;
            told(row, "is sent again", in_books(&settings, again).await?)
        }
        Outbox::Retry { row: None, .. } => {
            say!("{} rows are sent again", in_books(&settings, retry_all).await?);
            Ok(ExitCode::SUCCESS)
        }
        Outbox::Drop { row } => {
            let drop = async |ledger: &Ledger| ledger.outbox_drop(row).await;
            told(row, "is dropped", in_books(&settings, drop).await?)
        }
    }
}

/// It only reads: the books may be another release's.
async fn list(settings: &Settings) -> Result<ExitCode, Failure> {
    let found = probe::outbox(&settings.database.address, SHOWN_MAX).await?;
    let Some((depth, rows)) = found else {
        say!("There are no books yet at {}; countersign serve makes them.", settings.database.address);
        return Ok(ExitCode::SUCCESS);
    };
    say!("{} waiting, {} failed", depth.waiting, depth.failed);
    rows.iter().for_each(|row| say!("{}", line(row)));
    if depth.waiting + depth.failed > SHOWN_MAX {
        say!("… and {} more", depth.waiting + depth.failed - SHOWN_MAX);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(row: &Shown) -> String {
    let state =
        row.next_at.map_or_else(|| "failed".to_owned(), |at| format!("next try {}", at.format("%F %T UTC")));
    let chat = row.chat.map_or_else(String::new, |chat| format!(" to chat {chat}"));
    let why = row.last_error.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    format!("#{}{chat} ({}), {} tries, {state}{why}", row.id, row.purpose, row.attempts)
}

async fn retry_all(ledger: &Ledger) -> Result<u32, LedgerError> {
    let mut again = 0;
    for row in ledger.outbox(u64::from(u32::MAX)).await?.into_iter().filter(|row| row.next_at.is_none()) {
        again += u32::from(ledger.outbox_retry(row.id).await?);
    }
    Ok(again)
}

fn told(row: i64, what: &str, found: bool) -> Result<ExitCode, Failure> {
    if found {
        say!("row {row} {what}");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::Told(format!("there is no unsent row {row}; countersign outbox list shows them")))
}
