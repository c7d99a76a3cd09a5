//! What is refused, and every way in which a set-up ends before its time: then nothing was changed.

use serde_json::{Value, json};

use super::{Desk, SECRET, Session, TOKEN, sent};
use crate::support::bot_api::Fault;

/// What is odd about an update.
type Twist<'a> = &'a dyn Fn(&mut Value);

async fn at_the_code(desk: &Desk) -> (Session, String) {
    let mut session = desk.init(&[]);
    session.line(TOKEN).await;
    let code = session.code().await;
    (session, code)
}

#[tokio::test]
async fn a_wrong_token_is_asked_for_again_and_never_shown() {
    let desk = Desk::new().await;
    desk.api.fail("getMe", Fault::Refuse(401, "Unauthorized"));
    desk.api.fail("getMe", Fault::Html502);
    let mut session = desk.init(&[]);
    session.line(&format!("my token {SECRET}")).await;
    session.until("That is no token").await;
    session.line(&TOKEN.replace("1234567", "99")).await;
    session.until("Telegram does not know this token").await;
    session.line(TOKEN).await;
    session.until("Telegram could not be asked").await;
    session.line(TOKEN).await;
    session.until("It is @countersign_bot.").await;
    session.signal("INT").await;
    let end = session.end().await;
    assert_eq!(end.code, Some(130));
    assert!(end.shown.contains("Stopped. Nothing was written."), "{}", end.shown);
    assert_eq!(desk.files(), [""; 0]);
}

#[tokio::test]
async fn the_code_counts_only_as_a_persons_own_word_in_their_own_chat() {
    let desk = Desk::new().await;
    let (mut session, mut code) = at_the_code(&desk).await;
    desk.api.push(sent(999, 1, "AAAA-AAAA"));
    session.until("(id 999) sent something else").await;
    let change = |update: &mut Value, path: &str, value: Value| *update.pointer_mut(path).unwrap() = value;
    let odd: [(&str, Twist); 5] = [
        ("a bot", &|update| update["message"]["from"]["is_bot"] = json!(true)),
        ("a forwarded message", &|update| update["message"]["forward_date"] = json!(1)),
        ("a group's message", &|update| {
            change(update, "/message/chat", json!({ "id": -5, "type": "group" }))
        }),
        ("many people", &|update| change(update, "/message/from/id", json!(1_087_968_824))),
        ("an edit", &|update| {
            let message = update.as_object_mut().unwrap().remove("message").unwrap();
            update["edited_message"] = message;
        }),
    ];
    for (number, (why, twist)) in (2..).zip(odd) {
        let mut update = sent(999, number, &code);
        twist(&mut update);
        desk.api.push(update);
        session.until(why).await;
        let next = session.code().await;
        assert_ne!(next, code, "others may have read it");
        code = next;
    }
    assert_eq!(desk.files(), [""; 0]);
    desk.api.push(sent(111, 50, &code));
    session.hang_up();
    let end = session.end().await;
    assert_eq!(end.code, Some(0), "{}", end.complained);
    assert_eq!(desk.set_to("ADMIN_IDS"), "111");
    assert_eq!(desk.api.texts(999).len(), 1, "{:?}", desk.api.texts(999));
}

#[tokio::test]
async fn an_input_that_ends_leaves_nothing_behind() {
    let desk = Desk::new().await;
    for lines in [&[][..], &["nonsense"]] {
        let mut session = desk.init(&[]);
        for line in lines {
            session.line(line).await;
        }
        session.hang_up();
        let end = session.end().await;
        assert_eq!(end.code, Some(1));
        assert!(end.complained.contains("there is no token; nothing was written"), "{}", end.complained);
    }
    assert_eq!(desk.files(), [""; 0]);
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_a_set_up_that_can_go_on() {
    let mut desk = Desk::new().await;
    desk.write_env("TIME_ZONE=Europe/Berlin\n");
    let (session, _) = at_the_code(&desk).await;
    session.signal("KILL").await;
    session.end().await;
    assert_eq!((desk.env().unwrap().as_str(), desk.files().len()), ("TIME_ZONE=Europe/Berlin\n", 1));

    // Once it is written, the second run finds the owner there.
    desk.variables.push(("COUNTERSIGN_POINTS", "init.written=die".to_owned()));
    let (session, code) = at_the_code(&desk).await;
    desk.api.push(sent(111, 7, &code));
    assert_eq!(session.end().await.code, None);
    assert_eq!((desk.set_to("ADMIN_IDS").as_str(), desk.files().len()), ("111", 1));
    desk.variables.clear();
    let end = desk.init(&[]).end().await;
    assert_eq!(end.code, Some(0), "{}", end.complained);
    assert!(
        end.shown.contains("111 in ADMIN_IDS") && end.shown.contains("No items were added"),
        "{}",
        end.shown
    );
}

#[tokio::test]
async fn a_webhook_is_deleted_only_when_that_was_said() {
    let desk = Desk::new().await;
    desk.api.set_webhook("https://production.example.org/telegram");
    let mut session = desk.init(&[]);
    session.line(TOKEN).await;
    session.line("").await;
    let end = session.end().await;
    assert_eq!(end.code, Some(1));
    assert!(end.shown.contains("https://production.example.org/telegram"), "{}", end.shown);
    assert!(end.complained.contains("the webhook stays"), "{}", end.complained);
    assert_eq!(desk.api.webhook(), "https://production.example.org/telegram");
    assert_eq!(desk.files(), [""; 0]);

    let mut session = desk.init(&[]);
    session.line(TOKEN).await;
    session.line("y").await;
    let code = session.code().await;
    desk.api.push(sent(111, 7, &code));
    assert_eq!(session.end().await.code, Some(0));
    assert_eq!(desk.api.webhook(), "");
}

#[tokio::test]
async fn what_stands_in_the_way_is_named_and_nothing_is_lost() {
    let desk = Desk::new().await;
    // Two programs fetch.
    desk.api.fail("getUpdates", Fault::Refuse(409, "Conflict: terminated by other getUpdates request"));
    let mut session = desk.init(&[]);
    session.line(TOKEN).await;
    let end = session.end().await;
    assert!(end.complained.contains("another program fetches this bot's updates"), "{}", end.complained);
    // More waits than can be seen without taking it.
    (1..=100).for_each(|n| desk.api.push(sent(500, n, "hello")));
    let (session, _) = at_the_code(&desk).await;
    let end = session.end().await;
    assert!(end.complained.contains("100 updates wait for this bot"), "{}", end.complained);
    assert_eq!((desk.api.unconfirmed(), desk.files().len()), (100, 0));
}

#[tokio::test]
async fn what_the_environment_sets_is_not_changed_in_the_file() {
    let mut desk = Desk::new().await;
    desk.variables.push(("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()));
    let end = desk.init(&["--change", "token"]).end().await;
    assert_eq!(end.code, Some(1));
    assert!(end.complained.contains("TELEGRAM_BOT_TOKEN is not set by ./.env"), "{}", end.complained);
    let mut session = desk.init(&[]);
    let code = session.code().await;
    desk.api.push(sent(111, 7, &code));
    assert_eq!(session.end().await.code, Some(0));
    assert!(!desk.env().unwrap().contains("TELEGRAM_BOT_TOKEN"), "it is not copied");
    desk.api.fail("getMe", Fault::Refuse(401, "Unauthorized"));
    let end = desk.init(&[]).end().await;
    assert!(end.complained.contains("TELEGRAM_BOT_TOKEN: Telegram does not know"), "{}", end.complained);
}
