//! A queue that is longer than is counted: what is told of it is true, and all of it can be reached.

use std::ops::RangeInclusive;
use std::path::Path;

use countersign::ledger::connect::Address;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::bot::{TestBot, said};
use crate::support::http::{ApiServer, PENDING, SHOP};

/// Items as the first, with these numbers.
async fn fill(file: &Path, numbers: RangeInclusive<u32>) {
    let columns = "kind, title, client, submit_key, content_hash, rules, state, version, round, created_at, logged, reminded";
    let (from, to) = (numbers.start(), numbers.end());
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) \
         INSERT INTO pending_items (ordinal, {columns}) SELECT i, {columns} FROM pending_items, n WHERE id = 1"
    );
    let file = Address::parse(&format!("sqlite://{}?mode=rw", file.display())).unwrap();
    let conn = file.open_writer().await.unwrap();
    conn.execute_unprepared(&fill).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn what_waits_is_counted_up_to_ten_thousand() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    fill(&bot.file(), 2..=10_000).await;
    let exact = bot.deliver(&said(1, "/pending")).await.text();
    assert!(exact.starts_with("10000 pending, 1–10 of them:\n"), "{exact}");
    let last = bot.deliver(&said(2, "/pending 1000")).await.text();
    assert!(last.contains("#10000") && !last.contains("/pending 1001"), "{last}");

    fill(&bot.file(), 10_001..=10_014).await;
    let more = bot.deliver(&said(3, "/pending")).await.text();
    assert!(more.starts_with("10000+ pending, 1–10 of them:\n"), "{more}");
    assert!(more.ends_with("/pending 2"), "{more}");
    let beyond = bot.deliver(&said(4, "/pending 1001")).await.text();
    assert!(beyond.starts_with("10000+ pending, 10001–10010 of them:\n"), "{beyond}");
    assert!(beyond.contains("#10001") && beyond.ends_with("/pending 1002"), "{beyond}");
    for (update, page) in [(5, 1002), (6, 5000)] {
        let end = bot.deliver(&said(update, &format!("/pending {page}"))).await.text();
        assert!(end.starts_with("10000+ pending, 10011–10014 of them:\n"), "{end}");
        assert!(end.contains("#10014") && !end.contains("/pending 1003"), "{end}");
    }
    fill(&bot.file(), 10_015..=10_020).await;
    let full = bot.deliver(&said(7, "/pending 1002")).await.text();
    assert!(full.contains("#10020") && !full.contains("/pending 1003"), "{full}");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_over_http_says_where_the_counting_ended() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    let file = Address::parse(&server.database).unwrap().file().unwrap().to_owned();
    fill(&file, 2..=10_000).await;
    let exact = server.get(PENDING, SHOP).await.body;
    assert_eq!((&exact["total"], &exact["more_than_total"]), (&json!(10_000), &Value::Null));
    fill(&file, 10_001..=10_001).await;
    let more = server.get(&format!("{PENDING}?after=10000"), SHOP).await.body;
    assert_eq!((&more["total"], &more["more_than_total"]), (&json!(10_000), &json!(true)));
    assert_eq!((&more["items"][0]["id"], &more["next_after"]), (&json!(10_001), &Value::Null));
    server.end().await;
}
