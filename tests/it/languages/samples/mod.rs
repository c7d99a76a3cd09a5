//! Receipts, cards, lists and the past, once as they are day by day and once as long as they can be.

mod lists;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use countersign::domain::ask::{Since, Whose};
use countersign::domain::caller::Actor;
use countersign::domain::card::Portrait;
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Execution, Issue, Item, ItemState};
use countersign::domain::key::IdempotencyKey;
use countersign::domain::operation::{Answered, Decision};
use countersign::domain::outcome::Outcome;
use countersign::domain::payload::Payload;
use countersign::domain::reason::Reason;
use countersign::domain::receipt::{Receipt, Standing};
use countersign::domain::record::{Entry, Mark, Record};
use countersign::domain::role::{Decider, Deciders};
use countersign::domain::rules::{Forbidden, Rules};
use countersign::limits::{
    DETAIL_CHARS_MAX, HISTORY_LINES, ID_MAX, KIND_CHARS_MAX, LISTED_ITEMS_MAX, MARKS_MAX, NAME_CHARS_MAX,
    QUORUM_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX,
};
use countersign::text::{HistoryView, Seen, Text, Words};

pub use self::lists::captions;
use crate::support::books::noon;

fn roles() -> Deciders {
    Deciders::only([Decider::Owner, Decider::Approver, Decider::Client].into())
}

/// How long contents are.
#[derive(Clone, Copy, PartialEq)]
pub enum Size {
    Usual,
    Longest,
}

impl Size {
    pub fn id(self, n: i64) -> ItemId {
        ItemId::stored(if self == Self::Usual { n } else { ID_MAX - n })
    }

    /// Each character of a title or reason takes two units where it is as long as can be.
    fn words(self, usual: &str, longest: usize) -> String {
        if self == Self::Usual { usual.to_owned() } else { "😀".repeat(longest) }
    }

    pub fn name(self) -> Option<String> {
        Some(self.words("@lee", NAME_CHARS_MAX).replace('😀', "ß"))
    }

    pub fn reason(self) -> Reason {
        Reason::stored(self.words("wrong amount", REASON_CHARS_MAX))
    }

    pub fn many(self, usual: usize, longest: u64) -> std::ops::Range<i64> {
        1..i64::try_from(if self == Self::Usual { usual as u64 } else { longest }).unwrap() + 1
    }

    pub fn item(self, n: i64, state: ItemState) -> Item {
        let quorum = if self == Self::Usual { 2 } else { QUORUM_MAX };
        let forbidden = [Forbidden::Approve, Forbidden::Reject].into();
        let rules = Rules {
            undo_window_s: 3600,
            remind_after_s: Some(14_400),
            quorum,
            bulk: false,
            allow_self: false,
            reason_required: true,
            forbidden,
            roles: roles(),
            ..Rules::default()
        };
        Item {
            id: self.id(n),
            kind: if self == Self::Usual { "invoice".to_owned() } else { "k".repeat(KIND_CHARS_MAX) },
            title: self.words("rent", TITLE_CHARS_MAX),
            detail: Some(self.words("for March", DETAIL_CHARS_MAX).replace('😀', "ß")),
            payload: None,
            external_id: None,
            callback: None,
            client: self.words("shop", 0) + if self == Self::Usual { "" } else { "a-client-as-lon" },
            content_hash: "1a2b3c4d5e".to_owned(),
            rules,
            state,
            version: 2,
            round: 1,
            created_at: noon() - TimeDelta::hours(2),
            expires_at: Some(noon() + TimeDelta::days(200)),
            decided_at: (state != ItemState::Pending).then(noon),
            released_at: None,
            issue: None,
            note: (state == ItemState::Withdrawn).then(|| self.reason()),
        }
    }

    pub fn portrait(self, n: i64, state: ItemState) -> Portrait {
        let yeses = self.many(1, u64::from(QUORUM_MAX)).map(|n| (format!("tg:{n}"), self.name())).collect();
        let decided = matches!(state, ItemState::Approved | ItemState::Rejected);
        Portrait {
            item: self.item(n, state),
            by: decided.then(|| "tg:7".to_owned()),
            name: self.name().filter(|_| decided),
            reason: (state == ItemState::Rejected).then(|| self.reason()),
            yeses,
        }
    }

    pub fn receipt(self, standing: Standing, outcome: Outcome) -> Receipt {
        let items = outcome
            .named()
            .into_iter()
            .map(|id| (id, Item { id, ..self.item(1, ItemState::Approved) }))
            .collect();
        let names = BTreeMap::from([("tg:7".to_owned(), self.name().unwrap_or_default())]);
        let key = IdempotencyKey::telegram(1, 1);
        Receipt {
            standing,
            key,
            scope_hash: String::new(),
            number: 42,
            actor: "tg:8".to_owned(),
            outcome,
            confirmed: None,
            answered: Answered::Rode,
            at: noon(),
            items,
            names,
            role: None,
        }
    }
}

