//! Decisions become final: at once where nothing can be taken back, else at their time, once, whoever releases them.

use chrono::TimeDelta;
use countersign::clock::Clock;
use countersign::domain::item::Execution;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::release::Release;
use countersign::domain::rules::Rules;
use countersign::ledger::{Ledger, Since};
use countersign::points::Act;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Notify;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve, approve_by, done, noon, submit};

on_each_database!(
    without_a_window_the_decision_is_final_in_its_own_transaction,
    with_a_window_it_is_final_at_its_time,
    what_is_undone_is_not_released,
    undo_and_release_a_thousand_times,
    two_instances_release_each_once,
    what_somebody_has_locked_is_left_to_them,
    what_expires_is_final_at_once,
    those_who_decided_are_named,
    what_an_older_program_made_final_is_entered_though_it_changes_before,
);

/// Everything in the log.
pub async fn log(ledger: &Ledger) -> Vec<Release> {
    let page = ledger.decisions(Since { limit: 10_000, ..Since::default() }).await.unwrap();
    page.rows.iter().map(|(_, sealed)| Release::from_stored(&sealed.entry).unwrap()).collect()
}

pub async fn with_window(mut books: Books, undo_window_s: u32) -> Books {
    books.undo_window_s = undo_window_s;
    books.restart().await;
    books
}

pub fn undo(person: i64, update: u32, receipt: Option<i64>) -> Request {
    Request { operation: Operation::Undo { receipt }, ..approve_by(person, update, &[]) }
}

async fn without_a_window_the_decision_is_final_in_its_own_transaction(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[2, 1])).await.unwrap();
    let page = books.ledger.decisions(Since { limit: 9, ..Since::default() }).await.unwrap();
    let entries: Vec<Value> =
        page.rows.iter().map(|(_, sealed)| serde_json::from_str(&sealed.to_json()).unwrap()).collect();
    let hash = |n: usize| entries[n]["hash"].as_str().unwrap();
    let expected = |number: i64, hash: &str, content: &Value, previous: &str| {
        json!({
            "v": 1, "number": number, "item_id": number, "round": 1, "kind": "bill", "client": "shop",
            "external_id": null, "state": "approved", "decided_by": [{ "actor": "tg:111", "name": "@lee" }],
            "reason": null, "content_hash": content, "decided_at": "2026-03-01T12:04:00Z",
            "released_at": "2026-03-01T12:04:00Z", "previous": previous, "hash": hash,
        })
    };
    assert_eq!(entries[0], expected(1, hash(0), &entries[0]["content_hash"], &"0".repeat(64)));
    assert_eq!(entries[1], expected(2, hash(1), &entries[1]["content_hash"], hash(0)));
    assert!(page.rows.iter().all(|(_, sealed)| sealed.holds() && sealed.hash.len() == 64));
    assert_eq!(books.ledger.next_release().await.unwrap(), None);
    assert_eq!(books.ledger.release_due().await.unwrap(), 0);
    books.close().await;
}

async fn with_a_window_it_is_final_at_its_time(books: Books) {
    let books = with_window(books, 10).await;
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(3));
    books.ledger.apply(approve(2, &[2])).await.unwrap();
    assert_eq!(books.ledger.next_release().await.unwrap(), Some(noon() + TimeDelta::seconds(10)));
    books.clock.advance(TimeDelta::milliseconds(6_999));
    assert_eq!(books.ledger.release_due().await.unwrap(), 0, "a millisecond early");
    books.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(books.ledger.release_due().await.unwrap(), 1);
    assert_eq!(books.ledger.next_release().await.unwrap(), Some(noon() + TimeDelta::seconds(13)));
    books.clock.advance(TimeDelta::hours(5));
    assert_eq!(books.ledger.release_due().await.unwrap(), 1);
    assert_eq!(books.ledger.release_due().await.unwrap(), 0);
    let log = log(&books.ledger).await;
    let times: Vec<_> = log.iter().map(|one| (one.item_id.get(), one.released_at - noon())).collect();
    let second = TimeDelta::seconds(10) + TimeDelta::hours(5);
    assert_eq!(times, [(1, TimeDelta::seconds(10)), (2, second)]);
    assert_eq!(log[1].decided_at, Some(noon() + TimeDelta::seconds(3)));
    books.close().await;
}

