//! Taking a decision back, as an admin reads it.

use chrono::TimeDelta;

use crate::support::books::KIM;
use crate::support::bot::{TestBot, said, said_by};

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_is_told_and_the_repeat_of_what_was_undone_says_so() {
    let bot = TestBot::with_undo(10).await;
    bot.pending(&["rent", "laptop"]).await;
    let yes = said(1, "/approve 1,2");
    assert_eq!(
        bot.deliver(&yes).await.text(),
        "Approved 2: #1 rent, #2 laptop.\nUndo within 10 s: /undo\nReceipt R2"
    );
    bot.clock.advance(TimeDelta::seconds(4));
    let undo = said(2, "/undo");
    assert_eq!(bot.deliver(&undo).await.text(), "Undone 2, pending again: #1 rent, #2 laptop.\nReceipt R3");
    assert_eq!(
        bot.deliver(&undo).await.text(),
        "Already applied at 12:04 UTC (duplicate delivery): undone 2, pending again: #1 rent, #2 laptop.\nReceipt R3"
    );
    assert_eq!(
        bot.deliver(&said(3, "/undo")).await.text(),
        "Nothing undone.\n#1, #2 were undone already.\nReceipt R4"
    );
    assert_eq!(
        bot.deliver(&yes).await.text(),
        "Already applied at 12:04 UTC (duplicate delivery): approved 2: #1 rent, #2 laptop.\n\
         Since then undone: #1, #2, pending again.\nReceipt R2"
    );
    assert_eq!(bot.open_items().await, 2);
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_undone_is_said() {
    let bot = TestBot::with_undo(10).await;
    bot.pending(&["rent"]).await;
    assert_eq!(
        bot.deliver(&said(1, "/undo")).await.text(),
        "Nothing undone: you have decided nothing lately."
    );
    bot.deliver(&said_by(KIM, 2, "/reject 1 too much")).await;
    for (update, command, told) in [
        (
            6,
            "/undo R3",
            "R3 is somebody else's, and nobody takes back another's decision. Your own: /history me",
        ),
        (7, "/undo R77", "there is no receipt R77. Your own: /history me"),
        (8, "/undo R2", "R2 decided nothing. See with /history me what did."),
    ] {
        assert_eq!(bot.deliver(&said(update, command)).await.text(), format!("Nothing undone: {told}"));
    }
    bot.clock.advance(TimeDelta::minutes(2));
    assert_eq!(
        bot.deliver(&said_by(KIM, 4, "/undo")).await.text(),
        "Nothing undone.\nThe decision about #1 became final 1 min ago."
    );
    let told = bot.deliver(&said(5, "/undo 2")).await.text();
    assert!(told.ends_with("is no receipt; they are written R42. Example: /undo R42"), "{told}");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_window_nothing_is_offered() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    assert_eq!(bot.deliver(&said(1, "/approve 1")).await.text(), "Approved 1: #1 rent.");
    assert!(bot.deliver(&said(2, "/undo")).await.text().contains("became final just now"));
    bot.end().await;
}
