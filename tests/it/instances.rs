//! Several real processes on one PostgreSQL: started together, given the same updates, one of them hanging, and the
//! database restarted under them.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign::clock::Clock;
use sea_orm::sqlx::{Connection, PgConnection, Row};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::books::{self, LEE};
use crate::support::bot::said_by;
use crate::support::bot_api::BotApi;
use crate::support::postgres;
use crate::support::serve::{CROWD, Caller, Manner, Server};

const COMMANDS: u32 = 50;

fn approve(n: u32) -> Value {
    said(CROWD.start + i64::from(n % 50), n, &format!("/approve {n}"))
}

fn said(person: i64, n: u32, text: &str) -> Value {
    let mut update = said_by(person, n, text);
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

async fn together(url: &str, count: usize, polls: bool) -> (Vec<Server>, BotApi) {
    let api = BotApi::start().await;
    let manner = Manner { api: Some(api.clone()), polls, ..Manner::default() };
    let mut servers = Vec::new();
    for _ in 0..count {
        servers.push(Server::spawn_as(url, manner.clone()).await);
    }
    for server in &servers {
        server.caller.ready().await;
    }
    (servers, api)
}

/// Delivers until it is acknowledged, and tells how often the answer was 503.
async fn until_acknowledged(caller: Caller, update: Value) -> (Value, usize) {
    let mut away = 0;
    loop {
        match caller.deliver(&update).await {
            Ok((200, answer)) => return (answer, away),
            Ok((503, _)) => away += 1,
            Ok((status, body)) => panic!("{status}: {body}"),
            Err(error) => panic!("an answer within 10 s: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn until_nothing_waits(url: &str) {
    let mut server = PgConnection::connect(url).await.unwrap();
    let unsent = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL";
    while sea_orm::sqlx::query(unsent).fetch_one(&mut server).await.unwrap().get::<i64, _>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_instances_are_given_the_same_updates() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    // Together, on an empty database.
    let (mut servers, api) = together(scratch.url(), 3, false).await;
    servers[0].caller.submit("all", COMMANDS as usize).await;
    let mut deliveries = JoinSet::new();
    for n in 1..=COMMANDS {
        for server in &servers {
            let caller = server.caller.clone();
            deliveries.spawn(async move { (n, until_acknowledged(caller, approve(n)).await.0) });
        }
    }
    let mut rode: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (n, answer) in deliveries.join_all().await {
        if let Some(text) = answer["text"].as_str() {
            rode.entry(n).or_default().push(text.to_owned());
        }
    }
    let first = |n: u32| format!("Approved 1: #{n} item {n}.");
    let told = |api: &BotApi, n: u32| {
        let sent = api.texts(CROWD.start + i64::from(n % 50));
        let rode = rode.get(&n).into_iter().flatten();
        rode.chain(&sent).filter(|text| **text == first(n)).count()
    };
    api.until("an answer to each", |api| (1..=COMMANDS).all(|n| told(api, n) > 0)).await;
    for n in 1..=COMMANDS {
        assert_eq!(told(&api, n), 1, "told as new once: #{n}");
        let others = rode.get(&n).into_iter().flatten().filter(|text| **text != first(n));
        for other in others {
            assert!(other.contains("duplicate delivery"), "{other}");
        }
    }
    for server in &mut servers {
        assert_eq!(server.caller.open_items().await, [0_i64; 0]);
        assert_eq!(server.terminate().await, Some(0));
    }
    books::audit(scratch.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_hangs_is_replaced_and_does_nothing_afterwards() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let api = BotApi::start().await;
    let manner = Manner { api: Some(api.clone()), polls: true, ..Manner::default() };
    let mut holder = Server::spawn_as(scratch.url(), manner.clone()).await;
    holder.caller.ready().await;
    holder.caller.submit("all", 3).await;
    let mut other = Server::spawn_as(scratch.url(), manner).await;
    other.caller.ready().await;
    api.push(said(LEE, 1, "/approve 1"));
    api.until("the holder's answer", |api| api.texts(LEE).len() == 1 && api.unconfirmed() == 0).await;

    // Hanging between Telegram's answer and the note of it would show the message twice, as a kill does.
    until_nothing_waits(scratch.url()).await;
    holder.signal("STOP").await;
    api.push(said(LEE, 2, "/approve 2"));
    api.until("the other's answer", |api| api.texts(LEE).len() == 2 && api.unconfirmed() == 0).await;
    // The one that hung still holds what it fetched before.
    holder.signal("CONT").await;
    holder.caller.ready().await;
    api.push(said(LEE, 3, "/approve 3"));
    api.until("the next answer", |api| api.texts(LEE).len() == 3 && api.unconfirmed() == 0).await;
    assert_eq!(holder.terminate().await, Some(0));
    assert_eq!(other.terminate().await, Some(0));
    let told: Vec<String> = (1..=3).map(|n| format!("Approved 1: #{n} item {n}.")).collect();
    assert_eq!(api.texts(LEE), told, "each once");
    assert_eq!(books::audit(scratch.url()).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_restarted_under_load() {
    let Some(database) = postgres::own_server().await else { return };
    let mut server = Server::start(database.url()).await;
    server.caller.submit("all", COMMANDS as usize).await;
    let mut load = JoinSet::new();
    for n in 1..=COMMANDS {
        let caller = server.caller.clone();
        load.spawn(async move {
            tokio::time::sleep(Duration::from_millis(u64::from(n) * 20)).await;
            until_acknowledged(caller, approve(n)).await.1
        });
    }
    let mut away = load.join_next().await.unwrap().unwrap();
    database.stop();
    let while_away = server.caller.deliver(&approve(9_000_000)).await.unwrap();
    assert_eq!(while_away.0, 503, "{while_away:?}");
    database.again();
    away += load.join_all().await.into_iter().sum::<usize>();
    assert!(away > 0, "503 meanwhile");
    assert!(server.runs(), "no restart of ours");
    assert_eq!(server.caller.open_items().await, [0_i64; 0], "nothing lost");
    assert_eq!(server.terminate().await, Some(0));
    books::audit(database.url()).await;
}

/// Says it through that process, as a new message each time, until the answer begins so: what was said before a right was
/// given has none, and a process that does not know somebody yet takes them for a stranger.
async fn until_told(server: &Server, api: &BotApi, person: i64, first: u32, text: &str, begins: &str) {
    for update in first..first + 100 {
        let (status, answer) = server.caller.deliver(&said(person, update, text)).await.unwrap();
        assert_eq!(status, 200, "{answer}");
        let rode = answer["text"].as_str().unwrap_or_default().to_owned();
        if rode.starts_with(begins) || api.texts(person).iter().any(|text| text.starts_with(begins)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{person} never heard {begins:?} to {text}: {:#?}", api.texts(person));
}

fn menu_of(api: &BotApi, person: i64) -> Option<Vec<String>> {
    let here = |call: &crate::support::bot_api::Call| {
        call.done && call.arguments["scope"]["chat_id"].as_i64() == Some(person)
    };
    let set = api.calls("setMyCommands").into_iter().rfind(here)?;
    let names = set.arguments["commands"].as_array()?.iter();
    Some(names.map(|command| command["command"].as_str().unwrap_or_default().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_on_every_instance_and_its_menu_outlives_a_kill() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let (mut servers, api) = together(scratch.url(), 2, false).await;
    servers[0].caller.submit("all", 2).await;
    let sam = 4_000_333;
    until_told(&servers[0], &api, LEE, 1000, &format!("/admins add {sam}"), &format!("{sam} is an approver"))
        .await;
    until_told(&servers[1], &api, sam, 2000, "/approve 1", "Approved 1: #1").await;
    let serves = |commands: &'static [&'static str], not: &'static str| {
        move |api: &BotApi| {
            menu_of(api, sam).is_some_and(|menu| {
                commands.iter().all(|name| menu.iter().any(|shown| shown == name))
                    && !menu.iter().any(|shown| shown == not)
            })
        }
    };
    api.until("an approver's menu", serves(&["pending", "approve"], "admins")).await;
    // Whoever kept the menus is killed with the change just made: the other sees to it.
    until_told(
        &servers[1],
        &api,
        LEE,
        3000,
        &format!("/admins role {sam} owner"),
        &format!("@sam ({sam}) is an owner"),
    )
    .await;
    servers[0].kill().await;
    api.until("an owner's menu", serves(&["approve", "admins"], "nothing")).await;
    servers[0].again().await;
    until_told(
        &servers[0],
        &api,
        LEE,
        4000,
        &format!("/admins remove {sam}"),
        &format!("@sam ({sam}) has no role"),
    )
    .await;
    until_told(&servers[1], &api, sam, 5000, "/approve 2", "Nothing was done: you may not decide.").await;
    let gone = |api: &BotApi| {
        let calls = api.calls("deleteMyCommands").into_iter();
        calls.filter(|call| call.arguments["scope"]["chat_id"].as_i64() == Some(sam)).count() >= 2
    };
    api.until("everybody's menu again", gone).await;
    assert_eq!(servers[0].caller.open_items().await, [2]);
    for server in &mut servers {
        assert_eq!(server.terminate().await, Some(0));
    }
    books::audit(scratch.url()).await;
}
