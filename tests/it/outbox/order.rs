//! What waits reaches its chat in order and once, whatever Telegram answers.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::place::Place;
use countersign::ledger::lease;
use countersign::points::Act;

use super::World;
use crate::support::books::{KIM, LEE};
use crate::support::bot::{TestBot, said, said_by};
use crate::support::bot_api::Fault;

#[tokio::test]
async fn an_answer_that_cannot_ride_goes_by_the_outbox_once() {
    let world = World::asleep(TestBot::new().await).await;
    world.bot.pending(&["rent", "laptop"]).await;
    assert!(world.line(LEE, "older").await, "something older waits for the chat");

    let first = world.bot.deliver(&said(1, "/approve 1")).await;
    assert_eq!((first.status, first.body.as_str()), (200, ""), "acknowledged; the answer comes later");
    let again = world.bot.deliver(&said(1, "/approve 1")).await;
    assert_eq!((again.status, again.body.as_str()), (200, ""), "its answer is on the way already");
    assert!(world.api.texts(LEE).is_empty());

    world.wake().await;
    world.until_settled().await;
    let texts = world.api.texts(LEE);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[1], "Approved 1: #1 rent.");
    // With nothing waiting, the next one rides again.
    world.until_rides(LEE).await;
    let rides = world.bot.deliver(&said(2, "/approve 2")).await;
    assert_eq!(rides.text(), "Approved 1: #2 laptop.");
    world.end().await;
}

