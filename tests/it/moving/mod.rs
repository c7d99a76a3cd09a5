//! The books move from an SQLite file to PostgreSQL, and go on there as if nothing had happened: with the real program.

mod kills;
mod refusals;
mod rows;

use std::process::Output;

use countersign::clock::Clock;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::books::{self, KIM, LEE};
use crate::support::bot::said_by;
use crate::support::bot_api::BotApi;
use crate::support::postgres;
use crate::support::serve::{Manner, Server};

const POLICY: &str =
    "[kinds.deploy]\nundo_window = \"1h\"\n\n[kinds.contract]\nquorum = 2\nundo_window = \"1h\"\n";

/// `countersign …` with these variables and no others.
async fn countersign(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").current_dir(std::env::temp_dir());
    command.envs(variables.iter().copied()).output().await.unwrap()
}

/// Moves them; what was said on both streams is returned, and must not hold the password.
async fn moves(from: &str, to: &str, points: &str) -> (Option<i32>, String) {
    let variables = [("DATABASE_URL", from), ("COUNTERSIGN_POINTS", points)];
    let output = countersign(&["migrate", "copy", "--to", to], &variables).await;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let password = url::Url::parse(to).unwrap().password().map(str::to_owned);
    assert!(password.is_none_or(|password| !said.contains(&password)), "the password is shown: {said}");
    (output.status.code(), said)
}

/// A file of its own, as `DATABASE_URL` has it.
fn file(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("books.db").display())
}

/// Says it; gives the answer, whether it rode or came by the outbox.
async fn says(server: &Server, api: &BotApi, update: &Value) -> String {
    let (status, rode) = server.caller.deliver(update).await.unwrap();
    assert_eq!(status, 200, "{rode}");
    if let Some(text) = rode["text"].as_str() {
        return text.to_owned();
    }
    let (chat, asked) = (update["message"]["chat"]["id"].as_i64().unwrap(), &update["message"]["message_id"]);
    let find = |api: &BotApi| {
        let answers = |message: &Value| message["reply_parameters"]["message_id"] == *asked;
        api.shown(chat).into_iter().rev().map(|(_, message)| message).find(answers)
    };
    api.until("the answer by the outbox", |api| find(api).is_some()).await;
    find(api).unwrap()["text"].as_str().unwrap_or_default().to_owned()
}

