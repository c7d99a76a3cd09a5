//! Items of some kinds are decided by some roles alone.

use crate::domain::caller::{Actor, Caller};
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, caller: &Caller, _: &Operation, world: &World) -> Option<SkipReason> {
    let roles = &item.rules.roles;
    let admitted = match &caller.actor {
        Actor::Person(person) => {
            world.roster.role_at(*person, caller.said_at).is_some_and(|role| roles.admit(role))
        }
        Actor::Client(_) => roles.admit_clients(),
    };
    (!roles.are_all() && !admitted).then(|| SkipReason::Roles { roles: roles.clone() })
}
