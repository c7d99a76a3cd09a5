//! What is asked, with the key it is asked under.

use std::collections::BTreeMap;

use super::caller::{Caller, Profile};
use super::card::Seen;
use super::ids::ItemId;
use super::item::{Execution, ItemState};
use super::key::{ClientName, IdempotencyKey};
use super::new_item::NewItem;
use super::place::Place;
use super::reason::Reason;
use super::role::Change;
use super::scope::Scope;
use super::selection::Selection;
use crate::limits::IDS_MAX;

/// What a decision makes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

impl Decision {
    /// The code that is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    /// The state an item has after it.
    #[must_use]
    pub const fn state(self) -> ItemState {
        match self {
            Self::Approve => ItemState::Approved,
            Self::Reject => ItemState::Rejected,
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Decide about items.
    Decide {
        /// What is to become of them.
        decision: Decision,
        /// The items in the order they were named, doubles included.
        ids: Vec<ItemId>,
        /// What the person saw of the items, where a button was pressed.
        seen: BTreeMap<ItemId, Seen>,
        /// Why, in the decider's words.
        reason: Option<Reason>,
        /// A client's label for whoever decided on its side.
        label: Option<String>,
    },
    /// Tell what a decision about many items would do, to be confirmed.
    Prepare {
        /// What is to become of them.
        decision: Decision,
        /// Which items.
        selection: Selection,
        /// Why, in the decider's words.
        reason: Option<Reason>,
    },
    /// Take back what the same actor decided, while that is not final.
    Undo {
        /// Which operation, by its number; `None` for the actor's last one that decided anything.
        receipt: Option<i64>,
    },
    /// Say who may.
    Appoint {
        /// Whose role.
        person: i64,
        /// What they are called, where that is known.
        profile: Option<Profile>,
        /// What is to become of it.
        change: Change,
    },
    /// Take one's own items back, as a client.
    Withdraw {
        /// The items in the order they were named, doubles included.
        ids: Vec<ItemId>,
        /// Why, in the client's words.
        reason: Option<Reason>,
        /// The client's label.
        label: Option<String>,
    },
    /// Report what came of carrying out one's own approved items, as a client.
    Issue {
        /// What came of it.
        result: Execution,
        /// The items in the order they were named, doubles included.
        ids: Vec<ItemId>,
        /// What there is to say about it.
        note: Option<Reason>,
        /// The client's label.
        label: Option<String>,
    },
    /// Put items into the queue.
    Submit {
        /// Whose items they are.
        client: ClientName,
        /// The value of the key header: unique per client for good.
        submit_key: String,
        /// The items, in the client's order.
        items: Vec<NewItem>,
    },
}

impl Operation {
    /// The verb on record.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Decide { decision, .. } => decision.code(),
            Self::Prepare { .. } => "prepare",
            Self::Undo { .. } => "undo",
            Self::Appoint { .. } => "appoint",
            Self::Withdraw { .. } => "withdraw",
            Self::Issue { .. } => "issue",
            Self::Submit { .. } => "submit",
        }
    }

    /// The items it names, doubles included.
    #[must_use]
    pub fn named(&self) -> &[ItemId] {
        match self {
            Self::Decide { ids, .. }
            | Self::Withdraw { ids, .. }
            | Self::Issue { ids, .. }
            | Self::Prepare { selection: Selection::Named(ids), .. } => ids,
            _ => &[],
        }
    }

    /// How many rows it touches: batches are bounded by their sum.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Submit { items, .. } => items.len(),
            // As many as one decision may name.
            Self::Undo { .. }
            | Self::Appoint { .. }
            | Self::Prepare { selection: Selection::Pending { .. }, .. } => IDS_MAX,
            _ => self.named().len(),
        }
    }
}

/// An operation on its way to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What makes it recognisable when it comes again.
    pub key: IdempotencyKey,
    /// What was delivered under that key.
    pub scope: Scope,
    /// Who asks.
    pub caller: Caller,
    /// What is asked.
    pub operation: Operation,
    /// Where in Telegram it was said.
    pub place: Option<Place>,
    /// How its answer is to leave; one that cannot ride now leaves by the outbox.
    pub answered: Answered,
}

/// How the answer to an operation leaves the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// In the webhook's response.
    Rode,
    /// By a row of the outbox, written in the operation's own transaction.
    Outbox,
    /// To the caller itself: the HTTP API, a terminal.
    None,
}

impl Answered {
    /// The code on record (`operations.answered`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rode => "rode",
            Self::Outbox => "outbox",
            Self::None => "none",
        }
    }

    /// The way with this code; an unknown one is none of ours.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        [Self::Rode, Self::Outbox].into_iter().find(|way| way.code() == code).unwrap_or(Self::None)
    }
}
