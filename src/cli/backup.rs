//! `backup`: a copy of the SQLite file, while it is in use.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use crate::cli::terminal::say;
use crate::ledger::backup;
use crate::ledger::connect::Address;

pub(super) const HELP: &str = "\
Examples:
  countersign backup /backups/countersign-2026-03-01.db
  countersign backup \"/backups/countersign-$(date +%F).db\"

The copy is of one moment and is checked. To restore it, stop countersign and put the copy in the place of the file that
DATABASE_URL names, without the files beside it that end in -wal and -shm. What was decided after the copy is forgotten then.";

/// Copies the SQLite file into a new one, while it is in use.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Backup {
    /// The new file
    file: PathBuf,
}

pub(super) async fn run(backup: Backup, address: &Address) -> Result<ExitCode, Failure> {
    let bytes = backup::copy(address, &backup.file).await?;
    say!("{} holds the books as of now ({} KiB), checked", backup.file.display(), bytes.div_ceil(1024));
    Ok(ExitCode::SUCCESS)
}
