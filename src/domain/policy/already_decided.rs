//! What was decided stays decided: a second press or command finds it so, and says by whom and when.

use crate::domain::item::{Item, ItemState};
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, _: &str, _: &Operation, world: &World) -> Option<SkipReason> {
    (item.state != ItemState::Pending).then(|| SkipReason::Already {
        state: item.state,
        by: world.last_vote(item.id).map(|vote| vote.decided_by.clone()),
        at: item.decided_at,
    })
}
