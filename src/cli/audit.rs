//! `audit`: walks the log of decisions, and writes it out for whoever keeps a copy.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use crate::cli::terminal::say;
use crate::ledger::probe;
use crate::settings::Settings;

pub(super) const HELP: &str = "\
Examples:
  countersign audit verify
  countersign audit verify --holds 42:5f1c…       also that decision 42 still has the hash you kept
  countersign audit export > decisions.jsonl
  countersign audit export --after 42 >> decisions.jsonl

Each line of an export is a decision. Its hash is the SHA-256 of the line's canonical JSON (keys sorted, no white space)
without the field \"hash\", and \"previous\" is the hash of the line before.";

/// What to do with the log of decisions.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Audit {
    /// Walks the whole log and names the first row that was changed or is missing
    Verify {
        /// A decision's number and hash, as you kept them elsewhere: a log that was rewritten as a whole shows only so
        #[arg(long, value_name = "NUMBER:HASH", value_parser = held)]
        holds: Option<(i64, String)>,
    },
    /// Writes the decisions as JSON lines
    Export {
        /// Only those with a greater number
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        after: i64,
    },
}

fn held(text: &str) -> Result<(i64, String), String> {
    let told = || "write it as 42:HASH, with a hash of 64 hex digits".to_owned();
    let (number, hash) = text.split_once(':').ok_or_else(told)?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0).ok_or_else(told)?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hash { Ok((number, hash.to_ascii_lowercase())) } else { Err(told()) }
}

pub(super) async fn run(what: Audit, settings: Settings) -> Result<ExitCode, Failure> {
    match what {
        Audit::Verify { holds } => verify(&settings, holds.as_ref()).await,
        Audit::Export { after } => export(&settings, after).await,
    }
}

async fn verify(settings: &Settings, holds: Option<&(i64, String)>) -> Result<ExitCode, Failure> {
    let address = &settings.database.address;
    let Some(verdict) = probe::verify_log(address, holds).await? else {
        return Err(Failure::NoBooks(address.clone()));
    };
    for finding in &verdict.findings {
        say!("FAIL {finding}");
    }
    if !verdict.findings.is_empty() {
        say!("Compare the log and these items with an export or a backup.");
        return Ok(ExitCode::FAILURE);
    }
    say!("ok: {} decisions, each as it was written, and as its item says", verdict.rows);
    if verdict.head.number > 0 {
        say!("The last is {}:{}", verdict.head.number, verdict.head.hash);
        say!("Keep that elsewhere: who rewrites the whole log is found by --holds alone.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(settings: &Settings, after: i64) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    let mut write = |line: String| writeln!(out, "{line}");
    match probe::export_log(&settings.database.address, after, &mut write).await {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Err(Failure::NoBooks(settings.database.address.clone())),
        // Whoever reads has enough, as `head` does.
        Err(probe::ExportError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(probe::ExportError::Write(error)) => Err(error.into()),
        Err(probe::ExportError::Open(error)) => Err(error.into()),
    }
}
