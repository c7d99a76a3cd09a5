//! Answers to repeats from memory as they left before. To put one into words costs more than all else that such a repeat
//! needs, and the words change with the day alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::render::Reply;
use crate::domain::language::Language;
use crate::domain::receipt::Receipt;
use crate::domain::scope::Scope;
use crate::limits::{CACHE_ANSWERS_BYTES, CACHE_RECEIPTS};

/// A quarter of an hour, in seconds.
const QUARTER_S: i64 = 900;
/// What an answer takes beside its text, written and not.
const ANSWER_BYTES: u64 = 1024;

/// Answers by their update's number.
pub(super) struct Retold(Cache<u32, Arc<Left>, ByBytes>);

/// An answer as it left.
struct Left {
    scope_hash: String,
    /// When the operation was committed.
    at: DateTime<Utc>,
    circumstances: Circumstances,
    reply: Reply,
}

/// What an answer goes by, beside the receipt and the scope.
#[derive(PartialEq, Eq)]
pub(super) struct Circumstances {
    pub(super) language: Language,
    /// Where in the chat it goes.
    pub(super) topic: Option<i64>,
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

impl Weighter<u32, Arc<Left>> for ByBytes {
    fn weight(&self, _: &u32, left: &Arc<Left>) -> u64 {
        ANSWER_BYTES + 3 * left.reply.text().as_str().len() as u64
    }
}

impl Retold {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(CACHE_RECEIPTS, CACHE_ANSWERS_BYTES, ByBytes))
    }

    /// The answer that left for this very delivery before, where it would be put into the same words now and its key, which was
    /// committed, is no older than `cutoff`.
    pub(super) fn get(
        &self,
        update_id: u32,
        scope: &Scope,
        circumstances: &Circumstances,
        cutoff: DateTime<Utc>,
    ) -> Option<Reply> {
        let left = self.0.get(&update_id)?;
        let holds =
            left.scope_hash == scope.hash() && left.at >= cutoff && left.circumstances == *circumstances;
        holds.then(|| left.reply.clone())
    }

    /// Keeps what left for the repeat of a settled `receipt`. How long ago something happened is told of what was skipped,
    /// and changes by the minute: such an answer is not kept.
    pub(super) fn keep(
        &self,
        update_id: u32,
        receipt: &Receipt,
        circumstances: Circumstances,
        reply: &Reply,
    ) {
        if receipt.outcome.skipped().is_empty() {
            let scope_hash = receipt.scope_hash.clone();
            let left = Left { scope_hash, at: receipt.at, circumstances, reply: reply.clone() };
            self.0.insert(update_id, Arc::new(left));
        }
    }
}
