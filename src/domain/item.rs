//! Items: what waits for a person's yes or no. An item never changes after its submission, only its state does.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::payload::Payload;
use super::reason::Reason;
use super::rules::Rules;
use super::target::Target;

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Waits for a decision.
    Pending,
    /// Somebody said yes.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody decided in time: never shown as a person's no.
    Expired,
    /// Its client took it back.
    Withdrawn,
}

impl ItemState {
    /// The code that is stored and told to API clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected, Self::Expired, Self::Withdrawn]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// What came of carrying out what was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Execution {
    /// It was carried out.
    Issued,
    /// It could not be.
    Failed,
}

impl Execution {
    /// The code that is stored and told to API clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Failed => "failed",
        }
    }

    /// The result with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Issued, Self::Failed].into_iter().find(|result| result.code() == code)
    }
}

/// What its client reported of an approved item, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// What came of it.
    pub result: Execution,
    /// When it was reported.
    pub at: DateTime<Utc>,
}

/// An item in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// What sort of thing it is: `invoice`, `deploy`.
    pub kind: String,
    /// One line that says what is asked.
    pub title: String,
    /// More about it.
    pub detail: Option<String>,
    /// What the client wants back with the decision.
    pub payload: Option<Payload>,
    /// The client that submitted it.
    pub client: String,
    /// The client's own id for it.
    pub external_id: Option<String>,
    /// Where the client wants to be told of the decision.
    pub callback: Option<Target>,
    /// SHA-256 of what was submitted ([`NewItem::content_hash`](super::new_item::NewItem::content_hash)).
    pub content_hash: String,
    /// The rules of its kind, as they stood at submission.
    pub rules: Rules,
    /// Where it stands.
    pub state: ItemState,
    /// Rises with each change.
    pub version: i32,
    /// Rises with each undo or reopening; votes belong to a round.
    pub round: i32,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
    /// When it goes undecided, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Since when its decision is final.
    pub released_at: Option<DateTime<Utc>>,
    /// What came of carrying it out.
    pub issue: Option<Issue>,
    /// What its client says about that, or about why it was withdrawn.
    pub note: Option<Reason>,
}

impl Item {
    /// Whether its decision cannot be taken back any more.
    #[must_use]
    pub fn is_final(&self, now: DateTime<Utc>) -> bool {
        self.released_at.is_some() || self.final_at().is_some_and(|at| at <= now)
    }

    /// When its decision becomes final: after the time in which it can be undone. What expired, or was withdrawn, is final
    /// at once.
    #[must_use]
    pub fn final_at(&self) -> Option<DateTime<Utc>> {
        let window = match self.state {
            ItemState::Expired | ItemState::Withdrawn => TimeDelta::zero(),
            _ => TimeDelta::seconds(self.rules.undo_window_s.into()),
        };
        Some(self.ended_at()? + window)
    }

    /// When it was decided, or was over undecided.
    #[must_use]
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        if self.state == ItemState::Expired { self.decided_at.or(self.expires_at) } else { self.decided_at }
    }
}
