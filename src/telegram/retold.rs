//! Answers to repeats from memory as they left before. To put one into words costs more than all else that such a repeat
//! needs, and the words change with the day alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::claim::Claim;
use super::desk::Desk;
use super::render::Reply;
use super::said::Said;
use crate::domain::language::Language;
use crate::domain::receipt::Receipt;
use crate::limits::{CACHE_ANSWERS_BYTES, CACHE_RECEIPTS};

/// Midnight falls on one of these in every zone: a zone's offset is a multiple of a quarter of an hour.
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

/// What an answer's words go by, beside the receipt and the scope.
#[derive(PartialEq, Eq)]
struct Circumstances {
    language: Language,
    topic: Option<i64>,
    titles: bool,
    times: bool,
    quarter: i64,
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
    /// committed, is not expired.
    pub(super) fn get(&self, desk: &Desk, update_id: u32, claim: &Claim, said: &Said) -> Option<Reply> {
        let left = self.0.get(&update_id)?;
        let now = desk.app.clock.now();
        let holds = left.scope_hash == claim.scope.hash()
            && left.at >= now - desk.app.key_retention
            && left.circumstances == Circumstances::of(desk, said, now);
        holds.then(|| left.reply.clone())
    }

    /// Keeps what left for the repeat of a settled `receipt`. How long ago something happened is told of what was skipped,
    /// and changes by the minute: such an answer is not kept.
    pub(super) fn keep(&self, desk: &Desk, update_id: u32, said: &Said, receipt: &Receipt, reply: &Reply) {
        if receipt.outcome.skipped().is_empty() {
            let circumstances = Circumstances::of(desk, said, desk.app.clock.now());
            let scope_hash = receipt.scope_hash.clone();
            let left = Left { scope_hash, at: receipt.at, circumstances, reply: reply.clone() };
            self.0.insert(update_id, Arc::new(left));
        }
    }
}

impl Circumstances {
    fn of(desk: &Desk, said: &Said, now: DateTime<Utc>) -> Self {
        let words = desk.words_for(said);
        Self {
            language: words.language(),
            topic: said.topic,
            titles: desk.app.may_show_in(said.chat.id, said.chat.is_private),
            times: words.times().are_taken(),
            quarter: now.timestamp().div_euclid(QUARTER_S),
        }
    }
}
