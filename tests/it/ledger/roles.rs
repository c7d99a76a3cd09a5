//! Who may: roles are given and taken under the guard, and count from the moment they are given.

mod races;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::caller::Profile;
use countersign::domain::ids::ItemId;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::{Kept, Outcome, Refusal, SkipReason};
use countersign::domain::receipt::{Receipt, Standing};
use countersign::domain::record::Record;
use countersign::domain::role::{Change, Decider, Deciders, Role};
use countersign::domain::rules::Rules;
use countersign::limits::ROSTER_MAX;
use sea_orm::ConnectionTrait;

use super::on_each_database;
use crate::support::books::{Books, KIM, LEE, appoint, approve_by, decide, done, noon, submit};

on_each_database!(
    a_role_is_given_changed_and_taken_once,
    a_right_counts_from_the_moment_it_is_given,
    whoever_is_raised_or_lowered_may_decide_all_the_while,
    only_owners_say_who_may,
    somebody_is_always_left_who_says_who_may,
    the_yes_of_somebody_removed_never_comes_back,
    nor_when_a_decision_it_stood_on_is_taken_back,
    kinds_that_only_some_roles_decide,
    no_more_than_the_books_can_read_at_once,
    the_audit_sees_roles_and_votes_that_nobody_gave,
);

const SAM: i64 = 333;

fn at(request: Request, said_at: DateTime<Utc>) -> Request {
    let mut request = request;
    request.caller.said_at = said_at;
    request
}

/// What became of the role: before, after, and why it stayed as it was.
fn became(receipt: &Arc<Receipt>) -> (Option<Role>, Option<Role>, Option<Kept>) {
    let Outcome::Appointed { before, after, kept, .. } = receipt.outcome else { panic!("{receipt:?}") };
    (before, after, kept)
}

fn lapsed(receipt: &Arc<Receipt>) -> u64 {
    let Outcome::Appointed { lapsed, .. } = receipt.outcome else { panic!("{receipt:?}") };
    lapsed
}

fn refusal(receipt: &Arc<Receipt>) -> Refusal {
    let Outcome::Refused { refusal } = &receipt.outcome else { panic!("{receipt:?}") };
    refusal.clone()
}

fn have(receipt: &Arc<Receipt>) -> u32 {
    receipt.outcome.awaiting()[0].have
}

async fn with_quorum(mut books: Books, titles: &[&str]) -> Books {
    books.kinds.insert("bill".to_owned(), Rules { quorum: 2, ..Rules::default() });
    books.restart().await;
    if !titles.is_empty() {
        books.pending(titles).await;
    }
    books
}

async fn a_role_is_given_changed_and_taken_once(books: Books) {
    let (viewer, approver) = (Some(Role::Viewer), Some(Role::Approver));
    let add = || {
        let profile = Profile { name: "Sam".to_owned(), username: Some("sam".to_owned()), language: None };
        let change = Change::Add(Role::Viewer);
        let operation = Operation::Appoint { person: SAM, profile: Some(profile), change };
        Request { operation, ..approve_by(LEE, 1, &[]) }
    };
    assert!(!books.ledger.knows(SAM));
    let first = books.ledger.apply(add()).await.unwrap();
    assert_eq!(became(&first), (None, viewer, None));
    assert_eq!((books.ledger.role_of(SAM).await.unwrap(), books.ledger.known_role(SAM)), (viewer, viewer));
    assert_eq!(first.names["tg:333"], "@sam", "as the forwarded message tells");
    assert_eq!(books.ledger.apply(add()).await.unwrap().standing, Standing::Repeat);

    let again = books.ledger.apply(appoint(LEE, 2, SAM, Change::Add(Role::Viewer))).await.unwrap();
    assert_eq!(became(&again), (viewer, viewer, Some(Kept::HasIt)));
    let another = books.ledger.apply(appoint(LEE, 3, SAM, Change::Add(Role::Owner))).await.unwrap();
    assert_eq!(became(&another), (viewer, viewer, Some(Kept::HasAnother)));
    let raised = books.ledger.apply(appoint(LEE, 4, SAM, Change::Role(Role::Approver))).await.unwrap();
    assert_eq!(became(&raised), (viewer, approver, None));
    let repeat = books.ledger.apply(add()).await.unwrap();
    assert_eq!((became(&repeat), repeat.role), ((None, viewer, None), approver), "and what it is now");
    let removed = books.ledger.apply(appoint(KIM, 5, SAM, Change::Remove)).await.unwrap();
    assert_eq!(became(&removed), (approver, None, None));
    assert_eq!((books.ledger.role_of(SAM).await.unwrap(), books.ledger.knows(SAM)), (None, true));
    for (update, change) in [(6, Change::Remove), (7, Change::Role(Role::Owner))] {
        let none = books.ledger.apply(appoint(LEE, update, SAM, change)).await.unwrap();
        assert_eq!(became(&none), (None, None, Some(Kept::HasNone)));
    }
    for (update, change) in
        [(8, Change::Remove), (9, Change::Role(Role::Viewer)), (10, Change::Add(Role::Viewer))]
    {
        let listed = books.ledger.apply(appoint(LEE, update, KIM, change)).await.unwrap();
        assert_eq!(became(&listed), (Some(Role::Owner), Some(Role::Owner), Some(Kept::Listed)));
    }
    books.close().await;
}

