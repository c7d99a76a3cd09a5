//! The bot's menus: everybody's, and that of each person by their role. They shape what the app offers and authorise nothing.
//!
//! The books hold which menu each chat shows. Whoever has the lease `telegram` brings it to what the person's role asks for,
//! after a change as well as after a new release: should we die before that is noted, the menu is set once more.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;

use super::call::{CallError, Caller};
use crate::app::App;
use crate::clock::{Clock, Stopwatch};
use crate::command::COMMANDS;
use crate::domain::language::Language;
use crate::domain::role::Role;
use crate::domain::scope;
use crate::ledger::LedgerError;
use crate::limits::{MENUS_EVERY, MENUS_REFUSED_EVERY, SEND_DEADLINE};

/// Digits of a menu's fingerprint.
const FINGERPRINT_DIGITS: usize = 16;
/// The pause after a call that failed and may pass.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps the menus as they should be.
pub struct Menus {
    app: App,
    caller: Caller,
    bot_id: i64,
    /// People whose chat takes no menu: they never pressed Start. Tried again now and then.
    refused: HashMap<i64, (Option<String>, Stopwatch)>,
    /// Whether everybody's menu is known to be as it should be.
    everybodys_is_set: bool,
}

/// Why the menus are not all as they should be.
enum Hindrance {
    Telegram(CallError),
    Ledger(LedgerError),
}

impl Menus {
    /// Sets the menus of the bot `bot_id`.
    #[must_use]
    pub fn new(app: App, caller: Caller, bot_id: i64) -> Self {
        Self { app, caller, bot_id, refused: HashMap::new(), everybodys_is_set: false }
    }

    /// Works while the lease is held, until it is dropped.
    pub async fn run(mut self, lease: watch::Receiver<Option<i64>>) {
        loop {
            let held = *lease.borrow();
            let pause = match held {
                Some(epoch) => self.bring(epoch).await.map_or_else(|why| pause(&why), |()| MENUS_EVERY),
                None => MENUS_EVERY,
            };
            sleep(pause).await;
        }
    }

    /// Brings every menu to what it should be.
    async fn bring(&mut self, epoch: i64) -> Result<(), Hindrance> {
        if !self.everybodys_is_set {
            self.everybodys().await?;
            self.everybodys_is_set = true;
        }
        for (person, role, shown) in self.app.ledger.menus() {
            let wanted = role.map(|role| self.fingerprint(Some(role)));
            if shown == wanted || self.was_refused(person, &wanted) {
                continue;
            }
            match self.set(&json!({ "type": "chat", "chat_id": person }), role).await {
                Ok(()) => {}
                // Where there is no chat there is no menu to be taken away.
                Err(CallError::Refused { code: 400 | 403, .. }) if role.is_none() => {}
                Err(CallError::Refused { code: 400 | 403, description }) => {
                    tracing::info!(person, description, "a menu was not taken; the commands work without");
                    self.refused.insert(person, (wanted, Clock::stopwatch()));
                    continue;
                }
                Err(error) => return Err(Hindrance::Telegram(error)),
            }
            self.refused.remove(&person);
            self.app.ledger.menu_shown(person, wanted, epoch).await.map_err(Hindrance::Ledger)?;
        }
        Ok(())
    }

    /// The menu of all who have none of their own.
    async fn everybodys(&self) -> Result<(), Hindrance> {
        let (fact, wanted) = (format!("bot:{}:menu", self.bot_id), self.fingerprint(None));
        if self.app.ledger.fact(&fact).await.map_err(Hindrance::Ledger)?.as_ref() == Some(&wanted) {
            return Ok(());
        }
        let scope = json!({ "type": "default" });
        for language in Language::ALL {
            self.call("setMyCommands", &scope, Some(menu(&self.app, None, language)), language).await?;
        }
        self.app.ledger.remember(&fact, &wanted).await.map_err(Hindrance::Ledger)
    }

    /// Sets a person's menu in every language, or takes it away; the one without a code is for all whose language has none
    /// of its own.
    async fn set(&self, scope: &Value, role: Option<Role>) -> Result<(), CallError> {
        for language in Language::ALL {
            let method = if role.is_some() { "setMyCommands" } else { "deleteMyCommands" };
            let commands = role.map(|role| menu(&self.app, Some(role), language));
            self.call(method, scope, commands, language).await?;
        }
        Ok(())
    }

    async fn call(
        &self,
        method: &str,
        scope: &Value,
        commands: Option<Value>,
        language: Language,
    ) -> Result<(), CallError> {
        let mut arguments = json!({ "scope": scope });
        if let Some(commands) = commands {
            arguments["commands"] = commands;
        }
        if language != Language::default() {
            arguments["language_code"] = json!(language.code());
        }
        self.caller.call(method, &arguments, SEND_DEADLINE).await.map(|_| ())
    }

    fn was_refused(&self, person: i64, wanted: &Option<String>) -> bool {
        self.refused
            .get(&person)
            .is_some_and(|(refused, since)| refused == wanted && since.elapsed() < MENUS_REFUSED_EVERY)
    }

    /// What tells menus apart: another bot, another release or another role has another one.
    fn fingerprint(&self, role: Option<Role>) -> String {
        let menus = Language::ALL.map(|language| menu(&self.app, role, language));
        let whole = scope::sha256(&scope::canonical(&json!({ "bot": self.bot_id, "menus": menus })));
        whole.get(..FINGERPRINT_DIGITS).unwrap_or(&whole).to_owned()
    }
}

impl From<CallError> for Hindrance {
    fn from(error: CallError) -> Self {
        Self::Telegram(error)
    }
}

/// The commands that serve this role.
fn menu(app: &App, role: Option<Role>, language: Language) -> Value {
    let words = app.words.in_language(language);
    let shown = COMMANDS.iter().filter(|command| command.who.serves(role));
    shown
        .map(|command| json!({ "command": command.name, "description": words.purpose(command).as_str() }))
        .collect()
}

fn pause(why: &Hindrance) -> Duration {
    match why {
        Hindrance::Telegram(CallError::Wait(wait)) => *wait,
        Hindrance::Telegram(error) => {
            tracing::debug!(%error, "the menus could not be set yet");
            PAUSE
        }
        Hindrance::Ledger(error) => {
            tracing::debug!(%error, "the menus could not be noted yet");
            PAUSE
        }
    }
}
