//! From nothing to a bot that runs; again, and in files that hold something already.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::{Desk, TOKEN, sent};
use crate::support::bot::in_language;
use crate::support::bot_api::BotApi;
use crate::support::serve::free_port;

#[tokio::test]
async fn a_newcomer_is_set_up_and_the_bot_runs() {
    let mut desk = Desk::new().await;
    let port = free_port();
    desk.variables.push(("LISTEN_ADDR", format!("127.0.0.1:{port}")));
    let mut session = desk.init(&[]);
    session.line(TOKEN).await;
    let code = session.code().await;
    assert_eq!(desk.files(), [""; 0], "nothing is written before the owner is known");
    desk.api.push(in_language(sent(111, 900, &format!("/start {code}")), "de"));
    session.line("").await;
    let end = session.end().await;
    assert_eq!(end.code, Some(0), "{}{}", end.shown, end.complained);
    for line in ["It is @countersign_bot.", "@lee (id 111) sent the code.", "#1, #2, #3 wait", " serve\n"] {
        assert!(end.shown.contains(line), "{line}: {}", end.shown);
    }
    assert_eq!(desk.api.texts(111).len(), 1);
    assert!(
        desk.api.texts(111)[0].contains("Deine ID 111 steht jetzt in ADMIN_IDS"),
        "{:?}",
        desk.api.texts(111)
    );
    assert_eq!(desk.api.unconfirmed(), 0, "the code is not answered once more");
    let path = desk.folder.path().join(".env");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!((desk.set_to("TELEGRAM_BOT_TOKEN"), desk.set_to("ADMIN_IDS")), (TOKEN.into(), "111".into()));
    let token = desk.set_to("API_TOKENS").strip_prefix("init:").expect("no right to decide").to_owned();
    assert_eq!(end.shown.matches(&token).count(), 1, "in the curl alone");

    let mut serve = desk.command(&["serve"]).spawn().unwrap();
    desk.api.until("the cards", |api| api.shown(111).len() >= 4).await;
    let url = format!("http://127.0.0.1:{port}/api/admin/pending");
    let post = |url: String, body: Value| {
        let request = reqwest::Client::new().post(url).bearer_auth(&token);
        request.header("X-Idempotency-Key", "hello-1").json(&body).send()
    };
    assert!(end.shown.contains(&url), "{}", end.shown);
    let item = json!({ "items": [{ "kind": "invoice", "title": "Rent for April" }] });
    assert_eq!(post(url.clone(), item).await.unwrap().status().as_u16(), 201);
    let decided = post(format!("{url}/bulk.approve"), json!({ "ids": [1], "by": "me" })).await.unwrap();
    assert_eq!(decided.status().as_u16(), 403, "it may not decide");
    serve.kill().await.unwrap();
}

#[tokio::test]
async fn a_second_run_asks_for_nothing_that_is_set_and_adds_no_item_twice() {
    let desk = Desk::new().await;
    assert_eq!(desk.set_up().await.code, Some(0));
    let before = desk.env();
    for expected in ["#1, #2, #3 wait for a decision", "They were added before: #1, #2, #3."] {
        let mut session = desk.init(&[]);
        session.line("y").await;
        let end = session.end().await;
        assert_eq!(end.code, Some(0), "{}", end.complained);
        for line in ["It is @countersign_bot.", "111 in ADMIN_IDS", "./.env stays as it is", expected] {
            assert!(end.shown.contains(line), "{line}: {}", end.shown);
        }
    }
    assert_eq!(desk.env(), before);
}

#[tokio::test]
async fn what_stands_in_the_file_stays() {
    let desk = Desk::new().await;
    let text = "# ours\nTIME_ZONE=Europe/Berlin   # where we are\nFOO='b a r'\n#ADMIN_IDS=123456789\n\
                API_TOKENS=shop/decide:0123456789abcdef0123456789abcdef\n";
    desk.write_env(text);
    let end = desk.set_up().await;
    assert_eq!(end.code, Some(0), "{}", end.complained);
    let env = desk.env().unwrap();
    for line in text.lines() {
        assert!(
            env.lines().any(|kept| kept == line || kept.starts_with(&format!("{line},init:"))),
            "{line}: {env}"
        );
    }
    assert!(env.contains("#ADMIN_IDS=123456789\nADMIN_IDS=111\n"), "{env}");
    // A token that may decide is not shown; one that may only submit is made beside it.
    let token = desk.set_to("API_TOKENS").split_once(",init:").expect("a token of its own").1.to_owned();
    assert!(end.shown.contains(&format!("Bearer {token}")), "{}", end.shown);
    assert!(!end.shown.contains("Bearer 0123456789abcdef"), "{}", end.shown);
    let again = desk.init(&[]).end().await;
    assert!(
        again.shown.contains(&format!("Bearer {token}")) && desk.env().unwrap() == env,
        "{}",
        again.shown
    );
}

