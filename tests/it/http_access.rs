//! Who may ask the HTTP door, and what it answers when the database is away or the program fails.

use countersign::points::Act;
use reqwest::Method;
use serde_json::json;

use crate::support::http::{AGENT, APPROVE, ApiServer, BACKEND, PENDING, SHOP, SHOP_NEXT, send, token};

const BODY: &str = r#"{"ids":[1]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_token() {
    let server = ApiServer::start().await;
    let bare = || server.bare(Method::POST, APPROVE).header("X-Idempotency-Key", "k").body(BODY);
    let wrong = [
        bare(),
        bare().bearer_auth("wrong"),
        bare().bearer_auth(&BACKEND[1..]),
        bare().bearer_auth(format!("{BACKEND}x")),
        bare().bearer_auth(""),
        bare().header("authorization", BACKEND),
        bare().header("authorization", format!("Basic {BACKEND}")),
        bare().bearer_auth(BACKEND).bearer_auth(BACKEND),
    ];
    for request in wrong {
        let answer = send(request).await;
        answer.refused(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let list = send(server.bare(Method::GET, PENDING)).await;
    list.refused(401, "unauthorized");
    assert_eq!(server.approve("k", BODY).await.status, 200);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_the_right_may_not_decide() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    for token in [SHOP, SHOP_NEXT, AGENT] {
        server.post(APPROVE, token, "k", BODY).await.refused(403, "forbidden");
    }
    assert_eq!(server.open_items().await, 1);
    assert_eq!(server.post(PENDING, SHOP, "k", json!({ "kind": "bill", "title": "x" })).await.status, 201);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tokens_the_api_is_off() {
    let server = ApiServer::with(Vec::new(), 100).await;
    for path in [PENDING, APPROVE, "/api/else"] {
        let answer = server.post(path, BACKEND, "k", BODY).await;
        assert!(answer.refused(404, "api_off").contains("API_TOKENS"), "{answer:?}");
    }
    assert_eq!(send(server.bare(Method::GET, "/healthz")).await.status, 200);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_may_stand_twice() {
    let secrets = [SHOP, BACKEND];
    let tokens = vec![token("shop", false, secrets[0]), token("shop", true, secrets[1])];
    let server = ApiServer::with(tokens, 100).await;
    assert_eq!(server.submit("one", &["rent"]).await, [1]);
    let again = server
        .post(PENDING, secrets[1], "one", json!({ "items": [{ "kind": "bill", "title": "rent" }] }))
        .await;
    assert_eq!(
        (again.status, &again.body["scope_matches"]),
        (409, &json!(true)),
        "one client, one key space"
    );
    server.post(APPROVE, secrets[0], "two", BODY).await.refused(403, "forbidden");
    assert_eq!(server.post(APPROVE, secrets[1], "two", BODY).await.body["by"], "shop");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn database_away_is_503_and_nothing_is_lost() {
    let server = ApiServer::start().await;
    let health = send(server.bare(Method::GET, "/readyz")).await;
    assert_eq!(
        (health.status, health.body),
        (200, json!({ "status": "ready", "database": "ok", "telegram": "connecting" }))
    );
    server.submit("one", &["rent"]).await;
    server.app.ledger.close().await;
    for answer in [server.approve("k", BODY).await, server.get(PENDING, BACKEND).await] {
        answer.refused(503, "database_away");
        assert_eq!(answer.header("retry-after"), Some("2"));
    }
    let ready = send(server.bare(Method::GET, "/readyz")).await;
    let away = json!({ "status": "unavailable", "database": "away", "telegram": "connecting" });
    assert_eq!((ready.status, &ready.body, ready.header("retry-after")), (503, &away, Some("2")));
    let up = send(server.bare(Method::GET, "/healthz")).await;
    assert_eq!((up.status, up.body), (200, json!({ "status": "up" })));
    let server = server.restart(100).await;
    assert_eq!(server.approve("k", BODY).await.status, 200);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_request() {
    let server = ApiServer::start().await;
    // Once in its batch and once when it is run again alone: then it is given up.
    for _ in 0..8 {
        server.points.arm("decide backend:k", Act::Panic);
    }
    let answer = server.approve("k", BODY).await;
    let message = answer.refused(500, "internal");
    assert!(!message.contains("decide"), "no detail leaks: {message}");
    assert_eq!(server.approve("other", BODY).await.status, 200);
    server.end().await;
}
