//! Only admins and clients with the right to decide may decide.

use crate::domain::caller::Actor;
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Refusal;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    if matches!(request.operation, Operation::Submit { .. }) {
        return None;
    }
    let allowed = match &request.caller.actor {
        Actor::Person(id) => world.rulebook.admins.contains(id),
        Actor::Client(_) => request.caller.token_may_decide,
    };
    (!allowed).then_some(Refusal::MayNotDecide)
}
