//! What a decision depends on, as one transaction read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::ids::ItemId;
use super::item::{Item, ItemState};
use super::key::ClientName;
use super::operation::Decision;
use super::roster::Roster;
use super::rules::Rules;
use super::selection::Selected;

/// The settings that rules go by.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// The people of `ADMIN_IDS`: owners always, from the moment the books are opened.
    pub admins: BTreeSet<i64>,
    /// The clients whose token may decide; where nothing is said of that, it stays as it stands in the books.
    pub clients: Option<BTreeSet<ClientName>>,
    /// Most different items in one operation.
    pub bulk_limit: usize,
    /// The rules of kinds that the policy names.
    pub kinds: BTreeMap<String, Rules>,
    /// The rules of all other kinds.
    pub others: Rules,
    /// The receivers of `DECISION_WEBHOOKS`, by name.
    pub receivers: BTreeSet<String>,
}

impl Rulebook {
    /// With the same rules for every kind: only the time in which a decision can be taken back.
    #[must_use]
    pub fn new(admins: BTreeSet<i64>, bulk_limit: usize, undo_window_s: u32) -> Self {
        let others = Rules { undo_window_s, ..Rules::default() };
        Self { admins, bulk_limit, others, ..Self::default() }
    }

    /// The rules that an item of this kind, submitted now, is bound to.
    #[must_use]
    pub fn rules(&self, kind: &str) -> &Rules {
        self.kinds.get(kind).unwrap_or(&self.others)
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
    /// When it was cast.
    pub at: DateTime<Utc>,
}

/// A decision that may be taken back, or an operation that was named as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The operation's number; `None` while its transaction runs.
    pub number: Option<i64>,
    /// Its key.
    pub key: String,
    /// Whose it was.
    pub actor: String,
    /// The items that it decided or voted on; none where it was no decision.
    pub voted: Vec<ItemId>,
}

/// An item that is there already, as far as a submission must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: ItemId,
    /// Its content hash.
    pub hash: String,
}

/// Everything a batch's decision depends on.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The items that the batch names, as far as they exist.
    pub items: BTreeMap<ItemId, Item>,
    /// The live votes on them, oldest first.
    pub votes: Vec<Vote>,
    /// The numbers of the operations that votes came with which keep their voters from another, by the operation's key.
    pub numbers: BTreeMap<String, i64>,
    /// Earlier submissions by (client, submit key): their items by the place in them.
    pub submitted: BTreeMap<(String, String), BTreeMap<usize, Stored>>,
    /// Items by (client, the client's own id).
    pub external: BTreeMap<(String, String), Stored>,
    /// Decisions that the batch may take back, oldest first.
    pub decided: Vec<Decided>,
    /// What the selections of these requests stand for, by the request's key.
    pub selected: BTreeMap<String, Selected>,
    /// Who has which role.
    pub roster: Roster,
    /// The settings that rules go by.
    pub rulebook: Arc<Rulebook>,
    /// The one time of the batch.
    pub now: DateTime<Utc>,
}

impl World {
    /// How many yeses `item` has that count. A vote outlives an undo by somebody else, so that its round does not matter.
    #[must_use]
    pub fn yeses(&self, item: ItemId) -> u32 {
        let Some(rules) = self.items.get(&item).map(|item| &item.rules) else { return 0 };
        let yeses = self.votes.iter().filter(|vote| {
            vote.item == item
                && vote.decision == Decision::Approve.code()
                && self.roster.counts(&vote.decided_by, rules)
        });
        u32::try_from(yeses.count()).unwrap_or(u32::MAX)
    }

    /// The live vote of `actor` on `item`.
    #[must_use]
    pub fn vote_of(&self, actor: &str, item: ItemId) -> Option<&Vote> {
        self.votes.iter().find(|vote| vote.item == item && vote.decided_by == actor)
    }

    /// Whether votes may stand on the item while it waits.
    #[must_use]
    pub fn gathers(item: &Item) -> bool {
        item.rules.quorum > 1 && item.state == ItemState::Pending
    }

    /// The last live vote on `item` in its present round.
    #[must_use]
    pub fn last_vote(&self, item: ItemId) -> Option<&Vote> {
        let round = self.items.get(&item)?.round;
        self.votes.iter().rev().find(|vote| vote.item == item && vote.round == round)
    }
}
