//! What still waits is brought up as a reply to its card, and is a card itself: what was decided meanwhile is not told.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::place::Place;
use countersign::domain::rules::Rules;
use countersign::ledger::lease;

use super::World;
use crate::support::books::KIM;
use crate::support::bot::{REVIEW_GROUP, TestBot, said};
use crate::support::presses::{buttons, press};

async fn world() -> World {
    let topic = Place { chat: REVIEW_GROUP, topic: Some(7), message: None };
    let kim = Place { chat: KIM, topic: None, message: None };
    let bills = Rules { remind_after_s: Some(3600), ..Rules::default() };
    let world = World::asleep(TestBot::with_bills(bills, vec![topic, kim]).await).await;
    world.wake().await;
    world
}

impl World {
    async fn remind(&self) {
        let life = Duration::from_secs(86_400);
        let ledger = &self.bot.app.ledger;
        let epoch = ledger.lease(lease::HOUSEKEEPING, "the house", life).await.unwrap().unwrap();
        ledger.remind(epoch).await.unwrap();
    }
}

#[tokio::test]
async fn it_stands_below_its_card_and_becomes_what_the_item_is() {
    let world = world().await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(KIM).remove(0).0;
    world.bot.clock.advance(TimeDelta::hours(1) + TimeDelta::minutes(5));
    world.remind().await;
    world.until_settled().await;
    let (message, shown) = world.api.shown(KIM).pop().unwrap();
    let text = shown["text"].as_str().unwrap();
    assert!(text.starts_with("Still waits for a decision, 1 h old:\n#1 bill\nrent\n"), "{text}");
    assert_eq!(shown["reply_parameters"]["message_id"].as_i64(), Some(card));
    assert_eq!(world.api.shown(REVIEW_GROUP).pop().unwrap().1["message_thread_id"].as_i64(), Some(7));
    let yes = press(1, KIM, KIM, &(message, shown.clone()), "a:");
    assert_eq!(world.bot.deliver(&yes).await.text(), "Approved 1: #1 rent.");
    let all_read = |api: &crate::support::bot_api::BotApi| {
        let here = api.shown(KIM).into_iter().chain(api.shown(REVIEW_GROUP));
        here.filter(|(_, shown)| buttons(shown).is_empty()).count() == 4
    };
    world.until("all four say so", all_read).await;
    world.bot.clock.advance(TimeDelta::hours(9));
    world.remind().await;
    world.until_settled().await;
    assert_eq!(world.api.shown(KIM).len(), 2, "what is decided is not brought up");
    world.end().await;
}

#[tokio::test]
async fn what_is_decided_before_it_is_told_vanishes_and_many_are_a_list() {
    let world = world().await;
    world.submitted("five", &["rent", "laptop", "travel", "hotel", "taxi"]).await;
    let before = world.api.texts(KIM).len();
    world.lease.send(None).unwrap();
    world.bot.clock.advance(TimeDelta::hours(1) + TimeDelta::minutes(5));
    world.remind().await;
    world.bot.deliver(&said(1, "/approve 1-3")).await;
    world.wake().await;
    world.until_settled().await;
    let told = world.api.texts(KIM).split_off(before);
    let list = "2 still wait for a decision, the oldest 1 h old:\n#4 bill: hotel\n#5 bill: taxi\n";
    assert!(told.len() == 1 && told[0].starts_with(list), "{told:?}");
    // The next time all are decided before it is told: nothing is said, and nothing fails.
    world.lease.send(None).unwrap();
    world.bot.clock.advance(TimeDelta::hours(2) + TimeDelta::minutes(5));
    world.remind().await;
    world.bot.deliver(&said(2, "/approve 4,5")).await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!((world.api.texts(KIM).len(), world.depth().await), (before + 1, (0, 0)));
    let why = world.bot.app.ledger.outbox(9).await.unwrap();
    assert!(why.is_empty(), "{why:?}");

    world.end().await;
}