#[tokio::test]
async fn the_file_is_closed_to_others_where_nothing_else_changes_too() {
    let desk = Desk::new().await;
    assert_eq!(desk.set_up().await.code, Some(0));
    let path = desk.folder.path().join(".env");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let check = desk.command(&["check"]).output().await.unwrap();
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(told.contains("warn ./.env"), "{told}");
    let mut session = desk.init(&[]);
    session.line("y").await;
    let end = session.end().await;
    assert!(end.shown.contains("Others could read ./.env"), "{}", end.shown);
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path), 0o600);
    assert_eq!(mode(desk.folder.path().join("countersign.db")), 0o600, "the books are nobody else's either");
}

#[tokio::test]
async fn what_is_no_token_is_asked_for_again() {
    let desk = Desk::new().await;
    desk.write_env("TELEGRAM_BOT_TOKEN=abc\nADMIN_IDS=111\n");
    for arguments in [&[][..], &["--change", "token"]] {
        let mut session = desk.init(arguments);
        if arguments.is_empty() {
            session.until("TELEGRAM_BOT_TOKEN is no token").await;
        }
        session.line(TOKEN).await;
        session.line("n").await;
        let end = session.end().await;
        assert_eq!(
            (end.code, desk.set_to("TELEGRAM_BOT_TOKEN")),
            (Some(0), TOKEN.to_owned()),
            "{}",
            end.complained
        );
        desk.write_env("TELEGRAM_BOT_TOKEN=abc\nADMIN_IDS=111\n");
    }
}

#[tokio::test]
async fn another_owner_is_added_and_what_waited_before_the_code_is_answered_by_serve() {
    let desk = Desk::new().await;
    assert_eq!(desk.set_up().await.code, Some(0));
    let mut samples = desk.init(&[]);
    samples.line("y").await;
    assert_eq!(samples.end().await.code, Some(0));
    desk.api.push(sent(111, 901, "/approve 1"));
    let mut session = desk.init(&["--change", "owner"]);
    let code = session.code().await;
    desk.api.push(sent(222, 902, "hello"));
    session.until("sent something else").await;
    desk.api.push(sent(111, 903, "/approve 2"));
    desk.api.push(sent(222, 904, &code.to_lowercase().replace('-', "")));
    desk.api.push(sent(222, 905, "/approve 3"));
    session.line("n").await;
    let end = session.end().await;
    assert_eq!(end.code, Some(0), "{}{}", end.shown, end.complained);
    assert_eq!(desk.set_to("ADMIN_IDS"), "111,222");
    assert_eq!(desk.api.unconfirmed(), 1, "what came after the code waits for serve");

    let mut serve = desk.command(&["serve"]);
    serve.env("LISTEN_ADDR", format!("127.0.0.1:{}", free_port()));
    let mut serve = serve.spawn().unwrap();
    let has = |api: &BotApi, chat, text: &str| api.texts(chat).iter().any(|told| told.starts_with(text));
    let all = |api: &BotApi| {
        has(api, 111, "Approved 1: #1") && has(api, 111, "Approved 1: #2") && has(api, 222, "Approved 1: #3")
    };
    desk.api.until("all answers", all).await;
    let told = desk.api.texts(222);
    assert!(!told.iter().any(|told| told.starts_with("That is no command")), "{told:?}");
    serve.kill().await.unwrap();
}

#[tokio::test]
async fn a_token_is_replaced_where_it_stands() {
    let desk = Desk::new().await;
    assert_eq!(desk.set_up().await.code, Some(0));
    let other = TOKEN.replace("1234567:", "7654321:");
    let before = desk.env().unwrap();
    let mut session = desk.init(&["--change", "token"]);
    session.line(&other).await;
    let end = session.end().await;
    assert_eq!(end.code, Some(0), "{}", end.complained);
    assert_eq!(desk.env().unwrap(), before.replace(TOKEN, &other));
}
