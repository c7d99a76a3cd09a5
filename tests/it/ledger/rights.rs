//! Rights that the settings give: whoever leaves `ADMIN_IDS`, or whose token may not decide any more, loses their yeses on
//! what waits at the next start, and a later start does not bring them back.

use std::sync::Arc;

use chrono::TimeDelta;
use countersign::domain::ids::ItemId;
use countersign::domain::key::{ClientName, IdempotencyKey};
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::Refusal;
use countersign::domain::place::Place;
use countersign::domain::receipt::Receipt;
use countersign::domain::record::Record;
use countersign::domain::role::{Decider, Deciders, Role};
use countersign::domain::rules::Rules;
use countersign::domain::shown::Shown;
use countersign::ledger::cards::Brought;
use countersign::ledger::{Announce, lease};
use countersign::points::Act;
use sea_orm::ConnectionTrait;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, approve_by, decide, done, submit};

on_each_database!(
    a_yes_goes_with_admin_ids_and_does_not_come_back,
    nor_when_a_decision_it_stood_on_is_taken_back,
    a_role_on_record_keeps_the_yes_where_it_may_decide,
    a_clients_yes_goes_with_its_right,
    the_last_start_says_who_may,
    many_starts_at_once_take_a_yes_once,
    a_start_that_dies_changes_nothing,
    a_command_beside_the_program_changes_no_right,
    the_audit_sees_yeses_that_nobody_may_say_and_what_has_all_it_needs,
);

async fn with_quorum(mut books: Books, undo_window_s: u32) -> Books {
    books.kinds.insert("bill".to_owned(), Rules { quorum: 2, undo_window_s, ..Rules::default() });
    books.restart().await;
    books
}

async fn record(books: &Books, id: i64) -> Record {
    books.ledger.record(ItemId::new(id).unwrap()).await.unwrap().unwrap()
}

async fn yeses(books: &Books, id: i64) -> Vec<String> {
    record(books, id).await.portrait.yeses.into_iter().map(|(by, _)| by).collect()
}

fn have(receipt: &Arc<Receipt>) -> u32 {
    receipt.outcome.awaiting()[0].have
}

async fn said(books: &Books, person: i64, update: u32, ids: &[i64]) -> Arc<Receipt> {
    let mut request = approve_by(person, update, ids);
    request.caller.said_at = books.clock.now();
    books.ledger.apply(request).await.unwrap()
}

async fn restart_with(books: &mut Books, admins: &[i64]) {
    books.clock.advance(TimeDelta::seconds(1));
    books.admins = admins.iter().copied().collect();
    books.restart().await;
}

async fn a_yes_goes_with_admin_ids_and_does_not_come_back(books: Books) {
    let mut books = with_quorum(books, 0).await;
    books.announce = Announce::Places(vec![Place { chat: -1, topic: None, message: None }]);
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    assert_eq!(have(&said(&books, KIM, 1, &[1]).await), 1);
    let epoch = with_card(&books, 1).await;
    let before = record(&books, 1).await.portrait.item.version;
    restart_with(&mut books, &[LEE]).await;
    let gone = record(&books, 1).await;
    assert_eq!((gone.portrait.yeses.len(), gone.portrait.item.version), (0, before + 1));
    assert!(gone.marks[0].withdrawn_at.is_some() && gone.marks[0].lapsed, "nobody took it back: {gone:?}");
    let behind = books.ledger.cards_behind(books.clock.now(), epoch, 9).await.unwrap();
    assert_eq!(behind.len(), 1, "its card is told anew");
    assert_eq!(have(&said(&books, LEE, 2, &[1]).await), 1);
    assert_eq!(refusal(&said(&books, KIM, 3, &[1]).await), Refusal::MayNotDecide);
    restart_with(&mut books, &[LEE, KIM]).await;
    let version = record(&books, 1).await.portrait.item.version;
    assert_eq!((yeses(&books, 1).await, version), (vec!["tg:111".to_owned()], before + 2), "Lee's alone");
    assert_eq!(done(&said(&books, KIM, 4, &[1]).await), [1], "and may be said anew");
    books.close().await;
}

/// A message that shows the item as it is; gives the epoch under which it was noted.
async fn with_card(books: &Books, item: i64) -> i64 {
    let life = std::time::Duration::from_secs(600);
    let epoch = books.ledger.lease(lease::TELEGRAM, "me", life).await.unwrap().unwrap();
    let version = record(books, item).await.portrait.item.version;
    let shown = Shown {
        message: 7,
        items: vec![(ItemId::new(item).unwrap(), version)],
        is_detail: false,
        asks: None,
    };
    let place = Place { chat: -1, topic: None, message: Some(7) };
    books.ledger.card_brought(place, Brought::UpToDate(shown), epoch).await.unwrap();
    assert!(books.ledger.cards_behind(books.clock.now(), epoch, 9).await.unwrap().is_empty());
    epoch
}

