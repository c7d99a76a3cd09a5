//! What an operation did: stored as tagged, versioned JSON of ids and codes, never of titles or texts.

use serde::{Deserialize, Serialize};

use super::card::Seen;
pub use super::cause::{Kept, Refusal, Skip, SkipReason};
use super::ids::ItemId;
use super::item::Execution;
use super::operation::Decision;
use super::reason::Reason;
use super::role::{Change, Role};
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
        /// The items that the vote counts for, and that wait for more of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        awaiting: Vec<Awaiting>,
        /// Why, in the decider's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// The client's label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// What a decision would do was told; nothing was changed.
    Prepared {
        /// What is to become of the items.
        decision: Decision,
        /// Those that would be decided, as they were shown.
        would: Vec<Would>,
        /// Those of them that would have a vote more, and wait for others.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        awaiting: Vec<Awaiting>,
        /// Those that would not, and why.
        skipped: Vec<Skip>,
        /// How many more were meant than one operation may name.
        #[serde(default, skip_serializing_if = "is_none")]
        left: u64,
        /// The kinds that were meant and of which nothing waited.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        absent: Vec<String>,
        /// Why, in the decider's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A decision was taken back, or each of its items was left as it is for a reason.
    Undone {
        /// The items that are pending again.
        done: Vec<ItemId>,
        /// The items that are not.
        skipped: Vec<Skip>,
    },
    /// Somebody's role was changed, or left as it was for a reason.
    Appointed {
        /// Whose role.
        person: i64,
        /// What was asked.
        change: Change,
        /// The role before.
        before: Option<Role>,
        /// The role after.
        after: Option<Role>,
        /// Why it was left as it was, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Kept>,
        /// How many of their votes on what waits do not count any more.
        #[serde(default, skip_serializing_if = "is_none")]
        lapsed: u64,
    },
    /// A client's own items were taken back.
    Withdrawn {
        /// The items that are withdrawn now.
        done: Vec<ItemId>,
        /// The items that are not.
        skipped: Vec<Skip>,
        /// Why, in the client's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// The client's label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A client reported what came of carrying out its own items.
    Issued {
        /// What came of it.
        result: Execution,
        /// The items that it was noted on.
        done: Vec<ItemId>,
        /// The items that it was not.
        skipped: Vec<Skip>,
        /// What there is to say about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Reason>,
        /// The client's label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// Items were put into the queue.
    Submitted {
        /// Their ids, in the client's order.
        ids: Vec<ItemId>,
        /// Those of them that were there already, by the client's own id.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        known: Vec<ItemId>,
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
            Self::Decided { done, .. }
            | Self::Undone { done, .. }
            | Self::Withdrawn { done, .. }
            | Self::Issued { done, .. } => done,
            Self::Submitted { ids, .. } => ids,
            Self::Prepared { .. } | Self::Appointed { .. } | Self::Refused { .. } => &[],
        }
    }

    /// The items that came to be.
    #[must_use]
    pub fn created(&self) -> Vec<ItemId> {
        match self {
            Self::Submitted { ids, known } => ids.iter().filter(|id| !known.contains(id)).copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The items that were closed by their client, or that it reported about.
    #[must_use]
    pub fn closed(&self) -> &[ItemId] {
        match self {
            Self::Withdrawn { done, .. } | Self::Issued { done, .. } => done,
            _ => &[],
        }
    }

    /// The items that were named and not changed.
    #[must_use]
    pub fn skipped(&self) -> &[Skip] {
        match self {
            Self::Decided { skipped, .. }
            | Self::Prepared { skipped, .. }
            | Self::Undone { skipped, .. }
            | Self::Withdrawn { skipped, .. }
            | Self::Issued { skipped, .. } => skipped,
            Self::Appointed { .. } | Self::Submitted { .. } | Self::Refused { .. } => &[],
        }
    }

    /// The items that wait for more votes after this one.
    #[must_use]
    pub fn awaiting(&self) -> &[Awaiting] {
        match self {
            Self::Decided { awaiting, .. } => awaiting,
            _ => &[],
        }
    }

    /// Why, in the words of whoever asked.
    #[must_use]
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Decided { reason, .. } | Self::Prepared { reason, .. } | Self::Withdrawn { reason, .. } => {
                reason.as_ref()
            }
            Self::Issued { note, .. } => note.as_ref(),
            Self::Undone { .. } | Self::Submitted { .. } | Self::Appointed { .. } | Self::Refused { .. } => {
                None
            }
        }
    }

    /// The items that hold a vote of this operation: those that it decided, and those that wait for more.
    #[must_use]
    pub fn voted(&self) -> Vec<ItemId> {
        match self {
            Self::Decided { done, awaiting, .. } => {
                done.iter().copied().chain(awaiting.iter().map(|item| item.id)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The client's label for whoever decided on its side.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Decided { label, .. } | Self::Withdrawn { label, .. } | Self::Issued { label, .. } => {
                label.as_deref()
            }
            _ => None,
        }
    }

    /// Every item the outcome speaks of.
    #[must_use]
    pub fn named(&self) -> Vec<ItemId> {
        let done = self.done().iter().copied().chain(self.awaiting().iter().map(|item| item.id));
        let would = match self {
            Self::Prepared { would, .. } => would.as_slice(),
            _ => &[],
        };
        done.chain(would.iter().map(|would| would.id))
            .chain(self.skipped().iter().map(|skip| skip.id))
            .collect()
    }
}

/// An item that would be decided, as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Would {
    /// Which.
    pub id: ItemId,
    /// What was shown of it.
    #[serde(flatten)]
    pub seen: Seen,
}

/// An item that has a vote more, and waits for others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// The item.
    pub id: ItemId,
    /// How many yeses it has now.
    pub have: u32,
    /// How many it needs.
    pub need: u32,
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

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for references")]
const fn is_none(number: &u64) -> bool {
    *number == 0
}
