//! The command line, and the wiring of everything else. It is no door: it opens them.

mod ask;
mod audit;
mod backup;
mod check;
mod crew;
mod demo;
mod failure;
mod feed;
mod gate;
mod init;
mod items;
mod lines;
mod logging;
mod metrics;
mod migrate;
mod outbox;
mod remote;
mod samples;
mod serve;
mod server;
mod terminal;
mod webhooks;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use self::failure::Failure;
use crate::settings::{Environment, Settings};

const EXAMPLES: &str = r#"Examples:
  countersign demo                    see it work, without an account and without a network
  countersign init                    set a bot up in two minutes
  countersign check                   is the set-up right? a line each, with the mend
  countersign serve                   run the bot, by webhook or long polling
  countersign backup FILE             a copy of the SQLite file, while it is in use
  countersign migrate status          the steps of the database's schema
  countersign migrate copy --to …     from SQLite to PostgreSQL, all or nothing
  countersign outbox list             what waits to be sent, and what failed
  countersign webhooks list           which decisions receivers were not told of
  countersign audit verify            is the log of decisions as it was written?
  countersign ask "Deploy v2?"        ask from a script, and go on when somebody said yes
  countersign items                   what waits, seen from where it was asked
  countersign feed updates.jsonl      mock updates in, the bot's answers out

Settings are variables of the environment or lines of ./.env; .env.example describes all of them."#;

/// Approvals in Telegram, each delivery taking effect exactly once.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, after_help = EXAMPLES)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sets a bot up: its token, its first owner, a token for your systems, and a few items to decide
    Init(init::Init),
    /// Runs the bot and the HTTP API: by webhook where WEBHOOK_URL is set, by long polling otherwise
    Serve(serve::Serve),
    /// Shows the main job in this terminal: an embedded database, a few items, and a chat with cards and buttons
    #[command(
        after_help = "Example:\n  printf 'tap 1 approve\\nagain\\ncrash /approve 4\\n' | countersign demo"
    )]
    Demo,
    /// Takes Telegram updates as JSON lines, writes the bot's answers as JSON lines; no network, no token
    #[command(after_help = feed::HELP)]
    Feed(feed::Feed),
    /// Tells whether token, webhook, admins, database and clocks are right, with the mend
    Check,
    /// Copies the SQLite file while it is in use
    Backup(backup::Backup),
    /// Changes the database's schema, or moves all to another database; `serve` applies missing steps by itself
    #[command(
        after_help = "Examples:\n  countersign migrate up\n  countersign migrate status\n  countersign migrate down --steps 1 --yes\n  \
                      countersign migrate copy --to postgres://countersign@db.example/countersign"
    )]
    Migrate {
        #[command(subcommand)]
        direction: migrate::Direction,
    },
    /// Shows what waits to be sent and what failed; sends again or drops
    #[command(after_help = outbox::HELP)]
    Outbox {
        #[command(subcommand)]
        what: Option<outbox::Outbox>,
    },
    /// Shows which decisions receivers were not told of; sends again or drops
    #[command(after_help = webhooks::HELP)]
    Webhooks {
        #[command(subcommand)]
        what: Option<webhooks::Webhooks>,
    },
    Ask(Box<ask::Ask>),
    Items(items::Items),
    /// Verifies the log of decisions, or writes it out
    #[command(after_help = audit::HELP)]
    Audit {
        #[command(subcommand)]
        what: audit::Audit,
    },
    /// A part of `demo`: delivers one update and dies before it is answered
    #[command(hide = true)]
    DemoCrash {
        database: PathBuf,
        update: PathBuf,
    },
}

/// Runs what the command line asks for; without a command it prints the help.
///
/// # Errors
/// [`Failure`] says what went wrong and what to do.
pub fn run() -> Result<ExitCode, Failure> {
    let Some(command) = CommandLine::parse().command else {
        CommandLine::command().print_help()?;
        return Ok(ExitCode::SUCCESS);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(dispatch(command));
    // A hung name look-up or read of the terminal must not hold up the end.
    runtime.shutdown_background();
    ended
}

async fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo => return demo::run().await,
        Command::DemoCrash { database, update } => return demo::crash::child(&database, &update).await,
        Command::Init(init) => return init::run(init).await,
        Command::Ask(ask) => return ask::run(*ask).await,
        Command::Items(items) => return items::run(items).await,
        Command::Check => return check::run(&Environment::of_process()?).await,
        _ => {}
    }
    let settings = Settings::read(&Environment::of_process()?)?;
    logging::start(&settings.logging);
    match command {
        Command::Serve(serve) => serve::run(serve, settings).await,
        Command::Feed(feed) => feed::run(feed, settings).await,
        Command::Outbox { what } => outbox::run(what.unwrap_or(outbox::Outbox::List), settings).await,
        Command::Webhooks { what } => webhooks::run(what.unwrap_or(webhooks::Webhooks::List), settings).await,
        Command::Audit { what } => audit::run(what, settings).await,
        Command::Backup(backup) => backup::run(backup, &settings.database.address).await,
        Command::Migrate { direction } => migrate::run(direction, settings).await,
        _ => Ok(ExitCode::SUCCESS),
    }
}