async fn a_right_counts_from_the_moment_it_is_given(books: Books) {
    books.pending(&["rent", "laptop", "travel"]).await;
    let second = TimeDelta::seconds(1);
    // Within the second 12:04:00 of Telegram's clock: what was said in it may have been said before.
    books.clock.advance(TimeDelta::milliseconds(300));
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    let early = books.ledger.apply(at(approve_by(SAM, 2, &[1]), noon())).await.unwrap();
    assert_eq!(refusal(&early), Refusal::GivenSince);
    let repeat = books.ledger.apply(at(approve_by(SAM, 2, &[1]), noon())).await.unwrap();
    assert_eq!((refusal(&repeat), &repeat.standing), (Refusal::GivenSince, &Standing::Repeat));
    let next = books.ledger.apply(at(approve_by(SAM, 3, &[1]), noon() + second)).await.unwrap();
    assert_eq!(done(&next), [1]);
    // Given in the very moment at which a second begins, it counts in that second.
    books.clock.advance(TimeDelta::milliseconds(700));
    books.ledger.apply(appoint(LEE, 4, 444, Change::Add(Role::Approver))).await.unwrap();
    assert_eq!(done(&books.ledger.apply(at(approve_by(444, 5, &[2]), noon() + second)).await.unwrap()), [2]);
    // Taken and given again, it counts anew.
    books.ledger.apply(appoint(LEE, 6, SAM, Change::Remove)).await.unwrap();
    let without = books.ledger.apply(at(approve_by(SAM, 7, &[3]), noon() + second)).await.unwrap();
    assert_eq!(refusal(&without), Refusal::MayNotDecide);
    books.clock.advance(second);
    books.ledger.apply(appoint(LEE, 8, SAM, Change::Add(Role::Owner))).await.unwrap();
    let before = books.ledger.apply(at(approve_by(SAM, 9, &[3]), noon() + second)).await.unwrap();
    assert_eq!(refusal(&before), Refusal::GivenSince);
    let owners = at(appoint(SAM, 10, 555, Change::Add(Role::Viewer)), noon() + second);
    assert_eq!(refusal(&books.ledger.apply(owners).await.unwrap()), Refusal::GivenSince);
    // Those of ADMIN_IDS are owners since ever.
    let ever = at(approve_by(LEE, 11, &[3]), noon() - TimeDelta::days(3));
    assert_eq!(done(&books.ledger.apply(ever).await.unwrap()), [3]);
    books.close().await;
}

async fn whoever_is_raised_or_lowered_may_decide_all_the_while(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    books.clock.advance(TimeDelta::minutes(1));
    books.ledger.apply(appoint(LEE, 2, SAM, Change::Role(Role::Owner))).await.unwrap();
    // A press counts as made 150 s ago: as an approver's.
    assert_eq!(done(&books.ledger.apply(at(approve_by(SAM, 3, &[1]), noon())).await.unwrap()), [1]);
    let owners = at(appoint(SAM, 4, 444, Change::Add(Role::Viewer)), noon());
    assert_eq!(refusal(&books.ledger.apply(owners).await.unwrap()), Refusal::GivenSince);
    books.ledger.apply(appoint(LEE, 5, SAM, Change::Role(Role::Approver))).await.unwrap();
    assert_eq!(done(&books.ledger.apply(at(approve_by(SAM, 6, &[2]), noon())).await.unwrap()), [2]);
    // A viewer's right to read is none to decide.
    books.ledger.apply(appoint(LEE, 7, SAM, Change::Role(Role::Viewer))).await.unwrap();
    let viewer = at(approve_by(SAM, 8, &[2]), books.clock.now());
    assert_eq!(refusal(&books.ledger.apply(viewer).await.unwrap()), Refusal::ViewersRead);
    books.ledger.apply(appoint(LEE, 9, SAM, Change::Role(Role::Approver))).await.unwrap();
    let early = books.ledger.apply(at(approve_by(SAM, 10, &[2]), noon())).await.unwrap();
    assert_eq!(refusal(&early), Refusal::GivenSince);
    books.close().await;
}

