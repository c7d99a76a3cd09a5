//! Everything that runs beside the doors: the leases, the sender, polling, the house's keeping, and the set-up with
//! Telegram. It ends in order: first nothing new is taken, then what is on its way arrives, then the leases go back.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::Failure;
use crate::app::App;
use crate::jobs::{self, expire, prune, release, remind};
use crate::ledger::{self, lease};
use crate::limits::ASIDES_AT_ONCE;
use crate::outbox::{Cards, Limits, Pace, Tally, Worker};
use crate::settings::{BotToken, Settings};
use crate::telegram::call::Caller;
use crate::telegram::menus::Menus;
use crate::telegram::polling::{Polling, PollingError};
use crate::telegram::startup::{self, Setup};
use crate::telegram::{Door, Reply, State, TelegramCourier};
use crate::webhooks;

/// Answers that need not arrive, waiting to be sent at most.
pub(super) const ASIDES_MAX: usize = 256;

/// How updates come in.
pub(super) enum Intake {
    /// Telegram posts them.
    Webhook,
    /// They are fetched; a webhook that is set is deleted or refused, and lines that need not arrive come by here.
    Polling { take_over: bool, asides: (mpsc::Sender<Reply>, mpsc::Receiver<Reply>) },
}

/// What the crew works with, and whoever watches it looks at.
#[derive(Clone)]
pub(super) struct Hands {
    /// What Telegram takes per chat and overall.
    pub(super) pace: Arc<Pace>,
    /// What the sender counts.
    pub(super) tally: Arc<Tally>,
    /// The name under which this instance holds its leases.
    pub(super) holder: String,
}

impl Hands {
    pub(super) fn new() -> Result<Self, Failure> {
        let pace = Arc::new(Pace::new(Limits::telegram()));
        Ok(Self { pace, tally: Arc::default(), holder: ledger::random_name()? })
    }
}

/// What runs beside the doors.
pub(super) struct Crew {
    ledger: ledger::Ledger,
    holder: String,
    tally: Arc<Tally>,
    helpers: Vec<JoinHandle<()>>,
    senders: [JoinHandle<()>; 3],
    polling: Option<JoinHandle<Result<(), PollingError>>>,
}

impl Crew {
    pub(super) fn start(
        settings: &Settings,
        token: &BotToken,
        door: &Door,
        Hands { pace, tally, holder }: Hands,
        intake: Intake,
        (state, stop): (State, watch::Receiver<bool>),
    ) -> Result<Self, Failure> {
        let app = door.app().clone();
        let ledger = app.ledger.clone();
        let caller = Caller::new(token.secret(), &settings.telegram.api_url).map_err(Failure::Told)?;
        let (sending, telegram) = watch::channel(None);
        let (keeping, house) = watch::channel(None);
        let courier = Arc::new(TelegramCourier::new(app.clone(), caller.clone()));
        let worker = worker(&app, courier.clone(), pace.clone(), tally.clone());
        let cards = cards(&app, courier.clone(), pace.clone());
        let menus = Menus::new(app.clone(), caller.clone(), token.bot_id());
        let keep = |name, held| {
            tokio::spawn(jobs::lease::keep(ledger.clone(), name, holder.clone(), held, stop.clone()))
        };
        let mut helpers = vec![
            keep(lease::TELEGRAM, sending),
            keep(lease::HOUSEKEEPING, keeping),
            tokio::spawn(prune::run(ledger.clone(), house.clone())),
            tokio::spawn(expire::run(ledger.clone())),
            tokio::spawn(remind::run(ledger.clone(), house)),
            tokio::spawn(release::run(ledger.clone(), app.clock.clone())),
            tokio::spawn(startup::run(setup(settings, token, door), state.clone(), stop.clone())),
            tokio::spawn(menus.run(telegram.clone())),
        ];
        let sender = tokio::spawn(worker.run(telegram.clone(), stop.clone()));
        let cards = tokio::spawn(cards.run(telegram.clone(), stop.clone()));
        let telling = tokio::spawn(telling(settings, &app)?.run(stop.clone()));
        let polling = match intake {
            Intake::Webhook => None,
            Intake::Polling { take_over, asides: (asides, waiting) } => {
                helpers.push(tokio::spawn(say_asides(app, courier, pace, waiting)));
                let polling = Polling { door: door.clone(), caller, take_over, asides };
                Some(tokio::spawn(polling.run(state, telegram, stop)))
            }
        };
        Ok(Self { ledger, holder, tally, helpers, senders: [sender, cards, telling], polling })
    }

