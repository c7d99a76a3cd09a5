//! The real process is killed (SIGKILL) once at each named point, on each database, by webhook and by polling: the
//! command has one effect, and its answer arrives.

use countersign::clock::Clock;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::books::{self, LEE};
use crate::support::bot::{REVIEW_GROUP, said};
use crate::support::bot_api::BotApi;
use crate::support::postgres;
use crate::support::serve::{Manner, Server};

/// Where a delivery by webhook passes.
const WEBHOOK: [&str; 5] = ["loaded", "written", "commit.before", "commit.after", "webhook.answer"];
/// Where a polled update and its answer pass.
const POLLING: [&str; 8] = [
    "loaded",
    "written",
    "commit.before",
    "commit.after",
    "polling.fetched",
    "polling.handled",
    "outbox.sending",
    "outbox.sent",
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_point_by_webhook() {
    at_each(&WEBHOOK, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_point_by_polling() {
    at_each(&POLLING, true).await;
}

async fn at_each(points: &[&'static str], polls: bool) {
    let mut deaths = JoinSet::new();
    for point in points.iter().copied() {
        deaths.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}?mode=rwc", folder.path().join("point.db").display());
            dies_at(point, polls, &url).await;
        });
        // One after the other: the first one starts the server for all.
        if let Some(scratch) = postgres::fresh_database().await {
            deaths.spawn(async move { dies_at(point, polls, scratch.url()).await });
        }
    }
    while let Some(done) = deaths.join_next().await {
        done.unwrap();
    }
}

async fn dies_at(point: &str, polls: bool, url: &str) {
    let mut server = Server::spawn_as(url, Manner { polls, ..Manner::default() }).await;
    server.caller.ready().await;
    server.caller.submit("all", 1).await;
    // Its card passes the same points: it is to be on its place before they are armed.
    let api = server.api.clone();
    api.until("the card", |api| api.texts(REVIEW_GROUP).len() == 1).await;
    assert_eq!(server.terminate().await, Some(0));
    server.manner.points = Some(format!("{point}=die"));
    server.again().await;

    let mut update = said(1, "/approve 1");
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    if polls {
        api.push(update.clone());
    } else {
        server.caller.deliver(&update).await.expect_err("it died before its answer");
    }
    server.dead().await;
    server.manner.points = None;
    server.again().await;
    if polls {
        // Between Telegram's answer and our note of it a kill shows the message twice; else it comes once.
        let shown = if point == "outbox.sent" { 2 } else { 1 };
        api.until("the answer", |api| api.texts(LEE).len() >= shown && api.unconfirmed() == 0).await;
        let texts = api.texts(LEE);
        assert_eq!(texts.len(), shown, "{point}: {texts:?}");
        assert!(texts.iter().all(|text| text == "Approved 1: #1 item 1."), "{point}: {texts:?}");
    } else {
        let (status, answer) = server.caller.deliver(&update).await.unwrap();
        let text = answer["text"].as_str().unwrap_or_default();
        let was_committed = matches!(point, "commit.after" | "webhook.answer");
        assert_eq!((status, text.contains("duplicate delivery")), (200, was_committed), "{point}: {text}");
        assert!(text.contains("#1 item 1"), "{point}: {text}");
    }
    assert_eq!(server.caller.open_items().await, [0_i64; 0], "{point}");
    assert_eq!(server.terminate().await, Some(0), "{point}");
    books::audit(url).await;
}

/// Where a card passes on its way to what became of its item.
const CARDS: [&str; 2] = ["cards.bringing", "cards.brought"];

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_card_is_brought_up_to_date() {
    let mut deaths = JoinSet::new();
    for point in CARDS {
        deaths.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}?mode=rwc", folder.path().join("card.db").display());
            card_dies_at(point, &url).await;
        });
        if let Some(scratch) = postgres::fresh_database().await {
            deaths.spawn(async move { card_dies_at(point, scratch.url()).await });
        }
    }
    while let Some(done) = deaths.join_next().await {
        done.unwrap();
    }
}

async fn card_dies_at(point: &str, url: &str) {
    let points = Some(format!("{point}=die"));
    let mut server = Server::spawn_as(url, Manner { points, ..Manner::default() }).await;
    server.caller.ready().await;
    server.caller.submit("all", 1).await;
    let api = server.api.clone();
    api.until("the card", |api| api.texts(REVIEW_GROUP).len() == 1).await;
    let mut update = said(1, "/approve 1");
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    // The answer rides; whether it arrives before the death is left to chance.
    let answer = server.caller.deliver(&update).await;
    assert!(answer.is_err() || answer.is_ok_and(|(status, _)| status == 200), "{point}");
    server.dead().await;
    server.manner.points = None;
    server.again().await;
    let reads = |api: &BotApi| {
        let card = api.shown(REVIEW_GROUP).remove(0).1;
        card["text"].as_str().unwrap_or_default().contains("Approved by")
    };
    api.until("the card tells the decision", reads).await;
    assert_eq!(api.texts(REVIEW_GROUP).len(), 1, "{point}: one card");
    assert_eq!(server.terminate().await, Some(0), "{point}");
    books::audit(url).await;
}

/// Where a decision passes on its way to be final.
const RELEASE: [&str; 2] = ["release.written", "release.committed"];

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_decision_becomes_final() {
    let mut deaths = JoinSet::new();
    for point in RELEASE {
        deaths.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}?mode=rwc", folder.path().join("release.db").display());
            release_dies_at(point, &url).await;
        });
        if let Some(scratch) = postgres::fresh_database().await {
            deaths.spawn(async move { release_dies_at(point, scratch.url()).await });
        }
    }
    while let Some(done) = deaths.join_next().await {
        done.unwrap();
    }
}

async fn release_dies_at(point: &str, url: &str) {
    let manner = Manner {
        points: Some(format!("{point}=die")),
        variables: vec![("UNDO_WINDOW", "1s".to_owned())],
        ..Manner::default()
    };
    let mut server = Server::spawn_as(url, manner).await;
    server.caller.ready().await;
    server.caller.submit("all", 2).await;
    let mut update = said(1, "/approve 1,2");
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    server.caller.deliver(&update).await.unwrap();
    assert_eq!(server.caller.decisions(0).await.len(), 0, "{point}: it can still be undone");
    server.dead().await;
    server.manner.points = None;
    server.again().await;
    let items: Vec<Value> =
        server.caller.until_final(2).await.iter().map(|one| one["item_id"].clone()).collect();
    assert_eq!(items, [1, 2], "{point}");
    assert_eq!(server.terminate().await, Some(0), "{point}");
    books::audit(url).await;
}
