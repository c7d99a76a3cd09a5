//! Cards: new items are shown, decided by a button, and every copy shows what became of them.

mod data;
mod details;
mod presses;

use chrono::TimeDelta;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use countersign::domain::place::Place;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::World;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{REVIEW_GROUP, TestBot, said, said_by};
use crate::support::bot_api::{BotApi, Fault};
use crate::support::presses::{buttons, press};

const TOPIC: Place = Place { chat: REVIEW_GROUP, topic: Some(7), message: None };

/// A bot that shows new items in the group's topic and to Kim.
pub(super) async fn world(undo_window_s: u32) -> World {
    let kim = Place { chat: KIM, topic: None, message: None };
    let world = World::asleep(TestBot::showing(undo_window_s, vec![TOPIC, kim]).await).await;
    world.wake().await;
    world
}

impl World {
    pub(super) async fn submitted(&self, key: &str, titles: &[&str]) {
        self.bot.app.ledger.apply(submit(key, titles)).await.unwrap();
        self.until_settled().await;
    }

    pub(super) fn texts(&self, chat: i64) -> Vec<String> {
        self.api.shown(chat).iter().map(|(_, message)| text(message)).collect()
    }

    /// Moves the clock on until it holds.
    pub(super) async fn until(&self, what: &str, seen: impl Fn(&BotApi) -> bool) {
        for _ in 0..500 {
            if seen(&self.api) {
                return;
            }
            self.bot.clock.advance(TimeDelta::seconds(1));
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("never {what}: {:#?} {:#?}", self.texts(REVIEW_GROUP), self.texts(KIM));
    }

    /// Waits until a message of each chat ends so, and has no buttons.
    async fn until_all_read(&self, text: &str) {
        let reads = |message: &Value| self::text(message).ends_with(text) && buttons(message).is_empty();
        let all = |api: &BotApi, chat| api.shown(chat).iter().any(|(_, message)| reads(message));
        self.until(text, |api| all(api, REVIEW_GROUP) && all(api, KIM)).await;
    }
}

/// The text with every time told as `12:04 UTC`: the clock moves on while a test waits.
fn text(message: &Value) -> String {
    let text = message["text"].as_str().unwrap_or_default().to_owned();
    (5..60).fold(text, |text, minute| text.replace(&format!("12:{minute:02} UTC"), "12:04 UTC"))
}

#[tokio::test]
async fn a_new_item_is_shown_and_decided_by_a_button_once() {
    let world = world(0).await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    assert_eq!((card.1["message_thread_id"].as_i64(), world.api.shown(KIM).len()), (Some(7), 1));
    assert!(world.texts(REVIEW_GROUP)[0].starts_with("#1 bill\nrent\nBy shop · "), "{card:?}");

    let yes = press(5, LEE, REVIEW_GROUP, &card, "a:");
    let first = world.bot.deliver(&yes).await;
    assert_eq!(first.method()["method"], "answerCallbackQuery");
    assert_eq!(first.text(), "Approved 1: #1 rent.");
    let again = world.bot.deliver(&yes).await.text();
    assert!(again.ends_with("(duplicate delivery): approved 1: #1 rent."), "{again}");
    world.until_all_read("\nApproved by @lee, 12:04 UTC").await;
    // Kim's app sends the press that she made on the card as it was.
    let late = world.bot.deliver(&press(6, KIM, REVIEW_GROUP, &card, "r:")).await;
    assert!(late.text().starts_with("Nothing rejected.\n#1 was already approved by @lee"), "{late:?}");
    world.end().await;
}

#[tokio::test]
async fn a_press_on_a_card_from_before_an_undo_decides_nothing() {
    let world = world(3600).await;
    world.submitted("one", &["rent"]).await;
    let old = world.api.shown(KIM).remove(0);
    world.bot.deliver(&press(5, KIM, KIM, &old, "r:")).await;
    world.until_all_read("Rejected by @kim, 12:04 UTC").await;
    // Its answer rides, or comes by the outbox where something waited for the chat a moment ago.
    world.bot.deliver(&said_by(KIM, 6, "/undo")).await;
    assert_eq!(world.bot.open_items().await, 1);
    // The app sends the unanswered press again under a new number.
    let again = world.bot.deliver(&press(7, KIM, KIM, &old, "r:")).await;
    assert!(again.text().contains("#1 was undone after this was shown."), "{again:?}");
    assert_eq!(world.bot.open_items().await, 1);
    let anew = |api: &BotApi| buttons(&api.shown(KIM)[0].1).iter().any(|data| data.ends_with(":2"));
    world.until("the card with its buttons", anew).await;
    let fresh = world.api.shown(KIM).remove(0);
    world.bot.deliver(&press(8, LEE, KIM, &fresh, "a:")).await;
    world.until_all_read("Approved by @lee, 12:04 UTC").await;
    world.end().await;
}

#[tokio::test]
async fn a_burst_is_one_list_and_the_list_tells_what_became_of_each() {
    let world = world(0).await;
    for n in 0..30 {
        let request = submit(&format!("burst-{n}"), &[&format!("bill {n}")]);
        world.bot.app.ledger.apply(request).await.unwrap();
    }
    world.until_settled().await;
    assert_eq!(world.api.shown(REVIEW_GROUP).len(), 1, "{:#?}", world.texts(REVIEW_GROUP));
    assert!(world.texts(KIM)[0].starts_with("30 new, 30 open:\n#1 bill: bill 0\n"));
    let preview = world.bot.deliver(&said(5, "/approve 1-10 11-20 21-30")).await.method();
    assert_eq!(
        preview["text"],
        "This would approve 30: #1–30.\nNothing was done yet. Confirm below within 2 minutes."
    );
    world.bot.deliver(&press(6, LEE, LEE, &(70, preview), "c:")).await;
    world.until_all_read("#30 bill: bill 29 – Approved by @lee, 12:04 UTC").await;
    assert!(world.texts(REVIEW_GROUP)[0].starts_with("30 new, 0 open:"));
    world.end().await;
}

#[tokio::test]
async fn a_card_in_flight_at_the_decision_shows_the_result_in_the_end() {
    let world = world(0).await;
    // Its answer is lost, so that it is sent once more; it was decided meanwhile.
    world.api.fail("sendMessage", Fault::LoseAnswer);
    world.bot.app.ledger.apply(submit("one", &["rent"])).await.unwrap();
    world.until("a first try", |api| !api.calls("sendMessage").is_empty()).await;
    world.bot.deliver(&said(5, "/reject 1 too much")).await;
    world.until_settled().await;
    world.until_all_read("Rejected by @lee, 12:04 UTC: too much").await;
    // The copy that nobody knows of still has its buttons; a press brings it up to date.
    let all = [REVIEW_GROUP, KIM].map(|chat| (chat, world.api.shown(chat)));
    let (chat, copies) = all.into_iter().find(|(_, shown)| shown.len() == 2).expect("a copy");
    world.bot.deliver(&press(6, KIM, chat, &copies[0], "a:")).await;
    let told = |api: &BotApi| api.shown(chat).iter().all(|(_, shown)| buttons(shown).is_empty());
    world.until("the copy's result", told).await;
    world.end().await;
}

#[tokio::test]
async fn a_long_detail_is_read_before_a_yes() {
    let world = world(0).await;
    let (mut request, detail) = (submit("one", &["contract"]), "clause ".repeat(600));
    if let Operation::Submit { items, .. } = &mut request.operation {
        *items = vec![NewItem::new("contract", "Lease", Some(&detail)).unwrap()];
    }
    world.bot.app.ledger.apply(request).await.unwrap();
    world.until_settled().await;
    let card = world.api.shown(KIM).remove(0);
    assert!(world.texts(KIM)[0].contains("…\n2,700 characters more: press Details\n"), "{card:?}");
    let unread = world.bot.deliver(&press(5, KIM, KIM, &card, "a:")).await;
    assert_eq!(unread.text(), "The detail is longer than this card. Press Details, and decide under it.");
    assert_eq!(world.bot.open_items().await, 1);
    assert_eq!(world.bot.deliver(&press(6, KIM, KIM, &card, "d:")).await.text(), "The details come below.");
    world.until_settled().await;
    let details = world.api.shown(KIM);
    assert_eq!(details.len(), 3, "the card and two parts");
    let read: String = details[1..].iter().map(|(_, part)| part["text"].as_str().unwrap()).collect();
    assert_eq!(read, format!("#1 Lease\n{detail}"));
    world.bot.deliver(&press(7, KIM, KIM, &details[2], "a:")).await;
    let told = |api: &BotApi| api.shown(KIM).iter().all(|(_, shown)| buttons(shown).is_empty());
    world.until("all copies without buttons", told).await;
    assert!(world.texts(KIM)[0].ends_with("Approved by @kim, 12:04 UTC"));
    world.end().await;
}

#[tokio::test]
async fn a_card_that_is_no_more_is_forgotten_and_others_are_told() {
    let world = world(0).await;
    world.submitted("one", &["rent"]).await;
    world.api.fail("editMessageText", Fault::Refuse(400, "Bad Request: message to edit not found"));
    world.api.fail("editMessageText", Fault::Html502);
    world.bot.deliver(&said(5, "/approve 1")).await;
    let edited = |api: &BotApi| api.calls("editMessageText").iter().any(|call| call.done);
    world.until("the other card's edit", edited).await;
    let calls = world.api.calls("editMessageText");
    assert_eq!((calls.len(), calls[2].done), (3, true), "{calls:#?}");
    world.end().await;
}

#[tokio::test]
async fn an_item_that_expires_says_so_and_loses_its_buttons() {
    let world = world(0).await;
    world.submitted("rent", &["rent"]).await;
    let hand = world.bot.address.open_writer().await.unwrap();
    let over = "UPDATE pending_items SET expires_at = '2026-03-01 12:00:00'";
    hand.execute_unprepared(over).await.unwrap();
    hand.close().await.unwrap();
    assert_eq!(world.bot.app.ledger.expire().await.unwrap(), 1);
    world.until_all_read("Expired undecided, 12:00 UTC").await;
    world.end().await;
}

/// A chat that lets the bot in no more is tried for about a day, and may let it in again meanwhile.
#[tokio::test]
async fn a_card_that_cannot_be_reached_is_tried_for_long_and_not_for_ever() {
    let world = world(0).await;
    world.submitted("rent", &["rent"]).await;
    let hand = world.bot.address.open_writer().await.unwrap();
    // The tries of Kim's card, or -1 where it is forgotten.
    let tries = async || {
        let sum = "SELECT coalesce(sum(attempts), -1) AS n FROM cards WHERE chat = 222";
        let sum = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sum);
        hand.query_one_raw(sum).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap()
    };
    for (before, after) in [(299, 300), (300, -1)] {
        let forbidden = Fault::Refuse(403, "Forbidden: bot was blocked by the user");
        world.api.fail("editMessageText", forbidden);
        let due = "UPDATE cards SET due_at = '2026-03-01 12:00:00', attempts = {before} WHERE chat = 222";
        hand.execute_unprepared(&due.replace("{before}", &before.to_string())).await.unwrap();
        let edits = world.api.calls("editMessageText").len();
        world.until("the edit", |api| api.calls("editMessageText").len() > edits).await;
        for _ in 0..500 {
            if tries().await == after {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(tries().await, after, "after {before} tries");
    }
    hand.close().await.unwrap();
    world.end().await;
}
