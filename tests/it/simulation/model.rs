//! The simple model: what the books must hold after the operations and releases that took effect, in their order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use countersign::domain::card::Seen;
use countersign::domain::ids::{ItemId, each_once};
use countersign::domain::item::ItemState;
use countersign::domain::operation::{Decision, Operation, Request};
use countersign::domain::outcome::{Outcome, Refusal, SkipReason};
use countersign::domain::release::Release;
use countersign::domain::role::{Change, Role};

use super::effects::Done;
use super::item::{Item, Vote};

/// The one whose role comes and goes.
pub const THIRD: &str = "tg:333";
/// How many of one's last decisions are looked through for the one to take back.
const LAST_DECISIONS: usize = 10;

/// A decision that may be taken back.
#[derive(Clone, Debug)]
struct Decided {
    number: i64,
    actor: String,
    key: String,
    voted: Vec<i64>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub items: BTreeMap<i64, Item>,
    decided: BTreeMap<i64, Decided>,
    /// Since when the third person has a role.
    since: Option<DateTime<Utc>>,
    /// The end of the log.
    pub log: (i64, String),
}

/// What the model says otherwise.
pub type Checked = Result<(), String>;

pub fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl Model {
    pub fn new() -> Self {
        let (items, decided) = (BTreeMap::new(), BTreeMap::new());
        Self { items, decided, since: None, log: (0, "0".repeat(64)) }
    }

    /// Whether whoever asks may decide by a right that they had when they said it.
    fn may(&self, request: &Request) -> bool {
        let whole = |at: DateTime<Utc>| {
            let second = at.duration_trunc(TimeDelta::seconds(1)).unwrap();
            if second == at { at } else { second + TimeDelta::seconds(1) }
        };
        request.caller.actor.to_string() != THIRD
            || self.since.is_some_and(|since| whole(since) <= request.caller.said_at)
    }

    /// An operation took effect: its outcome must be what the model says of it.
    pub fn took_effect(&mut self, done: &Done, request: &Request) -> Checked {
        let (now, actor) = (done.at, request.caller.actor.to_string());
        let decides = matches!(
            request.operation,
            Operation::Decide { .. } | Operation::Prepare { .. } | Operation::Undo { .. }
        );
        if decides && !self.may(request) {
            let refused = matches!(
                done.outcome,
                Outcome::Refused { refusal: Refusal::MayNotDecide | Refusal::GivenSince }
            );
            return check(refused, || format!("{actor} might not decide"));
        }
        match (&request.operation, &done.outcome) {
            (Operation::Submit { items, .. }, Outcome::Submitted { ids, known }) => {
                check(known.is_empty() && ids.len() == items.len(), || "each item is new".to_owned())?;
                ids.iter().zip(items).try_for_each(|(id, item)| self.submitted(*id, item.kind(), now))
            }
            (Operation::Decide { decision, ids, seen, .. }, Outcome::Decided { skipped, .. }) => {
                self.decided(done, &actor, (*decision, ids, seen))?;
                skipped.iter().try_for_each(|skip| self.rightly_skipped(skip.id, &skip.reason, now))
            }
            (Operation::Prepare { .. }, Outcome::Prepared { would, .. }) => {
                let there = would.iter().all(|one| self.items.contains_key(&one.id.get()));
                check(there, || "what would be decided is there".to_owned())
            }
            (Operation::Undo { receipt }, outcome) => self.taken_back(&actor, *receipt, outcome, now),
            (Operation::Appoint { change, .. }, Outcome::Appointed { before, after, lapsed, .. }) => {
                self.appointed(*change, (*before, *after, *lapsed), now)
            }
            (Operation::Withdraw { ids, .. }, Outcome::Withdrawn { done, .. }) => {
                let mut gone = each_once(ids);
                gone.retain(|id| self.items.get(&id.get()).is_some_and(|item| item.waits(now)));
                for id in &gone {
                    let item = self.items.get_mut(&id.get()).unwrap();
                    (item.state, item.decided_at) = (ItemState::Withdrawn, Some(now));
                    item.window = TimeDelta::zero();
                }
                check(*done == gone, || format!("{gone:?} are withdrawn"))
            }
            (Operation::Issue { ids, .. }, Outcome::Issued { done, .. }) => {
                // By the log and not by the clock: undo meets it at the item's row.
                let may =
                    |item: &Item| item.state == ItemState::Approved && item.is_logged && !item.is_issued;
                let mut issued = each_once(ids);
                issued.retain(|id| self.items.get(&id.get()).is_some_and(may));
                issued.iter().for_each(|id| self.items.get_mut(&id.get()).unwrap().is_issued = true);
                check(*done == issued, || format!("{issued:?} are reported about"))
            }
            (operation, _) => Err(format!("no such outcome of {}", operation.verb())),
        }
    }

    fn decided(
        &mut self,
        done: &Done,
        actor: &str,
        (decision, ids, seen): (Decision, &[ItemId], &BTreeMap<ItemId, Seen>),
    ) -> Checked {
        let stale = |id: &ItemId, item: &Item| seen.get(id).is_some_and(|seen| seen.round != item.round);
        let (mut finished, mut awaiting) = (Vec::new(), Vec::new());
        for id in each_once(ids) {
            let Some(item) = self.items.get_mut(&id.get()) else { continue };
            if !item.waits(done.at) || stale(&id, item) || item.votes.contains_key(actor) {
                continue;
            }
            let yeses = item.votes.values().filter(|vote| vote.decision == Decision::Approve).count() + 1;
            item.votes.insert(actor.to_owned(), Vote { key: done.key.clone(), decision, at: done.at });
            if decision == Decision::Approve && yeses < item.quorum as usize {
                awaiting.push(id);
            } else {
                (item.state, item.decided_at) = (decision.state(), Some(done.at));
                finished.push(id);
            }
        }
        let voted: Vec<ItemId> = done.outcome.awaiting().iter().map(|one| one.id).collect();
        check(done.outcome.done() == finished && voted == awaiting, || {
            format!("{finished:?} are decided, {awaiting:?} wait for more")
        })?;
        let voted = finished.iter().chain(&awaiting).map(|id| id.get()).collect();
        let (number, actor, key) = (done.number, actor.to_owned(), done.key.clone());
        self.decided.insert(number, Decided { number, actor, key, voted });
        Ok(())
    }

    fn submitted(&mut self, id: ItemId, kind: &str, now: DateTime<Utc>) -> Checked {
        let item = Item::new(kind, now);
        check(self.items.insert(id.get(), item).is_none(), || format!("item {id} is there already"))
    }

    /// Whether the reason told for an item that was not decided is true of it.
    fn rightly_skipped(&self, id: ItemId, reason: &SkipReason, now: DateTime<Utc>) -> Checked {
        let item = self.items.get(&id.get());
        let holds = match (reason, item) {
            (SkipReason::NotFound, item) => item.is_none(),
            (SkipReason::Already { state: ItemState::Expired, .. }, Some(item)) => !item.waits(now),
            (SkipReason::Already { state, .. }, Some(item)) => item.state == *state,
            (_, item) => item.is_some(),
        };
        check(holds, || format!("item {id} was not skipped for {}", reason.code()))
    }

    fn taken_back(
        &mut self,
        actor: &str,
        receipt: Option<i64>,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Checked {
        let last = || {
            let own = self.decided.values().rev().filter(|one| one.actor == actor).take(LAST_DECISIONS);
            own.into_iter().find(|one| !one.voted.is_empty())
        };
        let meant = match receipt {
            None => last(),
            Some(number) => {
                self.decided.get(&number).filter(|one| one.actor == actor && !one.voted.is_empty())
            }
        };
        let Some(decided) = meant.cloned() else {
            let refused = matches!(outcome, Outcome::Refused { .. });
            return check(refused, || "there was nothing to undo".to_owned());
        };
        let mut open_again = Vec::new();
        for id in &decided.voted {
            let item = self.items.get_mut(id).unwrap();
            let Some(vote) = item.votes.get(actor).filter(|vote| vote.key == decided.key) else { continue };
            let stands = item.state == ItemState::Pending || item.state == vote.decision.state();
            if !stands || item.is_final(now) {
                continue;
            }
            item.votes.remove(actor);
            item.reopen();
            // What waits again holds no vote whose right has ended since.
            let since = self.since;
            item.votes.retain(|who, vote| who != THIRD || since.is_some_and(|since| since <= vote.at));
            open_again.push(ItemId::new(*id).unwrap());
        }
        let told = matches!(outcome, Outcome::Undone { done, .. } if *done == open_again);
        check(told, || format!("R{}: {open_again:?} wait again", decided.number))
    }

    fn appointed(
        &mut self,
        change: Change,
        told: (Option<Role>, Option<Role>, u64),
        now: DateTime<Utc>,
    ) -> Checked {
        let role = |since: Option<DateTime<Utc>>| since.map(|_| Role::Approver);
        let (before, mut lapsed) = (role(self.since), 0);
        match change {
            Change::Remove if self.since.is_some() => {
                self.since = None;
                let waiting = self.items.values_mut().filter(|item| item.state == ItemState::Pending);
                lapsed = waiting.filter_map(|item| item.votes.remove(THIRD)).count() as u64;
            }
            Change::Add(_) if self.since.is_none() => self.since = Some(now),
            _ => {}
        }
        let wanted = (before, role(self.since), lapsed);
        check(told == wanted, || format!("the role before and after, and votes lapsed: {wanted:?}"))
    }

    /// A decision became final.
    pub fn became_final(&mut self, release: &Release, hash: &str) -> Checked {
        let (last, previous) = &self.log;
        check(release.number == last + 1, || format!("the log has a gap after {last}"))?;
        check(release.previous == *previous, || format!("the chain breaks at {}", release.number))?;
        self.log = (release.number, hash.to_owned());
        let id = release.item_id;
        let item = self.items.get_mut(&id.get()).ok_or_else(|| format!("there is no item {id}"))?;
        check(!item.is_logged, || format!("the decision about item {id} is final already"))?;
        let at = release.released_at;
        if release.state == ItemState::Expired {
            let over = item.state == ItemState::Pending && !item.waits(at);
            check(over, || format!("the time of item {id} was not over"))?;
            item.state = ItemState::Expired;
        } else {
            check(item.is_final(at), || format!("the decision about item {id} could be taken back"))?;
        }
        item.is_logged = true;
        check((item.state, item.round) == (release.state, release.round), || {
            format!("item {id} is {} in round {}", item.state.code(), item.round)
        })?;
        let standing = item.votes.iter().filter(|(_, vote)| vote.decision.state() == release.state);
        let voters: BTreeSet<&str> = standing.map(|(actor, _)| actor.as_str()).collect();
        let told = release.decided_by.iter().map(|decider| decider.actor.as_str()).collect();
        check(voters == told, || format!("item {id} was decided by {voters:?}"))
    }
}
