//! What the real process tells at `/metrics`, and that the alerts and the dashboard ask for nothing else.

use std::collections::BTreeSet;

use countersign::clock::Clock;
use countersign::telemetry::metrics::{Kind, METRICS};
use serde_json::{Value, json};

use crate::support::bot::said;
use crate::support::serve::{API_TOKEN, Manner, Server, free_port};

/// The value of this sample; `None` where there is none.
fn sample(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.rsplit_once(' ').is_some_and(|(known, _)| known == name))?;
    line.rsplit_once(' ').unwrap().1.parse().ok()
}

async fn scraped(url: &str) -> String {
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{url}");
    answer.text().await.unwrap()
}

fn approve() -> Value {
    let mut update = said(1, "/approve 1");
    update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    update
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("metrics.db").display());
    let mut server = Server::start(&url).await;
    server.caller.submit("one", 1).await;
    server.api.until("the card", |api| !api.calls("sendMessage").is_empty()).await;
    for _ in 0..3 {
        server.caller.deliver(&approve()).await.unwrap();
    }
    server.api.until("the card's result", |api| !api.calls("editMessageText").is_empty()).await;
    let text = scraped(&server.caller.url("/metrics")).await;
    let of = |name: &str| sample(&text, name);
    assert_eq!(of("countersign_deliveries_total{result=\"new\"}"), Some(1.0), "{text}");
    assert_eq!(of("countersign_deliveries_total{result=\"repeat\"}"), Some(2.0), "{text}");
    assert_eq!(of("countersign_delivery_seconds_count"), Some(3.0), "{text}");
    let submitted =
        "countersign_http_requests_total{route=\"/api/admin/pending\",status=\"201\",result=\"new\"}";
    assert_eq!(of(submitted), Some(1.0), "{text}");
    assert_eq!(of("countersign_lease_held{lease=\"telegram\"}"), Some(1.0), "{text}");
    assert_eq!(of("countersign_outbox_failed"), Some(0.0), "{text}");
    assert!(of("countersign_sqlite_wal_bytes").is_some_and(|bytes| bytes > 0.0), "{text}");
    // No secret, no id of anybody.
    assert!(!text.contains("AAAA") && !text.contains("tg:"), "{text}");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_new_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("metrics.db").display());
    let points = Some("decide shop:broken=panic".to_owned());
    let server = Server::spawn_as(&url, Manner { points, ..Manner::default() }).await;
    server.caller.ready().await;
    // Its batch panics, and it succeeds when it runs again.
    server.caller.submit("broken", 2).await;
    let (path, client) = ("/api/admin/pending/bulk.approve", reqwest::Client::new());
    let mut statuses = Vec::new();
    // The standard's header takes a quoted string (RFC 8941, 3.3.3); both name the same key.
    for (header, key, ids) in [
        ("X-Idempotency-Key", "approve", json!([1])),
        ("X-Idempotency-Key", "approve", json!([1])),
        ("Idempotency-Key", "\"approve\"", json!([1])),
        ("Idempotency-Key", "\"approve\"", json!([2])),
        ("no-key", "approve", json!([2])),
    ] {
        let request = client.post(server.caller.url(path)).bearer_auth(API_TOKEN);
        let answer = request.header(header, key).json(&json!({ "ids": ids })).send().await.unwrap();
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 409, 200, 422, 400]);
    assert_eq!(server.caller.open_items().await, [2]);
    for update in [json!("no update"), json!(["none", "either"])] {
        assert_eq!(server.caller.deliver(&update).await.unwrap().0, 200);
    }
    let large = json!({ "update_id": 9, "message": { "text": "x".repeat(1 << 20) } });
    assert_eq!(server.caller.deliver(&large).await.unwrap().0, 200);
    assert_eq!(server.caller.deliver_without_secret(&approve()).await, 401);

    let text = scraped(&server.caller.url("/metrics")).await;
    let asked = |status: u16, result: &str| {
        let labels = format!("route=\"{path}\",status=\"{status}\",result=\"{result}\"");
        sample(&text, &format!("countersign_http_requests_total{{{labels}}}"))
    };
    let of = [(200, "new"), (409, "repeat"), (200, "repeat"), (422, "reused"), (400, "refused")];
    assert_eq!(of.map(|(status, result)| asked(status, result)), [Some(1.0); 5], "{text}");
    let listed =
        "countersign_http_requests_total{route=\"/api/admin/pending\",status=\"200\",result=\"answered\"}";
    assert_eq!(sample(&text, listed), Some(1.0), "{text}");
    let delivered =
        |result: &str| sample(&text, &format!("countersign_deliveries_total{{result=\"{result}\"}}"));
    assert_eq!((delivered("unreadable"), delivered("refused")), (Some(3.0), Some(1.0)), "{text}");
    assert_eq!(sample(&text, "countersign_delivery_seconds_count"), Some(3.0), "{text}");
    assert_eq!(sample(&text, "countersign_panics_total"), Some(1.0), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_may_have_an_address_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("metrics.db").display());
    let own = format!("127.0.0.1:{}", free_port());
    let variables = vec![("METRICS_ADDR", own.clone())];
    let mut server = Server::spawn_as(&url, Manner { variables, ..Manner::default() }).await;
    server.caller.ready().await;
    let text = scraped(&format!("http://{own}/metrics")).await;
    assert!(text.contains("countersign_outbox_waiting 0"), "{text}");
    // What is alerted of is there before it happens: of a series that is born at 1, Prometheus sees no increase.
    let deliveries =
        ["new", "repeat", "reused", "answered", "ignored", "unreadable", "away", "panicked", "refused"]
            .map(|result| format!("countersign_deliveries_total{{result=\"{result}\"}}"));
    let errors =
        ["away", "broken"].map(|kind| format!("countersign_database_errors_total{{kind=\"{kind}\"}}"));
    let panics = "countersign_panics_total".to_owned();
    for name in deliveries.iter().chain(&errors).chain([&panics]) {
        assert_eq!(sample(&text, name), Some(0.0), "{name}: {text}");
    }
    let elsewhere = reqwest::get(server.caller.url("/metrics")).await.unwrap();
    assert_eq!(elsewhere.status().as_u16(), 404);
    assert_eq!(server.terminate().await, Some(0));
}

#[test]
fn alerts_and_dashboard_ask_for_what_there_is() {
    let known: BTreeSet<String> = METRICS
        .iter()
        .map(|metric| match metric.kind {
            Kind::Seconds => format!("{}_bucket", metric.name),
            _ => metric.name.to_owned(),
        })
        .collect();
    for name in ["deploy/alerts.yaml", "deploy/grafana.json"] {
        let text = std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
        let asked: BTreeSet<String> =
            words.filter(|word| word.starts_with("countersign_")).map(str::to_owned).collect();
        assert!(asked.len() >= 6 && asked.is_subset(&known), "{name}: {asked:?}");
    }
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
    let alerts = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/alerts.yaml")).unwrap();
    for alert in alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(page.contains(&format!("| `{alert}` |")), "docs/operations.md does not explain {alert}");
    }
}
