//! Tries on their way, few for each receiver: one that hangs holds no more places than its own, and one that fails is
//! tried by one message at a time, with growing pauses.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::{Id, JoinSet};
use tokio::time::timeout;

use crate::ledger::deliveries::{Ended, How, Wanted};
use crate::limits::{DELIVERING, SHUTDOWN_SENDING};
use crate::outbox::backoff;

/// Receivers that are remembered before those that rest are forgotten.
const REMEMBERED: usize = 1024;

/// How one receiver stands with this instance.
#[derive(Default)]
struct Lane {
    busy: u64,
    failures: u32,
    paused_until: Option<DateTime<Utc>>,
}

/// What is on its way.
#[derive(Default)]
pub(super) struct Lanes {
    tasks: JoinSet<How>,
    parcels: HashMap<Id, (i64, String)>,
    lanes: HashMap<String, Lane>,
}

/// The client whose items brought the address, where it is such a receiver.
fn client(receiver: &str) -> Option<&str> {
    receiver.split_once('@').map(|(client, _)| client)
}

impl Lanes {
    /// What more may be on its way to these receivers, those first that stand first.
    pub(super) fn wanted(&self, receivers: impl Iterator<Item = String>, now: DateTime<Utc>) -> Vec<Wanted> {
        let (in_all, each, by_client) = DELIVERING;
        let mut places = (in_all as u64).saturating_sub(self.tasks.len() as u64);
        let mut of_clients: HashMap<String, u64> = HashMap::new();
        for (receiver, lane) in &self.lanes {
            if let Some(client) = client(receiver) {
                *of_clients.entry(client.to_owned()).or_default() += lane.busy;
            }
        }
        let mut wanted = Vec::new();
        for receiver in receivers {
            let mut count = self.room(&receiver, each as u64, now).min(places);
            if let Some(client) = client(&receiver) {
                let taken = of_clients.entry(client.to_owned()).or_default();
                count = count.min((by_client as u64).saturating_sub(*taken));
                *taken += count;
            }
            if count > 0 {
                places -= count;
                wanted.push(Wanted { receiver, count });
            }
        }
        wanted
    }

    fn room(&self, receiver: &str, each: u64, now: DateTime<Utc>) -> u64 {
        let Some(lane) = self.lanes.get(receiver) else { return each };
        let places = if lane.failures > 0 { 1 } else { each };
        let paused = lane.paused_until.is_some_and(|until| until > now);
        if paused { 0 } else { places.saturating_sub(lane.busy) }
    }

    /// Starts a try.
    pub(super) fn start(
        &mut self,
        id: i64,
        receiver: String,
        work: impl Future<Output = How> + Send + 'static,
    ) {
        self.lanes.entry(receiver.clone()).or_default().busy += 1;
        self.parcels.insert(self.tasks.spawn(work).id(), (id, receiver));
    }

    /// Waits until a try has ended, well or by a panic; for ever where none is on its way.
    pub(super) async fn ended(&mut self, now: impl Fn() -> DateTime<Utc>) -> Ended {
        loop {
            let (task, how) = match self.tasks.join_next_with_id().await {
                Some(Ok((task, how))) => (task, Some(how)),
                Some(Err(error)) => (error.id(), None),
                None => std::future::pending().await,
            };
            if let Some(ended) = self.note(task, how, now()) {
                return ended;
            }
        }
    }

    /// A try that has ended already, if one has.
    pub(super) fn ended_already(&mut self, now: DateTime<Utc>) -> Option<Ended> {
        let (task, how) = match self.tasks.try_join_next_with_id()? {
            Ok((task, how)) => (task, Some(how)),
            Err(error) => (error.id(), None),
        };
        self.note(task, how, now)
    }

    fn note(&mut self, task: Id, how: Option<How>, now: DateTime<Utc>) -> Option<Ended> {
        let (id, receiver) = self.parcels.remove(&task)?;
        let panicked = || How::Later {
            at: backoff::later(now, 0),
            why: "telling it panicked".to_owned(),
            blocked: None,
        };
        let how = how.unwrap_or_else(panicked);
        if let Some(lane) = self.lanes.get_mut(&receiver) {
            lane.busy = lane.busy.saturating_sub(1);
            if how == How::Delivered {
                (lane.failures, lane.paused_until) = (0, None);
            } else {
                lane.failures = lane.failures.saturating_add(1);
                lane.paused_until = Some(backoff::later(now, lane.failures - 1));
            }
        }
        if self.lanes.len() > REMEMBERED {
            let rests = |lane: &Lane| lane.busy == 0 && lane.paused_until.is_none_or(|until| until <= now);
            self.lanes.retain(|_, lane| !rests(lane));
        }
        Some(Ended { id, receiver, how })
    }

    /// How long until a receiver that failed may be tried again, where that is sooner than `longest`.
    pub(super) fn next_pause(&self, now: DateTime<Utc>, longest: TimeDelta) -> TimeDelta {
        let left = self.lanes.values().filter_map(|lane| Some(lane.paused_until? - now));
        left.filter(|left| *left > TimeDelta::zero()).min().map_or(longest, |left| left.min(longest))
    }

    /// Gives what is on its way a little time to arrive; what has not by then is put back.
    pub(super) async fn rest(&mut self, now: impl Fn() -> DateTime<Utc>) -> Vec<Ended> {
        let mut all = Vec::new();
        let arrive = async {
            while !self.tasks.is_empty() {
                all.push(self.ended(&now).await);
            }
        };
        let in_time = timeout(SHUTDOWN_SENDING, arrive).await.is_ok();
        if !in_time {
            self.tasks.shutdown().await;
        }
        let back = self.parcels.drain().map(|(_, (id, receiver))| Ended { id, receiver, how: How::PutBack });
        all.extend(back);
        all
    }
}
