//! Keeps the cards a projection: whatever shows less than its item's present version is brought to what the item is now,
//! the newest change first. However often an item changed meanwhile, one edit tells it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::lanes::{Lanes, WANTED};
use super::pace::Pace;
use super::{Courier, Delivered, backoff};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::ledger::cards::{Behind, Brought};
use crate::limits::{CARD_TRIES_MAX, OUTBOX_EVERY, SEND_DEADLINE};
use crate::points::Points;

/// Brings cards up to date.
pub struct Cards<C> {
    /// The books.
    pub ledger: Ledger,
    /// The one source of time.
    pub clock: Clock,
    /// Who carries.
    pub courier: Arc<C>,
    /// What was spent of the limits.
    pub pace: Arc<Pace>,
    /// Where tests make it fail.
    pub points: Points,
}

impl<C> Clone for Cards<C> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            clock: self.clock.clone(),
            courier: self.courier.clone(),
            pace: self.pace.clone(),
            points: self.points.clone(),
        }
    }
}

impl<C: Courier> Cards<C> {
    /// Works while the lease is held (`Some(epoch)`), until `stop` turns true. What is not brought up to date by then stays
    /// due.
    pub async fn run(self, mut lease: watch::Receiver<Option<i64>>, mut stop: watch::Receiver<bool>) {
        let mut lanes = Lanes::default();
        while !*stop.borrow() {
            let epoch = *lease.borrow_and_update();
            let pause = match epoch {
                Some(epoch) => self.start_due(epoch, &mut lanes).await,
                None => OUTBOX_EVERY,
            };
            tokio::select! {
                () = lanes.ended() => {}
                () = self.ledger.cards_changed() => {}
                () = sleep(pause) => {}
                changed = lease.changed() => if changed.is_err() { break },
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
        lanes.rest().await;
    }

    async fn start_due(&self, epoch: i64, lanes: &mut Lanes) -> Duration {
        let now = self.clock.now();
        let behind = match self.ledger.cards_behind(now, epoch, WANTED).await {
            Ok(behind) => behind,
            Err(error) => {
                tracing::warn!(%error, "the cards could not be read");
                return OUTBOX_EVERY;
            }
        };
        let mut pause = OUTBOX_EVERY;
        for message in behind {
            let chat = message.place.chat;
            if lanes.is_full() {
                break;
            }
            if lanes.is_busy(chat) {
                continue;
            }
            if let Err(wait) = self.pace.spend(chat, now) {
                pause = pause.min(wait);
                continue;
            }
            lanes.start(chat, self.clone().bring(message, epoch));
        }
        pause
    }

    async fn bring(self, message: Behind, epoch: i64) {
        if self.points.reach("cards.bringing").await.is_err() {
            return;
        }
        let brought = AssertUnwindSafe(self.outcome(&message)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(chat = message.place.chat, "bringing a card up to date panicked");
            Brought::Later(backoff::later(self.clock.now(), message.attempts))
        });
        if self.points.reach("cards.brought").await.is_err() {
            return;
        }
        // Not noted, it stays due: it is brought up to date once more.
        if let Err(error) = self.ledger.card_brought(message.place, brought, epoch).await {
            tracing::warn!(%error, "what a card shows could not be noted");
        }
    }

    async fn outcome(&self, message: &Behind) -> Brought {
        let later = |why: &str| {
            if message.attempts >= CARD_TRIES_MAX {
                tracing::warn!(chat = message.place.chat, why, "a card is forgotten; a press brings it back");
                return Brought::Gone;
            }
            tracing::warn!(chat = message.place.chat, why, "a card could not be brought up to date yet");
            Brought::Later(backoff::later(self.clock.now(), message.attempts))
        };
        match timeout(SEND_DEADLINE, self.courier.bring(message)).await {
            Err(_) => later("no answer in time"),
            Ok(Delivered::Later(why)) => later(&why),
            Ok(Delivered::Taken(Some(shown))) => Brought::UpToDate(shown),
            Ok(Delivered::Wait(wait)) => Brought::Blocked(self.clock.now() + wait),
            // Messages do not move along with their group.
            Ok(Delivered::Taken(None) | Delivered::Moved { .. }) => Brought::Gone,
            Ok(Delivered::Gone { why, .. }) => {
                tracing::info!(chat = message.place.chat, why, "a card is no more");
                Brought::Gone
            }
        }
    }
}
