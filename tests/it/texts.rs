//! Receipts, lists and times in words.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::caller::Actor;
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Item, ItemState};
use countersign::domain::key::IdempotencyKey;
use countersign::domain::operation::{Answered, Decision};
use countersign::domain::outcome::{Awaiting, Outcome, Refusal, Skip, SkipReason};
use countersign::domain::receipt::{Receipt, Standing};
use countersign::domain::rules::Rules;
use countersign::domain::zone::Zone;
use countersign::text::{PendingView, Seen, Words};

use crate::support::books::noon;

fn item(id: i64, title: &str) -> Item {
    Item {
        id: ItemId::stored(id),
        kind: "invoice".to_owned(),
        title: title.to_owned(),
        detail: None,
        payload: None,
        external_id: None,
        callback: None,
        client: "shop".to_owned(),
        content_hash: String::new(),
        rules: Rules::default(),
        state: ItemState::Approved,
        version: 2,
        round: 1,
        created_at: noon() - TimeDelta::hours(2),
        expires_at: None,
        decided_at: Some(noon()),
        released_at: Some(noon()),
        issue: None,
        note: None,
    }
}

fn receipt(standing: Standing, outcome: Outcome) -> Receipt {
    let items = [(1, "rent"), (2, "laptop"), (3, "travel")];
    Receipt {
        standing,
        key: IdempotencyKey::telegram(1, 1),
        scope_hash: String::new(),
        number: 42,
        actor: "tg:8".to_owned(),
        outcome,
        confirmed: None,
        answered: Answered::Rode,
        at: noon(),
        items: items.into_iter().map(|(id, title)| (ItemId::stored(id), item(id, title))).collect(),
        names: BTreeMap::from([("tg:7".to_owned(), "@lee".to_owned())]),
        role: None,
    }
}

fn approved(done: &[i64], skipped: Vec<Skip>) -> Outcome {
    let done = done.iter().copied().map(ItemId::stored).collect();
    let (awaiting, reason, label) = (Vec::new(), None, None);
    Outcome::Decided { decision: Decision::Approve, done, awaiting, skipped, reason, label }
}

fn skip(id: i64, reason: SkipReason) -> Skip {
    Skip { id: ItemId::stored(id), reason }
}

fn already(by: &str) -> SkipReason {
    let at = Some(noon() - TimeDelta::minutes(2));
    SkipReason::Already { state: ItemState::Approved, by: Some(by.to_owned()), at }
}

fn words() -> Words {
    Words::new(Zone::UTC)
}

fn told(receipt: &Receipt, titles: bool, now: DateTime<Utc>) -> String {
    let viewer = Actor::Person(8);
    words().receipt(receipt, Seen { now, titles, viewer: Some(&viewer) }).to_string()
}

#[test]
fn a_first_delivery() {
    let all = receipt(Standing::New, approved(&[1, 2, 3], vec![]));
    assert_eq!(told(&all, true, noon()), "Approved 3: #1 rent, #2 laptop, #3 travel.\nReceipt R42");
    assert_eq!(
        told(&all, false, noon()),
        "Approved 3: #1, #2, #3.\nReceipt R42\nFor titles, ask me in private."
    );
    let skipped = vec![
        skip(3, already("tg:7")),
        skip(9, SkipReason::NotFound),
        skip(10, SkipReason::NotFound),
        skip(11, already("tg:8")),
        skip(12, already("api:shop")),
    ];
    assert_eq!(
        told(&receipt(Standing::New, approved(&[1], skipped)), true, noon()),
        "Approved 1: #1 rent.\n#3 was already approved by @lee 2 min ago.\nThere are no #9, #10.\n\
         #11 was already approved by you 2 min ago.\n#12 was already approved by the client shop 2 min ago.\n\
         Receipt R42"
    );
    let none = receipt(Standing::New, approved(&[], vec![skip(7, SkipReason::NotFound)]));
    assert_eq!(told(&none, true, noon()), "Nothing approved.\nThere is no #7.");
}

#[test]
fn a_vote_that_waits_for_others() {
    let Outcome::Decided { decision, done, skipped, reason, label, .. } = approved(&[1], vec![]) else {
        panic!()
    };
    let awaiting = vec![Awaiting { id: ItemId::stored(2), have: 1, need: 2 }];
    let both = Outcome::Decided { decision, done, awaiting: awaiting.clone(), skipped, reason, label };
    let mut first = receipt(Standing::New, both);
    first.items.get_mut(&ItemId::stored(2)).unwrap().state = ItemState::Pending;
    assert_eq!(
        told(&first, true, noon()),
        "Approved 1: #1 rent.\nYour approval counts: #2 laptop (1 of 2). Others must approve too.\n\
         Receipt R42"
    );
    let alone =
        Outcome::Decided { decision, done: vec![], awaiting, skipped: vec![], reason: None, label: None };
    let mut again = receipt(Standing::Repeat, alone);
    again.items.get_mut(&ItemId::stored(2)).unwrap().state = ItemState::Approved;
    assert_eq!(
        told(&again, true, noon()),
        "Already applied at 12:04 UTC (duplicate delivery): your approval counts: #2 laptop (1 of 2).\n\
         Since then: #2 is approved."
    );
}