#[tokio::test]
async fn a_purpose_is_served_once() {
    let world = World::asleep(TestBot::new().await).await;
    assert!(world.line(LEE, "tg:1:1:answer").await);
    assert!(!world.line(LEE, "tg:1:1:answer").await);
    world.wake().await;
    world.until_settled().await;
    assert!(!world.line(LEE, "tg:1:1:answer").await, "also after it was sent");
    assert_eq!(world.api.texts(LEE).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_chat_that_telegram_blocks_is_left_alone_and_others_are_served() {
    let world = World::asleep(TestBot::new().await).await;
    world.api.fail("sendMessage", Fault::TooMany(1));
    world.line(LEE, "one").await;
    world.line(LEE, "two").await;
    world.line(KIM, "three").await;
    world.wake().await;
    world.api.until("Kim's line", |api| !api.texts(KIM).is_empty()).await;
    assert!(world.api.texts(LEE).is_empty());
    while world.is_due(LEE).await {
        tokio::task::yield_now().await;
    }
    // The frozen clock is ours, the server's runs: a second passes on both.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    world.until_settled().await;
    assert_eq!(world.api.texts(LEE).len(), 2);
    assert_eq!(world.api.too_early(), [""; 0], "nothing came before retry_after was over");
    world.end().await;
}

#[tokio::test]
async fn every_passing_fault_is_outlived_in_order() {
    let world = World::asleep(TestBot::new().await).await;
    for fault in [
        Fault::Html502,
        Fault::Garbage,
        Fault::Refuse(500, "Internal Server Error"),
        Fault::Refuse(401, "Unauthorized"),
    ] {
        world.api.fail("sendMessage", fault);
    }
    for n in 0..3 {
        world.post(Place { chat: LEE, topic: None, message: Some(n) }, &format!("n{n}")).await;
    }
    world.wake().await;
    world.until_settled().await;
    let sent = world.api.calls("sendMessage").into_iter().filter(|call| call.done);
    let order: Vec<_> = sent.map(|call| call.arguments["reply_parameters"]["message_id"].as_i64()).collect();
    assert_eq!(order, [Some(0), Some(1), Some(2)]);
    assert_eq!(world.tally.read().0, 3);
    assert!(world.tally.read().1 >= 4);
    world.end().await;
}

#[tokio::test]
async fn a_chat_that_hangs_holds_up_no_other() {
    let world = World::new().await;
    world.api.fail("sendMessage", Fault::Hang);
    world.line(LEE, "hangs").await;
    world.api.until("the first call", |api| !api.calls("sendMessage").is_empty()).await;
    for n in 0..20 {
        world.line(KIM, &format!("kim {n}")).await;
    }
    world.api.until("all of Kim's lines", |api| api.texts(KIM).len() == 20).await;
    assert!(world.api.texts(LEE).is_empty());
    // Decisions are not held up either.
    world.bot.pending(&["rent"]).await;
    assert_eq!(world.bot.deliver(&said_by(KIM, 7, "/approve 1")).await.status, 200);
    world.senders.iter().for_each(tokio::task::JoinHandle::abort);
    world.bot.end().await;
}

#[tokio::test]
async fn a_late_write_under_a_lost_lease_has_no_effect() {
    let world = World::asleep(TestBot::new().await).await;
    let ledger = &world.bot.app.ledger;
    world.line(LEE, "one").await;
    let life = Duration::from_secs(10);
    let old = ledger.lease(lease::TELEGRAM, "hung", life).await.unwrap().expect("it is free");
    assert_eq!(ledger.lease(lease::TELEGRAM, "other", life).await.unwrap(), None, "another has it");
    assert_eq!(ledger.lease(lease::TELEGRAM, "hung", life).await.unwrap(), Some(old), "renewed");
    let row = ledger.due(world.bot.clock.now(), old, 1).await.unwrap().remove(0);
    world.bot.clock.advance(TimeDelta::seconds(11));
    let new = ledger.lease(lease::TELEGRAM, "other", life).await.unwrap().expect("it ran out");
    assert!(new > old);
    let late = countersign::ledger::outbox::Settled::Sent(None);
    assert!(!ledger.settle(&row, late.clone(), old).await.unwrap(), "too late");
    assert!(
        ledger.due(world.bot.clock.now(), old, 9).await.unwrap().is_empty(),
        "it begins nothing any more"
    );
    assert_eq!(world.depth().await, (1, 0));
    assert!(ledger.settle(&row, late, new).await.unwrap());
    ledger.release(lease::TELEGRAM, "other").await.unwrap();
    world.bot.clock.advance(TimeDelta::milliseconds(1));
    assert!(
        ledger.lease(lease::TELEGRAM, "hung", life).await.unwrap().is_some(),
        "given back, it is free at once"
    );
    world.end().await;
}

#[tokio::test]
async fn a_note_that_the_database_did_not_take_is_made_again() {
    let world = World::asleep(TestBot::new().await).await;
    // Telegram took it, but the connection breaks before the answer is through: it is sent again, and shown twice.
    world.api.fail("sendMessage", Fault::LoseAnswer);
    world.line(LEE, "one").await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!(world.api.texts(LEE).len(), 2, "a message cannot be made idempotent");
    // A sender that dies before the call sends it later.
    world.bot.points.arm("outbox.sending", Act::Fail);
    world.line(KIM, "two").await;
    world.until_settled().await;
    assert_eq!(world.api.texts(KIM).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_shorter_pause_does_not_end_a_longer_one() {
    let world = World::asleep(TestBot::new().await).await;
    let ledger = &world.bot.app.ledger;
    world.line(LEE, "one").await;
    let epoch = ledger.lease(lease::TELEGRAM, "me", Duration::from_secs(3600)).await.unwrap().unwrap();
    let now = world.bot.clock.now();
    let row = ledger.due(now, epoch, 1).await.unwrap().remove(0);
    for seconds in [30, 2] {
        let until = now + TimeDelta::seconds(seconds);
        let blocked = countersign::ledger::outbox::Settled::Blocked { until };
        assert!(ledger.settle(&row, blocked, epoch).await.unwrap());
        assert!(!ledger.may_ride(LEE), "memory knows it at once");
    }
    world.bot.clock.advance(TimeDelta::seconds(29));
    assert!(ledger.due(world.bot.clock.now(), epoch, 1).await.unwrap().is_empty());
    world.bot.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ledger.due(world.bot.clock.now(), epoch, 1).await.unwrap().len(), 1);
    world.senders.iter().for_each(tokio::task::JoinHandle::abort);
    world.bot.end().await;
}

#[tokio::test]
async fn a_message_that_always_fails_steps_aside() {
    let world = World::asleep(TestBot::new().await).await;
    let ledger = &world.bot.app.ledger;
    world.line(LEE, "poison").await;
    world.line(LEE, "behind it").await;
    let epoch = ledger.lease(lease::TELEGRAM, "me", Duration::from_secs(3600)).await.unwrap().unwrap();
    let now = world.bot.clock.now();
    let row = ledger.due(now, epoch, 9).await.unwrap().remove(0);
    let later = || countersign::ledger::outbox::Settled::Later {
        at: now + TimeDelta::hours(1),
        why: "502".to_owned(),
    };
    for tries in 1..=8 {
        assert!(ledger.settle(&row, later(), epoch).await.unwrap());
        let next = ledger.due(now, epoch, 9).await.unwrap();
        assert_eq!(next.len(), usize::from(tries == 8), "after {tries} tries");
    }
    world.senders.iter().for_each(tokio::task::JoinHandle::abort);
    world.bot.end().await;
}
