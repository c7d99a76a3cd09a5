//! Taking back: once, by whoever decided, while it is not final; and what may be decided anew.

use std::sync::Arc;

use chrono::TimeDelta;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::{Outcome, Refusal, SkipReason};
use countersign::domain::receipt::Standing;
use countersign::points::Act;
use futures_util::future::join_all;
use tokio::sync::Notify;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve, approve_by, done};

on_each_database!(
    what_is_undone_can_be_decided_anew,
    nobody_undoes_anothers_or_what_is_final,
    an_old_number_undoes_no_later_decision,
    many_at_once_undo_once,
    a_decision_and_its_undo_in_one_batch,
    a_decision_that_comes_while_its_turn_is_waited_for,
);

async fn with_window(mut books: Books) -> Books {
    books.undo_window_s = 10;
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    books
}

fn undo(person: i64, update: u32, receipt: Option<i64>) -> Request {
    Request { operation: Operation::Undo { receipt }, ..approve_by(person, update, &[]) }
}

async fn what_is_undone_can_be_decided_anew(books: Books) {
    let books = with_window(books).await;
    let first = books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    assert!(first.items.values().all(|item| !item.is_final(books.clock.now())));
    let undone = books.ledger.apply(undo(LEE, 2, None)).await.unwrap();
    assert_eq!((done(&undone), &undone.standing), (vec![1, 2], &Standing::New));
    let repeat = books.ledger.apply(undo(LEE, 2, None)).await.unwrap();
    assert_eq!((done(&repeat), &repeat.standing), (vec![1, 2], &Standing::Repeat));
    let second = books.ledger.apply(undo(LEE, 3, None)).await.unwrap();
    assert_eq!(done(&second), [0_i64; 0]);
    assert!(second.outcome.skipped().iter().all(|skip| skip.reason == SkipReason::Undone), "{second:?}");

    let again = books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    assert_eq!((&again.standing, again.changed_since().count()), (&Standing::Repeat, 2));
    let anew = books.ledger.apply(approve_by(KIM, 4, &[1])).await.unwrap();
    assert_eq!(done(&anew), [1]);
    assert!(anew.items.values().all(|item| item.round == 2 && item.version == 4));
    books.close().await;
}

async fn nobody_undoes_anothers_or_what_is_final(books: Books) {
    let books = with_window(books).await;
    let nothing = Outcome::Refused { refusal: Refusal::NothingToUndo };
    assert_eq!(books.ledger.apply(undo(LEE, 1, None)).await.unwrap().outcome, nothing);
    let lees = books.ledger.apply(approve(2, &[1])).await.unwrap();
    assert_eq!(books.ledger.apply(undo(KIM, 3, None)).await.unwrap().outcome, nothing);
    for (update, number, refusal) in [
        (4, lees.number, Refusal::NotYourReceipt { number: lees.number }),
        (7, 9999, Refusal::NoSuchReceipt { number: 9999 }),
        (8, lees.number + 1, Refusal::NothingDecided { number: lees.number + 1 }),
    ] {
        let told = books.ledger.apply(undo(KIM, update, Some(number))).await.unwrap().outcome.clone();
        assert_eq!(told, Outcome::Refused { refusal });
        assert_eq!(Outcome::from_stored(&told.to_stored()).unwrap(), told, "it is kept as it was told");
    }
    // What decided nothing is not the last decision.
    books.ledger.apply(approve(5, &[99])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(10));
    let late = books.ledger.apply(undo(LEE, 6, None)).await.unwrap();
    assert!(
        matches!(late.outcome.skipped()[0].reason, SkipReason::Final { at: Some(at) } if at == books.clock.now())
    );
    books.close().await;
}

async fn an_old_number_undoes_no_later_decision(books: Books) {
    let books = with_window(books).await;
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.ledger.apply(undo(LEE, 2, Some(first.number))).await.unwrap();
    books.ledger.apply(approve(3, &[1])).await.unwrap();
    let stale = books.ledger.apply(undo(LEE, 4, Some(first.number))).await.unwrap();
    assert_eq!(stale.outcome.skipped()[0].reason, SkipReason::Undone);
    books.close().await;
}

async fn many_at_once_undo_once(books: Books) {
    let books = with_window(books).await;
    books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    let undos = (2..22).map(|update| books.ledger.apply(undo(LEE, update, None)));
    let undone: usize =
        join_all(undos).await.into_iter().map(|receipt| receipt.unwrap().outcome.done().len()).sum();
    assert_eq!(undone, 2);
    books.close().await;
}

async fn a_decision_and_its_undo_in_one_batch(books: Books) {
    let books = with_window(books).await;
    // Something holds the writers up, so that what follows waits together.
    for round in 0..20 {
        let (decided, undone) = tokio::join!(
            books.ledger.apply(approve(100 + round, &[1])),
            books.ledger.apply(undo(LEE, 200 + round, None)),
        );
        let (decided, undone) = (decided.unwrap(), undone.unwrap());
        // Whichever came first: afterwards the item is as the two say.
        let open = books.ledger.apply(approve_by(KIM, 300 + round, &[1])).await.unwrap();
        let expected = undone.outcome.done().len() >= decided.outcome.done().len();
        assert_eq!(open.outcome.done().len() == 1, expected, "{decided:?} {undone:?}");
        books.ledger.apply(undo(KIM, 400 + round, None)).await.unwrap();
        books.ledger.apply(undo(LEE, 500 + round, None)).await.unwrap();
    }
    books.close().await;
}

/// The undo has looked for the last decision, and waits for an item that a later one of the same person holds.
async fn a_decision_that_comes_while_its_turn_is_waited_for(books: Books) {
    let books = with_window(books).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    books.points.arm("written", Act::Wait(reached.clone(), go_on.clone()));
    let (ledger, other) = (books.ledger.clone(), books.instance().await);
    let deciding = tokio::spawn(async move { ledger.apply(approve(2, &[1, 2])).await.unwrap() });
    reached.notified().await;
    let undoing = {
        let other = other.clone();
        tokio::spawn(async move { other.apply(undo(LEE, 3, None)).await.unwrap() })
    };
    super::locks::until_somebody_waits(&books).await;
    go_on.notify_one();
    assert_eq!(done(&deciding.await.unwrap()), [2], "the first was decided before");
    assert_eq!(done(&undoing.await.unwrap()), [2], "what was decided last");
    other.close().await;
    books.close().await;
}
