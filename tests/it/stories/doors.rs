//! The webhook itself: the secret, the size, and bodies that are no updates.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::books::LEE;
use crate::support::bot::{SECRET, TestBot, said, said_by, update};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_refused() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop", "travel"]).await;
    let body = update("approve_1_2_3").to_string().into_bytes();
    for secret in [None, Some(""), Some("wrong"), Some("a-webhook-secre"), Some("a-webhook-secret-")] {
        assert_eq!(bot.post(body.clone(), secret).await.status, 401, "{secret:?}");
    }
    assert_eq!(bot.open_items().await, 3);
    // A forged request used no key up.
    assert!(bot.deliver(&update("approve_1_2_3")).await.text().starts_with("Approved 3"));
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_let_go() {
    let bot = TestBot::new().await;
    let oversized = vec![b' '; (1 << 20) + 1];
    let deep = "[".repeat(100_000).into_bytes();
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"[]".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"update_id\":-1}".to_vec(),
        oversized,
        deep,
    ] {
        let length = body.len();
        assert_eq!(bot.post(body, Some(SECRET)).await.status, 200, "a body of {length} bytes");
    }
    bot.pending(&["rent"]).await;
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.text(), "Approved 1: #1 rent.");
    bot.end().await;
}

/// Answered from the header alone: not a byte of the body has been sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_secret_comes_before_the_body() {
    let bot = TestBot::new().await;
    let address = bot.url.trim_start_matches("http://").trim_end_matches("/telegram").to_owned();
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!("POST /telegram HTTP/1.1\r\nHost: {address}\r\nContent-Length: 2000000\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0_u8; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    bot.end().await;
}

/// Before the books are open nobody can tell who has a role: what could be a decision comes again, the rest is let go.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_be_a_decision_waits_for_the_books() {
    let secret = secrecy::SecretString::from(SECRET);
    let waiting = countersign::telegram::webhook::waiting([LEE].into(), "/telegram", &secret);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/telegram", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, waiting).await.unwrap() });
    let client = reqwest::Client::new();
    let status = async |update: serde_json::Value| {
        let post = client.post(&url).header("X-Telegram-Bot-Api-Secret-Token", SECRET);
        post.body(update.to_string()).send().await.unwrap().status().as_u16()
    };
    for again in [
        said(1, "hello"),
        said(2, "/approve 1"),
        said_by(999, 3, "/approve 1"),
        update("callback_query_stranger"),
        update("my_chat_member"),
        update("group_migrates_to"),
    ] {
        assert_eq!(status(again.clone()).await, 503, "{again}");
    }
    for let_go in [
        said_by(999, 4, "hello"),
        update("approve_forwarded"),
        update("approve_anonymous_admin"),
        update("approve_channel_post"),
        update("another_bot_speaks"),
        update("plain_text_group"),
    ] {
        let by_lee = let_go["message"]["from"]["id"] == LEE;
        assert_eq!(status(let_go.clone()).await, if by_lee { 503 } else { 200 }, "{let_go}");
    }
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_shown_ten_at_a_time() {
    let bot = TestBot::new().await;
    let titles: Vec<String> = (1..=23).map(|n| format!("item {n}")).collect();
    bot.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let first = bot.deliver(&said(1, "/pending")).await.text();
    assert!(first.starts_with("23 pending, 1–10 of them:") && first.ends_with("/pending 2"), "{first}");
    let last = bot.deliver(&said(2, "/pending 3")).await.text();
    assert!(last.starts_with("23 pending, 21–23 of them:") && last.contains("item 23"), "{last}");
    assert!(!last.contains("The next ones"), "{last}");
    let beyond = bot.deliver(&said(3, "/pending 9")).await.text();
    assert_eq!(beyond, last, "past the end it is the last page");
    assert!(bot.deliver(&said(4, "/pending 0")).await.text().contains("is not a page"));
    bot.end().await;
}
