//! Many at once: within one batch, between writers, and between instances.

use std::sync::Arc;

use countersign::domain::receipt::{Receipt, Standing};
use countersign::ledger::{Ledger, LedgerError};
use countersign::points::Act;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve, approve_by, done, submit};

on_each_database!(
    one_key_fifty_times_at_once,
    one_key_with_other_items_at_once,
    two_people_one_item_at_once,
    one_key_twice_in_a_batch,
    two_instances_one_key,
    two_instances_one_submission,
    a_caller_that_left_is_not_applied,
);

/// Holds every writer at a point, so that what comes meanwhile waits for one batch.
async fn hold_writers(
    books: &Books,
    first_update: u32,
) -> (Vec<Arc<Notify>>, JoinSet<Result<Arc<Receipt>, LedgerError>>) {
    let (mut go_on, mut held) = (Vec::new(), JoinSet::new());
    for place in 0..u32::try_from(books.address.writers()).unwrap() {
        let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        books.points.arm("loaded", Act::Wait(reached.clone(), release.clone()));
        let ledger = books.ledger.clone();
        held.spawn(async move { ledger.apply(approve(first_update + place, &[9_000_000])).await });
        reached.notified().await;
        go_on.push(release);
    }
    (go_on, held)
}

/// Waits until so many operations wait for the writers.
async fn until_queued(ledger: &Ledger, waiting: usize) {
    while ledger.waiting() < waiting {
        tokio::task::yield_now().await;
    }
}

fn standings(receipts: &[Arc<Receipt>]) -> (usize, usize, usize) {
    let count = |code| receipts.iter().filter(|receipt| receipt.standing.code() == code).count();
    (count("new"), count("repeat"), count("reused"))
}

async fn all(
    requests: impl IntoIterator<Item = (Ledger, countersign::domain::operation::Request)>,
) -> Vec<Arc<Receipt>> {
    let mut set = JoinSet::new();
    for (ledger, request) in requests {
        set.spawn(async move { ledger.apply(request).await.unwrap() });
    }
    set.join_all().await
}

async fn one_key_fifty_times_at_once(books: Books) {
    books.pending(&["rent"]).await;
    let receipts = all((0..50).map(|_| (books.ledger.clone(), approve(1, &[1])))).await;
    assert_eq!(standings(&receipts), (1, 49, 0));
    assert!(receipts.iter().all(|receipt| done(receipt) == [1]));
    books.close().await;
}

async fn one_key_with_other_items_at_once(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    let receipts = all((0..40).map(|n| (books.ledger.clone(), approve(1, &[1 + n % 2])))).await;
    let (new, repeat, reused) = standings(&receipts);
    assert_eq!((new, repeat, reused), (1, 19, 20));
    books.close().await;
}

async fn two_people_one_item_at_once(books: Books) {
    books.pending(&["rent"]).await;
    let people = |n: u32| if n.is_multiple_of(2) { LEE } else { KIM };
    let receipts = all((0..20).map(|n| (books.ledger.clone(), approve_by(people(n), 1 + n, &[1])))).await;
    assert_eq!(standings(&receipts), (20, 0, 0));
    assert_eq!(receipts.iter().filter(|receipt| done(receipt) == [1]).count(), 1);
    books.close().await;
}

async fn one_key_twice_in_a_batch(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    let (release, held) = hold_writers(&books, 100).await;
    let jobs = all([
        (books.ledger.clone(), approve(1, &[1])),
        (books.ledger.clone(), approve(1, &[1])),
        (books.ledger.clone(), approve(1, &[2])),
        (books.ledger.clone(), approve(2, &[2])),
    ]);
    let jobs = tokio::spawn(jobs);
    until_queued(&books.ledger, 4).await;
    release.iter().for_each(|release| release.notify_one());
    let receipts = jobs.await.unwrap();
    held.join_all().await;
    let (new, repeat, reused) = standings(&receipts);
    assert_eq!((new, repeat + reused), (2, 2));
    books.close().await;
}

