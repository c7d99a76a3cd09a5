//! `init`: from a token to a bot that has an owner and something to decide, in two minutes.
//!
//! What is set already stays and is not asked for again. `./.env` is written once, when all of it is known, and in one step:
//! whatever ends the set-up before leaves everything as it was.

mod api;
mod asker;
mod bot;
mod code;
mod owner;
mod samples;
mod search;
mod show;

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use self::asker::Asker;
use super::Failure;
use crate::points::Points;
use crate::settings::{DotEnv, Environment, Settings};

pub(super) const HELP: &str = "\
Examples:
  countersign init                    asks for the bot's token, waits for its first owner, writes ./.env
  countersign init --change owner     adds another owner to ADMIN_IDS
  countersign init --change token     replaces the bot's token
  printf '%s\\ny\\n' \"$TOKEN\" | countersign init     from a script: the token, then yes to the sample items

It can be run again: it shows what is set and asks only for what is missing. The token is never shown.";

/// The exit code of a program that Ctrl-C ended: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// Sets the bot up.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Init {
    /// Set this anew, though it is set already
    #[arg(long)]
    change: Option<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Change {
    /// TELEGRAM_BOT_TOKEN
    Token,
    /// ADMIN_IDS gets another one
    Owner,
}

/// How far the set-up has come.
#[derive(Default)]
struct Progress {
    is_written: bool,
}

pub(super) async fn run(init: Init) -> Result<ExitCode, Failure> {
    let mut progress = Progress::default();
    let mut terminate = signal(SignalKind::terminate())?;
    let is_through = tokio::select! {
        done = set_up(&init, &mut progress) => done.map(|()| true)?,
        _ = tokio::signal::ctrl_c() => false,
        _ = terminate.recv() => false,
    };
    if is_through {
        return Ok(ExitCode::SUCCESS);
    }
    show::stopped(progress.is_written);
    Ok(ExitCode::from(INTERRUPTED))
}

async fn set_up(init: &Init, progress: &mut Progress) -> Result<(), Failure> {
    // First of all: whatever is typed from here on may be the token.
    let (file, mut asker) = (DotEnv::here(), Asker::new());
    let (settings, is_broken) = before(&file)?;
    ours_to_change(init, &settings, &file)?;
    show::welcome();
    let ask = if is_broken {
        bot::Ask::Broken
    } else if init.change == Some(Change::Token) {
        bot::Ask::Anew
    } else {
        bot::Ask::IfMissing
    };
    let bot = bot::settle(&settings, &file, ask, &mut asker).await?;
    let owner = if settings.telegram.admin_ids.is_empty() || init.change == Some(Change::Owner) {
        Some(search::wait(&settings, &bot, &mut asker).await?)
    } else {
        show::owners(&settings.telegram.admin_ids);
        None
    };
    let mut changes = Vec::new();
    changes.extend(bot.change());
    changes.extend(owner.as_ref().and_then(|owner| owner.change(&settings)));
    changes.extend(api::change(&settings, &file)?);
    if !changes.is_empty() {
        file.set(&changes)?;
        progress.is_written = true;
    }
    show::written(&changes);
    match file.close_to_others() {
        Ok(false) => {}
        Ok(true) => show::done("Others could read ./.env; now you alone can."),
        Err(error) => show::wrong(&format!("Others can read ./.env: {error}")),
    }
    let points = settings.points.as_deref().map(Points::parse).unwrap_or_default();
    // Nothing here can fail but the process.
    drop(points.reach("init.written").await);
    // As `serve` will read them.
    let settings = Settings::read(&Environment::of_process()?)?;
    if let Some(owner) = &owner {
        owner::settle(owner, &settings, &bot).await;
    }
    samples::offer(&settings, &mut asker).await?;
    show::next(&settings, &bot.username);
    Ok(())
}

/// The settings there are. A token in `./.env` that is none counts as not there, and is told: it is asked for again.
fn before(file: &DotEnv) -> Result<(Settings, bool), Failure> {
    let environment = Environment::of_process()?;
    match Settings::read(&environment) {
        Ok(settings) => Ok((settings, false)),
        Err(problems) => {
            let is_broken = problems.iter().any(|problem| problem.variable == bot::NAME);
            if !is_broken || Environment::of_process_alone().sets(bot::NAME) || !file.sets(bot::NAME)? {
                return Err(problems.into());
            }
            Ok((Settings::read(&environment.without(bot::NAME))?, true))
        }
    }
}

/// What the environment sets wins over the file: changing the file would change nothing.
fn ours_to_change(init: &Init, settings: &Settings, file: &DotEnv) -> Result<(), Failure> {
    let (name, is_set) = match init.change {
        None => return Ok(()),
        Some(Change::Token) => ("TELEGRAM_BOT_TOKEN", settings.telegram.token.is_some()),
        Some(Change::Owner) => ("ADMIN_IDS", !settings.telegram.admin_ids.is_empty()),
    };
    if is_set && !file.sets(name)? {
        return Err(Failure::Told(format!(
            "{name} is not set by ./.env but by the environment, or in a file of its own; change it there"
        )));
    }
    Ok(())
}
