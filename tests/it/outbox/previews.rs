//! Commands about many items: what they would do is shown first, and confirmed once by whoever asked.

mod promises;

use chrono::TimeDelta;
use countersign::domain::rules::Rules;
use serde_json::Value;

use super::World;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{TestBot, said, said_by};
use crate::support::presses::{buttons, press, pressed};

/// The bot's message with the preview: it is the webhook's answer, so the test numbers it.
const PREVIEW: i64 = 70;

async fn world(bills: usize) -> World {
    let world = World::asleep(TestBot::new().await).await;
    world.wake().await;
    world.queue("bills", bills).await;
    world
}

impl World {
    async fn queue(&self, key: &str, bills: usize) {
        let titles: Vec<String> = (1..=bills).map(|n| format!("bill {n}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        self.bot.app.ledger.apply(submit(key, &titles)).await.unwrap();
    }

    async fn asked(&self, update: u32, command: &str) -> (i64, Value) {
        (PREVIEW, self.bot.deliver(&said(update, command)).await.method())
    }

    /// What the preview reads now.
    async fn becomes(&self) -> (String, Vec<String>) {
        self.until_settled().await;
        let shown = self.api.shown(LEE).into_iter().find(|(message, _)| *message == PREVIEW);
        let (_, message) = shown.expect("the preview was changed");
        (message["text"].as_str().unwrap().to_owned(), buttons(&message))
    }
}

#[tokio::test]
async fn a_range_with_an_exception_is_shown_and_confirmed_once() {
    let world = world(22).await;
    world.bot.deliver(&said_by(KIM, 1, "/reject 3 no")).await;
    let preview = world.asked(2, "/approve 1-20 !7 99").await;
    assert_eq!(
        preview.1["text"],
        "This would approve 18: #1–2, #4–6, #8–20.\n#3 was already rejected by @kim just now.\nThere is no #99.\n\
         Nothing was done yet. Confirm below within 2 minutes."
    );
    assert_eq!(world.bot.open_items().await, 21, "nothing was done");
    // One of them is decided meanwhile.
    world.bot.deliver(&said_by(KIM, 3, "/approve 5")).await;
    let confirm = press(4, LEE, LEE, &preview, "c:");
    let toast = world.bot.deliver(&confirm).await.text();
    assert!(
        toast.starts_with("Approved 17: #1–2, #4, #6, #8–20.\n#5 was already approved by @kim"),
        "{toast}"
    );
    let (told, left) = world.becomes().await;
    assert_eq!(
        told,
        "Approved 17: #1–2, #4, #6, #8–20.\n#5 was already approved by @kim just now.\nReceipt R5"
    );
    assert!(left.iter().all(|data| data.starts_with("i:")), "{left:?}");
    // Delivered again, and pressed again: it is done once, and the message keeps what it did.
    let again = world.bot.deliver(&confirm).await.text();
    assert!(again.contains("duplicate delivery"), "{again}");
    let twice = world.bot.deliver(&press(5, LEE, LEE, &preview, "c:")).await.text();
    assert!(twice.contains("(duplicate delivery): approved 17:"), "{twice}");
    assert_eq!(world.becomes().await.0, told);
    world.until_rides(LEE).await;
    let receipt = world.bot.deliver(&said(6, "/receipt R5")).await.text();
    assert!(receipt.ends_with(&told), "{receipt}");
    // Whatever comes again after the two minutes: it was confirmed, and that is what is told.
    world.bot.clock.advance(TimeDelta::seconds(200));
    let late = world.bot.deliver(&press(7, LEE, LEE, &preview, "c:")).await.text();
    assert!(late.contains("(duplicate delivery): approved 17:"), "{late}");
    assert_eq!(world.becomes().await.0, told);
    world.until_rides(LEE).await;
    for asked in [said(2, "/approve 1-20 !7 99"), said(8, "/receipt R3")] {
        let again = world.bot.deliver(&asked).await.method();
        let text = again["text"].as_str().unwrap();
        assert!(text.contains("would approve 18:") && text.ends_with("It was confirmed: R5."), "{text}");
        assert!(buttons(&again).iter().all(|data| !data.starts_with("c:")), "{again}");
    }
    assert_eq!(world.bot.open_items().await, 3);
    world.end().await;
}

#[tokio::test]
async fn all_of_a_kind_is_what_waited_when_it_was_asked() {
    let world = world(11).await;
    let preview = world.asked(1, "/reject all kind:bill !2: too late").await;
    let text = preview.1["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("This would reject 10: #1 bill 1, #3 bill 3,"), "{text}");
    assert!(text.contains("\nReason: too late\n"), "{text}");
    world.queue("late", 1).await;
    let toast = world.bot.deliver(&press(2, LEE, LEE, &preview, "c:")).await.text();
    assert!(toast.starts_with("Rejected 10: "), "{toast}");
    assert_eq!(world.bot.open_items().await, 2, "#2 and the one that came meanwhile");
    world.until_rides(LEE).await;
    let none = world.asked(3, "/approve all kind:invoice").await;
    assert_eq!(
        none.1["text"],
        "This would approve nothing.\nNothing of the kind invoice waits; /pending shows what does."
    );
    assert!(buttons(&none.1).is_empty());
    let some = world.asked(4, "/approve kind:Bill kind:invioce").await;
    assert_eq!(
        some.1["text"],
        "This would approve 2: #2 bill 2, #12 bill 1.\nNothing of the kind invioce waits; /pending shows what does.\n\
         Nothing was done yet. Confirm below within 2 minutes."
    );
    let left_out = world.asked(5, "/approve kind:bill !2 !12").await;
    assert_eq!(left_out.1["text"], "This would approve nothing.", "whatever was left out may be bills");
    world.end().await;
}

#[tokio::test]
async fn a_new_approver_confirms_what_was_shown_since() {
    const SAM: i64 = 333;
    let world = world(3).await;
    let noon = world.bot.clock.now();
    let pressed_under = |update: u32, date: i64, data: &str| {
        let mut press = pressed(update, SAM, (SAM, PREVIEW), data);
        press["callback_query"]["message"]["date"] = Value::from(date);
        press
    };
    world.bot.deliver(&said(1, "/admins add 333")).await;
    world.bot.clock.advance(TimeDelta::seconds(5));
    let date = noon.timestamp() + 5;
    let mut confirms = Vec::new();
    for update in [2, 3, 4] {
        let mut asked = said_by(SAM, update, "/approve 1-3 !2");
        asked["message"]["date"] = Value::from(date);
        let preview = world.bot.deliver(&asked).await.method();
        confirms.extend(buttons(&preview).into_iter().find(|data| data.starts_with("c:")));
    }
    // Under a message of before, the press may be as old; under one that Telegram tells nothing of, too.
    for (update, date, confirm) in [(5, noon.timestamp() - 60, &confirms[0]), (6, 0, &confirms[1])] {
        let told = world.bot.deliver(&pressed_under(update, date, confirm)).await.text();
        assert!(told.contains("younger than the message"), "{told}");
    }
    assert_eq!(world.bot.open_items().await, 3);
    let told = world.bot.deliver(&pressed_under(7, date, &confirms[2])).await.text();
    assert!(told.starts_with("Approved 2: #1 bill 1, #3 bill 3."), "{told}");
    world.end().await;
}

#[tokio::test]
async fn more_than_one_command_takes_is_told_and_left() {
    let world = world(130).await;
    let preview = world.asked(1, "/approve all").await;
    assert_eq!(
        preview.1["text"],
        "This would approve 100: #1–100.\n30 more wait than one command takes; send it again for them.\n\
         Nothing was done yet. Confirm below within 2 minutes."
    );
    world.bot.deliver(&press(2, LEE, LEE, &preview, "c:")).await;
    let (told, _) = world.becomes().await;
    assert!(told.starts_with("Approved 100: #1–100."), "{told}");
    assert_eq!(world.bot.open_items().await, 30);
    world.end().await;
}

#[tokio::test]
async fn a_confirmation_is_its_askers_and_lasts_two_minutes() {
    let world = world(12).await;
    let preview = world.asked(1, "/approve 1-12").await;
    let kim = world.bot.deliver(&press(2, KIM, LEE, &preview, "c:")).await;
    assert_eq!(kim.text(), "Only the person who sent the command can press this.");
    // What a button names can be forged: an operation that prepared nothing, or that is not there.
    for (update, data) in [(3, "c:1"), (4, "c:99"), (5, "f:2"), (6, "f:99"), (7, "i:99")] {
        let told = world.bot.deliver(&pressed(update, LEE, (LEE, 71), data)).await.text();
        assert!(!told.contains("pproved"), "{data}: {told}");
    }
    world.bot.clock.advance(TimeDelta::seconds(119));
    world.bot.clock.advance(TimeDelta::seconds(1));
    let late = world.bot.deliver(&press(8, LEE, LEE, &preview, "c:")).await;
    assert_eq!(late.text(), "This button is older than 2 minutes. Send the command again.");
    let (told, left) = world.becomes().await;
    assert!(
        told.ends_with(
            "\nNothing was done, and it was not confirmed within 2 minutes. Send the command again."
        ),
        "{told}"
    );
    assert!(left.iter().all(|data| data.starts_with("i:")), "{left:?}");
    assert_eq!(world.bot.open_items().await, 12);
    world.end().await;
}

#[tokio::test]
async fn an_item_that_was_undone_after_the_preview_is_left_alone() {
    let world = World::asleep(TestBot::with_undo(3600).await).await;
    world.wake().await;
    world.queue("bills", 11).await;
    let preview = world.asked(1, "/approve 1-11").await;
    world.bot.deliver(&said_by(KIM, 2, "/reject 4 no")).await;
    world.bot.deliver(&said_by(KIM, 3, "/undo")).await;
    let toast = world.bot.deliver(&press(4, LEE, LEE, &preview, "c:")).await.text();
    assert!(toast.starts_with("Approved 10: "), "{toast}");
    assert!(toast.contains("#4 was undone after this was shown."), "{toast}");
    assert_eq!(world.bot.open_items().await, 1);
    world.end().await;
}

#[tokio::test]
async fn what_failed_is_tried_again_alone() {
    let world = world(2).await;
    let first = world.asked(1, "/approve 1,3,2,4").await;
    let text = first.1["text"].as_str().unwrap();
    assert_eq!(text, "Approved 2: #1 bill 1, #2 bill 2.\nThere are no #3, #4.\nReceipt R2");
    world.queue("more", 1).await;
    let kim = world.bot.deliver(&press(2, KIM, LEE, &first, "f:")).await;
    assert_eq!(kim.text(), "Only the person who sent the command can press this.");
    let retry = press(3, LEE, LEE, &first, "f:");
    let toast = world.bot.deliver(&retry).await.text();
    // What came to be since was seen by nobody: it is shown first.
    assert!(toast.starts_with("This would approve 1: #3 bill 1.\nThere is no #4."), "{toast}");
    assert!(world.bot.deliver(&retry).await.text().contains("duplicate delivery"));
    world.until_settled().await;
    let below = world.api.shown(LEE);
    assert_eq!((below.len(), world.bot.open_items().await), (1, 1), "{below:#?}");
    world.bot.deliver(&press(5, LEE, LEE, &below[0], "c:")).await;
    world.until_settled().await;
    let below = world.api.shown(LEE).remove(0).1;
    assert_eq!(below["text"], "Approved 1: #3 bill 1.");
    let details = world.bot.deliver(&press(4, LEE, LEE, &first, "i:")).await;
    assert_eq!(details.text(), "The details come below.");
    world.until_settled().await;
    let items = world.api.texts(LEE).pop().unwrap();
    assert_eq!(
        items,
        "R2, item by item:\n#1 bill: bill 1 – Approved by @lee, 12:04 UTC\n#2 bill: bill 2 – Approved by @lee, 12:04 UTC\n\
         #3 bill: bill 1 – Approved by @lee, 12:04 UTC\n#4 does not exist"
    );
    world.end().await;
}

#[tokio::test]
async fn what_is_decided_one_by_one_passes_when_it_is_tried_alone() {
    let alone = Rules { bulk: false, ..Rules::default() };
    let world = World::asleep(TestBot::with_bills(alone, Vec::new()).await).await;
    world.wake().await;
    world.queue("bills", 2).await;
    let both = world.asked(1, "/approve 1,2").await;
    assert!(buttons(&both.1).iter().all(|data| !data.starts_with("f:")), "two stay two: {both:?}");
    let one = world.asked(2, "/approve 1,99").await;
    assert!(buttons(&one.1).iter().any(|data| data.starts_with("f:")), "{one:?}");
    world.end().await;
}
