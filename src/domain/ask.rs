//! What people ask about the books. It changes nothing and needs no key; where it waits to be told it is stored as it is.

use serde::{Deserialize, Serialize};

use super::ids::ItemId;

/// A question about the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Ask {
    /// What waits for a decision?
    Pending {
        /// Which page, from 1.
        page: u32,
        /// Only items of which each word is the kind, or stands in the title; in small letters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
    },
    /// What is left of a list, after a page of it was approved?
    Rest {
        /// Which page, from 1.
        page: u32,
        /// As for the list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
    },
    /// What is this item, and what became of it?
    Show {
        /// Which.
        item: ItemId,
    },
    /// Which rules hold for this item?
    Why {
        /// Which.
        item: ItemId,
    },
    /// What did this operation do?
    Receipt {
        /// Its number.
        number: i64,
    },
    /// What became of each item of this operation?
    Items {
        /// Its number.
        number: i64,
    },
    /// Who has which role? For owners.
    Admins {
        /// Which page, from 1.
        page: u32,
    },
    /// Who decided what?
    History {
        /// Whose decisions.
        whose: Whose,
        /// Since when.
        since: Since,
        /// Only operations before the one with this number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<i64>,
    },
    /// How much is open, and how much was decided lately?
    Stats,
}

/// Whose decisions are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those of whoever asks.
    Own,
    /// Those of the person with this id.
    Person(i64),
    /// Those of the person with this username, without the `@`.
    Named(String),
}

/// Since when decisions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// Since there are any.
    Ever,
    /// Since midnight, in the time zone in which times are shown.
    Today,
    /// In the last so many hours.
    Hours(u32),
}
