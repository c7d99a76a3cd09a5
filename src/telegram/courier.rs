//! Carries rows of the outbox to Telegram: puts the event into words as things stand now, sends it, and says what the
//! answer means.

use serde_json::Value;

use super::button;
use super::call::{CallError, Caller};
use super::render::{self, Reply};
use super::times;
use crate::app::App;
use crate::domain::caller::Actor;
use crate::domain::card::Shown;
use crate::domain::event::{Event, Outgoing};
use crate::domain::ids::ItemId;
use crate::domain::place::Place;
use crate::ledger::LedgerError;
use crate::ledger::cards::Behind;
use crate::ledger::outbox::Due;
use crate::limits::ASIDE_DEADLINE;
use crate::outbox::{Courier, Delivered};
use crate::text::{Phrase, Seen, Text, Words};

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

/// Why there are no words.
enum Wordless {
    /// The database gave no answer.
    Ledger(LedgerError),
    /// It cannot be read, now or later.
    Unreadable(String),
}

/// What is said in one message, and the keyboard under it.
struct Letter {
    text: Text,
    keyboard: Option<Value>,
    /// The items it shows, each at this version.
    items: Vec<(ItemId, i32)>,
}

impl From<Text> for Letter {
    fn from(text: Text) -> Self {
        Self { text, keyboard: None, items: Vec::new() }
    }
}

impl Courier for TelegramCourier {
    async fn deliver(&self, row: &Due) -> Delivered {
        let letters = match self.letters(row).await {
            Ok(letters) => letters,
            Err(Wordless::Ledger(error)) => return Delivered::Later(error.to_string()),
            Err(Wordless::Unreadable(why)) => return Delivered::Gone { why, chat: None, tell: Vec::new() },
        };
        let mut delivered = Delivered::Taken(None);
        for letter in letters {
            delivered = self.post(row, &letter).await;
            if !matches!(delivered, Delivered::Taken(_)) {
                break;
            }
        }
        delivered
    }

    async fn bring(&self, behind: &Behind) -> Delivered {
        if !self.may_show_in(behind.place.chat) {
            let why = "the queue is not shown there any more".to_owned();
            return Delivered::Gone { why, chat: None, tell: Vec::new() };
        }
        let (place, message) = (behind.place, behind.place.message.unwrap_or_default());
        let words = self.app.words_for(place.chat, None);
        let letter = match self.items(&behind.items, &words).await {
            Ok(letter) => letter,
            Err(error) => return Delivered::Later(error.to_string()),
        };
        let arguments = render::edit(&place, &letter.text, letter.keyboard.as_ref());
        let shown = Shown { message, items: letter.items };
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
        tracing::debug!(%error, "a line that need not arrive did not");
        if let (CallError::Wait(wait), Some(chat)) = (error, reply.chat()) {
            self.app.ledger.leave_alone(chat, self.app.clock.now() + wait);
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
        self.told(row, told, &letter.items)
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

    async fn letters(&self, row: &Due) -> Result<Vec<Letter>, Wordless> {
        let words = self.app.words_for(row.place.chat, None);
        let now = self.app.clock.now();
        let text = match row.event.clone().map_err(Wordless::Unreadable)? {
            Event::Line { phrase } => words.say_stored(&phrase).map_err(Wordless::Unreadable)?,
            Event::Answer { ask, reader } => {
                self.must_show_in(row.place.chat)?;
                self.app.speaking(words).answer(&ask, reader).await.map_err(Wordless::Ledger)?
            }
            Event::Receipt { operation, standing, reader } => {
                let receipt = self.app.ledger.receipt(operation, standing).await.map_err(Wordless::Ledger)?;
                let receipt = receipt
                    .ok_or_else(|| Wordless::Unreadable(format!("there is no operation R{operation}")))?;
                let titles = self.app.may_show_in(row.place.chat, row.place.chat > 0);
                let viewer = Actor::Person(reader);
                words.receipt(&receipt, Seen { now, titles, viewer: Some(&viewer) })
            }
            Event::Card { items } => {
                self.must_show_in(row.place.chat)?;
                return Ok(vec![self.items(&items, &words).await.map_err(Wordless::Ledger)?]);
            }
            Event::Detail { item, part } => {
                self.must_show_in(row.place.chat)?;
                let letters = self.details(item, &words).await?.into_iter().enumerate();
                return Ok(letters
                    .filter(|(n, _)| part.is_none_or(|part| part == *n))
                    .map(|(_, letter)| letter)
                    .collect());
            }
        };
        Ok(vec![text.into()])
    }

    /// Whether the queue's contents may be shown in this chat now: in private to admins alone.
    fn may_show_in(&self, chat: i64) -> bool {
        if chat > 0 { self.app.admins.contains(&chat) } else { self.app.may_show_in(chat, false) }
    }

    fn must_show_in(&self, chat: i64) -> Result<(), Wordless> {
        let why = || Wordless::Unreadable("the queue is not shown in this chat any more".to_owned());
        self.may_show_in(chat).then_some(()).ok_or_else(why)
    }

    /// One item with its buttons, or several as a list.
    async fn items(&self, ids: &[ItemId], words: &Words) -> Result<Letter, LedgerError> {
        let now = self.app.clock.now();
        let portraits = self.app.ledger.portraits(ids).await?;
        let items = portraits.iter().map(|portrait| (portrait.item.id, portrait.item.version)).collect();
        Ok(match portraits.as_slice() {
            [portrait] => Letter {
                text: words.card(portrait, now),
                keyboard: Some(button::keyboard(words, portrait, false)),
                items,
            },
            many => Letter { text: words.list(many, now), keyboard: None, items },
        })
    }

    /// All of an item's detail; the buttons stand under the last message, and it is a card as well.
    async fn details(&self, item: ItemId, words: &Words) -> Result<Vec<Letter>, Wordless> {
        let now = self.app.clock.now();
        let portraits = self.app.ledger.portraits(&[item]).await.map_err(Wordless::Ledger)?;
        let portrait =
            portraits.first().ok_or_else(|| Wordless::Unreadable(format!("there is no item {item}")))?;
        let mut letters: Vec<Letter> = words.details(portrait, now).into_iter().map(Letter::from).collect();
        if let Some(last) = letters.last_mut() {
            last.keyboard = Some(button::keyboard(words, portrait, true));
        }
        Ok(letters)
    }

    fn told(&self, row: &Due, told: Result<Option<i64>, CallError>, items: &[(ItemId, i32)]) -> Delivered {
        match told {
            Ok(message) => {
                let shown = message.map(|message| Shown { message, items: items.to_vec() });
                Delivered::Taken(shown.filter(|shown| !shown.items.is_empty()))
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

    /// A line for each admin but the one who cannot be reached, once a day for each purpose.
    fn owners(&self, purpose: &str, lost: i64, phrase: &Phrase<'_>) -> Vec<Outgoing> {
        let day = self.app.clock.now().date_naive();
        let line = |admin: &i64| Outgoing {
            place: Place { chat: *admin, topic: None, message: None },
            event: Event::Line { phrase: phrase.to_stored() },
            dedupe: format!("{purpose}:{day}:{admin}"),
        };
        self.app.admins.iter().filter(|admin| **admin != lost).map(line).collect()
    }
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
