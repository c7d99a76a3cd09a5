//! Each person or client has one vote on an item: where several must say yes, the same one does not count twice. Whoever
//! wants to decide otherwise takes the first vote back.

use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, actor: &str, _: &Operation, world: &World) -> Option<SkipReason> {
    let have = world.yeses(item.id);
    world.has_voted(actor, item.id).then_some(SkipReason::AlreadyVoted { have, need: item.rules.quorum })
}
