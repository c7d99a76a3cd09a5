//! Names are theirs to choose: none hides, turns the text round, or passes for somebody's username.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::books::KIM;
use crate::support::bot::{TestBot, said, said_by};

fn called(mut update: Value, first_name: &str) -> Value {
    update["message"]["from"] = json!({ "id": KIM, "is_bot": false, "first_name": first_name });
    update
}

#[tokio::test]
async fn a_name_shows_nothing_but_itself() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    for (n, (name, shown)) in (1..).zip([
        ("@lee", "lee"),
        ("Nora \u{202e}gpj\nX", "Nora gpjX"),
        ("\u{200b}\u{2060}", "the person 222"),
        ("\u{200d}\u{3164}", "the person 222"),
    ]) {
        bot.pending(&[&format!("bill {n}")]).await;
        let approved =
            bot.deliver(&called(said_by(KIM, 10 * n, &format!("/approve {n}")), name)).await.text();
        assert!(approved.starts_with("Approved 1"), "{approved}");
        let told = bot.deliver(&said(10 * n + 1, &format!("/show {n}"))).await.text();
        assert!(told.contains(&format!("Approved by {shown}, ")), "{name:?}: {told}");
        assert!(told.contains(&format!(" {shown} approved (R")), "{name:?}: {told}");
    }
    // What a release before this one stored is shown no other way.
    let file =
        countersign::ledger::connect::Address::parse(&format!("sqlite://{}?mode=rw", bot.file().display()));
    let conn = file.unwrap().open_writer().await.unwrap();
    conn.execute_unprepared("UPDATE people SET name = 'Ann' || char(8238) || '@kim' WHERE id = 222")
        .await
        .unwrap();
    conn.close().await.unwrap();
    let bot = bot.restart(None).await;
    let told = bot.deliver(&said(90, "/admins")).await.text();
    assert!(told.contains("Annkim (222)"), "{told}");
    bot.end().await;
}

#[tokio::test]
async fn an_account_without_a_name_is_told_by_its_number() {
    let bot = TestBot::new().await;
    let mut add = said(1, "/admins add viewer");
    add["message"]["reply_to_message"] = json!({
        "message_id": 7, "date": 1_772_366_600, "chat": { "id": 111, "type": "private" },
        "from": { "id": 111, "is_bot": false, "first_name": "Lee" }, "text": "hello",
        "forward_origin": { "type": "user", "date": 1, "sender_user": { "id": 892, "is_bot": false, "first_name": "" } },
    });
    let added = bot.deliver(&add).await.text();
    assert!(added.starts_with("892 is a viewer now."), "{added:?}");
    let none = bot.deliver(&said(2, "/admins role 999 viewer")).await.text();
    assert_eq!(none, "Nothing changed: 999 has no role. To give one: /admins add 999 viewer");
    let gone = bot.deliver(&said(3, "/admins remove 999")).await.text();
    assert_eq!(gone, "Nothing changed: 999 has no role.");
    bot.end().await;
}
