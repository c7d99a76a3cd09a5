//! Repeats whose answer left before: it is told again as it was, unless something that its words go by is otherwise.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::books::LEE;
use crate::support::bot::{TestBot, in_language, said};

const TOLD: &str = "Already applied at 12:04 UTC (duplicate delivery): approved 1: #1 rent.";

/// A bot, and a delivery that was made and repeated.
async fn told() -> (TestBot, Value) {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let update = in_language(said(1, "/approve 1"), "en");
    assert_eq!(bot.deliver(&update).await.text(), "Approved 1: #1 rent.");
    let again = bot.deliver(&update).await;
    assert_eq!((again.text().as_str(), &bot.deliver(&update).await.body), (TOLD, &again.body));
    (bot, update)
}

#[tokio::test]
async fn it_is_told_in_each_language_and_with_the_date_when_the_day_is_over() {
    let (bot, update) = told().await;
    let german = in_language(update.clone(), "de");
    for _ in 0..2 {
        let told = bot.deliver(&german).await.text();
        assert!(told.starts_with("Schon ausgeführt, 12:04 UTC"), "{told}");
        assert_eq!(bot.deliver(&update).await.text(), TOLD);
    }
    bot.clock.advance(TimeDelta::hours(11) + TimeDelta::minutes(55));
    assert_eq!(bot.deliver(&update).await.text(), TOLD);
    bot.clock.advance(TimeDelta::minutes(1));
    for _ in 0..2 {
        let told = bot.deliver(&update).await.text();
        assert!(told.starts_with("Already applied at 1 Mar 2026 12:04 UTC (duplicate delivery)"), "{told}");
    }
    bot.end().await;
}

#[tokio::test]
async fn it_goes_where_the_delivery_came_from_and_rides_only_while_it_may() {
    let (bot, update) = told().await;
    let mut in_topic = update.clone();
    in_topic["message"]["is_topic_message"] = json!(true);
    in_topic["message"]["message_thread_id"] = json!(7);
    assert_eq!(bot.deliver(&in_topic).await.method()["message_thread_id"], 7);
    assert!(bot.deliver(&update).await.method().get("message_thread_id").is_none());
    bot.app.ledger.leave_alone(LEE, bot.clock.now() + TimeDelta::seconds(5));
    let silent = bot.deliver(&update).await;
    assert_eq!((silent.status, silent.body.as_str()), (200, ""), "Telegram asked to wait: the outbox has it");
    bot.end().await;
}

#[tokio::test]
async fn it_needs_the_very_delivery_and_a_key_that_is_kept() {
    let (bot, update) = told().await;
    let other = in_language(said(1, "/approve 2"), "en");
    let reused = bot.deliver(&other).await.text();
    assert!(reused.starts_with("Not applied: this delivery's number was used before"), "{reused}");
    assert_eq!(bot.deliver(&update).await.text(), TOLD);
    bot.clock.advance(TimeDelta::days(7));
    assert!(bot.deliver(&update).await.text().contains("(duplicate delivery)"), "exactly at the retention");
    bot.clock.advance(TimeDelta::seconds(1));
    let late = bot.deliver(&update).await.text();
    assert!(!late.contains("duplicate"), "{late}");
    assert_eq!(bot.open_items().await, 1);
    bot.end().await;
}

#[tokio::test]
async fn how_long_ago_is_told_anew() {
    let (bot, _) = told().await;
    let late = in_language(said(2, "/approve 1"), "en");
    bot.deliver(&late).await;
    for minutes in [1, 2] {
        bot.clock.advance(TimeDelta::minutes(1));
        let told = bot.deliver(&late).await.text();
        assert!(told.contains(&format!("{minutes} min ago")), "{told}");
    }
    bot.end().await;
}
