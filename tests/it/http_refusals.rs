//! What the HTTP door does not take: key headers, content types, bodies and values. No key is used up by it.

use countersign::limits::{BODY_BYTES_MAX, IDS_MAX};
use reqwest::Method;
use serde_json::json;

use crate::support::http::{APPROVE, ApiServer, BACKEND, PENDING, send};

const BODY: &str = r#"{"ids":[1]}"#;

/// The key of a refused request is free: it approves now.
async fn still_free(server: &ApiServer, key: &str) {
    let answer = server.approve(key, BODY).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_header_is_one_and_well_formed() {
    let server = ApiServer::start().await;
    let bare = || {
        let request = server.bare(Method::POST, APPROVE).bearer_auth(BACKEND).body(BODY);
        request.header("content-type", "application/json")
    };
    let key = "X-Idempotency-Key";
    send(bare()).await.refused(400, "missing_idempotency_key");
    send(bare().header(key, "a").header(key, "a")).await.refused(400, "repeated_idempotency_key");
    let long = "k".repeat(65);
    for wrong in ["", "a b", "a,b", "a\tb", long.as_str(), "sch\u{f6}n"] {
        send(bare().header(key, wrong)).await.refused(400, "malformed_idempotency_key");
    }
    let longest = "!#~:/".to_owned() + &"k".repeat(59);
    let answer = send(bare().header("x-idempotency-key", &longest)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let again = server.approve(&longest, BODY).await;
    let expected = format!("Request with key '{longest}' already processed");
    assert_eq!(again.body["message"], expected.as_str());
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_taken() {
    let server = ApiServer::start().await;
    let bare = |kind: &str| {
        let request =
            server.bare(Method::POST, APPROVE).bearer_auth(BACKEND).header("X-Idempotency-Key", kind.len());
        request.header("content-type", kind).body(BODY)
    };
    for kind in ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", ""] {
        send(bare(kind)).await.refused(415, "unsupported_media_type");
    }
    let none =
        server.bare(Method::POST, APPROVE).bearer_auth(BACKEND).header("X-Idempotency-Key", "k").body(BODY);
    send(none).await.refused(415, "unsupported_media_type");
    for kind in ["application/json;charset=utf-8", "Application/JSON ; x=y"] {
        assert_eq!(send(bare(kind)).await.status, 200);
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_bounded() {
    let server = ApiServer::start().await;
    let sized = |bytes: usize| format!("{BODY}{}", " ".repeat(bytes - BODY.len()));
    for _ in 0..10 {
        let answer = server.approve("k", sized(2 << 20)).await;
        answer.refused(413, "too_large");
    }
    server.approve("k", sized(BODY_BYTES_MAX + 1)).await.refused(413, "too_large");
    // Without an announced length the bound is found while reading.
    let stream = futures_util::stream::iter((0..32).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 16])));
    let streamed = server.posting(APPROVE, BACKEND, "k").body(reqwest::Body::wrap_stream(stream));
    send(streamed).await.refused(413, "too_large");
    assert_eq!(server.approve("k", sized(BODY_BYTES_MAX)).await.status, 200);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_bodies_are_400() {
    let server = ApiServer::start().await;
    let wrong: [&[u8]; 19] = [
        b"",
        b"{",
        b"null",
        b"[1]",
        b"{}",
        br#"{"ids":1}"#,
        br#"{"ids":null}"#,
        br#"{"ids":["1"]}"#,
        br#"{"ids":[null]}"#,
        br#"{"ids":[[1]]}"#,
        br#"{"ids":[01]}"#,
        br#"{"ids":[1],}"#,
        br#"{"ids":[1]}x"#,
        br#"{"ids":[1]}{"ids":[1]}"#,
        br#"{"ids":[1],"id":[2]}"#,
        br#"{"ids":[1],"ids":[2]}"#,
        br#"{"ids":[1],"by":7}"#,
        b"{\"ids\":[1],\"by\":\"\xff\"}",
        br#"{"ids":[1],"by":"\ud800"}"#,
    ];
    for body in wrong {
        let answer = send(server.posting(APPROVE, BACKEND, "k").body(body)).await;
        let message = answer.refused(400, "malformed_body");
        assert!(message.chars().count() < 400, "{message}");
    }
    still_free(&server, "k").await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_values_are_422_and_named() {
    let server = ApiServer::start().await;
    let numbers = ["0", "-1", "-0", "1.0", "1e2", "9007199254740992", "18446744073709551616", "1e999"];
    for number in numbers {
        let answer = server.approve("k", format!(r#"{{"ids":[1,{number}]}}"#)).await;
        let message = answer.refused(422, "impossible_value");
        assert!(message.contains("ids[1]") && message.contains(number), "{message}");
    }
    server.approve("k", r#"{"ids":[]}"#).await.refused(422, "impossible_value");
    let many = json!({ "ids": vec![1; IDS_MAX + 1] });
    let message = server.approve("k", &many).await.refused(422, "impossible_value").to_owned();
    assert!(message.contains("501") && message.contains("500"), "{message}");
    for by in [String::new(), "x".repeat(65), "a\u{7}b".to_owned(), "a\nb".to_owned(), "a\0b".to_owned()] {
        let message = server.approve("k", json!({ "ids": [1], "by": by })).await;
        assert!(message.refused(422, "impossible_value").contains("by "), "{message:?}");
    }
    still_free(&server, "k").await;
    let largest = server.approve("largest", r#"{"ids":[9007199254740991],"by":null}"#).await;
    assert_eq!((largest.status, &largest.body["skipped"][0]["id"]), (200, &json!(9_007_199_254_740_991_i64)));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods() {
    let server = ApiServer::start().await;
    server.get("/api/admin/nothing", BACKEND).await.refused(404, "not_found");
    server.get("/api/admin/pending/", BACKEND).await.refused(404, "not_found");
    let answer = server.get(APPROVE, BACKEND).await;
    answer.refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        send(server.bare(method, PENDING).bearer_auth(BACKEND)).await.refused(405, "method_not_allowed");
    }
    send(server.bare(Method::POST, "/healthz")).await.refused(405, "method_not_allowed");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_no_object_though_it_has_the_right_places() {
    let server = ApiServer::start().await;
    for (path, body) in [
        (APPROVE, r#"[[1],"x"]"#),
        (PENDING, r#"[[["a","t",null]],null,null,null]"#),
        (PENDING, r#"{"items":[["a","t",null]]}"#),
        (PENDING, "null"),
        (PENDING, "{"),
    ] {
        let request =
            server.bare(Method::POST, path).bearer_auth(BACKEND).header("X-Idempotency-Key", "list");
        let answer = send(request.header("content-type", "application/json").body(body)).await;
        let message = answer.refused(400, "malformed_body");
        assert!(!message.contains("struct"), "{message}");
    }
    still_free(&server, "list").await;
    server.end().await;
}
