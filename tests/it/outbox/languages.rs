//! The outbox keeps events: each is told in the language of its chat when it is sent.

use countersign::domain::language::Language;
use countersign::domain::place::Place;

use serde_json::Value;

use super::World;
use super::cards::world;
use crate::support::books::{KIM, LEE};
use crate::support::bot::{REVIEW_GROUP, TestBot, in_language, said, said_by};
use crate::support::bot_api::{BotApi, Fault};
use crate::support::presses::press;

#[tokio::test]
async fn what_waits_is_told_in_the_readers_language() {
    let world = World::asleep(TestBot::new().await.speaking(Language::German).await).await;
    world.bot.pending(&["rent", "laptop"]).await;
    // Something stands before them: the answers cannot ride.
    for (person, tag, n) in [(LEE, "de", 1), (KIM, "en-GB", 2)] {
        world.line(person, &format!("before {n}")).await;
        let command = in_language(said_by(person, n, &format!("/approve {n}")), tag);
        assert_eq!(world.bot.deliver(&command).await.text(), "", "it stands in the outbox");
    }
    world.wake().await;
    world.until_settled().await;
    assert_eq!(
        world.api.texts(LEE),
        [
            "Deine ID ist 111. Sie hat die Rolle owner: entscheiden und festlegen, wer was darf.",
            "1 genehmigt: #1 rent."
        ]
    );
    assert_eq!(world.api.texts(KIM)[1], "Approved 1: #2 laptop.");
    world.end().await;
}

#[tokio::test]
async fn cards_are_in_the_language_of_their_chat_and_a_toast_in_the_pressers() {
    let world = world(0).await;
    let kim = in_language(said_by(KIM, 1, "/approve 99"), "de");
    assert_eq!(world.bot.deliver(&kim).await.text(), "Nichts genehmigt.\nNicht vorhanden: #99.");
    world.submitted("one", &["rent"]).await;
    let (ours, kims) = (world.api.shown(REVIEW_GROUP).remove(0), world.api.shown(KIM).remove(0));
    assert!(kims.1["text"].as_str().unwrap().contains("\nVon shop · "), "{kims:?}");
    assert_eq!(kims.1["reply_markup"]["inline_keyboard"][0][0]["text"], "Genehmigen");
    assert_eq!(ours.1["reply_markup"]["inline_keyboard"][0][0]["text"], "Approve");
    // The group reads English; only who presses reads the toast.
    let yes = in_language(press(5, LEE, REVIEW_GROUP, &ours, "a:"), "de");
    assert_eq!(world.bot.deliver(&yes).await.text(), "1 genehmigt: #1 rent.");
    let again = said(6, "/whoami");
    assert!(world.bot.deliver(&again).await.text().starts_with("Deine ID ist"), "it is on record now");
    let reads = |api: &BotApi, chat, words: &str| {
        api.shown(chat).iter().any(|(_, message)| message["text"].as_str().unwrap().contains(words))
    };
    world
        .until("both copies", |api| {
            reads(api, REVIEW_GROUP, "Approved by") && reads(api, KIM, "Genehmigt von")
        })
        .await;
    world.end().await;
}

/// What the entities of a message stand over, and what they say.
fn times(message: &Value) -> Vec<(String, i64, String)> {
    let units: Vec<u16> = message["text"].as_str().unwrap().encode_utf16().collect();
    let place = |entity: &Value, name: &str| usize::try_from(entity[name].as_u64().unwrap()).unwrap();
    let over = |entity: &Value| {
        assert_eq!(entity["type"], "date_time");
        let (offset, length) = (place(entity, "offset"), place(entity, "length"));
        let words = String::from_utf16(&units[offset..offset + length]).unwrap();
        let format = entity["date_time_format"].as_str().unwrap().to_owned();
        (words, entity["unix_time"].as_i64().unwrap(), format)
    };
    message["entities"].as_array().into_iter().flatten().map(over).collect()
}

fn decided(api: &BotApi) -> Option<Value> {
    let shown = api.shown(REVIEW_GROUP).into_iter().map(|(_, message)| message);
    shown.into_iter().find(|message| message["text"].as_str().unwrap().contains("Approved by"))
}

#[tokio::test]
async fn a_time_is_told_to_each_reader_in_their_own_zone() {
    let world = world(0).await;
    let at = 1_772_366_640;
    // A title that reads like a time, before one that is.
    world.submitted("one", &["😀 call at 12:04 UTC"]).await;
    let ours = world.api.shown(REVIEW_GROUP).remove(0);
    assert_eq!(times(&ours.1), [], "nothing but a title says a time");
    let yes = world.bot.deliver(&press(5, LEE, REVIEW_GROUP, &ours, "a:")).await;
    assert!(yes.method()["entities"].is_null(), "a toast takes none");
    world.until("the result", |api| decided(api).is_some()).await;
    let told = times(&decided(&world.api).unwrap());
    assert_eq!(told.len(), 1, "{told:?}");
    let (words, unix, format) = &told[0];
    assert!(words.ends_with(" UTC") && (at..at + 3600).contains(unix) && format == "t", "{told:?}");
    // The server took it: answers may ride with times now.
    while !world.bot.app.ledger.may_ride(LEE) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let why = world.bot.deliver(&said(6, "/why 1")).await.method();
    assert_eq!(times(&why).len(), 1, "{why}");
    world.end().await;
}

#[tokio::test]
async fn a_server_that_takes_no_times_is_told_them_in_words() {
    let group = Place { chat: REVIEW_GROUP, topic: None, message: None };
    let world = World::asleep(TestBot::showing(0, vec![group]).await).await;
    world.wake().await;
    world.submitted("one", &["rent"]).await;
    world.api.fail("editMessageText", Fault::Refuse(400, "Bad Request: can't parse entity type"));
    world.bot.deliver(&said(1, "/approve 1")).await;
    world.until("the result", |api| decided(api).is_some()).await;
    assert_eq!(times(&decided(&world.api).unwrap()), []);
    let (first, second) = (&world.api.calls("editMessageText")[0], &world.api.calls("editMessageText")[1]);
    assert_eq!((times(&first.arguments).len(), times(&second.arguments).len()), (1, 0));
    world.submitted("two", &["laptop"]).await;
    world.bot.deliver(&said(3, "/approve 2")).await;
    world.until("the next", |api| api.calls("editMessageText").len() == 3).await;
    assert_eq!(times(&world.api.calls("editMessageText")[2].arguments), [], "it is remembered");
    let why = world.bot.deliver(&said(2, "/why 1")).await.method();
    assert!(why["entities"].is_null(), "{why}");
    world.end().await;
}
