//! A decision that became final, as the log of decisions holds it: numbered, and sealed with the hash of the one before,
//! so that a change of any of them shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::item::{Item, ItemState};
use super::operation::Decision;
use super::scope::{canonical, sha256};
use super::stored::{self, Unreadable};
use super::world::Vote;

/// A final decision. Its fields stand in the order of their names, so that they are written in canonical form at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The client that submitted it.
    pub client: String,
    /// SHA-256 of what was shown.
    pub content_hash: String,
    /// When it was decided, or went undecided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided so; nobody, where it expired or was withdrawn.
    pub decided_by: Vec<Decider>,
    /// That client's own id for it.
    pub external_id: Option<String>,
    /// The item.
    pub item_id: ItemId,
    /// The item's kind.
    pub kind: String,
    /// Its place in the log, from 1.
    pub number: i64,
    /// The hash of the row before; 64 zeros in the first.
    pub previous: String,
    /// Why, in the words of whoever decided last, or of the client that withdrew it.
    pub reason: Option<String>,
    /// Since when that is final.
    pub released_at: DateTime<Utc>,
    /// The round it was decided in: each undo began another.
    pub round: i32,
    /// What became of it.
    pub state: ItemState,
}

/// Somebody who decided; sorted like a [`Release`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decider {
    /// `tg:<id>` or `api:<client>`.
    pub actor: String,
    /// The client's label for whoever decided on its side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What that person was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of its last row; 0 where there is none.
    pub number: i64,
    /// That row's hash; 64 zeros where there is none.
    pub hash: String,
}

/// A release as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its canonical JSON.
    pub entry: String,
    /// SHA-256 of that, in lower-case hex.
    pub hash: String,
}

impl Release {
    /// What became of `item`, by those of the live `votes` on it that stand for that. Its place in the log is given to it
    /// by [`follow`](Self::follow).
    #[must_use]
    pub fn of(
        item: &Item,
        votes: &[&Vote],
        decider: impl Fn(&Vote) -> Decider,
        released_at: DateTime<Utc>,
    ) -> Self {
        let decision =
            [Decision::Approve, Decision::Reject].into_iter().find(|one| one.state() == item.state);
        let stands_for_it = |vote: &&&Vote| decision.is_some_and(|decision| vote.decision == decision.code());
        let standing: Vec<&Vote> = votes.iter().filter(stands_for_it).copied().collect();
        Self {
            number: 0,
            item_id: item.id,
            round: item.round,
            kind: item.kind.clone(),
            client: item.client.clone(),
            external_id: item.external_id.clone(),
            state: item.state,
            decided_by: standing.iter().map(|vote| decider(vote)).collect(),
            reason: match item.state {
                ItemState::Withdrawn => item.note.as_ref().map(ToString::to_string),
                _ => standing.last().and_then(|vote| vote.reason.clone()),
            },
            content_hash: item.content_hash.clone(),
            decided_at: item.ended_at(),
            released_at: item.released_at.unwrap_or(released_at),
            previous: String::new(),
        }
    }

    /// Puts it behind `head`, and moves `head` on to it.
    #[must_use]
    pub fn follow(mut self, head: &mut Head) -> Sealed {
        self.number = head.number + 1;
        self.previous.clone_from(&head.hash);
        let sealed = self.seal();
        *head = Head { number: self.number, hash: sealed.hash.clone() };
        sealed
    }

    fn seal(&self) -> Sealed {
        let entry = stored::write_sorted(self);
        debug_assert!(serde_json::from_str(&entry).is_ok_and(|value| canonical(&value) == entry));
        Sealed { hash: sha256(&entry), entry }
    }

    /// Reads a stored entry.
    ///
    /// # Errors
    /// [`Unreadable`] for another version or shape.
    pub fn from_stored(entry: &str) -> Result<Self, Unreadable> {
        stored::read(entry)
    }
}

impl Sealed {
    /// What is told of it: the entry's JSON with the hash as its last field.
    #[must_use]
    pub fn to_json(&self) -> String {
        let fields = self.entry.strip_suffix('}').unwrap_or(&self.entry);
        format!("{fields},\"hash\":\"{}\"}}", self.hash)
    }

    /// Whether the hash is that of the entry.
    #[must_use]
    pub fn holds(&self) -> bool {
        sha256(&self.entry) == self.hash
    }
}

impl Head {
    /// The head of an empty log.
    #[must_use]
    pub fn start() -> Self {
        Self { number: 0, hash: "0".repeat(64) }
    }
}
