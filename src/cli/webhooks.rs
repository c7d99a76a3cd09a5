//! `webhooks`: which decisions receivers were not told of yet, and what a person can do about it.

use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use super::wire::in_books;
use crate::cli::terminal::say;
use crate::ledger::deliveries::Delivery;
use crate::ledger::{Ledger, probe};
use crate::settings::Settings;

/// Rows of the list at most.
const SHOWN_MAX: u64 = 200;

pub(super) const HELP: &str = "\
Examples:
  countersign webhooks list
  countersign webhooks retry 42
  countersign webhooks retry --all
  countersign webhooks drop 42
  countersign webhooks enable erp";

/// What to do with deliveries to receivers.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Webhooks {
    /// Lists what waits and what failed, the oldest first, and the receivers that are gone
    List,
    /// Tells a receiver again, at once
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
    /// Tells a receiver again that said it was gone (410), or asked to be left alone
    Enable {
        /// Its name in DECISION_WEBHOOKS
        name: String,
    },
}

pub(super) async fn run(what: Webhooks, settings: Settings) -> Result<ExitCode, Failure> {
    match what {
        Webhooks::List => list(&settings).await,
        Webhooks::Retry { row: Some(row), .. } => {
            let again = async |ledger: &Ledger| ledger.delivery_retry(Some(row)).await;
            told(row, "is sent again", in_books(&settings, again).await? > 0)
        }
        Webhooks::Retry { row: None, .. } => {
            let again = async |ledger: &Ledger| ledger.delivery_retry(None).await;
            say!("{} rows are sent again", in_books(&settings, again).await?);
            Ok(ExitCode::SUCCESS)
        }
        Webhooks::Drop { row } => {
            let drop = async |ledger: &Ledger| ledger.delivery_drop(row).await;
            told(row, "is dropped", in_books(&settings, drop).await?)
        }
        Webhooks::Enable { name } => {
            let enable = async |ledger: &Ledger| ledger.receiver_enable(name.clone()).await;
            if !in_books(&settings, enable).await? {
                return Err(Failure::Told(format!(
                    "the receiver {name:?} is neither gone nor asked to wait"
                )));
            }
            say!("{name} is told again; what failed meanwhile: countersign webhooks retry --all");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// It only reads: the books may be another release's.
async fn list(settings: &Settings) -> Result<ExitCode, Failure> {
    let Some(found) = probe::deliveries(&settings.database.address, SHOWN_MAX).await? else {
        say!("There are no books yet at {}; countersign serve makes them.", settings.database.address);
        return Ok(ExitCode::SUCCESS);
    };
    say!("{} waiting, {} failed", found.depth.waiting, found.depth.failed);
    for (name, since) in &found.gone {
        say!("{name} is gone since {}: countersign webhooks enable {name}", since.format("%F %T UTC"));
    }
    found.rows.iter().for_each(|row| say!("{}", line(row)));
    let all = found.depth.waiting + found.depth.failed;
    if all > SHOWN_MAX {
        say!("… and {} more", all - SHOWN_MAX);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(row: &Delivery) -> String {
    let state =
        row.next_at.map_or_else(|| "failed".to_owned(), |at| format!("next try {}", at.format("%F %T UTC")));
    let why = row.last_error.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    let Delivery { id, number, item_id, receiver, attempts, .. } = row;
    format!("#{id} to {receiver} (decision {number}, item {item_id}), {attempts} tries, {state}{why}")
}

fn told(row: i64, what: &str, found: bool) -> Result<ExitCode, Failure> {
    if found {
        say!("row {row} {what}");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::Told(format!("there is no undelivered row {row}; countersign webhooks list shows them")))
}
