//! The worker of one instance: exchanges what became of its last tries for the next ones, as far as each receiver has room.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::sleep;

use super::carrier::{Carried, Carrier};
use super::lanes::Lanes;
use crate::clock::Clock;
use crate::ledger::deliveries::{Ended, How, Parcel};
use crate::ledger::{Ledger, LedgerError};
use crate::limits::DELIVERIES_EVERY;
use crate::outbox::backoff;
use crate::points::Points;

/// How long to wait before something is noted again that the database did not take.
const NOTE_PAUSE: Duration = Duration::from_millis(500);

/// Tells receivers of decisions; cheap to clone.
#[derive(Clone)]
pub struct Worker {
    /// The books.
    pub ledger: Ledger,
    /// The one source of time.
    pub clock: Clock,
    /// Who carries.
    pub carrier: Arc<Carrier>,
    /// Where tests make it fail.
    pub points: Points,
}

impl Worker {
    /// Works until `stop` turns true; what is on its way then is given a little time to arrive.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let (mut lanes, mut ended) = (Lanes::default(), Vec::new());
        let now = || self.clock.now();
        while !*stop.borrow() {
            let pause = self.turn(&mut lanes, &mut ended).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "receivers could not be told of decisions; trying again");
                NOTE_PAUSE
            });
            tokio::select! {
                one = lanes.ended(now) => ended.push(one),
                () = self.ledger.released() => {}
                () = sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
            while let Some(one) = lanes.ended_already(now()) {
                ended.push(one);
            }
        }
        ended.extend(lanes.rest(now).await);
        if let Err(error) = self.ledger.exchange(ended, Vec::new()).await {
            tracing::warn!(%error, "what receivers were told could not be noted; they may be told once more");
        }
    }

    /// Notes what has ended and starts what may; gives how long to wait before the next look.
    async fn turn(&self, lanes: &mut Lanes, ended: &mut Vec<Ended>) -> Result<Duration, LedgerError> {
        let (due, over) = self.ledger.deliveries_due().await?;
        if over {
            let given_up = self.ledger.give_up_deliveries().await?;
            tracing::error!(given_up, "deliveries were given up; see countersign webhooks list");
        }
        let now = self.clock.now();
        let wanted = lanes.wanted(due.into_iter().filter(|name| self.carrier.knows(name)), now);
        if !ended.is_empty() || !wanted.is_empty() {
            let parcels = self.ledger.exchange(ended.clone(), wanted).await?;
            ended.clear();
            for parcel in parcels {
                let (id, receiver) = (parcel.id, parcel.receiver.clone());
                lanes.start(id, receiver, self.clone().tell(parcel));
            }
        }
        let longest = TimeDelta::from_std(DELIVERIES_EVERY).unwrap_or(TimeDelta::seconds(1));
        Ok(lanes.next_pause(now, longest).to_std().unwrap_or(DELIVERIES_EVERY))
    }

    async fn tell(self, parcel: Parcel) -> How {
        let failed = |why: String| Carried::Later { why, wait: None };
        let carried = match self.points.reach("webhook.sending").await {
            Ok(()) => AssertUnwindSafe(self.carrier.carry(&parcel, self.clock.now()))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| failed("telling it panicked".to_owned())),
            Err(error) => failed(error.to_string()),
        };
        if let Err(error) = self.points.reach("webhook.sent").await {
            return self.how(&parcel, failed(error.to_string()));
        }
        self.how(&parcel, carried)
    }

    fn how(&self, parcel: &Parcel, carried: Carried) -> How {
        let (decision, receiver) = (parcel.number, parcel.receiver.as_str());
        let now = self.clock.now();
        match carried {
            Carried::Taken => How::Delivered,
            Carried::Gone => {
                tracing::error!(decision, receiver, "a receiver says that it is gone (410)");
                How::Failed { why: "answered 410: it is gone".to_owned(), gone: true }
            }
            Carried::Later { why, wait } => {
                let wait = wait.and_then(|wait| TimeDelta::from_std(wait).ok());
                let blocked = wait.map(|wait| now + wait);
                let at = backoff::later(now, parcel.attempts).max(blocked.unwrap_or(now));
                if at >= parcel.expires_at {
                    tracing::error!(
                        decision,
                        receiver,
                        why,
                        "a receiver could not be told, and is not tried again"
                    );
                    return How::Failed { why, gone: false };
                }
                tracing::warn!(decision, receiver, why, "a receiver could not be told yet");
                How::Later { at, why, blocked }
            }
        }
    }
}
