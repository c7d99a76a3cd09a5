//! New, Repeat, Reused; what uses a key up; retention; what stays when keys are pruned.

use chrono::TimeDelta;
use countersign::domain::outcome::{Outcome, Refusal, SkipReason};
use countersign::domain::receipt::Standing;
use countersign::ledger::Page;
use sea_orm::ConnectionTrait;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve, approve_by, done, noon, submit};

on_each_database!(
    first_and_repeat,
    no_number_is_given_twice,
    reused_key_changes_nothing,
    missing_item_uses_the_key_up,
    skips_say_by_whom_and_when,
    over_bulk_limit_is_the_stored_outcome,
    removed_admin_hears_the_repeat,
    restart_remembers,
    expired_key_counts_as_absent,
    pruning_takes_expired_keys_only,
    submission_is_unique_for_good,
    doubled_ids_count_once,
    lists_and_facts,
);

async fn first_and_repeat(books: Books) {
    books.pending(&["rent", "laptop", "travel"]).await;
    let first = books.ledger.apply(approve(1, &[1, 2, 3])).await.unwrap();
    assert_eq!(first.standing, Standing::New);
    assert_eq!(done(&first), [1, 2, 3]);
    assert!(first.items.values().all(|item| item.is_final(noon())));
    let again = books.ledger.apply(approve(1, &[1, 2, 3])).await.unwrap();
    assert_eq!(again.standing, Standing::Repeat);
    assert_eq!((again.number, &again.outcome, again.at), (first.number, &first.outcome, first.at));
    let request = approve(1, &[1, 2, 3]);
    let recalled = books.ledger.recall(&request.key, &request.scope).await.unwrap().unwrap();
    assert_eq!(recalled, again);
    books.close().await;
}

/// A receipt's number names one operation for good, also where its row and those before it are gone.
async fn no_number_is_given_twice(books: Books) {
    books.pending(&["rent", "laptop", "travel"]).await;
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    let second = books.ledger.apply(approve(2, &[2])).await.unwrap();
    assert_eq!(second.number, first.number + 1);
    let hand = books.address.open_writer().await.unwrap();
    hand.execute_unprepared("DELETE FROM operations").await.unwrap();
    let third = books.ledger.apply(approve(3, &[3])).await.unwrap();
    assert_eq!(third.number, second.number + 1);
    hand.execute_unprepared("DELETE FROM operations").await.unwrap();
    hand.close().await.unwrap();
    let other = books.instance().await;
    assert_eq!(other.apply(approve(4, &[3])).await.unwrap().number, third.number + 1);
    other.close().await;
    // The audit would miss the rows.
    books.ledger.close().await;
}

async fn reused_key_changes_nothing(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    let other = books.ledger.apply(approve(1, &[2])).await.unwrap();
    assert_eq!(other.standing, Standing::Reused { differs: vec!["text".to_owned()] });
    assert_eq!(other.scope_hash, first.scope_hash);
    assert_eq!(books.ledger.pending(Page { limit: 10, ..Page::default() }).await.unwrap().total, 1);
    books.close().await;
}

async fn missing_item_uses_the_key_up(books: Books) {
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    assert!(
        matches!(&first.outcome, Outcome::Decided { skipped, .. } if skipped[0].reason == SkipReason::NotFound)
    );
    books.pending(&["came later"]).await;
    let again = books.ledger.apply(approve(1, &[1])).await.unwrap();
    assert_eq!(again.standing, Standing::Repeat);
    assert_eq!(done(&again), [0_i64; 0]);
    assert_eq!(books.ledger.pending(Page { limit: 10, ..Page::default() }).await.unwrap().total, 1);
    books.close().await;
}

async fn skips_say_by_whom_and_when(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve_by(LEE, 1, &[1])).await.unwrap();
    let second = books.ledger.apply(approve_by(KIM, 2, &[1, 2])).await.unwrap();
    assert_eq!(done(&second), [2]);
    let Outcome::Decided { skipped, .. } = &second.outcome else { panic!("{second:?}") };
    let SkipReason::Already { by: Some(by), at: Some(at), .. } = &skipped[0].reason else {
        panic!("{skipped:?}")
    };
    assert_eq!((second.names[by].as_str(), *at), ("@lee", books.clock.now()));
    books.close().await;
}

async fn over_bulk_limit_is_the_stored_outcome(mut books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.bulk_limit = 1;
    books.restart().await;
    let first = books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    let refused = Outcome::Refused { refusal: Refusal::OverBulkLimit { asked: 2, limit: 1 } };
    assert_eq!(first.outcome, refused);
    books.bulk_limit = 100;
    books.restart().await;
    let again = books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    assert_eq!((&again.standing, &again.outcome), (&Standing::Repeat, &refused));
    books.close().await;
}

async fn removed_admin_hears_the_repeat(mut books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.admins.remove(&LEE);
    books.restart().await;
    assert!(books.ledger.knows(LEE));
    let again = books.ledger.apply(approve(1, &[1])).await.unwrap();
    assert_eq!((&again.standing, done(&again)), (&Standing::Repeat, vec![1]));
    let refused = books.ledger.apply(approve(2, &[2])).await.unwrap();
    assert_eq!(refused.outcome, Outcome::Refused { refusal: Refusal::MayNotDecide });
    books.close().await;
}

