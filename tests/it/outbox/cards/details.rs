//! The whole detail below a card: read there, decided there, and told there what became of it.

use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use serde_json::Value;

use super::super::World;
use super::presses::in_reply;
use super::world;
use crate::support::books::{KIM, LEE, submit};
use crate::support::bot::{REVIEW_GROUP, said, said_by};
use crate::support::bot_api::BotApi;
use crate::support::presses::{buttons, press};

impl World {
    /// Shows an item with this detail, and all of that to Kim; gives the last message of it.
    async fn detailed(&self, detail: &str) -> (i64, Value) {
        let mut request = submit("lease", &["lease"]);
        if let Operation::Submit { items, .. } = &mut request.operation {
            *items = vec![NewItem::new("contract", "Lease", Some(detail)).unwrap()];
        }
        self.bot.app.ledger.apply(request).await.unwrap();
        self.until_settled().await;
        let card = self.api.shown(KIM).remove(0);
        self.bot.deliver(&press(1, KIM, KIM, &card, "d:")).await;
        self.until_settled().await;
        self.api.shown(KIM).pop().unwrap()
    }

    /// Waits until the message with the detail reads so, and has so many buttons.
    async fn until_detail(&self, end: &str, count: usize) -> String {
        let last = |api: &BotApi| api.shown(KIM).pop().unwrap().1;
        let text = |api: &BotApi| last(api)["text"].as_str().unwrap().to_owned();
        let reads = |api: &BotApi| text(api).contains(end) && buttons(&last(api)).len() == count;
        self.until("the detail as it is now", reads).await;
        text(&self.api)
    }
}

#[tokio::test]
async fn the_detail_tells_the_result_and_keeps_its_text() {
    let world = world(3600).await;
    let detail = "clause ".repeat(300);
    let (message, shown) = world.detailed(&detail).await;
    let whole = format!("#1 Lease\n{}", detail.trim_end());
    assert_eq!((shown["text"].as_str().unwrap().trim_end(), buttons(&shown).len()), (whole.as_str(), 2));
    let card = world.api.shown(REVIEW_GROUP).remove(0);
    world.bot.deliver(&press(2, LEE, REVIEW_GROUP, &card, "r:")).await;
    let told = world.until_detail("\nRejected by @lee, 12:0", 0).await;
    assert!(told.starts_with(&whole), "{told}");
    // Taken back it can be decided there once more, as by a reply to it.
    world.bot.deliver(&said(3, "/undo")).await;
    let open = world.until_detail("#1 Lease", 2).await;
    assert_eq!(open.trim_end(), whole);
    world.until_rides(KIM).await;
    let yes = in_reply(said_by(KIM, 4, "/approve"), KIM, message);
    assert_eq!(world.bot.deliver(&yes).await.text(), "Approved 1: #1 Lease.\nUndo within 60 min: /undo");
    world.until_detail("\nApproved by @kim, 12:0", 0).await;
    world.end().await;
}

#[tokio::test]
async fn a_press_under_the_detail_leaves_it_the_detail() {
    let world = world(0).await;
    // Both do not fit into one message: the result is told whole.
    let detail = "\u{df}".repeat(3499);
    let shown = world.detailed(&detail).await;
    world.bot.deliver(&said(2, &format!("/reject 1 {}", "\u{1f600}".repeat(300)))).await;
    let told = world.until_detail("\nRejected by @lee, 12:0", 0).await;
    assert!(
        told.starts_with("#1 Lease\n\u{df}\u{df}") && told.contains("\u{df}\u{2026}\nRejected"),
        "{told}"
    );
    assert!(told.ends_with("\u{1f600}") && told.encode_utf16().count() <= 4096, "{told}");
    // Kim's app sends the press that they made before.
    let edits = world.api.calls("editMessageText").len();
    world.bot.deliver(&press(3, KIM, KIM, &shown, "a:")).await;
    world.until("the detail again", |api| api.calls("editMessageText").len() > edits).await;
    assert_eq!(world.until_detail("\nRejected by @lee, 12:0", 0).await, told);
    world.end().await;
}
