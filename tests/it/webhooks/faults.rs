//! Receivers that fail, hang, are gone, ask to wait, point elsewhere, or stand where nobody may be told.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;

use super::{World, on_each_database, read, settings};
use crate::support::books::Books;
use crate::support::receiver::{Answer, KEY, Receiver, secret};

on_each_database!(
    what_fails_comes_again_under_its_id,
    one_that_hangs_slows_nobody,
    one_whose_answer_never_ends_has_taken_it,
    nobody_is_told_of_what_was_not_decided,
    one_that_is_gone_is_told_nothing_more,
    one_that_asks_to_wait_is_left_alone,
    redirects_are_not_followed,
    after_a_day_it_is_given_up_and_can_be_sent_again,
    a_receiver_that_no_instance_knows_is_given_up_after_a_day,
);

async fn what_fails_comes_again_under_its_id(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    receiver.next(Answer::Status(500));
    world.decide(1).await;
    world.until_error("answered 500").await;
    assert_eq!((receiver.told().len(), world.depth().await), (1, (1, 0)));
    world.later(TimeDelta::seconds(5));
    let told = receiver.until(2).await;
    world.until(0, 0).await;
    assert_eq!(told[0].header("webhook-id"), told[1].header("webhook-id"));
    assert_eq!(told[0].body, told[1].body);
    let times = [0, 1].map(|n: usize| told[n].header("webhook-timestamp").parse::<i64>().unwrap());
    assert_eq!(times[1] - times[0], 5, "a fresh timestamp");
    assert_eq!(told[1].header("webhook-signature"), told[1].signature(KEY));
    world.end().await;
}

async fn one_that_hangs_slows_nobody(books: Books) {
    let (dead, well) = (Receiver::start().await, Receiver::start().await);
    dead.always(Some(Answer::Hang));
    let both = format!("{}, {}", dead.entry("dead"), well.entry("well"));
    let world = World::new(books, settings(&both)).await;
    for n in 1..=30 {
        world.decide(n).await;
    }
    let told = tokio::time::timeout(Duration::from_secs(10), well.until(30)).await;
    assert!(told.is_ok(), "the other is told all while the first hangs");
    world.until(30, 0).await;
    assert!((1..=8).contains(&dead.told().len()), "few places for one receiver: {}", dead.told().len());
    // What was on its way at a stop is sent again by the next, at once.
    dead.always(None);
    let world = world.restart().await;
    world.until(0, 0).await;
    let mut ids: Vec<String> = dead.told().iter().map(|told| told.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 30, "each decision, by its id once");
    world.end().await;
}

async fn one_whose_answer_never_ends_has_taken_it(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    receiver.next(Answer::Endless);
    world.decide(1).await;
    world.until(0, 0).await;
    assert_eq!(receiver.told().len(), 1, "its status said so");
    world.end().await;
}

async fn nobody_is_told_of_what_was_not_decided(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    receiver.next(Answer::Status(500));
    world.decide(1).await;
    world.until_error("answered 500").await;
    let hand = world.books.address.open_writer().await.unwrap();
    hand.execute_unprepared("UPDATE pending_items SET title = 'item 10'").await.unwrap();
    world.later(TimeDelta::seconds(5));
    world.until_error("item #1 is not what was decided about").await;
    assert_eq!(receiver.told().len(), 1);
    hand.execute_unprepared("UPDATE pending_items SET title = 'item 1'").await.unwrap();
    hand.close().await.unwrap();
    world.later(TimeDelta::hours(1));
    receiver.until(2).await;
    world.until(0, 0).await;
    world.end().await;
}

async fn one_that_is_gone_is_told_nothing_more(books: Books) {
    let receiver = Receiver::start().await;
    receiver.always(Some(Answer::Status(410)));
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    world.decide(1).await;
    world.until(0, 1).await;
    world.decide(2).await;
    world.until(0, 2).await;
    assert_eq!(receiver.told().len(), 1, "the second was not even tried");
    assert_eq!(world.letters().await, world.books.admins.len(), "each owner once");
    receiver.always(None);
    assert!(world.books.ledger.receiver_enable("erp".to_owned()).await.unwrap());
    assert!(!world.books.ledger.receiver_enable("erp".to_owned()).await.unwrap());
    assert_eq!(world.books.ledger.delivery_retry(None).await.unwrap(), 2);
    world.later(TimeDelta::minutes(5));
    world.until(0, 0).await;
    assert_eq!(receiver.told().len(), 3);
    world.end().await;
}

