//! What people ask about the whole queue: figures, in their own zone's days.

use chrono::TimeDelta;
use countersign::domain::zone::Zone;
use countersign::text::Words;

use crate::support::books::KIM;
use crate::support::bot::{TestBot, in_language, said, said_by};

#[tokio::test]
async fn figures_tell_what_is_open_and_what_was_decided() {
    let bot = TestBot::new().await;
    let empty = bot.deliver(&said(1, "/stats")).await.text();
    assert_eq!(empty, "Nothing is pending.\n\nNothing was decided in the last 30 days.");
    bot.pending(&["rent", "laptop", "travel", "hotel"]).await;
    bot.clock.advance(TimeDelta::minutes(50));
    bot.deliver(&said(2, "/approve 1,2")).await;
    bot.deliver(&said_by(KIM, 3, "/reject 3 too dear")).await;
    bot.clock.advance(TimeDelta::hours(20));
    let told = bot.deliver(&said(4, "/stats")).await.text();
    assert_eq!(
        told,
        "1 open:\n\
         bill: 1, the oldest 20 h old\n\
         Waiting less than 1 h: 0, 1 d: 1, 7 d: 0; longer: 0\n\
         \n\
         Decided in 30 days: 3 (2 approved, 1 rejected), today 0\n\
         ▁▁▁▁▁▁▁▁▁▁ 1 Feb – 10 Feb: 0\n\
         ▁▁▁▁▁▁▁▁▁▁ 11 Feb – 20 Feb: 0\n\
         ▁▁▁▁▁▁▁▁█▁ 21 Feb – 2 Mar: 3\n\
         ▁ is none, █ is 3 on one day\n\
         Median time to a decision: 50 min\n\
         @lee: 2, today 0\n\
         @kim: 1, today 0"
    );
    let german = bot.deliver(&in_language(said(5, "/stats"), "de")).await.text();
    assert!(german.starts_with("1 offen:\nbill: 1, der älteste seit 20 h"), "{german}");
    bot.end().await;
}

/// At 23:30 UTC it is the next day in Tokyo already.
#[tokio::test]
async fn days_are_those_of_the_time_zone() {
    let mut bot = TestBot::frozen_at("2026-03-01T14:30:00Z").await;
    bot.app.words = Words::new(Zone::named("Asia/Tokyo").unwrap());
    bot.pending(&["rent", "laptop"]).await;
    bot.deliver(&said(1, "/approve 1")).await;
    bot.clock.advance(TimeDelta::minutes(31));
    bot.deliver(&said(2, "/approve 2")).await;
    let now = bot.clock.now();
    let in_zone = async |words: &Words| {
        let stats = bot.app.ledger.stats(&words.days(now, 30), now).await.unwrap();
        stats.days.iter().rev().map(|day| day.count).take(2).collect::<Vec<_>>()
    };
    assert_eq!(in_zone(&bot.app.words).await, [1, 1]);
    assert_eq!(in_zone(&Words::new(Zone::UTC)).await, [2, 0]);
    bot.end().await;
}

#[tokio::test]
async fn figures_are_told_where_the_queue_may_be_shown() {
    let bot = TestBot::new().await;
    let stranger = bot.deliver(&said_by(999, 1, "/stats")).await.text();
    assert!(stranger.contains("You are not on its list"), "{stranger}");
    let mut group = said(2, "/stats");
    group["message"]["chat"] = serde_json::json!({ "id": -42, "type": "group", "title": "elsewhere" });
    assert!(bot.deliver(&group).await.text().starts_with("That is not shown in this chat"));
    let odd = bot.deliver(&said(3, "/stats now")).await.text();
    assert!(odd.contains("\"now\"") && odd.contains("is not expected here"), "{odd}");
    bot.end().await;
}
