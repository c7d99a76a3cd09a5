//! Carries rows of the outbox to Telegram: puts the event into words as things stand now, sends it, and says what the
//! answer means.

use serde_json::Value;

use super::call::{CallError, Caller};
use super::letters::{Letter, Wordless, Writer};
use super::render::{self, Reply};
use super::times;
use crate::app::{App, File};
use crate::domain::event::{Event, Outgoing};
use crate::domain::place::Place;
use crate::domain::shown::Shown;
use crate::ledger::cards::Behind;
use crate::ledger::outbox::Due;
use crate::limits::ASIDE_DEADLINE;
use crate::outbox::{Courier, Delivered};
use crate::text::Phrase;

/// Carries rows of the outbox to Telegram.
pub struct TelegramCourier {
    app: App,
    caller: Caller,
}

/// The message that was sent.
#[derive(serde::Deserialize)]
struct Sent {
    message_id: i64,
}

impl Courier for TelegramCourier {
    async fn deliver(&self, row: &Due) -> Delivered {
        let letters = match Writer(&self.app).of_row(row).await {
            Ok(letters) => letters,
            Err(Wordless::Ledger(error)) => return Delivered::Later(error.to_string()),
            Err(Wordless::Unreadable(why)) => return Delivered::Gone { why, chat: None, tell: Vec::new() },
        };
        let mut delivered = Delivered::Taken(None);
        for mut letter in letters {
            delivered = match letter.file.take() {
                Some(file) => self.hand_over(row, &letter, file).await,
                None => self.say(row, &letter).await,
            };
            if !matches!(delivered, Delivered::Taken(_)) {
                break;
            }
        }
        delivered
    }

    async fn bring(&self, behind: &Behind) -> Delivered {
        match Writer(&self.app).may_show_in(behind.place.chat).await {
            Ok(true) => {}
            Ok(false) => {
                let why = "the queue is not shown there any more".to_owned();
                return Delivered::Gone { why, chat: None, tell: Vec::new() };
            }
            Err(error) => return Delivered::Later(error.to_string()),
        }
        let (place, message) = (behind.place, behind.place.message.unwrap_or_default());
        let words = self.app.words_for(place.chat, None);
        let letter = match Writer(&self.app).shown_again(behind, &words).await {
            Ok(letter) => letter,
            Err(Wordless::Ledger(error)) => return Delivered::Later(error.to_string()),
            Err(Wordless::Unreadable(why)) => return Delivered::Gone { why, chat: None, tell: Vec::new() },
        };
        let arguments = render::edit(&place, &letter.text, letter.keyboard.as_ref());
        let shown = Shown { message, items: letter.items, is_detail: letter.is_detail, asks: None };
        match times::call(&self.caller, words.times(), "editMessageText", arguments).await {
            Ok(_) => Delivered::Taken(Some(shown)),
            // It shows that already: the answer to an earlier try was lost.
            Err(CallError::Refused { description, .. }) if description.contains("not modified") => {
                Delivered::Taken(Some(shown))
            }
            Err(CallError::Wait(wait)) => Delivered::Wait(wait),
            Err(CallError::Moved(to)) => Delivered::Moved { to, tell: Vec::new() },
            Err(CallError::Passes(why)) => Delivered::Later(why),
            // The token, or a chat that may let us in again: its old cards are brought up to date then.
            Err(CallError::Refused { code: 401 | 403 | 404, description }) => Delivered::Later(description),
            Err(CallError::Refused { code, description }) => {
                Delivered::Gone { why: format!("{code} {description}"), chat: None, tell: Vec::new() }
            }
        }
    }
}

impl TelegramCourier {
    /// Carries with the words and books of `app`.
    #[must_use]
    pub const fn new(app: App, caller: Caller) -> Self {
        Self { app, caller }
    }

    /// Sends a reply that no row stands behind; whether it arrived is nobody's concern.
    pub async fn aside(&self, reply: &Reply) {
        let (method, arguments) = reply.to_call();
        let Err(error) = self.caller.call(method, &arguments, ASIDE_DEADLINE).await else { return };
        if let (CallError::Wait(wait), Some(chat)) = (&error, reply.chat()) {
            self.app.ledger.leave_alone(chat, self.app.clock.now() + *wait);
        }
        tracing::debug!(%error, "a line that need not arrive did not");
    }

    /// Says a letter: in the place of the message that it answers, where the row asks for that, or below it.
    async fn say(&self, row: &Due, letter: &Letter) -> Delivered {
        let replaced = if replaces(row) { self.replace(row, letter).await } else { None };
        match replaced {
            Some(delivered) => delivered,
            None => self.post(row, letter).await,
        }
    }

    /// Sends a file with the letter under it.
    async fn hand_over(&self, row: &Due, letter: &Letter, file: File) -> Delivered {
        let arguments = render::document(&row.place, &letter.text);
        let sent = self.caller.upload("sendDocument", arguments, file).await;
        self.told(row, sent.map(|_| None), letter)
    }

