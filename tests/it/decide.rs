//! Properties of the pure decision.

mod roles;

use std::collections::{BTreeMap, BTreeSet};

use countersign::domain::caller::{Actor, Caller};
use countersign::domain::decide::{Ruling, decide};
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Item, ItemState};
use countersign::domain::key::IdempotencyKey;
use countersign::domain::operation::{Answered, Decision, Operation, Request};
use countersign::domain::outcome::{Outcome, Refusal, SkipReason};
use countersign::domain::roster::Roster;
use countersign::domain::rules::Rules;
use countersign::domain::scope::Scope;
use countersign::domain::world::{Rulebook, World};
use proptest::prelude::*;

use crate::support::books::noon;

fn item(id: i64, state: ItemState) -> Item {
    Item {
        id: ItemId::stored(id),
        kind: "bill".to_owned(),
        title: format!("item {id}"),
        detail: None,
        payload: None,
        external_id: None,
        callback: None,
        client: "shop".to_owned(),
        content_hash: String::new(),
        rules: Rules::default(),
        state,
        version: 1,
        round: 1,
        created_at: noon(),
        expires_at: None,
        decided_at: None,
        released_at: None,
        issue: None,
        note: None,
    }
}

fn request(person: i64, update: u32, ids: &[i64]) -> Request {
    let ids = ids.iter().map(|id| ItemId::new(*id).unwrap()).collect();
    Request {
        key: IdempotencyKey::telegram(1, update),
        scope: Scope::of(&serde_json::json!({})),
        caller: Caller {
            actor: Actor::Person(person),
            profile: None,
            said_at: noon(),
            token_may_decide: false,
        },
        operation: Operation::Decide {
            decision: Decision::Approve,
            ids,
            seen: BTreeMap::new(),
            reason: None,
            label: None,
        },
        place: None,
        answered: Answered::None,
    }
}

fn world(states: &[ItemState], admins: &[i64], bulk_limit: usize) -> World {
    let items = (1..)
        .zip(states)
        .map(|(id, state)| (ItemId::stored(id), item(id, *state)))
        .collect::<BTreeMap<_, _>>();
    let roster = Roster::new(admins.iter().map(|person| (*person, noon())).collect(), BTreeMap::new());
    let rulebook = Rulebook::new(BTreeSet::new(), bulk_limit, 0).into();
    World { items, roster, rulebook, now: noon(), ..World::default() }
}

fn state() -> impl Strategy<Value = ItemState> {
    prop_oneof![
        4 => Just(ItemState::Pending),
        1 => Just(ItemState::Approved),
        1 => Just(ItemState::Rejected),
        1 => Just(ItemState::Expired),
        1 => Just(ItemState::Withdrawn),
    ]
}

proptest! {
    /// Every id named by an admin is told exactly once, done or skipped, and done exactly if it was pending.
    #[test]
    fn every_id_is_told_once(states in prop::collection::vec(state(), 0..12), ids in prop::collection::vec(1_i64..16, 1..30)) {
        let asked = request(7, 1, &ids);
        let (rulings, after) = decide(world(&states, &[7], 100), &[&asked]);
        let Ruling::Decided { outcome: Outcome::Decided { done, skipped, .. }, votes, .. } = &rulings[0] else { panic!() };
        let told: Vec<i64> = done.iter().map(|id| id.get()).chain(skipped.iter().map(|skip| skip.id.get())).collect();
        let distinct: BTreeSet<i64> = ids.iter().copied().collect();
        prop_assert_eq!(told.len(), distinct.len());
        prop_assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), distinct);
        prop_assert_eq!(votes.len(), done.len());
        for id in done {
            let before = states[usize::try_from(id.get()).unwrap() - 1];
            prop_assert_eq!(before, ItemState::Pending);
            prop_assert_eq!((after.items[id].state, after.items[id].version), (ItemState::Approved, 2));
        }
        for skip in skipped {
            match states.get(usize::try_from(skip.id.get()).unwrap() - 1) {
                None => prop_assert_eq!(&skip.reason, &SkipReason::NotFound),
                Some(before) => {
                    let told = matches!(&skip.reason, SkipReason::Already { state, .. } if state == before);
                    prop_assert!(told && *before != ItemState::Pending);
                }
            }
        }
    }

    /// However many ask at once and in whatever order, an item is decided at most once, and by an admin.
    #[test]
    fn an_item_is_decided_once(asks in prop::collection::vec((1_i64..4, prop::collection::vec(1_i64..6, 1..6)), 1..10)) {
        let requests: Vec<Request> = (1..).zip(&asks).map(|(n, (person, ids))| request(*person, n, ids)).collect();
        let refs: Vec<&Request> = requests.iter().collect();
        let (rulings, after) = decide(world(&[ItemState::Pending; 5], &[1, 2], 100), &refs);
        let mut decided = BTreeSet::new();
        for (ruling, asked) in rulings.iter().zip(&requests) {
            let Ruling::Decided { outcome, votes, .. } = ruling else { panic!() };
            if asked.caller.actor == Actor::Person(3) {
                prop_assert_eq!(outcome, &Outcome::Refused { refusal: Refusal::MayNotDecide });
            }
            for vote in votes {
                prop_assert!(decided.insert(vote.item), "decided twice: {}", vote.item);
                prop_assert_eq!(&vote.decided_by, &asked.caller.actor.to_string());
            }
        }
        let changed = after.items.values().filter(|item| item.state != ItemState::Pending).count();
        prop_assert_eq!(changed, decided.len());
    }

    /// Over the limit nothing happens, at the limit everything; doubles count once.
    #[test]
    fn the_bulk_limit_is_exact(limit in 1_usize..8, extra in 0_usize..3) {
        let ids: Vec<i64> = (1..=i64::try_from(limit + extra).unwrap()).collect();
        let doubled: Vec<i64> = ids.iter().chain(&ids).copied().collect();
        let asked = request(7, 1, &doubled);
        let (rulings, _) = decide(world(&[ItemState::Pending; 12], &[7], limit), &[&asked]);
        let Ruling::Decided { outcome, votes, .. } = &rulings[0] else { panic!() };
        if extra == 0 {
            prop_assert_eq!(votes.len(), limit);
        } else {
            let refusal = Refusal::OverBulkLimit { asked: limit + extra, limit };
            prop_assert_eq!(outcome, &Outcome::Refused { refusal });
            prop_assert!(votes.is_empty());
        }
    }
}

/// Stored outcomes are read by every later release: these samples stand for those in databases.
#[test]
fn stored_outcomes_are_read() {
    let samples = [
        r#"{"v":1,"type":"decided","decision":"approve","done":[1,2],"skipped":[{"id":3,"reason":"not_found"},{"id":4,"reason":"already","state":"approved","by":"tg:7","at":"2026-03-01T12:04:00Z"}]}"#,
        r#"{"v":1,"type":"decided","decision":"approve","done":[],"skipped":[],"label":"admin"}"#,
        r#"{"v":1,"type":"submitted","ids":[1,2,3]}"#,
        r#"{"v":1,"type":"refused","refusal":{"rule":"may_not_decide"}}"#,
        r#"{"v":1,"type":"refused","refusal":{"rule":"over_bulk_limit","asked":120,"limit":100}}"#,
    ];
    for sample in samples {
        let outcome = Outcome::from_stored(sample).unwrap();
        assert_eq!(outcome.to_stored(), sample);
    }
    assert!(Outcome::from_stored(r#"{"v":2,"type":"submitted","ids":[]}"#).is_err());
}
