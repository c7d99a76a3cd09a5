//! Much in one message: every item is named or counted, and what stands last is not cut off.

use chrono::TimeDelta;
use countersign::domain::ask::{Since, Whose};
use countersign::domain::caller::Actor;
use countersign::domain::ids::ItemId;
use countersign::domain::item::ItemState;
use countersign::domain::language::Language;
use countersign::domain::operation::Decision;
use countersign::domain::outcome::{Outcome, Skip, SkipReason};
use countersign::domain::reason::Reason;
use countersign::domain::receipt::Standing;
use countersign::domain::record::{Entry, Mark, Record};
use countersign::limits::{HISTORY_LINES, LISTED_ITEMS_MAX, MESSAGE_UNITS_MAX};
use countersign::text::{HistoryView, Seen};

use super::samples::Size;
use super::words;
use crate::support::books::noon;

fn decided(done: Vec<ItemId>, skipped: Vec<Skip>, reason: Option<&str>) -> Outcome {
    let reason = reason.map(|reason| Reason::stored(reason.to_owned()));
    Outcome::Decided { decision: Decision::Reject, done, awaiting: Vec::new(), skipped, reason, label: None }
}

fn ids(ids: impl IntoIterator<Item = i64>) -> Vec<ItemId> {
    ids.into_iter().map(ItemId::stored).collect()
}

/// A person with a long name rejects all of a long list, with a long reason.
#[test]
fn a_list_names_each_of_its_items() {
    let most = i64::try_from(LISTED_ITEMS_MAX).unwrap();
    for (size, state) in [Size::Usual, Size::Longest].into_iter().flat_map(|size| {
        [ItemState::Pending, ItemState::Rejected, ItemState::Approved].map(|state| (size, state))
    }) {
        let portrait = |n| {
            let mut portrait = size.portrait(n, state);
            if size == Size::Usual {
                portrait.item.title = format!("{n:060}");
                portrait.name =
                    Some("A. Rather Long-Name, Head of Purchasing and of Much Else Besides".to_owned());
                portrait.reason = portrait.reason.map(|_| Reason::stored("r".repeat(60)));
            }
            portrait
        };
        let portraits: Vec<_> = (1..=most).map(portrait).collect();
        for words in Language::ALL.map(words) {
            let list = words.list(&portraits, noon() + TimeDelta::days(3));
            let lines: Vec<&str> = list.as_str().lines().collect();
            let open = usize::from(state == ItemState::Pending);
            assert_eq!(lines.len(), LISTED_ITEMS_MAX + 1 + open, "{list}");
            for (line, portrait) in lines[1..].iter().zip(&portraits) {
                assert!(line.starts_with(&format!("{} ", portrait.item.id)), "{line}");
            }
            assert!(
                list.as_str().encode_utf16().count() <= MESSAGE_UNITS_MAX && !list.as_str().ends_with('…')
            );
        }
    }
}

#[test]
fn a_list_tells_who_decided_and_leaves_the_reason_to_the_card() {
    let list = words(Language::English).list(&[Size::Usual.portrait(1, ItemState::Rejected)], noon());
    assert!(list.as_str().ends_with("rent – Rejected by @lee, 12:04 UTC"), "{list}");
}

/// An item with the longest title and detail, rejected with a long reason, and undone so often before.
fn record(undone: i64, earlier: u64) -> String {
    let long = |count| "😀".repeat(count);
    let mut portrait = Size::Usual.portrait(1, ItemState::Rejected);
    portrait.item.title = long(200);
    portrait.item.detail = Some(long(2000));
    portrait.reason = Some(Reason::stored(long(300)));
    let mark = |n: i64| Mark {
        by: "tg:7".to_owned(),
        name: Some("@lee".to_owned()),
        decision: Decision::Reject.code().to_owned(),
        reason: Some(long(300)),
        at: noon(),
        withdrawn_at: (n <= undone).then(noon),
        lapsed: false,
        number: Some(n),
    };
    let record =
        Record { portrait, marks: (1..=undone + 1).map(mark).collect(), earlier, waits_for: Vec::new() };
    let told = words(Language::English).record(&record, noon()).0.to_string();
    assert!(told.encode_utf16().count() <= MESSAGE_UNITS_MAX, "{told}");
    told
}

