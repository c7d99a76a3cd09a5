//! A button decides about what it stood under: after an undo the item is in another round, and the press on an old card,
//! which the app may send again by itself, decides nothing.

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, operation: &Operation, _: &World) -> Option<SkipReason> {
    let Operation::Decide { seen, .. } = operation else { return None };
    seen.get(&item.id).is_some_and(|seen| !seen.holds(item)).then_some(SkipReason::Stale)
}
