//! Changes of the roster meet votes and each other: whatever comes first, the books are in order.

use std::sync::Arc;

use countersign::domain::outcome::Outcome;
use countersign::domain::receipt::Receipt;
use countersign::domain::role::{Change, Role};
use countersign::ledger::Ledger;
use futures_util::future::try_join_all;

use super::super::on_each_database;
use super::{SAM, have, lapsed, with_quorum};
use crate::support::books::{Books, KIM, LEE, appoint, approve_by, done};

on_each_database!(
    a_removal_meets_votes_in_one_batch,
    a_removal_meets_votes_on_other_instances,
    two_owners_remove_each_other,
);

const ANN: i64 = 444;

/// Sam's yes, Kim's, and the removal of Sam at the same moment, many times: whatever comes first, the yes of somebody removed
/// counts for nothing.
async fn meet(books: &Books, [sams, kims, lees]: [&Ledger; 3]) {
    for round in 1..=30_u32 {
        let n = round * 10;
        books.pending(&[format!("item {round}").as_str()]).await;
        books.ledger.apply(appoint(LEE, n, SAM, Change::Add(Role::Approver))).await.unwrap();
        let item = i64::from(round);
        let requests = [
            (sams, approve_by(SAM, n + 1, &[item])),
            (kims, approve_by(KIM, n + 2, &[item])),
            (lees, appoint(LEE, n + 3, SAM, Change::Remove)),
        ];
        let asked = requests.map(|(ledger, request)| {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.apply(request).await.unwrap() })
        });
        let receipts = try_join_all(asked).await.unwrap();
        let [sam, kim, removed] = receipts.as_slice() else { panic!() };
        let before = |receipt: &Arc<Receipt>| receipt.number < removed.number;
        let decided = !done(sam).is_empty() || !done(kim).is_empty();
        assert_eq!(decided, before(sam) && before(kim), "{receipts:?}");
        assert_eq!(lapsed(removed), u64::from(before(sam) && !before(kim)), "{receipts:?}");
        assert_eq!(matches!(sam.outcome, Outcome::Refused { .. }), !before(sam), "{receipts:?}");
        assert!(decided || have(kim) == 1, "Kim's alone counts: {receipts:?}");
    }
}

async fn a_removal_meets_votes_in_one_batch(books: Books) {
    let books = with_quorum(books, &[]).await;
    meet(&books, [&books.ledger; 3]).await;
    books.close().await;
}

async fn a_removal_meets_votes_on_other_instances(books: Books) {
    let books = with_quorum(books, &[]).await;
    let (second, third) = (books.instance().await, books.instance().await);
    meet(&books, [&books.ledger, &second, &third]).await;
    second.close().await;
    third.close().await;
    books.close().await;
}

async fn two_owners_remove_each_other(books: Books) {
    let other = books.instance().await;
    let mut updates = 1..;
    let mut next = || updates.next().unwrap();
    for _ in 0..20 {
        for person in [SAM, ANN] {
            books.ledger.apply(appoint(LEE, next(), person, Change::Add(Role::Owner))).await.unwrap();
        }
        let (sams, anns) = tokio::join!(
            books.ledger.apply(appoint(SAM, next(), ANN, Change::Remove)),
            other.apply(appoint(ANN, next(), SAM, Change::Remove)),
        );
        let (sams, anns) = (sams.unwrap(), anns.unwrap());
        let refused = [&sams, &anns].map(|receipt| matches!(receipt.outcome, Outcome::Refused { .. }));
        assert!(refused[0] != refused[1], "one of them is left: {sams:?} {anns:?}");
        let left = if refused[0] { ANN } else { SAM };
        assert_eq!(other.roster().await.unwrap().owners(), [LEE, KIM, left]);
        books.ledger.apply(appoint(LEE, next(), left, Change::Remove)).await.unwrap();
    }
    other.close().await;
    books.close().await;
}
