//! What the door keeps in mind between updates, within bounds: none of it decides about an item, and a restart may
//! forget it all.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;

use crate::limits::STRANGER_LINE_EVERY_S;

/// Strangers, edits and failing updates that are kept in mind at most, each.
const KEPT: usize = 4096;

pub(super) struct Memory {
    strangers: Cache<i64, DateTime<Utc>>,
    edits: Cache<(i64, i64), ()>,
    failures: Cache<u32, u8>,
    asked: Mutex<Asked>,
}

/// Which numbers of updates that may have held an operation were asked about.
#[derive(Default)]
struct Asked {
    /// The highest; 0 where none was.
    highest: u32,
    /// A bit for each of those below it, the lowest bit for the next lower number.
    below: u128,
}

impl Asked {
    /// Whether it was not asked about before, as far as is known; from now on it was. What came before the first may have been
    /// asked about before a start.
    fn first_time(&mut self, update_id: u32) -> bool {
        if update_id > self.highest {
            let steps = update_id - self.highest;
            let is_first = self.highest == 0;
            self.below = self.below.checked_shl(steps).unwrap_or_default();
            self.below |= 1_u128.checked_shl(steps - 1).unwrap_or_default();
            self.highest = update_id;
            if is_first {
                self.below = u128::MAX;
            }
            return !is_first;
        }
        let Some(bit) = (self.highest - update_id).checked_sub(1).and_then(|place| 1_u128.checked_shl(place))
        else {
            return false;
        };
        let first_time = self.below & bit == 0;
        self.below |= bit;
        first_time
    }
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            strangers: Cache::new(KEPT),
            edits: Cache::new(KEPT),
            failures: Cache::new(KEPT),
            asked: Mutex::default(),
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

    /// Whether this update most likely comes for the first time; from now on it came. Telegram counts upwards: a number is new
    /// that is higher than all that were asked about, or at most 128 lower and was not asked about. The first after a start may
    /// well be a repeat of what the end came between.
    pub(super) fn first_time(&self, update_id: u32) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).first_time(update_id)
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

    fn first_times<const N: usize>(update_ids: [u32; N]) -> [bool; N] {
        let memory = Memory::new();
        update_ids.map(|update_id| memory.first_time(update_id))
    }

    #[test]
    fn what_comes_first_after_a_start_may_be_a_repeat() {
        assert_eq!(first_times([7, 8, 8, 6, 9]), [false, true, false, false, true]);
        assert_eq!(first_times([0, 0, 1, 2]), [false, false, false, true]);
    }

    #[test]
    fn what_comes_a_little_late_is_new_once() {
        assert_eq!(first_times([10, 13, 11, 11, 12, 13, 12]), [false, true, true, false, true, false, false]);
        assert_eq!(first_times([1000, 1128, 1000, 1001]), [false, true, false, true]);
        assert_eq!(first_times([1000, 1129, 1001, 1001, 1000]), [false, true, true, false, false]);
        assert_eq!(first_times([1, u32::MAX, u32::MAX - 1, 2]), [false, true, true, false]);
    }
}
