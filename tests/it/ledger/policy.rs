//! The rules of kinds: what is forbidden, how many must say yes, and whose yes counts.

use std::sync::Arc;

use chrono::TimeDelta;
use countersign::domain::item::ItemState;
use countersign::domain::operation::{Decision, Operation, Request};
use countersign::domain::outcome::{Awaiting, Outcome, Refusal, SkipReason};
use countersign::domain::reason::Reason;
use countersign::domain::receipt::{Receipt, Standing};
use countersign::domain::rules::{Forbidden, Rules};
use tokio::task::JoinSet;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve_by, decide, done, submit};

on_each_database!(
    two_must_say_yes,
    one_no_is_enough,
    an_undo_takes_ones_own_vote_back,
    the_yes_of_somebody_removed_does_not_count,
    both_at_once,
    rules_are_those_of_the_submission,
    a_forbidden_kind_is_refused_and_its_key_used_up,
    a_no_needs_its_reason,
    one_by_one,
    whoever_asks_does_not_answer,
    what_nobody_decides_in_time_expires_once,
    an_expiry_is_nobodys,
);

async fn with(mut books: Books, rules: Rules, titles: &[&str]) -> Books {
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    books.pending(titles).await;
    books
}

fn quorum(quorum: u32) -> Rules {
    Rules { quorum, undo_window_s: 60, ..Rules::default() }
}

fn reject(person: i64, update: u32, ids: &[i64], why: Option<&str>) -> Request {
    let mut request = approve_by(person, update, ids);
    let Operation::Decide { decision, reason, .. } = &mut request.operation else { panic!() };
    *decision = Decision::Reject;
    *reason = why.map(|why| Reason::new(why).unwrap());
    request
}

fn undo(person: i64, update: u32) -> Request {
    Request { operation: Operation::Undo { receipt: None }, ..approve_by(person, update, &[1]) }
}

fn skips(receipt: &Arc<Receipt>) -> Vec<SkipReason> {
    receipt.outcome.skipped().iter().map(|skip| skip.reason.clone()).collect()
}

async fn open(books: &Books) -> u64 {
    books.ledger.pending(countersign::ledger::Page { limit: 9, ..Default::default() }).await.unwrap().total
}

async fn two_must_say_yes(books: Books) {
    let books = with(books, quorum(2), &["rent"]).await;
    let first = books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    let id = first.outcome.named()[0];
    assert_eq!((done(&first), first.outcome.awaiting()), (vec![], &[Awaiting { id, have: 1, need: 2 }][..]));
    let twice = books.ledger.apply(approve_by(LEE, 2, &[1])).await.unwrap();
    assert_eq!(skips(&twice), [SkipReason::AlreadyVoted { have: 1, need: 2, receipt: Some(first.number) }]);
    let repeat = books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    assert_eq!((&repeat.standing, &repeat.outcome), (&Standing::Repeat, &first.outcome));
    assert_eq!(open(&books).await, 1);
    let second = books.ledger.apply(approve_by(KIM, 3, &[1])).await.unwrap();
    assert_eq!(done(&second), [1]);
    assert_eq!(second.items[&id].state, ItemState::Approved);
    let since = books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    assert_eq!(since.changed_since().count(), 1, "the repeat tells that it is approved since");
    books.close().await;
}