fn refusal(receipt: &Arc<Receipt>) -> Refusal {
    let countersign::domain::outcome::Outcome::Refused { refusal } = &receipt.outcome else {
        panic!("{receipt:?}")
    };
    refusal.clone()
}

async fn nor_when_a_decision_it_stood_on_is_taken_back(books: Books) {
    let mut books = with_quorum(books, 3600).await;
    books.pending(&["rent"]).await;
    said(&books, KIM, 1, &[1]).await;
    assert_eq!(done(&said(&books, LEE, 2, &[1]).await), [1]);
    restart_with(&mut books, &[LEE]).await;
    assert_eq!(yeses(&books, 1).await.len(), 2, "what is decided stays decided");
    restart_with(&mut books, &[LEE, KIM]).await;
    let undo = Request { operation: Operation::Undo { receipt: None }, ..approve_by(LEE, 3, &[]) };
    assert_eq!(done(&books.ledger.apply(undo).await.unwrap()), [1]);
    let after = record(&books, 1).await;
    assert_eq!(after.portrait.yeses.len(), 0, "Kim's was another right");
    assert_eq!(after.marks.iter().map(|mark| mark.lapsed).collect::<Vec<_>>(), [true, false]);
    books.close().await;
}

async fn a_role_on_record_keeps_the_yes_where_it_may_decide(mut books: Books) {
    const SAM: i64 = 333;
    let owners = Deciders::only([Decider::Owner].into());
    books.kinds.insert("deploy".to_owned(), Rules { quorum: 2, roles: owners, ..Rules::default() });
    let mut books = with_quorum(books, 0).await;
    let add = countersign::domain::role::Change::Add(Role::Approver);
    books.ledger.apply(crate::support::books::appoint(LEE, 1, SAM, add)).await.unwrap();
    restart_with(&mut books, &[LEE, SAM]).await;
    books.pending(&["rent"]).await;
    let mut deploy = submit("deploy", &["v2"]);
    let Operation::Submit { items, .. } = &mut deploy.operation else { panic!() };
    *items = vec![countersign::domain::new_item::NewItem::new("deploy", "v2", None).unwrap()];
    books.ledger.apply(deploy).await.unwrap();
    said(&books, SAM, 2, &[1]).await;
    said(&books, SAM, 3, &[2]).await;
    restart_with(&mut books, &[LEE]).await;
    assert_eq!(yeses(&books, 1).await, ["tg:333"], "an approver's counts here");
    assert!(yeses(&books, 2).await.is_empty(), "and there only an owner's did");
    books.close().await;
}

fn client(name: &str) -> ClientName {
    ClientName::parse(name).unwrap()
}

async fn client_approves(books: &Books, header: &str, ids: &[i64]) -> Arc<Receipt> {
    let mut request = submit(header, &["x"]);
    request.key = IdempotencyKey::client(&client("backend"), header).unwrap();
    request.caller.actor = countersign::domain::caller::Actor::Client(client("backend"));
    request.operation = decide(ids);
    request.caller.token_may_decide = true;
    books.ledger.apply(request).await.unwrap()
}

async fn a_clients_yes_goes_with_its_right(books: Books) {
    let mut books = with_quorum(books, 3600).await;
    books.clients = Some([client("backend")].into());
    books.restart().await;
    books.pending(&["rent", "laptop"]).await;
    assert_eq!(have(&client_approves(&books, "c1", &[1]).await), 1);
    client_approves(&books, "c2", &[2]).await;
    let decided = said(&books, LEE, 1, &[2]).await;
    assert_eq!(done(&decided), [2]);
    books.restart().await;
    assert_eq!(yeses(&books, 1).await, ["api:backend"], "the same settings take nothing");
    books.clients = Some([client("shop")].into());
    books.clock.advance(TimeDelta::seconds(1));
    books.restart().await;
    assert!(yeses(&books, 1).await.is_empty() && record(&books, 1).await.marks[0].lapsed);
    assert_eq!(have(&said(&books, LEE, 2, &[1]).await), 1, "Lee's alone counts");
    books.clients = Some([client("backend")].into());
    books.clock.advance(TimeDelta::seconds(1));
    books.restart().await;
    assert_eq!(yeses(&books, 1).await, ["tg:111"]);
    let undo = Operation::Undo { receipt: Some(decided.number) };
    let undone = books.ledger.apply(Request { operation: undo, ..approve_by(LEE, 3, &[]) }).await.unwrap();
    assert_eq!(done(&undone), [2]);
    assert!(yeses(&books, 2).await.is_empty(), "nor does it come back with what is taken back");
    assert_eq!(done(&client_approves(&books, "c3", &[1]).await), [1], "it may be said anew");
    books.close().await;
}

