//! Only what was approved is carried out, or fails to be.

use crate::domain::caller::Caller;
use crate::domain::item::{Item, ItemState};
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, _: &Operation, _: &World) -> Option<SkipReason> {
    (item.state != ItemState::Approved).then_some(SkipReason::NotApproved { state: item.state })
}
