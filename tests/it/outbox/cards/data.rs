//! What a client says of its items, as their cards show it: data it wants back, and what it did with them later.

use countersign::domain::ids::ItemId;
use countersign::domain::item::Execution;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use countersign::domain::payload::Payload;
use countersign::domain::reason::Reason;
use serde_json::json;

use super::{buttons, press, world};
use crate::support::books::{KIM, submit};
use crate::support::bot::said;

#[tokio::test]
async fn short_data_stands_on_the_card_and_long_data_under_details() {
    let world = world(0).await;
    for (key, data) in [("short", json!({ "to": "a\u{202e}b" })), ("long", json!(vec!["line"; 2000]))] {
        let mut request = submit(key, &[key]);
        if let Operation::Submit { items, .. } = &mut request.operation {
            let item = NewItem::new("bill", key, Some("for March")).unwrap();
            *items = vec![item.with_payload(Payload::read(&data.to_string()).unwrap())];
        }
        world.bot.app.ledger.apply(request).await.unwrap();
        world.until_settled().await;
    }
    let texts = world.texts(KIM);
    assert!(
        texts[0].starts_with("#1 bill\nshort\nfor March\nData: {\n  \"to\": \"a\\u202eb\"\n}\nBy shop"),
        "{texts:?}"
    );
    assert!(
        texts[1].contains("\n  \"line\",\n") && texts[1].contains("characters more: press Details\n"),
        "{texts:?}"
    );
    let cards = world.api.shown(KIM);
    assert_eq!((buttons(&cards[0].1).len(), buttons(&cards[1].1).len()), (3, 3));
    let unread = world.bot.deliver(&press(5, KIM, KIM, &cards[1], "a:")).await;
    assert!(unread.text().contains("Press Details"), "{unread:?}");
    world.bot.deliver(&press(6, KIM, KIM, &cards[1], "d:")).await;
    world.until_settled().await;
    let parts = world.texts(KIM).split_off(2);
    assert!(parts.len() == 2 && parts[0].starts_with("#2 long\nfor March\nData: [\n"), "{parts:?}");
    assert!(parts[1].ends_with("characters of data more; the HTTP API shows all of it"), "{parts:?}");
    world.end().await;
}

#[tokio::test]
async fn what_its_client_does_with_an_item_stands_on_each_card() {
    let world = world(0).await;
    world.submitted("two", &["rent", "laptop"]).await;
    world.bot.deliver(&said(5, "/approve 1")).await;
    let by_shop = |header: &str, operation: Operation| {
        let mut request = submit(header, &["x"]);
        request.operation = operation;
        request
    };
    let line = |text: &str| Some(Reason::new(text).unwrap());
    let ids = |id| vec![ItemId::new(id).unwrap()];
    let issued =
        Operation::Issue { ids: ids(1), result: Execution::Issued, note: line("invoice 4711"), label: None };
    world.bot.app.ledger.apply(by_shop("issued", issued)).await.unwrap();
    let withdrawn = Operation::Withdraw { ids: ids(2), reason: line("cancelled"), label: None };
    world.bot.app.ledger.apply(by_shop("withdrawn", withdrawn)).await.unwrap();
    world.until_all_read("Approved by @lee, 12:04 UTC\nIssued 12:04 UTC: invoice 4711").await;
    world.until_all_read("Withdrawn by shop, 12:04 UTC: cancelled").await;
    let shown = world.bot.deliver(&said(6, "/show 1")).await;
    assert!(shown.text().contains("Issued 12:0") && shown.text().contains(": invoice 4711"), "{shown:?}");
    world.end().await;
}
