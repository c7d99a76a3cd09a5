//! A chat with the real bot, of which pictures are taken: what it shows is what the bot answered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use countersign::domain::place::Place;
use countersign::domain::reason::Reason;
use countersign::domain::rules::Rules;
use countersign::domain::world::Rulebook;
use serde_json::Value;

use super::draw::Part;
use crate::outbox::World;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{TestBot, said};
use crate::support::presses::press;

/// Numbers of messages that the webhook's answers become, out of the way of those that the server counts.
const RIDDEN: i64 = 1000;
/// A window in which a decision can be taken back.
pub const UNDO_WINDOW_S: u32 = 60;

/// Lee's chat with the bot.
pub struct Story {
    world: World,
    updates: u32,
}

/// A message of the bot's: its number, and what it shows.
pub type Shown = (i64, Value);

impl Story {
    /// New items are shown to Lee where `is_shown`. For how long a decision can be taken back counts down, so that a story whose
    /// pictures would tell it has no such time.
    pub async fn begin(is_shown: bool, undo_window_s: u32) -> Self {
        let reasons = ["Too expensive", "Not this year"].map(|reason| Reason::new(reason).unwrap()).to_vec();
        let asked = Rules { undo_window_s, reasons, reason_required: true, ..Rules::default() };
        let rulebook = Rulebook {
            kinds: BTreeMap::from([("purchase".to_owned(), asked)]),
            ..Rulebook::new(BTreeSet::from([LEE, KIM]), 100, undo_window_s)
        };
        let lee = Place { chat: LEE, topic: None, message: None };
        let places = if is_shown { vec![lee] } else { Vec::new() };
        let world = World::asleep(TestBot::under(rulebook, places).await).await;
        world.wake().await;
        Self { world, updates: 0 }
    }

    /// Submits items: kind, title and detail of each.
    pub async fn submitted(&self, name: &str, items: &[(&str, &str, &str)]) {
        let mut request = submit(name, &["x"]);
        let Operation::Submit { items: new, .. } = &mut request.operation else { panic!() };
        let item =
            |(kind, title, detail): &(&str, &str, &str)| NewItem::new(kind, title, Some(detail)).unwrap();
        *new = items.iter().map(item).collect();
        self.world.bot.app.ledger.apply(request).await.unwrap();
        self.settle().await;
    }

    /// Lets time pass.
    pub fn later(&self, by: TimeDelta) {
        self.world.bot.clock.advance(by);
    }

    /// Lee's command; gives the answer, and the update that can be delivered again.
    pub async fn say(&mut self, text: &str) -> (Shown, Value) {
        self.updates += 1;
        let update = said(self.updates, text);
        let answer = self.world.bot.deliver(&update).await.method();
        self.settle().await;
        ((RIDDEN + i64::from(self.updates), answer), update)
    }

    /// The same update once more; the answer.
    pub async fn again(&self, update: &Value) -> Shown {
        let answer = self.world.bot.deliver(update).await.method();
        self.settle().await;
        (0, answer)
    }

    /// Lee's press on the button that begins so; what pops up.
    pub async fn press(&mut self, shown: &Shown, act: &str) -> String {
        self.updates += 1;
        let popped = self.world.bot.deliver(&press(self.updates, LEE, LEE, shown, act)).await.text();
        self.settle().await;
        popped
    }

    /// The messages that the bot sent by itself, or changed, as they look now.
    pub fn shown(&self) -> Vec<Shown> {
        self.world.api.shown(LEE)
    }

    /// What this message looks like now.
    pub fn now(&self, (message, _): &Shown) -> Shown {
        self.shown().into_iter().find(|(known, _)| known == message).expect("the message")
    }

    pub async fn end(self) {
        self.world.end().await;
    }

    /// Waits until all is sent and every card shows what became of it. What is gathered or put off for a moment is due after
    /// this one step of the clock, which stands still otherwise: what is told about times is the same each time.
    async fn settle(&self) {
        self.world.bot.clock.advance(TimeDelta::seconds(2));
        let (ledger, clock) = (&self.world.bot.app.ledger, &self.world.bot.clock);
        self.world.wake().await;
        for _ in 0..2000 {
            let behind = ledger.cards_behind(clock.now(), self.world.epoch(), 1).await.unwrap();
            if self.world.depth().await.0 == 0 && behind.is_empty() && ledger.may_ride(LEE) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the chat did not come to rest: {:#?}", ledger.outbox(9).await);
    }
}

/// A message as a part of a picture, with the button that is pressed.
pub fn part((_, message): &Shown, pressed: Option<&'static str>) -> Part {
    let row = |row: &Value| {
        let captions = row.as_array().unwrap().iter();
        captions.map(|button| button["text"].as_str().unwrap().to_owned()).collect()
    };
    let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    Part::Bot {
        text: message["text"].as_str().unwrap().to_owned(),
        rows: rows.iter().map(row).collect(),
        pressed,
    }
}
