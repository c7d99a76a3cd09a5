//! An item of the model, and the kinds there are.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::item::ItemState;
use countersign::domain::operation::Decision;

/// A kind of items: its name, quorum, undo window and time to expire, both in seconds.
pub type Kind = (&'static str, u32, u32, Option<u32>);
pub const KINDS: [Kind; 4] =
    [("bill", 1, 60, Some(600)), ("pair", 2, 60, Some(600)), ("swift", 1, 0, None), ("both", 2, 0, None)];

#[derive(Clone, Debug)]
pub struct Vote {
    pub key: String,
    pub decision: Decision,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub state: ItemState,
    pub round: i32,
    pub votes: BTreeMap<String, Vote>,
    pub is_logged: bool,
    pub quorum: u32,
    pub window: TimeDelta,
    pub expires_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub is_issued: bool,
}

impl Item {
    /// As it is submitted.
    pub fn new(kind: &str, now: DateTime<Utc>) -> Self {
        let (_, quorum, window, expires) = *KINDS.iter().find(|known| known.0 == kind).unwrap();
        Self {
            state: ItemState::Pending,
            round: 1,
            votes: BTreeMap::new(),
            is_logged: false,
            quorum,
            window: TimeDelta::seconds(window.into()),
            expires_at: expires.map(|after| now + TimeDelta::seconds(after.into())),
            decided_at: None,
            is_issued: false,
        }
    }

    pub fn waits(&self, now: DateTime<Utc>) -> bool {
        self.state == ItemState::Pending && self.expires_at.is_none_or(|at| at > now)
    }

    pub fn is_final(&self, now: DateTime<Utc>) -> bool {
        self.is_logged || self.decided_at.is_some_and(|at| at + self.window <= now)
    }

    pub const fn reopen(&mut self) {
        self.state = ItemState::Pending;
        self.round += 1;
        self.decided_at = None;
    }
}
