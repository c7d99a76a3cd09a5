//! What still waits is brought up again: when, to whom, and never twice for one time.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::place::Place;
use countersign::domain::role::{Decider, Deciders};
use countersign::domain::rules::Rules;
use countersign::ledger::{Announce, Ledger, lease};
use countersign::points::Act;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve_by, submit};

on_each_database!(
    it_is_brought_up_after_twice_as_long_each_time_and_five_times,
    two_instances_and_a_fault_bring_it_up_once,
    what_was_decided_is_not_brought_up_but_after_an_undo,
    many_are_brought_up_in_one_message,
    in_private_whoever_may_decide_is_told,
);

const GROUP: Place = Place { chat: -1001, topic: Some(7), message: None };

async fn with(mut books: Books, rules: Rules, titles: &[&str]) -> Books {
    books.kinds.insert("bill".to_owned(), rules);
    books.announce = Announce::Places(vec![GROUP]);
    books.restart().await;
    books.pending(titles).await;
    books
}

fn every_minute() -> Rules {
    Rules { remind_after_s: Some(60), undo_window_s: 600, ..Rules::default() }
}

async fn epoch(ledger: &Ledger, holder: &str) -> Option<i64> {
    ledger.lease(lease::HOUSEKEEPING, holder, Duration::from_secs(10)).await.unwrap()
}

/// For which times there are rows: the item, how often it was brought up before, the chat and the topic.
async fn times(ledger: &Ledger) -> Vec<String> {
    let rows = ledger.outbox(100).await.unwrap();
    rows.into_iter().filter_map(|row| Some(row.purpose.strip_prefix("remind:")?.to_owned())).collect()
}

fn undo(person: i64, update: u32) -> Request {
    Request { operation: Operation::Undo { receipt: None }, ..approve_by(person, update, &[1]) }
}

async fn it_is_brought_up_after_twice_as_long_each_time_and_five_times(books: Books) {
    let books = with(books, every_minute(), &["rent"]).await;
    let epoch = epoch(&books.ledger, "me").await.unwrap();
    for (n, wait_s) in [60, 120, 240, 480, 960].into_iter().enumerate() {
        books.clock.advance(TimeDelta::seconds(wait_s - 1));
        assert_eq!(books.ledger.remind(epoch).await.unwrap(), 0, "not yet: {n}");
        books.clock.advance(TimeDelta::seconds(1));
        assert_eq!(books.ledger.remind(epoch).await.unwrap(), 1, "now: {n}");
        assert_eq!(times(&books.ledger).await.last(), Some(&format!("1:{n}:-1001:7")));
    }
    books.clock.advance(TimeDelta::days(9));
    assert_eq!(books.ledger.remind(epoch).await.unwrap(), 0, "five times are enough");
    assert_eq!(times(&books.ledger).await.len(), 5);
    books.close().await;
}

async fn two_instances_and_a_fault_bring_it_up_once(books: Books) {
    let books = with(books, every_minute(), &["rent"]).await;
    let other = books.instance().await;
    let mine = epoch(&books.ledger, "me").await.unwrap();
    books.clock.advance(TimeDelta::seconds(60));
    // Before the commit nothing stands, and the next turn does all of it.
    books.points.arm("remind.written", Act::Fail);
    assert!(books.ledger.remind(mine).await.is_err());
    assert_eq!(times(&books.ledger).await, [""; 0]);
    let (here, there) = tokio::join!(books.ledger.remind(mine), other.remind(mine));
    assert_eq!((here.unwrap() + there.unwrap(), times(&books.ledger).await.len()), (1, 1));
    // Whoever had the lease before writes nothing.
    books.ledger.release(lease::HOUSEKEEPING, "me").await.unwrap();
    books.clock.advance(TimeDelta::seconds(120));
    let theirs = epoch(&other, "other").await.unwrap();
    assert_eq!(books.ledger.remind(mine).await.unwrap(), 0);
    assert_eq!(other.remind(theirs).await.unwrap(), 1);
    assert_eq!(times(&books.ledger).await, ["1:0:-1001:7", "1:1:-1001:7"]);
    other.close().await;
    books.close().await;
}

async fn what_was_decided_is_not_brought_up_but_after_an_undo(books: Books) {
    let rules = Rules { expires_after_s: Some(1200), ..every_minute() };
    let books = with(books, rules, &["rent", "laptop", "travel"]).await;
    let epoch = epoch(&books.ledger, "me").await.unwrap();
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    books.ledger.apply(approve_by(KIM, 2, &[2])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(60));
    assert_eq!((books.ledger.remind(epoch).await.unwrap(), times(&books.ledger).await.len()), (3, 1));
    // Taken back, it waits again, and is looked at when the decision would have been final.
    books.ledger.apply(undo(LEE, 3)).await.unwrap();
    books.clock.advance(TimeDelta::seconds(540));
    books.ledger.remind(epoch).await.unwrap();
    let told = times(&books.ledger).await;
    assert!(told.contains(&"1:0:-1001:7".to_owned()) && told.contains(&"3:1:-1001:7".to_owned()), "{told:?}");
    assert!(!told.iter().any(|time| time.starts_with("2:")), "{told:?}");
    // Its time is over, though the books do not say so yet.
    books.clock.advance(TimeDelta::seconds(601));
    books.ledger.remind(epoch).await.unwrap();
    assert_eq!(times(&books.ledger).await, told);
    books.close().await;
}

async fn many_are_brought_up_in_one_message(books: Books) {
    let titles: Vec<String> = (1..=39).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let books = with(books, every_minute(), &["rent"]).await;
    books.ledger.apply(submit("many", &titles)).await.unwrap();
    books.clock.advance(TimeDelta::seconds(2));
    books.pending(&["late"]).await;
    let epoch = epoch(&books.ledger, "me").await.unwrap();
    // Times are rounded up, so that what came a moment later is brought up too.
    books.clock.advance(TimeDelta::seconds(63));
    assert_eq!(books.ledger.remind(epoch).await.unwrap(), 41);
    assert_eq!(times(&books.ledger).await, ["1:0:-1001:7"]);
    books.close().await;
}

async fn in_private_whoever_may_decide_is_told(mut books: Books) {
    let roles = Deciders::only([Decider::Approver].into());
    books.kinds.insert("bill".to_owned(), Rules { roles, ..every_minute() });
    books.announce = Announce::Privately;
    books.restart().await;
    books.pending(&["rent"]).await;
    let epoch = epoch(&books.ledger, "me").await.unwrap();
    books.clock.advance(TimeDelta::seconds(60));
    assert_eq!(
        (books.ledger.remind(epoch).await.unwrap(), times(&books.ledger).await.len()),
        (1, 0),
        "owners"
    );
    books.kinds.clear();
    books.kinds.insert("bill".to_owned(), every_minute());
    books.restart().await;
    books.pending(&["laptop"]).await;
    books.clock.advance(TimeDelta::seconds(60));
    books.ledger.remind(epoch).await.unwrap();
    assert_eq!(times(&books.ledger).await, ["2:0:111:0", "2:0:222:0"]);
    books.close().await;
}
