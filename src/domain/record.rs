//! What the books tell of the past: votes on an item, and what people did.

use chrono::{DateTime, Utc};

use super::card::Portrait;
use super::outcome::Outcome;

/// A vote as it stands on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whose it is: `tg:<id>` or `api:<client>`.
    pub by: String,
    /// What that actor is called, where a name is on record.
    pub name: Option<String>,
    /// The code of what was voted.
    pub decision: String,
    /// Why, in the voter's words.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken back, if it was.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether that was because the right to it ended, and nobody took it back.
    pub lapsed: bool,
    /// The number of the operation that it came with.
    pub number: Option<i64>,
}

/// An item with what was voted on it, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The item.
    pub portrait: Portrait,
    /// The votes, the last of them where there are very many.
    pub marks: Vec<Mark>,
    /// How many votes there are before those.
    pub earlier: u64,
    /// Whose decision it waits for, by name, as far as one is known; nobody where it does not wait.
    pub waits_for: Vec<String>,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The operation's number.
    pub number: i64,
    /// Who did it.
    pub by: String,
    /// What that actor is called, where a name is on record.
    pub name: Option<String>,
    /// What the person is called whose role it was about, where a name is on record.
    pub about: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// What it did.
    pub outcome: Outcome,
}
