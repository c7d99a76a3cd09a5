//! A no: what it does, how it is told, and what it leaves for others.

use crate::support::books::KIM;
use crate::support::bot::{TestBot, said, said_by};

#[tokio::test(flavor = "multi_thread")]
async fn first_and_repeated_no_with_its_reason() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let no = said(1, "/reject 1,2,9 wrong amount");
    assert_eq!(
        bot.deliver(&no).await.text(),
        "Rejected 2: #1 rent, #2 laptop.\nReason: wrong amount\nThere is no #9.\nReceipt R2"
    );
    assert_eq!(
        bot.deliver(&no).await.text(),
        "Already applied at 12:04 UTC (duplicate delivery): rejected 2: #1 rent, #2 laptop.\n\
         Reason: wrong amount\nThere is no #9.\nReceipt R2"
    );
    let late = bot.deliver(&said_by(KIM, 2, "/approve 1")).await;
    assert_eq!(late.text(), "Nothing approved.\n#1 was already rejected by @lee just now.");
    let again = bot.deliver(&said_by(KIM, 3, "/reject 1 me too")).await;
    assert_eq!(again.text(), "Nothing rejected.\n#1 was already rejected by @lee just now.");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_the_reason_rejects_nothing() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let unsure = bot.deliver(&said(1, "/reject 1 2 bills are missing")).await;
    assert!(
        unsure.text().starts_with("Nothing was done: \"2\" (character 3 after /reject) may be"),
        "{unsure:?}"
    );
    assert_eq!(bot.open_items().await, 2);
    let sure = bot.deliver(&said(2, "/reject 1: 2 bills are missing")).await;
    assert_eq!(sure.text(), "Rejected 1: #1 rent.\nReason: 2 bills are missing");
    bot.end().await;
}
