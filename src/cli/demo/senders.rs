//! What sends the bot's messages and the changes of its cards, as under `serve`: to the visitor's phone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::phone::Phone;
use crate::app::App;
use crate::cli::{Failure, crew};
use crate::clock::Clock;
use crate::jobs;
use crate::ledger::{self, Ledger, LedgerError, lease};
use crate::outbox::{Limits, Pace, Tally};
use crate::telegram::TelegramCourier;
use crate::telegram::call::Caller;

/// How long what one line set off may take to arrive.
const REST: Duration = Duration::from_secs(5);
/// How often it is looked at whether all has arrived.
const LOOK: Duration = Duration::from_millis(3);
/// Rows of the outbox that one line may bring, at most.
const ROWS: u64 = 50;

/// What sends the bot's messages to the phone.
pub(super) struct Senders {
    ledger: Ledger,
    clock: Clock,
    holder: String,
    lease: watch::Receiver<Option<i64>>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Senders {
    pub(super) fn start(app: &App, phone: &Phone) -> Result<Self, Failure> {
        let (stop, stopped) = watch::channel(false);
        let (held, lease) = watch::channel(None);
        let holder = ledger::random_name()?;
        let courier = Arc::new(TelegramCourier::new(app.clone(), Caller::within(Arc::new(phone.clone()))));
        let pace = Arc::new(Pace::new(Limits::none()));
        let worker = crew::worker(app, courier.clone(), pace.clone(), Arc::new(Tally::default()));
        let cards = crew::cards(app, courier, pace);
        let keep =
            jobs::lease::keep(app.ledger.clone(), lease::TELEGRAM, holder.clone(), held, stopped.clone());
        let tasks = vec![
            tokio::spawn(keep),
            tokio::spawn(worker.run(lease.clone(), stopped.clone())),
            tokio::spawn(cards.run(lease.clone(), stopped)),
        ];
        Ok(Self { ledger: app.ledger.clone(), clock: app.clock.clone(), holder, lease, stop, tasks })
    }

    /// Sends new items at once: nobody watches a demo to see them gathered.
    pub(super) async fn hurry(&self) -> Result<(), Failure> {
        for row in self.ledger.outbox(ROWS).await? {
            self.ledger.outbox_retry(row.id).await?;
        }
        self.rest().await
    }

    /// Waits until all that waits has arrived on the phone.
    pub(super) async fn rest(&self) -> Result<(), Failure> {
        let arrive = async {
            while !self.is_at_rest().await? {
                sleep(LOOK).await;
            }
            Ok::<(), LedgerError>(())
        };
        // What does not arrive in time comes with the next line.
        timeout(REST, arrive).await.unwrap_or(Ok(()))?;
        Ok(())
    }

    async fn is_at_rest(&self) -> Result<bool, LedgerError> {
        let Some(epoch) = *self.lease.borrow() else { return Ok(false) };
        let sent = self.ledger.outbox_depth().await?.waiting == 0;
        Ok(sent && self.ledger.cards_behind(self.clock.now(), epoch, 1).await?.is_empty())
    }

    /// Ends them, so that the books can be closed.
    pub(super) async fn stop(&mut self) {
        // Whoever does not listen any more has ended already.
        let _ = self.stop.send(true);
        for task in self.tasks.drain(..) {
            drop(task.await);
        }
        jobs::lease::give_back(&self.ledger, lease::TELEGRAM, &self.holder).await;
    }
}
