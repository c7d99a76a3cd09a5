//! Who speaks, where, and in what shape: what decides, and what never does.

use chrono::TimeDelta;

use crate::support::bot::{TestBot, said, said_by, update};

/// Delivers a fixture and gives what the bot says; nothing is decided by it.
async fn undecided(bot: &TestBot, name: &str) -> String {
    let open = bot.open_items().await;
    let text = bot.deliver(&update(name)).await.text();
    assert_eq!(bot.open_items().await, open, "{name} decided something");
    text
}

async fn with_three() -> TestBot {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop", "travel", "desk", "chair", "lamp", "g", "h", "i"]).await;
    bot
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_of_ones_own_decides_nothing() {
    let bot = with_three().await;
    assert!(undecided(&bot, "approve_edited").await.starts_with("An edit decides nothing."));
    assert_eq!(undecided(&bot, "approve_edited").await, "", "told once");
    assert!(undecided(&bot, "approve_forwarded").await.starts_with("A forwarded command decides nothing."));
    assert!(
        undecided(&bot, "approve_forwarded_long_ago")
            .await
            .starts_with("A forwarded command decides nothing.")
    );
    assert!(undecided(&bot, "approve_via_bot").await.starts_with("A command sent through another bot"));
    assert!(undecided(&bot, "approve_caption").await.starts_with("A command under a photo"));
    assert!(
        undecided(&bot, "approve_anonymous_admin").await.starts_with("Nothing was done: an anonymous admin")
    );
    for silent in [
        "approve_channel_post",
        "approve_automatic_forward",
        "approve_business_message",
        "approve_guest_message",
        "another_bot_speaks",
        "plain_edited",
        "photo",
        "plain_text_group",
        "my_chat_member",
        "future_kind",
        "approve_other_bot",
    ] {
        assert_eq!(undecided(&bot, silent).await, "", "{silent}");
    }
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_not_understood_names_the_part() {
    let bot = with_three().await;
    let said = [
        ("approve_no_ids", "no items were named"),
        ("approve_word", "\"two\" (character 3 after /approve) is not an item number"),
        ("approve_zero", "\"0\""),
        ("approve_negative", "\"-4\""),
        ("approve_overflow", "is larger than any item number"),
        ("approve_reversed", "\"9-4\" (character 1 after /approve) ends before it begins"),
        ("approve_long_range", "stands for 501 items; a range may stand for 500"),
        ("approve_other_digits", "is not an item number"),
        ("misspelt", "Did you mean /approve?"),
        ("plain_text", "That is no command"),
    ];
    for (name, part) in said {
        let text = undecided(&bot, name).await;
        assert!(text.contains(part), "{name}: {text}");
        assert!(text.contains("/approve") || text.contains("/help"), "{name} shows an example: {text}");
    }
    // The key stayed free: the same delivery, understood by a later release, would be new.
    assert_eq!(undecided(&bot, "misspelt_group").await, "");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_shapes_of_ids_decide() {
    let bot = with_three().await;
    assert!(
        bot.deliver(&update("approve_many_lines")).await.text().starts_with("Approved 4: #1 rent, #2 laptop")
    );
    assert!(
        bot.deliver(&update("approve_range"))
            .await
            .text()
            .starts_with("Approved 3: #5 chair, #6 lamp, #9 i.")
    );
    assert!(bot.deliver(&update("approve_upper_case")).await.text().starts_with("Nothing approved."));
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_telegram_adds_later_loses_no_command() {
    for name in ["approve_odd_types", "approve_unknown_fields", "approve_reply_chain", "approve_topic"] {
        let bot = with_three().await;
        let answer = bot.deliver(&update(name)).await;
        assert!(answer.text().starts_with("Approved 3:"), "{name}: {answer:?}");
        bot.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups() {
    let bot = with_three().await;
    // In a group where the queue may not be shown, an answer names ids alone.
    let other = bot.deliver(&update("approve_other_group")).await;
    assert_eq!(other.text(), "Approved 3: #1, #2, #3.\nReceipt R2\nFor titles, ask me in private.");
    assert!(undecided(&bot, "pending_other_group").await.starts_with("That is not shown in this chat."));
    assert!(undecided(&bot, "pending_review_group").await.contains("#4 bill: desk"));
    let addressed = bot.deliver(&update("approve_group_addressed")).await.text();
    assert!(addressed.contains("#1, #2, #3 were already approved by you"), "{addressed}");
    let topic = bot.deliver(&update("approve_topic")).await.method();
    assert_eq!(topic["message_thread_id"], update("approve_topic")["message"]["message_thread_id"]);
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers() {
    let bot = with_three().await;
    assert_eq!(
        undecided(&bot, "stranger_private").await,
        "Countersign: Genehmigungen für ein Team. Deine ID 999 steht nicht auf der Liste. Wer die Rolle owner hat, kann sie mit /admins add 999 eintragen.",
        "their app is German"
    );
    assert_eq!(undecided(&bot, "stranger_private").await, "", "one line an hour");
    assert_eq!(undecided(&bot, "stranger_group").await, "");
    assert!(undecided(&bot, "stranger_whoami").await.starts_with("Deine ID ist 999."));
    bot.clock.advance(TimeDelta::seconds(3601));
    assert!(undecided(&bot, "stranger_private").await.contains("Deine ID 999"));
    // Made an admin and delivered again, a stranger's command is new: it used no key up.
    let bot = bot.restart(Some(&[111, 999])).await;
    let approved = bot.deliver(&update("stranger_private")).await.text();
    assert!(approved.starts_with("3 genehmigt:"), "{approved}");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions() {
    let bot = with_three().await;
    assert_eq!(
        undecided(&bot, "whoami").await,
        "Your id is 111. You are an owner: you may decide, and say who may."
    );
    assert!(undecided(&bot, "start").await.contains("You may decide, and say who may"));
    assert!(undecided(&bot, "help").await.contains("/approve 1,2,3"));
    let list = undecided(&bot, "pending").await;
    assert!(
        list.starts_with("9 pending:\n#1 bill: rent") && list.ends_with("/reject 1,2,3 REASON"),
        "{list}"
    );
    bot.pending(&["j", "k"]).await;
    let list = bot.deliver(&said(7, "/pending")).await.text();
    assert!(list.starts_with("11 pending, 1–10 of them:") && list.lines().count() == 13, "{list}");
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_is_answered() {
    let bot = with_three().await;
    for name in ["callback_query", "callback_query_stranger"] {
        let method = bot.deliver(&update(name)).await.method();
        assert_eq!(method["method"], "answerCallbackQuery", "{name}");
    }
    bot.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_give_no_authority() {
    let bot = with_three().await;
    let mut forged = said_by(999, 5, "/approve 1");
    forged["message"]["from"]["username"] = "lee".into();
    forged["message"]["from"]["first_name"] = "Lee".into();
    forged["message"]["chat"]["title"] = "Admins".into();
    assert!(bot.deliver(&forged).await.text().contains("your id is 999"));
    assert_eq!(bot.open_items().await, 9);
    bot.end().await;
}
