//! The first owner: whoever sends the code that this terminal shows, in their own chat with the bot.
//!
//! Telegram forgets all updates before the one that is confirmed. So while the code is waited for, nothing is: what waits
//! is only looked at. Once the code is found and `./.env` is written, what stood before it goes down the same road as
//! under `serve`, its answers into the outbox, and only then the code is confirmed with all before it. Where that fails,
//! nothing is confirmed: `serve` gets all of it, and says of the code that it is no command.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::sleep;

use super::asker::Asker;
use super::bot::Bot;
use super::code::Code;
use super::owner::{self, Owner, called};
use super::show;
use crate::cli::Failure;
use crate::clock::Clock;
use crate::limits::UPDATES_MAX;
use crate::settings::Settings;
use crate::telegram::call::CallError;
use crate::telegram::contact;
use crate::telegram::queue::{self, Waiting, Word, Writer};
use crate::text::Phrase;

/// How long one look waits for something new.
const HOLD: Duration = Duration::from_secs(20);
/// The pause before another look where something old waits, which ends each look at once, or Telegram is away.
const PAUSE: Duration = Duration::from_secs(1);
/// Most answers to one person who sends something else.
const HINTS_MAX: u8 = 3;

/// Waits until somebody sends the code.
pub(super) async fn wait(settings: &Settings, bot: &Bot, asker: &mut Asker) -> Result<Owner, Failure> {
    show::step(2, "The owner");
    no_webhook(bot, asker).await?;
    let mut search = Search {
        settings,
        bot,
        code: Code::draw(Clock::machine().now())?,
        seen: BTreeSet::new(),
        hints: BTreeMap::new(),
        hinted: BTreeSet::new(),
    };
    // What waits already cannot hold a code that was not shown yet.
    search.seen = search.look(Duration::ZERO).await?.iter().filter_map(|waiting| waiting.update_id).collect();
    show::code(&search.code, &bot.username);
    search.run().await
}

/// While a webhook is set, nothing can be fetched; it may be production's.
async fn no_webhook(bot: &Bot, asker: &mut Asker) -> Result<(), Failure> {
    let away = |error: CallError| Failure::Told(format!("Telegram could not be asked: {error}"));
    let Some(url) = contact::webhook(&bot.caller).await.map_err(away)? else { return Ok(()) };
    show::wrong(&format!("The bot's updates go to a webhook: {url}"));
    show::line(
        "It may be that of a running instance. countersign serve sets its own again where WEBHOOK_URL is set.",
    );
    if !asker.yes("Delete it, to fetch updates here? What waits is kept.", false).await? {
        return Err(Failure::Told(
            "the webhook stays, so there is no way to hear the code; nothing was written".to_owned(),
        ));
    }
    contact::delete_webhook(&bot.caller).await.map_err(away)?;
    show::done("It is deleted.");
    Ok(())
}

struct Search<'a> {
    settings: &'a Settings,
    bot: &'a Bot,
    code: Code,
    /// What was looked at.
    seen: BTreeSet<u32>,
    /// How often each person was told that it is not the code.
    hints: BTreeMap<i64, u8>,
    /// The messages that were answered here, and need no other answer.
    hinted: BTreeSet<u32>,
}

impl Search<'_> {
    async fn run(mut self) -> Result<Owner, Failure> {
        loop {
            let waiting = self.look(HOLD).await?;
            if self.code.is_over(Clock::machine().now()) {
                let told =
                    "nobody sent the code within 10 minutes; nothing was written. Run countersign init again";
                return Err(Failure::Told(told.to_owned()));
            }
            let mut is_news = false;
            for place in 0..waiting.len() {
                let (Some(update_id), word) = (waiting[place].update_id, &waiting[place].word) else {
                    continue;
                };
                if !self.seen.insert(update_id) {
                    continue;
                }
                is_news = true;
                let Some(word) = word else { continue };
                if let Some(writer) = self.heard(update_id, word).await? {
                    let before = self.before(&waiting[..place]);
                    return Ok(Owner { writer, word: word.clone(), update_id, before });
                }
            }
            if waiting.len() >= UPDATES_MAX {
                return Err(Failure::Told(format!(
                    "{UPDATES_MAX} updates wait for this bot, and the code cannot be seen behind them; nothing was \
                     written. Run countersign serve until they are handled, then countersign init again"
                )));
            }
            if !is_news {
                sleep(PAUSE).await;
            }
        }
    }

    /// Looks at what waits; where Telegram is away, there is nothing to see.
    async fn look(&self, hold: Duration) -> Result<Vec<Waiting>, Failure> {
        match queue::look(&self.bot.caller, hold).await {
            Ok(waiting) => Ok(waiting),
            Err(CallError::Refused { code: 409, .. }) => Err(Failure::Told(
                "another program fetches this bot's updates, perhaps countersign serve; stop it, and run countersign \
                 init again. Nothing was written"
                    .to_owned(),
            )),
            Err(CallError::Wait(pause)) => {
                sleep(pause).await;
                Ok(Vec::new())
            }
            Err(error @ CallError::Passes(_)) => {
                show::wrong(&format!("{error}; trying again"));
                Ok(Vec::new())
            }
            Err(error) => Err(Failure::Told(format!("getUpdates: {error}; nothing was written"))),
        }
    }

    /// Who became the owner by this word, if anybody.
    async fn heard(&mut self, update_id: u32, word: &Word) -> Result<Option<Writer>, Failure> {
        match (&word.by, self.code.is(&word.text)) {
            (Ok(writer), true) => {
                show::done(&format!("{} sent the code.", called(writer)));
                Ok(Some(writer.clone()))
            }
            (Err(why), true) => {
                // Others may have read it there: it is used up.
                show::wrong(&format!("The code came as {why}, and counts no more. The new one:"));
                self.code = Code::draw(Clock::machine().now())?;
                show::code(&self.code, &self.bot.username);
                Ok(None)
            }
            (Ok(writer), false) => {
                let is_owner = self.settings.telegram.admin_ids.contains(&writer.id);
                let hints = self.hints.entry(writer.id).or_default();
                if *hints < HINTS_MAX && is_try(&word.text) && !is_owner {
                    *hints += 1;
                    self.hinted.insert(update_id);
                    show::line(&format!("{} sent something else.", called(writer)));
                    let words = owner::words(self.settings, writer);
                    owner::tell(self.bot, word, &words, &Phrase::SendTheCode).await;
                }
                Ok(None)
            }
            (Err(_), false) => Ok(None),
        }
    }

    /// What `serve` would have handled before the code; not what was answered here.
    fn before(&self, waiting: &[Waiting]) -> Vec<Box<RawValue>> {
        let is_open = |waiting: &&Waiting| waiting.update_id.is_none_or(|id| !self.hinted.contains(&id));
        waiting.iter().filter(is_open).map(|waiting| waiting.raw.clone()).collect()
    }
}

/// Whether somebody may have meant it as the code. What is a command is for `serve` to answer.
fn is_try(text: &str) -> bool {
    text.trim() == "/start" || !text.trim_start().starts_with('/')
}
