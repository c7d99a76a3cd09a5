//! What Telegram sends, now and in years: every fixture is read, and none can lose an admin's words.

use std::path::PathBuf;
use std::sync::Arc;

use countersign::domain::scope::Scope;
use countersign::telegram::decode::{Undecodable, decode};
use countersign::telegram::said::{ChatNews, Event, Received, Said};
use serde_json::json;

use crate::support::bot::update;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/updates")
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        let path = file.unwrap().path();
        path.file_stem().unwrap().to_string_lossy().into_owned()
    };
    files.map(name).collect()
}

fn received(name: &str) -> Received {
    let body = std::fs::read(folder().join(format!("{name}.json"))).unwrap();
    decode(&body).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn message(name: &str) -> Arc<Said> {
    match received(name).event {
        Event::Message(said) => said,
        other => panic!("{name}: {other:?}"),
    }
}

/// Read by the fixture's JSON itself, beside how the bot reads it.
#[test]
fn every_fixture_is_read_with_its_number_and_its_words() {
    let names = names();
    assert!(names.len() > 40, "only {} fixtures were found", names.len());
    for name in names {
        let received = received(&name);
        let json = update(&name);
        assert_eq!(json["update_id"].as_u64(), Some(u64::from(received.update_id)), "{name}");
        let (part, written) = match &received.event {
            Event::Message(said) => (&json["message"]["text"], said.text.as_deref()),
            Event::Edited(said) => (&json["edited_message"]["text"], said.text.as_deref()),
            Event::Press(press) => (&json["callback_query"]["data"], press.data.as_deref()),
            Event::Chat(_) | Event::Silent(_) => continue,
        };
        assert_eq!(part.as_str(), written, "{name}: {received:?}");
    }
}

#[test]
fn kinds_that_are_never_answered_are_silent() {
    for name in ["approve_channel_post", "approve_business_message", "approve_guest_message", "future_kind"] {
        assert!(matches!(received(name).event, Event::Silent(_)), "{name} is not silent");
    }
}

#[test]
fn a_chats_news_is_read_from_either_side() {
    assert!(matches!(received("my_chat_member").event, Event::Chat(ChatNews::Stands { gone: true, .. })));
    let moved = |name: &str| match received(name).event {
        Event::Chat(ChatNews::Moved { from, to }) => (from, to),
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(moved("group_migrates_to"), (-1001, -1_009_000));
    assert_eq!(moved("group_migrated_from"), (-1001, -1_009_000));
    // Said in a message, it is only text.
    let mut spoken = update("plain_text");
    spoken["message"]["text"] = "\"migrate_to_chat_id\":-1".into();
    assert!(matches!(decode(spoken.to_string().as_bytes()).unwrap().event, Event::Message(_)));
}

#[test]
fn what_is_not_known_loses_no_text() {
    for name in ["approve_unknown_fields", "approve_odd_types"] {
        let said = message(name);
        assert_eq!(said.text.as_deref(), Some("/approve 1,2,3"), "{name}");
        assert_eq!(said.from.as_ref().map(|from| from.id), Some(111), "{name}");
        assert!(said.chat.is_private, "{name}");
    }
}

#[test]
fn marks_are_read() {
    assert!(message("approve_forwarded").forwarded);
    assert!(message("approve_forwarded_long_ago").forwarded);
    assert!(message("approve_via_bot").via_bot);
    assert_eq!(message("approve_caption").caption.as_deref(), Some("/approve 1,2,3"));
    assert!(message("approve_anonymous_admin").for_a_chat);
    assert!(message("approve_automatic_forward").automatic);
    assert!(message("approve_guest_in_message").from_a_guest);
    let plain = message("approve_1_2_3");
    assert!(plain.is_own() && !plain.for_a_chat && !plain.automatic && plain.caption.is_none());
}

#[test]
fn an_answer_goes_into_topics_and_not_into_chains_of_replies() {
    assert_eq!(message("approve_topic").topic, Some(42));
    assert_eq!(message("approve_reply_chain").topic, None);
    assert_eq!(message("approve_odd_types").topic, None);
}

#[test]
fn names_are_cut_to_what_can_be_stored() {
    let mut from = message("approve_1_2_3").from.clone().unwrap();
    from.first_name = format!("a\0{}", "é".repeat(100));
    from.last_name = Some("Stone".to_owned());
    from.username = Some("u".repeat(33));
    from.language = Some(String::new());
    let profile = from.profile();
    assert_eq!(profile.name.chars().count(), 64);
    assert!(profile.name.starts_with("aé"), "{}", profile.name);
    assert_eq!((profile.username, profile.language), (None, None));
}

#[test]
fn what_cannot_be_read_names_its_update_and_quotes_nothing() {
    let fault = |body: &str| decode(body.as_bytes()).unwrap_err();
    for body in [
        "",
        "[]",
        "null",
        "{",
        "{}",
        r#"{"update_id":-1}"#,
        r#"{"update_id":4294967296}"#,
        r#"{"update_id":"7"}"#,
    ] {
        assert!(matches!(fault(body), Undecodable::Update(_)), "{body}");
    }
    let part =
        fault(r#"{"update_id":7,"message":{"message_id":1,"date":"hush","chat":{"id":1,"type":"private"}}}"#);
    assert_eq!(part.update_id(), Some(7));
    assert!(!part.to_string().contains("hush"), "{part}");
    let late = fault(
        r#"{"update_id":7,"message":{"message_id":1,"date":9223372036854775807,"chat":{"id":1,"type":"private"}}}"#,
    );
    assert_eq!(late.update_id(), Some(7));
}

#[test]
fn the_scope_is_the_sender_chat_message_and_text() {
    let first = message("approve_1_2_3").scope();
    assert_eq!(first, message("approve_1_2_3").scope());
    let parts: Vec<String> = first.parts().into_keys().collect();
    assert_eq!(parts, ["chat", "from", "message", "text"]);
    assert_eq!(first.differs(&message("approve_7").scope().parts()), ["message", "text"]);
    for text in [None, Some("/approve 1"), Some("/reject 1 \"no\"\n\u{1f600}\u{1}")] {
        let mut said = Said::clone(&message("approve_7"));
        said.text = text.map(str::to_owned);
        let (from, chat, message) =
            (said.from.as_ref().map(|person| person.id), said.chat.id, said.message_id);
        let delivered = json!({ "text": text, "message": message, "from": from, "chat": chat });
        assert_eq!(said.scope(), Scope::of(&delivered), "in whatever order it is written");
        assert_eq!(said.scope().parts(), Scope::of(&delivered).parts());
    }
}