fn receipts(words: &Words, size: Size) -> Vec<Text> {
    let viewer = Actor::Person(8);
    let told = |receipt: &Receipt, titles| {
        words.receipt(receipt, Seen { now: noon(), titles, viewer: Some(&viewer) })
    };
    let mut undone = size.receipt(Standing::Repeat, size.outcomes().remove(0));
    undone.items.values_mut().take(1).for_each(|item| item.state = ItemState::Pending);
    let mut confirmed =
        size.receipt(Standing::New, size.prepared(Decision::Approve, &[size.id(1)], 0, Vec::new()));
    confirmed.confirmed = Some(43);
    let mut texts = vec![told(&undone, true), told(&confirmed, true)];
    confirmed.confirmed = None;
    let (kim, late) = (Actor::Person(7), noon() + TimeDelta::minutes(3));
    for (now, titles) in [(noon(), true), (late, true)] {
        texts.push(words.receipt_again(&confirmed, Seen { now, titles, viewer: Some(&kim) }));
    }
    for outcome in size.outcomes() {
        for standing in [Standing::New, Standing::Repeat] {
            let receipt = size.receipt(standing, outcome.clone());
            texts.push(told(&receipt, true));
            if receipt.standing == Standing::Repeat {
                texts.push(told(&receipt, false));
                texts.push(words.receipt_again(
                    &receipt,
                    Seen { now: noon() + TimeDelta::days(1), titles: true, viewer: Some(&viewer) },
                ));
            }
        }
        let differs = ["text", "data", "from", "chat", "message"].map(str::to_owned).to_vec();
        texts.push(told(&size.receipt(Standing::Reused { differs }, outcome.clone()), true));
        texts.push(told(&size.receipt(Standing::Reused { differs: Vec::new() }, outcome), true));
    }
    texts
}

fn cards(words: &Words, size: Size) -> Vec<Text> {
    let states = [
        ItemState::Pending,
        ItemState::Approved,
        ItemState::Rejected,
        ItemState::Expired,
        ItemState::Withdrawn,
    ];
    let mut texts: Vec<Text> = states.map(|state| words.card(&size.portrait(3, state), noon())).to_vec();
    let many = size
        .many(2, LISTED_ITEMS_MAX as u64)
        .map(|n| size.portrait(n, states[usize::try_from(n - 1).unwrap() % 3]));
    texts.push(words.list(&many.collect::<Vec<_>>(), noon()));
    texts.extend(words.details(&size.portrait(3, ItemState::Pending), noon()));
    for result in [Execution::Issued, Execution::Failed] {
        let mut issued = size.portrait(3, ItemState::Approved);
        (issued.item.issue, issued.item.note) = (Some(Issue { result, at: noon() }), Some(size.reason()));
        texts.push(words.card(&issued, noon()));
    }
    let mut bare = size.portrait(3, ItemState::Pending);
    bare.item.detail = None;
    texts.extend(words.details(&bare, noon()));
    bare.item.payload = Some(Payload::stored(format!("\"{}\"", "x".repeat(8000))));
    texts.extend(words.details(&bare, noon()));
    bare.item.payload = None;
    bare.item.detail = Some("x".repeat(2740));
    texts.push(words.card(&bare, noon()));
    texts.push(words.rules(&bare, noon()));
    bare.item.rules.expires_after_s = Some(200 * 24 * 3600 + 2 * 3600);
    texts.push(words.rules(&bare, noon()));
    let forbidden = [
        (None, 2),
        (Some(Forbidden::Approve), 1),
        (Some(Forbidden::Reject), 1),
        (Some(Forbidden::Reject), 2),
    ];
    for (forbidden, quorum) in forbidden {
        bare.item.rules = Rules { forbidden: forbidden.into_iter().collect(), quorum, ..Rules::default() };
        texts.push(words.rules(&bare, noon()));
    }
    bare.item.rules = Rules::default();
    bare.by = Some("api:shop".to_owned());
    bare.item.state = ItemState::Approved;
    bare.yeses.clear();
    texts.extend([words.rules(&bare, noon()), words.card(&bare, noon())]);
    texts
}

fn past(words: &Words, size: Size) -> Vec<Text> {
    let mark = |n: i64| Mark {
        by: format!("tg:{n}"),
        name: size.name().filter(|_| n != 2),
        decision: if n % 2 == 0 { Decision::Approve } else { Decision::Reject }.code().to_owned(),
        reason: Some(size.reason().as_str().to_owned()),
        at: noon(),
        withdrawn_at: (n <= 2).then(noon),
        lapsed: n == 2,
        number: Some(41),
    };
    let record = Record {
        portrait: size.portrait(3, ItemState::Approved),
        marks: size.many(2, MARKS_MAX).map(mark).collect(),
        earlier: 40,
        waits_for: Vec::new(),
    };
    let once = Record { earlier: 1, ..record.clone() };
    let mut outcomes = size.outcomes();
    outcomes.splice(2..4, size.appointed().drain(1..3));
    let entry = |n: i64| Entry {
        number: n,
        by: format!("tg:{n}"),
        name: size.name(),
        about: size.name(),
        at: noon() - TimeDelta::days(n),
        outcome: outcomes[usize::try_from(n).unwrap() % outcomes.len()].clone(),
    };
    let entries: Vec<Entry> = (0..=i64::try_from(HISTORY_LINES).unwrap()).map(entry).collect();
    let view =
        |entries| HistoryView { entries, limit: HISTORY_LINES, whose: &Whose::Own, since: Since::Today };
    vec![
        words.record(&record, noon()).0,
        words.record(&once, noon()).0,
        words.history(&view(&entries), noon()),
        words.history(&view(&[]), noon()),
    ]
}

/// Everything that is told about items, in these words.
pub fn all(words: &Words, size: Size) -> Vec<Text> {
    let (lists, roles) = (lists::all(words, size), super::roles::all(words, size));
    let receiver = if size == Size::Usual { "erp".to_owned() } else { "x".repeat(300) };
    let receivers = [false, true].map(|gone| words.receiver_fails(&receiver, gone)).to_vec();
    [receipts(words, size), cards(words, size), past(words, size), lists, roles, receivers].concat()
}