fn said_now(person: i64, n: u32, text: &str) -> Value {
    let mut update = said_by(person, n, text);
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

async fn serves(url: &str, api: &BotApi, policy: &str) -> Server {
    let variables = vec![("POLICY_FILE", policy.to_owned()), ("ADMIN_IDS", format!("{LEE},{KIM}"))];
    let manner = Manner { api: Some(api.clone()), variables, ..Manner::default() };
    let server = Server::spawn_as(url, manner).await;
    server.caller.ready().await;
    server
}

const APPROVE: &str = "/api/admin/pending/bulk.approve";

#[tokio::test(flavor = "multi_thread")]
async fn the_books_go_on_where_they_were_moved() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, POLICY).unwrap();
    let (from, policy, api) = (file(&folder), policy.display().to_string(), BotApi::start().await);

    let mut server = serves(&from, &api, &policy).await;
    let bill = |n| json!({ "kind": "bill", "title": format!("bill {n} für Müller ✓") });
    server.caller.submit_items("bills", (1..=5).map(bill).collect()).await;
    server.caller.submit_items("deploy", vec![json!({ "kind": "deploy", "title": "release 2.4" })]).await;
    let lease = json!({ "kind": "contract", "title": "lease", "payload": { "n": 1 }, "external_id": "c-7" });
    server.caller.submit_items("lease", vec![lease.clone()]).await;
    let approve = said_now(LEE, 1, "/approve 1,2");
    let first = says(&server, &api, &approve).await;
    assert!(first.starts_with("Approved 2: #1 bill 1"), "{first}");
    says(&server, &api, &said_now(KIM, 2, "/approve 6")).await;
    says(&server, &api, &said_now(LEE, 3, "/approve 7")).await;
    says(&server, &api, &said_now(LEE, 4, "/reject 4 wrong amount")).await;
    let given = says(&server, &api, &said_now(LEE, 5, "/admins add 333 viewer")).await;
    assert!(given.contains("333 is a viewer"), "{given}");
    let over_http = json!({ "ids": [3] });
    let (status, answer) = server.caller.post(APPROVE, "by-http", &over_http).await.unwrap();
    assert_eq!((status, &answer["ids"]), (200, &json!([3])));
    let before = server.caller.until_final(4).await;
    let running = moves(&from, scratch.url(), "").await;
    assert!(
        running.1.contains("a countersign is running on the source") && running.0 == Some(1),
        "{running:?}"
    );
    assert_eq!(server.terminate().await, Some(0));

    let (code, said) = moves(&from, scratch.url(), "").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("counts and hashes are the same") && said.contains("Next: set DATABASE_URL"),
        "{said}"
    );
    let (code, said) = moves(&from, scratch.url(), "").await;
    assert!(code == Some(0) && said.contains("holds them already"), "{said}");

    let mut server = serves(scratch.url(), &api, &policy).await;
    let again = says(&server, &api, &approve).await;
    assert!(again.contains("duplicate delivery") && again.contains("approved 2: #1 bill 1"), "{again}");
    let (status, answer) = server.caller.post(APPROVE, "by-http", &over_http).await.unwrap();
    assert_eq!((status, &answer["original"]["ids"]), (409, &json!([3])), "{answer}");
    let (status, answer) = server.caller.post(APPROVE, "by-http", &json!({ "ids": [5] })).await.unwrap();
    assert_eq!((status, &answer["scope_matches"]), (409, &json!(false)), "{answer}");
    assert_eq!(server.caller.until_final(4).await, before, "the cursor tells the same");
    let receipt = says(&server, &api, &said_now(LEE, 10, "/receipt R4")).await;
    assert!(receipt.starts_with("R4, ") && receipt.contains("#1 bill 1"), "{receipt}");
    let undone = says(&server, &api, &said_now(KIM, 11, "/undo")).await;
    assert!(undone.starts_with("Undone 1, pending again: #6 release 2.4."), "{undone}");
    let second = says(&server, &api, &said_now(KIM, 12, "/approve 7")).await;
    assert!(second.starts_with("Approved 1: #7 lease."), "both votes count: {second}");
    let roles = says(&server, &api, &said_now(LEE, 13, "/admins")).await;
    assert!(roles.contains("333"), "{roles}");
    let (status, answer) =
        server.caller.post("/api/admin/pending", "lease-2", &json!({ "items": [lease] })).await.unwrap();
    assert!(matches!(status, 200 | 201 | 409) && answer.to_string().contains('7'), "{status}: {answer}");
    server.caller.submit_items("new", vec![json!({ "kind": "bill", "title": "new" })]).await;
    assert_eq!(server.caller.open_items().await, [5, 6, 8], "the new one has a number of its own");
    let answer = says(&server, &api, &said_now(LEE, 14, "/approve 5,8")).await;
    assert!(answer.starts_with("Approved 2: #5 bill 5"), "{answer}");
    let after = server.caller.until_final(6).await;
    assert_eq!(after[..4], before[..]);
    assert_eq!(server.terminate().await, Some(0));
    books::audit(scratch.url()).await;
    let verified = countersign(&["audit", "verify"], &[("DATABASE_URL", scratch.url())]).await;
    assert!(verified.status.success() && verified.stdout.starts_with(b"ok: 6 decisions"), "{verified:?}");
    let (code, said) = moves(&from, scratch.url(), "").await;
    assert!(code == Some(1) && said.contains("the target holds rows already"), "{said}");
}
