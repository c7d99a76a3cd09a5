//! Figures about the queue, the same on each database: what is open, what was decided and by whom, and how long it took.

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::rules::Rules;
use countersign::domain::stats::{Decider, OpenKind, Stats};
use countersign::limits::STATS_DAYS;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve_by, noon, submit};

on_each_database!(
    what_is_open_is_counted_by_kind_and_age,
    what_was_decided_is_counted_by_day_and_person,
    what_was_taken_back_or_expired_is_no_decision,
    of_many_kinds_the_most_are_told,
    an_empty_queue_has_figures,
);

/// The days as UTC has them.
fn days(now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let today = now.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
    (0..STATS_DAYS).rev().map(|ago| today - TimeDelta::days(i64::try_from(ago).unwrap())).collect()
}

async fn figures(books: &Books) -> Stats {
    let now = books.clock.now();
    books.ledger.stats(&days(now), now).await.unwrap()
}

async fn of_kind(books: &Books, kind: &str, count: usize) {
    let mut request = submit(&format!("{kind}-{}", books.clock.now().timestamp()), &[]);
    let Operation::Submit { items, .. } = &mut request.operation else { panic!() };
    *items = (0..count).map(|n| NewItem::new(kind, &format!("{kind} {n}"), None).unwrap()).collect();
    books.ledger.apply(request).await.unwrap();
}

fn undo(person: i64, update: u32) -> Request {
    Request { operation: Operation::Undo { receipt: None }, ..approve_by(person, update, &[1]) }
}

fn decider(actor: &str, name: Option<&str>, count: u64, today: u64) -> Decider {
    Decider { actor: actor.to_owned(), name: name.map(str::to_owned), count, today }
}

async fn what_is_open_is_counted_by_kind_and_age(books: Books) {
    of_kind(&books, "deploy", 1).await;
    books.clock.advance(TimeDelta::days(7) - TimeDelta::hours(2));
    of_kind(&books, "invoice", 2).await;
    books.clock.advance(TimeDelta::hours(2));
    of_kind(&books, "invoice", 1).await;
    books.clock.advance(TimeDelta::microseconds(1));
    let stats = figures(&books).await;
    assert_eq!(stats.open, [1, 2, 0, 1]);
    let kind = |kind: &str, count, oldest| OpenKind { kind: kind.to_owned(), count, oldest };
    let later = noon() + TimeDelta::days(7) - TimeDelta::hours(2);
    assert_eq!(stats.kinds, [kind("invoice", 3, later), kind("deploy", 1, noon())]);
    assert_eq!((stats.all_open(), stats.of_other_kinds(), stats.most()), (4, 0, 0));
    books.close().await;
}

async fn what_was_decided_is_counted_by_day_and_person(books: Books) {
    let titles: Vec<String> = (1..=9).map(|n| format!("item {n}")).collect();
    books.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // Taken a fortnight ago, then at the last and the first moment of days next to each other, and now.
    for (update, person, wait_s, ids) in [
        (1, LEE, 90, &[1_i64, 2, 3][..]),
        (2, KIM, 14 * 86_400, &[4]),
        (3, LEE, 42_868, &[5]),
        (4, KIM, 2, &[6, 7]),
    ] {
        books.clock.advance(TimeDelta::seconds(wait_s));
        books.ledger.apply(approve_by(person, update, ids)).await.unwrap();
    }
    let stats = figures(&books).await;
    let told: Vec<u64> = stats.days.iter().map(|day| day.count).collect();
    assert_eq!((told.len(), &told[14..]), (30, &[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2][..]));
    assert_eq!((stats.outcomes, stats.heights()[14], stats.heights()[29]), ((7, 0), 7, 5));
    assert_eq!(
        stats.deciders,
        [decider("tg:111", Some("@lee"), 4, 0), decider("tg:222", Some("@kim"), 3, 2)]
    );
    let fourth = TimeDelta::seconds(90 + 14 * 86_400);
    assert_eq!(stats.median, Some(fourth), "of seven the fourth");
    books.ledger.apply(approve_by(KIM, 5, &[8])).await.unwrap();
    let last = TimeDelta::seconds(90 + 14 * 86_400 + 42_868);
    assert_eq!(
        figures(&books).await.median,
        Some((fourth + last) / 2),
        "of eight between the two in the middle"
    );
    // A month later all of it is past.
    books.clock.advance(TimeDelta::days(30));
    let stats = figures(&books).await;
    assert_eq!((stats.most(), stats.median, stats.deciders), (0, None, vec![]));
    books.close().await;
}

async fn what_was_taken_back_or_expired_is_no_decision(mut books: Books) {
    books.undo_window_s = 3600;
    books.kinds.insert("bill".to_owned(), Rules { quorum: 2, undo_window_s: 3600, ..Rules::default() });
    let brief = Rules { expires_after_s: Some(60), ..Rules::default() };
    books.kinds.insert("brief".to_owned(), brief);
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    of_kind(&books, "brief", 1).await;
    // One yes of two is no decision yet, nor is one that was taken back.
    books.ledger.apply(approve_by(LEE, 1, &[1, 2])).await.unwrap();
    books.ledger.apply(approve_by(KIM, 2, &[1, 2])).await.unwrap();
    assert_eq!(figures(&books).await.outcomes, (2, 0));
    books.ledger.apply(undo(KIM, 3)).await.unwrap();
    books.ledger.apply(approve_by(KIM, 4, &[2])).await.unwrap();
    books.clock.advance(TimeDelta::seconds(60));
    assert_eq!(books.ledger.expire().await.unwrap(), 1);
    let stats = figures(&books).await;
    assert_eq!((stats.outcomes, stats.all_open(), stats.most()), ((1, 0), 1, 1));
    assert_eq!(
        stats.deciders,
        [decider("tg:111", Some("@lee"), 1, 1), decider("tg:222", Some("@kim"), 1, 1)]
    );
    books.close().await;
}

async fn of_many_kinds_the_most_are_told(books: Books) {
    for (n, kind) in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].into_iter().enumerate() {
        of_kind(&books, kind, 1 + n % 2).await;
    }
    let stats = figures(&books).await;
    let told: String = stats.kinds.iter().map(|kind| kind.kind.as_str()).collect();
    assert_eq!((told.as_str(), stats.of_other_kinds()), ("bdfhjace", 2), "the first of those that are even");
    books.close().await;
}

async fn an_empty_queue_has_figures(books: Books) {
    let stats = figures(&books).await;
    assert_eq!((stats.open, stats.most(), stats.median), ([0; 4], 0, None));
    assert_eq!(stats.heights(), [0; STATS_DAYS]);
    books.close().await;
}
