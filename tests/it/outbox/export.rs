//! The audit log as a file: what stands in it, who gets it, and that it comes once, also after failures.

use countersign::limits::EXPORT_BYTES_MAX;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::World;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{TestBot, said, said_by};
use crate::support::bot_api::Fault;

/// The cells of each row, read by other code than wrote them.
fn table(content: &str) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(content.as_bytes());
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.into_records().map(|record| row(record.unwrap())).collect()
}

async fn world() -> World {
    let world = World::asleep(TestBot::with_undo(60).await).await;
    world.wake().await;
    world.bot.pending(&["rent", "laptop"]).await;
    world.bot.deliver(&said(1, "/approve 1,9")).await;
    world.bot.deliver(&said_by(KIM, 2, "/reject 2 =2+3, \"too\" dear")).await;
    world
}

impl World {
    async fn export(&self, update_id: u32, text: &str) -> (String, Vec<Vec<String>>, String) {
        let before = self.api.documents(LEE).len();
        let answer = self.bot.deliver(&said(update_id, text)).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "the file itself is the answer");
        self.until_settled().await;
        let mut documents = self.api.documents(LEE).split_off(before);
        assert_eq!(documents.len(), 1);
        let (name, content, caption) = documents.remove(0);
        (name, table(&content), caption)
    }
}

#[tokio::test]
async fn the_log_comes_as_a_file() {
    let world = world().await;
    world.bot.deliver(&said_by(KIM, 3, "/undo")).await;
    world.bot.deliver(&said_by(KIM, 4, "/approve 1")).await;
    let (name, rows, caption) = world.export(5, "/export").await;
    assert_eq!((name.as_str(), rows.len()), ("countersign-R1-R5.csv", 6));
    assert_eq!(caption, "R1 to R5, 5 in all, from 12:04 UTC to 12:04 UTC.");
    assert_eq!(rows[0][..6], ["number", "receipt", "time", "actor", "name", "verb"]);
    assert_eq!(rows[0][6..], ["result", "items", "awaiting", "skipped", "reason", "key", "outcome"]);
    let at = "2026-03-01T12:04:00Z";
    assert_eq!(rows[1][..8], ["1", "R1", at, "api:shop", "", "submit", "submitted", "1 2"]);
    assert_eq!(rows[2][..8], ["2", "R2", at, "tg:111", "'@lee", "approve", "decided", "1"]);
    assert_eq!(rows[2][9..12], ["9 not_found", "", "tg:1234567:1"]);
    assert_eq!(rows[3][10], "'=2+3, \"too\" dear", "no formula, and whole");
    let stored: Value = serde_json::from_str(&rows[3][12]).unwrap();
    assert_eq!(stored["reason"], "=2+3, \"too\" dear", "and as it was said");
    assert_eq!((rows[4][5].as_str(), rows[4][6].as_str(), rows[4][7].as_str()), ("undo", "undone", "2"));
    assert_eq!(rows[5][9], format!("1 already_approved by tg:111 at {at}"));
    world.end().await;
}

