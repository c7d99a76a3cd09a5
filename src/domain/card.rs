//! Cards: the messages in which items are shown and decided by a button.

use serde::{Deserialize, Serialize};

use super::item::Item;
use super::reason::Reason;

/// What a person saw when they pressed a button: it must still be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The first digits of the item's content hash.
    pub hash: String,
    /// The item's round.
    pub round: i32,
}

/// Digits of the content hash on a card.
pub const HASH_DIGITS: usize = 8;

impl Seen {
    /// What a card shows of `item`.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        Self { hash: hash_digits(item).to_owned(), round: item.round }
    }

    /// Whether `item` still is what was seen.
    #[must_use]
    pub fn holds(&self, item: &Item) -> bool {
        self.round == item.round && self.hash == hash_digits(item)
    }
}

/// The first digits of an item's content hash: what was approved is what was shown.
#[must_use]
pub fn hash_digits(item: &Item) -> &str {
    item.content_hash.get(..HASH_DIGITS).unwrap_or(&item.content_hash)
}

/// An item with who decided it, as a card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portrait {
    /// The item.
    pub item: Item,
    /// Who decided it (`tg:<id>`, `api:<client>`), where somebody did.
    pub by: Option<String>,
    /// What that actor is called, where a name is on record.
    pub name: Option<String>,
    /// Why, in the decider's words.
    pub reason: Option<Reason>,
    /// Whose yes counts, where several are needed: the actor, and the name on record.
    pub yeses: Vec<(String, Option<String>)>,
}