    /// Puts a letter in the place of the message that it answers; `None` where that cannot be changed any more.
    async fn replace(&self, row: &Due, letter: &Letter) -> Option<Delivered> {
        row.place.message?;
        let arguments = render::edit(&row.place, &letter.text, letter.keyboard.as_ref());
        match times::call(&self.caller, self.app.words.times(), "editMessageText", arguments).await {
            Ok(_) => Some(Delivered::Taken(None)),
            // It shows that already: the answer to an earlier try was lost.
            Err(CallError::Refused { description, .. }) if description.contains("not modified") => {
                Some(Delivered::Taken(None))
            }
            Err(CallError::Refused { code: 400, .. }) => None,
            Err(error) => Some(self.told(row, Err(error), letter)),
        }
    }

    async fn post(&self, row: &Due, letter: &Letter) -> Delivered {
        let message = |place: &Place| render::message(place, &letter.text, letter.keyboard.as_ref());
        let first = self.send(message(&row.place)).await;
        let told = match first {
            // The topic was deleted or closed: the chat itself is still there.
            Err(CallError::Refused { description, .. })
                if row.place.topic.is_some() && is_topic(&description) =>
            {
                self.tell_of_topic(&row.place).await;
                self.send(message(&Place { topic: None, message: None, ..row.place })).await
            }
            told => told,
        };
        self.told(row, told, letter)
    }

    /// Tells the owners that a topic is gone or closed, once a day; what is sent goes beside it meanwhile.
    async fn tell_of_topic(&self, place: &Place) {
        let (chat, topic) = (place.chat, place.topic.unwrap_or_default());
        for line in self.owners(&format!("topic:{chat}:{topic}"), 0, &Phrase::TopicLost { chat, topic }) {
            if let Err(error) = self.app.ledger.enqueue(line).await {
                tracing::warn!(%error, chat, topic, "the owners could not be told of a lost topic");
            }
        }
    }

    /// Sends a message; gives its number, where the answer told one.
    async fn send(&self, arguments: Value) -> Result<Option<i64>, CallError> {
        let sent = times::call(&self.caller, self.app.words.times(), "sendMessage", arguments).await?;
        Ok(serde_json::from_str::<Sent>(sent.get()).ok().map(|sent| sent.message_id))
    }

    fn told(&self, row: &Due, told: Result<Option<i64>, CallError>, letter: &Letter) -> Delivered {
        match told {
            Ok(message) => {
                let (items, asks, is_detail) = (letter.items.clone(), letter.asks.clone(), letter.is_detail);
                let shown = message.map(|message| Shown { message, items, is_detail, asks });
                Delivered::Taken(shown.filter(|shown| !shown.items.is_empty() || shown.asks.is_some()))
            }
            Err(CallError::Wait(wait)) => Delivered::Wait(wait),
            Err(CallError::Moved(to)) => {
                let from = row.place.chat;
                let phrase = Phrase::GroupMoved { from, to };
                let review = self.app.review_chats.contains(&from);
                let tell =
                    if review { self.owners(&format!("moved:{from}:{to}"), 0, &phrase) } else { Vec::new() };
                Delivered::Moved { to, tell }
            }
            Err(CallError::Passes(why)) => Delivered::Later(why),
            // The token is wrong or was revoked: a person has to mend it, and then all rows go out.
            Err(CallError::Refused { code: 401 | 404, description }) => Delivered::Later(format!(
                "Telegram does not know the token (check TELEGRAM_BOT_TOKEN): {description}"
            )),
            Err(CallError::Refused { code, description }) => {
                let chat = lost_chat(code, &description);
                let lost = row.place.chat;
                let tell = if chat.is_some() {
                    self.owners(&format!("lost:{lost}"), lost, &Phrase::ChatLost { chat: lost })
                } else {
                    Vec::new()
                };
                Delivered::Gone { why: format!("{code} {description}"), chat, tell }
            }
        }
    }

    /// A line for each owner but the one who cannot be reached, once a day for each purpose.
    fn owners(&self, purpose: &str, lost: i64, phrase: &Phrase<'_>) -> Vec<Outgoing> {
        let day = self.app.clock.now().date_naive();
        let line = |owner: i64| Outgoing {
            place: Place { chat: owner, topic: None, message: None },
            event: Event::Line { phrase: phrase.to_stored() },
            dedupe: format!("{purpose}:{day}:{owner}"),
        };
        self.app.ledger.known_owners().into_iter().filter(|owner| *owner != lost).map(line).collect()
    }
}

/// Whether a row is to stand in the place of the message that it answers.
const fn replaces(row: &Due) -> bool {
    matches!(row.event, Ok(Event::Answer { replaces: true, .. } | Event::Receipt { replaces: true, .. }))
}

fn is_topic(description: &str) -> bool {
    let description = description.to_ascii_lowercase();
    description.contains("thread not found") || description.contains("topic_")
}

/// How a chat stands in which nothing can be said any more; `None` where this message alone was refused.
fn lost_chat(code: u16, description: &str) -> Option<&'static str> {
    let description = description.to_ascii_lowercase();
    match code {
        403 if description.contains("blocked") || description.contains("initiate") => Some("blocked"),
        403 => Some("removed"),
        400 if description.contains("chat not found") => Some("not found"),
        400 if description.contains("not enough rights") || description.contains("have no rights") => {
            Some("muted")
        }
        _ => None,
    }
}
