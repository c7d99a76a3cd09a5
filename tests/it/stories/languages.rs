//! Who is answered in which language: a person in that of their app, a group in `LANGUAGE`.

use countersign::domain::language::Language;
use serde_json::{Value, json};

use crate::support::bot::{REVIEW_GROUP, TestBot, in_language, said, update};

fn in_group(mut update: Value) -> Value {
    update["message"]["chat"] = json!({ "id": REVIEW_GROUP, "type": "supergroup" });
    update
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_answered_in_the_language_of_their_app() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let german = |n, text| in_language(said(n, text), "de-AT");
    let list = bot.deliver(&german(1, "/pending")).await.text();
    assert!(list.starts_with("2 offen:\n#1 bill: rent (0 min)"), "{list}");
    assert_eq!(bot.deliver(&german(2, "/approve 1")).await.text(), "1 genehmigt: #1 rent.");
    let again = bot.deliver(&german(2, "/approve 1")).await.text();
    assert_eq!(again, "Schon ausgeführt, 12:04 UTC (doppelte Zustellung): 1 genehmigt: #1 rent.");
    let late = bot.deliver(&german(3, "/approve 1")).await.text();
    assert_eq!(late, "Nichts genehmigt.\n#1 wurde gerade eben schon von dir genehmigt.");
    assert!(bot.deliver(&update("stranger_whoami")).await.text().starts_with("Deine ID ist 999."));
    // What this message tells goes before what is on record; where it tells nothing, that holds.
    assert!(bot.deliver(&in_language(said(4, "/whoami"), "fr")).await.text().starts_with("Your id is"));
    assert!(bot.deliver(&said(5, "/whoami")).await.text().starts_with("Deine ID ist"));
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_answered_in_its_own_language_and_so_is_who_tells_none() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let told = bot.deliver(&in_group(in_language(said(1, "/approve 1"), "de"))).await.text();
    assert_eq!(told, "Approved 1: #1 rent.");
    let bot = bot.speaking(Language::German).await;
    let told = bot.deliver(&in_group(in_language(said(2, "/approve 2"), "en"))).await.text();
    assert_eq!(told, "1 genehmigt: #2 laptop.");
    let nobody = crate::support::bot::said_by(999, 3, "/whoami");
    assert!(bot.deliver(&nobody).await.text().starts_with("Deine ID ist 999."));
    bot.end().await;
}
