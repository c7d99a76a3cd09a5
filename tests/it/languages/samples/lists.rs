//! Lists, and what stands on buttons.

use countersign::domain::caller::Actor;
use countersign::domain::card::Portrait;
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Item, ItemState};
use countersign::domain::reason::Reason;
use countersign::domain::receipt::Standing;
use countersign::limits::PAGE_ITEMS;
use countersign::text::{Choices, PendingView, Seen, Text, Words};

use super::Size;
use crate::support::books::noon;

pub(super) fn all(words: &Words, size: Size) -> Vec<Text> {
    let items: Vec<Item> = size.many(2, PAGE_ITEMS).map(|n| size.item(n, ItemState::Pending)).collect();
    let searched = [size.words("rent", 40)];
    let page = |items, total, searched| {
        let more = total == 10_000;
        words.pending(
            &PendingView { items, total, more, page: 1, goes_on: more, words: searched, may_decide: true },
            noon(),
        )
    };
    let ids: Vec<ItemId> = size.many(3, 500).map(|n| size.id(n)).collect();
    let portraits: Vec<Portrait> = size.many(2, 500).map(|n| size.portrait(n, ItemState::Approved)).collect();
    let mut waiting = size.portrait(3, ItemState::Pending);
    let (required, _) = words.ask_why(&waiting, noon());
    waiting.item.rules.reasons = vec![Reason::stored("wrong amount".to_owned())];
    let (offered, _) = words.ask_why(&waiting, noon());
    // More than fit into a message.
    let many: Vec<ItemId> = (1..=500).map(|n| size.id(n)).collect();
    vec![
        words.items(42, &ids, &portraits, noon()),
        words.items(43, &many, &[], noon()),
        required,
        offered,
        page(&items, items.len() as u64, &[]),
        page(&items, 10_000, &searched),
        page(&[], 0, &[]),
        page(&[], 0, &searched),
    ]
}

/// What stands on the buttons.
pub fn captions(words: &Words, size: Size) -> Vec<Text> {
    let viewer = Actor::Person(8);
    let seen = Seen { now: noon(), titles: true, viewer: Some(&viewer) };
    let mut all: Vec<Choices> = Vec::new();
    for outcome in size.outcomes() {
        all.push(words.receipt_choices(&size.receipt(Standing::New, outcome), seen));
    }
    let mut waiting = size.portrait(3, ItemState::Pending);
    waiting.item.detail = Some("x".repeat(9000));
    waiting.item.rules.reasons = vec![Reason::stored(size.words("wrong amount", 40))];
    waiting.item.rules.reason_required = false;
    waiting.item.rules.forbidden.clear();
    all.push(words.card_choices(&waiting, false));
    all.push(words.ask_why(&waiting, noon()).1);
    all.push(words.list_choices(std::slice::from_ref(&waiting)));
    let items: Vec<Item> = size.many(2, PAGE_ITEMS).map(|n| size.item(n, ItemState::Pending)).collect();
    let view = PendingView {
        items: &items,
        total: 10_000,
        more: true,
        page: 2,
        goes_on: true,
        words: &[],
        may_decide: true,
    };
    all.push(words.page_choices(&view, 7, false));
    all.push(words.page_choices(&view, 7, true));
    all.into_iter().flatten().flatten().map(|choice| choice.caption).collect()
}
