//! Whoever asks must not answer: the client that submitted an item may not decide it, where its kind says so.

use crate::domain::caller::{Actor, Caller};
use crate::domain::item::Item;
use crate::domain::operation::Operation;
use crate::domain::outcome::SkipReason;
use crate::domain::world::World;

pub(super) fn rule(item: &Item, caller: &Caller, _: &Operation, _: &World) -> Option<SkipReason> {
    let own = matches!(&caller.actor, Actor::Client(client) if client.as_str() == item.client);
    (own && !item.rules.allow_self).then_some(SkipReason::OwnItem)
}
