//! What the door keeps in mind between updates, within bounds: none of it decides about an item, and a restart may
//! forget it all.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;

use crate::limits::STRANGER_LINE_EVERY_S;

/// Strangers, edits and failing updates that are kept in mind at most, each.
const KEPT: usize = 4096;

pub(super) struct Memory {
    strangers: Cache<i64, DateTime<Utc>>,
    edits: Cache<(i64, i64), ()>,
    failures: Cache<u32, u8>,
    /// The highest number of an update that may have held an operation; 0 where none did.
    highest: AtomicU32,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            strangers: Cache::new(KEPT),
            edits: Cache::new(KEPT),
            failures: Cache::new(KEPT),
            highest: AtomicU32::new(0),
        }
    }

    /// Whether this stranger heard nothing for an hour; from now on it did.
    pub(super) fn stranger_may_hear(&self, id: i64, now: DateTime<Utc>) -> bool {
        let pause = TimeDelta::seconds(STRANGER_LINE_EVERY_S);
        let may = self.strangers.get(&id).is_none_or(|heard_at| now - heard_at >= pause);
        if may {
            self.strangers.insert(id, now);
        }
        may
    }

    /// Whether this message's edits were not answered before; from now on they were.
    pub(super) fn first_edit(&self, chat: i64, message_id: i64) -> bool {
        let first = self.edits.get(&(chat, message_id)).is_none();
        if first {
            self.edits.insert((chat, message_id), ());
        }
        first
    }

    /// Whether this update's number is higher than all that were asked about before; Telegram counts upwards. The first after a
    /// start may well be a repeat of what the end came between.
    pub(super) fn is_next(&self, update_id: u32) -> bool {
        let highest = self.highest.fetch_max(update_id, Ordering::Relaxed);
        highest != 0 && highest < update_id
    }

    /// How often this update has failed by now, this time included.
    pub(super) fn failed_again(&self, update_id: u32) -> u8 {
        let times = self.failures.get(&update_id).unwrap_or(0).saturating_add(1);
        self.failures.insert(update_id, times);
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_after_a_start_may_be_a_repeat() {
        let memory = Memory::new();
        let next: Vec<bool> = [7, 8, 8, 6, 9].map(|update_id| memory.is_next(update_id)).to_vec();
        assert_eq!(next, [false, true, false, false, true]);
    }
}
