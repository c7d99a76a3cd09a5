//! When what waits is brought up again: first after its kind's `remind_after`, then after twice as long each time, five times
//! at most. Times are rounded up a little, so that what came together is brought up together.

use chrono::{DateTime, TimeDelta, Utc};

use super::item::{Item, ItemState};
use super::rules::Rules;
use crate::limits::{REMIND_SLOTS, REMINDERS_MAX};

/// What becomes of an item whose time to be brought up has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It waits: it is brought up now, and again then.
    Now(Option<DateTime<Utc>>),
    /// It is decided, and might be undone until then.
    Look(DateTime<Utc>),
    /// It is not brought up any more.
    Never,
}

/// When an item that was brought up so often is brought up next.
#[must_use]
pub fn next(rules: &Rules, reminded: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let after_s = i64::from(rules.remind_after_s?);
    let wait_s = after_s.checked_shl(reminded).filter(|_| reminded < REMINDERS_MAX)?;
    let (slot_s, at) = ((after_s / REMIND_SLOTS).max(1), now + TimeDelta::try_seconds(wait_s)?);
    let over = at.timestamp().rem_euclid(slot_s);
    let late = over > 0 || at.timestamp_subsec_nanos() > 0;
    let begin = DateTime::from_timestamp(at.timestamp() - over, 0)?;
    Some(if late { begin + TimeDelta::seconds(slot_s) } else { begin })
}

/// What becomes of this item now.
#[must_use]
pub fn turn(item: &Item, reminded: u32, now: DateTime<Utc>) -> Turn {
    if waits(item, now) {
        return Turn::Now(next(&item.rules, reminded + 1, now));
    }
    match item.final_at() {
        Some(at) if at > now && item.state != ItemState::Pending => Turn::Look(at),
        _ => Turn::Never,
    }
}

/// Whether somebody should still decide about it.
#[must_use]
pub fn waits(item: &Item, now: DateTime<Utc>) -> bool {
    item.state == ItemState::Pending && item.expires_at.is_none_or(|at| at > now)
}
