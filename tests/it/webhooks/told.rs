//! What receivers are told, and which of them.

use chrono::TimeDelta;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::Operation;
use countersign::domain::payload::Payload;
use countersign::domain::rules::Rules;
use countersign::domain::target::Target;
use serde_json::json;

use super::{World, on_each_database, read, settings};
use crate::support::books::{Books, approve, noon, submit};
use crate::support::document::DOCUMENT;
use crate::support::receiver::{KEY, NEXT_KEY, Receiver, secret};

on_each_database!(
    a_decision_is_told_once_and_signed,
    both_secrets_sign_while_they_are_rotated,
    what_can_be_undone_is_not_told,
    the_policy_says_who_is_told,
    an_item_brings_its_own_address,
);

async fn a_decision_is_told_once_and_signed(books: Books) {
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    world.decide(1).await;
    let told = receiver.until(1).await.remove(0);
    world.until(0, 0).await;
    assert_eq!(receiver.told().len(), 1);
    assert_eq!(told.header("webhook-signature"), told.signature(KEY));
    assert_eq!(told.header("webhook-timestamp"), noon().timestamp().to_string());
    assert_eq!(told.header("content-type"), "application/json");
    let body = told.json();
    let documented =
        &DOCUMENT.whole["webhooks"]["decision"]["post"]["requestBody"]["content"]["application/json"];
    assert_eq!(DOCUMENT.fits(&documented["schema"], &body), Ok(()));
    let hash = body["data"]["hash"].as_str().unwrap();
    assert_eq!(told.header("webhook-id"), format!("decision_1_{}", &hash[..16]));
    assert_eq!(
        (&body["type"], &body["timestamp"]),
        (&json!("item.approved"), &json!("2026-03-01T12:04:00Z"))
    );
    let data =
        ["number", "item_id", "state", "title", "payload", "client"].map(|name| body["data"][name].clone());
    let expected = [json!(1), json!(1), json!("approved"), json!("item 1"), json!(null), json!("shop")];
    assert_eq!(data, expected);
    assert_eq!(body["data"]["decided_by"], json!([{ "actor": "tg:111", "name": "@lee" }]));
    assert_eq!(body["data"]["content_hash"].as_str().unwrap().len(), 64);
    world.end().await;
}

async fn both_secrets_sign_while_they_are_rotated(books: Books) {
    let receiver = Receiver::start().await;
    let entry = format!("{} {}", receiver.entry("erp"), secret(NEXT_KEY));
    let world = World::new(books, settings(&entry)).await;
    world.decide(1).await;
    let told = receiver.until(1).await.remove(0);
    let both = format!("{} {}", told.signature(KEY), told.signature(NEXT_KEY));
    assert_eq!(told.header("webhook-signature"), both);
    world.end().await;
}

async fn what_can_be_undone_is_not_told(mut books: Books) {
    books.undo_window_s = 10;
    let receiver = Receiver::start().await;
    let world = World::new(books, settings(&receiver.entry("erp"))).await;
    world.decide(1).await;
    assert_eq!(world.depth().await, (0, 0));
    world.later(TimeDelta::seconds(10));
    world.books.ledger.release_due().await.unwrap();
    assert_eq!(receiver.until(1).await[0].json()["timestamp"], "2026-03-01T12:04:10Z");
    world.until(0, 0).await;
    world.end().await;
}

async fn the_policy_says_who_is_told(mut books: Books) {
    let (erp, audit) = (Receiver::start().await, Receiver::start().await);
    let some = Rules { webhooks: Some(["audit".to_owned()].into()), ..Rules::default() };
    books.kinds.insert("bill".to_owned(), some);
    let both = format!("{}, {}", erp.entry("erp"), audit.entry("audit"));
    let world = World::new(books, settings(&both)).await;
    world.decide(1).await;
    audit.until(1).await;
    world.until(0, 0).await;
    assert_eq!((erp.told().len(), audit.told().len()), (0, 1));
    world.end().await;
}

async fn an_item_brings_its_own_address(books: Books) {
    let receiver = Receiver::start().await;
    let shops = format!("shop:{}", secret(NEXT_KEY));
    let world =
        World::new(books, read(&[("CALLBACK_SECRETS", &shops), ("WEBHOOK_NETWORKS", "127.0.0.1")])).await;
    let mut request = submit("one", &["x"]);
    let Operation::Submit { items, .. } = &mut request.operation else { panic!() };
    let payload = Payload::read(r#"{"order":4711}"#).unwrap();
    let item = NewItem::new("bill", "rent", None).unwrap().with_payload(payload);
    *items = vec![item.with_callback(Some(Target::parse(&receiver.url()).unwrap()))];
    world.books.ledger.apply(request).await.unwrap();
    receiver.always(Some(crate::support::receiver::Answer::Status(500)));
    world.books.ledger.apply(approve(1, &[1])).await.unwrap();
    let told = receiver.until(1).await.remove(0);
    assert_eq!(told.header("webhook-signature"), told.signature(NEXT_KEY));
    assert_eq!(told.json()["data"]["payload"], json!({ "order": 4711 }));
    world.until_error("answered 500").await;
    let shown = format!("{:?}", world.books.ledger.deliveries(9).await.unwrap());
    let origin = format!("shop@http://127.0.0.1:{}", receiver.port);
    assert!(shown.contains(&origin) && !shown.contains("a-secret-path"), "{shown}");
    world.end().await;
}
