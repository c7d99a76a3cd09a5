//! The policy over real HTTP: forbidden kinds are 403 and use their key up, a quorum is awaited.

use serde_json::json;

use crate::support::http::{APPROVE, ApiServer, BACKEND, PENDING, SHOP};

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_kind_is_403_and_that_is_its_outcome() {
    let server = ApiServer::start().await;
    let body = r#"{"kind":"invoice.suggest_change","title":"more"}"#;
    let first = server.post(PENDING, SHOP, "change-1", body).await;
    first.refused(403, "forbidden_by_policy");
    assert!(first.body["message"].as_str().unwrap().contains("invoice.suggest_change"), "{first:?}");
    let again = server.post(PENDING, SHOP, "change-1", body).await;
    again.refused(409, "duplicate_idempotency_key");
    assert_eq!((&again.body["original"], &again.body["original_status"]), (&first.body, &json!(403)));
    assert_eq!(server.open_items().await, 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quorum_is_awaited_and_nobody_answers_what_they_asked() {
    let server = ApiServer::start().await;
    let body = r#"{"kind":"payment","title":"rent"}"#;
    assert_eq!(server.post(PENDING, SHOP, "pay-1", body).await.status, 201);
    assert_eq!(server.post(PENDING, BACKEND, "pay-2", body).await.status, 201);
    let first = server.post(APPROVE, BACKEND, "yes", r#"{"ids":[1,2]}"#).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.body,
        json!({
            "approved_count": 0, "ids": [], "by": "backend", "awaiting": [{ "id": 1, "have": 1, "need": 2 }],
            "skipped": [{
                "id": 2, "reason": "own_item", "message": "Item 2 was submitted by this client; another must decide",
            }],
        })
    );
    let again = server.post(APPROVE, BACKEND, "yes", r#"{"ids":[1,2]}"#).await;
    assert_eq!((again.status, &again.body["original"]), (409, &first.body));
    assert_eq!(server.open_items().await, 2);
    server.end().await;
}
