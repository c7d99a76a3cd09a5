//! Each person or client has one vote on an item: where several must say yes, the same one does not count twice. Whoever
//! wants to decide otherwise takes the first vote back.

use crate::domain::caller::Caller;
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, caller: &Caller, _: &Operation, world: &World) -> Option<SkipReason> {
    let vote = world.vote_of(&caller.actor.to_string(), item.id)?;
    let (have, need) = (world.yeses(item.id), item.rules.quorum);
    Some(SkipReason::AlreadyVoted { have, need, receipt: world.numbers.get(&vote.key).copied() })
}
