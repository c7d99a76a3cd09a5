//! What a button does, as far as its data can hold that; what it cannot hold it names.

use super::card::Seen;
use super::ids::ItemId;
use super::operation::Decision;

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Button {
    /// Says yes or no to the item of a card.
    Decide {
        /// Which.
        decision: Decision,
        /// About what.
        item: ItemId,
        /// What the card showed of it.
        seen: Seen,
        /// The card shows less than the whole detail, which comes before a yes.
        is_cut: bool,
    },
    /// Shows all there is to read of the item of a card.
    Details {
        /// Which.
        item: ItemId,
        /// What the card showed of it.
        seen: Seen,
    },
    /// Says no for one of the reasons that the item's rules offer.
    Because {
        /// To what.
        item: ItemId,
        /// What the question showed of it.
        seen: Seen,
        /// Which, from 0; none where the item may be rejected without.
        reason: Option<usize>,
    },
    /// Shows the page of the queue on which an item stands.
    List {
        /// Which: the first that waits of those that a message lists.
        from: ItemId,
    },
    /// Shows another page of a list.
    Turn {
        /// The page's prompt.
        prompt: i64,
        /// Which page, from 1.
        page: u32,
    },
    /// Approves what a page of a list showed.
    ApprovePage {
        /// The page's prompt.
        prompt: i64,
    },
    /// Does what a command prepared.
    Confirm {
        /// The command's operation.
        operation: i64,
    },
    /// Tries once more what an operation could not do.
    Retry {
        /// Which.
        operation: i64,
    },
    /// Shows each item of an operation.
    Items {
        /// Which.
        operation: i64,
    },
}
