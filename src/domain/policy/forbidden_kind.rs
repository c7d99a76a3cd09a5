//! A whole kind can be forbidden: nothing of it is put into the queue, and a decision that names such items alone is
//! refused as a whole.

use crate::domain::ids::each_once;
use crate::domain::item::ItemState;
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Refusal;
use crate::domain::rules::Forbidden;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    let kind = match &request.operation {
        Operation::Submit { items, .. } => {
            let forbids = |kind: &&str| world.rulebook.rules(kind).forbidden.contains(&Forbidden::Submit);
            items.iter().map(|item| item.kind()).find(forbids)?
        }
        Operation::Decide { decision, ids, .. } => {
            let named: Vec<_> = each_once(ids).iter().map(|id| world.items.get(id)).collect();
            let forbids = |item: &crate::domain::item::Item| {
                item.state == ItemState::Pending && item.rules.forbid(*decision)
            };
            let all = named.iter().all(|item| item.is_some_and(forbids));
            named.first().copied().flatten().filter(|_| all)?.kind.as_str()
        }
        _ => return None,
    };
    Some(Refusal::Forbidden { kind: kind.to_owned() })
}
