//! What can still be undone must not be carried out. By the log and not by the clock: undo meets it at the item's row.

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, _: &Operation, _: &World) -> Option<SkipReason> {
    item.released_at.is_none().then(|| SkipReason::NotFinal { at: item.final_at() })
}
