//! What a decided batch writes: what it moved first; then what it enters, its operations, its letters, the log, and last the keys.
//!
//! On SQLite the building does not wait for the database: what is entered is built while it writes what moved, and the receipts
//! while it writes the rest. PostgreSQL is given one statement after the other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::InsertStatement;
use sea_orm::{ConnectionTrait, DbErr, TryGetableMany};

use super::opening::Alone;
use super::shared::{Job, Shared};
use super::transaction::Transaction;
use super::trip::Trip;
use super::write::{Before, Moved};
use super::{LedgerError, cards, claim, dialect, lookup, news, outbox, people, release, roster, write};
use crate::domain::caller::{Actor, Profile};
use crate::domain::decide::Ruling;
use crate::domain::ids::ItemId;
use crate::domain::operation::{Answered, Request};
use crate::domain::outcome::Outcome;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::release::Head;
use crate::domain::role::Role;
use crate::domain::world::World;

/// What was decided, and is to be written.
pub(super) struct Decided<'a> {
    /// The jobs that use their keys up.
    pub(super) done: Vec<(&'a Job, Outcome)>,
    pub(super) rulings: Vec<Ruling>,
    pub(super) before: BTreeMap<ItemId, Before>,
    pub(super) after: World,
    pub(super) alone: Option<Alone>,
    pub(super) now: DateTime<Utc>,
    /// Keys from before count as absent.
    pub(super) cutoff: DateTime<Utc>,
}

/// What was written, not yet committed and not yet told.
#[derive(Default)]
pub(super) struct Entered {
    /// By key.
    pub(super) receipts: BTreeMap<String, Receipt>,
    profiles: BTreeMap<i64, Profile>,
    /// The roles that were changed.
    roles: BTreeMap<i64, Option<Role>>,
    /// The chats for which the outbox has new rows.
    posted: Vec<i64>,
    /// Whether cards may have fallen behind.
    behind: bool,
    /// The items whose decision is final now.
    released: Vec<ItemId>,
}

impl Entered {
    /// Tells those who wait for it, once it is committed.
    pub(super) fn tell(&self, shared: &Shared) {
        shared.people.learn(&self.profiles, &self.roles);
        shared.posted(&self.posted);
        if !self.released.is_empty() {
            shared.released(self.released.iter().copied());
        }
        if self.behind {
            shared.cards_due();
        }
    }
}

impl Decided<'_> {
    /// Writes it; `None` when one of the keys was used by somebody else first.
    pub(super) async fn enter(
        mut self,
        txn: &Transaction,
        shared: &Shared,
    ) -> Result<Option<Entered>, LedgerError> {
        let alone = self.alone.take();
        let moved = Moved::by(&self.rulings);
        let closed = self.done.iter().flat_map(|(_, outcome)| outcome.closed()).copied();
        let changed: BTreeSet<ItemId> = moved.items().chain(closed).collect();
        release::ripen(&mut self.after, &changed);
        let pairs = self.pairs();
        let entered = Entered {
            behind: !changed.is_empty(),
            profiles: news::profiles(&pairs, &shared.people),
            roles: news::roles(&pairs, &self.after.roster),
            ..Entered::default()
        };
        let mut trip = Trip::on(txn);
        write::items(&mut trip, &changed, &self.before, &self.after);
        write::votes(&mut trip, &moved.votes, self.now);
        write::withdraw(&mut trip, &moved.withdrawn, false, self.now);
        write::withdraw(&mut trip, &moved.lapsed, true, self.now);
        cards::due(&mut trip, &changed, self.now);
        people::store(&mut trip, &entered.profiles, self.now);
        roster::write(&mut trip, &entered.roles, &self.after.roster, self.now);
        roster::join(&mut trip, &self.after.roster, self.now);
        let rest = self.rest(txn, shared, (alone, &changed), entered);
        let (_, entered) = trip.go_before(txn, rest).await?;
        if dialect::is_alone(txn) {
            // Where numbers are given here, it is told once all is written.
            shared.reach("written").await?;
        }
        Ok(entered)
    }

    /// What follows what was moved.
    async fn rest(
        &self,
        txn: &Transaction,
        shared: &Shared,
        (alone, changed): (Option<Alone>, &BTreeSet<ItemId>),
        mut entered: Entered,
    ) -> Result<Option<Entered>, LedgerError> {
        let (now, after) = (self.now, &self.after);
        let asked: Vec<&Request> = self.done.iter().map(|(job, _)| &job.request).collect();
        let (held_up, head, given) = known(txn, alone, &asked, now).await?;
        let answered = outbox::answered(&asked, &held_up);
        let mut trip = Trip::on(txn);
        let insert = write::operations(&self.done, &answered, given.as_ref(), now);
        let numbers = numbered((txn, &mut trip), &insert, given, shared).await?;
        let mut letters = outbox::answers(&asked, &answered, &numbers);
        // New items wait a moment and hold up nobody's answer.
        entered.posted = letters.iter().map(|letter| letter.place.chat).collect();
        letters.extend(outbox::cards(&self.pairs(), after, &shared.announce));
        outbox::insert(&letters, now).iter().for_each(|insert| trip.write(insert));
        let names = names(after, &entered.profiles, shared);
        let (both, stood) = ((txn, &mut trip), (changed, &self.before));
        entered.released = release::at_once(both, head, stood, after, &asked, names).await?;
        let wanted = claim::of(&mut trip, &self.done, &numbers, (now, self.cutoff));
        let told = async { Ok(self.receipts(&answered, &numbers, shared)) };
        let (mut brought, receipts) = trip.go_before(txn, told).await?;
        entered.receipts = receipts;
        Ok((brought.count()? == wanted).then_some(entered))
    }

    fn pairs(&self) -> Vec<(&Request, &Outcome)> {
        self.done.iter().map(|(job, outcome)| (&job.request, outcome)).collect()
    }

    /// The answers, by key: told once it is committed.
    fn receipts(
        &self,
        answered: &[Answered],
        numbers: &BTreeMap<String, i64>,
        shared: &Shared,
    ) -> BTreeMap<String, Receipt> {
        let receipt = |((job, outcome), answered): (&(&Job, Outcome), &Answered)| {
            let request = &job.request;
            let key = request.key.as_str().to_owned();
            let number = numbers.get(&key).copied().unwrap_or_default();
            (key, new_receipt((request, *answered), outcome.clone(), number, &self.after, shared))
        };
        self.done.iter().zip(answered).map(receipt).collect()
    }
}

