//! `migrate copy`: from an SQLite file to an empty PostgreSQL database.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::cli::Failure;
use crate::clock::Clock;
use crate::ledger::connect::Address;
use crate::ledger::copy::{self, Progress};
use crate::points::Points;
use crate::settings::Settings;

const HELP: &str = "\
Examples:
  countersign migrate copy --from sqlite://countersign.db --to postgres://countersign@db.example/countersign
  PGPASSWORD=… countersign migrate copy --to postgres://countersign@db.example/countersign

Without --from it is the file that DATABASE_URL names. Stop countersign first: what is decided meanwhile would be missing.
The target must be empty. Either all is copied, or nothing is: after a kill or an error run it again. Each table is read
back and held against the source, by its count and a hash over its rows, before anything is kept.

Others on this machine can read a command line: leave the password out of --to, and put it into PGPASSWORD or ~/.pgpass.";

/// Copies everything from an SQLite file to an empty PostgreSQL database, all or nothing
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::cli) struct Copy {
    /// The SQLite file, such as sqlite://countersign.db; as DATABASE_URL says unless given
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// The PostgreSQL database, such as postgres://user@host/name
    // A secret: a usage error would show a value that is not one.
    #[arg(long, value_name = "ADDRESS")]
    to: SecretString,
}

pub(super) async fn run(copy: Copy, settings: &Settings) -> Result<ExitCode, Failure> {
    let from = match &copy.from {
        Some(from) => parsed("--from", from)?,
        None => settings.database.address.clone(),
    };
    let to = parsed("--to", copy.to.expose_secret())?;
    let points = settings.points.as_deref().map(Points::parse).unwrap_or_default();
    let mut shown = Shown { moves: std::io::stderr().is_terminal(), last: None };
    let now = Clock::machine().now();
    let copied = copy::copy((&from, &to), now, &points, &mut |progress| shown.tell(progress)).await;
    shown.end();
    let copied = copied?;
    for table in &copied.tables {
        println!("{:<17} {:>9} rows  sha256 {}", table.table, table.rows, table.hash);
    }
    let rows: u64 = copied.tables.iter().map(|table| table.rows).sum();
    let count = copied.tables.len();
    if copied.was_there {
        println!("{to} holds them already: {rows} rows in {count} tables are the same; nothing was written");
    } else {
        println!("copied {rows} rows in {count} tables from {from} to {to}; counts and hashes are the same");
    }
    println!(
        "Next: set DATABASE_URL to the new address, start countersign, and do not start it on the old file."
    );
    Ok(ExitCode::SUCCESS)
}

fn parsed(option: &str, url: &str) -> Result<Address, Failure> {
    Address::parse(url).map_err(|wrong| Failure::Told(format!("{option} {wrong}")))
}

/// What is seen on the way: on a terminal one line that changes, elsewhere a line when a table begins to be copied or read
/// back that takes more than a moment.
struct Shown {
    moves: bool,
    last: Option<(&'static str, bool)>,
}

impl Shown {
    fn tell(&mut self, Progress { table, rows, of, verifies }: Progress) {
        let what = if verifies { "verifying" } else { "copying" };
        let mut out = std::io::stderr().lock();
        // Where nobody can read it, nothing is lost.
        if self.moves {
            drop(write!(out, "\r\u{1b}[K{what} {table}: {rows} of {of} rows"));
            drop(out.flush());
        } else if self.last != Some((table, verifies)) {
            drop(writeln!(out, "{what} {table}: {of} rows"));
        }
        self.last = Some((table, verifies));
    }

    fn end(&self) {
        if self.moves && self.last.is_some() {
            eprint!("\r\u{1b}[K");
        }
    }
}
