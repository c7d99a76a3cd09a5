//! What is to be told once its transaction is over. It is kept as an event and put into words when it is sent: a release
//! may change a text, never a row.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ask::Ask;
use super::ids::ItemId;
use super::place::Place;
use super::receipt::Standing;
use super::stored::{self, Unreadable};

/// What is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// What became of an operation, with its items as they stand when this is sent.
    Receipt {
        /// The operation's number.
        operation: i64,
        /// How the delivery stood to its key.
        standing: Standing,
        /// The Telegram user it is told to.
        reader: i64,
        /// Whether the message it answers becomes it.
        #[serde(default, skip_serializing_if = "is_no")]
        replaces: bool,
    },
    /// The answer to a question, as things stand when this is sent.
    Answer {
        /// The question.
        ask: Ask,
        /// The Telegram user who asked.
        reader: i64,
        /// Whether the message it answers becomes it.
        #[serde(default, skip_serializing_if = "is_no")]
        replaces: bool,
    },
    /// The question why an item is rejected; the reply to it is the reason.
    AskWhy {
        /// Which item.
        item: ItemId,
        /// The Telegram user who is asked.
        reader: i64,
    },
    /// Items that wait for a decision, each with its buttons, or as a list where they are many.
    Card {
        /// Which.
        items: Vec<ItemId>,
    },
    /// Items that still wait; those that do not any more are not told.
    Reminder {
        /// Which.
        items: Vec<ItemId>,
        /// Whether there were no more.
        are_all: bool,
    },
    /// All of an item's detail.
    Detail {
        /// Whose.
        item: ItemId,
        /// Which of its messages, from 0; all of them where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<usize>,
    },
    /// The audit log as a file.
    Export {
        /// Since when; where neither this nor a number is told, from its beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<DateTime<Utc>>,
        /// From the operation with this number on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<i64>,
        /// Until when: when it was asked for.
        until: DateTime<Utc>,
        /// The Telegram user who asked.
        reader: i64,
    },
    /// Decisions cannot be told to a receiver any more.
    ReceiverFails {
        /// As it is called among the deliveries.
        receiver: String,
        /// Whether it said itself that it is gone.
        gone: bool,
    },
    /// A line that no operation stands behind.
    Line {
        /// The phrase as `text` stores it.
        phrase: serde_json::Value,
    },
}

impl Event {
    /// The JSON that is stored: `{"v":1,"type":…}`.
    #[must_use]
    pub fn to_stored(&self) -> String {
        stored::write(self)
    }

    /// Reads what [`to_stored`](Self::to_stored) wrote.
    ///
    /// # Errors
    /// [`Unreadable`] for another version or shape.
    pub fn from_stored(text: &str) -> Result<Self, Unreadable> {
        stored::read(text)
    }
}

/// An event on its way to the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub place: Place,
    /// What is told.
    pub event: Event,
    /// What it is for: a second row for the same purpose is not taken.
    pub dedupe: String,
}

/// The purpose of the one answer that the delivery with this idempotency key gets through the outbox.
#[must_use]
pub fn answer_to(key: &impl Display) -> String {
    format!("{key}:answer")
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for references")]
const fn is_no(yes: &bool) -> bool {
    !*yes
}