async fn what_is_undone_is_not_released(books: Books) {
    let books = with_window(books, 10).await;
    books.pending(&["rent"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.ledger.apply(undo(LEE, 2, None)).await.unwrap();
    assert_eq!(books.ledger.next_release().await.unwrap(), None);
    books.clock.advance(TimeDelta::seconds(10));
    assert_eq!(books.ledger.release_due().await.unwrap(), 0);
    books.ledger.apply(approve_by(KIM, 3, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(10));
    assert_eq!(books.ledger.release_due().await.unwrap(), 1);
    let log = log(&books.ledger).await;
    assert_eq!((log[0].round, &log[0].decided_by[0].actor[..]), (2, "tg:222"));
    books.close().await;
}

/// Two instances, one of which is ten seconds ahead: it releases at the moment in which the other takes back.
async fn undo_and_release_a_thousand_times(books: Books) {
    let books = with_window(books, 10).await;
    let titles: Vec<String> = (1..=1000).map(|n| format!("item {n}")).collect();
    for (n, some) in titles.chunks(500).enumerate() {
        let titles: Vec<&str> = some.iter().map(String::as_str).collect();
        books.ledger.apply(submit(&format!("part-{n}"), &titles)).await.unwrap();
    }
    let ahead = books.instance_at(&Clock::frozen(noon() + TimeDelta::seconds(10))).await;
    let (mut undone, mut final_now) = (0, 0);
    for n in 1..=1000_u32 {
        let decided = books.ledger.apply(approve(n, &[n.into()])).await.unwrap();
        let taking_back = books.ledger.apply(undo(LEE, 10_000 + n, Some(decided.number)));
        let (taken_back, released) = if n.is_multiple_of(2) {
            tokio::join!(taking_back, ahead.release_due())
        } else {
            let (released, taken_back) = tokio::join!(ahead.release_due(), taking_back);
            (taken_back, released)
        };
        let taken_back = done(&taken_back.unwrap()).len();
        undone += taken_back;
        // A look that met the lock leaves it to the next one.
        let released = released.unwrap() + ahead.release_due().await.unwrap();
        final_now += usize::try_from(released).unwrap();
        assert_eq!(undone + final_now, n as usize, "item {n}: undone {taken_back}, released {released}");
    }
    assert_eq!(log(&books.ledger).await.len(), final_now);
    ahead.close().await;
    books.close().await;
}

async fn two_instances_release_each_once(books: Books) {
    let books = with_window(books, 10).await;
    let titles: Vec<String> = (1..=600).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    for (n, some) in (0_u32..).zip(titles.chunks(100)) {
        let ids = books.ledger.apply(submit(&format!("part-{n}"), some)).await.unwrap();
        let ids: Vec<i64> = ids.outcome.done().iter().map(|id| id.get()).collect();
        books.ledger.apply(approve(n, &ids)).await.unwrap();
    }
    books.clock.advance(TimeDelta::seconds(10));
    let other = books.instance().await;
    let all = (0..8).map(|n| if n % 2 == 0 { books.ledger.clone() } else { other.clone() });
    let released = all.map(|ledger| async move { ledger.release_due().await.unwrap() });
    let released: u64 = futures_util::future::join_all(released).await.into_iter().sum();
    let rest = books.ledger.release_due().await.unwrap();
    assert_eq!(released + rest, 600);
    let numbers: Vec<i64> = log(&books.ledger).await.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=600).collect::<Vec<_>>());
    other.close().await;
    books.close().await;
}

async fn what_somebody_has_locked_is_left_to_them(books: Books) {
    let books = with_window(books, 10).await;
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let second = books.ledger.apply(approve(2, &[2])).await.unwrap().number;
    let ahead = books.instance_at(&Clock::frozen(noon() + TimeDelta::seconds(10))).await;
    let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    books.points.arm("loaded", Act::Wait(reached.clone(), go_on.clone()));
    let ledger = books.ledger.clone();
    let undoing = tokio::spawn(async move { ledger.apply(undo(LEE, 3, Some(second))).await.unwrap() });
    reached.notified().await;
    if books.address.writers() > 1 {
        // SQLite has one lock for all, which is waited for.
        assert_eq!(ahead.release_due().await.unwrap(), 1, "the other item waits for nobody");
        assert!(ahead.next_release().await.unwrap().is_some(), "the locked one is still to be released");
    }
    go_on.notify_one();
    assert_eq!(done(&undoing.await.unwrap()), [2]);
    ahead.release_due().await.unwrap();
    let items: Vec<i64> = log(&books.ledger).await.iter().map(|one| one.item_id.get()).collect();
    assert_eq!(items, [1]);
    ahead.close().await;
    books.close().await;
}

async fn what_expires_is_final_at_once(mut books: Books) {
    let rules = Rules { expires_after_s: Some(60), undo_window_s: 600, ..Rules::default() };
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    books.pending(&["rent"]).await;
    books.clock.advance(TimeDelta::seconds(61));
    books.ledger.expire().await.unwrap();
    let log = log(&books.ledger).await;
    assert_eq!((log[0].state.code(), log[0].decided_by.len()), ("expired", 0));
    let (over, found) = (noon() + TimeDelta::seconds(60), books.clock.now());
    assert_eq!((log[0].decided_at, log[0].released_at), (Some(over), found));
    books.close().await;
}

async fn those_who_decided_are_named(mut books: Books) {
    let rules = Rules { quorum: 2, undo_window_s: 10, ..Rules::default() };
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    let by_backend = |update: u32, id: i64| {
        let mut request = approve(update, &[id]);
        request.caller =
            countersign::domain::caller::Caller { token_may_decide: true, ..submit("x", &["x"]).caller };
        let Operation::Decide { label, .. } = &mut request.operation else { panic!() };
        *label = Some("nightly job".to_owned());
        request
    };
    books.ledger.apply(by_backend(1, 1)).await.unwrap();
    books.ledger.apply(approve_by(KIM, 2, &[1])).await.unwrap();
    let mut no = approve_by(KIM, 3, &[2]);
    let Operation::Decide { decision, reason, .. } = &mut no.operation else { panic!() };
    *decision = countersign::domain::operation::Decision::Reject;
    *reason = Some(countersign::domain::reason::Reason::new("too dear").unwrap());
    books.ledger.apply(approve(4, &[2])).await.unwrap();
    books.ledger.apply(no).await.unwrap();
    books.clock.advance(TimeDelta::seconds(10));
    assert_eq!(books.ledger.release_due().await.unwrap(), 2);
    let log = serde_json::to_value(log(&books.ledger).await).unwrap();
    let yeses =
        json!([{ "actor": "api:shop", "label": "nightly job" }, { "actor": "tg:222", "name": "@kim" }]);
    assert_eq!((&log[0]["decided_by"], &log[0]["reason"]), (&yeses, &Value::Null));
    // The yes before it stands, and is no part of the no.
    let noes = json!([{ "actor": "tg:222", "name": "@kim" }]);
    assert_eq!((&log[1]["decided_by"], &log[1]["reason"]), (&noes, &json!("too dear")));
    books.close().await;
}

/// Beside this program an older one decided, which knew no log; and the client reports the item before it is entered.
async fn what_an_older_program_made_final_is_entered_though_it_changes_before(books: Books) {
    let books = with_window(books, 10).await;
    books.pending(&["rent"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let hand = books.address.open_writer().await.unwrap();
    let older = "UPDATE pending_items SET released_at = decided_at, final_at = NULL WHERE id = 1";
    hand.execute_unprepared(older).await.unwrap();
    hand.close().await.unwrap();
    let mut report = submit("report", &["x"]);
    let ids = vec![countersign::domain::ids::ItemId::new(1).unwrap()];
    report.operation = Operation::Issue { result: Execution::Issued, ids, note: None, label: None };
    assert_eq!(done(&books.ledger.apply(report).await.unwrap()), [1]);
    assert_eq!(log(&books.ledger).await.len(), 0);
    books.clock.advance(TimeDelta::seconds(10));
    assert_eq!(books.ledger.release_due().await.unwrap(), 1);
    assert_eq!(log(&books.ledger).await[0].item_id.get(), 1);
    books.close().await;
}
