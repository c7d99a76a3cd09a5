//! Only owners say who may.

use crate::domain::caller::Actor;
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Refusal;
use crate::domain::role::Role;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    let Operation::Appoint { .. } = request.operation else { return None };
    let Actor::Person(person) = request.caller.actor else { return Some(Refusal::OwnersOnly) };
    match (world.roster.role_at(person, request.caller.said_at), world.roster.role(person)) {
        (Some(Role::Owner), _) => None,
        (_, Some(Role::Owner)) => Some(Refusal::GivenSince),
        _ => Some(Refusal::OwnersOnly),
    }
}
