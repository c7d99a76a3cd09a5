//! One operation names at most `BULK_LIMIT` items.

use crate::domain::ids::each_once;
use crate::domain::operation::Request;
use crate::domain::outcome::Refusal;
use crate::domain::world::World;

pub(super) fn rule(request: &Request, world: &World) -> Option<Refusal> {
    let asked = each_once(request.operation.named()).len();
    (asked > world.rulebook.bulk_limit)
        .then_some(Refusal::OverBulkLimit { asked, limit: world.rulebook.bulk_limit })
}
