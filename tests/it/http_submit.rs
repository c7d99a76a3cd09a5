//! Submitting items over HTTP, and the list of what is pending.

use countersign::limits::{DETAIL_CHARS_MAX, SUBMISSION_ITEMS_MAX};
use serde_json::{Value, json};

use crate::support::http::{AGENT, ApiServer, BACKEND, PENDING, SHOP, SHOP_NEXT, token};

#[tokio::test(flavor = "multi_thread")]
async fn items_are_submitted_once() {
    let server = ApiServer::start().await;
    let body = json!({ "items": [{ "kind": "bill", "title": "rent" }, { "kind": "bill", "title": "rent", "detail": "May" }] });
    let first = server.post(PENDING, SHOP, "sub-1", &body).await;
    assert_eq!((first.status, &first.body), (201, &json!({ "ids": [1, 2] })));
    for token in [SHOP, SHOP_NEXT] {
        let again = server.post(PENDING, token, "sub-1", &body).await;
        again.refused(409, "duplicate_idempotency_key");
        assert_eq!(again.body["message"], "Request with key 'sub-1' already processed");
        assert_eq!((&again.body["original_status"], &again.body["original"]), (&json!(201), &first.body));
        assert_eq!(again.body["scope_matches"], true);
    }
    let other = server.post(PENDING, SHOP, "sub-1", json!({ "kind": "bill", "title": "rent" })).await;
    assert_eq!((other.status, &other.body["scope_matches"]), (409, &json!(false)));
    assert_eq!(other.body["differs"], json!(["items", "kind", "title"]));
    let theirs = server.post(PENDING, AGENT, "sub-1", &body).await;
    assert_eq!(theirs.status, 201, "another client's key is another key");
    assert_eq!(server.open_items().await, 4);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_item_needs_no_list() {
    let server = ApiServer::start().await;
    let answer =
        server.post(PENDING, SHOP, "one", r#"{"kind":"deploy","title":" api v2 ","detail":null}"#).await;
    assert_eq!((answer.status, answer.body), (201, json!({ "ids": [1] })));
    let list = server.get(PENDING, SHOP).await;
    assert_eq!(list.body["items"][0]["title"], "api v2");
    assert_eq!(list.body["items"][0]["detail"], Value::Null);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_items_are_named_and_none_is_taken() {
    let server = ApiServer::start().await;
    let good = json!({ "kind": "bill", "title": "rent" });
    let with = |item: Value| json!({ "items": [good, item] });
    let wrong = [
        (with(json!({ "kind": "bill", "title": "x".repeat(201) })), "items[1].title"),
        (with(json!({ "kind": "bill", "title": " " })), "items[1].title"),
        (with(json!({ "kind": "a bill", "title": "rent" })), "items[1].kind"),
        (with(json!({ "kind": "bill", "title": "a\u{202e}b" })), "items[1].title"),
        (with(json!({ "kind": "bill", "title": "rent", "detail": "a\u{0}b" })), "items[1].detail"),
        (
            with(json!({ "kind": "bill", "title": "r", "detail": "x".repeat(DETAIL_CHARS_MAX + 1) })),
            "items[1].detail",
        ),
        (json!({ "kind": "bill", "title": "a\nb" }), "title"),
        (json!({ "items": [] }), "items"),
        (json!({ "items": vec![good.clone(); SUBMISSION_ITEMS_MAX + 1] }), "501"),
    ];
    for (body, place) in wrong {
        let message =
            server.post(PENDING, SHOP, "k", &body).await.refused(422, "impossible_value").to_owned();
        assert!(message.contains(place), "{place}: {message}");
    }
    let malformed = [
        json!({}),
        json!([good]),
        json!({ "kind": "bill" }),
        json!({ "title": "rent" }),
        json!({ "items": [good], "kind": "bill" }),
        json!({ "items": [good], "by": "me" }),
        json!({ "items": [{ "kind": "bill", "title": "rent", "payloads": {} }] }),
        json!({ "items": [{ "kind": "bill" }] }),
        json!({ "items": [{ "kind": "bill", "title": 7 }] }),
    ];
    for body in malformed {
        server.post(PENDING, SHOP, "k", &body).await.refused(400, "malformed_body");
    }
    server
        .post(PENDING, SHOP, "k", r#"{"items":[{"kind":"b","kind":"c","title":"t"}]}"#)
        .await
        .refused(400, "malformed_body");
    assert_eq!(server.open_items().await, 0);
    let most = json!({ "items": vec![good; SUBMISSION_ITEMS_MAX] });
    assert_eq!(server.post(PENDING, SHOP, "k", &most).await.status, 201, "the key was free");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_shows_a_client_its_own_items() {
    let server = ApiServer::start().await;
    server.submit("shop", &["rent", "laptop"]).await;
    server.submit_by(AGENT, "agent", &["travel"]).await;
    let titles = |body: &Value| -> Vec<String> {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect()
    };
    for (token, expected) in
        [(SHOP, vec!["rent", "laptop"]), (AGENT, vec!["travel"]), (BACKEND, vec!["rent", "laptop", "travel"])]
    {
        let list = server.get(PENDING, token).await;
        assert_eq!(
            (list.status, titles(&list.body)),
            (200, expected.iter().map(|t| (*t).to_owned()).collect())
        );
        assert_eq!(list.body["total"], expected.len());
        assert_eq!(list.body["next_after"], Value::Null);
    }
    server.approve("k", r#"{"ids":[1]}"#).await;
    let item = &server.get(PENDING, SHOP).await.body["items"][0];
    let hash = item["content_hash"].as_str().unwrap();
    assert_eq!(hash.len(), 64);
    let expected = json!({
        "id": 2, "kind": "bill", "title": "laptop", "detail": null, "client": "shop", "state": "pending",
        "content_hash": hash, "version": item["version"], "created_at": "2026-03-01T12:04:00Z",
    });
    assert_eq!(item, &expected);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_comes_in_pages() {
    let server = ApiServer::start().await;
    server.submit("shop", &["a", "b", "c", "d", "e"]).await;
    let mut seen = Vec::new();
    let mut path = format!("{PENDING}?limit=2");
    loop {
        let page = server.get(&path, SHOP).await.body;
        assert_eq!(page["total"], 5);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        let Some(after) = page["next_after"].as_i64() else { break };
        path = format!("{PENDING}?limit=2&after={after}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    let whole = server.get(&format!("{PENDING}?limit=5"), SHOP).await;
    assert_eq!(whole.body["next_after"], Value::Null);
    let odd = [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=-1",
        "limit=1&limit=2",
        "after=0",
        "after=x",
        "page=1",
        "limit=",
    ];
    for query in odd {
        server.get(&format!("{PENDING}?{query}"), SHOP).await.refused(400, "malformed_query");
    }
    assert_eq!(server.get(&format!("{PENDING}?limit=500&after=4"), SHOP).await.body["items"][0]["id"], 5);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_to_be_told_at_needs_the_right_to_it() {
    let mut shop = token("shop", false, SHOP);
    shop.may_call_back = true;
    let server =
        ApiServer::with(vec![shop, token("agent", false, AGENT), token("backend", true, BACKEND)], 100).await;
    let item = |url: &str| json!({ "kind": "bill", "title": "rent", "callback_url": url });
    let good = "https://ci.example.org/hook?key=secret";
    let refused = server.post(PENDING, AGENT, "a", item(good)).await;
    assert!(refused.refused(403, "forbidden").contains("CALLBACK_SECRETS"));
    for odd in ["ci.example.org", "ftp://ci.example.org/", "https://me:x@ci.example.org/", "https://"] {
        let message = server.post(PENDING, SHOP, "b", item(odd)).await;
        assert!(message.refused(422, "impossible_value").contains("callback_url"), "{odd}");
    }
    assert_eq!(server.post(PENDING, SHOP, "b", item(good)).await.status, 201, "no key was used up");
    let shown = server.get("/api/admin/pending/1", SHOP).await.body.to_string();
    assert!(!shown.contains("secret"), "{shown}");
    server.approve("yes", json!({ "ids": [1] })).await;
    let row = server.app.ledger.deliveries(9).await.unwrap().remove(0);
    assert_eq!(row.receiver, "shop@https://ci.example.org");
    server.end().await;
}
