//! Figures and what stands under an exported file, once as they are day by day and once as long as they can be.

use chrono::TimeDelta;
use countersign::domain::export::Logged;
use countersign::domain::item::ItemState;
use countersign::domain::operation::Decision;
use countersign::domain::outcome::Outcome;
use countersign::domain::stats::{Counted, Decided, Decider, OpenKind, Stats};
use countersign::limits::{
    ID_MAX, KIND_CHARS_MAX, LISTED_ITEMS_MAX, NAME_CHARS_MAX, STATS_DAYS, STATS_LINES,
};
use countersign::text::{ExportView, Text, Words};

use super::samples::Size;
use crate::support::books::noon;

fn counted(size: Size) -> Counted {
    let (many, count, lines) =
        if size == Size::Usual { (2, 12, 3) } else { (9, u64::MAX >> 20, STATS_LINES) };
    let kind = |n: usize| OpenKind {
        kind: if size == Size::Usual { "invoice".to_owned() } else { "k".repeat(KIND_CHARS_MAX) },
        count: count / many,
        oldest: noon() - TimeDelta::days(i64::try_from(n).unwrap()),
    };
    let decider = |n: usize| Decider {
        actor: format!("tg:{n}"),
        name: (n > 0)
            .then(|| if size == Size::Usual { "@lee".to_owned() } else { "ß".repeat(NAME_CHARS_MAX) }),
        count,
        today: 1,
    };
    let day = |day: usize| {
        let decision = if day.is_multiple_of(2) { Decision::Approve } else { Decision::Reject };
        Decided { day, decision, count: count * day as u64 / 64 }
    };
    Counted {
        open: [count; 4],
        kinds: (0..lines).map(kind).collect(),
        decided: (0..STATS_DAYS).map(day).collect(),
        deciders: (0..=STATS_LINES).map(decider).collect(),
        middle_s: vec![if size == Size::Usual { 30 } else { 3_000_000 }],
    }
}

/// What stands under a file that holds all, and under one that is full.
fn exported(words: &Words, size: Size) -> [Text; 2] {
    let logged = |number, days| Logged {
        number: if size == Size::Usual { number } else { ID_MAX },
        at: noon() - TimeDelta::days(days),
        by: "tg:111".to_owned(),
        name: None,
        verb: "approve".to_owned(),
        key: "tg:1:1".to_owned(),
        outcome: Outcome::Undone { done: Vec::new(), skipped: Vec::new() },
    };
    let (first, last) = (logged(1, 200), logged(42, 0));
    [None, Some(last.number + 1)]
        .map(|rest| words.exported(&ExportView { first: &first, last: &last, count: 42, rest }, noon()))
}

/// What still waits: one, several, and more than are told.
fn reminders(words: &Words, size: Size) -> [Text; 3] {
    let waiting: Vec<_> = (1..=if size == Size::Usual { 2 } else { LISTED_ITEMS_MAX as i64 })
        .map(|n| size.portrait(n, ItemState::Pending))
        .collect();
    [(&waiting[..1], true), (&waiting[..], true), (&waiting[..], false)]
        .map(|(waiting, are_all)| words.reminder(waiting, are_all, noon()))
}

/// The figures, those of a queue in which nothing has happened, what stands under a file, and what still waits.
pub fn all(words: &Words, size: Size) -> Vec<Text> {
    let begins = words.days(noon(), STATS_DAYS);
    let told = |counted| words.stats(&Stats::of(&begins, counted), noon());
    let one = Decided { day: 29, decision: Decision::Approve, count: 1_000_000 };
    let busy = Counted { decided: vec![one], ..Counted::default() };
    let figures = [told(counted(size)), told(busy), told(Counted::default())];
    figures.into_iter().chain(exported(words, size)).chain(reminders(words, size)).collect()
}
