//! The real process is asked to stop under load, and is started while its database is away.

use std::time::Duration;

use countersign::clock::Clock;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::bot::said_by;
use crate::support::postgres;
use crate::support::serve::{CROWD, Server, free_port};

const COMMANDS: u32 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_at_sigterm_is_answered_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    answered_or_not_begun(&format!("sqlite://{}?mode=rwc", folder.path().join("stop.db").display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_at_sigterm_is_answered_on_postgres() {
    if let Some(scratch) = postgres::fresh_database().await {
        answered_or_not_begun(scratch.url()).await;
    }
}

fn approve(n: u32) -> Value {
    let mut update = said_by(CROWD.start + i64::from(n % 50), n, &format!("/approve {n}"));
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

/// Whatever was committed before the end was answered too.
async fn answered_or_not_begun(url: &str) {
    let mut server = Server::start(url).await;
    server.caller.submit("all", usize::try_from(COMMANDS).unwrap()).await;
    let updates: Vec<Value> = (1..=COMMANDS).map(approve).collect();

    let mut load = JoinSet::new();
    for (n, update) in (1..).zip(updates.clone()) {
        let caller = server.caller.clone();
        load.spawn(async move {
            tokio::time::sleep(Duration::from_millis(n)).await;
            (n, caller.deliver(&update).await.is_ok_and(|(status, _)| status == 200))
        });
    }
    let mut answered = Vec::new();
    for _ in 0..COMMANDS / 6 {
        answered.push(load.join_next().await.unwrap().unwrap());
    }
    assert_eq!(server.terminate().await, Some(0), "it ends well, within 10 s");
    while let Some(done) = load.join_next().await {
        answered.push(done.unwrap());
    }

    server.again().await;
    let mut left = server.caller.open_items().await;
    let unanswered = answered.iter().filter(|(_, well)| !well).map(|(n, _)| i64::try_from(*n).unwrap());
    let mut unanswered: Vec<i64> = unanswered.collect();
    left.sort_unstable();
    unanswered.sort_unstable();
    assert_eq!(left, unanswered, "what was committed was answered, and only that");
    for update in updates {
        assert_eq!(server.caller.deliver(&update).await.unwrap().0, 200);
    }
    assert_eq!(server.caller.open_items().await, [0_i64; 0], "nothing is lost");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn it_listens_and_says_503_while_the_database_is_away() {
    let nowhere = format!("postgres://nobody@127.0.0.1:{}/none", free_port());
    let mut server = Server::spawn(&nowhere).await;
    server.caller.healthy().await;
    let (status, _) = server.caller.deliver(&approve(1)).await.unwrap();
    assert_eq!(status, 503, "Telegram brings it again");
    // Whoever has nothing to decide holds up nobody meanwhile.
    let stranger = said_by(999, 2, "/start");
    let odd = serde_json::json!({ "update_id": 3, "poll": { "id": "1" } });
    let blocked = serde_json::json!({ "update_id": 4, "my_chat_member": {
        "chat": { "id": 999, "type": "private" }, "date": 0, "from": { "id": 999, "is_bot": false, "first_name": "x" },
        "new_chat_member": { "status": "kicked", "user": { "id": 1, "is_bot": true, "first_name": "b" } },
    } });
    for update in [stranger, odd, blocked, serde_json::json!("?")] {
        assert_eq!(server.caller.deliver(&update).await.unwrap().0, 200, "{update}");
    }
    assert_eq!(server.caller.deliver_without_secret(&approve(5)).await, 401);
    assert_eq!(server.terminate().await, Some(0));
}
