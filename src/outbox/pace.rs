//! Telegram's limits, as far as this process spends them: about one message a second in a chat, twenty a minute in a
//! group, thirty a second in all (Bot API, "My bot is hitting limits").

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Chats that are kept in mind before those that rest are forgotten.
const KEPT: usize = 4096;

/// How much may be sent: `burst` at once, then one every `every`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    every: TimeDelta,
    burst: i32,
}

/// How much may be sent where.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    private: Rate,
    group: Rate,
    overall: Rate,
    /// What strangers get of the whole: they take nothing from people we know.
    strangers: Rate,
}

impl Limits {
    /// Telegram's limits. Burst and rate together stay within them: 5 + 15 in a group's first minute, 8 + 16 and, for
    /// strangers, 2 + 4 in the first second of all.
    #[must_use]
    pub const fn telegram() -> Self {
        Self {
            private: Rate { every: TimeDelta::seconds(1), burst: 5 },
            group: Rate { every: TimeDelta::seconds(4), burst: 5 },
            overall: Rate { every: TimeDelta::milliseconds(60), burst: 8 },
            strangers: Rate { every: TimeDelta::milliseconds(250), burst: 2 },
        }
    }

    /// No limits, for a Bot API server that has none, as in tests.
    #[must_use]
    pub const fn none() -> Self {
        let free = Rate { every: TimeDelta::zero(), burst: 1 };
        Self { private: free, group: free, overall: free, strangers: free }
    }
}

/// What was spent. All doors and the sender of one process share it.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    /// When the last message would have gone, had each kept its distance.
    chats: HashMap<i64, DateTime<Utc>>,
    overall: Option<DateTime<Utc>>,
    strangers: Option<DateTime<Utc>>,
}

impl Pace {
    /// Nothing spent yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, spent: Mutex::default() }
    }

    /// Spends one message to `chat`.
    ///
    /// # Errors
    /// How long to wait where the limits do not allow it now; nothing is spent then.
    pub fn spend(&self, chat: i64, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let overall = self.limits.overall.next(spent.overall, now)?;
        self.in_chat(&mut spent, chat, now)?;
        spent.overall = Some(overall);
        Ok(())
    }

    /// Spends one message to a stranger.
    ///
    /// # Errors
    /// As [`spend`](Self::spend).
    pub fn spend_on_stranger(&self, chat: i64, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let strangers = self.limits.strangers.next(spent.strangers, now)?;
        self.in_chat(&mut spent, chat, now)?;
        spent.strangers = Some(strangers);
        Ok(())
    }

    fn in_chat(&self, spent: &mut Spent, chat: i64, now: DateTime<Utc>) -> Result<(), Duration> {
        let limit = if chat < 0 { self.limits.group } else { self.limits.private };
        let next = limit.next(spent.chats.get(&chat).copied(), now)?;
        if spent.chats.len() >= KEPT {
            spent.chats.retain(|_, last| *last > now);
        }
        spent.chats.insert(chat, next);
        Ok(())
    }
}

impl Rate {
    /// The mark after one more message, or how long to wait for it.
    fn next(self, mark: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Duration> {
        let allowance = self.every * self.burst;
        // A mark further ahead than any burst comes from before the clock was set back.
        let mark = mark.filter(|mark| *mark - now <= allowance).unwrap_or(now).max(now);
        let next = mark + self.every;
        match (next - now - allowance).to_std() {
            Ok(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_772_366_640_000 + ms).unwrap_or_default()
    }

    /// How many messages to `chat` are allowed from `from` to `to`, tried every 10 ms.
    fn allowed(pace: &Pace, chat: i64, from: i64, to: i64) -> usize {
        (from / 10..to / 10).filter(|step| pace.spend(chat, at(step * 10)).is_ok()).count()
    }

    #[test]
    fn a_group_gets_twenty_a_minute_and_a_person_one_a_second() {
        let pace = Pace::new(Limits::telegram());
        assert_eq!(allowed(&pace, -7, 0, 60_000), 19);
        assert_eq!(allowed(&pace, -7, 60_000, 120_000), 15);
        assert_eq!(allowed(&pace, 7, 0, 10), 1);
        assert_eq!(allowed(&pace, 8, 0, 10_000), 14, "five at once, then one a second");
    }

    #[test]
    fn thirty_a_second_in_all() {
        let pace = Pace::new(Limits::telegram());
        let strangers = (0..1000).filter(|ms| pace.spend_on_stranger(5000 + ms, at(*ms)).is_ok()).count();
        let known = (0..1000).filter(|ms| pace.spend(100 + ms, at(*ms)).is_ok()).count();
        assert!((5..=6).contains(&strangers) && (23..=24).contains(&known), "{strangers} and {known}");
    }

    #[test]
    fn the_wait_that_is_told_is_enough_and_a_clock_set_back_blocks_nobody() {
        let pace = Pace::new(Limits::telegram());
        assert_eq!(allowed(&pace, 7, 0, 10), 1);
        (0..4).for_each(|_| assert!(pace.spend(7, at(0)).is_ok()));
        let wait = pace.spend(7, at(0)).expect_err("spent");
        assert!(pace.spend(7, at(i64::try_from(wait.as_millis()).unwrap_or(0))).is_ok());
        assert!(pace.spend(7, at(-3_600_000)).is_ok());
    }
}
