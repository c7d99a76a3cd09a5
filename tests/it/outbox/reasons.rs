//! Why an item is rejected: asked where its kind wants to know, answered by a button or by a reply.

use countersign::domain::place::Place;
use countersign::domain::reason::Reason;
use countersign::domain::role::{Change, Decider, Deciders, Role};
use countersign::domain::rules::Rules;
use serde_json::{Value, json};

use super::World;
use crate::support::books::{KIM, LEE, appoint};
use crate::support::bot::{REVIEW_GROUP, TestBot, said, said_by};
use crate::support::presses::{buttons, press, pressed};

const SAM: i64 = 333;
const ANN: i64 = 444;

/// A bot that shows bills in the group; they want a reason, and offer these.
async fn world(reason_required: bool, reasons: &[&str]) -> World {
    let reasons = reasons.iter().map(|reason| Reason::new(reason).unwrap()).collect();
    let bills = Rules { reason_required, reasons, ..Rules::default() };
    let group = Place { chat: REVIEW_GROUP, topic: None, message: None };
    let world = World::asleep(TestBot::with_bills(bills, vec![group]).await).await;
    world.wake().await;
    world
}

/// The message as a reply to another in this chat.
fn replying(mut update: Value, chat: i64, to: i64) -> Value {
    update["message"]["chat"] =
        json!({ "id": chat, "type": if chat < 0 { "supergroup" } else { "private" } });
    update["message"]["reply_to_message"] = json!({ "message_id": to, "date": 0, "chat": { "id": chat } });
    update
}

#[tokio::test]
async fn reject_asks_why_and_an_offered_reason_is_pressed() {
    let world = world(false, &["wrong amount", "not ours"]).await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    let no = press(1, LEE, REVIEW_GROUP, &card, "r:");
    assert_eq!(world.bot.deliver(&no).await.text(), "Say why below: #1 is not rejected yet.");
    world.bot.deliver(&no).await;
    world.until_settled().await;
    let all = world.api.shown(REVIEW_GROUP);
    assert_eq!(all.len(), 2, "asked once: {all:#?}");
    let question = all[1].clone();
    assert_eq!(
        question.1["text"],
        "Why is #1 rejected? rent\nPress a reason, or reply to this message with another."
    );
    assert_eq!(question.1["reply_markup"]["inline_keyboard"][0][0]["text"], "wrong amount");
    assert_eq!(question.1["reply_markup"]["inline_keyboard"][2][0]["text"], "Without a reason");
    assert_eq!(world.bot.open_items().await, 1);
    let because = pressed(2, LEE, (REVIEW_GROUP, question.0), &buttons(&question.1)[1]);
    assert_eq!(world.bot.deliver(&because).await.text(), "Rejected 1: #1 rent.\nReason: not ours");
    assert!(world.bot.deliver(&because).await.text().contains("duplicate delivery"));
    let ends = "Rejected by @lee, 12:04 UTC: not ours";
    let told = |world: &World| world.texts(REVIEW_GROUP).iter().filter(|text| text.ends_with(ends)).count();
    world.until("both messages tell it", |_| told(&world) == 2).await;
    // Kim's app sends another reason that she pressed before.
    let late = pressed(3, KIM, (REVIEW_GROUP, question.0), &buttons(&question.1)[0]);
    assert!(
        world
            .bot
            .deliver(&late)
            .await
            .text()
            .starts_with("Nothing rejected.\n#1 was already rejected by @lee")
    );
    let forged = pressed(4, KIM, (REVIEW_GROUP, question.0), &format!("{}9", buttons(&question.1)[0]));
    assert!(world.bot.deliver(&forged).await.text().starts_with("This button does nothing."));
    world.end().await;
}

#[tokio::test]
async fn the_reply_to_the_question_is_the_reason_once() {
    let world = world(true, &[]).await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    world.bot.deliver(&press(1, LEE, REVIEW_GROUP, &card, "r:")).await;
    world.until_settled().await;
    let question = world.api.shown(REVIEW_GROUP).remove(1);
    assert_eq!(question.1["text"], "Why is #1 rejected? rent\nReply to this message with the reason.");
    let reply =
        |update, person, text: &str| replying(said_by(person, update, text), REVIEW_GROUP, question.0);
    world.until_rides(REVIEW_GROUP).await;
    // Somebody else's words, and what is no reason, decide nothing.
    assert_eq!(
        world.bot.deliver(&reply(2, KIM, "because")).await.text(),
        "Nothing was done: that question is for the person 111. To reject it yourself, press Reject on its card."
    );
    for (update, caption) in [(6, Some("because")), (7, None)] {
        let mut photo = reply(update, LEE, "x");
        photo["message"]["photo"] =
            json!([{ "file_id": "f", "file_unique_id": "u", "width": 1, "height": 1 }]);
        photo["message"].as_object_mut().unwrap().remove("text");
        let told = caption.map_or("Nothing was done: a reason has 1 to 300", |caption| {
            photo["message"]["caption"] = json!(caption);
            "A command under a photo or file decides nothing."
        });
        let answer = world.bot.deliver(&photo).await.text();
        assert!(answer.starts_with(told), "{answer}");
        // Nobody else is told anything.
        photo["message"]["from"] = said_by(KIM, 1, "x")["message"]["from"].clone();
        photo["update_id"] = json!(update + 10);
        assert_eq!(world.bot.deliver(&photo).await.text(), "");
    }
    let long = world.bot.deliver(&reply(3, LEE, &"x".repeat(400))).await.text();
    assert!(long.starts_with("Nothing was done: a reason has 1 to 300 characters"), "{long}");
    assert_eq!(world.bot.open_items().await, 1);
    let reason = reply(4, LEE, "the amount\nis wrong");
    assert_eq!(world.bot.deliver(&reason).await.text(), "Rejected 1: #1 rent.\nReason: the amount is wrong");
    assert!(world.bot.deliver(&reason).await.text().contains("duplicate delivery"));
    let twice = world.bot.deliver(&reply(5, LEE, "and more")).await.text();
    assert!(twice.starts_with("Nothing rejected.\n#1 was already rejected by you"), "{twice}");
    world.until_settled().await;
    world.end().await;
}

