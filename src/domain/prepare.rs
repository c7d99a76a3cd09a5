//! What a decision about many items would do: nothing is changed until it is confirmed, and then no more than was told.

use std::collections::{BTreeMap, BTreeSet};

use super::card::Seen;
use super::ids::{ItemId, each_once};
use super::operation::{Decision, Operation, Request};
use super::outcome::{Awaiting, Outcome, Skip, SkipReason, Would};
use super::policy;
use super::reason::Reason;
use super::selection::{Selected, Selection};
use super::world::World;

pub(super) fn prepare(
    world: &World,
    request: &Request,
    (decision, selection, reason): (Decision, &Selection, Option<&Reason>),
) -> Outcome {
    let selected = match selection {
        Selection::Named(ids) => Selected { ids: each_once(ids), left: 0 },
        Selection::Pending { .. } => world.selected.get(request.key.as_str()).cloned().unwrap_or_default(),
    };
    let (mut would, mut awaiting, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    let operation = confirmed(decision, selected.ids.clone(), BTreeMap::new(), reason.cloned());
    for &id in &selected.ids {
        let skip = match world.items.get(&id) {
            None => Some(SkipReason::NotFound),
            Some(item) => policy::skips(item, &request.caller, &operation, world),
        };
        match (skip, world.items.get(&id)) {
            (None, Some(item)) => {
                would.push(Would { id, seen: Seen::of(item) });
                let (have, need) = (world.yeses(id) + 1, item.rules.quorum);
                if decision == Decision::Approve && have < need {
                    awaiting.push(Awaiting { id, have, need });
                }
            }
            (reason, _) => skipped.push(Skip { id, reason: reason.unwrap_or(SkipReason::NotFound) }),
        }
    }
    let absent = absent(world, &selected, selection);
    let (left, reason) = (selected.left, reason.cloned());
    Outcome::Prepared { decision, would, awaiting, skipped, left, absent, reason }
}

/// The kinds that are meant and of which nothing waits: misspelt, most likely. What is left out by its number might have
/// been of any kind.
fn absent(world: &World, selected: &Selected, selection: &Selection) -> Vec<String> {
    let kinds = match selection {
        Selection::Pending { kinds, except } if except.is_empty() && selected.left == 0 => kinds,
        _ => return Vec::new(),
    };
    let items = selected.ids.iter().filter_map(|id| world.items.get(id));
    let waiting: BTreeSet<String> = items.map(|item| item.kind.to_lowercase()).collect();
    let absent = kinds.iter().filter(|kind| !waiting.contains(&kind.to_lowercase()));
    absent.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// The decision about what was shown, and no other state of it.
#[must_use]
pub fn confirm(decision: Decision, would: &[Would], reason: Option<&Reason>) -> Operation {
    let ids: Vec<ItemId> = would.iter().map(|would| would.id).collect();
    let seen = would.iter().map(|would| (would.id, would.seen.clone())).collect();
    confirmed(decision, ids, seen, reason.cloned())
}

const fn confirmed(
    decision: Decision,
    ids: Vec<ItemId>,
    seen: BTreeMap<ItemId, Seen>,
    reason: Option<Reason>,
) -> Operation {
    Operation::Decide { decision, ids, seen, reason, label: None }
}
