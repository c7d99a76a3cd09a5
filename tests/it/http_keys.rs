//! The two names of the key's header: one key space, and two ways to answer a repeat.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::http::{APPROVE, Answer, ApiServer, BACKEND, ISSUE, PENDING, REJECT, WITHDRAW, send};

const OWN: &str = "X-Idempotency-Key";
const STANDARD: &str = "Idempotency-Key";

async fn post(server: &ApiServer, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Answer {
    let request =
        server.bare(Method::POST, path).bearer_auth(BACKEND).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    send(request.body(body.to_string())).await
}

fn replayed(answer: &Answer) -> Option<&str> {
    answer.header("idempotent-replayed")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_post_replays_its_first_answer_under_the_standards_name() {
    let server = ApiServer::start().await;
    let posts: [(&str, Value, u16); 7] = [
        (PENDING, json!({ "items": vec![json!({ "kind": "bill", "title": "rent" }); 4] }), 201),
        (APPROVE, json!({ "ids": [1, 9] }), 200),
        (REJECT, json!({ "ids": [2], "reason": "no" }), 200),
        (WITHDRAW, json!({ "ids": [3] }), 200),
        (ISSUE, json!({ "ids": [1], "result": "issued" }), 200),
        (PENDING, json!({ "kind": "invoice.suggest_change", "title": "more" }), 403),
        (APPROVE, json!({ "ids": (1..=101).collect::<Vec<_>>() }), 422),
    ];
    for (n, (path, body, status)) in posts.iter().enumerate() {
        let quoted = format!("\"key-{n}\"");
        let first = post(&server, path, &[(STANDARD, &quoted)], body).await;
        assert_eq!((first.status, replayed(&first)), (*status, None), "{path}: {first:?}");
        for _ in 0..2 {
            let again = post(&server, path, &[(STANDARD, &quoted)], body).await;
            assert_eq!((again.status, replayed(&again), &again.body), (*status, Some("true"), &first.body));
        }
        let other =
            post(&server, path, &[(STANDARD, &quoted)], json!({ "ids": [4], "result": "failed" })).await;
        assert!([400, 422].contains(&other.status), "{other:?}");
        let own = post(&server, path, &[(OWN, &format!("key-{n}"))], body).await;
        own.refused(409, "duplicate_idempotency_key");
        assert_eq!((&own.body["original"], &own.body["original_status"]), (&first.body, &json!(status)));
        assert_eq!(replayed(&own), None);
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_request_under_a_used_key_is_422_and_does_nothing() {
    let server = ApiServer::start().await;
    server.submit("two", &["rent", "laptop"]).await;
    let first = post(&server, APPROVE, &[(OWN, "same")], r#"{"ids":[1]}"#).await;
    let other = post(&server, APPROVE, &[(STANDARD, "\"same\"")], r#"{"ids":[2]}"#).await;
    other.refused(422, "reused_idempotency_key");
    assert_eq!((&other.body["scope_matches"], &other.body["differs"]), (&json!(false), &json!(["ids"])));
    assert_eq!(other.body["original"], first.body);
    let again = post(&server, APPROVE, &[(STANDARD, "\"same\"")], r#"{"ids":[1]}"#).await;
    assert_eq!((again.status, replayed(&again), &again.body), (200, Some("true"), &first.body));
    assert_eq!(server.open_items().await, 1);
    server.end().await;
}

/// A duplicate in flight waits for the first one's end, and hears what that was.
#[tokio::test(flavor = "multi_thread")]
async fn duplicates_in_flight_hear_the_first_answer() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    let answers =
        join_all((0..30).map(|_| post(&server, APPROVE, &[(STANDARD, "\"burst\"")], r#"{"ids":[1]}"#))).await;
    assert!(
        answers.iter().all(|answer| (answer.status, &answer.body) == (200, &answers[0].body)),
        "{answers:?}"
    );
    assert_eq!(answers[0].body["approved_count"], 1);
    assert_eq!(answers.iter().filter(|answer| replayed(answer).is_none()).count(), 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standards_key_is_one_string_in_quotes() {
    let server = ApiServer::start().await;
    let body = r#"{"ids":[1]}"#;
    post(&server, APPROVE, &[(OWN, "a"), (STANDARD, "\"a\"")], body)
        .await
        .refused(400, "two_idempotency_keys");
    for both in [[STANDARD; 2], [OWN; 2]] {
        let sent = [(both[0], "\"a\""), (both[1], "\"a\"")];
        post(&server, APPROVE, &sent, body).await.refused(400, "repeated_idempotency_key");
    }
    let long = format!("\"{}\"", "k".repeat(65));
    let odd = [
        "a",
        "\"a",
        "a\"",
        "\"\"",
        "",
        "'a'",
        "\"a b\"",
        "\"a,b\"",
        "\"a\"b\"",
        "\"a\\b\"",
        "\"a\\\"",
        "\"a\";x=1",
        "\"a\", \"b\"",
        "\"sch\u{f6}n\"",
        ":YQ==:",
        "1",
        &long,
    ];
    for value in odd {
        let answer = post(&server, APPROVE, &[(STANDARD, value)], body).await;
        answer.refused(400, "malformed_idempotency_key");
    }
    let longest = format!("\"{}\"", "k".repeat(64));
    for (quoted, bare) in [(r#""a\"\\b""#, r#"a"\b"#), (" \"trim\" ", "trim"), (&longest, &"k".repeat(64))] {
        assert_eq!(post(&server, APPROVE, &[(STANDARD, quoted)], body).await.status, 200, "{quoted}");
        assert_eq!(post(&server, APPROVE, &[(OWN, bare)], body).await.status, 409, "{bare}");
    }
    server.end().await;
}