#[tokio::test]
async fn a_command_without_its_reason_is_asked_for_it() {
    let world = world(true, &["wrong amount"]).await;
    world.bot.pending(&["rent"]).await;
    world.until_settled().await;
    let no = said(1, "/reject 1");
    let told = world.bot.deliver(&no).await.text();
    assert_eq!(
        told,
        "Nothing rejected.\n#1: a no needs a reason here; send /reject 1 REASON (reason_required)."
    );
    world.bot.deliver(&no).await;
    world.until_settled().await;
    world.until_rides(LEE).await;
    let asked = world.api.shown(LEE);
    assert_eq!(asked.len(), 1, "asked once: {asked:#?}");
    assert_eq!(asked[0].1["reply_parameters"]["message_id"], 1001);
    let reply = replying(said(2, "too late"), LEE, asked[0].0);
    assert_eq!(world.bot.deliver(&reply).await.text(), "Rejected 1: #1 rent.\nReason: too late");
    world.until_settled().await;
    world.end().await;
}

#[tokio::test]
async fn a_question_about_what_is_decided_meanwhile_says_so() {
    let world = world(true, &["wrong amount"]).await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    world.bot.deliver(&press(1, LEE, REVIEW_GROUP, &card, "r:")).await;
    world.bot.deliver(&said_by(KIM, 2, "/approve 1")).await;
    world.until_settled().await;
    let question = world.api.shown(REVIEW_GROUP).pop().unwrap().1;
    assert!(question["text"].as_str().unwrap().contains("Approved by @kim"), "{question}");
    assert!(buttons(&question).is_empty(), "{question}");
    world.end().await;
}

/// Telegram edits no message that was sent with a forced reply (Bot API, "Updating messages").
#[tokio::test]
async fn a_question_in_private_becomes_its_card() {
    let world = world(true, &[]).await;
    world.bot.pending(&["rent"]).await;
    world.bot.deliver(&said(1, "/reject 1")).await;
    world.until_settled().await;
    let question = world.api.shown(LEE).remove(0).1;
    assert_eq!(question["text"], "Why is #1 rejected? rent\nReply to this message with the reason.");
    world.bot.deliver(&said_by(KIM, 2, "/approve 1")).await;
    let told = |world: &World| world.texts(LEE)[0].ends_with("Approved by @kim, 12:04 UTC");
    world.until("the question's card", |_| told(&world)).await;
    world.end().await;
}

#[tokio::test]
async fn only_who_may_reject_is_asked_why() {
    let roles = Deciders::only([Decider::Owner].into());
    let reasons = vec![Reason::new("wrong amount").unwrap()];
    let bills = Rules { reason_required: true, reasons, roles, quorum: 2, ..Rules::default() };
    let group = Place { chat: REVIEW_GROUP, topic: None, message: None };
    let world = World::asleep(TestBot::with_bills(bills, vec![group]).await).await;
    world.wake().await;
    for (update, person, role) in [(1, SAM, Role::Viewer), (2, ANN, Role::Approver)] {
        let appointed = appoint(LEE, update, person, Change::Add(role));
        world.bot.app.ledger.apply(appointed).await.unwrap();
    }
    world.bot.clock.advance(chrono::TimeDelta::minutes(5));
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    let told = async |update, person, act| {
        world.bot.deliver(&press(update, person, REVIEW_GROUP, &card, act)).await.text()
    };
    let viewer = told(3, SAM, "r:").await;
    assert!(viewer.starts_with("Nothing was done: you are a viewer"), "{viewer}");
    let approver = told(4, ANN, "r:").await;
    assert!(approver.contains("only owners may decide this kind"), "{approver}");
    told(5, KIM, "a:").await;
    let voted = told(6, KIM, "r:").await;
    assert!(voted.starts_with("Nothing rejected."), "{voted}");
    world.until_settled().await;
    assert_eq!(world.api.shown(REVIEW_GROUP).len(), 1, "nobody was asked");
    assert_eq!(told(7, LEE, "r:").await, "Say why below: #1 is not rejected yet.");
    world.until_settled().await;
    assert_eq!((world.api.shown(REVIEW_GROUP).len(), world.bot.open_items().await), (2, 1));
    world.end().await;
}