async fn one_that_asks_to_wait_is_left_alone(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    receiver.next(Answer::With(429, "retry-after", "120".to_owned()));
    world.decide(1).await;
    world.until_error("answered 429").await;
    world.decide(2).await;
    world.later(TimeDelta::seconds(119));
    let due = world.books.ledger.deliveries_due().await.unwrap();
    assert_eq!((due, receiver.told().len()), ((Vec::new(), false), 1), "nothing is sent there meanwhile");
    world.later(TimeDelta::seconds(1));
    receiver.until(3).await;
    world.until(0, 0).await;
    world.end().await;
}

async fn redirects_are_not_followed(books: Books) {
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    receiver.next(Answer::With(307, "location", other.url()));
    world.decide(1).await;
    world.until_error("answered 307: redirects are not followed").await;
    assert_eq!((receiver.told().len(), other.told().len()), (1, 0));
    world.end().await;
}

async fn after_a_day_it_is_given_up_and_can_be_sent_again(books: Books) {
    let receiver = Receiver::start().await;
    receiver.always(Some(Answer::Status(503)));
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    world.decide(1).await;
    world.until_error("answered 503").await;
    world.later(TimeDelta::hours(25));
    world.until(0, 1).await;
    let failed = world.books.ledger.deliveries(9).await.unwrap().remove(0);
    assert_eq!((failed.next_at, failed.last_error.as_deref()), (None, Some("answered 503")));
    world.decide(2).await;
    world.later(TimeDelta::hours(25));
    world.until(0, 2).await;
    assert_eq!(world.letters().await, world.books.admins.len(), "told once, until one is taken");
    receiver.always(None);
    assert_eq!(world.books.ledger.delivery_retry(Some(failed.id)).await.unwrap(), 1);
    assert!(world.books.ledger.delivery_drop(failed.id + 1).await.unwrap());
    world.later(TimeDelta::minutes(5));
    world.until(0, 0).await;
    world.end().await;
}

async fn a_receiver_that_no_instance_knows_is_given_up_after_a_day(books: Books) {
    let mut world = World::new(books, settings("")).await;
    // Another instance has it in its settings already.
    world.books.receivers.insert("new".to_owned());
    let other = world.books.instance().await;
    world.books.pending(&["rent"]).await;
    other.apply(crate::support::books::approve(1, &[1])).await.unwrap();
    assert_eq!(world.depth().await, (1, 0), "it is left to who knows it");
    world.later(TimeDelta::hours(25));
    world.until(0, 1).await;
    other.close().await;
    world.end().await;
}

/// Where it stands is looked at when connecting: a number, a name, a number in other clothes.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_where_nobody_may_be() {
    let receiver = Receiver::start().await;
    let port = receiver.port;
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let entry = format!("erp https://{host}:{port}/ {}", secret(KEY));
        let world = World::new(Books::sqlite().await, read(&[("DECISION_WEBHOOKS", &entry)])).await;
        world.decide(1).await;
        world.until_error("in no network that may be told").await;
        world.end().await;
    }
    // Without encryption only the named networks are reached, public ones never.
    let entry = format!("erp http://localhost:{port}/ {}", secret(KEY));
    let elsewhere = read(&[("DECISION_WEBHOOKS", &entry), ("WEBHOOK_NETWORKS", "10.0.0.0/8")]);
    let world = World::new(Books::sqlite().await, elsewhere).await;
    world.decide(1).await;
    world.until_error("in no network that may be told").await;
    world.end().await;
    assert_eq!(receiver.told().len(), 0);
    let world = World::new(Books::sqlite().await, settings(&entry)).await;
    world.decide(1).await;
    receiver.until(1).await;
    world.end().await;
}