#[test]
fn what_a_rule_keeps_from_happening() {
    let skipped = vec![
        skip(4, SkipReason::Forbidden),
        skip(5, SkipReason::OwnItem),
        skip(6, SkipReason::NotInBulk),
        skip(7, SkipReason::ReasonRequired),
        skip(8, SkipReason::ReasonRequired),
        skip(9, SkipReason::AlreadyVoted { have: 1, need: 2, receipt: Some(41) }),
        skip(10, SkipReason::AlreadyVoted { have: 1, need: 2, receipt: None }),
    ];
    assert_eq!(
        told(&receipt(Standing::New, approved(&[], skipped)), true, noon()),
        "Nothing approved.\n\
         #4: the policy forbids this for its kind (forbidden).\n\
         #5: whoever submitted it may not decide it; ask a colleague (allow_self).\n\
         #6: items of this kind are decided one by one; send one number per command (bulk).\n\
         #7, #8: a no needs a reason here; send /reject 7,8 REASON (reason_required).\n\
         #9: your vote counts already, 1 of 2; ask a colleague, or take yours back with /undo R41 (quorum).\n\
         #10: your vote counts already, 1 of 2; ask a colleague (quorum).\n\
         Receipt R42"
    );
    let kind = Outcome::Refused { refusal: Refusal::Forbidden { kind: "invoice.suggest_change".to_owned() } };
    assert_eq!(
        told(&receipt(Standing::New, kind), true, noon()),
        "Nothing was done: the policy forbids this for items of the kind invoice.suggest_change (forbidden)."
    );
}

#[test]
fn a_repeat() {
    let again = receipt(Standing::Repeat, approved(&[1, 2, 3], vec![]));
    assert_eq!(
        told(&again, true, noon()),
        "Already applied at 12:04 UTC (duplicate delivery): approved 3: #1 rent, #2 laptop, #3 travel.\n\
         Receipt R42"
    );
    let tomorrow = told(&again, true, noon() + TimeDelta::days(1));
    assert!(
        tomorrow.starts_with("Already applied at 1 Mar 2026 12:04 UTC (duplicate delivery)"),
        "{tomorrow}"
    );
    let mut undone = again;
    undone.items.get_mut(&ItemId::stored(2)).unwrap().state = ItemState::Pending;
    assert!(told(&undone, true, noon()).ends_with("\nSince then undone: #2, pending again.\nReceipt R42"));
    let none = receipt(Standing::Repeat, approved(&[], vec![skip(7, SkipReason::NotFound)]));
    assert_eq!(
        told(&none, true, noon()),
        "Already answered at 12:04 UTC (duplicate delivery): nothing approved.\nThere is no #7."
    );
}

#[test]
fn reused_and_refused() {
    let reused = receipt(Standing::Reused { differs: vec!["text".to_owned()] }, approved(&[1], vec![]));
    assert_eq!(
        told(&reused, true, noon()),
        "Not applied: this delivery's number was used before for something else (R42, 12:04 UTC); what differs: the text. \
         Send the command again."
    );
    let refused = |refusal| told(&receipt(Standing::New, Outcome::Refused { refusal }), true, noon());
    assert_eq!(
        refused(Refusal::MayNotDecide),
        "Nothing was done: you may not decide. An owner can add you with /admins add 8."
    );
    assert_eq!(
        refused(Refusal::OverBulkLimit { asked: 120, limit: 100 }),
        "Nothing was done: 120 items were named, at most 100 are allowed in one command. Send them in parts."
    );
}

#[test]
fn a_long_answer_still_says_exactly_what_was_done() {
    let long = "a very long title ".repeat(11);
    let ids: Vec<i64> = (1..=500).collect();
    let mut receipt = receipt(Standing::New, approved(&ids, vec![]));
    receipt.items = ids.iter().map(|id| (ItemId::stored(*id), item(*id, &long))).collect();
    let told = told(&receipt, true, noon());
    assert_eq!(told, "Approved 500: #1–500.\nReceipt R42");
}

#[test]
fn the_queue() {
    let items = [item(1, "rent"), item(2, "laptop")];
    let page = words().pending(
        &PendingView {
            items: &items,
            total: 2,
            more: false,
            page: 1,
            goes_on: false,
            words: &[],
            may_decide: true,
        },
        noon(),
    );
    assert_eq!(
        page.as_str(),
        "2 pending:\n#1 invoice: rent (2 h)\n#2 invoice: laptop (2 h)\nDecide with /approve 1,2 or /reject 1,2 REASON"
    );
    let part = words().pending(
        &PendingView {
            items: &items,
            total: 25,
            more: false,
            page: 1,
            goes_on: true,
            words: &[],
            may_decide: true,
        },
        noon(),
    );
    assert!(part.as_str().starts_with("25 pending, 1–2 of them:\n"));
    assert_eq!(
        words()
            .pending(
                &PendingView {
                    items: &[],
                    total: 0,
                    more: false,
                    page: 1,
                    goes_on: false,
                    words: &[],
                    may_decide: true
                },
                noon()
            )
            .as_str(),
        "Nothing is pending."
    );
}

#[test]
fn a_time_is_always_told_with_its_zones_name() {
    let told = |zone: &str| {
        let repeat = receipt(Standing::Repeat, approved(&[1], Vec::new()));
        let seen = Seen { now: noon(), titles: true, viewer: None };
        Words::new(Zone::named(zone).unwrap()).receipt(&repeat, seen).to_string()
    };
    assert!(told("Europe/Berlin").contains("13:04 CET"));
    assert!(told("America/Sao_Paulo").contains("09:04 America/Sao_Paulo"));
}
