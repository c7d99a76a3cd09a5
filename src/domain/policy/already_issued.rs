//! What came of an item is reported once: a second report finds the first.

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, _: &Operation, _: &World) -> Option<SkipReason> {
    item.issue.map(|issue| SkipReason::AlreadyIssued { result: issue.result, at: issue.at })
}