    /// Waits until polling cannot go on; for ever where nothing is polled.
    pub(super) async fn trouble(&mut self) -> PollingError {
        if let Some(polling) = &mut self.polling
            && let Ok(Err(error)) = polling.await
        {
            self.polling = None;
            return error;
        }
        self.polling = None;
        std::future::pending().await
    }

    /// Ends everything, once the stop signal was given and the doors are closed.
    pub(super) async fn end(self) {
        if let Some(polling) = self.polling {
            // A task that panicked has nothing left to finish.
            drop(polling.await);
        }
        for sender in self.senders {
            drop(sender.await);
        }
        for helper in self.helpers {
            helper.abort();
            drop(helper.await);
        }
        jobs::lease::give_back(&self.ledger, lease::TELEGRAM, &self.holder).await;
        jobs::lease::give_back(&self.ledger, lease::HOUSEKEEPING, &self.holder).await;
        let (sent, retried, failed) = self.tally.read();
        tracing::info!(sent, retried, failed, "the outbox is at rest");
    }
}

/// The sender of rows.
pub(super) fn worker(
    app: &App,
    courier: Arc<TelegramCourier>,
    pace: Arc<Pace>,
    tally: Arc<Tally>,
) -> Worker<TelegramCourier> {
    let App { ledger, clock, points, .. } = app.clone();
    Worker { ledger, clock, courier, pace, tally, points }
}

fn telling(settings: &Settings, app: &App) -> Result<webhooks::Worker, Failure> {
    let App { ledger, clock, points, .. } = app.clone();
    let carrier = webhooks::Carrier::new(&settings.webhooks).map_err(Failure::Told)?;
    Ok(webhooks::Worker { ledger, clock, carrier: Arc::new(carrier), points })
}

/// The sender of what cards have become.
pub(super) fn cards(app: &App, courier: Arc<TelegramCourier>, pace: Arc<Pace>) -> Cards<TelegramCourier> {
    let App { ledger, clock, points, .. } = app.clone();
    Cards { ledger, clock, courier, pace, points }
}

fn setup(settings: &Settings, token: &BotToken, door: &Door) -> Setup {
    let telegram = &settings.telegram;
    Setup {
        door: door.clone(),
        token: token.secret().clone(),
        api_url: telegram.api_url.clone(),
        webhook: telegram.webhook_url.clone().zip(telegram.webhook_secret.clone()),
    }
}

/// Each goes its own way: a stranger whose line hangs holds up nobody, and no line holds up the answer to a press.
async fn say_asides(
    app: App,
    courier: Arc<TelegramCourier>,
    pace: Arc<Pace>,
    mut waiting: mpsc::Receiver<Reply>,
) {
    let (lines, presses) = ASIDES_AT_ONCE;
    let (lines, presses) = (Arc::new(Semaphore::new(lines)), Arc::new(Semaphore::new(presses)));
    let mut on_their_way = JoinSet::new();
    while let Some(reply) = waiting.recv().await {
        while on_their_way.try_join_next().is_some() {}
        let room = if reply.chat().is_some() { &lines } else { &presses };
        // Beyond the limits it is not said at all: what must arrive comes by the outbox.
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let now = app.clock.now();
        let may = |chat| app.ledger.may_ride(chat) && pace.spend_on_stranger(chat, now).is_ok();
        if reply.chat().is_none_or(may) {
            let courier = courier.clone();
            on_their_way.spawn(async move {
                let _place = place;
                courier.aside(&reply).await;
            });
        }
    }
}
