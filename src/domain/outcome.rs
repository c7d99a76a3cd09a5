//! What an operation did: stored as tagged, versioned JSON of ids and codes, never of titles or texts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::item::ItemState;
use super::operation::Decision;
use super::reason::Reason;
use super::stored::{self, Unreadable};

/// What an operation did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// Items were decided, or each was skipped for a reason.
    Decided {
        /// What was asked.
        decision: Decision,
        /// The items that changed, in the order they were named.
        done: Vec<ItemId>,
        /// The items that did not, in the order they were named.
        skipped: Vec<Skip>,
        /// Why, in the decider's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// The client's label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A decision was taken back, or each of its items was left as it is for a reason.
    Undone {
        /// The items that are pending again.
        done: Vec<ItemId>,
        /// The items that are not.
        skipped: Vec<Skip>,
    },
    /// Items were put into the queue.
    Submitted {
        /// Their ids, in the client's order.
        ids: Vec<ItemId>,
    },
    /// The whole operation was refused by a rule.
    Refused {
        /// Which one.
        refusal: Refusal,
    },
}

impl Outcome {
    /// The items that changed or came to be.
    #[must_use]
    pub fn done(&self) -> &[ItemId] {
        match self {
            Self::Decided { done, .. } | Self::Undone { done, .. } => done,
            Self::Submitted { ids } => ids,
            Self::Refused { .. } => &[],
        }
    }

    /// The items that were named and not changed.
    #[must_use]
    pub fn skipped(&self) -> &[Skip] {
        match self {
            Self::Decided { skipped, .. } | Self::Undone { skipped, .. } => skipped,
            Self::Submitted { .. } | Self::Refused { .. } => &[],
        }
    }

    /// Every item the outcome speaks of.
    #[must_use]
    pub fn named(&self) -> Vec<ItemId> {
        self.done().iter().copied().chain(self.skipped().iter().map(|skip| skip.id)).collect()
    }
}

/// An item that was named and not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The item.
    pub id: ItemId,
    /// Why.
    #[serde(flatten)]
    pub reason: SkipReason,
}

/// Why an item was not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum SkipReason {
    /// There was no such item.
    NotFound,
    /// It was not pending any more.
    Already {
        /// The state it had.
        state: ItemState,
        /// Whose decision that was (`tg:<id>`, `api:<client>`), where somebody decided.
        by: Option<String>,
        /// When it was decided.
        at: Option<DateTime<Utc>>,
    },
    /// It is not as the card showed it: it was undone since.
    Stale,
    /// The decision was undone before.
    Undone,
    /// The decision cannot be taken back any more.
    Final {
        /// Since when.
        at: Option<DateTime<Utc>>,
    },
}

impl SkipReason {
    /// The code told to API clients.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::NotFound => "not_found".to_owned(),
            Self::Already { state, .. } => format!("already_{}", state.code()),
            Self::Stale => "stale".to_owned(),
            Self::Undone => "already_undone".to_owned(),
            Self::Final { .. } => "final".to_owned(),
        }
    }
}

/// Why a whole operation was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The caller may not decide.
    MayNotDecide,
    /// More ids than `BULK_LIMIT`.
    OverBulkLimit {
        /// How many different ids were named.
        asked: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The actor has decided nothing that could be undone.
    NothingToUndo,
}

impl Outcome {
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
