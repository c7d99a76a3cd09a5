//! The database away and back, and what panics.

use countersign::points::Act;

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
    assert!(third.starts_with("I could not read this; nothing was done."), "{third}");
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