async fn restart_remembers(mut books: Books) {
    books.pending(&["rent"]).await;
    let first = books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.restart().await;
    let request = approve(1, &[1]);
    assert!(books.ledger.recall_cached(&request.key, &request.scope).is_none());
    let again = books.ledger.recall(&request.key, &request.scope).await.unwrap().unwrap();
    assert_eq!((&again.standing, &again.outcome), (&Standing::Repeat, &first.outcome));
    assert!(books.ledger.recall_cached(&request.key, &request.scope).is_some());
    books.close().await;
}

async fn expired_key_counts_as_absent(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::days(7));
    let request = approve(1, &[1]);
    assert!(books.ledger.recall_cached(&request.key, &request.scope).is_some(), "exactly at the retention");
    books.clock.advance(TimeDelta::microseconds(1));
    assert!(books.ledger.recall_cached(&request.key, &request.scope).is_none());
    assert!(books.ledger.recall(&request.key, &request.scope).await.unwrap().is_none());
    let anew = books.ledger.apply(approve(1, &[2])).await.unwrap();
    assert_eq!((&anew.standing, done(&anew)), (&Standing::New, vec![2]));
    books.close().await;
}

async fn pruning_takes_expired_keys_only(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    books.clock.advance(TimeDelta::days(6));
    books.ledger.apply(approve(2, &[2])).await.unwrap();
    assert_eq!(books.ledger.prune().await.unwrap(), 0);
    books.clock.advance(TimeDelta::days(2));
    // The submission's key and that of update 1.
    assert_eq!(books.ledger.prune().await.unwrap(), 2);
    let again = books.ledger.apply(approve(2, &[2])).await.unwrap();
    assert_eq!(again.standing, Standing::Repeat);
    books.close().await;
}

async fn submission_is_unique_for_good(books: Books) {
    let first = books.ledger.apply(submit("req-1", &["rent", "laptop"])).await.unwrap();
    books.clock.advance(TimeDelta::days(8));
    assert_eq!(books.ledger.prune().await.unwrap(), 1);
    let again = books.ledger.apply(submit("req-1", &["rent", "laptop"])).await.unwrap();
    assert_eq!((&again.standing, done(&again)), (&Standing::Repeat, done(&first)));
    let other = books.ledger.apply(submit("req-1", &["rent", "desk"])).await.unwrap();
    assert_eq!(other.standing, Standing::Reused { differs: vec!["items".to_owned()] });
    let shorter = books.ledger.apply(submit("req-1", &["rent"])).await.unwrap();
    assert!(matches!(shorter.standing, Standing::Reused { .. }));
    assert_eq!(books.ledger.pending(Page { limit: 10, ..Page::default() }).await.unwrap().total, 2);
    books.close().await;
}

async fn doubled_ids_count_once(books: Books) {
    books.pending(&["rent"]).await;
    let receipt = books.ledger.apply(approve(1, &[1, 1, 1])).await.unwrap();
    assert!(
        matches!(&receipt.outcome, Outcome::Decided { done, skipped, .. } if done.len() == 1 && skipped.is_empty())
    );
    books.close().await;
}

async fn lists_and_facts(books: Books) {
    let ids = books.pending(&["a", "b", "c", "d"]).await;
    let page = books.ledger.pending(Page { after: Some(ids[0]), limit: 2, ..Page::default() }).await.unwrap();
    let titles: Vec<&str> = page.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!((titles, page.total), (vec!["b", "c"], 4));
    for (word, total) in [("a", 1), ("bill", 4), ("%", 0), ("_", 0), ("\\", 0)] {
        let words = vec![word.to_owned()];
        let found = books.ledger.pending(Page { limit: 9, words, ..Page::default() }).await.unwrap();
        assert_eq!((found.total, found.items.len()), (total, usize::try_from(total).unwrap()), "{word}");
    }
    assert_eq!(books.ledger.fact("bot:1:username").await.unwrap(), None);
    books.ledger.remember("bot:1:username", "one").await.unwrap();
    books.ledger.remember("bot:1:username", "two").await.unwrap();
    assert_eq!(books.ledger.fact("bot:1:username").await.unwrap().as_deref(), Some("two"));
    books.ledger.database_time().await.unwrap();
    books.close().await;
}

/// A person mends a row in a form that SQLite's own functions take, and the driver reads.
#[tokio::test]
async fn a_time_that_was_written_by_hand_is_read() {
    let books = Books::sqlite().await;
    books.pending(&["rent", "laptop"]).await;
    let hand = books.address.open_writer().await.unwrap();
    for (item, time) in [(1, "2026-03-01 12:04:00Z"), (2, "2026-03-01T14:04:00+02:00")] {
        let mend = format!("UPDATE pending_items SET created_at = '{time}' WHERE id = {item}");
        hand.execute_unprepared(&mend).await.unwrap();
    }
    hand.close().await.unwrap();
    let receipt = books.ledger.apply(approve(1, &[1, 2])).await.unwrap();
    assert_eq!(done(&receipt), [1, 2]);
    let created: Vec<_> = receipt.items.values().map(|item| item.created_at).collect();
    assert_eq!(created, [noon(), noon()]);
    books.close().await;
}
