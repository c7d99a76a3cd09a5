//! What an item may bring beside its title: data, the client's own id, a time to expire; and one item with what became of it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::http::{AGENT, ApiServer, BACKEND, PENDING, REJECT, SHOP};

fn at(id: i64) -> String {
    format!("{PENDING}/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_shown_whole_to_whoever_may_see_it() {
    let server = ApiServer::start().await;
    let item = json!({
        "kind": "bill", "title": "rent", "detail": "for March", "payload": { "invoice": 77, "eur": 1200.5 },
        "external_id": "inv-77", "expires_at": "2026-03-02T13:00:00.5+01:00",
    });
    assert_eq!(server.post(PENDING, SHOP, "one", &item).await.body, json!({ "ids": [1] }));
    let shown = server.get(&at(1), SHOP).await;
    let hash = shown.body["content_hash"].as_str().unwrap().to_owned();
    let expected = json!({
        "id": 1, "kind": "bill", "title": "rent", "detail": "for March", "client": "shop", "external_id": "inv-77",
        "payload": { "eur": 1200.5, "invoice": 77 }, "state": "pending", "content_hash": hash, "version": 1,
        "created_at": "2026-03-01T12:04:00Z", "expires_at": "2026-03-02T12:00:00Z", "final": false,
        "awaiting": { "have": 0, "need": 1, "from": [] }, "votes": [],
    });
    assert_eq!((shown.status, &shown.body), (200, &expected));
    assert_eq!(server.get(&at(1), BACKEND).await.body, expected);
    for (token, id) in [
        (AGENT, "1"),
        (SHOP, "2"),
        (SHOP, "0"),
        (SHOP, "x"),
        (SHOP, "9007199254740992"),
        (SHOP, "+1"),
        (SHOP, "01"),
        (SHOP, "%FF"),
        (SHOP, "%D9%A1"),
    ] {
        server.get(&format!("{PENDING}/{id}"), token).await.refused(404, "no_such_item");
    }
    server.get(&at(1), "nobody").await.refused(401, "unauthorized");
    let listed = server.get(PENDING, SHOP).await;
    assert_eq!(
        (&listed.body["items"][0]["external_id"], listed.body["items"][0].get("payload")),
        (&json!("inv-77"), None)
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_it_is_told() {
    let server = ApiServer::start().await;
    server.submit("two", &["rent", "laptop"]).await;
    server.approve("yes", r#"{"ids":[1],"by":"lee"}"#).await;
    server.post(REJECT, BACKEND, "no", r#"{"ids":[2],"reason":"too dear"}"#).await;
    let yes = server.get(&at(1), SHOP).await.body;
    let told = |body: &Value| {
        ["state", "final", "decided_at", "decided_by", "reason", "awaiting"].map(|name| body[name].clone())
    };
    let (when, who) = (json!("2026-03-01T12:04:00Z"), json!({ "actor": "api:backend" }));
    assert_eq!(
        told(&yes),
        [json!("approved"), json!(true), when.clone(), who.clone(), Value::Null, Value::Null]
    );
    let vote = json!({ "actor": "api:backend", "decision": "approve", "at": "2026-03-01T12:04:00Z" });
    assert_eq!(yes["votes"], json!([vote]));
    let no = server.get(&at(2), SHOP).await.body;
    assert_eq!(told(&no), [json!("rejected"), json!(true), when, who, json!("too dear"), Value::Null]);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_is_not_enough_has_decided_nothing() {
    let server = ApiServer::start().await;
    let body = json!({ "kind": "payment", "title": "rent", "expires_at": "2026-03-01T13:00:00Z" });
    server.post(PENDING, SHOP, "pay", &body).await;
    server.approve("yes", r#"{"ids":[1]}"#).await;
    let waits = server.get(&at(1), SHOP).await.body;
    assert_eq!(
        (&waits["state"], &waits["awaiting"]),
        (&json!("pending"), &json!({ "have": 1, "need": 2, "from": [] }))
    );
    assert_eq!((waits["votes"].as_array().unwrap().len(), waits.get("decided_by")), (1, None));
    server.clock.advance(TimeDelta::hours(1));
    assert_eq!(server.app.ledger.expire().await.unwrap(), 1);
    let over = server.get(&at(1), SHOP).await.body;
    assert_eq!((&over["state"], &over["final"]), (&json!("expired"), &json!(true)));
    assert_eq!((over.get("decided_by"), over.get("awaiting")), (None, None));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clients_own_id_names_one_item_for_good() {
    let server = ApiServer::start().await;
    let item = |title: &str, id: &str| json!({ "kind": "bill", "title": title, "external_id": id });
    assert_eq!(server.post(PENDING, SHOP, "a", item("rent", "inv-1")).await.status, 201);
    let same = server.post(PENDING, SHOP, "b", item("rent", "inv-1")).await;
    assert_eq!((same.status, &same.body), (200, &json!({ "ids": [1], "existing": [1] })));
    let again = server.post(PENDING, SHOP, "b", item("rent", "inv-1")).await;
    assert_eq!((&again.body["original_status"], &again.body["original"]), (&json!(200), &same.body));
    let mixed = json!({ "items": [item("new", "inv-2"), item("rent", "inv-1"), { "kind": "bill", "title": "bare" }] });
    let some = server.post(PENDING, SHOP, "c", &mixed).await;
    assert_eq!((some.status, &some.body), (201, &json!({ "ids": [2, 1, 3], "existing": [1] })));
    let other = server
        .post(PENDING, SHOP, "d", json!({ "items": [item("x", "inv-9"), item("rise", "inv-1")] }))
        .await;
    let message = other.refused(409, "external_id_taken");
    assert!(message.contains("place 1 is that of item 1"), "{message}");
    let repeat = server
        .post(PENDING, SHOP, "d", json!({ "items": [item("x", "inv-9"), item("rise", "inv-1")] }))
        .await;
    repeat.refused(409, "duplicate_idempotency_key");
    assert_eq!((&repeat.body["original_status"], &repeat.body["original"]), (&json!(409), &other.body));
    assert_eq!(server.open_items().await, 3, "nothing of it was taken");
    assert_eq!(
        server.post(PENDING, AGENT, "a", item("theirs", "inv-1")).await.status,
        201,
        "another client's id"
    );
    // After the keys are gone the ids still are what they were, and a decided item is not asked about again.
    server.approve("yes", r#"{"ids":[1]}"#).await;
    server.clock.advance(TimeDelta::days(8));
    server.app.ledger.prune().await.unwrap();
    for (key, body, ids) in [("b", item("rent", "inv-1"), json!([1])), ("c", mixed, json!([2, 1, 3]))] {
        let late = server.post(PENDING, SHOP, key, &body).await;
        assert_eq!(late.body.get("original").unwrap_or(&late.body)["ids"], ids, "{late:?}");
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_to_expire_lies_ahead_and_within_a_year() {
    let server = ApiServer::start().await;
    let item = |at: &str| json!({ "kind": "bill", "title": "rent", "expires_at": at });
    for (n, odd) in
        ["2026-03-01T12:04:00Z", "2020-01-01T00:00:00Z", "2027-03-01T12:04:01Z"].iter().enumerate()
    {
        let key = format!("odd-{n}");
        let first = server.post(PENDING, SHOP, &key, item(odd)).await;
        first.refused(422, "expiry_out_of_bounds");
        let again = server.post(PENDING, SHOP, &key, item(odd)).await;
        assert_eq!((again.status, &again.body["original"]), (409, &first.body));
    }
    let soon = item("2026-03-01T12:04:01Z");
    let first = server.post(PENDING, SHOP, "soon", &soon).await;
    assert_eq!(first.status, 201);
    server.clock.advance(TimeDelta::hours(1));
    let late = server.post(PENDING, SHOP, "soon", &soon).await;
    assert_eq!((late.status, &late.body["original"]), (409, &first.body), "a repeat is one, however late");
    assert_eq!(server.post(PENDING, SHOP, "year", item("2027-03-01T13:04:00Z")).await.status, 201);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_values_are_named_and_leave_the_key_free() {
    let server = ApiServer::start().await;
    let with = |name: &str, value: Value| {
        let mut item = json!({ "kind": "bill", "title": "rent" });
        item[name] = value;
        json!({ "items": [{ "kind": "bill", "title": "first", "external_id": "one" }, item] }).to_string()
    };
    let impossible = [
        with("external_id", json!("")),
        with("external_id", json!(" x")),
        with("external_id", json!("x".repeat(101))),
        with("external_id", json!("a\u{202e}b")),
        with("external_id", json!("one")),
        with("expires_at", json!("tomorrow")),
        with("expires_at", json!("2026-03-02T12:00:00")),
        with("expires_at", json!("2026-03-02T11:59:60Z")),
        with("payload", json!("x".repeat(33_000))),
        with("payload", json!({ "id": 9_007_199_254_740_992_i64 })),
        with("payload", json!(0)).replace(":0,", ":1.00000000000000001,"),
        with("payload", json!(0)).replace(":0,", r#":{"a":1,"a":2},"#),
    ];
    for body in impossible {
        let answer = server.post(PENDING, SHOP, "k", &body).await;
        let message = answer.refused(422, "impossible_value");
        assert!(message.contains("items[1]."), "{message}");
    }
    for body in [with("external_id", json!(7)), with("expires_at", json!(7)), with("callback", json!("x"))] {
        server.post(PENDING, SHOP, "k", &body).await.refused(400, "malformed_body");
    }
    assert_eq!(server.open_items().await, 0);
    assert_eq!(
        server.post(PENDING, SHOP, "k", with("payload", Value::Null)).await.status,
        201,
        "the key was free"
    );
    server.end().await;
}
