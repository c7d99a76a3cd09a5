//! One operation decides about at most `BULK_LIMIT` items.

use crate::domain::ids::each_once;
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Refusal;
use crate::domain::selection::Selection;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    let (Operation::Decide { ids, .. } | Operation::Prepare { selection: Selection::Named(ids), .. }) =
        &request.operation
    else {
        return None;
    };
    let asked = each_once(ids).len();
    (asked > world.rulebook.bulk_limit)
        .then_some(Refusal::OverBulkLimit { asked, limit: world.rulebook.bulk_limit })
}
