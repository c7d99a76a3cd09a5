//! What a batch reads first: which of its keys are used up, and who speaks; and what a transaction that is alone can read on the
//! same way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::QueryTrait;

use super::convert::Slim;
use super::lookup::{self, StoredKey};
use super::shared::Job;
use super::transaction::Transaction;
use super::trip::Trip;
use super::{LedgerError, dialect, load, log, outbox, roster};
use crate::domain::operation::Request;
use crate::domain::release::Head;
use crate::domain::roster::Roster;

/// What a batch reads first.
pub(super) struct Opening {
    /// Those of its keys that are used up.
    pub(super) used: BTreeMap<String, StoredKey>,
    /// Who speaks, under the roster's lock.
    pub(super) roster: Roster,
    /// The items that its requests name, where they are read here.
    pub(super) items: Option<Vec<Slim>>,
    /// What is read here only where the transaction is alone, and nothing can change before it is needed.
    pub(super) alone: Option<Alone>,
}

/// What a transaction that is alone reads on the same way.
pub(super) struct Alone {
    /// The chats into which no answer may ride.
    pub(super) held_up: BTreeSet<i64>,
    /// The end of the log.
    pub(super) head: Head,
    /// The highest number that an operation ever had.
    pub(super) last_number: i64,
}

impl Opening {
    /// Reads it for these jobs.
    pub(super) async fn read(
        txn: &Transaction,
        jobs: &[&Job],
        now: DateTime<Utc>,
        cutoff: DateTime<Utc>,
    ) -> Result<Self, LedgerError> {
        let requests: Vec<&Request> = jobs.iter().map(|job| &job.request).collect();
        let mut trip = Trip::on(txn);
        trip.read(lookup::used(requests.iter().map(|request| &request.key), cutoff));
        if dialect::is_alone(txn) {
            trip.read(roster::concerning(&requests));
            trip.read(outbox::held_up(&outbox::riding(&requests), now));
            trip.read(log::its_head());
            trip.read(load::these(load::named(&requests).iter().map(|id| id.get())).into_query());
            trip.read(dialect::last_number());
        }
        let mut read = trip.go(txn).await?;
        let used = lookup::by_key(read.tuples()?);
        if !dialect::is_alone(txn) {
            // A repeat needs no roster, and does not wait for a change of it.
            let is_unused = |request: &&Request| !used.contains_key(request.key.as_str());
            let unused: Vec<&Request> = requests.into_iter().filter(is_unused).collect();
            let roster =
                if unused.is_empty() { Roster::default() } else { roster::locked(txn, &unused).await? };
            return Ok(Self { used, roster, items: None, alone: None });
        }
        let roster = roster::of_seats(read.rows()?);
        let held_up = read.tuples::<(i64,)>()?.into_iter().map(|(chat,)| chat).collect();
        let head = log::head_of(read.tuples()?)?;
        let items = Some(read.rows()?);
        let (last_number,) = read.tuples()?.pop().ok_or_else(numberless)?;
        Ok(Self { used, roster, items, alone: Some(Alone { held_up, head, last_number }) })
    }
}

fn numberless() -> LedgerError {
    LedgerError::Broken("the number of the last operation cannot be read".to_owned())
}
