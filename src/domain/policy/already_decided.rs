//! What was decided stays decided: a second press or command finds it so, and says by whom and when.

use crate::domain::caller::Caller;
use crate::domain::item::{Item, ItemState};
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &Caller, _: &Operation, world: &World) -> Option<SkipReason> {
    let by = match item.state {
        ItemState::Pending => return None,
        ItemState::Approved | ItemState::Rejected => {
            world.last_vote(item.id).map(|vote| vote.decided_by.clone())
        }
        // A yes that was not enough made it neither expire nor go.
        ItemState::Expired => None,
        ItemState::Withdrawn => Some(format!("api:{}", item.client)),
    };
    let at = if item.state == ItemState::Expired { item.expires_at } else { item.decided_at };
    Some(SkipReason::Already { state: item.state, by, at })
}
