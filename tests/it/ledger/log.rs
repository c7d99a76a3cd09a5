//! The log of decisions: whoever follows it misses nothing and reads nothing twice, and what was changed in it shows.

use std::time::Duration;

use chrono::TimeDelta;
use countersign::ledger::connect::Address;
use countersign::ledger::{Ledger, Since, probe};
use sea_orm::{ConnectionTrait, TransactionTrait};
use tokio::process::Command;
use tokio::sync::watch;

use super::on_each_database;
use super::release::{log, with_window};
use crate::support::books::{Books, approve, submit};

on_each_database!(a_reader_follows_many_writers, each_kind_of_change_is_named, a_log_cut_short_is_named);

/// Items 1 to `count`, open.
async fn items(books: &Books, count: usize) -> Vec<i64> {
    let titles: Vec<String> = (1..=count).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let receipt = books.ledger.apply(submit("all", &titles)).await.unwrap();
    receipt.outcome.done().iter().map(|id| id.get()).collect()
}

/// Reads from `after` on until the writers have stopped and nothing is left; asserts that each number follows the last.
async fn follow(ledger: Ledger, stopped: watch::Receiver<bool>) -> Vec<i64> {
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let over = *stopped.borrow();
        let page = ledger.decisions(Since { after, limit: 7, client: None }).await.unwrap();
        for (number, sealed) in &page.rows {
            assert_eq!(*number, after + 1, "nothing is skipped, and nothing comes twice");
            let entry: serde_json::Value = serde_json::from_str(&sealed.entry).unwrap();
            seen.push(entry["item_id"].as_i64().unwrap());
            after = *number;
        }
        if over && !page.more && page.rows.is_empty() {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

async fn a_reader_follows_many_writers(books: Books) {
    // Half of them are final at once, half at their time: both ways write into the log.
    let slow = with_window(books, 1).await;
    let late = items(&slow, 150).await;
    let mut books = slow;
    books.undo_window_s = 0;
    books.restart().await;
    let titles: Vec<String> = (1..=150).map(|n| format!("quick {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let quick = books.ledger.apply(submit("quick", &titles)).await.unwrap();
    let quick: Vec<i64> = quick.outcome.done().iter().map(|id| id.get()).collect();
    let other = books.instance().await;
    // An unrelated transaction that has written stays open all the while.
    let bystander = books.address.open_writer().await.unwrap();
    let unrelated = if books.address.writers() > 1 {
        let txn = bystander.begin().await.unwrap();
        txn.execute_unprepared("INSERT INTO meta (name, value) VALUES ('unrelated', 'x')").await.unwrap();
        Some(txn)
    } else {
        None
    };
    let (stop, stopped) = watch::channel(false);
    let readers =
        [books.ledger.clone(), other.clone()].map(|ledger| tokio::spawn(follow(ledger, stopped.clone())));
    let ledgers = [books.ledger.clone(), other.clone()];
    let decide = |ids: Vec<i64>, first: u32| {
        let ledgers = ledgers.clone();
        async move {
            for (n, id) in (0_u32..).zip(ids) {
                ledgers[n as usize % 2].apply(approve(first + n, &[id])).await.unwrap();
            }
        }
    };
    let (clock, released) = (books.clock.clone(), other.clone());
    let release = async {
        let mut all = 0;
        while all < 150 {
            clock.advance(TimeDelta::milliseconds(300));
            all += released.release_due().await.unwrap() + ledgers[0].release_due().await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::join!(decide(late, 1_000), decide(quick, 2_000), release);
    stop.send(true).unwrap();
    for reader in readers {
        let mut seen = reader.await.unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (1..=300).collect::<Vec<_>>(), "each decision once");
    }
    if let Some(txn) = unrelated {
        txn.rollback().await.unwrap();
    }
    other.close().await;
    books.close().await;
}

/// Four decisions, all final.
async fn four(books: Books) -> Books {
    let books = with_window(books, 0).await;
    let ids = items(&books, 4).await;
    books.ledger.apply(approve(1, &ids)).await.unwrap();
    books
}

async fn verdict(books: &Books) -> Vec<String> {
    let verdict = probe::verify_log(&books.address, None).await.unwrap().unwrap();
    let audit = books.ledger.audit().await.unwrap();
    assert!(verdict.findings.iter().all(|finding| audit.contains(finding)), "{audit:?}");
    verdict.findings
}

async fn each_kind_of_change_is_named(books: Books) {
    let books = four(books).await;
    assert_eq!(verdict(&books).await, [""; 0]);
    let hand = books.address.open_writer().await.unwrap();
    let seal = "(SELECT hash FROM decision_log WHERE number = 3)";
    let changes = [
        (
            "UPDATE decision_log SET entry = replace(entry, '\"bill\"', '\"will\"') WHERE number = 2",
            "UPDATE decision_log SET entry = replace(entry, '\"will\"', '\"bill\"') WHERE number = 2",
            "decision 2 was changed: its hash is another",
        ),
        (
            "UPDATE decision_log SET client = 'crook' WHERE number = 3",
            "UPDATE decision_log SET client = 'shop' WHERE number = 3",
            "decision 3 was changed: its columns say otherwise than its entry",
        ),
        (
            "UPDATE decision_log SET number = 9 WHERE number = 2",
            "UPDATE decision_log SET number = 2 WHERE number = 9",
            "decision 2 is missing",
        ),
        (
            "UPDATE decision_head SET number = 3, hash = {seal}",
            "UPDATE decision_head SET number = 4, hash = (SELECT hash FROM decision_log WHERE number = 4)",
            "decision 4 stands behind the end of the log",
        ),
        (
            "UPDATE decision_head SET hash = {seal}",
            "UPDATE decision_head SET hash = (SELECT hash FROM decision_log WHERE number = 4)",
            "decision 4 is not the one that the head of the log names",
        ),
        (
            "UPDATE pending_items SET kind = 'will' WHERE id = 3",
            "UPDATE pending_items SET kind = 'bill' WHERE id = 3",
            "decision 3 says otherwise than item #3: its kind",
        ),
        (
            "UPDATE pending_items SET state = 'rejected' WHERE id = 1",
            "UPDATE pending_items SET state = 'approved' WHERE id = 1",
            "decision 1 says otherwise than item #1: its state",
        ),
        (
            "UPDATE pending_items SET title = title || '0' WHERE id = 2",
            "UPDATE pending_items SET title = substr(title, 1, length(title) - 1) WHERE id = 2",
            "decision 2 says otherwise than item #2: its content is not what its hash says",
        ),
        (
            "UPDATE pending_items SET payload = '{}' WHERE id = 5",
            "UPDATE pending_items SET payload = NULL WHERE id = 5",
            "the content of item #5 is not what its hash says",
        ),
        (
            "UPDATE pending_items SET external_id = 'other' WHERE id = 4",
            "UPDATE pending_items SET external_id = NULL WHERE id = 4",
            "decision 4 says otherwise than item #4: its external id",
        ),
    ];
    books.pending(&["one that waits"]).await;
    for (change, back, told) in changes {
        hand.execute_unprepared(&change.replace("{seal}", seal)).await.unwrap();
        assert_eq!(verdict(&books).await, [told], "{change}");
        hand.execute_unprepared(back).await.unwrap();
        assert_eq!(verdict(&books).await, [""; 0], "{back}");
    }
    hand.close().await.unwrap();
    books.close().await;
}

async fn a_log_cut_short_is_named(books: Books) {
    let books = four(books).await;
    let kept = probe::verify_log(&books.address, None).await.unwrap().unwrap().head;
    let hand = books.address.open_writer().await.unwrap();
    hand.execute_unprepared("DELETE FROM decision_log WHERE number = 4").await.unwrap();
    let lost = "the decision about item #4 is final, and not in the log";
    assert_eq!(verdict(&books).await, ["decision 4 is missing", lost]);
    // Cut with its head: its item tells of it.
    let back = "UPDATE decision_head SET number = 3, hash = (SELECT hash FROM decision_log WHERE number = 3)";
    hand.execute_unprepared(back).await.unwrap();
    assert_eq!(verdict(&books).await, [lost]);
    // And its item marked as never released: what somebody kept elsewhere still tells.
    hand.execute_unprepared("UPDATE pending_items SET logged = FALSE WHERE id = 4").await.unwrap();
    assert_eq!(verdict(&books).await, [""; 0]);
    let held = (kept.number, kept.hash);
    let told = probe::verify_log(&books.address, Some(&held)).await.unwrap().unwrap();
    assert_eq!(told.findings, ["decision 4 is missing"]);
    books.ledger.release_due().await.unwrap();
    let told = probe::verify_log(&books.address, Some(&(4, "0".repeat(64)))).await.unwrap().unwrap();
    assert_eq!(told.findings, ["decision 4 has another hash than the one you kept"]);
    hand.close().await.unwrap();
    books.close().await;
}

/// A copy of the books, as an administrator makes it, goes on where the log stood.
async fn goes_on(books: &Books, copy: &Address) {
    let copied = books.instance_on(copy).await;
    let before = log(&books.ledger).await;
    assert_eq!(log(&copied).await, before);
    let page = copied.decisions(Since { after: 2, limit: 1, client: None }).await.unwrap();
    assert_eq!((page.rows[0].0, page.more), (3, true));
    copied.apply(submit("later", &["later"])).await.unwrap();
    copied.apply(approve(50, &[5])).await.unwrap();
    let after = log(&copied).await;
    assert_eq!((after.len(), after[4].number), (5, 5));
    assert_eq!(probe::verify_log(copy, None).await.unwrap().unwrap().findings, [""; 0]);
    let end = copied.decisions(Since { after: 99, limit: 1, client: None }).await.unwrap().end;
    assert_eq!(end, Some(5), "whoever read further than the copy goes is told so");
    copied.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_file_goes_on() {
    let books = four(Books::sqlite().await).await;
    let hand = books.address.open_writer().await.unwrap();
    let copy = books.address.file().unwrap().with_file_name("copy.db");
    hand.execute_unprepared(&format!("VACUUM INTO '{}'", copy.display())).await.unwrap();
    hand.close().await.unwrap();
    goes_on(&books, &Address::parse(&format!("sqlite://{}", copy.display())).unwrap()).await;
    books.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_was_restored_goes_on() {
    let Some(books) = Books::postgres().await else { return };
    let books = four(books).await;
    let Some(scratch) = crate::support::postgres::fresh_database().await else { return };
    let program = |name: &str| crate::support::postgres::program(name);
    let dump = Command::new(program("pg_dump")).arg(books.address_text()).output().await.unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.sql");
    std::fs::write(&file, dump.stdout).unwrap();
    let restored = Command::new(program("psql"))
        .args(["--quiet", "--set", "ON_ERROR_STOP=1", "--file"])
        .arg(&file)
        .arg(scratch.url())
        .output()
        .await
        .unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    goes_on(&books, &Address::parse(scratch.url()).unwrap()).await;
    books.close().await;
}
