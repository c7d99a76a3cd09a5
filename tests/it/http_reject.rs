//! The bulk rejection over real HTTP: the same guard and shapes as the approval's.

use serde_json::json;

use crate::support::http::{APPROVE, ApiServer, BACKEND, REJECT, SHOP};

#[tokio::test(flavor = "multi_thread")]
async fn first_200_and_repeat_409() {
    let server = ApiServer::start().await;
    server.submit("three", &["rent", "laptop", "travel"]).await;
    let body = r#"{"ids":[1,3,9],"by":"kim","reason":" wrong\n amount"}"#;
    let first = server.post(REJECT, BACKEND, "no-1", body).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.body,
        json!({
            "rejected_count": 2, "ids": [1, 3], "by": "kim", "reason": "wrong amount",
            "skipped": [{ "id": 9, "reason": "not_found", "message": "There is no item 9" }],
        })
    );
    let again = server.post(REJECT, BACKEND, "no-1", body).await;
    assert_eq!((again.status, &again.body["original"]), (409, &first.body));
    assert_eq!(again.body["scope_matches"], true);
    let bare = server.post(REJECT, BACKEND, "no-2", r#"{"ids":[1]}"#).await;
    assert_eq!(bare.body["skipped"][0]["reason"], "already_rejected");
    assert_eq!(server.open_items().await, 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_no_repeat_of_a_rejection() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    let body = r#"{"ids":[1]}"#;
    assert_eq!(server.post(REJECT, BACKEND, "same", body).await.status, 200);
    let other = server.post(APPROVE, BACKEND, "same", body).await;
    other.refused(409, "duplicate_idempotency_key");
    assert_eq!((&other.body["scope_matches"], &other.body["differs"]), (&json!(false), &json!(["op"])));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_leaves_the_key_free() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    let post = async |path, token, body: &str| server.post(path, token, "key", body).await;
    post(REJECT, SHOP, r#"{"ids":[1]}"#).await.refused(403, "forbidden");
    post(REJECT, BACKEND, r#"{"ids":[1],"reason":"  "}"#).await.refused(422, "impossible_value");
    post(REJECT, BACKEND, r#"{"ids":[1],"reason":"a\u202eb"}"#).await.refused(422, "impossible_value");
    post(REJECT, BACKEND, r#"{"ids":[1],"reason":7}"#).await.refused(400, "malformed_body");
    post(APPROVE, BACKEND, r#"{"ids":[1],"reason":"why"}"#).await.refused(400, "malformed_body");
    assert_eq!(post(REJECT, BACKEND, r#"{"ids":[1]}"#).await.status, 200);
    server.end().await;
}
