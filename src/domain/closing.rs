//! What a client does with its own items: it takes them back while they wait, and reports what came of carrying out those
//! that were approved, once.

use chrono::{DateTime, Utc};

use super::ids::{ItemId, each_once};
use super::item::{Execution, Issue, Item, ItemState};
use super::operation::Request;
use super::outcome::{Outcome, Skip, SkipReason};
use super::policy;
use super::reason::Reason;
use super::world::World;

/// Withdraws items.
pub(super) fn withdraw(
    world: &mut World,
    request: &Request,
    (reason, label): (Option<&Reason>, Option<&str>),
) -> Outcome {
    let (done, skipped) = each(world, request, |item, now| {
        item.state = ItemState::Withdrawn;
        item.note = reason.cloned();
        item.decided_at = Some(now);
        // There is nothing in it that could be taken back.
        item.released_at = Some(now);
    });
    Outcome::Withdrawn { done, skipped, reason: reason.cloned(), label: label.map(str::to_owned) }
}

/// Notes what came of carrying items out.
pub(super) fn issue(
    world: &mut World,
    request: &Request,
    (result, note, label): (Execution, Option<&Reason>, Option<&str>),
) -> Outcome {
    let (done, skipped) = each(world, request, |item, now| {
        item.issue = Some(Issue { result, at: now });
        item.note = note.cloned();
    });
    Outcome::Issued { result, done, skipped, note: note.cloned(), label: label.map(str::to_owned) }
}

/// Changes each item that the request names and the rules let it change.
fn each(
    world: &mut World,
    request: &Request,
    change: impl Fn(&mut Item, DateTime<Utc>),
) -> (Vec<ItemId>, Vec<Skip>) {
    let (mut done, mut skipped) = (Vec::new(), Vec::new());
    for id in each_once(request.operation.named()) {
        let skip = match world.items.get(&id) {
            None => Some(SkipReason::NotFound),
            Some(item) => policy::skips(item, &request.caller, &request.operation, world),
        };
        let now = world.now;
        match (skip, world.items.get_mut(&id)) {
            (None, Some(item)) => {
                change(item, now);
                item.version += 1;
                done.push(id);
            }
            // Whoever may not see an item is not told that there is one.
            (Some(SkipReason::NotOwn), _) if !request.caller.token_may_decide => {
                skipped.push(Skip { id, reason: SkipReason::NotFound });
            }
            (reason, _) => skipped.push(Skip { id, reason: reason.unwrap_or(SkipReason::NotFound) }),
        }
    }
    (done, skipped)
}