/// Adds the operations under the numbers that were given; where the database gives them, stores them now.
async fn numbered(
    (txn, trip): (&Transaction, &mut Trip),
    insert: &InsertStatement,
    given: Option<BTreeMap<String, i64>>,
    shared: &Shared,
) -> Result<BTreeMap<String, i64>, LedgerError> {
    if let Some(numbers) = given {
        trip.write(insert);
        return Ok(numbers);
    }
    let rows = txn.query_all(insert).await?;
    shared.reach("written").await?;
    let number = |row| <(String, i64)>::try_get_many_by_index(row).map_err(DbErr::from);
    Ok(rows.iter().map(number).collect::<Result<_, _>>()?)
}

/// Which chats are held up, and where the transaction is alone the end of the log, and the numbers that these operations get.
async fn known(
    txn: &Transaction,
    alone: Option<Alone>,
    asked: &[&Request],
    now: DateTime<Utc>,
) -> Result<(BTreeSet<i64>, Option<Head>, Option<BTreeMap<String, i64>>), DbErr> {
    let Some(Alone { held_up, head, last_number }) = alone else {
        // As it stands after all that was waited for.
        return Ok((outbox::held_up_now(txn, asked, now).await?, None, None));
    };
    Ok((held_up, Some(head), Some(write::numbers(asked, last_number))))
}

/// What whoever voted now or before on the same items is called, in the names of this batch.
fn names(after: &World, profiles: &BTreeMap<i64, Profile>, shared: &Shared) -> BTreeMap<String, String> {
    let mut names = shared.people.names(after.votes.iter().map(|vote| vote.decided_by.clone()));
    let news = profiles.iter().map(|(id, profile)| (Actor::Person(*id).to_string(), profile.shown()));
    names.extend(news.filter(|(_, name)| !name.is_empty()));
    names
}

fn new_receipt(
    (request, answered): (&Request, Answered),
    outcome: Outcome,
    number: i64,
    after: &World,
    shared: &Shared,
) -> Receipt {
    let named = outcome.named();
    let items = named.iter().filter_map(|id| after.items.get(id).map(|item| (*id, item.clone()))).collect();
    Receipt {
        standing: Standing::New,
        key: request.key.clone(),
        scope_hash: request.scope.hash().to_owned(),
        number,
        actor: request.caller.actor.to_string(),
        confirmed: None,
        answered,
        at: after.now,
        items,
        names: news::names(request, &outcome, &shared.people),
        role: lookup::whose(&outcome).and_then(|person| after.roster.role(person)),
        outcome,
    }
}
