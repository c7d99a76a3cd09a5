//! The real process by long polling: the same guarantees, without an address that Telegram could reach.

use std::process::Stdio;
use std::time::Duration;

use countersign::clock::Clock;
use serde_json::Value;

use crate::support::books::LEE;
use crate::support::bot::{in_language, said_by};
use crate::support::bot_api::{BotApi, Fault};
use crate::support::serve::{CROWD, Manner, Server, command, free_port};

fn polls() -> Manner {
    Manner { polls: true, ..Manner::default() }
}

fn database(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("poll.db").display())
}

fn said(person: i64, n: u32, text: &str) -> Value {
    let mut update = said_by(person, n, text);
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

#[tokio::test]
async fn commands_are_fetched_answered_and_confirmed_also_at_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::spawn_as(&database(&folder), polls()).await;
    server.caller.ready().await;
    server.caller.submit("all", 3).await;
    let api = server.api.clone();
    api.push(said(LEE, 70, "/approve 1"));
    api.push(said(999, 71, "/approve 2"));
    api.push(said(LEE, 72, "/pending"));
    api.push(said(LEE, 73, "/export"));
    // After a quiet week the numbers start anew, and may be lower.
    api.push(said(LEE, 5, "/approve 2"));
    api.until("all answers", |api| api.texts(LEE).len() == 3 && api.texts(999).len() == 1).await;
    api.until("the log", |api| !api.documents(LEE).is_empty()).await;
    let (_, log, _) = api.documents(LEE).remove(0);
    assert!(log.contains("R2,") && log.contains(",tg:111,'@lee,approve,decided,1,"), "{log}");
    let texts = api.texts(LEE);
    assert_eq!(texts[0], "Approved 1: #1 item 1.");
    assert!(texts[1].contains("#3 item 3") || texts[1].contains("item 3"), "{texts:?}");
    assert_eq!(texts[2], "Approved 1: #2 item 2.");

    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(api.unconfirmed(), 0, "a stop confirms what was handled");
    let last = api.calls("getUpdates").pop().unwrap();
    assert_eq!((last.arguments["timeout"].as_i64(), last.arguments["offset"].as_i64()), (Some(0), Some(6)));
    server.again().await;
    api.push(said(LEE, 6, "/whoami"));
    api.until("the next answer", |api| api.texts(LEE).len() > 3).await;
    assert!(api.texts(LEE)[3].contains("111"), "a restart says nothing of duplicates: {:?}", api.texts(LEE));
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn what_was_not_confirmed_comes_again_and_has_one_effect_and_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let points = Some("polling.handled=die".to_owned());
    let mut server = Server::spawn_as(&database(&folder), Manner { points, ..polls() }).await;
    server.caller.ready().await;
    let api = server.api.clone();
    // A kill between the sending and the note of it would send it twice.
    api.hang_for(LEE..LEE + 1);
    api.push(in_language(said(LEE, 1, "/approve 1"), "de"));
    server.dead().await;
    api.hang_for(0..0);
    assert_eq!(api.unconfirmed(), 1);
    server.manner.points = None;
    server.again().await;
    api.until("the answer", |api| !api.texts(LEE).is_empty() && api.unconfirmed() == 0).await;
    assert_eq!(api.texts(LEE), ["Nichts genehmigt.\nNicht vorhanden: #1."], "in the language on record");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn a_webhook_in_place_is_not_taken_away_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let api = BotApi::start().await;
    api.set_webhook("https://production.example.org/telegram");
    let mut serve = command(free_port(), &database(&folder), &api, &polls());
    let refused = serve.stderr(Stdio::piped()).output().await.unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("https://production.example.org/telegram") && told.contains("--take-over"),
        "{told}"
    );
    assert_eq!(api.webhook(), "https://production.example.org/telegram");

    let mut server =
        Server::spawn_as(&database(&folder), Manner { arguments: vec!["--take-over"], ..polls() }).await;
    let api = server.api.clone();
    api.set_webhook("https://production.example.org/telegram");
    server.caller.ready().await;
    api.push(said(LEE, 1, "/whoami"));
    api.until("an answer", |api| !api.texts(LEE).is_empty()).await;
    assert_eq!(api.webhook(), "");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn a_bot_api_that_fails_in_every_way_delays_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::spawn_as(&database(&folder), polls()).await;
    server.caller.ready().await;
    server.caller.submit("all", 5).await;
    let api = server.api.clone();
    for fault in [Fault::LoseAnswer, Fault::Html502, Fault::Garbage, Fault::TooMany(1)] {
        api.fail("getUpdates", fault);
    }
    for fault in [Fault::TooMany(2), Fault::Html502, Fault::TooMany(1)] {
        api.fail("sendMessage", fault);
    }
    for n in 1..=5 {
        api.push(said(CROWD.start + i64::from(n), n, &format!("/approve {n}")));
    }
    let answered = |api: &BotApi| (1..=5).all(|n| !api.texts(CROWD.start + n).is_empty());
    api.until("all answers", answered).await;
    assert_eq!(api.too_early(), [""; 0], "no chat was written to before its retry_after was over");
    assert_eq!(server.caller.open_items().await, [0_i64; 0]);
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn strangers_whose_lines_hang_delay_no_admin() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::spawn_as(&database(&folder), polls()).await;
    server.caller.ready().await;
    server.caller.submit("all", 1).await;
    let api = server.api.clone();
    api.hang_for(900_000..1_000_000);
    for n in 1..=2000 {
        api.push(said(900_000 + i64::from(n), n, "hello"));
    }
    api.push(said(LEE, 2001, "/approve 1"));
    api.until("the admin's answer", |api| api.texts(LEE) == ["Approved 1: #1 item 1."]).await;
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn a_reused_number_is_told_and_a_hanging_stranger_delays_no_press() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::spawn_as(&database(&folder), polls()).await;
    server.caller.ready().await;
    server.caller.submit("all", 2).await;
    let api = server.api.clone();
    for text in ["/approve 1", "/approve 2", "/help"] {
        api.push(said(LEE, 5000, text));
        let before = api.texts(LEE).len();
        api.until("an answer", |api| api.texts(LEE).len() > before && api.unconfirmed() == 0).await;
        // Telegram's numbers begin anew only after a quiet week, in which this one may have been restarted.
        assert_eq!(server.terminate().await, Some(0));
        server.again().await;
    }
    let texts = api.texts(LEE);
    assert!(texts[1].starts_with("Not applied: this delivery's number was used before"), "{texts:?}");
    assert_eq!(server.caller.open_items().await, [2]);

    api.hang_for(999..1000);
    api.push(said(999, 5001, "/whoami"));
    api.until("the stranger's line", |api| !api.calls("sendMessage").last().unwrap().done).await;
    let mut press = said(LEE, 5002, "x");
    let from = press["message"]["from"].clone();
    press.as_object_mut().unwrap().remove("message");
    press["callback_query"] = serde_json::json!({ "id": "q", "from": from, "chat_instance": "1", "data": "?",
        "message": { "message_id": 1, "date": 0, "chat": { "id": LEE, "type": "private" } } });
    api.push(press);
    api.until("the answer to the press", |api| !api.calls("answerCallbackQuery").is_empty()).await;
    let hung = api.calls("sendMessage").iter().filter(|call| !call.done).count();
    assert_eq!(hung, 1, "while the stranger's line still hangs");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn a_stranger_is_left_alone_for_as_long_as_telegram_asks() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let variables = vec![("RUST_LOG", "countersign=debug".to_owned())];
    let mut server =
        Server::spawn_as(&database(&folder), Manner { log: Some(log.clone()), variables, ..polls() }).await;
    server.caller.ready().await;
    let api = server.api.clone();
    api.fail("sendMessage", Fault::TooMany(30));
    api.push(said(999, 1, "/whoami"));
    // What is said before that answer was read may still be answered.
    let refused = || std::fs::read_to_string(&log).unwrap().contains("a line that need not arrive did not");
    while !refused() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for n in 2..6 {
        api.push(said(999, n, "/whoami"));
    }
    api.push(said(LEE, 6, "/whoami"));
    api.until("an admin's answer", |api| !api.texts(LEE).is_empty()).await;
    assert_eq!(api.too_early(), [""; 0]);
    assert_eq!(server.terminate().await, Some(0));
}
