//! What a decision depends on, as one transaction read it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::ids::ItemId;
use super::item::{Item, Rules};

/// The settings that rules go by.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// The people of `ADMIN_IDS`.
    pub admins: BTreeSet<i64>,
    /// Most different items in one operation.
    pub bulk_limit: usize,
    /// How long a decision can be taken back, in seconds; it is copied onto each item at its submission.
    pub undo_window_s: u32,
}

impl Rulebook {
    /// The rules that an item submitted now is bound to.
    #[must_use]
    pub const fn rules(&self) -> Rules {
        Rules { undo_window_s: self.undo_window_s }
    }
}

/// A vote on record, or about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The item it is about.
    pub item: ItemId,
    /// The item's round it counts in.
    pub round: i32,
    /// Whose it is: `tg:<id>` or `api:<client>`.
    pub decided_by: String,
    /// The code of what was voted; a newer release may know more than this one.
    pub decision: String,
    /// Why, in the voter's words.
    pub reason: Option<String>,
    /// The key of the operation that it came with.
    pub key: String,
}

/// A decision that may be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The operation's number; `None` while its transaction runs.
    pub number: Option<i64>,
    /// Its key.
    pub key: String,
    /// Whose it was.
    pub actor: String,
    /// The items it changed.
    pub done: Vec<ItemId>,
}

/// What an earlier submission under the same submit key left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The items' ids and content hashes, in the order of submission.
    pub items: Vec<(ItemId, String)>,
}

/// Everything a batch's decision depends on.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The items that the batch names, as far as they exist.
    pub items: BTreeMap<ItemId, Item>,
    /// The live votes on them, oldest first.
    pub votes: Vec<Vote>,
    /// Earlier submissions by (client, submit key).
    pub submitted: BTreeMap<(String, String), Submitted>,
    /// Decisions that the batch may take back, oldest first.
    pub decided: Vec<Decided>,
    /// The settings that rules go by.
    pub rulebook: Rulebook,
    /// The one time of the batch.
    pub now: DateTime<Utc>,
}

impl World {
    /// The last live vote on `item` in its present round.
    #[must_use]
    pub fn last_vote(&self, item: ItemId) -> Option<&Vote> {
        let round = self.items.get(&item)?.round;
        self.votes.iter().rev().find(|vote| vote.item == item && vote.round == round)
    }
}
