//! The outbox keeps events: each is told in the language of its chat when it is sent.

use countersign::domain::language::Language;

use super::World;
use super::cards::{press, world};
use crate::support::books::{KIM, LEE};
use crate::support::bot::{REVIEW_GROUP, TestBot, in_language, said, said_by};

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
    assert_eq!(world.api.texts(LEE), ["Deine ID ist 111. Sie darf entscheiden.", "1 genehmigt: #1 rent."]);
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
    let reads = |api: &crate::support::bot_api::BotApi, chat, words: &str| {
        api.shown(chat).iter().any(|(_, message)| message["text"].as_str().unwrap().contains(words))
    };
    world
        .until("both copies", |api| {
            reads(api, REVIEW_GROUP, "Approved by") && reads(api, KIM, "Genehmigt von")
        })
        .await;
    world.end().await;
}
