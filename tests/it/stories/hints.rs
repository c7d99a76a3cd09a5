//! What is said next is exact: a refusal names a step that works, in words for the command that was sent.

use std::collections::BTreeSet;

use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use countersign::domain::role::{Decider, Deciders};
use countersign::domain::rules::Rules;
use countersign::domain::world::Rulebook;
use serde_json::{Value, json};

use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{TestBot, in_language, said, said_by};
use crate::support::presses::{buttons, captions, pressed};

/// Says each as Lee, and holds the answers against those that are wanted.
async fn answers(bot: &TestBot, first: u32, said_and_wanted: &[(&str, &str)]) {
    for (update, (text, wanted)) in (first..).zip(said_and_wanted) {
        assert_eq!(bot.deliver(&said(update, text)).await.text(), *wanted, "{text}");
    }
}

/// The same message somewhere else than in private.
fn elsewhere(mut update: Value) -> Value {
    update["message"]["chat"] = json!({ "id": -42, "type": "group", "title": "elsewhere" });
    update
}

#[tokio::test]
async fn too_many_at_once_are_sent_in_parts_of_whatever_command_it_was() {
    let rulebook = Rulebook::new(BTreeSet::from([LEE, KIM]), 5, 0);
    let bot = TestBot::under(rulebook, Vec::new()).await;
    for (update, command) in [(1, "/reject 1-6"), (2, "/approve 1-6")] {
        assert_eq!(
            bot.deliver(&said(update, command)).await.text(),
            "Nothing was done: 6 items were named, at most 5 are allowed in one command. Send them in parts."
        );
    }
    bot.end().await;
}

#[tokio::test]
async fn a_vote_is_taken_back_by_its_own_receipt() {
    let bills = Rules { quorum: 2, undo_window_s: 3600, ..Rules::default() };
    let bot = TestBot::with_bills(bills, Vec::new()).await;
    bot.pending(&["rent", "laptop"]).await;
    bot.deliver(&said(1, "/approve 1")).await;
    bot.deliver(&said(2, "/approve 2")).await;
    let told = "Nothing rejected.\n#1: your vote counts already, 1 of 2; ask a colleague, or take yours back \
                with /undo R2 (quorum).";
    answers(&bot, 3, &[("/reject 1", told), ("/undo R2", "Undone 1, pending again: #1 rent.")]).await;
    let both = bot.deliver(&said(5, "/reject 1,2 no")).await.text();
    assert!(both.starts_with("Rejected 1: #1 rent.") && both.contains("/undo R3"), "{both}");
    bot.end().await;
}

#[tokio::test]
async fn what_is_not_shown_in_a_chat_is_named_as_it_was_asked() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    for (update, text) in (1..).zip([
        "/pending",
        "/pending bill 2",
        "/show 1",
        "/why 1",
        "/receipt R1",
        "/history me 7d",
        "/stats",
    ]) {
        let told = bot.deliver(&elsewhere(said(update, text))).await.text();
        assert_eq!(told, format!("That is not shown in this chat. Ask me in private: {text}"));
    }
    let told = bot.deliver(&elsewhere(said(9, "/admins"))).await.text();
    assert_eq!(told, "That is not shown in this chat. Ask me in private: /admins");
    bot.end().await;
}

#[tokio::test]
async fn whoever_has_no_role_any_more_is_told_so_by_a_button() {
    let bot = TestBot::new().await;
    bot.pending(&["rent", "laptop"]).await;
    let result = bot.deliver(&said_by(KIM, 1, "/approve 1,9")).await.method();
    let details = buttons(&result).into_iter().find(|data| data.starts_with("i:")).unwrap();
    let page = bot.deliver(&said_by(KIM, 2, "/pending")).await.method();
    let bot = bot.restart(Some(&[LEE])).await;
    let told =
        "You have no role any more, so this is not shown to you. An owner can add you with /admins add 222.";
    for (update, data) in [(3, details.as_str()), (4, "l:2"), (5, "t:1:1"), (6, "d:2:1a2b3c4d:1")] {
        let toast = bot.deliver(&pressed(update, KIM, (KIM, 70), data)).await.text();
        assert_eq!(toast, told, "{data}, {page}");
    }
    bot.end().await;
}

#[tokio::test]
async fn whose_role_there_is_not_is_told_how_to_give_the_one_that_was_asked_for() {
    let bot = TestBot::new().await;
    let none = "Nothing changed: 999 has no role.";
    answers(
        &bot,
        1,
        &[
            ("/admins role 999 viewer", &format!("{none} To give one: /admins add 999 viewer")),
            ("/admins role 999 owner", &format!("{none} To give one: /admins add 999 owner")),
            ("/admins role 999 approver", &format!("{none} To give one: /admins add 999")),
            ("/admins remove 999", none),
        ],
    )
    .await;
    bot.end().await;
}

#[tokio::test]
async fn what_cannot_be_seen_is_said_to_be_there() {
    let bot = TestBot::new().await;
    bot.pending(&["rent"]).await;
    let told = "Nothing was done: \"25\" (character 1 after /approve) holds a character that cannot be shown. \
                Example: /approve 1,2,3";
    answers(&bot, 1, &[("/approve 25\u{200b}", told), ("/approve \u{2060}25", told)]).await;
    for (update, text) in
        (3..).zip(["/reject 25\u{200b}", "/show 2\u{202e}5", "/admins add 33\u{200b}3", "/undo R\u{200b}2"])
    {
        let told = bot.deliver(&said(update, text)).await.text();
        assert!(told.contains(" holds a character that cannot be shown."), "{text}: {told}");
    }
    // A new line between two numbers hides nothing.
    assert!(bot.deliver(&said(9, "/show 1\n2")).await.text().contains("is more than one item"));
    let odd = bot.deliver(&said(10, "/appr\u{202e}ove 1")).await.text();
    assert!(odd.starts_with("There is no command /approve."), "{odd}");
    bot.end().await;
}

