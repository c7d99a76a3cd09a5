//! A client takes back, and reports about, what it submitted itself; whatever else it may do.

use crate::domain::caller::{Actor, Caller};
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, caller: &Caller, _: &Operation, _: &World) -> Option<SkipReason> {
    let own = matches!(&caller.actor, Actor::Client(client) if client.as_str() == item.client);
    (!own).then_some(SkipReason::NotOwn)
}