/// Instances are started one after another with new settings, while the old ones still run.
async fn the_last_start_says_who_may(mut books: Books) {
    books = with_quorum(books, 0).await;
    books.pending(&["rent", "laptop"]).await;
    let old = books.instance().await;
    said(&books, KIM, 1, &[1]).await;
    books.admins = [LEE].into();
    let new = books.instance().await;
    assert_eq!(new.portraits(&[ItemId::new(1).unwrap()]).await.unwrap()[0].yeses.len(), 0);
    // Through an instance that still has the old settings Kim gets no further: there is one answer to who may.
    let late = old.apply(approve_by(KIM, 2, &[1])).await.unwrap();
    assert_eq!(refusal(&late), Refusal::MayNotDecide);
    assert_eq!(have(&old.apply(approve_by(LEE, 3, &[1])).await.unwrap()), 1);
    // One that dies meanwhile and comes back with the old settings gives the right back, and no yes.
    books.admins = [LEE, KIM].into();
    books.restart().await;
    assert_eq!(yeses(&books, 1).await, ["tg:111"]);
    said(&books, KIM, 4, &[2]).await;
    books.admins = [LEE].into();
    books.restart().await;
    assert!(yeses(&books, 2).await.is_empty());
    old.close().await;
    new.close().await;
    books.close().await;
}

async fn many_starts_at_once_take_a_yes_once(books: Books) {
    let mut books = with_quorum(books, 0).await;
    books.pending(&["rent"]).await;
    said(&books, KIM, 1, &[1]).await;
    let version = record(&books, 1).await.portrait.item.version;
    books.admins = [LEE].into();
    let started = futures_util::future::join_all((0..4).map(|_| books.instance())).await;
    assert_eq!(record(&books, 1).await.portrait.item.version, version + 1);
    for instance in started {
        instance.close().await;
    }
    books.close().await;
}

async fn a_start_that_dies_changes_nothing(books: Books) {
    let mut books = with_quorum(books, 0).await;
    books.pending(&["rent"]).await;
    said(&books, KIM, 1, &[1]).await;
    books.admins = [LEE].into();
    books.points.arm("rights.written", Act::Fail);
    let died = books.try_instance().await;
    assert!(died.is_err_and(|error| error.passes()), "it is tried again");
    assert_eq!(yeses(&books, 1).await, ["tg:222"]);
    assert_eq!(books.ledger.role_of(KIM).await.unwrap(), Some(Role::Owner));
    books.restart().await;
    assert!(yeses(&books, 1).await.is_empty());
    books.close().await;
}

async fn a_command_beside_the_program_changes_no_right(books: Books) {
    let mut books = with_quorum(books, 0).await;
    books.pending(&["rent"]).await;
    said(&books, KIM, 1, &[1]).await;
    let admins = std::mem::take(&mut books.admins);
    let beside = books.beside().await;
    assert_eq!(yeses(&books, 1).await, ["tg:222"]);
    assert_eq!(beside.role_of(KIM).await.unwrap(), Some(Role::Owner));
    beside.close().await;
    books.admins = admins;
    books.close().await;
}

async fn the_audit_sees_yeses_that_nobody_may_say_and_what_has_all_it_needs(books: Books) {
    let books = with_quorum(books, 0).await;
    books.pending(&["rent", "laptop"]).await;
    said(&books, KIM, 1, &[1]).await;
    said(&books, KIM, 2, &[2]).await;
    said(&books, LEE, 3, &[2]).await;
    let hand = books.address.open_writer().await.unwrap();
    let undecide = "UPDATE pending_items SET state = 'pending', decided_at = NULL, final_at = NULL, released_at = NULL, logged = FALSE WHERE id = 2";
    hand.execute_unprepared(undecide).await.unwrap();
    hand.execute_unprepared("UPDATE people SET listed_since = NULL WHERE id = 222").await.unwrap();
    let found = books.ledger.audit().await.unwrap();
    assert!(found.contains(&"item #1 has a yes of tg:222, who may not decide it".to_owned()), "{found:?}");
    hand.execute_unprepared("UPDATE people SET listed_since = known_since WHERE id = 222").await.unwrap();
    let found = books.ledger.audit().await.unwrap();
    assert!(found.contains(&"item #2 waits, and has all 2 yeses that it needs".to_owned()), "{found:?}");
    hand.close().await.unwrap();
    books.ledger.close().await;
}
