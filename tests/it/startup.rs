//! The bot makes itself known to a Bot API server on loopback, through refusals, and tells nobody its token.

use std::time::Duration;

use countersign::telegram::{self, startup};
use secrecy::SecretString;
use tokio::sync::watch;

use crate::support::bot::{BOT, TestBot, said, update};
use crate::support::bot_api::{BotApi, Fault};

const TOKEN: &str = "1234567:a-token-nobody-may-read";

fn setup(bot: &TestBot, api_url: url::Url) -> startup::Setup {
    startup::Setup {
        door: bot.door.clone(),
        token: SecretString::from(TOKEN),
        api_url,
        webhook: Some(("https://example.org/telegram".parse().unwrap(), SecretString::from("hook-secret"))),
    }
}

#[tokio::test]
async fn the_bot_is_made_known_with_the_full_list_of_parameters() {
    let bot = TestBot::new().await;
    let api = BotApi::start().await;
    api.fail("getMe", Fault::TooMany(0));
    api.fail("setWebhook", Fault::TooMany(1));
    let (_stop, stopped) = watch::channel(false);
    let state = telegram::State::default();
    assert_eq!(state.as_str(), "connecting");
    startup::run(setup(&bot, api.url.clone()), state.clone(), stopped).await;

    assert_eq!(state.as_str(), "ready");
    assert_eq!(api.bodies("GetMe").len(), 2, "429 is tried again");
    let hook = api.bodies("SetWebhook").remove(1);
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
    let fact = bot.app.ledger.fact(&startup::username_fact(BOT)).await.unwrap();
    assert_eq!(fact.as_deref(), Some("countersign_bot"));
    bot.end().await;
}

#[tokio::test]
async fn a_refused_token_is_told_without_naming_it_and_a_stop_ends_the_waiting() {
    let bot = TestBot::new().await;
    let api = BotApi::start().await;
    api.fail("getMe", Fault::Refuse(401, "Unauthorized"));
    let (stop, stopped) = watch::channel(false);
    let state = telegram::State::default();
    let task = tokio::spawn(startup::run(setup(&bot, api.url.clone()), state.clone(), stopped));
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
