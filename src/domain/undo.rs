//! Taking a decision back: while it is not final, its votes are withdrawn and its items are pending again, in a round of
//! their own, so that a press on what stood before is told apart.

use super::item::{Item, ItemState};
use super::operation::Decision;
use super::outcome::{Refusal, Skip, SkipReason};
use super::world::{Decided, Vote, World};

/// The decision that is meant: the one with this number, or the actor's last one that changed anything. Nobody takes
/// back another's.
pub(super) fn target(world: &World, actor: &str, receipt: Option<i64>) -> Result<Decided, Refusal> {
    let Some(number) = receipt else {
        let mut own = world.decided.iter().filter(|one| one.actor == actor && !one.voted.is_empty());
        return own.next_back().cloned().ok_or(Refusal::NothingToUndo);
    };
    match world.decided.iter().find(|one| one.number == receipt) {
        None => Err(Refusal::NoSuchReceipt { number }),
        Some(one) if one.actor != actor => Err(Refusal::NotYourReceipt { number }),
        Some(one) if one.voted.is_empty() => Err(Refusal::NothingDecided { number }),
        Some(one) => Ok(one.clone()),
    }
}

/// What taking a decision back did.
#[derive(Default)]
pub(super) struct TakenBack {
    /// The decision's votes.
    pub(super) withdrawn: Vec<Vote>,
    /// Votes of others on what waits again, whose right to them has ended since.
    pub(super) lapsed: Vec<Vote>,
    /// The items that stay as they are.
    pub(super) skipped: Vec<Skip>,
}

/// Withdraws what can be; gives the votes that do not count any more, and the items that stay as they are.
pub(super) fn take_back(world: &mut World, decided: &Decided) -> TakenBack {
    let mut taken = TakenBack::default();
    for id in &decided.voted {
        let vote = world.votes.iter().position(|vote| vote.item == *id && vote.key == decided.key);
        let now = world.now;
        let reason = match (vote, world.items.get_mut(id)) {
            (_, None) => SkipReason::NotFound,
            (None, Some(_)) => SkipReason::Undone,
            (Some(_), Some(item)) if item.is_final(now) => SkipReason::Final { at: item.final_at() },
            (Some(vote), Some(item)) if !stands_on(&world.votes[vote], item) => {
                SkipReason::Already { state: item.state, by: None, at: item.decided_at }
            }
            (Some(vote), Some(item)) => {
                reopen(item);
                taken.withdrawn.push(world.votes.remove(vote));
                let (rules, roster) = (&item.rules, &world.roster);
                let ended = |vote: &mut Vote| {
                    vote.item == *id && !roster.still_counts(&vote.decided_by, vote.at, rules)
                };
                taken.lapsed.extend(world.votes.extract_if(.., ended));
                continue;
            }
        };
        taken.skipped.push(Skip { id: *id, reason });
    }
    taken
}

/// Whether the item is as it is because of this vote: it gathers votes, or was decided so.
fn stands_on(vote: &Vote, item: &Item) -> bool {
    let decided = [Decision::Approve, Decision::Reject].into_iter().find(|one| one.code() == vote.decision);
    item.state == ItemState::Pending || decided.is_some_and(|decision| decision.state() == item.state)
}

/// Whoever acted on what stood before, and whose app sends the press again, is told apart by the round.
const fn reopen(item: &mut Item) {
    item.state = ItemState::Pending;
    item.version += 1;
    item.round += 1;
    item.decided_at = None;
}