async fn only_owners_say_who_may(books: Books) {
    for (update, role) in [(1, Role::Viewer), (2, Role::Approver)] {
        let person = i64::from(update) * 1000;
        books.ledger.apply(appoint(LEE, update, person, Change::Add(role))).await.unwrap();
        let tried = books.ledger.apply(appoint(person, update + 10, 444, Change::Add(Role::Owner))).await;
        assert_eq!(refusal(&tried.unwrap()), Refusal::OwnersOnly);
    }
    let stranger = books.ledger.apply(appoint(SAM, 20, SAM, Change::Add(Role::Owner))).await.unwrap();
    assert_eq!(refusal(&stranger), Refusal::OwnersOnly);
    assert_eq!(books.ledger.roster().await.unwrap().owners(), [LEE, KIM]);
    books.close().await;
}

async fn somebody_is_always_left_who_says_who_may(mut books: Books) {
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Owner))).await.unwrap();
    books.admins.clear();
    books.restart().await;
    for (update, change) in [(2, Change::Remove), (3, Change::Role(Role::Approver))] {
        let last = books.ledger.apply(appoint(SAM, update, SAM, change)).await.unwrap();
        assert_eq!(became(&last).2, Some(Kept::LastOwner));
    }
    books.ledger.apply(appoint(SAM, 4, 444, Change::Add(Role::Owner))).await.unwrap();
    let gone = books.ledger.apply(appoint(SAM, 5, SAM, Change::Remove)).await.unwrap();
    assert_eq!(became(&gone), (Some(Role::Owner), None, None), "another is left");
    books.close().await;
}

async fn the_yes_of_somebody_removed_never_comes_back(books: Books) {
    let books = with_quorum(books, &["rent", "laptop", "travel"]).await;
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    books.ledger.apply(approve_by(SAM, 2, &[1, 2])).await.unwrap();
    assert_eq!(done(&books.ledger.apply(approve_by(KIM, 3, &[2])).await.unwrap()), [2]);
    // What is decided stays so; of what waits the yes is withdrawn, and its card is told anew.
    let removed = books.ledger.apply(appoint(LEE, 4, SAM, Change::Role(Role::Viewer))).await.unwrap();
    assert_eq!(lapsed(&removed), 1);
    let (waiting, decided) = (record(&books, 1).await, record(&books, 2).await);
    assert_eq!((waiting.portrait.yeses.len(), waiting.portrait.item.version), (0, 3));
    assert!(waiting.marks[0].withdrawn_at.is_some(), "{waiting:?}");
    assert_eq!(decided.portrait.yeses.len(), 2, "a decision stands on those that counted then");
    books.ledger.apply(appoint(LEE, 5, SAM, Change::Role(Role::Approver))).await.unwrap();
    assert_eq!(have(&books.ledger.apply(approve_by(KIM, 6, &[1])).await.unwrap()), 1);
    let anew = books.ledger.apply(approve_by(SAM, 7, &[1])).await.unwrap();
    assert_eq!(done(&anew), [1], "and may be said anew");
    books.close().await;
}

async fn nor_when_a_decision_it_stood_on_is_taken_back(mut books: Books) {
    books.undo_window_s = 3600;
    let rules = Rules { quorum: 2, undo_window_s: 3600, ..Rules::default() };
    books.kinds.insert("bill".to_owned(), rules);
    books.restart().await;
    books.pending(&["rent"]).await;
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    books.ledger.apply(approve_by(SAM, 2, &[1])).await.unwrap();
    assert_eq!(done(&books.ledger.apply(approve_by(KIM, 3, &[1])).await.unwrap()), [1]);
    books.clock.advance(TimeDelta::seconds(1));
    books.ledger.apply(appoint(LEE, 4, SAM, Change::Remove)).await.unwrap();
    books.ledger.apply(appoint(LEE, 5, SAM, Change::Add(Role::Approver))).await.unwrap();
    assert_eq!(record(&books, 1).await.portrait.yeses.len(), 2, "what is decided stays decided");
    let undo = Request { operation: Operation::Undo { receipt: None }, ..approve_by(KIM, 6, &[]) };
    assert_eq!(done(&books.ledger.apply(undo).await.unwrap()), [1]);
    assert_eq!(
        record(&books, 1).await.portrait.yeses.len(),
        0,
        "Kim's is taken back, and Sam's was another right"
    );
    assert_eq!(have(&books.ledger.apply(approve_by(KIM, 7, &[1])).await.unwrap()), 1);
    let anew = at(approve_by(SAM, 8, &[1]), books.clock.now());
    assert_eq!(done(&books.ledger.apply(anew).await.unwrap()), [1]);
    books.close().await;
}

