//! The bot makes itself known to a Bot API server on loopback, through refusals, and tells nobody its token.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use countersign::telegram::{self, startup};
use secrecy::SecretString;
use tokio::sync::watch;

use crate::support::bot::{BOT, TestBot, said, update};

const TOKEN: &str = "1234567:a-token-nobody-may-read";

/// A Bot API server that answers from a list first, and then as Telegram does.
#[derive(Clone, Default)]
struct BotApi {
    first: Arc<Mutex<Vec<&'static str>>>,
    calls: Arc<Mutex<Vec<(String, String)>>>,
}

impl BotApi {
    async fn start(&self) -> url::Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/local/", listener.local_addr().unwrap());
        let router = Router::new().route("/local/{bot}/{method}", post(answer)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url.parse().unwrap()
    }

    fn bodies(&self, method: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|(called, _)| called == method).map(|(_, body)| body.clone()).collect()
    }
}

async fn answer(
    State(api): State<BotApi>,
    Path((bot, method)): Path<(String, String)>,
    body: String,
) -> String {
    assert_eq!(bot, format!("bot{TOKEN}"));
    api.calls.lock().unwrap().push((method.clone(), body));
    let mut first = api.first.lock().unwrap();
    if !first.is_empty() {
        return first.remove(0).to_owned();
    }
    let me = r#"{"id":1234567,"is_bot":true,"first_name":"Countersign","username":"countersign_bot","can_join_groups":true,
        "can_read_all_group_messages":false,"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}"#;
    let result = if method == "GetMe" { me } else { "true" };
    format!(r#"{{"ok":true,"result":{result}}}"#)
}

fn setup(bot: &TestBot, api_url: url::Url) -> startup::Setup {
    startup::Setup {
        door: bot.door.clone(),
        token: SecretString::from(TOKEN),
        api_url,
        webhook_url: "https://example.org/telegram".parse().unwrap(),
        webhook_secret: SecretString::from("hook-secret"),
    }
}

#[tokio::test]
async fn the_bot_is_made_known_with_the_full_list_of_parameters() {
    let bot = TestBot::new().await;
    let api = BotApi::default();
    api.first.lock().unwrap().push(r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 0","parameters":{"retry_after":0}}"#);
    let (_stop, stopped) = watch::channel(false);
    let state = telegram::State::default();
    assert_eq!(state.as_str(), "connecting");
    startup::run(setup(&bot, api.start().await), state.clone(), stopped).await;

    assert_eq!(state.as_str(), "ready");
    assert_eq!(api.bodies("GetMe").len(), 2, "429 is tried again");
    let hook = api.bodies("SetWebhook").remove(0);
    for part in [
        "https://example.org/telegram",
        "hook-secret",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "40",
    ] {
        assert!(hook.contains(part), "{part} is missing in {hook}");
    }
    let menus = api.bodies("SetMyCommands");
    assert_eq!(menus.len(), 3, "everybody's, Lee's and Kim's: {menus:?}");
    assert!(!menus[0].contains("approve") && menus[1].contains("approve"), "{menus:?}");
    let fact = bot.app.ledger.fact(&startup::username_fact(BOT)).await.unwrap();
    assert_eq!(fact.as_deref(), Some("countersign_bot"));
    bot.end().await;
}

#[tokio::test]
async fn a_refused_token_is_told_without_naming_it_and_a_stop_ends_the_waiting() {
    let bot = TestBot::new().await;
    let api = BotApi::default();
    api.first.lock().unwrap().push(r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#);
    let (stop, stopped) = watch::channel(false);
    let state = telegram::State::default();
    let task = tokio::spawn(startup::run(setup(&bot, api.start().await), state.clone(), stopped));
    while state.as_str() == "connecting" {
        tokio::task::yield_now().await;
    }
    assert_eq!(state.as_str(), "failing: the token was refused (check TELEGRAM_BOT_TOKEN)");
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
    bot.end().await;
}

#[tokio::test]
async fn no_connection_is_told_without_the_token_and_updates_are_taken_meanwhile() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    let (stop, stopped) = watch::channel(false);
    let state = telegram::State::default();
    let nowhere = "http://127.0.0.1:1".parse().unwrap();
    let task = tokio::spawn(startup::run(setup(&bot, nowhere), state.clone(), stopped));
    while state.as_str() == "connecting" {
        tokio::task::yield_now().await;
    }
    assert!(state.as_str().starts_with("failing: getMe: "), "{}", state.as_str());
    assert!(!state.as_str().contains("nobody-may-read"), "{}", state.as_str());
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.status, 200);
    assert_eq!(bot.deliver(&update("whoami")).await.status, 200);
    drop(stop);
    tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
    bot.end().await;
}
