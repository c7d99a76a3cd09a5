//! A client's own items: withdrawn against approved at the same moment, reported against undone, and what the audit sees of it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use countersign::domain::caller::{Actor, Caller};
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Execution, ItemState};
use countersign::domain::key::{ClientName, IdempotencyKey};
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::{Outcome, SkipReason};
use countersign::domain::reason::Reason;
use countersign::domain::release::Release;
use countersign::domain::scope::Scope;
use countersign::ledger::Since;
use futures_util::future::{join, join_all};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::on_each_database;
use crate::support::books::{Books, approve, done, noon};

on_each_database!(
    withdrawn_or_approved_and_never_both,
    many_reports_are_one,
    what_was_reported_is_not_undone,
    what_is_closed_stands_in_the_log_once,
    the_audit_sees_what_was_changed_by_hand,
);

fn by_shop(header: &str, operation: Operation) -> Request {
    let client = ClientName::parse("shop").unwrap();
    Request {
        key: IdempotencyKey::client(&client, header).unwrap(),
        scope: Scope::of(&json!({ "op": header })),
        caller: Caller {
            actor: Actor::Client(client),
            profile: None,
            said_at: noon(),
            token_may_decide: false,
        },
        operation,
        ..approve(1, &[])
    }
}

fn ids(ids: &[i64]) -> Vec<ItemId> {
    ids.iter().map(|id| ItemId::new(*id).unwrap()).collect()
}

fn withdraw(header: &str, items: &[i64]) -> Request {
    by_shop(header, Operation::Withdraw { ids: ids(items), reason: None, label: None })
}

fn issue(header: &str, items: &[i64], result: Execution) -> Request {
    let note = Some(Reason::new(header).unwrap());
    by_shop(header, Operation::Issue { ids: ids(items), result, note, label: None })
}

fn undo(update: u32) -> Request {
    Request { operation: Operation::Undo { receipt: None }, ..approve(update, &[]) }
}

async fn state(books: &Books, id: i64) -> ItemState {
    books.ledger.record(ItemId::new(id).unwrap()).await.unwrap().unwrap().portrait.item.state
}

async fn withdrawn_or_approved_and_never_both(books: Books) {
    let other = books.instance().await;
    let mut ends = BTreeMap::new();
    for round in 1..=40 {
        let id = books.pending(&[&format!("item-{round}")]).await[0].get();
        let (approving, header) = (approve(u32::try_from(round).unwrap(), &[id]), format!("back-{round}"));
        let (yes, back) = join(books.ledger.apply(approving), other.apply(withdraw(&header, &[id]))).await;
        let (yes, back) = (done(&yes.unwrap()), done(&back.unwrap()));
        assert_eq!(yes.len() + back.len(), 1, "one of them");
        let expected = if yes.is_empty() { ItemState::Withdrawn } else { ItemState::Approved };
        assert_eq!(state(&books, id).await, expected);
        *ends.entry(expected.code()).or_insert(0) += 1;
    }
    println!("{ends:?}");
    other.close().await;
    books.close().await;
}