#[test]
fn an_items_history_is_told_however_long_the_item_is() {
    let told = record(0, 0);
    assert!(told.contains(" characters more: press Details\n"), "the detail gives way: {told}");
    assert!(told.contains("\nSubmitted ") && told.ends_with("😀 (R1)"), "{told}");
    assert!(!told.contains("earlier"), "{told}");
}

#[test]
fn what_has_no_room_in_an_items_history_is_counted() {
    let told = record(12, 0);
    let shown = told.lines().filter(|line| line.contains(" @lee rejected: ")).count();
    assert!(shown >= 3 && told.ends_with("😀 (R13)"), "the newest stay: {told}");
    assert!(told.contains(&format!("\n{} earlier entries: /export\n", 13 - shown)), "{told}");
    assert!(told.contains("taken back 12:04 UTC"), "{told}");
    let told = record(0, 40);
    assert!(told.contains("\n40 earlier entries: /export\n"), "{told}");
}

fn history(outcome: &Outcome) -> String {
    let entry = |number| Entry {
        number,
        by: "tg:7".to_owned(),
        name: Some("@lee".to_owned()),
        about: None,
        at: noon(),
        outcome: outcome.clone(),
    };
    let entries: Vec<Entry> = (0..=i64::try_from(HISTORY_LINES).unwrap()).map(entry).collect();
    let view = HistoryView {
        entries: &entries,
        limit: HISTORY_LINES,
        whose: &Whose::Named("lee".to_owned()),
        since: Since::Hours(48),
    };
    words(Language::English).history(&view, noon()).to_string()
}

#[test]
fn the_history_of_bulk_work_can_be_read() {
    let told = history(&decided(ids((1..=30).chain([32])), Vec::new(), Some("too late")));
    assert!(told.contains(" rejected #1–30, #32: too late\n"), "{told}");
    assert_eq!(told.lines().count(), 16, "{told}");
    // No two of them follow each other.
    let told = history(&decided(ids((1..=250).map(|n| n * 1000)), Vec::new(), Some(&"why ".repeat(70))));
    assert!(told.contains("#1000, #2000, ") && told.contains(" more: why "), "{told}");
    let last = told.lines().rev().nth(1).and_then(|line| line.split(' ').next()).unwrap();
    assert!(told.ends_with(&format!("\nEarlier ones: /history @lee 2d {last}")), "{told}");
}

#[test]
fn what_was_left_alone_never_pushes_the_receipts_number_out() {
    let viewer = Actor::Person(8);
    let seen = Seen { now: noon() + TimeDelta::days(9), titles: true, viewer: Some(&viewer) };
    let told = |outcome| {
        words(Language::English).receipt(&Size::Usual.receipt(Standing::New, outcome), seen).to_string()
    };
    let skip = |id: &ItemId, n: i64| {
        let (by, at) = (Some(format!("tg:{n}")), Some(noon() - TimeDelta::days(n)));
        Skip { id: *id, reason: SkipReason::Already { state: ItemState::Approved, by, at } }
    };
    let same: Vec<Skip> = ids(1..=12).iter().map(|id| skip(id, 7)).collect();
    assert!(
        told(decided(ids(20..=40), same, None)).contains("\n#1–12 were already approved by @lee 16 d ago.\n")
    );
    let odd = ids((0..500).map(|n| 1_000_001 + 2 * n));
    for apart in [false, true] {
        let skips: Vec<Skip> =
            (1..).zip(&odd[250..]).map(|(n, id)| skip(id, if apart { n } else { 1 })).collect();
        let told = told(decided(odd[..250].to_vec(), skips, None));
        assert!(told.contains(" more") && told.ends_with("\nReceipt R42"), "{told}");
        assert!(told.encode_utf16().count() <= MESSAGE_UNITS_MAX, "{told}");
    }
}
