//! What the real process writes about each update and request, as JSON lines, and what it never writes.

use serde_json::{Value, json};

use crate::support::books::LEE;
use crate::support::bot::{SECRET, said_by};
use crate::support::postgres::fresh_database;
use crate::support::presses::pressed;
use crate::support::serve::{API_TOKEN, Manner, Server};

fn now() -> Value {
    Value::from(countersign::clock::Clock::machine().now().timestamp())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_update_and_request_is_told_in_one_span() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("logs.db").display());
    let log = folder.path().join("log");
    let variables =
        vec![("LOG_FORMAT", "json".to_owned()), ("RUST_LOG", "info,countersign=debug".to_owned())];
    let manner = Manner { log: Some(log.clone()), variables, ..Manner::default() };
    let mut server = Server::spawn_as(&url, manner).await;
    server.caller.ready().await;
    server.caller.submit("first", 2).await;
    let mut approve = said_by(LEE, 1, "/approve 1");
    approve["message"]["date"] = now();
    server.caller.deliver(&approve).await.unwrap();
    server.caller.deliver(&approve).await.unwrap();
    server.caller.deliver(&said_by(555, 2, "words of a stranger")).await.unwrap();
    server.caller.deliver(&pressed(3, LEE, (LEE, 9), "c:77")).await.unwrap();
    server.caller.deliver(&json!("no update")).await.unwrap();
    server.caller.approve("second", &[2]).await;
    let pending = reqwest::Client::new().get(server.caller.url("/api/admin/pending/2"));
    assert_eq!(pending.bearer_auth("not-a-token-at-all").send().await.unwrap().status().as_u16(), 401);
    assert_eq!(server.terminate().await, Some(0));

    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let handled = |span: &str| -> Vec<&Value> {
        let told = |line: &&Value| line["fields"]["message"] == "handled" && line["span"]["name"] == span;
        lines.iter().filter(told).filter(|line| line["span"]["route"] != "/readyz").collect()
    };
    let told = |lines: Vec<&Value>, names: &[&str]| -> Vec<Vec<Value>> {
        let of = |line: &Value, name: &str| {
            if line["fields"][name].is_null() {
                line["span"][name].clone()
            } else {
                line["fields"][name].clone()
            }
        };
        lines.into_iter().map(|line| names.iter().map(|name| of(line, name)).collect()).collect()
    };
    let updates = handled("update");
    assert!(updates.iter().all(|line| line["fields"]["elapsed_us"].is_number()), "{updates:?}");
    assert!(updates.iter().all(|line| line["target"] == "countersign::requests"), "{updates:?}");
    let row = |row: Value| row.as_array().unwrap().clone();
    assert_eq!(
        told(updates, &["update_id", "kind", "chat", "actor", "verb", "result"]),
        [
            row(json!([1, "message", LEE, LEE, "approve", "new"])),
            row(json!([1, "message", LEE, LEE, "approve", "repeat"])),
            row(json!([2, "message", 555, 555, null, "answered"])),
            row(json!([3, "callback_query", LEE, LEE, "confirm", "answered"])),
            row(json!([null, null, null, null, null, "unreadable"])),
        ]
    );
    let requests = handled("request");
    assert!(requests.iter().all(|line| line["fields"]["elapsed_us"].is_number()), "{requests:?}");
    assert_eq!(
        told(requests, &["method", "route", "actor", "result", "status"]),
        [
            row(json!(["POST", "/api/admin/pending", "api:shop", "new", 201])),
            row(json!(["POST", "/api/admin/pending/bulk.approve", "api:shop", "new", 200])),
            row(json!(["GET", "/api/admin/pending/{id}", null, "refused", 401])),
        ]
    );
    assert!(text.contains("an update cannot be read and was let go"), "{text}");
    for secret in [API_TOKEN, SECRET, "AAAAAAAAAA", "not-a-token", "words of a stranger", "no update"] {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
}

/// What an operator sees who sets nothing: our own lines, one of them about the schema.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_is_told_in_a_few_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut urls = vec![format!("sqlite://{}?mode=rwc", folder.path().join("first.db").display())];
    let scratch = fresh_database().await;
    urls.extend(scratch.as_ref().map(|scratch| scratch.url().to_owned()));
    for url in urls {
        let log = folder.path().join("log");
        let variables = vec![("RUST_LOG", String::new())];
        let mut server =
            Server::spawn_as(&url, Manner { log: Some(log.clone()), variables, ..Manner::default() }).await;
        server.caller.ready().await;
        assert_eq!(server.terminate().await, Some(0));
        let told = std::fs::read_to_string(&log).unwrap();
        assert_eq!(
            told.lines().filter(|line| line.contains("the schema was brought up to date")).count(),
            1,
            "{told}"
        );
        assert!(told.lines().count() < 12, "{told}");
        std::fs::remove_file(&log).unwrap();
    }
}