async fn many_reports_are_one(books: Books) {
    books.pending(&["rent"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let other = books.instance().await;
    let results = [Execution::Issued, Execution::Failed];
    let reports = (0..20).map(|n| {
        let ledger = if n % 2 == 0 { &books.ledger } else { &other };
        ledger.apply(issue(&format!("report-{n}"), &[1], results[n % 2]))
    });
    let told = join_all(reports).await;
    let first: Vec<_> = told.iter().flatten().filter(|receipt| !receipt.outcome.done().is_empty()).collect();
    assert_eq!((told.len(), first.len()), (20, 1));
    let item = books.ledger.record(ItemId::new(1).unwrap()).await.unwrap().unwrap().portrait.item;
    assert_eq!(item.note.unwrap().as_str(), first[0].key.header());
    other.close().await;
    books.close().await;
}

/// Whatever another machine's clock says: what was carried out stays approved.
async fn what_was_reported_is_not_undone(mut books: Books) {
    books.undo_window_s = 60;
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    let early = books.ledger.apply(issue("early", &[1], Execution::Issued)).await.unwrap();
    let at = Some(noon() + TimeDelta::seconds(60));
    assert_eq!(early.outcome.skipped()[0].reason, SkipReason::NotFinal { at });
    let ahead = countersign::clock::Clock::frozen(noon() + TimeDelta::seconds(61));
    let other = books.instance_at(&ahead).await;
    let unreleased = other.apply(issue("unreleased", &[1], Execution::Issued)).await.unwrap();
    assert_eq!(done(&unreleased), [0_i64; 0], "not by the clock: by the log");
    assert_eq!(other.release_due().await.unwrap(), 2);
    assert_eq!(done(&other.apply(issue("done", &[1], Execution::Issued)).await.unwrap()), [1]);
    let back = books.ledger.apply(undo(2)).await.unwrap();
    let Outcome::Undone { done, skipped } = &back.outcome else { panic!("{back:?}") };
    assert_eq!((done.len(), skipped.len()), (0, 2));
    assert!(matches!(skipped[0].reason, SkipReason::Final { .. }), "{skipped:?}");
    assert_eq!(state(&books, 1).await, ItemState::Approved);
    other.close().await;
    books.close().await;
}

/// What is final at once stands in the log once, whatever is said of it in the same batch or later.
async fn what_is_closed_stands_in_the_log_once(books: Books) {
    books.pending(&["rent", "laptop", "travel"]).await;
    let asked = [
        approve(1, &[1, 2]),
        issue("done", &[1], Execution::Issued),
        withdraw("back", &[3]),
        issue("again", &[2], Execution::Failed),
    ];
    join_all(asked.map(|request| books.ledger.apply(request))).await;
    books.ledger.apply(issue("late", &[1, 2], Execution::Failed)).await.unwrap();
    assert_eq!(books.ledger.release_due().await.unwrap(), 0);
    let page = books.ledger.decisions(Since { after: 0, limit: 10, client: None }).await.unwrap();
    let told = page.rows.iter().map(|(_, sealed)| Release::from_stored(&sealed.entry).unwrap());
    let told: Vec<(i64, ItemState)> = told.map(|release| (release.item_id.get(), release.state)).collect();
    let (approved, withdrawn) = (ItemState::Approved, ItemState::Withdrawn);
    assert_eq!(BTreeMap::from_iter(told.clone()), [(1, approved), (2, approved), (3, withdrawn)].into());
    assert_eq!(told.len(), 3);
    books.close().await;
}

async fn the_audit_sees_what_was_changed_by_hand(books: Books) {
    books.pending(&["rent", "laptop", "travel", "desk"]).await;
    books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    books.ledger.apply(issue("done", &[1, 2], Execution::Issued)).await.unwrap();
    books.ledger.apply(withdraw("back", &[3])).await.unwrap();
    assert_eq!(books.ledger.audit().await.unwrap(), [""; 0]);
    let hand = books.address.open_writer().await.unwrap();
    for damage in [
        "UPDATE pending_items SET issue = 'failed' WHERE id = 1",
        "UPDATE pending_items SET issue = NULL WHERE id = 2",
        "UPDATE pending_items SET state = 'withdrawn', decided_at = created_at WHERE id = 4",
    ] {
        hand.execute_unprepared(damage).await.unwrap();
    }
    let told = books.ledger.audit().await.unwrap();
    assert!(told.contains(&"no operation closed item #1 as it is".to_owned()), "{told:#?}");
    assert!(told.contains(&"R3 closed item #2, which is not so".to_owned()), "{told:#?}");
    assert!(told.contains(&"no operation closed item #4 as it is".to_owned()), "{told:#?}");
    hand.close().await.unwrap();
    books.ledger.close().await;
}
