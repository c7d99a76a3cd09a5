//! What a button or a reply stands for that a button's data cannot hold.

use serde::{Deserialize, Serialize};

use super::card::Seen;
use super::ids::ItemId;
use super::outcome::Would;
use super::stored::{self, Unreadable};

/// What a message of ours asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Prompt {
    /// To turn the pages of the queue, or to approve what one of them shows.
    Page {
        /// Which page it is, from 1.
        page: u32,
        /// The words that the queue was narrowed by.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
        /// What the page shows.
        shown: Vec<Would>,
    },
    /// To say why an item is rejected.
    Why {
        /// Which.
        item: ItemId,
        /// What its card showed.
        seen: Seen,
        /// Who is asked.
        reader: i64,
    },
}

impl Prompt {
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
