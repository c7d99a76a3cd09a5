//! The one sender: takes of each chat the oldest row that is due, has it carried, and notes what became of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::lanes::{Lanes, WANTED};
use super::pace::Pace;
use super::tally::Tally;
use super::{Courier, Delivered, backoff};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::ledger::outbox::{Due, Settled};
use crate::limits::{OUTBOX_EVERY, SEND_DEADLINE};
use crate::points::Points;

/// How long to wait before something is noted again that the database did not take.
const NOTE_PAUSE: Duration = Duration::from_millis(500);

/// The sender of one process; cheap to clone.
pub struct Worker<C> {
    /// The books.
    pub ledger: Ledger,
    /// The one source of time.
    pub clock: Clock,
    /// Who carries.
    pub courier: Arc<C>,
    /// What was spent of the limits.
    pub pace: Arc<Pace>,
    /// What is counted.
    pub tally: Arc<Tally>,
    /// Where tests make it fail.
    pub points: Points,
}

impl<C> Clone for Worker<C> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            clock: self.clock.clone(),
            courier: self.courier.clone(),
            pace: self.pace.clone(),
            tally: self.tally.clone(),
            points: self.points.clone(),
        }
    }
}

impl<C: Courier> Worker<C> {
    /// Sends while the lease is held (`Some(epoch)`), until `stop` turns true; what is on its way then is given a
    /// little time to arrive.
    pub async fn run(self, mut lease: watch::Receiver<Option<i64>>, mut stop: watch::Receiver<bool>) {
        let mut lanes = Lanes::default();
        while !*stop.borrow() {
            let epoch = *lease.borrow_and_update();
            let pause = match epoch {
                Some(epoch) => self.start_due(epoch, &lease, &mut lanes).await,
                None => OUTBOX_EVERY,
            };
            tokio::select! {
                () = lanes.ended() => {}
                () = self.ledger.posted() => {}
                () = sleep(pause) => {}
                changed = lease.changed() => if changed.is_err() { break },
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
        if !lanes.rest().await {
            tracing::warn!("some messages were still on their way; they are sent again, perhaps twice");
        }
    }

    /// Starts what is due; gives how long to wait before the next look.
    async fn start_due(
        &self,
        epoch: i64,
        lease: &watch::Receiver<Option<i64>>,
        lanes: &mut Lanes,
    ) -> Duration {
        let now = self.clock.now();
        let due = match self.ledger.due(now, epoch, WANTED).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                return OUTBOX_EVERY;
            }
        };
        let mut pause = OUTBOX_EVERY;
        for row in due {
            let chat = row.place.chat;
            if lanes.is_full() {
                break;
            }
            if lanes.is_busy(chat) {
                continue;
            }
            if !row.expired
                && let Err(wait) = self.pace.spend(chat, now)
            {
                pause = pause.min(wait);
                continue;
            }
            lanes.start(chat, self.clone().carry(row, epoch, lease.clone()));
        }
        pause
    }

    /// Carries one row and notes what became of it.
    async fn carry(self, row: Due, epoch: i64, lease: watch::Receiver<Option<i64>>) {
        let row = match self.ledger.gather_cards(row, epoch).await {
            Ok(row) => row,
            Err(error) => return tracing::warn!(%error, "cards could not be gathered; they are sent later"),
        };
        let settled = AssertUnwindSafe(self.outcome(&row)).catch_unwind().await;
        let settled = settled.unwrap_or_else(|_| self.later(&row, "sending it panicked".to_owned()));
        if self.points.reach("outbox.sent").await.is_err() {
            return;
        }
        match &settled {
            Settled::Sent(_) => self.tally.sent(),
            Settled::Failed { why, .. } => {
                tracing::error!(row = row.id, chat = row.place.chat, why, "a message was given up");
                self.tally.failed();
            }
            Settled::Later { .. } | Settled::Blocked { .. } | Settled::Moved { .. } => self.tally.retried(),
        }
        // Not noted, it would be sent again: it is tried until it is, or the lease is another's.
        while *lease.borrow() == Some(epoch) {
            match self.ledger.settle(&row, settled.clone(), epoch).await {
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(row = row.id, %error, "what became of a message could not be noted yet");
                    sleep(NOTE_PAUSE).await;
                }
            }
        }
    }

    async fn outcome(&self, row: &Due) -> Settled {
        if row.expired {
            let why = "its time was over before it could be sent".to_owned();
            return Settled::Failed { why, chat: None, tell: Vec::new() };
        }
        if let Err(failed) = self.points.reach("outbox.sending").await {
            return self.later(row, failed.to_string());
        }
        match timeout(SEND_DEADLINE, self.courier.deliver(row)).await {
            Err(_) => self.later(row, format!("no answer within {} s", SEND_DEADLINE.as_secs())),
            Ok(Delivered::Later(why)) => self.later(row, why),
            Ok(Delivered::Taken(shown)) => Settled::Sent(shown),
            Ok(Delivered::Wait(wait)) => Settled::Blocked { until: self.clock.now() + wait },
            Ok(Delivered::Gone { why, chat, tell }) => Settled::Failed { why, chat, tell },
            Ok(Delivered::Moved { to, tell }) => Settled::Moved { to, tell },
        }
    }

    fn later(&self, row: &Due, why: String) -> Settled {
        tracing::warn!(row = row.id, chat = row.place.chat, why, "a message could not be sent yet");
        Settled::Later { at: backoff::later(self.clock.now(), row.attempts), why }
    }
}
