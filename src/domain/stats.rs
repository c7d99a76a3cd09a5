//! Figures about the queue: what the books counted, put together. A decision is an item that somebody approved or
//! rejected and nobody took back; what expired or was withdrawn is none.

use chrono::{DateTime, TimeDelta, Utc};

use super::operation::Decision;
use crate::limits::STATS_DECISIONS_MAX;

/// What is open is counted by how long it has waited: less than each of these, or longer than all.
pub const AGES: [TimeDelta; 3] = [TimeDelta::hours(1), TimeDelta::days(1), TimeDelta::days(7)];

/// How high the highest bar is; a day without decisions has none.
pub const HEIGHT_MAX: u64 = 7;

/// What is open of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenKind {
    /// The kind.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// When the oldest of them was submitted.
    pub oldest: DateTime<Utc>,
}

/// Whose votes stand on what was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Whose: `tg:<id>` or `api:<client>`.
    pub actor: String,
    /// What that actor is called, where a name is on record.
    pub name: Option<String>,
    /// On how many items.
    pub count: u64,
    /// On how many of those that were decided today.
    pub today: u64,
}

/// What was decided so on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Which of the days, from 0.
    pub day: usize,
    /// How.
    pub decision: Decision,
    /// How many items.
    pub count: u64,
}

/// What the books counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Open items by [`AGES`].
    pub open: [u64; AGES.len() + 1],
    /// Open items by kind, the most first; not all kinds where they are many.
    pub kinds: Vec<OpenKind>,
    /// What was decided, by day and decision.
    pub decided: Vec<Decided>,
    /// Whose votes those were, the most first; one more than are told where there are more.
    pub deciders: Vec<Decider>,
    /// How many seconds the decisions took that stand in the middle, if all are sorted by it: one, or two.
    pub middle_s: Vec<i64>,
}

impl Counted {
    /// How many items were decided in all.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.decided.iter().map(|decided| decided.count).sum()
    }
}

/// A day and what was decided on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// When it began.
    pub begins: DateTime<Utc>,
    /// How many items were decided.
    pub count: u64,
}

/// Figures about the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Open items by [`AGES`].
    pub open: [u64; AGES.len() + 1],
    /// Open items by kind, the most first.
    pub kinds: Vec<OpenKind>,
    /// The days that are counted, today last.
    pub days: Vec<Day>,
    /// How many items were approved on these days, and how many rejected.
    pub outcomes: (u64, u64),
    /// Whose votes those were, the most first; one more than are told where there are more.
    pub deciders: Vec<Decider>,
    /// The median time from submission to decision.
    pub median: Option<TimeDelta>,
    /// Whether there were so many decisions that people and time are those of the last ones alone.
    pub is_cut: bool,
}

impl Stats {
    /// Puts together what was counted on the days that began then.
    #[must_use]
    pub fn of(begins: &[DateTime<Utc>], counted: Counted) -> Self {
        let sum = |wanted: &dyn Fn(&Decided) -> bool| {
            counted.decided.iter().filter(|decided| wanted(decided)).map(|decided| decided.count).sum()
        };
        let day = |(place, begins): (usize, &DateTime<Utc>)| Day {
            begins: *begins,
            count: sum(&|decided| decided.day == place),
        };
        let days = begins.iter().enumerate().map(day).collect();
        let approved = sum(&|decided| decided.decision == Decision::Approve);
        let rejected = sum(&|decided| decided.decision == Decision::Reject);
        let is_cut = counted.decisions() > STATS_DECISIONS_MAX;
        let Counted { open, kinds, deciders, middle_s, .. } = counted;
        Self { open, kinds, days, outcomes: (approved, rejected), deciders, median: mean(&middle_s), is_cut }
    }

    /// How many items are open.
    #[must_use]
    pub fn all_open(&self) -> u64 {
        self.open.iter().sum()
    }

    /// How many of them are of a kind that is not told.
    #[must_use]
    pub fn of_other_kinds(&self) -> u64 {
        self.all_open().saturating_sub(self.kinds.iter().map(|kind| kind.count).sum())
    }

    /// How many items were decided on the busiest day.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.days.iter().map(|day| day.count).max().unwrap_or_default()
    }

    /// How high the bar of each day is: 0 without a decision, [`HEIGHT_MAX`] on the busiest day.
    #[must_use]
    pub fn heights(&self) -> Vec<u64> {
        let most = self.most().max(1);
        self.days.iter().map(|day| (day.count * HEIGHT_MAX).div_ceil(most)).collect()
    }
}

fn mean(middle_s: &[i64]) -> Option<TimeDelta> {
    let count = i64::try_from(middle_s.len()).ok().filter(|count| *count > 0)?;
    TimeDelta::try_seconds(middle_s.iter().sum::<i64>() / count)
}
