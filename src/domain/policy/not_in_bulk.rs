//! Some kinds of items are decided one by one, so that each was looked at.

use crate::domain::caller::Caller;
use crate::domain::ids::each_once;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, operation: &Operation, _: &World) -> Option<SkipReason> {
    let Operation::Decide { ids, .. } = operation else { return None };
    (!item.rules.bulk && each_once(ids).len() > 1).then_some(SkipReason::NotInBulk)
}
