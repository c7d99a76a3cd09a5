//! The queue by pages: one message that is turned, and what it showed is what is approved.

use chrono::TimeDelta;
use countersign::domain::place::Place;
use serde_json::{Value, json};

use super::World;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{REVIEW_GROUP, TestBot, said, said_by};
use crate::support::bot_api::BotApi;
use crate::support::presses::{buttons, captions, press, pressed};

/// The message in which the bot shows a list in Lee's own chat; it is the webhook's answer, so the test numbers it.
const LIST: i64 = 70;

/// A bot with so many bills.
async fn world(bills: usize) -> World {
    let world = World::asleep(TestBot::new().await).await;
    world.wake().await;
    let titles: Vec<String> = (1..=bills).map(|n| format!("bill {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    world.bot.app.ledger.apply(submit("bills", &titles)).await.unwrap();
    world
}

impl World {
    /// The list as it stands now.
    async fn list(&self) -> (i64, Value) {
        self.until_settled().await;
        self.api.shown(LEE).into_iter().find(|(message, _)| *message == LIST).expect("the list")
    }
}

fn text(list: &(i64, Value)) -> &str {
    list.1["text"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_list_is_turned_in_its_one_message() {
    let world = world(25).await;
    let first = world.bot.deliver(&said(1, "/pending")).await.method();
    assert!(
        first["text"].as_str().unwrap().starts_with("25 pending, 1–10 of them:\n#1 bill: bill 1 ("),
        "{first}"
    );
    assert_eq!(captions(&first), ["▶", "Approve all on this page (10)"]);
    let toast = world.bot.deliver(&press(2, LEE, LEE, &(LIST, first), "t:")).await;
    assert_eq!((toast.method()["method"].as_str(), toast.text().as_str()), (Some("answerCallbackQuery"), ""));
    let second = world.list().await;
    assert!(text(&second).starts_with("25 pending, 11–20 of them:\n#11 "), "{second:?}");
    assert_eq!(captions(&second.1), ["◀", "▶", "Approve all on this page (10)"]);
    // Telegram delivers the press once more: the page does not run on.
    let next = pressed(3, LEE, (LEE, LIST), &buttons(&second.1)[1]);
    world.bot.deliver(&next).await;
    world.bot.deliver(&next).await;
    let third = world.list().await;
    assert!(text(&third).starts_with("25 pending, 21–25 of them:"), "{third:?}");
    assert_eq!(captions(&third.1), ["◀", "Approve all on this page (5)"]);
    world.bot.deliver(&press(4, LEE, LEE, &third, "t:")).await;
    assert!(text(&world.list().await).starts_with("25 pending, 11–20 of them:"));
    assert_eq!(world.api.shown(LEE).len(), 1, "one message");
    assert_eq!(world.bot.open_items().await, 25);
    world.end().await;
}

#[tokio::test]
async fn what_was_shown_is_what_is_approved() {
    let world = world(12).await;
    let list = (LIST, world.bot.deliver(&said(1, "/pending bill")).await.method());
    // Meanwhile one comes, one is decided, and one is looked at anew.
    world.bot.clock.advance(TimeDelta::seconds(5));
    world.bot.app.ledger.apply(submit("late", &["bill late"])).await.unwrap();
    world.bot.deliver(&said_by(KIM, 2, "/reject 3 no")).await;
    let yes = press(3, LEE, LEE, &list, "p:");
    let toast = world.bot.deliver(&yes).await.text();
    assert!(
        toast.starts_with("1 came after this page was shown, and was left alone. Approved 9:"),
        "{toast}"
    );
    let page = world.list().await;
    assert!(text(&page).starts_with("Nothing") || text(&page).starts_with("3 pending:\n#11 "), "{page:?}");
    // A finger that taps twice meets no second approval in the same place.
    assert_eq!(captions(&page.1), ["Go on with the rest"]);
    world.bot.deliver(&press(9, LEE, LEE, &page, "t:")).await;
    assert_eq!(captions(&world.list().await.1), ["Approve all on this page (3)"]);
    let told = world.api.texts(LEE);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("Approved 9: #1 bill 1, #2 bill 2, #4 bill 4,"), "{told:?}");
    assert!(told[0].contains("\n#3 was already rejected by @kim "), "{told:?}");
    // The press comes again, and then once more as a new one from the app: nothing more is approved.
    let again = world.bot.deliver(&yes).await.text();
    assert!(again.contains("duplicate delivery"), "{again}");
    let stale = world.bot.deliver(&press(4, LEE, LEE, &list, "p:")).await.text();
    assert!(stale.contains("Nothing approved."), "{stale}");
    world.until_settled().await;
    assert_eq!(world.bot.open_items().await, 3);
    world.end().await;
}

#[tokio::test]
async fn an_item_that_was_undone_since_is_not_approved_by_its_page() {
    let world = World::asleep(TestBot::with_undo(3600).await).await;
    world.wake().await;
    world.bot.pending(&["rent", "laptop"]).await;
    let list = (LIST, world.bot.deliver(&said(1, "/pending")).await.method());
    world.bot.deliver(&said_by(KIM, 2, "/reject 1 no")).await;
    world.bot.deliver(&said_by(KIM, 3, "/undo")).await;
    world.bot.deliver(&press(4, LEE, LEE, &list, "p:")).await;
    world.until_settled().await;
    let told = world.api.texts(LEE);
    assert!(told[0].starts_with("Approved 1: #2 laptop.\n#1 was undone after this was shown."), "{told:?}");
    world.end().await;
}

#[tokio::test]
async fn a_list_is_forgotten_after_a_day_and_shown_to_nobody_else() {
    let world = world(12).await;
    let list = (LIST, world.bot.deliver(&said(1, "/pending")).await.method());
    let stranger = world.bot.deliver(&press(2, 999, LEE, &list, "t:")).await;
    assert!(stranger.text().starts_with("This button does nothing."), "{stranger:?}");
    // In a group that is no review chat nothing is shown, whatever is pressed there.
    let elsewhere = world.bot.deliver(&press(3, LEE, -77, &list, "t:")).await;
    assert!(elsewhere.text().starts_with("The queue is not shown in this chat."), "{elsewhere:?}");
    world.bot.clock.advance(TimeDelta::hours(25));
    for (update, act) in [(4, "t:"), (5, "p:")] {
        let old = world.bot.deliver(&press(update, LEE, LEE, &list, act)).await;
        assert_eq!(old.text(), "This list is too old. Ask again: /pending");
    }
    world.until_settled().await;
    assert_eq!((world.bot.open_items().await, world.api.shown(LEE).len()), (12, 0));
    assert!(world.api.shown(-77).is_empty() && world.api.shown(REVIEW_GROUP).is_empty());
    world.end().await;
}

/// What shows several items is no item: a command that replies to it has to name those that are meant.
#[tokio::test]
async fn a_reply_to_the_list_of_a_burst_names_its_items() {
    let group = Place { chat: REVIEW_GROUP, topic: None, message: None };
    let world = World::asleep(TestBot::showing(0, vec![group]).await).await;
    world.wake().await;
    world.submitted("burst", &["bill 1", "bill 2", "bill 3", "bill 4"]).await;
    let burst = world.api.shown(REVIEW_GROUP).pop().unwrap();
    world.until_rides(REVIEW_GROUP).await;
    for (update, text) in (1..).zip(["/approve", "/reject", "/reject too late", "/show"]) {
        let mut reply = said(update, text);
        reply["message"]["chat"] = json!({ "id": REVIEW_GROUP, "type": "supergroup", "title": "Reviews" });
        reply["message"]["reply_to_message"] =
            json!({ "message_id": burst.0, "date": 0, "chat": { "id": REVIEW_GROUP } });
        let command = text.split(' ').next().unwrap();
        assert_eq!(
            world.bot.deliver(&reply).await.text(),
            format!(
                "Nothing was done: that message shows several items. Name those that are meant, such as {command} 1, or press Show them under it."
            ),
            "{text}"
        );
    }
    assert_eq!(world.bot.open_items().await, 4);
    world.end().await;
}

/// A burst is one message: its button shows what of it waits, where it can be decided without typing.
#[tokio::test]
async fn the_list_of_a_burst_opens_the_queue_where_it_begins() {
    let group = Place { chat: REVIEW_GROUP, topic: None, message: None };
    let world = World::asleep(TestBot::showing(0, vec![group]).await).await;
    let titles: Vec<String> = (1..=12).map(|n| format!("old {n}")).collect();
    world.bot.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world.wake().await;
    world.until_settled().await;
    world.submitted("burst", &["bill 1", "bill 2", "bill 3", "bill 4"]).await;
    let burst = world.api.shown(REVIEW_GROUP).pop().unwrap();
    assert_eq!(
        (buttons(&burst.1), captions(&burst.1)),
        (vec!["l:13".to_owned()], vec!["Show them".to_owned()])
    );
    // Nobody is shown anything who may not see it, or where it is not shown.
    let stranger = world.bot.deliver(&pressed(1, 999, (REVIEW_GROUP, burst.0), "l:13")).await;
    assert!(stranger.text().starts_with("This button does nothing."), "{stranger:?}");
    let elsewhere = world.bot.deliver(&pressed(2, LEE, (-77, burst.0), "l:13")).await;
    assert!(elsewhere.text().starts_with("The queue is not shown in this chat."), "{elsewhere:?}");
    let show = press(3, LEE, REVIEW_GROUP, &burst, "l:");
    for _ in 0..2 {
        assert_eq!(world.bot.deliver(&show).await.text(), "The list comes below.");
    }
    world.until_settled().await;
    assert!(world.api.shown(-77).is_empty());
    let shown = world.api.shown(REVIEW_GROUP);
    let page = shown.last().unwrap().clone();
    assert_eq!((shown.len(), page.1["reply_parameters"]["message_id"].as_i64()), (3, Some(burst.0)));
    assert!(text(&page).starts_with("16 pending, 11–16 of them:\n#11 bill: old 11"), "{page:?}");
    world.bot.deliver(&press(4, LEE, REVIEW_GROUP, &page, "p:")).await;
    let over = |api: &BotApi| {
        let now = api.shown(REVIEW_GROUP).into_iter().find(|(message, _)| *message == burst.0);
        now.is_some_and(|(_, list)| buttons(&list).is_empty())
    };
    world.until("the list of the burst without its button", over).await;
    // What a later press means is what waits then.
    world.bot.deliver(&pressed(5, KIM, (REVIEW_GROUP, burst.0), "l:13")).await;
    world.until_settled().await;
    let last = world.api.shown(REVIEW_GROUP).pop().unwrap();
    assert!(text(&last).starts_with("10 pending:\n#1 bill: old 1"), "{last:?}");
    world.end().await;
}
