//! Carries rows of the outbox to Telegram: puts the event into words as things stand now, sends it, and says what the
//! answer means.

use serde_json::Value;

use super::call::{CallError, Caller};
use super::render::{self, Reply};
use crate::app::App;
use crate::domain::caller::Actor;
use crate::domain::event::{Event, Outgoing};
use crate::domain::place::Place;
use crate::ledger::LedgerError;
use crate::ledger::outbox::Due;
use crate::limits::SEND_DEADLINE;
use crate::outbox::{Courier, Delivered};
use crate::text::{Phrase, Seen, Text};

/// Carries rows of the outbox to Telegram.
pub struct TelegramCourier {
    app: App,
    caller: Caller,
}

/// Why there are no words.
enum Wordless {
    /// The database gave no answer.
    Ledger(LedgerError),
    /// It cannot be read, now or later.
    Unreadable(String),
}

impl Courier for TelegramCourier {
    async fn deliver(&self, row: &Due) -> Delivered {
        let text = match self.words(row).await {
            Ok(text) => text,
            Err(Wordless::Ledger(error)) => return Delivered::Later(error.to_string()),
            Err(Wordless::Unreadable(why)) => return Delivered::Gone { why, chat: None, tell: Vec::new() },
        };
        let first = self.send(&render::message(&row.place, &text)).await;
        match first {
            // The topic was deleted or closed: the chat itself is still there.
            Err(CallError::Refused { description, .. })
                if row.place.topic.is_some() && is_topic(&description) =>
            {
                let without = Place { topic: None, message: None, ..row.place };
                self.told(row, self.send(&render::message(&without, &text)).await)
            }
            told => self.told(row, told),
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
        if let Err(error) = self.caller.call(method, &arguments, SEND_DEADLINE).await {
            tracing::debug!(%error, "a line that need not arrive did not");
        }
    }

    async fn send(&self, arguments: &Value) -> Result<(), CallError> {
        self.caller.call("sendMessage", arguments, SEND_DEADLINE).await.map(|_| ())
    }

    async fn words(&self, row: &Due) -> Result<Text, Wordless> {
        let words = &self.app.words;
        let now = self.app.clock.now();
        match row.event.clone().map_err(Wordless::Unreadable)? {
            Event::Line { phrase } => words.say_stored(&phrase).map_err(Wordless::Unreadable),
            Event::Pending { page } => {
                let page = self.app.pending_page(page).await.map_err(Wordless::Ledger)?;
                Ok(words.pending(&page.view(), now))
            }
            Event::Receipt { operation, standing, reader } => {
                let receipt = self.app.ledger.receipt(operation, standing).await.map_err(Wordless::Ledger)?;
                let receipt = receipt
                    .ok_or_else(|| Wordless::Unreadable(format!("there is no operation R{operation}")))?;
                let titles = self.app.may_show_in(row.place.chat, row.place.chat > 0);
                let viewer = Actor::Person(reader);
                Ok(words.receipt(&receipt, Seen { now, titles, viewer: Some(&viewer) }))
            }
        }
    }

    fn told(&self, row: &Due, told: Result<(), CallError>) -> Delivered {
        match told {
            Ok(()) => Delivered::Taken,
            Err(CallError::Wait(wait)) => Delivered::Wait(wait),
            Err(CallError::Moved(to)) => Delivered::Moved(to),
            Err(CallError::Passes(why)) => Delivered::Later(why),
            // The token is wrong or was revoked: a person has to mend it, and then all rows go out.
            Err(CallError::Refused { code: 401 | 404, description }) => Delivered::Later(format!(
                "Telegram does not know the token (check TELEGRAM_BOT_TOKEN): {description}"
            )),
            Err(CallError::Refused { code, description }) => {
                let chat = lost_chat(code, &description);
                let tell = if chat.is_some() { self.owners(row.place.chat) } else { Vec::new() };
                Delivered::Gone { why: format!("{code} {description}"), chat, tell }
            }
        }
    }

    /// A line for each admin but the one who cannot be reached, once a day and chat.
    fn owners(&self, lost: i64) -> Vec<Outgoing> {
        let day = self.app.clock.now().date_naive();
        let phrase = Phrase::ChatLost { chat: lost };
        let line = |admin: &i64| Outgoing {
            place: Place { chat: *admin, topic: None, message: None },
            event: Event::Line { phrase: phrase.to_stored() },
            dedupe: format!("lost:{lost}:{day}:{admin}"),
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
        _ => None,
    }
}
