//! Only approvers, owners and clients with the right to decide may decide, and a right counts from the moment it is given.
//! What a client does with its own items needs no such right; whose they are is looked at item by item.

use crate::domain::caller::Actor;
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Refusal;
use crate::domain::role::Role;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    if matches!(request.operation, Operation::Submit { .. } | Operation::Appoint { .. }) {
        return None;
    }
    let of_its_own = matches!(request.operation, Operation::Withdraw { .. } | Operation::Issue { .. });
    let person = match &request.caller.actor {
        Actor::Person(person) => *person,
        Actor::Client(_) => {
            return (!of_its_own && !request.caller.token_may_decide).then_some(Refusal::MayNotDecide);
        }
    };
    let may = |role: Option<Role>| role.is_some_and(Role::may_decide);
    let now = world.roster.role(person);
    match world.roster.role_at(person, request.caller.said_at) {
        then if may(then) => None,
        _ if may(now) => Some(Refusal::GivenSince),
        _ if now.is_some() => Some(Refusal::ViewersRead),
        _ => Some(Refusal::MayNotDecide),
    }
}