async fn one_no_is_enough(books: Books) {
    let books = with(books, quorum(2), &["rent"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    assert_eq!(done(&books.ledger.apply(reject(KIM, 2, &[1], None)).await.unwrap()), [1]);
    // Lee's yes is no part of the no: taking it back changes nothing.
    let undone = books.ledger.apply(undo(LEE, 3)).await.unwrap();
    assert!(
        matches!(skips(&undone)[..], [SkipReason::Already { state: ItemState::Rejected, .. }]),
        "{undone:?}"
    );
    // The no itself can be taken back; then the yes still stands.
    assert_eq!(done(&books.ledger.apply(undo(KIM, 4)).await.unwrap()), [1]);
    assert_eq!(done(&books.ledger.apply(approve_by(KIM, 5, &[1])).await.unwrap()), [1]);
    books.close().await;
}

async fn an_undo_takes_ones_own_vote_back(books: Books) {
    let books = with(books, quorum(2), &["rent"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    assert_eq!(done(&books.ledger.apply(undo(LEE, 2)).await.unwrap()), [1]);
    let kim = books.ledger.apply(approve_by(KIM, 3, &[1])).await.unwrap();
    assert_eq!(kim.outcome.awaiting()[0].have, 1, "Lee's vote is gone");
    assert_eq!(done(&books.ledger.apply(approve_by(LEE, 4, &[1])).await.unwrap()), [1]);
    // Either of the two can take theirs back, and the other's stays.
    assert_eq!(done(&books.ledger.apply(undo(KIM, 5)).await.unwrap()), [1]);
    assert_eq!(open(&books).await, 1);
    assert_eq!(done(&books.ledger.apply(approve_by(KIM, 6, &[1])).await.unwrap()), [1]);
    books.clock.advance(TimeDelta::seconds(61));
    assert!(matches!(
        skips(&books.ledger.apply(undo(KIM, 7)).await.unwrap())[..],
        [SkipReason::Final { .. }]
    ));
    books.close().await;
}

async fn the_yes_of_somebody_removed_does_not_count(books: Books) {
    let mut books = with(books, quorum(2), &["rent"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    books.admins = [KIM, 333].into();
    books.restart().await;
    let kim = books.ledger.apply(approve_by(KIM, 2, &[1])).await.unwrap();
    assert_eq!(kim.outcome.awaiting()[0].have, 1, "only present approvers count");
    assert_eq!(done(&books.ledger.apply(approve_by(333, 3, &[1])).await.unwrap()), [1]);
    books.close().await;
}

/// Lee and Kim on two instances at the same moment, many times: the second of each pair decides.
async fn both_at_once(books: Books) {
    let titles: Vec<String> = (0..100).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut books = books;
    books.kinds.insert("bill".to_owned(), quorum(2));
    books.restart().await;
    books.ledger.apply(submit("all", &titles)).await.unwrap();
    let other = books.instance().await;
    let mut votes = JoinSet::new();
    for n in 1..=100_u32 {
        for (person, ledger, update) in [(LEE, &books.ledger, n), (KIM, &other, n + 1000)] {
            let (ledger, request) = (ledger.clone(), approve_by(person, update, &[i64::from(n)]));
            votes.spawn(async move { ledger.apply(request).await.unwrap() });
        }
    }
    let votes = votes.join_all().await;
    let decided = votes.iter().filter(|receipt| !done(receipt).is_empty()).count();
    let waiting = votes.iter().filter(|receipt| !receipt.outcome.awaiting().is_empty()).count();
    assert_eq!((decided, waiting, open(&books).await), (100, 100, 0));
    other.close().await;
    books.close().await;
}

async fn rules_are_those_of_the_submission(books: Books) {
    let mut books = with(books, quorum(2), &["rent"]).await;
    books.kinds.clear();
    books.restart().await;
    let first = books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    assert_eq!(first.outcome.awaiting().len(), 1, "a policy of later changes nothing");
    books.close().await;
}

async fn a_forbidden_kind_is_refused_and_its_key_used_up(mut books: Books) {
    books.pending(&["before"]).await;
    let forbidden = [Forbidden::Submit, Forbidden::Approve].into();
    books.kinds.insert("bill".to_owned(), Rules { forbidden, ..Rules::default() });
    books.restart().await;
    let refused = Outcome::Refused { refusal: Refusal::Forbidden { kind: "bill".to_owned() } };
    for standing in [Standing::New, Standing::Repeat] {
        let receipt = books.ledger.apply(submit("again", &["rent"])).await.unwrap();
        assert_eq!((&receipt.standing, &receipt.outcome), (&standing, &refused));
    }
    // What came before the rule is decided as before.
    assert_eq!(done(&books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap()), [1]);

    let forbidden = [Forbidden::Approve].into();
    books.kinds.insert("bill".to_owned(), Rules { forbidden, ..Rules::default() });
    books.restart().await;
    books.pending(&["forbidden"]).await;
    books.kinds.clear();
    books.restart().await;
    books.pending(&["free"]).await;
    let some = books.ledger.apply(approve_by(LEE, 2, &[2, 3])).await.unwrap();
    assert_eq!((done(&some), skips(&some)), (vec![3], vec![SkipReason::Forbidden]));
    let alone = books.ledger.apply(approve_by(LEE, 3, &[2])).await.unwrap();
    assert_eq!(alone.outcome, refused);
    assert_eq!(done(&books.ledger.apply(reject(LEE, 4, &[2], None)).await.unwrap()), [2]);
    books.close().await;
}

async fn a_no_needs_its_reason(books: Books) {
    let books = with(books, Rules { reason_required: true, ..Rules::default() }, &["rent"]).await;
    assert_eq!(
        skips(&books.ledger.apply(reject(LEE, 1, &[1], None)).await.unwrap()),
        [SkipReason::ReasonRequired]
    );
    assert_eq!(done(&books.ledger.apply(reject(LEE, 2, &[1], Some("too late"))).await.unwrap()), [1]);
    books.close().await;
}

async fn one_by_one(books: Books) {
    let books = with(books, Rules { bulk: false, ..Rules::default() }, &["rent", "laptop"]).await;
    let both = books.ledger.apply(approve_by(LEE, 1, &[1, 2])).await.unwrap();
    assert_eq!(skips(&both), [SkipReason::NotInBulk, SkipReason::NotInBulk]);
    assert_eq!(done(&books.ledger.apply(approve_by(LEE, 2, &[1, 1])).await.unwrap()), [1], "a double is one");
    books.close().await;
}

async fn whoever_asks_does_not_answer(books: Books) {
    let books = with(books, Rules { allow_self: false, ..Rules::default() }, &["rent"]).await;
    let mut own = submit("decide", &["rent"]);
    own.operation = decide(&[1]);
    own.caller.token_may_decide = true;
    assert_eq!(skips(&books.ledger.apply(own).await.unwrap()), [SkipReason::OwnItem]);
    assert_eq!(done(&books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap()), [1]);
    books.close().await;
}

async fn what_nobody_decides_in_time_expires_once(books: Books) {
    let rules = Rules { expires_after_s: Some(60), undo_window_s: 3600, ..Rules::default() };
    let books = with(books, rules, &["rent", "laptop", "travel"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(59));
    assert_eq!(books.ledger.expire().await.unwrap(), 0);
    assert_eq!(done(&books.ledger.apply(approve_by(LEE, 2, &[2])).await.unwrap()), [2], "just in time");
    books.clock.advance(TimeDelta::seconds(1));
    // The books do not say so yet, and still it is too late.
    let late = books.ledger.apply(approve_by(LEE, 3, &[3])).await.unwrap();
    assert!(matches!(
        skips(&late)[..],
        [SkipReason::Already { state: ItemState::Expired, by: None, at: Some(_) }]
    ));
    let other = books.instance().await;
    let (here, there) = tokio::join!(books.ledger.expire(), other.expire());
    assert_eq!(here.unwrap() + there.unwrap(), 1, "once, and not what was decided");
    assert_eq!(open(&books).await, 0);
    let record = books.ledger.record(late.outcome.named()[0]).await.unwrap().unwrap();
    assert_eq!((record.portrait.item.state, record.portrait.item.version), (ItemState::Expired, 2));
    // Taken back after its time, a decision leaves nothing that could be decided.
    assert_eq!(done(&books.ledger.apply(undo(LEE, 4)).await.unwrap()), [2]);
    assert_eq!(books.ledger.expire().await.unwrap(), 1);
    other.close().await;
    books.close().await;
}

async fn an_expiry_is_nobodys(books: Books) {
    let rules = Rules { quorum: 2, expires_after_s: Some(60), ..Rules::default() };
    let books = with(books, rules, &["rent"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(60));
    for (update, expired) in [(2, 0), (3, 1)] {
        let late = books.ledger.apply(approve_by(KIM, update, &[1])).await.unwrap();
        let at = Some(books.clock.now());
        let nobodys = SkipReason::Already { state: ItemState::Expired, by: None, at };
        assert_eq!(skips(&late), [nobodys], "not Lee's, whose yes was not enough");
        assert_eq!(books.ledger.expire().await.unwrap(), 1 - expired);
    }
    books.close().await;
}
