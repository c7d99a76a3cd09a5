//! Requests that are dropped half-way, at whatever they wait for, leave no transaction open and lose nothing.

use std::future::poll_fn;
use std::task::Poll;

use countersign::ledger::Page;
use sea_orm::sqlx::{Connection, PgConnection, Row};

use crate::support::books::{Books, approve, submit};

/// Polls a future so often, and drops it.
async fn dropped_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_dropped_requests_leave_no_transaction_open() {
    let Some(books) = Books::postgres().await else { return };
    let items: Vec<String> = (0..100).map(|n| format!("item {n}")).collect();
    let titles: Vec<&str> = items.iter().map(String::as_str).collect();
    let ids = books.ledger.apply(submit("all", &titles)).await.unwrap().outcome.done().to_vec();
    let mut whole = 0;
    for n in 0..1000_u32 {
        let item = ids[n as usize % ids.len()].get();
        // Ten deliveries of each command, dropped after 0, 1, 2, … polls; reading between them, dropped as well.
        let request = approve(n % 100, &[item]);
        let (key, scope) = (request.key.clone(), request.scope.clone());
        let polls = n as usize / 100;
        whole += usize::from(dropped_after(polls, books.ledger.apply(request)).await);
        dropped_after(polls, books.ledger.recall(&key, &scope)).await;
        dropped_after(polls, books.ledger.pending(Page::default())).await;
    }
    assert!(whole > 0 && whole < 1000, "{whole} of 1000 were not dropped");
    // Each once more, to its end: it was done before, or is done now.
    for (n, item) in (0..100).zip(&ids) {
        let receipt = books.ledger.apply(approve(n, &[item.get()])).await.unwrap();
        assert_eq!(receipt.outcome.done(), [*item]);
    }
    let mut server = PgConnection::connect(&books.address_text()).await.unwrap();
    let idle =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'";
    let idle: i64 = sea_orm::sqlx::query(idle).fetch_one(&mut server).await.unwrap().get(0);
    assert_eq!(idle, 0, "connections idle in transaction");
    server.close().await.unwrap();
    books.close().await;
}
