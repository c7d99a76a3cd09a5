//! Answers that cannot ride: they stand in the outbox, and reach their chat in order, within its limits, once.

mod cards;
mod chats;
mod export;
mod languages;
mod lists;
mod order;
mod previews;
mod reasons;
mod reminders;
mod roles;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::event::{Event, Outgoing};
use countersign::domain::place::Place;
use countersign::ledger::lease;
use countersign::ledger::outbox::Depth;
use countersign::outbox::{Cards, Limits, Pace, Tally, Worker};
use countersign::telegram::TelegramCourier;
use countersign::telegram::call::Caller;
use countersign::text::Phrase;
use secrecy::SecretString;
use tokio::sync::watch;

use crate::support::bot::TestBot;
use crate::support::bot_api::BotApi;

/// A bot with its sender, which holds the lease.
pub struct World {
    pub bot: TestBot,
    pub api: BotApi,
    lease: watch::Sender<Option<i64>>,
    stop: watch::Sender<bool>,
    senders: [tokio::task::JoinHandle<()>; 2],
    tally: Arc<Tally>,
}

impl World {
    async fn new() -> Self {
        let world = Self::asleep(TestBot::new().await).await;
        world.wake().await;
        world
    }

    /// The sender does not have the lease yet.
    pub async fn asleep(bot: TestBot) -> Self {
        let api = BotApi::start().await;
        let caller = Caller::new(&SecretString::from("1234567:a-token"), &api.url).unwrap();
        let (lease, held) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let tally = Arc::new(Tally::default());
        let worker = Worker {
            ledger: bot.app.ledger.clone(),
            clock: bot.app.clock.clone(),
            courier: Arc::new(TelegramCourier::new(bot.app.clone(), caller)),
            pace: Arc::new(Pace::new(Limits::none())),
            tally: tally.clone(),
            points: bot.points.clone(),
        };
        let (ledger, clock, points) = (worker.ledger.clone(), worker.clock.clone(), worker.points.clone());
        let (courier, pace) = (worker.courier.clone(), worker.pace.clone());
        let cards = Cards { ledger, clock, courier, pace, points };
        let cards = tokio::spawn(cards.run(held.clone(), stopped.clone()));
        let sender = tokio::spawn(worker.run(held, stopped));
        Self { bot, api, lease, stop, senders: [sender, cards], tally }
    }

    /// The sender has the lease.
    pub async fn wake(&self) {
        let life = Duration::from_secs(3600);
        let epoch = self.bot.app.ledger.lease(lease::TELEGRAM, "the world", life).await.unwrap();
        self.lease.send(Some(epoch.expect("the lease is free"))).unwrap();
    }

    /// Under which the sender has the lease.
    pub fn epoch(&self) -> i64 {
        self.lease.borrow().unwrap_or_default()
    }

    /// Puts a line for `chat` into the outbox.
    async fn line(&self, chat: i64, purpose: &str) -> bool {
        self.post(Place { chat, topic: None, message: None }, purpose).await
    }

    async fn post(&self, place: Place, purpose: &str) -> bool {
        let phrase = Phrase::WhoAmI { id: place.chat, role: Some(countersign::domain::role::Role::Owner) };
        let event = Event::Line { phrase: phrase.to_stored() };
        self.bot.app.ledger.enqueue(Outgoing { place, event, dedupe: purpose.to_owned() }).await.unwrap()
    }

    /// Waits until memory knows that nothing waits for the chat any more, so that answers ride again.
    async fn until_rides(&self, chat: i64) {
        self.until_settled().await;
        while !self.bot.app.ledger.may_ride(chat) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn is_due(&self, chat: i64) -> bool {
        let due = self.bot.app.ledger.due(self.bot.clock.now(), self.epoch(), 9).await.unwrap();
        due.iter().any(|row| row.place.chat == chat)
    }

    /// How many rows wait, and how many failed.
    pub async fn depth(&self) -> (u64, u64) {
        let Depth { waiting, failed } = self.bot.app.ledger.outbox_depth().await.unwrap();
        (waiting, failed)
    }

    /// Waits until nothing waits any more; a frozen clock is moved on so that later tries become due.
    async fn until_settled(&self) {
        for _ in 0..2000 {
            if self.depth().await.0 == 0 {
                return;
            }
            self.bot.clock.advance(TimeDelta::seconds(1));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the outbox did not come to rest: {:#?}", self.bot.app.ledger.outbox(10).await);
    }

    /// The end of its story: the senders are at rest, the books in order.
    pub async fn end(self) {
        self.stop.send(true).unwrap();
        for sender in self.senders {
            sender.await.unwrap();
        }
        self.bot.end().await;
    }
}
