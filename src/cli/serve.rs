//! `serve`: listens first, opens the books, opens the doors, and makes the bot known to Telegram in the background.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use url::Url;

use super::gate::Gate;
use super::{Failure, wire};
use crate::app::App;
use crate::domain::operation::Answered;
use crate::http;
use crate::ledger::OpenError;
use crate::limits::{PRUNE_EVERY, SHUTDOWN};
use crate::settings::{BotToken, Settings};
use crate::telegram::{self, Door, startup};

/// How long to wait before the database is tried again at the start.
const DATABASE_PAUSE: Duration = Duration::from_secs(2);
/// The exit code of a program that Ctrl-C ended at once: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

pub(super) async fn run(settings: Settings) -> Result<ExitCode, Failure> {
    settings.need_serve()?;
    let Settings { telegram, http, .. } = &settings;
    let (Some(token), Some(url), Some(secret)) =
        (&telegram.token, &telegram.webhook_url, &telegram.webhook_secret)
    else {
        return Ok(ExitCode::FAILURE);
    };
    let address = http.listen_addr;
    let listener = TcpListener::bind(address).await.map_err(|source| Failure::Listen { address, source })?;
    let stopped = stop_signal()?;
    let gate = Gate::default();
    let server = axum::serve(listener, gate.router()).with_graceful_shutdown(until(stopped.clone()));
    let server = tokio::spawn(server.into_future());
    tracing::info!(%address, database = %settings.database.address, "listening");

    let app = tokio::select! {
        app = open(&settings) => app?,
        () = until(stopped.clone()) => return Ok(ExitCode::SUCCESS),
    };
    let door = door(&app, token).await?;
    let state = open_doors(&gate, &settings, &door, url, secret);
    let setup = startup::Setup {
        door,
        token: token.secret().clone(),
        api_url: telegram.api_url.clone(),
        webhook_url: url.clone(),
        webhook_secret: secret.clone(),
    };
    let startup = tokio::spawn(startup::run(setup, state, stopped.clone()));
    let pruning = tokio::spawn(prune(app.clone()));
    until(stopped).await;
    tracing::info!("stopping: finishing what is in flight");
    startup.abort();
    pruning.abort();
    let finish = async {
        // The server ends when every request in flight is answered; only then may the books be closed.
        let _ = server.await;
        app.ledger.close().await;
    };
    if timeout(SHUTDOWN, finish).await.is_err() {
        tracing::warn!("some requests were not answered in time; they will be delivered again");
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the books as soon as the database is there; what will not pass by itself ends the program.
async fn open(settings: &Settings) -> Result<App, OpenError> {
    loop {
        match wire::app(settings).await {
            Err(error) if error.passes() => {
                tracing::error!(%error, "the books cannot be opened yet; trying again");
                sleep(DATABASE_PAUSE).await;
            }
            opened => return opened,
        }
    }
}

async fn door(app: &App, token: &BotToken) -> Result<Door, Failure> {
    let username = app.ledger.fact(&startup::username_fact(token.bot_id())).await?;
    Ok(Door::new(app.clone(), token.bot_id(), username, Answered::Rode))
}

fn open_doors(
    gate: &Gate,
    settings: &Settings,
    door: &Door,
    url: &Url,
    secret: &SecretString,
) -> telegram::State {
    let state = telegram::State::default();
    let shown = state.clone();
    let tokens = settings.http.api_tokens.clone();
    let (admins, api) = (settings.telegram.admin_ids.len(), !tokens.is_empty());
    let api_router = http::router(door.app().clone(), tokens, Arc::new(move || shown.as_str()));
    gate.open(api_router.merge(telegram::webhook::router(door.clone(), url.path(), secret)));
    tracing::info!(webhook = url.path(), admins, api, "ready");
    if admins == 0 {
        tracing::warn!("ADMIN_IDS is empty: nobody may decide. Send /whoami to the bot and set it");
    }
    state
}

/// Sheds expired keys. What fails is tried again at the next turn.
async fn prune(app: App) {
    loop {
        sleep(PRUNE_EVERY).await;
        match app.ledger.prune().await {
            Ok(0) => {}
            Ok(keys) => tracing::info!(keys, "expired keys were pruned"),
            Err(error) => tracing::warn!(%error, "expired keys could not be pruned"),
        }
    }
}

/// Turns true at SIGTERM or Ctrl-C; a second Ctrl-C ends the program at once.
fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody listens any more only when the program is ending anyway.
        let _ = stop.send(true);
        interrupt.recv().await;
        std::process::exit(INTERRUPTED);
    });
    Ok(stopped)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender lives as long as the program; without it there is nothing to wait for.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
