//! The decision itself: a pure function from the world, as one transaction read it, to what becomes of each request.

use chrono::{DateTime, Utc};

use super::appoint::appoint;
use super::caller::Actor;
use super::ids::{ItemId, each_once};
use super::item::Item;
use super::operation::{Decision, Operation, Request};
use super::outcome::{Awaiting, Outcome, Skip, SkipReason};
use super::policy;
use super::prepare::prepare;
use super::reason::Reason;
pub use super::ruling::Ruling;
use super::world::{Decided, Vote, World};
use super::{closing, submission, undo};

/// Decides `requests` in the order they arrived, each in the world that those before it left.
///
/// Gives one ruling a request, and the items as they stand afterwards.
#[must_use]
pub fn decide(mut world: World, requests: &[&Request]) -> (Vec<Ruling>, World) {
    let rulings = requests.iter().map(|request| rule(&mut world, request)).collect();
    (rulings, world)
}

fn rule(world: &mut World, request: &Request) -> Ruling {
    if let Some(refusal) = policy::refuses(request, world) {
        return Ruling::refused(refusal);
    }
    let actor = request.caller.actor.to_string();
    match &request.operation {
        Operation::Decide { decision, ids, reason, label, .. } => {
            let Voted { votes, done, awaiting, skipped } =
                vote(world, request, *decision, (ids, reason.as_ref()));
            let key = request.key.as_str().to_owned();
            let voted = votes.iter().map(|vote| vote.item).collect();
            world.decided.push(Decided { number: None, key, actor, voted });
            let (reason, label) = (reason.clone(), label.clone());
            let outcome = Outcome::Decided { decision: *decision, done, awaiting, skipped, reason, label };
            if let (Actor::Client(client), false) = (&request.caller.actor, votes.is_empty()) {
                world.roster.join(client, world.now);
            }
            Ruling::Decided { outcome, votes, withdrawn: Vec::new(), lapsed: Vec::new() }
        }
        Operation::Prepare { decision, selection, reason } => {
            let outcome = prepare(world, request, (*decision, selection, reason.as_ref()));
            Ruling::of(outcome)
        }
        Operation::Undo { receipt } => match undo::target(world, &actor, *receipt) {
            Err(refusal) => Ruling::refused(refusal),
            Ok(decided) => {
                let undo::TakenBack { withdrawn, lapsed, skipped } = undo::take_back(world, &decided);
                let done = withdrawn.iter().map(|vote| vote.item).collect();
                let outcome = Outcome::Undone { done, skipped };
                Ruling::Decided { outcome, votes: Vec::new(), withdrawn, lapsed }
            }
        },
        Operation::Appoint { person, change, .. } => {
            let (outcome, lapsed) = appoint(world, *person, *change, &actor);
            Ruling::Decided { outcome, votes: Vec::new(), withdrawn: Vec::new(), lapsed }
        }
        Operation::Withdraw { reason, label, .. } => {
            Ruling::of(closing::withdraw(world, request, (reason.as_ref(), label.as_deref())))
        }
        Operation::Issue { result, note, label, .. } => {
            Ruling::of(closing::issue(world, request, (*result, note.as_ref(), label.as_deref())))
        }
        Operation::Submit { client, submit_key, items } => {
            submission::rule(world, client.as_str(), submit_key, items)
        }
    }
}

/// What came of one decision about several items.
#[derive(Default)]
struct Voted {
    votes: Vec<Vote>,
    done: Vec<ItemId>,
    awaiting: Vec<Awaiting>,
    skipped: Vec<Skip>,
}

fn vote(
    world: &mut World,
    request: &Request,
    decision: Decision,
    (ids, reason): (&[ItemId], Option<&Reason>),
) -> Voted {
    let mut voted = Voted::default();
    let actor = request.caller.actor.to_string();
    for id in each_once(ids) {
        let skip = match world.items.get(&id) {
            None => Some(SkipReason::NotFound),
            Some(item) => policy::skips(item, &request.caller, &request.operation, world),
        };
        if let Some(reason) = skip {
            voted.skipped.push(Skip { id, reason });
            continue;
        }
        let have = world.yeses(id) + 1;
        let now = world.now;
        let Some(item) = world.items.get_mut(&id) else { continue };
        let need = item.rules.quorum;
        item.version += 1;
        if decision == Decision::Approve && have < need {
            voted.awaiting.push(Awaiting { id, have, need });
        } else {
            close(item, decision, now);
            voted.done.push(id);
        }
        let vote = Vote {
            item: id,
            round: item.round,
            decided_by: actor.clone(),
            decision: decision.code().to_owned(),
            reason: reason.map(Reason::to_string),
            key: request.key.as_str().to_owned(),
            at: now,
        };
        world.votes.push(vote.clone());
        voted.votes.push(vote);
    }
    voted
}

fn close(item: &mut Item, decision: Decision, now: DateTime<Utc>) {
    item.state = decision.state();
    item.decided_at = Some(now);
    // With no window to undo it, a decision is final the moment it is made.
    item.released_at = (item.rules.undo_window_s == 0).then_some(now);
}
