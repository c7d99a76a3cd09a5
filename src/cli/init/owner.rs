//! What follows once the code was sent: the owner stands in `./.env`, what waited before is made good on, and Telegram may
//! forget it.

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::bot::Bot;
use super::show;
use crate::cli::{Failure, wire};
use crate::domain::language::Language;
use crate::settings::Settings;
use crate::telegram::queue::{self, Word, Writer};
use crate::telegram::{Answering, Door, Verdict};
use crate::text::{Phrase, Words};

/// Whoever sent the code.
pub(super) struct Owner {
    pub(super) writer: Writer,
    /// The message with the code.
    pub(super) word: Word,
    pub(super) update_id: u32,
    /// What waited before it, oldest first.
    pub(super) before: Vec<Box<RawValue>>,
}

impl Owner {
    /// The line for `./.env`: the owners there are, and this one.
    pub(super) fn change(&self, settings: &Settings) -> Option<(&'static str, String)> {
        let mut ids = settings.telegram.admin_ids.clone();
        if ids.contains(&self.writer.id) {
            return None;
        }
        ids.push(self.writer.id);
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        Some(("ADMIN_IDS", ids.join(",")))
    }
}

/// Makes good on what waited before the code, has Telegram forget it with the code, and greets the owner. Nothing of it is
/// needed for the bot to run.
pub(super) async fn settle(owner: &Owner, settings: &Settings, bot: &Bot) {
    match hand_over(owner, settings, bot).await {
        Ok(()) => {
            if let Err(error) = queue::confirm(&bot.caller, owner.update_id).await {
                show::wrong(&format!(
                    "The code's message could not be confirmed ({error}): serve will answer it too."
                ));
            }
        }
        Err(error) => show::wrong(&format!("What waited before the code is left for serve: {error}")),
    }
    let phrase = Phrase::Owner { id: owner.writer.id };
    tell(bot, &owner.word, &words(settings, &owner.writer), &phrase).await;
}

async fn hand_over(owner: &Owner, settings: &Settings, bot: &Bot) -> Result<(), Failure> {
    if owner.before.is_empty() {
        return Ok(());
    }
    let app = wire::app(settings).await?;
    // Lines to strangers need not arrive, and go nowhere from here.
    let (asides, _) = mpsc::channel(1);
    let door = Door::new(app.clone(), bot.id(), Some(bot.username.clone()), Answering::Post(asides));
    let mut outcome = Ok(());
    for update in &owner.before {
        let delivery = door.deliver(update.get().as_bytes()).await;
        if matches!(delivery.verdict, Verdict::Away | Verdict::Panicked) {
            outcome = Err(Failure::Told("an update could not be handled now".to_owned()));
            break;
        }
    }
    app.ledger.close().await;
    outcome
}

/// Answers in the chat. Whether it arrives decides nothing.
pub(super) async fn tell(bot: &Bot, word: &Word, words: &Words, phrase: &Phrase<'_>) {
    if let Err(error) = queue::answer(&bot.caller, word, &words.say(phrase)).await {
        show::wrong(&format!("The chat could not be answered: {error}"));
    }
}

/// In the language of their app.
pub(super) fn words(settings: &Settings, writer: &Writer) -> Words {
    let language = writer.profile.language.as_deref().map_or(settings.rules.language, Language::of);
    Words::new(settings.rules.time_zone.clone()).in_language(language)
}

/// A person as the terminal shows them: their name is theirs to choose, and could hold anything.
pub(super) fn called(writer: &Writer) -> String {
    let plain = |c: &char| c.is_alphanumeric() || " .-_@'".contains(*c);
    let name: String = writer.profile.shown().chars().filter(plain).collect();
    format!("{name} (id {})", writer.id)
}
