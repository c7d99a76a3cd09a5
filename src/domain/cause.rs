//! Why something was not done: one item of an operation, or the whole of it. Stored within outcomes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::item::{Execution, ItemState};
use super::role::Deciders;

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
    /// The policy forbids this decision about its kind.
    Forbidden,
    /// Only some may decide about its kind.
    Roles {
        /// Who.
        roles: Deciders,
    },
    /// The client that submitted it may not decide it.
    OwnItem,
    /// Items of its kind are decided one by one.
    NotInBulk,
    /// A no to items of its kind needs a reason.
    ReasonRequired,
    /// The same actor's vote counts already.
    AlreadyVoted {
        /// How many yeses it has.
        have: u32,
        /// How many it needs.
        need: u32,
        /// The number of the operation that the vote came with, by which it is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<i64>,
    },
    /// The decision was undone before.
    Undone,
    /// Another client submitted it.
    NotOwn,
    /// It was not approved.
    NotApproved {
        /// The state it had.
        state: ItemState,
    },
    /// Its approval could still be taken back.
    NotFinal {
        /// Until when.
        at: Option<DateTime<Utc>>,
    },
    /// What came of carrying it out was reported before.
    AlreadyIssued {
        /// What that was.
        result: Execution,
        /// When.
        at: DateTime<Utc>,
    },
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
            Self::Forbidden => "forbidden_by_policy".to_owned(),
            Self::Roles { .. } => "forbidden_by_roles".to_owned(),
            Self::OwnItem => "own_item".to_owned(),
            Self::NotInBulk => "not_in_bulk".to_owned(),
            Self::ReasonRequired => "reason_required".to_owned(),
            Self::AlreadyVoted { .. } => "already_voted".to_owned(),
            Self::Undone => "already_undone".to_owned(),
            Self::NotOwn => "not_own".to_owned(),
            Self::NotApproved { .. } => "not_approved".to_owned(),
            Self::NotFinal { .. } => "not_final".to_owned(),
            Self::AlreadyIssued { result, .. } => format!("already_{}", result.code()),
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
    /// The caller may read, and not decide.
    ViewersRead,
    /// The caller was given the right to it after it was said.
    GivenSince,
    /// Only owners may say who may.
    OwnersOnly,
    /// More ids than `BULK_LIMIT`.
    OverBulkLimit {
        /// How many different ids were named.
        asked: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The actor has decided nothing that could be undone.
    NothingToUndo,
    /// It was another's to take back.
    NotYourReceipt {
        /// The receipt's number.
        number: i64,
    },
    /// No operation has the number that was to be taken back.
    NoSuchReceipt {
        /// The number.
        number: i64,
    },
    /// What was to be taken back decided nothing.
    NothingDecided {
        /// The receipt's number.
        number: i64,
    },
    /// A client's own id names an item with another content.
    ExternalIdTaken {
        /// The place in the submission.
        place: usize,
        /// The item that has the id.
        item: ItemId,
    },
    /// A time to expire that was over, or too far away.
    ExpiryOutOfBounds {
        /// The place in the submission.
        place: usize,
        /// The time.
        at: DateTime<Utc>,
        /// When it was looked at.
        now: DateTime<Utc>,
    },
    /// The policy forbids items of this kind, or this decision about all of those that were named.
    Forbidden {
        /// The kind.
        kind: String,
    },
}

/// Why somebody's role was left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Kept {
    /// They stand in `ADMIN_IDS`, where they are owners always.
    Listed,
    /// They have this role already.
    HasIt,
    /// They have another, and it was not asked to change it.
    HasAnother,
    /// They have none.
    HasNone,
    /// They are the only owner.
    LastOwner,
    /// So many people have a role that no more can.
    Full {
        /// How many can.
        limit: usize,
    },
}
