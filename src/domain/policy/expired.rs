//! What nobody decided in time is decided no more, whether or not the books say so yet.

use crate::domain::caller::Caller;
use crate::domain::item::{Item, ItemState};
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, _: &Operation, world: &World) -> Option<SkipReason> {
    let over = item.state == ItemState::Pending && item.expires_at.is_some_and(|at| at <= world.now);
    over.then_some(SkipReason::Already { state: ItemState::Expired, by: None, at: item.expires_at })
}