#[tokio::test]
async fn a_part_of_the_log_is_named_by_time_or_number() {
    let world = world().await;
    let numbers = |rows: &[Vec<String>]| rows[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(numbers(&world.export(3, "/export R2").await.1), ["2", "3"]);
    world.bot.clock.advance(chrono::TimeDelta::hours(13));
    world.bot.deliver(&said(4, "/approve 2")).await;
    assert_eq!(numbers(&world.export(5, "/export today").await.1), ["4"]);
    assert_eq!(numbers(&world.export(6, "/export 2d").await.1), ["1", "2", "3", "4"]);
    let (.., caption) = world.export(7, "/export 12h").await;
    assert!(caption.starts_with("R4 to R4, 1 in all"), "{caption}");
    for (update_id, text, told) in [
        (8, "/export R99", "There is no receipt R99."),
        (9, "/export 1h", "Nothing was done in that time, so there is nothing to export."),
    ] {
        world.bot.clock.advance(chrono::TimeDelta::hours(2));
        world.bot.deliver(&said(update_id, text)).await;
        world.until_settled().await;
        assert_eq!(world.api.texts(LEE).pop().as_deref(), Some(told));
    }
    // It rides, or comes by the outbox where something waited a moment ago.
    let rode = world.bot.deliver(&said(10, "/export everything")).await.text();
    world.until_settled().await;
    let odd = [rode, world.api.texts(LEE).pop().unwrap_or_default()].join("\n");
    assert!(odd.contains("\"everything\"") && odd.contains("or the first receipt (R42)"), "{odd}");
    world.end().await;
}

#[tokio::test]
async fn it_comes_once_and_the_same_however_often_it_is_asked_for_and_fails() {
    let world = world().await;
    for fault in [Fault::Html502, Fault::TooMany(1), Fault::Garbage, Fault::LoseAnswer] {
        world.api.fail("sendDocument", fault);
    }
    let asked = said(3, "/export");
    world.bot.deliver(&asked).await;
    assert_eq!(world.bot.deliver(&asked).await.body, "", "delivered again, it is on its way already");
    // What is done meanwhile is not in it, however late it is made.
    world.bot.clock.advance(chrono::TimeDelta::microseconds(1));
    world.bot.deliver(&said(4, "/approve 2")).await;
    world.until_settled().await;
    let sent = world.api.documents(LEE);
    assert_eq!(sent.len(), 2, "an answer that was lost shows it once more");
    assert_eq!(sent[0], sent[1]);
    assert_eq!((sent[0].0.as_str(), table(&sent[0].1).len()), ("countersign-R1-R3.csv", 4));
    assert_eq!(world.api.calls("sendDocument").len(), 5);
    world.bot.deliver(&asked).await;
    world.until_settled().await;
    assert_eq!(world.api.documents(LEE).len(), 2);
    world.end().await;
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let world = world().await;
    let stranger = world.bot.deliver(&said_by(999, 3, "/export")).await.text();
    assert!(stranger.contains("You are not on its list"), "{stranger}");
    let mut group = said(4, "/export");
    group["message"]["chat"] = json!({ "id": -1001, "type": "supergroup", "title": "review" });
    let told = world.bot.deliver(&group).await.text();
    assert_eq!(told, "The log is sent in private only. Ask me there: /export");
    world.until_settled().await;
    assert!(world.api.calls("sendDocument").is_empty());
    world.end().await;
    // Whoever is taken off the list before it is sent gets nothing.
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    bot.deliver(&said(1, "/export")).await;
    let world = World::asleep(bot.restart(Some(&[KIM])).await).await;
    world.wake().await;
    world.until_settled().await;
    assert_eq!((world.depth().await, world.api.calls("sendDocument").len()), ((0, 1), 0));
    world.end().await;
}

#[tokio::test]
async fn a_log_that_is_too_long_comes_in_parts() {
    let world = World::asleep(TestBot::new().await).await;
    world.wake().await;
    world.bot.app.ledger.apply(submit("one", &["rent"])).await.unwrap();
    // As if 900 people had said much, in one second.
    let hand = world.bot.address.open_writer().await.unwrap();
    let fill = "INSERT INTO operations (key, actor, verb, created_at, outcome, scope_parts)
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 900)
        SELECT 'tg:1:' || n, 'tg:222', 'reject', '2026-03-01 12:04:00',
            '{\"v\":1,\"type\":\"decided\",\"decision\":\"reject\",\"done\":[],\"skipped\":[],\"reason\":\"' || hex(zeroblob(3000)) || '\"}',
            '{\"hash\":\"\",\"parts\":{}}' FROM n";
    hand.execute_unprepared(fill).await.unwrap();
    hand.close().await.unwrap();
    let (mut asked, mut numbers, mut parts) = ("/export".to_owned(), Vec::new(), 0);
    while parts < 5 {
        parts += 1;
        let (_, rows, caption) = world.export(parts, &asked).await;
        assert!(world.api.documents(LEE).pop().unwrap().1.len() <= EXPORT_BYTES_MAX);
        numbers.extend(rows[1..].iter().map(|row| row[0].parse::<i64>().unwrap()));
        let Some((_, rest)) = caption.split_once("The file is full. The rest: ") else { break };
        asked = rest.to_owned();
    }
    assert_eq!((parts, numbers), (2, (1..=901).collect()));
    world.bot.app.ledger.close().await;
}
