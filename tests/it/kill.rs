//! The real process, killed at random moments under load: none lost, none twice, all answered. Once with a Bot API that is
//! well, and once, by webhook and by polling, with one that loses answers, says 429, 502 and nonsense, and hangs.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign::clock::Clock;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::books;
use crate::support::bot::said_by;
use crate::support::bot_api::BotApi;
use crate::support::postgres;
use crate::support::serve::{CROWD, Caller, Manner, Server};

/// Commands, one item each; every third is delivered by two connections at once.
const COMMANDS: usize = 150;
/// How often the process is killed.
const KILLS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("kill.db").display());
    none_lost_none_twice(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_on_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        none_lost_none_twice(scratch.url()).await;
    }
}

/// Between the kills, long enough for a start; where in a transaction the process dies is left to chance.
fn random_pause() -> Duration {
    let mut byte = [0_u8; 1];
    getrandom::fill(&mut byte).unwrap();
    Duration::from_millis(100 + u64::from(byte[0]) * 2)
}

/// Who gives the command: many people, for answers ride only within Telegram's limits per chat.
fn person(n: u32) -> i64 {
    CROWD.start + i64::from(n) % (CROWD.end - CROWD.start)
}

fn tells(text: &str, n: u32) -> bool {
    text.contains(&format!("#{n} item {n}"))
}

/// Delivers until it is acknowledged, as Telegram does.
async fn until_acknowledged(caller: &Caller, update: Value) -> Value {
    loop {
        match caller.deliver(&update).await {
            Ok((200, answer)) => return answer,
            Ok((503, _)) | Err(_) => tokio::time::sleep(Duration::from_millis(15)).await,
            Ok((status, body)) => panic!("{status}: {body}"),
        }
    }
}

async fn kill_at_random(server: &mut Server) {
    for _ in 0..KILLS {
        tokio::time::sleep(random_pause()).await;
        server.kill().await;
        server.again().await;
    }
}

fn approve(n: u32) -> Value {
    let mut update = said_by(person(n), n, &format!("/approve {n}"));
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

async fn none_lost_none_twice(url: &str) {
    let mut server = Server::start(url).await;
    server.caller.submit("all", COMMANDS).await;

    let mut commands = JoinSet::new();
    for n in 1..=u32::try_from(COMMANDS).unwrap() {
        let update = approve(n);
        for _ in 0..if n % 3 == 0 { 2 } else { 1 } {
            let (caller, update) = (server.caller.clone(), update.clone());
            commands.spawn(async move {
                // Spread over the time in which the process is killed.
                tokio::time::sleep(Duration::from_millis(u64::from(n) * 20)).await;
                (n, until_acknowledged(&caller, update).await)
            });
        }
    }
    kill_at_random(&mut server).await;
    let api = server.api.clone();
    api.until("the bot is known again", |api| !api.calls("SetMyCommands").is_empty()).await;
    let mut answers: BTreeMap<u32, Vec<Value>> = BTreeMap::new();
    while let Some(done) = commands.join_next().await {
        let (n, answer) = done.unwrap();
        answers.entry(n).or_default().push(answer);
    }
    assert_eq!(answers.len(), COMMANDS);
    for (n, answers) in &answers {
        let firsts =
            answers.iter().filter(|answer| answer.is_object() && !answer.to_string().contains("duplicate"));
        assert!(firsts.count() <= 1, "{n} was told as new in more than one response");
    }
    // What did not ride stands in the outbox, and is sent once the lease of the last one killed is over.
    let rode =
        |n: u32| answers[&n].iter().any(|answer| tells(answer["text"].as_str().unwrap_or_default(), n));
    let arrived = |api: &BotApi, n: u32| api.texts(person(n)).iter().any(|text| tells(text, n));
    let all = |api: &BotApi| answers.keys().all(|n| rode(*n) || arrived(api, *n));
    api.until("an answer to every command", all).await;
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(url).await, 0, "none lost");
}

/// How many commands are given while everything fails.
const IN_THE_STORM: u32 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_telegram_fails_by_webhook() {
    let folder = tempfile::tempdir().unwrap();
    in_the_storm(&format!("sqlite://{}?mode=rwc", folder.path().join("storm.db").display()), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_telegram_fails_by_polling() {
    let folder = tempfile::tempdir().unwrap();
    in_the_storm(&format!("sqlite://{}?mode=rwc", folder.path().join("storm.db").display()), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_telegram_fails_by_polling_on_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        in_the_storm(scratch.url(), true).await;
    }
}

/// Every command has one effect, every acknowledged command its answer, and no chat is written to before its
/// `retry_after` is over.
async fn in_the_storm(url: &str, polls: bool) {
    let mut server = Server::spawn_as(url, Manner { polls, ..Manner::default() }).await;
    server.caller.ready().await;
    server.caller.submit("all", IN_THE_STORM as usize).await;
    let api = server.api.clone();
    api.run_wild();
    let mut rode = JoinSet::new();
    for n in 1..=IN_THE_STORM {
        let update = approve(n);
        if polls {
            api.push(update);
            continue;
        }
        let caller = server.caller.clone();
        rode.spawn(async move {
            tokio::time::sleep(Duration::from_millis(u64::from(n) * 40)).await;
            (n, until_acknowledged(&caller, update).await)
        });
    }
    kill_at_random(&mut server).await;
    let rode = rode.join_all().await;
    let rode: BTreeMap<u32, String> = rode
        .into_iter()
        .map(|(n, answer)| (n, answer["text"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let answered = |api: &BotApi, n: u32| {
        rode.get(&n).is_some_and(|text| tells(text, n))
            || api.texts(person(n)).iter().any(|text| tells(text, n))
    };
    api.until("an answer to every command", |api| (1..=IN_THE_STORM).all(|n| answered(api, n))).await;
    assert_eq!(api.too_early(), [""; 0], "written to before its retry_after was over");
    api.mend();
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(url).await, 0, "one effect each, none lost");
}
