//! What a caller is told: whether its delivery was new, and what the operation under that key did.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::item::{Item, ItemState};
use super::key::IdempotencyKey;
use super::operation::Answered;
use super::outcome::{Outcome, SkipReason};
use super::role::Role;
use crate::limits::CONFIRM_LIFE;

/// How a delivery stands to its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The key was free: the operation took effect now.
    New,
    /// Same key, same scope: the operation took effect before; nothing was done.
    Repeat,
    /// Same key, other scope: nothing was done.
    Reused {
        /// The fields in which the two deliveries are not the same.
        differs: Vec<String>,
    },
}

impl Standing {
    /// The code told to machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Repeat => "repeat",
            Self::Reused { .. } => "reused",
        }
    }
}

/// The answer to a delivery, before it is put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// New, repeat or reused.
    pub standing: Standing,
    /// The key it is about.
    pub key: IdempotencyKey,
    /// The scope the key was used up with.
    pub scope_hash: String,
    /// The operation's number (R42).
    pub number: i64,
    /// Who asked for it: `tg:<id>`, `api:<client>`.
    pub actor: String,
    /// What the operation under this key did.
    pub outcome: Outcome,
    /// The number of the operation that confirmed what this one prepared.
    pub confirmed: Option<i64>,
    /// How the answer to this delivery leaves: by itself, or by a row of the outbox that stands already.
    pub answered: Answered,
    /// When it did it.
    pub at: DateTime<Utc>,
    /// The items the outcome names, as they stand now. Those that do not exist are absent.
    pub items: BTreeMap<ItemId, Item>,
    /// What the actors in the outcome are called: `tg:7` → `@lee`.
    pub names: BTreeMap<String, String>,
    /// The role that the person has now whose role this was about.
    pub role: Option<Role>,
}

impl Receipt {
    /// The items this operation changed that stand otherwise now ("undone since").
    pub fn changed_since(&self) -> impl Iterator<Item = &Item> {
        let expected = match &self.outcome {
            Outcome::Decided { decision, .. } => Some(decision.state()),
            Outcome::Undone { .. } => Some(ItemState::Pending),
            _ => None,
        };
        let done = self.outcome.done().iter().filter_map(|id| self.items.get(id));
        let done = done.filter(move |item| expected.is_some_and(|state| state != item.state));
        let awaiting = self.outcome.awaiting().iter().filter_map(|awaiting| self.items.get(&awaiting.id));
        done.chain(awaiting.filter(|item| item.state != ItemState::Pending))
    }

    /// Until when what was prepared can be confirmed; `None` where nothing was, or it was confirmed.
    #[must_use]
    pub fn confirm_until(&self) -> Option<DateTime<Utc>> {
        let Outcome::Prepared { would, .. } = &self.outcome else { return None };
        (!would.is_empty() && self.confirmed.is_none()).then(|| self.at + CONFIRM_LIFE)
    }

    /// The items about which the same decision may end otherwise when it is asked for once more: what is decided or forbidden
    /// stays so, and what is decided one by one passes where nothing else is named with it.
    #[must_use]
    pub fn may_retry(&self) -> Vec<ItemId> {
        let Outcome::Decided { skipped, .. } = &self.outcome else { return Vec::new() };
        let ids = |may: fn(&SkipReason) -> bool| -> Vec<ItemId> {
            skipped.iter().filter(|skip| may(&skip.reason)).map(|skip| skip.id).collect()
        };
        let changing = ids(|reason| matches!(reason, SkipReason::NotFound | SkipReason::Stale));
        let alone = ids(|reason| *reason == SkipReason::NotInBulk);
        if changing.is_empty() && alone.len() == 1 { alone } else { changing }
    }

    /// The items that were not rejected because nobody said why.
    pub fn wants_reasons(&self) -> impl Iterator<Item = ItemId> {
        let skipped = self.outcome.skipped().iter();
        skipped.filter(|skip| skip.reason == SkipReason::ReasonRequired).map(|skip| skip.id)
    }

    /// Whether nothing this receipt reports can change any more, so that it may be kept in memory.
    #[must_use]
    pub fn is_settled(&self, now: DateTime<Utc>) -> bool {
        matches!(self.standing, Standing::New | Standing::Repeat)
            && match &self.outcome {
                // Whether it was confirmed is told as long as it can be.
                Outcome::Prepared { .. } => {
                    self.confirm_until().is_none_or(|until| until + CONFIRM_LIFE < now)
                }
                Outcome::Withdrawn { .. }
                | Outcome::Issued { .. }
                | Outcome::Submitted { .. }
                | Outcome::Refused { .. } => true,
                // What was given can be taken, and is told then.
                Outcome::Appointed { .. } => false,
                Outcome::Decided { done, .. } | Outcome::Undone { done, .. } => {
                    self.outcome.awaiting().is_empty()
                        && done.iter().all(|id| self.items.get(id).is_some_and(|item| item.is_final(now)))
                }
            }
    }
}
