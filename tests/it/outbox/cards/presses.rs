//! Presses that are odd or forged, and what replies to a card.

use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use serde_json::{Value, json};

use super::super::World;
use super::world;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{REVIEW_GROUP, TestBot, said};
use crate::support::bot_api::Fault;
use crate::support::presses::{press, pressed};

#[tokio::test]
async fn odd_presses_do_nothing() {
    let world = world(0).await;
    world.submitted("one", &["rent"]).await;
    let card = world.api.shown(KIM).remove(0);
    let stranger = world.bot.deliver(&press(5, 999, KIM, &card, "a:")).await;
    assert!(stranger.text().starts_with("This button does nothing."), "{stranger:?}");
    let odd = [
        ("a:1:00000000:1", "undone after this was shown"),
        ("a:99:1a2b3c4d:1", "There is no #99"),
        ("nonsense", "does nothing"),
        ("a:1", "does nothing"),
    ];
    for (update, (data, expected)) in (6..).zip(odd) {
        let told = world.bot.deliver(&pressed(update, LEE, (KIM, card.0), data)).await.text();
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(world.bot.open_items().await, 1);
    world.end().await;
}

/// What a press brings can be forged: the message, the item, all of it.
#[tokio::test]
async fn a_forged_press_shows_nobody_an_item() {
    let bot = TestBot::showing(0, Vec::new()).await.restart(Some(&[LEE])).await;
    let world = World::asleep(bot).await;
    world.wake().await;
    world.submitted("secret", &["secret"]).await;
    world.submitted("other", &["other"]).await;
    let ids: Vec<_> = [1, 2].into_iter().filter_map(countersign::domain::ids::ItemId::new).collect();
    let portraits = world.bot.app.ledger.portraits(&ids).await.unwrap();
    let hash = |place: usize| portraits[place].item.content_hash[..8].to_owned();
    // Kim was an admin: nothing is written into their chat, whatever they press there.
    let data = format!("a:1:{}:1", hash(0));
    let toast = world.bot.deliver(&pressed(1, KIM, (KIM, 77), &data)).await.text();
    assert!(toast.contains("may not decide"), "{toast}");
    // An admin's message that shows one item does not come to show another, nor one whose content they do not know.
    world.bot.deliver(&pressed(2, LEE, (LEE, 78), "a:1:00000000:1")).await;
    world.bot.deliver(&pressed(3, LEE, (LEE, 79), &format!("d:2:{}:1", hash(1)))).await;
    world.bot.deliver(&pressed(4, LEE, (LEE, 80), &format!("a:2:{}:1", hash(1)))).await;
    world.bot.deliver(&pressed(5, LEE, (LEE, 80), &data)).await;
    world.until("the admin's card", |api| api.shown(LEE).iter().any(|(message, _)| *message == 80)).await;
    world.until_settled().await;
    assert!(world.api.shown(KIM).is_empty(), "{:?}", world.api.shown(KIM));
    let shown: Vec<String> = world.texts(LEE);
    assert!(shown.iter().all(|text| !text.contains("secret")), "{shown:?}");
    world.end().await;
}

#[tokio::test]
async fn a_pause_between_the_parts_of_a_detail_repeats_none() {
    let world = world(0).await;
    let long = "word ".repeat(1900);
    let mut request = submit("long", &["plan"]);
    let Operation::Submit { items, .. } = &mut request.operation else { panic!() };
    *items = vec![NewItem::new("deploy", "plan", Some(&long)).unwrap()];
    world.bot.app.ledger.apply(request).await.unwrap();
    world.until_settled().await;
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    world.api.fail("sendMessage", Fault::LoseAnswer);
    world.api.mend();
    world.bot.deliver(&press(9, LEE, REVIEW_GROUP, &card, "d:")).await;
    world.api.fail("sendMessage", Fault::TooMany(1));
    world.until_settled().await;
    let parts: Vec<String> = world.api.texts(REVIEW_GROUP).split_off(1);
    let distinct: std::collections::BTreeSet<&String> = parts.iter().collect();
    assert!(parts.len() >= 3, "{}", parts.len());
    assert_eq!(parts.len(), distinct.len(), "no part came twice");
    world.end().await;
}

/// The message as a reply to another.
pub(super) fn in_reply(mut update: Value, chat: i64, to: i64) -> Value {
    update["message"]["chat"] =
        json!({ "id": chat, "type": if chat < 0 { "supergroup" } else { "private" } });
    update["message"]["reply_to_message"] = json!({ "message_id": to, "date": 0, "chat": { "id": chat } });
    update
}

#[tokio::test]
async fn a_reply_to_a_card_means_its_item() {
    let world = world(0).await;
    for (key, title) in [("a", "rent"), ("b", "laptop"), ("c", "travel")] {
        world.submitted(key, &[title]).await;
    }
    world.until_rides(REVIEW_GROUP).await;
    let cards = world.api.shown(REVIEW_GROUP);
    let card = |n: usize| cards[n].0;
    let said = |update, text: &str, to| in_reply(said(update, text), REVIEW_GROUP, to);
    let text = async |update: Value| world.bot.deliver(&update).await.text();
    assert_eq!(text(said(1, "/approve@countersign_bot", card(0))).await, "Approved 1: #1 rent.");
    let again = text(said(1, "/approve@countersign_bot", card(0))).await;
    assert!(again.contains("duplicate delivery"), "{again}");
    let no = text(said(2, "/reject wrong amount", card(1))).await;
    assert_eq!(no, "Rejected 1: #2 laptop.\nReason: wrong amount");
    assert!(text(said(3, "/why", card(2))).await.starts_with("#3 bill: pending"));
    // What names an item means that one; what is no card means none.
    assert_eq!(text(said(4, "/approve 1", card(2))).await.lines().next(), Some("Nothing approved."));
    assert!(text(said(5, "/approve", 9999)).await.starts_with("Nothing was done: no items were named."));
    let unclear = text(said(6, "/reject 2 bills are missing", card(2))).await;
    assert!(unclear.contains("may be an item or part of the reason"), "{unclear}");
    let marked = text(said(9, "/reject 2: bills are missing", card(2))).await;
    assert!(marked.contains("#2 was already rejected"), "{marked}");
    let odd = text(said(7, "/approve please", card(2))).await;
    assert!(odd.contains("\"please\"") && odd.contains("character 1 "), "{odd}");
    let long = text(said(8, &format!("/reject {}", "x".repeat(400)), card(2))).await;
    assert!(long.contains("character 1 ") && long.contains("too long"), "{long}");
    assert_eq!(world.bot.open_items().await, 1);
    world.end().await;
}
