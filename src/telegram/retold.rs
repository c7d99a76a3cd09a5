//! Answers to repeats from memory as they left before, found by the very bytes that were delivered: these are one update, with
//! one key and one scope. To read them and to put the answer into words costs more than all else that such a repeat needs,
//! and the words change with the day alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::render::Reply;
use super::said::{Event, Received, Said};
use crate::domain::language::Language;
use crate::domain::receipt::Receipt;
use crate::limits::{CACHE_ANSWERS_BYTES, CACHE_RECEIPTS};

/// A quarter of an hour, in seconds.
const QUARTER_S: i64 = 900;
/// What an answer takes beside its text, written and not, and what was delivered.
const ANSWER_BYTES: u64 = 1536;

/// Answers by what was delivered.
pub(super) struct Retold(Cache<Box<[u8]>, Arc<Left>, ByBytes>);

/// An answer as it left.
pub(super) struct Left {
    pub(super) received: Arc<Received>,
    pub(super) reply: Reply,
    person: i64,
    /// When the operation was committed.
    at: DateTime<Utc>,
    circumstances: Circumstances,
}

/// What an answer goes by, beside what was delivered and the receipt.
#[derive(PartialEq, Eq)]
pub(super) struct Circumstances {
    pub(super) language: Language,
    /// Which database answers, as [`Ledger::books`](crate::ledger::Ledger::books) counts them.
    pub(super) books: u64,
    /// Whether titles may be told there.
    pub(super) titles: bool,
    /// Whether times are told as such.
    pub(super) times: bool,
    /// The quarter of an hour: midnight falls on one in every zone, for a zone's offset is a multiple of it.
    pub(super) quarter: i64,
}

impl Circumstances {
    /// The quarter of an hour in which `now` is.
    pub(super) const fn quarter(now: DateTime<Utc>) -> i64 {
        now.timestamp().div_euclid(QUARTER_S)
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Box<[u8]>, Arc<Left>> for ByBytes {
    fn weight(&self, delivered: &Box<[u8]>, left: &Arc<Left>) -> u64 {
        ANSWER_BYTES + 2 * delivered.len() as u64 + 3 * left.reply.text().as_str().len() as u64
    }
}

impl Left {
    /// Who spoke, and what they said.
    pub(super) fn said(&self) -> Option<(i64, &Said)> {
        match &self.received.event {
            Event::Message(said) => Some((self.person, said)),
            _ => None,
        }
    }

    /// Whether it would be put into the same words now, and its key, which was committed, is no older than `cutoff`.
    pub(super) fn holds(&self, circumstances: &Circumstances, cutoff: DateTime<Utc>) -> bool {
        self.at >= cutoff && self.circumstances == *circumstances
    }
}

impl Retold {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(CACHE_RECEIPTS, CACHE_ANSWERS_BYTES, ByBytes))
    }

    /// The answer that left before for what was delivered.
    pub(super) fn get(&self, delivered: &[u8]) -> Option<Arc<Left>> {
        self.0.get(delivered)
    }

    /// Keeps what left for the repeat of a settled `receipt`. How long ago something happened is told of what was skipped,
    /// and changes by the minute: such an answer is not kept.
    pub(super) fn keep(
        &self,
        delivered: &[u8],
        (received, person): (&Arc<Received>, i64),
        receipt: &Receipt,
        circumstances: Circumstances,
        reply: &Reply,
    ) {
        if receipt.outcome.skipped().is_empty() {
            let (received, reply) = (received.clone(), reply.clone());
            let left = Left { received, reply, person, at: receipt.at, circumstances };
            self.0.insert(delivered.into(), Arc::new(left));
        }
    }
}
