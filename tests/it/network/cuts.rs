//! The connection is cut at each step of one operation, before its request or before its answer, or falls silent.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::clock::Clock;
use countersign::domain::world::Rulebook;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, LedgerError, Options, Page};
use countersign::points::Points;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::books::{Books, KIM, LEE, approve, done, noon};
use crate::support::postgres;
use crate::support::proxy::{Cut, Proxy};

/// Ledgers at once: each has seven connections.
const AT_ONCE: usize = 10;

async fn through(proxy: &Proxy) -> Ledger {
    let options = Options {
        clock: Clock::frozen(noon()),
        rulebook: Rulebook::new([LEE, KIM].into(), 100, 0),
        key_retention: TimeDelta::days(7),
        announce: Announce::Places(Vec::new()),
        points: Points::default(),
    };
    Ledger::open(&Address::parse(&proxy.url).unwrap(), options).await.unwrap()
}

/// Every answer comes within 5 s; this is how long a machine may take to notice.
async fn answered<T>(answer: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), answer).await.expect("an answer, whatever the network does")
}

async fn until_well<T, A: Future<Output = Result<T, LedgerError>>>(ask: impl Fn() -> A) -> T {
    for _ in 0..60 {
        if let Ok(answer) = answered(ask()).await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never became well again")
}

/// How many requests one operation sends to the database.
async fn steps(books: &Books, item: i64) -> usize {
    let proxy = Proxy::before(&books.address_text()).await;
    let ledger = through(&proxy).await;
    // The first opens the writer's connection.
    ledger.apply(approve(1, &[9_000_000])).await.unwrap();
    let before = proxy.requests();
    ledger.apply(approve(2, &[item])).await.unwrap();
    let steps = proxy.requests() - before;
    ledger.close().await;
    steps
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_at_every_step() {
    let Some(books) = Books::postgres().await else { return };
    let counted = books.pending(&["counted"]).await[0].get();
    let steps = steps(&books, counted).await;
    assert!(steps >= 5, "a transaction takes more than {steps} requests");

    let room = std::sync::Arc::new(Semaphore::new(AT_ONCE));
    let mut cases = JoinSet::new();
    // Two more than were counted: after the last one the network fails beside the operation.
    for (case, (step, cut)) in (10..)
        .zip((0..steps + 2).flat_map(|step| [Cut::Request, Cut::Answer, Cut::Silence].map(|cut| (step, cut))))
    {
        let item = books.pending(&[&format!("item {case}")]).await[0].get();
        let (room, url) = (room.clone(), books.address_text());
        cases.spawn(async move {
            let _room = room.acquire().await.unwrap();
            one(&url, case, item, (step, cut)).await;
        });
    }
    cases.join_all().await;
    assert_eq!(books.ledger.pending(Page::default()).await.unwrap().total, 0, "none lost");
    books.close().await;
}

async fn one(url: &str, update: u32, item: i64, (step, cut): (usize, Cut)) {
    let case = format!("{cut:?} at step {step}");
    let proxy = Proxy::before(url).await;
    let ledger = through(&proxy).await;
    ledger.apply(approve(update + 100_000, &[9_000_000])).await.unwrap();
    proxy.fail_after(step, cut);
    let first = answered(ledger.apply(approve(update, &[item]))).await;
    proxy.mend();
    let again = until_well(|| ledger.apply(approve(update, &[item]))).await;
    match &first {
        Ok(receipt) => {
            assert_eq!((receipt.standing.code(), done(receipt)), ("new", vec![item]), "{case}");
            assert_eq!(again.standing.code(), "repeat", "{case}");
        }
        Err(LedgerError::Away(_)) => {}
        Err(error) => panic!("{case}: {error}"),
    }
    assert_eq!(done(&again), [item], "{case}: once, and told what was done");
    answered(ledger.close()).await;
    // The server waits for connections that never said who they are before it drops the database.
    drop(proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_outlive_a_black_hole() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let proxy = Proxy::before(scratch.url()).await;
    let ledger = through(&proxy).await;
    ledger.pending(Page::default()).await.unwrap();
    proxy.fail_after(0, Cut::Silence);
    let mut asked = JoinSet::new();
    for _ in 0..12 {
        let ledger = ledger.clone();
        asked.spawn(async move { answered(ledger.pending(Page::default())).await.is_err() });
    }
    assert!(asked.join_all().await.into_iter().all(|away| away), "each hears that the database is away");
    proxy.mend();
    until_well(|| ledger.pending(Page::default())).await;
    answered(ledger.close()).await;
    // The server waits for connections that never said who they are before it drops the database.
    drop(proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copies_in_memory_outlive_a_black_hole() {
    const SAM: i64 = 333;
    let Some(mut books) = Books::postgres().await else { return };
    let proxy = Proxy::before(&books.address_text()).await;
    let ledger = through(&proxy).await;
    // In the middle of a reading, behind the question whether its connection still lives: it will never hear an answer.
    proxy.fail_after(2, Cut::Silence);
    let before = proxy.requests();
    while proxy.requests() < before + 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    proxy.mend();
    assert!(!ledger.knows(SAM));
    books.admins = [SAM].into();
    books.restart().await;
    for _ in 0..600 {
        if ledger.knows(SAM) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(ledger.knows(SAM), "people are read again");
    answered(ledger.close()).await;
    drop(proxy);
    books.close().await;
}
