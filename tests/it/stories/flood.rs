//! Thousands of strangers write at once, and no admin waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use tokio::task::JoinSet;

use crate::support::bot::{TestBot, said, said_by};

const STRANGERS: u32 = 10_000;
/// As many connections as Telegram is asked to make.
const CONNECTIONS: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_strangers_delay_no_admin() {
    // Within Telegram's limits, which strangers must not spend for the admin.
    let bot = Arc::new(TestBot::paced().await);
    bot.pending(&["rent", "laptop", "books"]).await;
    let next = Arc::new(AtomicU32::new(1));
    let mut flood = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (bot, next) = (bot.clone(), next.clone());
        flood.spawn(async move {
            loop {
                let n = next.fetch_add(1, SeqCst);
                if n > STRANGERS {
                    return;
                }
                let stranger = 1_000_000 + i64::from(n % 5000);
                let answer = bot.deliver(&said_by(stranger, 100_000 + n, "/approve 1,2,3")).await;
                assert!(!answer.text().contains("Approved"));
            }
        });
    }
    while next.load(SeqCst) < STRANGERS / 20 {
        tokio::task::yield_now().await;
    }
    for n in 1..=3 {
        let text = bot.deliver(&said(n, &format!("/approve {n}"))).await.text();
        assert!(text.starts_with("Approved 1:"), "{text}");
    }
    let before = next.load(SeqCst);
    assert!(before < STRANGERS, "the admin was answered after all strangers, not among them: {before}");
    flood.join_all().await;
    Arc::into_inner(bot).unwrap().end().await;
}