#[tokio::test]
async fn commands_are_suggested_that_are_near() {
    let bot = TestBot::new().await;
    let wanted = [
        ("/pend", "There is no command /pend. Did you mean /pending?"),
        ("/appr 1", "There is no command /appr. Did you mean /approve?"),
        ("/sohw 1", "There is no command /sohw. Did you mean /show?"),
        ("/stop", "There is no command /stop. All commands: /help"),
        ("/s", "There is no command /s. All commands: /help"),
    ];
    answers(&bot, 1, &wanted).await;
    bot.end().await;
}

#[tokio::test]
async fn a_second_kind_is_hinted_at() {
    let bot = TestBot::new().await;
    let told = "Nothing was done: \"invoice\" (character 13 after /approve) is not an item number; \
                if it is a kind, write kind:invoice. Example: /approve 1,2,3";
    answers(&bot, 1, &[("/approve kind:deploy,invoice", told), ("/approve kind:deploy invoice", told)]).await;
    let told = bot.deliver(&said(3, "/reject kind:deploy,invoice too late")).await.text();
    assert!(told.contains("if it is a kind, write kind:invoice."), "{told}");
    bot.end().await;
}

#[tokio::test]
async fn spans_of_time_and_lists_read_well() {
    let bot = TestBot::with_undo(3600).await;
    bot.pending(&["rent", "laptop"]).await;
    let told = bot.deliver(&said(1, "/approve 1")).await.text();
    assert!(told.ends_with("\nUndo within 60 min: /undo"), "{told}");
    let told = bot.deliver(&in_language(said(2, "/approve 2"), "de")).await.text();
    assert!(told.ends_with("\nZurücknehmen, noch 60 min lang: /undo"), "{told}");
    bot.clock.advance(chrono::TimeDelta::seconds(1));
    let told = bot.deliver(&said(3, "/why 1")).await.text();
    assert!(!told.contains("3600"), "{told}");
    bot.end().await;

    let roles = Deciders::only([Decider::Owner, Decider::Approver].into());
    let bot = TestBot::with_bills(Rules { roles, ..Rules::default() }, Vec::new()).await;
    bot.pending(&["rent"]).await;
    let why = bot.deliver(&said(1, "/why 1")).await.text();
    assert!(why.contains("\nOnly owners and approvers may decide it (roles)."), "{why}");
    let why = bot.deliver(&in_language(said(2, "/why 1"), "de")).await.text();
    assert!(why.contains("\nEntscheiden dürfen nur owner und approver (roles)."), "{why}");
    bot.deliver(&said(3, "/admins add 333 viewer")).await;
    let help = bot.deliver(&said_by(333, 4, "/help")).await.text();
    assert!(help.contains("In groups, write /pending@") && !help.contains("/approve"), "{help}");
    bot.end().await;
}

#[tokio::test]
async fn more_than_one_item_has_a_receipt() {
    let bot = TestBot::with_undo(60).await;
    bot.pending(&["rent", "laptop"]).await;
    answers(
        &bot,
        1,
        &[
            ("/approve 1,2", "Approved 2: #1 rent, #2 laptop.\nUndo within 60 s: /undo\nReceipt R2"),
            ("/undo", "Undone 2, pending again: #1 rent, #2 laptop.\nReceipt R3"),
            ("/reject 1", "Rejected 1: #1 rent.\nUndo within 60 s: /undo"),
        ],
    )
    .await;
    bot.end().await;
}

#[tokio::test]
async fn what_a_shown_item_is_too_long_for_is_a_button_away() {
    let bot = TestBot::new().await;
    let mut request = submit("lease", &["lease"]);
    if let Operation::Submit { items, .. } = &mut request.operation {
        *items = vec![
            NewItem::new("bill", "lease", Some(&"clause ".repeat(300))).unwrap(),
            NewItem::new("bill", "rent", Some("for March")).unwrap(),
        ];
    }
    bot.app.ledger.apply(request).await.unwrap();
    let shown = bot.deliver(&said(1, "/show 1")).await.method();
    assert!(shown["text"].as_str().unwrap().contains(" characters more: press Details"), "{shown}");
    assert_eq!(captions(&shown), ["Details"]);
    assert!(buttons(&shown)[0].starts_with("d:1:"), "{shown}");
    bot.deliver(&said(2, "/approve 1")).await;
    let shown = bot.deliver(&said(3, "/show 1")).await.method();
    assert_eq!(captions(&shown), ["Details"], "decided too: {shown}");
    assert_eq!(captions(&bot.deliver(&said(4, "/show 2")).await.method()), Vec::<String>::new());
    // A decided card has no buttons, and says where the rest is.
    let ids = [countersign::domain::ids::ItemId::stored(1)];
    let portrait = bot.app.ledger.portraits(&ids).await.unwrap().remove(0);
    let card = bot.app.words.card(&portrait, bot.app.clock.now());
    assert!(card.as_str().contains(" characters more: /show 1"), "{card}");
    bot.end().await;
}