async fn two_instances_one_key(books: Books) {
    let ids = books.pending(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]).await;
    let other = books.instance().await;
    for (n, id) in (1_u32..).zip(&ids) {
        let both = [books.ledger.clone(), other.clone()];
        let receipts = all(both.into_iter().map(|ledger| (ledger, approve(n, &[id.get()])))).await;
        assert_eq!(standings(&receipts), (1, 1, 0), "update {n}");
    }
    other.close().await;
    books.close().await;
}

async fn two_instances_one_submission(books: Books) {
    let other = books.instance().await;
    let both = [books.ledger.clone(), other.clone()];
    let receipts =
        all(both.into_iter().cycle().take(20).map(|ledger| (ledger, submit("req-1", &["rent", "desk"]))))
            .await;
    assert_eq!(standings(&receipts), (1, 19, 0));
    assert!(receipts.iter().all(|receipt| done(receipt) == done(&receipts[0])));
    other.close().await;
    books.close().await;
}

async fn a_caller_that_left_is_not_applied(books: Books) {
    books.pending(&["rent"]).await;
    let (release, held) = hold_writers(&books, 100).await;
    let ledger = books.ledger.clone();
    let caller = tokio::spawn(async move { ledger.apply(approve(1, &[1])).await });
    until_queued(&books.ledger, 1).await;
    caller.abort();
    assert!(caller.await.is_err());
    release.iter().for_each(|release| release.notify_one());
    held.join_all().await;
    let request = approve(1, &[1]);
    assert!(books.ledger.recall(&request.key, &request.scope).await.unwrap().is_none());
    assert_eq!(books.ledger.apply(request).await.unwrap().standing, Standing::New);
    books.close().await;
}

/// The unique insert decides: whoever decided first but inserts second has done nothing, and hears so.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_insert_of_a_key_loses_on_postgres() {
    let Some(books) = Books::postgres().await else { return };
    books.pending(&["rent", "laptop"]).await;
    let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    books.points.arm("written", Act::Wait(reached.clone(), release.clone()));
    let slow = tokio::spawn({
        let ledger = books.ledger.clone();
        async move { ledger.apply(approve(1, &[1])).await }
    });
    reached.notified().await;
    let fast = books.ledger.apply(approve(1, &[2])).await.unwrap();
    assert_eq!(fast.standing, Standing::New);
    release.notify_one();
    let slow = slow.await.unwrap().unwrap();
    assert_eq!(slow.standing, Standing::Reused { differs: vec!["text".to_owned()] });
    assert_eq!(done(&slow), [2]);
    books.close().await;
}

/// One lost key is the whole batch's: nothing of it is committed, and each of its requests runs again by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_loses_one_of_its_keys_runs_again_on_postgres() {
    let Some(books) = Books::postgres().await else { return };
    books.pending(&["rent", "laptop", "chair"]).await;
    let (writers, held) = hold_writers(&books, 100).await;
    let apply = |update: u32, item: i64| {
        let ledger = books.ledger.clone();
        tokio::spawn(async move { ledger.apply(approve(update, &[item])).await.unwrap() })
    };
    let (loser, other) = (apply(1, 1), apply(2, 3));
    until_queued(&books.ledger, 2).await;
    let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    // First comes what held the writer.
    books.points.arm("written", Act::GoOn);
    books.points.arm("written", Act::Wait(reached.clone(), release.clone()));
    let (first, second) = (&writers[0], &writers[1]);
    first.notify_one();
    reached.notified().await;
    second.notify_one();
    let winner = apply(1, 2).await.unwrap();
    assert_eq!(winner.standing, Standing::New);
    release.notify_one();
    let (loser, other) = (loser.await.unwrap(), other.await.unwrap());
    assert_eq!(loser.standing, Standing::Reused { differs: vec!["text".to_owned()] });
    assert_eq!(done(&loser), [2]);
    assert_eq!((other.standing.clone(), done(&other)), (Standing::New, vec![3]));
    held.join_all().await;
    let waiting = approve(3, &[1]);
    assert_eq!(
        done(&books.ledger.apply(waiting).await.unwrap()),
        [1],
        "it was not approved by the lost batch"
    );
    books.close().await;
}