async fn record(books: &Books, id: i64) -> Record {
    books.ledger.record(ItemId::new(id).unwrap()).await.unwrap().unwrap()
}

async fn no_more_than_the_books_can_read_at_once(books: Books) {
    for n in 0..u32::try_from(ROSTER_MAX).unwrap() {
        let add = appoint(LEE, n + 1, 1000 + i64::from(n), Change::Add(Role::Viewer));
        assert_eq!(became(&books.ledger.apply(add).await.unwrap()).2, None);
    }
    let full = books.ledger.apply(appoint(LEE, 900, SAM, Change::Add(Role::Viewer))).await.unwrap();
    assert_eq!(became(&full).2, Some(Kept::Full { limit: ROSTER_MAX }));
    books.close().await;
}

async fn the_audit_sees_roles_and_votes_that_nobody_gave(books: Books) {
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    books.ledger.apply(approve_by(SAM, 2, &[1])).await.unwrap();
    books.ledger.apply(appoint(LEE, 3, SAM, Change::Remove)).await.unwrap();
    assert_eq!(books.ledger.audit().await.unwrap(), [""; 0], "who might decide then is removed since");
    let hand = books.address.open_writer().await.unwrap();
    let give = "UPDATE people SET role = 'owner', role_since = known_since, decides_since = known_since WHERE id = 333";
    hand.execute_unprepared(give).await.unwrap();
    books.ledger.apply(approve_by(SAM, 4, &[2])).await.unwrap();
    books.ledger.apply(appoint(SAM, 5, 444, Change::Add(Role::Viewer))).await.unwrap();
    assert_eq!(
        books.ledger.audit().await.unwrap(),
        [
            "R5 (tg:1:4) has a vote of 333 on item #2, who might not decide it",
            "R6 (tg:1:5) changed a role for 333, who was no owner",
            "person 333 has owner, and R4 says none",
        ]
    );
    hand.close().await.unwrap();
    books.ledger.close().await;
}

async fn kinds_that_only_some_roles_decide(mut books: Books) {
    let owners = Deciders::only([Decider::Owner].into());
    books.kinds.insert("bill".to_owned(), Rules { roles: owners.clone(), quorum: 2, ..Rules::default() });
    books.restart().await;
    books.pending(&["rent"]).await;
    books.ledger.apply(appoint(LEE, 1, SAM, Change::Add(Role::Approver))).await.unwrap();
    let skips = |receipt: &Arc<Receipt>| receipt.outcome.skipped()[0].reason.clone();
    let not_one = SkipReason::Roles { roles: owners };
    assert_eq!(skips(&books.ledger.apply(approve_by(SAM, 2, &[1])).await.unwrap()), not_one);
    let mut client = submit("decide", &["rent"]);
    client.operation = decide(&[1]);
    client.caller.token_may_decide = true;
    assert_eq!(skips(&books.ledger.apply(client).await.unwrap()), not_one);
    books.ledger.apply(appoint(LEE, 3, SAM, Change::Role(Role::Owner))).await.unwrap();
    assert_eq!(have(&books.ledger.apply(approve_by(SAM, 4, &[1])).await.unwrap()), 1);
    // An approver again, whose yes as an owner counts no more.
    let lowered = books.ledger.apply(appoint(LEE, 5, SAM, Change::Role(Role::Approver))).await.unwrap();
    assert_eq!(lapsed(&lowered), 1);
    assert_eq!(have(&books.ledger.apply(approve_by(LEE, 6, &[1])).await.unwrap()), 1);
    assert_eq!(done(&books.ledger.apply(approve_by(KIM, 7, &[1])).await.unwrap()), [1]);
    books.close().await;
}
