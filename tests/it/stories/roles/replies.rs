//! A role is given in reply to a message: to whoever wrote it, or from whom it was forwarded. What tells no person's id gives none.

use countersign::domain::role::Role;
use serde_json::{Value, json};

use super::SAM;
use crate::support::books::LEE;
use crate::support::bot::{REVIEW_GROUP, TestBot, said};

fn sam() -> Value {
    json!({ "id": SAM, "is_bot": false, "first_name": "Sam", "last_name": "Stone", "username": "sam" })
}

/// Lee's command in reply to a message that Lee forwarded to the bot.
fn to_forwarded(update: u32, text: &str, origin: Value) -> Value {
    let mut said = said(update, text);
    said["message"]["reply_to_message"] = json!({
        "message_id": 7, "date": 1_772_366_600, "chat": { "id": LEE, "type": "private" },
        "from": { "id": LEE, "is_bot": false, "first_name": "Lee" }, "text": "hello", "forward_origin": origin,
    });
    said
}

/// Lee's command in reply to what somebody said in a group.
fn in_group(update: u32, text: &str, replied: Value) -> Value {
    let mut said = said(update, text);
    said["message"]["chat"] = json!({ "id": REVIEW_GROUP, "type": "supergroup", "title": "Approvals" });
    said["message"]["reply_to_message"] = replied;
    said
}

fn by(author: Value) -> Value {
    json!({ "message_id": 7, "date": 1, "chat": { "id": REVIEW_GROUP, "type": "supergroup" }, "from": author, "text": "hi" })
}

#[tokio::test]
async fn whoever_a_message_was_forwarded_from_is_meant() {
    let bot = TestBot::new().await;
    let user = json!({ "type": "user", "date": 1, "sender_user": sam() });
    let added = bot.deliver(&to_forwarded(1, "/admins add", user.clone())).await.text();
    assert!(added.starts_with("@sam (333) is an approver now."), "named as the forward tells: {added}");
    let raised = bot.deliver(&to_forwarded(2, "/admins role owner", user.clone())).await.text();
    assert_eq!(raised, "@sam (333) is an owner now, no longer an approver.");
    let removed = bot.deliver(&to_forwarded(3, "/admins remove", user.clone())).await.text();
    assert_eq!(removed, "@sam (333) has no role any more; it was an owner.");
    // Who is named is meant, whoever it replies to.
    let named = bot.deliver(&to_forwarded(4, "/admins add 444 viewer", user.clone())).await.text();
    assert!(named.starts_with("444 is a viewer now."), "{named}");
    let wrong = bot.deliver(&to_forwarded(5, "/admins role boss", user)).await.text();
    assert!(wrong.contains("\"boss\" (character 6 after /admins)"), "{wrong}");
    bot.end().await;
}

#[tokio::test]
async fn what_tells_no_persons_id_gives_no_role() {
    let bot = TestBot::new().await;
    let hidden = json!({ "type": "hidden_user", "date": 1, "sender_user_name": "Sam" });
    let told = bot.deliver(&to_forwarded(1, "/admins add viewer", hidden.clone())).await.text();
    let wanted = "Nothing was done: the account behind that message is hidden, so its id is unknown. \
                  Let them send me /whoami, and add them by that id: /admins add ID";
    assert_eq!(told, wanted);
    let named = bot.deliver(&to_forwarded(2, "/admins add 444 viewer", hidden)).await.text();
    assert!(named.starts_with("444 is a viewer now."), "{named}");

    let helper = json!({ "id": 888, "is_bot": true, "first_name": "Helper", "username": "helper_bot" });
    let anonymous = json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group" });
    let group = json!({ "id": REVIEW_GROUP, "type": "supergroup", "title": "Approvals" });
    let mut for_the_group = by(anonymous);
    for_the_group["sender_chat"] = group.clone();
    let mut for_a_channel = by(sam());
    for_a_channel["sender_chat"] = json!({ "id": -1009, "type": "channel", "title": "News" });
    let service = json!({ "id": 777_000, "is_bot": false, "first_name": "Telegram" });
    let mut long_ago = by(sam());
    long_ago["forward_date"] = json!(1);
    let nobody = "Nothing was done: that message is not a person's own. \
                  Reply to one that is, or name them by the id that /whoami tells them: /admins add ID";
    for (update, odd) in (10..).zip([by(helper.clone()), for_the_group, for_a_channel, by(service), long_ago])
    {
        assert_eq!(bot.deliver(&in_group(update, "/admins add", odd.clone())).await.text(), nobody, "{odd}");
    }
    let channel =
        json!({ "type": "channel", "date": 1, "chat": { "id": -1009, "type": "channel" }, "message_id": 3 });
    let chat = json!({ "type": "chat", "date": 1, "sender_chat": group });
    let of_a_bot = json!({ "type": "user", "date": 1, "sender_user": helper });
    let future = json!({ "type": "dream", "date": 1, "sender_user": sam() });
    for (update, origin) in (20..).zip([channel, chat, of_a_bot, future]) {
        let told = bot.deliver(&to_forwarded(update, "/admins add", origin.clone())).await.text();
        assert_eq!(told, nobody, "{origin}");
    }
    assert_eq!(
        bot.app.ledger.roster().await.unwrap().people().len(),
        3,
        "Lee, Kim and the one that was named"
    );
    bot.end().await;
}

#[tokio::test]
async fn whoever_wrote_in_a_group_is_meant() {
    let bot = TestBot::new().await;
    let added = bot.deliver(&in_group(1, "/admins@countersign_bot add viewer", by(sam()))).await.text();
    assert!(added.starts_with("@sam (333) is a viewer now."), "{added}");
    // In a topic, what replies to nothing replies to the topic's beginning: nobody is meant by that.
    let mut in_topic =
        in_group(2, "/admins add owner", by(json!({ "id": 444, "is_bot": false, "first_name": "Ann" })));
    in_topic["message"]["message_thread_id"] = json!(7);
    in_topic["message"]["is_topic_message"] = json!(true);
    let told = bot.deliver(&in_topic).await.text();
    assert!(told.starts_with("Nothing was done: no person was named."), "{told}");
    in_topic["update_id"] = json!(3);
    in_topic["message"]["reply_to_message"]["message_id"] = json!(8);
    let there = bot.deliver(&in_topic).await.text();
    assert!(there.starts_with("Ann (444) is an owner now."), "{there}");
    assert_eq!(bot.app.ledger.role_of(444).await.unwrap(), Some(Role::Owner));
    bot.end().await;
}
