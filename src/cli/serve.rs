//! `serve`: listens first, opens the books, opens the doors, and makes the bot known to Telegram in the background.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::crew::{ASIDES_MAX, Crew, Hands, Intake};
use super::gate::Gate;
use super::{Failure, metrics, server, wire};
use crate::app::App;
use crate::http;
use crate::ledger::OpenError;
use crate::limits::SHUTDOWN;
use crate::outbox::Pace;
use crate::settings::Settings;
use crate::telegram::{self, Answering, Door, startup};

/// How long to wait before the database is tried again at the start.
const DATABASE_PAUSE: Duration = Duration::from_secs(2);
/// The exit code of a program that Ctrl-C ended at once: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

const HELP: &str = "\
Examples:
  countersign serve                by webhook where WEBHOOK_URL is set, by long polling otherwise
  countersign serve --take-over    poll, and delete the webhook that was set for this bot";

/// Runs the bot and the HTTP API: by webhook where WEBHOOK_URL is set, by long polling otherwise.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Serve {
    /// Delete a webhook that is set for this bot, to poll instead
    #[arg(long)]
    take_over: bool,
}

pub(super) async fn run(serve: Serve, settings: Settings) -> Result<ExitCode, Failure> {
    settings.need_serve()?;
    let Some(token) = &settings.telegram.token else { return Ok(ExitCode::FAILURE) };
    let address = settings.http.listen_addr;
    let listener = TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })?;
    server::make_room();
    let counted = metrics::install()?;
    let (stop, stopped) = stop_signal()?;
    let gate = Gate::new(before_the_books(&settings));
    let server = tokio::spawn(server::serve(listener, gate.router(), stopped.clone()));
    tracing::info!(%address, database = %settings.database.address, "listening");

    let fact = startup::username_fact(token.bot_id());
    let (app, username) = tokio::select! {
        opened = open(&settings, &fact) => opened?,
        () = until(stopped.clone()) => return Ok(ExitCode::SUCCESS),
    };
    let hands = Hands::new()?;
    let (answering, intake) = intake(&settings, serve.take_over, &hands.pace);
    let door = Door::new(app.clone(), token.bot_id(), username, answering);
    let state = telegram::State::default();
    let metrics = metrics::router(&settings, counted, &app.ledger, &hands, stopped.clone()).await?;
    open_doors(&gate, &settings, &door, &state, metrics);
    let mut crew = Crew::start(&settings, token, &door, hands, intake, (state, stopped.clone()))?;
    let trouble = tokio::select! {
        () = until(stopped) => None,
        trouble = crew.trouble() => Some(trouble),
    };
    // Nobody listens any more only when the program is ending anyway.
    let _ = stop.send(true);
    tracing::info!("stopping: finishing what is in flight");
    app.ledger.end_waits();
    let finish = async {
        // The server ends when every request in flight is answered; only then may the books be closed.
        let _ = server.await;
        crew.end().await;
        app.ledger.close().await;
    };
    if timeout(SHUTDOWN, finish).await.is_err() {
        tracing::warn!("some requests were not answered in time; they will be delivered again");
    }
    trouble.map_or(Ok(ExitCode::SUCCESS), |trouble| Err(trouble.into()))
}

fn intake(settings: &Settings, take_over: bool, pace: &Arc<Pace>) -> (Answering, Intake) {
    if settings.telegram.webhook_url.is_some() {
        return (Answering::Ride(pace.clone()), Intake::Webhook);
    }
    let (asides, waiting) = mpsc::channel(ASIDES_MAX);
    (Answering::Post(asides.clone()), Intake::Polling { take_over, asides: (asides, waiting) })
}

/// Opens the books as soon as the database is there, and reads a fact from them; what will not pass by itself ends the program.
async fn open(settings: &Settings, fact: &str) -> Result<(App, Option<String>), OpenError> {
    let once = async || {
        let app = wire::serving(settings).await?;
        let fact = app.ledger.fact(fact).await?;
        Ok::<_, OpenError>((app, fact))
    };
    loop {
        match once().await {
            Err(error) if error.passes() => {
                tracing::error!(%error, "the books cannot be opened yet; trying again");
                sleep(DATABASE_PAUSE).await;
            }
            opened => return opened,
        }
    }
}

/// What answers while the books are not open yet.
fn before_the_books(settings: &Settings) -> Router {
    let telegram = &settings.telegram;
    let hook = telegram.webhook_url.as_ref().zip(telegram.webhook_secret.as_ref());
    let admins = telegram.admin_ids.iter().copied().collect();
    hook.map_or_else(Router::new, |(url, secret)| telegram::webhook::waiting(admins, url.path(), secret))
}

fn open_doors(gate: &Gate, settings: &Settings, door: &Door, state: &telegram::State, metrics: Router) {
    let (shown, tokens) = (state.clone(), settings.http.api_tokens.clone());
    let (admins, api) = (settings.telegram.admin_ids.len(), !tokens.is_empty());
    let mut router =
        http::router(door.app().clone(), tokens, Arc::new(move || shown.as_str())).merge(metrics);
    let hook = settings.telegram.webhook_url.as_ref().zip(settings.telegram.webhook_secret.as_ref());
    if let Some((url, secret)) = hook {
        router = router.merge(telegram::webhook::router(door.clone(), url.path(), secret));
    }
    gate.open(router);
    let updates = hook.map_or("long polling", |(url, _)| url.path());
    tracing::info!(updates, admins, api, "ready");
    if door.app().ledger.known_owners().is_empty() {
        tracing::warn!("ADMIN_IDS is empty, and nobody is an owner: send /whoami to the bot and set it");
    }
}

/// Turns true at SIGTERM or Ctrl-C; a second Ctrl-C ends the program at once.
fn stop_signal() -> Result<(watch::Sender<bool>, watch::Receiver<bool>), Failure> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody listens any more only when the program is ending anyway.
        let _ = told.send(true);
        interrupt.recv().await;
        std::process::exit(INTERRUPTED);
    });
    Ok((stop, stopped))
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender lives as long as the program; without it there is nothing to wait for.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
