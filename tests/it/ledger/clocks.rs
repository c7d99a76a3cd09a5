//! Machines whose clocks jump or disagree.

use std::pin::pin;
use std::time::Duration;

use chrono::TimeDelta;
use countersign::clock::Clock;
use countersign::domain::receipt::Standing;
use countersign::domain::rules::Rules;
use countersign::ledger::lease::TELEGRAM;
use futures_util::poll;

use super::on_each_database;
use super::release::{log, undo};
use crate::support::books::{Books, LEE, approve, done, noon};

on_each_database!(
    a_clock_that_jumps,
    a_clock_set_back_among_what_is_due,
    an_instance_that_lives_in_the_future,
    what_is_heard_late_is_not_kept,
);

async fn a_clock_that_jumps(books: Books) {
    books.pending(&["rent", "laptop", "books"]).await;
    let mut update = 0;
    for hours in [-1, -24, 49, -48, 24 * 5] {
        update += 1;
        let first = books.ledger.apply(approve(update, &[1, 2, 3])).await.unwrap();
        assert_eq!(first.standing, Standing::New);
        assert_eq!(done(&first).len(), if update == 1 { 3 } else { 0 }, "decided once");
        books.clock.advance(TimeDelta::hours(hours));
        for earlier in 1..=update {
            let request = approve(earlier, &[1, 2, 3]);
            let cached = books.ledger.recall_cached(&request.key, &request.scope);
            assert!(cached.is_none_or(|receipt| receipt.standing == Standing::Repeat));
            let again = books.ledger.apply(request).await.unwrap();
            assert_eq!(again.standing, Standing::Repeat, "{earlier} after {hours} h");
        }
        books.ledger.prune().await.unwrap();
    }
    books.close().await;
}

/// What was decided is released once, and what has ended stays so.
async fn a_clock_set_back_among_what_is_due(mut books: Books) {
    let rules = Rules { undo_window_s: 60, expires_after_s: Some(600), ..Rules::default() };
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let (hour, ledger) = (TimeDelta::hours(1), books.ledger.clone());
    books.clock.advance(-hour);
    assert_eq!((ledger.release_due().await.unwrap(), ledger.expire().await.unwrap()), (0, 0));
    assert_eq!(ledger.apply(approve(1, &[1])).await.unwrap().standing, Standing::Repeat);
    books.clock.advance(hour + TimeDelta::seconds(60));
    assert_eq!(ledger.release_due().await.unwrap(), 1);

    books.clock.advance(-hour);
    assert_eq!(ledger.release_due().await.unwrap(), 0, "it is final already");
    let back = ledger.apply(undo(LEE, 2, None)).await.unwrap();
    assert_eq!(done(&back).len(), 0, "and cannot be taken back in an hour that comes again");

    books.clock.advance(hour + TimeDelta::seconds(600));
    assert_eq!(ledger.expire().await.unwrap(), 1);
    books.clock.advance(-hour);
    assert_eq!(ledger.expire().await.unwrap(), 0);
    let late = ledger.apply(approve(3, &[2])).await.unwrap();
    assert_eq!(done(&late).len(), 0, "what has ended waits no more");
    let numbers: Vec<i64> = log(&ledger).await.iter().map(|one| one.item_id.get()).collect();
    assert_eq!(numbers, [1, 2], "each once");
    books.close().await;
}

/// Its clock is a week and a day ahead: it holds every key for expired, and still nothing happens twice.
async fn an_instance_that_lives_in_the_future(books: Books) {
    books.pending(&["rent"]).await;
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    let ahead = books.instance_at(&Clock::frozen(noon() + TimeDelta::days(8))).await;
    let there = ahead.apply(approve(1, &[1])).await.unwrap();
    assert_eq!(
        (done(&first), done(&there)),
        (vec![1], vec![]),
        "a key that was shed early decides nothing anew"
    );
    let here = books.ledger.apply(approve(1, &[1])).await.unwrap();
    assert_eq!(here.standing, Standing::Repeat);

    // PostgreSQL's clock counts for leases; the one file of SQLite has one machine's clock.
    if books.address.writers() > 1 {
        let life = Duration::from_secs(600);
        assert!(books.ledger.lease(TELEGRAM, "here", life).await.unwrap().is_some());
        assert_eq!(ahead.lease(TELEGRAM, "ahead", life).await.unwrap(), None, "the lease is not over");
    }
    ahead.close().await;
    books.close().await;
}

#[tokio::test]
async fn a_lease_from_before_the_clock_was_set_back_is_over() {
    let books = Books::sqlite().await;
    let life = Duration::from_secs(10);
    let first = books.ledger.lease(TELEGRAM, "died", life).await.unwrap().unwrap();
    assert_eq!(books.ledger.lease(TELEGRAM, "next", life).await.unwrap(), None);
    books.clock.advance(TimeDelta::hours(-1));
    let next = books.ledger.lease(TELEGRAM, "next", life).await.unwrap();
    assert!(next.is_some_and(|next| next > first), "nobody waits an hour for it: {next:?}");
    books.close().await;
}

/// Whoever asked hears it only when the time to take it back is over, and it was taken back meanwhile: no repeat may be told that it
/// stands.
async fn what_is_heard_late_is_not_kept(mut books: Books) {
    books.undo_window_s = 60;
    books.restart().await;
    books.pending(&["rent"]).await;
    let request = approve(1, &[1]);
    let ledger = books.ledger.clone();
    let mut late = pin!(ledger.apply(request.clone()));
    assert!(poll!(&mut late).is_pending(), "nothing was committed yet");
    while ledger.recall(&request.key, &request.scope).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(done(&ledger.apply(undo(LEE, 2, None)).await.unwrap()), [1]);
    books.clock.advance(TimeDelta::seconds(61));
    assert_eq!(late.await.unwrap().standing, Standing::New);
    assert!(ledger.recall_cached(&request.key, &request.scope).is_none(), "it may have changed since");
    books.close().await;
}
