//! Makes the bot known to Telegram, in the background and for as long as it takes: who it is, and where its updates go.
//! Updates are taken all the while.
//!
//! The webhook is never deleted, also not at the end: in a rolling deploy it is the next instance's. Parameters are
//! always the full list, or Telegram would start a new queue.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use teloxide::payloads::SetWebhookSetters;
use teloxide::prelude::Requester;
use teloxide::types::{AllowedUpdate, True};
use teloxide::{Bot, RequestError};
use tokio::sync::watch;
use tokio::time::sleep;
use url::Url;

use super::api::{self, Fault};
use super::door::Door;
use super::state::State;

/// The updates the bot asks for.
const ALLOWED_UPDATES: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];
/// Deliveries Telegram may make at once: its own default.
const CONNECTIONS_MAX: u8 = 40;
/// The first pause after a failed call; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest pause after a failed call.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// What the set-up needs.
pub struct Setup {
    /// The door that is to know its username.
    pub door: Door,
    /// The bot's token.
    pub token: SecretString,
    /// Where the Bot API is.
    pub api_url: Url,
    /// Where Telegram is to post, and what it is to send along; `None` where updates are polled.
    pub webhook: Option<(Url, SecretString)>,
}

/// The name of the fact under which the bot's username is remembered between starts.
#[must_use]
pub fn username_fact(bot_id: i64) -> String {
    format!("bot:{bot_id}:username")
}

/// Sets the bot up; ends when all is done, or when `stop` turns true or its sender is gone.
pub async fn run(setup: Setup, state: State, mut stop: watch::Receiver<bool>) {
    let bot = match api::bot(&setup.token, &setup.api_url) {
        Ok(bot) => bot,
        Err(why) => {
            tracing::error!(why, "no client for Telegram could be made");
            return state.failing(&why);
        }
    };
    tokio::select! {
        _ = stop.wait_for(|stopped| *stopped) => {}
        () = set_up(&setup, &bot, &state) => {}
    }
}

async fn set_up(setup: &Setup, bot: &Bot, state: &State) {
    let door = &setup.door;
    let me = until_done("getMe", setup, state, || async { bot.get_me().await }).await;
    let username = me.user.username.unwrap_or_default();
    tracing::info!(username, "Telegram knows the bot");
    door.set_username(username.clone());
    tokio::join!(remember(door, &username), async {
        if let Some((url, secret)) = &setup.webhook {
            until_done("setWebhook", setup, state, || set_webhook(bot, url, secret)).await;
            state.ready();
            tracing::info!("the webhook is set");
        }
    });
}

async fn set_webhook(bot: &Bot, url: &Url, secret: &SecretString) -> Result<True, RequestError> {
    bot.set_webhook(url.clone())
        .secret_token(secret.expose_secret())
        .allowed_updates(ALLOWED_UPDATES)
        .max_connections(CONNECTIONS_MAX)
        .await
}

/// The username outlives a restart, so that groups can address the bot before Telegram has been asked.
async fn remember(door: &Door, username: &str) {
    let (fact, mut pauses) = (username_fact(door.bot_id()), Pauses::new());
    while let Err(error) = door.app().ledger.remember(&fact, username).await {
        tracing::warn!(%error, "the username could not be stored yet");
        sleep(pauses.next()).await;
    }
}

/// Repeats a call until Telegram takes it: what it refuses today a person may mend tomorrow.
async fn until_done<T, F>(what: &'static str, setup: &Setup, state: &State, call: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, RequestError>>,
{
    let mut pauses = Pauses::new();
    loop {
        let error = match call().await {
            Ok(answer) => return answer,
            Err(error) => error,
        };
        let (pause, why) = match Fault::of(&error) {
            Fault::Wait(pause) => (pause, format!("{what}: Telegram asks to wait {} s", pause.as_secs())),
            Fault::Token => (PAUSE_MAX, "the token was refused (check TELEGRAM_BOT_TOKEN)".to_owned()),
            Fault::Refused => {
                let mend = if what == "setWebhook" { " (check WEBHOOK_URL)" } else { "" };
                (PAUSE_MAX, format!("{what} was refused: {}{mend}", api::explain(&error, &setup.token)))
            }
            Fault::Passes => (pauses.next(), format!("{what}: {}", api::explain(&error, &setup.token))),
        };
        tracing::warn!(why, pause_s = pause.as_secs(), "Telegram could not be told yet");
        state.failing(&why);
        sleep(pause).await;
    }
}

/// 1, 2, 4 … 60 s.
struct Pauses(Duration);

impl Pauses {
    const fn new() -> Self {
        Self(PAUSE_MIN)
    }

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(PAUSE_MAX);
        pause
    }
}
