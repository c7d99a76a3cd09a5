//! A no to some kinds of items needs a reason.

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::{Decision, Operation};
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, operation: &Operation, _: &World) -> Option<SkipReason> {
    let Operation::Decide { decision: Decision::Reject, reason: None, .. } = operation else { return None };
    item.rules.reason_required.then_some(SkipReason::ReasonRequired)
}
