//! A client's own id names one item for good, whoever submits it first, at whatever moment.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use countersign::domain::ids::ItemId;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::{Outcome, Refusal};
use countersign::domain::payload::Payload;
use countersign::domain::rules::Rules;
use countersign::ledger::{Announce, Page};
use futures_util::future::join_all;

use super::on_each_database;
use crate::support::books::{Books, noon, submit};

on_each_database!(
    the_same_is_the_same_item_and_another_is_refused,
    many_at_once_make_one_item,
    what_was_partly_there_is_recognised_when_its_key_is_gone,
    a_client_may_ask_for_less_time_than_its_kind_has,
    a_payload_is_kept_exactly,
    everybody_in_a_large_house_is_told_however_much_waits,
);

/// A submission under `key` of items with these titles and ids.
fn named(key: &str, items: &[(&str, Option<&str>)]) -> Request {
    let new = |(title, id): &(&str, Option<&str>)| {
        NewItem::new("bill", title, None).unwrap().with_external_id(*id).unwrap()
    };
    bearing(key, items.iter().map(new).collect())
}

fn bearing(key: &str, new: Vec<NewItem>) -> Request {
    let mut request = submit(key, &[key]);
    if let Operation::Submit { items, .. } = &mut request.operation {
        *items = new;
    }
    request
}

fn ids(outcome: &Outcome) -> (Vec<i64>, Vec<i64>) {
    let Outcome::Submitted { ids, known } = outcome else { panic!("{outcome:?}") };
    let bare = |ids: &[ItemId]| ids.iter().map(|id| id.get()).collect();
    (bare(ids), bare(known))
}

async fn open(books: &Books) -> u64 {
    books.ledger.pending(Page { limit: 1, ..Page::default() }).await.unwrap().total
}

async fn the_same_is_the_same_item_and_another_is_refused(books: Books) {
    let apply = async |request| books.ledger.apply(request).await.unwrap().outcome.clone();
    assert_eq!(ids(&apply(named("a", &[("rent", Some("1"))])).await), (vec![1], vec![]));
    assert_eq!(ids(&apply(named("b", &[("rent", Some("1"))])).await), (vec![1], vec![1]));
    let mixed = apply(named("c", &[("new", None), ("rent", Some("1")), ("new", Some("2"))])).await;
    let (mixed, known) = ids(&mixed);
    assert_eq!((mixed.len(), mixed[1], known), (3, 1, vec![1]));
    let refused = apply(named("d", &[("new", None), ("more rent", Some("1"))])).await;
    let refusal = Refusal::ExternalIdTaken { place: 1, item: ItemId::new(1).unwrap() };
    assert_eq!(refused, Outcome::Refused { refusal });
    assert_eq!(open(&books).await, 3);
    books.close().await;
}

/// In one batch, in several, and from two instances.
async fn many_at_once_make_one_item(books: Books) {
    let other = books.instance().await;
    for round in 0..10 {
        let id = format!("inv-{round}");
        let key = |n: usize| format!("k-{round}-{n}");
        let asked = (0..12).map(|n| {
            let ledger = if n % 2 == 0 { &books.ledger } else { &other };
            ledger.apply(named(&key(n), &[("rent", Some(&id)), ("beside", None)]))
        });
        let told: Vec<_> =
            join_all(asked).await.into_iter().map(|told| ids(&told.unwrap().outcome)).collect();
        let named: BTreeSet<i64> = told.iter().map(|(ids, _)| ids[0]).collect();
        let (first, beside): (Vec<_>, BTreeSet<i64>) = (
            told.iter().filter(|(_, known)| known.is_empty()).collect(),
            told.iter().map(|(ids, _)| ids[1]).collect(),
        );
        assert_eq!((named.len(), first.len(), beside.len()), (1, 1, 12), "{told:?}");
        assert_eq!(open(&books).await, 13 * (round + 1));
    }
    other.close().await;
    books.close().await;
}

async fn what_was_partly_there_is_recognised_when_its_key_is_gone(books: Books) {
    books.ledger.apply(named("a", &[("rent", Some("1"))])).await.unwrap();
    let request = || named("b", &[("rent", Some("1")), ("laptop", None)]);
    let first = books.ledger.apply(request()).await.unwrap();
    books.clock.advance(TimeDelta::days(8));
    books.ledger.prune().await.unwrap();
    let again = books.ledger.apply(request()).await.unwrap();
    assert_eq!((again.standing.code(), &again.outcome), ("repeat", &first.outcome));
    let other = books.ledger.apply(named("b", &[("rent", Some("1")), ("desk", None)])).await.unwrap();
    assert_eq!(other.standing.code(), "reused");
    let more = books.ledger.apply(named("b", &[("rent", Some("1"))])).await.unwrap();
    assert_eq!(more.standing.code(), "reused", "one item less is not the same");
    assert_eq!(open(&books).await, 2);
    books.close().await;
}

async fn a_client_may_ask_for_less_time_than_its_kind_has(mut books: Books) {
    let rules = Rules { expires_after_s: Some(3600), ..Rules::default() };
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    let until = |minutes: i64| {
        let wish = Some(noon() + TimeDelta::minutes(minutes));
        NewItem::new("bill", "rent", None).unwrap().with_expiry(wish)
    };
    books.ledger.apply(bearing("a", vec![until(5), until(90)])).await.unwrap();
    books.ledger.apply(named("b", &[("plain", None)])).await.unwrap();
    let page = books.ledger.pending(Page { limit: 3, ..Page::default() }).await.unwrap();
    let minutes: Vec<i64> =
        page.items.iter().map(|item| (item.expires_at.unwrap() - noon()).num_minutes()).collect();
    assert_eq!(minutes, [5, 60, 60]);
    books.close().await;
}

async fn a_payload_is_kept_exactly(books: Books) {
    let payload = Payload::read(r#"{"b":[1.10,"\u0000é😀"],"a":9007199254740991}"#).unwrap();
    let item = NewItem::new("bill", "rent", None).unwrap().with_payload(payload.clone());
    let hash = item.content_hash();
    books.ledger.apply(bearing("a", vec![item])).await.unwrap();
    let stored = books.ledger.record(ItemId::new(1).unwrap()).await.unwrap().unwrap().portrait.item;
    assert_eq!((stored.payload, stored.content_hash), (payload, hash));
    books.close().await;
}

async fn everybody_in_a_large_house_is_told_however_much_waits(mut books: Books) {
    books.admins = (1..=500).collect();
    books.announce = Announce::Privately;
    books.restart().await;
    // The letters of one submission fall on thousands of pages, once there are enough of them.
    for n in 0..25_u64 {
        let titles: Vec<String> = (0..100).map(|item| format!("bill {n} {item}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let receipt = books.ledger.apply(submit(&format!("submission-{n}"), &titles)).await.unwrap();
        assert_eq!(ids(&receipt.outcome).0.len(), 100);
        assert_eq!(
            books.ledger.figures().await.unwrap().outbox.waiting,
            2000 * (n + 1),
            "four letters for each"
        );
    }
    assert_eq!(open(&books).await, 2500);
    books.close().await;
}
