//! What a message of ours shows, once Telegram has taken it.

use super::ids::ItemId;
use super::prompt::Prompt;

/// A message that shows items, each at this version, or asks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The message's number in its chat.
    pub message: i64,
    /// What it shows.
    pub items: Vec<(ItemId, i32)>,
    /// Whether it is the end of an item's whole detail, and no card.
    pub is_detail: bool,
    /// What a reply to it answers.
    pub asks: Option<Prompt>,
}
