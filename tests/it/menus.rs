//! Menus: everybody's, and each person's by their role, also after it changed, a refusal, a kill and another release's words.

use countersign::domain::role::{Change, Role};
use countersign::ledger::lease;
use countersign::limits::LEASE_LIFE;
use countersign::telegram::call::Caller;
use countersign::telegram::menus::Menus;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::books::{KIM, LEE, appoint};
use crate::support::bot::{BOT, TestBot};
use crate::support::bot_api::{BotApi, Fault};

const SAM: i64 = 333;

/// The one that keeps the menus, under the lease; it ends when this is dropped.
struct Keeper(JoinHandle<()>, #[allow(dead_code, reason = "held until the end")] watch::Sender<Option<i64>>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keeper(bot: &TestBot, api: &BotApi) -> Keeper {
    let epoch = bot.app.ledger.lease(lease::TELEGRAM, "keeper", LEASE_LIFE).await.unwrap();
    let caller = Caller::new(&SecretString::from("1234567:a-token"), &api.url).unwrap();
    let (held, lease) = watch::channel(epoch);
    Keeper(tokio::spawn(Menus::new(bot.app.clone(), caller, BOT).run(lease)), held)
}

/// The calls for a chat, or for everybody where none is named: method, language, and the commands' names.
fn calls(api: &BotApi, chat: Option<i64>) -> Vec<(&'static str, Option<String>, Vec<String>)> {
    let mut found = Vec::new();
    for method in ["setMyCommands", "deleteMyCommands"] {
        for call in api.calls(method).into_iter().filter(|call| call.done) {
            if call.arguments["scope"]["chat_id"].as_i64() != chat {
                continue;
            }
            let commands = call.arguments["commands"].as_array().cloned().unwrap_or_default();
            let name = |command: &Value| command["command"].as_str().unwrap().to_owned();
            let language = call.arguments["language_code"].as_str().map(str::to_owned);
            found.push((method, language, commands.iter().map(name).collect()));
        }
    }
    found
}

/// Waits until the books say which menu this chat shows.
async fn until_noted(bot: &TestBot, person: i64, has: bool) {
    let shown =
        || bot.app.ledger.menus().into_iter().find(|(id, ..)| *id == person).and_then(|(.., menu)| menu);
    while shown().is_some() != has {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn everybody_has_a_menu_and_each_role_its_own() {
    let bot = TestBot::new().await;
    let api = BotApi::start().await;
    for (update, person, role) in [(1, SAM, Role::Viewer), (2, 444, Role::Approver)] {
        bot.app.ledger.apply(appoint(LEE, update, person, Change::Add(role))).await.unwrap();
    }
    let keeper = keeper(&bot, &api).await;
    for person in [LEE, KIM, SAM, 444] {
        until_noted(&bot, person, true).await;
    }
    let has = |chat: Option<i64>, command: &str| {
        let calls = calls(&api, chat);
        let languages: Vec<_> = calls.iter().map(|(_, language, _)| language.as_deref()).collect();
        assert_eq!(languages, [None, Some("de")], "in each language: {chat:?}");
        calls.iter().all(|(.., commands)| commands.iter().any(|name| name == command))
    };
    let wanted = [
        (None, [true, false, false, false]),
        (Some(SAM), [true, true, false, false]),
        (Some(444), [true, true, true, false]),
        (Some(LEE), [true, true, true, true]),
    ];
    for (chat, menu) in wanted {
        assert_eq!(["help", "pending", "approve", "admins"].map(|name| has(chat, name)), menu, "{chat:?}");
    }
    let german = &api.calls("setMyCommands")[1].arguments;
    assert!(german["commands"].to_string().contains("Zeigt die Befehle"), "{german}");
    assert_eq!(german["scope"], json!({ "type": "default" }));
    drop(keeper);

    // Started again, there is nothing to do.
    let before = api.calls("setMyCommands").len();
    let again = self::keeper(&bot, &api).await;
    bot.app.ledger.apply(appoint(LEE, 3, SAM, Change::Role(Role::Approver))).await.unwrap();
    api.until("Sam's new menu", |api| calls(api, Some(SAM)).len() == 4).await;
    assert_eq!(api.calls("setMyCommands").len(), before + 2, "Sam's alone");
    drop(again);
    bot.end().await;
}

#[tokio::test]
async fn a_menu_follows_the_role_through_kills_and_refusals() {
    let bot = TestBot::new().await;
    let api = BotApi::start().await;
    let first = keeper(&bot, &api).await;
    until_noted(&bot, LEE, true).await;
    until_noted(&bot, KIM, true).await;
    // Changed while nobody keeps the menus: the next one sees to it.
    drop(first);
    bot.app.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Viewer))).await.unwrap();
    let second = keeper(&bot, &api).await;
    until_noted(&bot, SAM, true).await;
    drop(second);
    bot.app.ledger.apply(appoint(LEE, 2, SAM, Change::Remove)).await.unwrap();
    // Killed between Telegram's answer and the note of it: it is done once more.
    api.fail("deleteMyCommands", Fault::LoseAnswer);
    let third = keeper(&bot, &api).await;
    until_noted(&bot, SAM, false).await;
    let taken = calls(&api, Some(SAM)).into_iter().filter(|(method, ..)| *method == "deleteMyCommands");
    assert_eq!(taken.count(), 3, "the lost one again, and the other language");
    // Who never pressed Start has no chat yet; others are not kept waiting by it.
    api.fail("setMyCommands", Fault::Refuse(400, "Bad Request: chat not found"));
    bot.app.ledger.apply(appoint(LEE, 3, 444, Change::Add(Role::Viewer))).await.unwrap();
    api.until("the refused menu", |api| api.calls("setMyCommands").iter().any(|call| !call.done)).await;
    bot.app.ledger.apply(appoint(LEE, 4, 555, Change::Add(Role::Viewer))).await.unwrap();
    until_noted(&bot, 555, true).await;
    until_noted(&bot, 444, false).await;
    drop(third);
    bot.end().await;
}

#[tokio::test]
async fn whoever_lost_the_lease_notes_nothing() {
    let bot = TestBot::new().await;
    let epoch = bot.app.ledger.lease(lease::TELEGRAM, "one", LEASE_LIFE).await.unwrap().unwrap();
    bot.app.ledger.menu_shown(LEE, Some("0123456789abcdef".to_owned()), epoch + 1).await.unwrap();
    until_noted(&bot, LEE, false).await;
    bot.app.ledger.menu_shown(LEE, Some("0123456789abcdef".to_owned()), epoch).await.unwrap();
    until_noted(&bot, LEE, true).await;
    bot.end().await;
}
