//! What admins ask: an item with its history, its rules, a receipt once more, who decided what.

use crate::support::books::KIM;
use crate::support::bot::{TestBot, said, said_by};

async fn decided() -> TestBot {
    let bot = TestBot::with_undo(60).await;
    bot.pending(&["rent", "laptop"]).await;
    bot.deliver(&said(1, "/approve 1,2")).await;
    bot.deliver(&said(2, "/undo")).await;
    bot.deliver(&said_by(KIM, 3, "/reject 2 too dear")).await;
    bot
}

#[tokio::test]
async fn an_item_is_shown_with_all_that_happened_to_it() {
    let bot = decided().await;
    let shown = bot.deliver(&said(10, "/show 2")).await.text();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[..2], ["#2 bill", "laptop"], "{shown}");
    assert!(shown.contains("Rejected by @kim, 12:04 UTC: too dear"), "{shown}");
    assert!(shown.contains("Submitted 12:04 UTC by shop"), "{shown}");
    assert!(shown.contains("12:04 UTC @lee approved (R2) – taken back 12:04 UTC"), "{shown}");
    assert!(shown.ends_with("12:04 UTC @kim rejected: too dear (R4)"), "{shown}");
    assert_eq!(bot.deliver(&said(11, "/show 9")).await.text(), "There is no #9.");
    bot.end().await;
}

#[tokio::test]
async fn who_decided_what_is_listed_the_newest_first() {
    let bot = decided().await;
    let all = bot.deliver(&said(10, "/history")).await.text();
    let wanted = "R4 12:04 UTC @kim rejected #2: too dear\nR3 12:04 UTC @lee took back #1, #2\n\
                  R2 12:04 UTC @lee approved #1, #2";
    assert_eq!(all, wanted);
    for (update, text) in [(11, "/history me"), (12, "/history @Lee today"), (13, "/history 111 7d")] {
        let own = bot.deliver(&said(update, text)).await.text();
        assert_eq!(own.lines().count(), 2, "{text}: {own}");
    }
    bot.clock.advance(chrono::TimeDelta::hours(13));
    let none = bot.deliver(&said(14, "/history today")).await.text();
    assert_eq!(none, "Nothing was decided in that time.");
    let nobody = bot.deliver(&said(15, "/history @nobody")).await.text();
    assert!(nobody.starts_with("Nobody on record is called @nobody."), "{nobody}");
    let odd = bot.deliver(&said(16, "/history me yesterday")).await.text();
    assert!(odd.contains("\"yesterday\"") && odd.contains("character 4"), "{odd}");
    // Nobody is by that number, most likely an item.
    for (update, number) in [(17, 999), (18, 2)] {
        let nobody = bot.deliver(&said(update, &format!("/history {number}"))).await.text();
        let wanted = format!("Nobody with the id {number} is on record. If it is an item: /show {number}");
        assert_eq!(nobody, wanted);
    }
    let own = bot.deliver(&said(19, "/history @LEE 7D")).await.text();
    assert_eq!(own.lines().count(), 2, "{own}");
    bot.end().await;
}

#[tokio::test]
async fn what_has_no_room_in_the_history_is_asked_for_next() {
    let bot = TestBot::new().await;
    let titles: Vec<String> = (1..=17).map(|n| format!("bill {n}")).collect();
    bot.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for n in 1..=17 {
        bot.deliver(&said(n, &format!("/approve {n}"))).await;
    }
    for (update, asked) in
        (20..).zip(["/history", "/history me today", "/history @lee 12h", "/history 111 7d"])
    {
        let first = bot.deliver(&said(update, asked)).await.text();
        assert_eq!(first.lines().count(), 16, "{first}");
        let next = format!("{asked} R4");
        assert!(first.ends_with(&format!("\nEarlier ones: {next}")), "{first}");
        let rest = bot.deliver(&said(update + 10, &next)).await.text();
        assert_eq!(rest, "R3 12:04 UTC @lee approved #2\nR2 12:04 UTC @lee approved #1", "{next}");
    }
    assert_eq!(bot.deliver(&said(40, "/history R2")).await.text(), "Nothing was decided in that time.");
    bot.end().await;
}

#[tokio::test]
async fn a_receipt_is_shown_again_and_rules_are_told() {
    let bot = decided().await;
    let again = bot.deliver(&said(10, "/receipt R2")).await.text();
    assert!(again.starts_with("R2, 12:04 UTC:\nApproved 2: #1 rent, #2 laptop."), "{again}");
    assert!(again.contains("Since then undone: #1, pending again."), "{again}");
    assert!(!again.contains("/undo"), "it was taken back: {again}");
    assert_eq!(bot.deliver(&said(11, "/receipt R99")).await.text(), "There is no receipt R99.");
    let none = bot.deliver(&said(12, "/receipt")).await.text();
    assert!(none.contains("/receipt R42"), "{none}");
    let why = bot.deliver(&said(13, "/why 1")).await.text();
    assert_eq!(
        why,
        "#1 bill: pending\nOne approval or rejection decides it.\n\
         A decision can be taken back for 60 s (undo_window)."
    );
    assert!(bot.deliver(&said(14, "/why 1,2")).await.text().contains("is more than one item"));
    bot.end().await;
}

#[tokio::test]
async fn nobody_else_is_answered() {
    let bot = decided().await;
    for (update, text) in [(10, "/show 1"), (11, "/history"), (12, "/receipt R2"), (13, "/why 1")] {
        let stranger = bot.deliver(&said_by(999, update, text)).await.text();
        assert!(!stranger.contains("rent") && !stranger.contains("lee"), "{text}: {stranger}");
        let mut group = said(update + 100, text);
        group["message"]["chat"] = serde_json::json!({ "id": -42, "type": "group", "title": "elsewhere" });
        let there = bot.deliver(&group).await.text();
        assert!(there.starts_with("That is not shown in this chat"), "{text}: {there}");
    }
    let bot = bot.restart(Some(&[KIM])).await;
    let former = bot.deliver(&said(20, "/show 1")).await.text();
    assert!(!former.contains("rent"), "{former}");
    bot.end().await;
}

#[tokio::test]
async fn words_narrow_the_queue_and_its_pages() {
    let bot = TestBot::new().await;
    let titles: Vec<String> = (1..=12).map(|n| format!("Rent {n}")).chain(["100%_off".to_owned()]).collect();
    bot.pending(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let rent = bot.deliver(&said(1, "/pending RENT")).await.text();
    assert!(rent.starts_with("12 pending, 1–10 of them:") && rent.ends_with("/pending rent 2"), "{rent}");
    let rest = bot.deliver(&said(2, "/pending bill rent 2")).await.text();
    assert!(rest.starts_with("12 pending, 11–12 of them:"), "{rest}");
    // What means something to the database is text like any other.
    for (update, word) in [(3, "%_"), (4, "100%"), (5, "_OFF")] {
        let found = bot.deliver(&said(update, &format!("/pending {word}"))).await.text();
        assert!(found.starts_with("1 pending:"), "{word}: {found}");
    }
    for (update, word) in [(6, "nowhere"), (7, "%t%"), (8, "\\")] {
        let none = bot.deliver(&said(update, &format!("/pending {word}"))).await.text();
        assert_eq!(
            none,
            format!("Nothing that is pending has \"{word}\" as its kind or in its title. All: /pending")
        );
    }
    bot.end().await;
}
