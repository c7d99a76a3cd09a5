//! Chats change while something waits for them.

use countersign::domain::place::Place;
use countersign::ledger::probe::{self, Probe};

use super::World;
use crate::support::books::{KIM, LEE};
use crate::support::bot::{TestBot, update};
use crate::support::bot_api::{BotApi, Fault};

const GROUP: i64 = -77;

/// What `countersign check` sees of the outbox and of lost chats.
async fn seen(world: &World) -> ((u64, u64), Vec<(i64, String)>) {
    match probe::look(&world.bot.address).await.unwrap() {
        Probe::There { books: Some(books), .. } => {
            ((books.outbox.waiting, books.outbox.failed), books.lost_chats)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_shown_and_told_to_the_owners() {
    let world = World::new().await;
    world.api.fail("sendMessage", Fault::Refuse(403, "Forbidden: bot was blocked by the user"));
    world.line(KIM, "to kim").await;
    world.api.until("the owners' line", |api| !api.texts(LEE).is_empty()).await;
    assert!(world.api.texts(LEE)[0].starts_with("I cannot write to chat 222 any more."));
    world.until_settled().await;
    assert_eq!(seen(&world).await, ((0, 1), vec![(KIM, "blocked".to_owned())]));
    let failed = world.bot.app.ledger.outbox(10).await.unwrap().remove(0);
    assert_eq!(failed.last_error.as_deref(), Some("403 Forbidden: bot was blocked by the user"));
    // A person sends it again, and it arrives.
    assert!(world.bot.app.ledger.outbox_retry(failed.id).await.unwrap());
    world.api.until("Kim's line", |api| api.texts(KIM).len() == 1).await;
    assert!(!world.bot.app.ledger.outbox_drop(failed.id + 999).await.unwrap());
    world.until_settled().await;
    assert_eq!(seen(&world).await, ((0, 0), vec![]), "who got a message is not lost");
    world.end().await;
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_keeps_what_waits_for_it() {
    let world = World::asleep(TestBot::new().await).await;
    world.api.fail("sendMessage", Fault::Migrated(-1009));
    world.post(Place { chat: GROUP, topic: None, message: Some(5) }, "one").await;
    world.line(GROUP, "two").await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!(world.api.texts(-1009).len(), 2);
    assert!(world.api.texts(GROUP).is_empty());
    world.end().await;
}

#[tokio::test]
async fn a_review_group_keeps_its_place_and_the_owners_are_told() {
    let world = World::new().await;
    world.bot.pending(&["rent"]).await;
    let mut asked = update("pending_review_group");
    asked["message"]["chat"]["id"] = (-1_009_000).into();
    let before = world.bot.deliver(&asked).await.text();
    assert!(!before.contains("rent"), "{before}");
    world.bot.deliver(&update("group_migrates_to")).await;
    world.bot.deliver(&update("group_migrated_from")).await;
    asked["update_id"] = 900_100.into();
    let after = world.bot.deliver(&asked).await.text();
    assert!(after.contains("rent"), "the queue is shown there now: {after}");
    let told = |api: &BotApi| api.texts(LEE).len() == 1 && api.texts(KIM).len() == 1;
    world.api.until("one line to each owner", told).await;
    assert!(world.api.texts(LEE)[0].contains("-1009000"));
    world.end().await;
}

#[tokio::test]
async fn a_deleted_topic_does_not_lose_the_answer() {
    let world = World::asleep(TestBot::new().await).await;
    world.api.fail("sendMessage", Fault::Refuse(400, "Bad Request: message thread not found"));
    world.post(Place { chat: GROUP, topic: Some(9), message: Some(5) }, "one").await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!(world.api.texts(GROUP).len(), 1);
    let last = world.api.calls("sendMessage").pop().unwrap();
    assert!(last.arguments.get("message_thread_id").is_none());
    world.end().await;
}
