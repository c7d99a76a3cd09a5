//! The database away and back, and what panics.

use std::sync::Arc;

use countersign::points::Act;
use tokio::sync::Notify;

use crate::support::bot::{TestBot, said, said_by};

#[tokio::test(flavor = "multi_thread")]
async fn the_database_goes_away_and_comes_back() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    for _ in 0..20 {
        bot.points.arm("loaded", Act::Fail);
    }
    let away = bot.deliver(&said(1, "/approve 1")).await;
    assert_eq!(away.status, 503);
    let seconds: u64 = away.retry_after.unwrap().parse().unwrap();
    assert!((1..=5).contains(&seconds));
    // Strangers need no database.
    assert!(bot.deliver(&said_by(999, 2, "hello")).await.text().contains("your id is 999"));
    bot.points.disarm();
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.text(), "Approved 1: #1 rent.");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_database_is_503_for_those_who_need_it() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    bot.app.ledger.close().await;
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 503);
    assert_eq!(bot.deliver(&said(2, "/pending")).await.status, 503);
    assert_eq!(bot.deliver(&said(3, "/whoami")).await.status, 200);
    assert!(bot.deliver(&said_by(999, 4, "hello")).await.text().contains("your id is 999"));
    let bot = bot.restart(None).await;
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.text(), "Approved 1: #1 rent.");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_comes_again_and_is_a_repeat() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    let (reached, never) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    bot.points.arm("webhook.answer", Act::Wait(reached.clone(), never));
    let late = bot.deliver(&said(1, "/approve 1")).await;
    assert_eq!(late.status, 503);
    assert!(late.retry_after.is_some(), "it says when to come again");
    reached.notified().await;
    let again = bot.deliver(&said(1, "/approve 1")).await.text();
    assert!(again.contains("duplicate delivery") && again.contains("#1 rent"), "{again}");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_request_and_the_third_lets_the_update_go() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    for _ in 0..20 {
        bot.points.arm("decide tg:1234567:1", Act::Panic);
    }
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 500);
    assert_eq!(bot.deliver(&said(2, "/approve 2")).await.text(), "Approved 1: #2 laptop.");
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 500);
    let third = bot.deliver(&said(1, "/approve 1")).await.text();
    assert!(third.starts_with("I could not handle this."), "{third}");
    assert_eq!(bot.open_items().await, 1);
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_file_that_was_moved_away_takes_nothing_until_it_is_back() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    let (file, elsewhere) = (bot.file(), bot.file().with_extension("moved"));
    std::fs::rename(&file, &elsewhere).unwrap();
    assert_eq!(
        bot.deliver(&said(1, "/approve 1")).await.status,
        503,
        "SQLite itself would go on, into the void"
    );
    assert!(bot.app.ledger.database_time().await.is_err(), "it is not ready either");
    std::fs::rename(&elsewhere, &file).unwrap();
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.text(), "Approved 1: #1 rent.");
    bot.end().await;
}

/// A newer release may have stored what this one cannot read: then it must not say that nothing was done.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_back_is_not_told_as_undone() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    bot.deliver(&said(1, "/approve 1")).await;
    let books = bot.app.ledger.clone();
    let bot = bot.restart(None).await;
    drop(books);
    let conn = sea_orm::Database::connect(format!("sqlite://{}", bot.file().display())).await.unwrap();
    let newer = "UPDATE operations SET outcome = '{\"v\":99,\"type\":\"decided\"}' WHERE verb = 'approve'";
    sea_orm::ConnectionTrait::execute_unprepared(&conn, newer).await.unwrap();
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 500);
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 500);
    let third = bot.deliver(&said(1, "/approve 1")).await.text();
    assert!(third.contains("whether it was applied before"), "{third}");
    assert_eq!(bot.open_items().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_of_a_newer_release_does_not_block_the_others() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    bot.deliver(&said(1, "/approve 1")).await;
    let conn = sea_orm::Database::connect(format!("sqlite://{}", bot.file().display())).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&conn, "UPDATE approvals SET decision = 'delegate'")
        .await
        .unwrap();
    let told = bot.deliver(&said(2, "/approve 1,2")).await.text();
    assert!(told.starts_with("Approved 1: #2 laptop."), "{told}");
}
