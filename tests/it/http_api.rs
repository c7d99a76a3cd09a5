//! The bulk approval over real HTTP: the first request, its repeats, and what else may come under its key.

use chrono::TimeDelta;
use countersign::ledger::entity::operations;
use futures_util::future::join_all;
use sea_orm::{Database, EntityTrait, PaginatorTrait};
use serde_json::json;

use crate::support::http::{APPROVE, ApiServer, BACKEND, PENDING, SHOP};

/// `scope_hash` of `{"ids":[1,2,3],"by":"admin"}`.
const VECTOR: &str = "653344332109329934645c722b2c77676d1937517ac75eca5d670b1782cc0c53";
const BODY: &str = r#"{"ids":[1,2,3],"by":"admin"}"#;

async fn with_three_items() -> ApiServer {
    let server = ApiServer::start().await;
    assert_eq!(server.submit("three", &["rent", "laptop", "travel"]).await, [1, 2, 3]);
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn first_request_200() {
    let server = with_three_items().await;
    let first = server.approve("req-12345", BODY).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.body, json!({ "approved_count": 3, "ids": [1, 2, 3], "by": "admin" }));
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    assert_eq!(server.open_items().await, 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeat_409() {
    let server = with_three_items().await;
    let first = server.approve("req-12345", BODY).await;
    let expected = json!({
        "error": "duplicate_idempotency_key",
        "message": "Request with key 'req-12345' already processed",
        "scope_hash": VECTOR,
        "scope_matches": true,
        "original_status": 200,
        "original": first.body,
    });
    for body in [BODY, r#" { "by" : "admin", "ids" : [ 1,2, 3 ] } "#] {
        let again = server.approve("req-12345", body).await;
        assert_eq!((again.status, &again.body), (409, &expected));
    }
    let other_key = server.approve("req-12346", BODY).await;
    assert_eq!(other_key.body["approved_count"], 0, "{other_key:?}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeat_timing_100ms() {
    let server = with_three_items().await;
    assert_eq!(server.approve("req-12345", BODY).await.status, 200);
    let mut took = Vec::new();
    for _ in 0..50 {
        let again = server.approve("req-12345", BODY).await;
        assert_eq!(again.status, 409);
        took.push(again.took);
    }
    took.sort();
    let (median, p99) = (took[25], took[49]);
    println!("50 repeats over HTTP: median {median:?}, p99 (the slowest) {p99:?}");
    assert!(p99.as_millis() < 100, "the slowest of 50 repeats took {p99:?}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn different_payload_same_key() {
    let server = with_three_items().await;
    let first = server.approve("req-12345", r#"{"ids":[1,2],"by":"admin"}"#).await;
    let other = server.approve("req-12345", r#"{"ids":[3],"by":"admin"}"#).await;
    other.refused(409, "duplicate_idempotency_key");
    assert_eq!(other.body["scope_matches"], false);
    assert_eq!(other.body["differs"], json!(["ids"]));
    assert_eq!(other.body["original"], first.body);
    let again = server.approve("req-12345", r#"{"ids":[1,2],"by":"admin"}"#).await;
    assert_eq!(again.body["scope_matches"], true);
    assert_eq!(other.body["scope_hash"], again.body["scope_hash"], "the stored scope is told");
    let order = server.approve("req-12345", r#"{"ids":[2,1],"by":"admin"}"#).await;
    assert_eq!(order.body["scope_matches"], false, "the order of ids is part of the scope");
    let two = server.approve("req-12345", r#"{"ids":[3]}"#).await;
    assert_eq!(two.body["differs"], json!(["by", "ids"]));
    assert_eq!(server.open_items().await, 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_take_effect_once() {
    let server = with_three_items().await;
    let answers = join_all((0..50).map(|_| server.approve("req-12345", BODY))).await;
    let (new, repeats): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((new.len(), repeats.len()), (1, 49));
    for repeat in repeats {
        assert_eq!((repeat.status, &repeat.body["original"]), (409, &new[0].body), "{repeat:?}");
    }
    let database = Database::connect(&server.database).await.unwrap();
    assert_eq!(
        operations::Entity::find().count(&database).await.unwrap(),
        2,
        "the submission and one approval"
    );
    database.close().await.unwrap();
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_remembers_and_a_lowered_limit_changes_no_repeat() {
    let server = with_three_items().await;
    let first = server.approve("req-12345", BODY).await;
    let server = server.restart(2).await;
    let again = server.approve("req-12345", BODY).await;
    assert_eq!((again.status, &again.body["original"]), (409, &first.body));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_items_are_listed_with_reasons() {
    let server = with_three_items().await;
    server.approve("first", r#"{"ids":[2]}"#).await;
    let answer = server.approve("second", r#"{"ids":[3,2,9,3]}"#).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["approved_count"], 1);
    assert_eq!(answer.body["ids"], json!([3]));
    assert_eq!(answer.body["by"], "backend", "without a label the client's name stands there");
    let skipped = answer.body["skipped"].as_array().unwrap();
    let told: Vec<_> = skipped.iter().map(|skip| (skip["id"].as_i64(), skip["reason"].as_str())).collect();
    assert_eq!(told, [(Some(2), Some("already_approved")), (Some(9), Some("not_found"))]);
    assert!(skipped.iter().all(|skip| !skip["message"].as_str().unwrap().is_empty()));
    server.end().await;
}

/// Else the request would, redelivered, approve what nobody had seen when it was sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_without_effect_uses_its_key_up() {
    let server = ApiServer::start().await;
    let first = server.approve("early", r#"{"ids":[1]}"#).await;
    assert_eq!((first.status, &first.body["approved_count"]), (200, &json!(0)));
    server.submit("late", &["rent"]).await;
    let again = server.approve("early", r#"{"ids":[1]}"#).await;
    assert_eq!((again.status, &again.body["original"]), (409, &first.body));
    assert_eq!(server.open_items().await, 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_bulk_limit_is_a_stored_outcome() {
    let server = with_three_items().await.restart(2).await;
    let first = server.approve("many", BODY).await;
    first.refused(422, "over_bulk_limit");
    let server = server.restart(100).await;
    let again = server.approve("many", BODY).await;
    again.refused(409, "duplicate_idempotency_key");
    assert_eq!((&again.body["original_status"], &again.body["original"]), (&json!(422), &first.body));
    assert_eq!(server.open_items().await, 3);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_belong_to_their_client_and_to_every_endpoint() {
    let server = with_three_items().await;
    // The shop's key "three" is no key of the backend's.
    assert_eq!(server.approve("three", r#"{"ids":[1]}"#).await.status, 200);
    // One client's key is one key, whatever it is sent to.
    let item = json!({ "kind": "bill", "title": "rent" });
    let other = server.post(PENDING, BACKEND, "three", &item).await;
    other.refused(409, "duplicate_idempotency_key");
    assert_eq!(other.body["scope_matches"], false);
    assert_eq!(server.post(APPROVE, SHOP, "three", BODY).await.status, 403);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_counts_as_absent() {
    let server = with_three_items().await;
    assert_eq!(server.approve("req-12345", BODY).await.status, 200);
    server.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    let later = server.approve("req-12345", BODY).await;
    assert_eq!(
        (later.status, &later.body["approved_count"]),
        (200, &json!(0)),
        "the items stay approved once"
    );
    server.end().await;
}
