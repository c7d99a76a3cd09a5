//! What goes wrong inside a transaction: lost commits, poison, panics, and connections that die.

use std::sync::Arc;

use countersign::domain::receipt::Standing;
use countersign::ledger::{LedgerError, Page};
use countersign::points::Act;
use sea_orm::{ConnectionTrait, DbBackend};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::on_each_database;
use crate::support::books::{Books, approve, done, submit};

on_each_database!(
    commit_that_happened_and_whose_answer_was_lost,
    commit_that_did_not_happen,
    submission_whose_commit_answer_was_lost,
    a_repeat_while_the_commit_is_unknown,
    poison_among_fifty,
    a_panic_ends_one_operation,
    failures_at_every_point,
    a_writer_ends_with_its_runtime,
);

async fn commit_that_happened_and_whose_answer_was_lost(books: Books) {
    books.pending(&["rent"]).await;
    books.points.arm("commit.after", Act::Fail);
    let receipt = books.ledger.apply(approve(1, &[1])).await.unwrap();
    // Its own token in the key's row: told as New, and applied once.
    assert_eq!((&receipt.standing, done(&receipt)), (&Standing::New, vec![1]));
    assert_eq!(books.ledger.apply(approve(1, &[1])).await.unwrap().standing, Standing::Repeat);
    books.close().await;
}

/// The writer has a thread of its own, which leaves no transaction open behind the instance that began it.
async fn a_writer_ends_with_its_runtime(books: Books) {
    books.pending(&["rent"]).await;
    let books = Arc::new(books);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let opening = books.clone();
    let other = runtime.spawn(async move { opening.instance().await }).await.unwrap();
    let reached = Arc::new(Notify::new());
    books.points.arm("commit.before", Act::Wait(reached.clone(), Arc::default()));
    let lost = runtime.spawn(async move { other.apply(approve(1, &[1])).await });
    reached.notified().await;
    runtime.shutdown_background();
    assert!(lost.await.unwrap_err().is_cancelled());
    let receipt = books.ledger.apply(approve(2, &[1])).await.unwrap();
    assert_eq!((&receipt.standing, done(&receipt)), (&Standing::New, vec![1]));
    Arc::into_inner(books).unwrap().close().await;
}

async fn commit_that_did_not_happen(books: Books) {
    books.pending(&["rent"]).await;
    books.points.arm("commit.before", Act::Fail);
    let receipt = books.ledger.apply(approve(1, &[1])).await.unwrap();
    assert_eq!((&receipt.standing, done(&receipt)), (&Standing::New, vec![1]));
    assert_eq!(receipt.items.values().next().unwrap().version, 2, "decided once");
    books.close().await;
}

async fn submission_whose_commit_answer_was_lost(books: Books) {
    books.points.arm("commit.after", Act::Fail);
    let receipt = books.ledger.apply(submit("req-1", &["rent", "desk"])).await.unwrap();
    assert_eq!(receipt.standing, Standing::New);
    assert_eq!(books.ledger.pending(Page { limit: 10, ..Page::default() }).await.unwrap().total, 2);
    books.close().await;
}

async fn a_repeat_while_the_commit_is_unknown(books: Books) {
    books.pending(&["rent"]).await;
    books.points.arm("commit.after", Act::Fail);
    let (first, second) =
        tokio::join!(books.ledger.apply(approve(1, &[1])), books.ledger.apply(approve(1, &[1])));
    let mut codes = [first.unwrap().standing.code(), second.unwrap().standing.code()];
    codes.sort_unstable();
    assert_eq!(codes, ["new", "repeat"]);
    books.close().await;
}

/// A trigger that refuses the votes of one key: real poison, refused by the database itself.
async fn poison(books: &Books, key: &str) {
    let connection = books.address.open_writer().await.unwrap();
    let statements = if connection.get_database_backend() == DbBackend::Sqlite {
        vec![format!(
            "CREATE TRIGGER poison BEFORE INSERT ON approvals WHEN NEW.key = '{key}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
        )]
    } else {
        vec![
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$".to_owned(),
            format!("CREATE TRIGGER poison BEFORE INSERT ON approvals FOR EACH ROW WHEN (NEW.key = '{key}') EXECUTE FUNCTION poison()"),
        ]
    };
    for statement in statements {
        connection.execute_unprepared(&statement).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn fifty(
    books: &Books,
) -> Vec<(i64, Result<std::sync::Arc<countersign::domain::receipt::Receipt>, LedgerError>)> {
    let titles: Vec<String> = (1..=50).map(|n| format!("item {n}")).collect();
    books.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()[..8]).await;
    let mut rest = submit("rest", &titles.iter().map(String::as_str).collect::<Vec<_>>()[8..]);
    rest.caller.said_at = books.clock.now();
    books.ledger.apply(rest).await.unwrap();
    let mut set = JoinSet::new();
    for n in 1..=50_i64 {
        let ledger = books.ledger.clone();
        set.spawn(async move { (n, ledger.apply(approve(u32::try_from(n).unwrap(), &[n])).await) });
    }
    set.join_all().await
}

async fn poison_among_fifty(books: Books) {
    poison(&books, "tg:1:25").await;
    for (n, result) in fifty(&books).await {
        match result {
            Ok(receipt) => assert_eq!((n == 25, &receipt.standing), (false, &Standing::New)),
            Err(error) => assert!(n == 25 && matches!(error, LedgerError::Broken(_)), "{n}: {error}"),
        }
    }
    assert_eq!(books.ledger.pending(Page { limit: 60, ..Page::default() }).await.unwrap().total, 1);
    books.close().await;
}

async fn a_panic_ends_one_operation(books: Books) {
    for _ in 0..10 {
        books.points.arm("decide tg:1:25", Act::Panic);
    }
    for (n, result) in fifty(&books).await {
        assert_eq!(matches!(result, Err(LedgerError::Panicked)), n == 25, "{n}: {result:?}");
    }
    books.close().await;
}

async fn failures_at_every_point(books: Books) {
    let ids = books.pending(&["a", "b", "c", "d", "e", "f", "g", "h"]).await;
    let points = ["loaded", "written", "commit.before", "commit.after"];
    for ((n, id), point) in (1_u32..).zip(&ids).zip(points.iter().cycle()) {
        books.points.arm(point, Act::Fail);
        books.points.arm(point, Act::Fail);
        let receipt = books.ledger.apply(approve(n, &[id.get()])).await.unwrap();
        assert_eq!((&receipt.standing, done(&receipt)), (&Standing::New, vec![id.get()]), "{point}");
    }
    books.close().await;
}
