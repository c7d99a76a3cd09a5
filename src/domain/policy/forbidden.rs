//! A policy may forbid a decision about a kind of items. Where that is so of every item named, the whole operation is
//! refused ([`Refusal::Forbidden`](crate::domain::outcome::Refusal::Forbidden)).

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, operation: &Operation, _: &World) -> Option<SkipReason> {
    let Operation::Decide { decision, .. } = operation else { return None };
    item.rules.forbid(*decision).then_some(SkipReason::Forbidden)
}
