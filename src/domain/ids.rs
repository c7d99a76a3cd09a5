//! The number by which people and systems name an item.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::ID_MAX;

/// An item's number: 1 to 2^53 − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(i64);

impl ItemId {
    /// The id `value`, unless it is below 1 or above 2^53 − 1.
    #[must_use]
    pub const fn new(value: i64) -> Option<Self> {
        if value >= 1 && value <= ID_MAX { Some(Self(value)) } else { None }
    }

    /// An id the database gave out; it gives out no other than positive ones.
    #[must_use]
    pub const fn stored(value: i64) -> Self {
        Self(value)
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// `ids` in their order, each once.
#[must_use]
pub fn each_once(ids: &[ItemId]) -> Vec<ItemId> {
    let mut seen = std::collections::BTreeSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}
