//! Whatever is asked in whatever order: only present approvers count, nobody without a right does anything, and somebody is
//! always left who says who may.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use countersign::domain::caller::Actor;
use countersign::domain::decide::{Ruling, decide};
use countersign::domain::item::ItemState;
use countersign::domain::operation::{Operation, Request};
use countersign::domain::outcome::Outcome;
use countersign::domain::role::{Change, Role};
use countersign::domain::roster::{Member, Roster};
use countersign::domain::world::World;
use proptest::prelude::*;

use super::{item, request};
use crate::support::books::noon;

const PEOPLE: [i64; 4] = [1, 2, 3, 4];

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL.to_vec())
}

/// What somebody asks: to approve some of three items, to take that back, or to change a role.
fn operation() -> impl Strategy<Value = Operation> {
    let person = || prop::sample::select(PEOPLE.to_vec());
    let change = prop_oneof![
        2 => role().prop_map(Change::Add),
        2 => role().prop_map(Change::Role),
        2 => Just(Change::Remove),
    ];
    let ids = prop::collection::vec(1_i64..=3, 1..3);
    prop_oneof![
        4 => ids.prop_map(|ids| request(1, 1, &ids).operation),
        1 => Just(Operation::Undo { receipt: None }),
        4 => (person(), change).prop_map(|(person, change)| Operation::Appoint { person, profile: None, change }),
    ]
}

/// Three items that two must approve, and one owner who is not of `ADMIN_IDS`.
fn world() -> World {
    let items = (1..=3).map(|id| {
        let mut item = item(id, ItemState::Pending);
        (item.rules.quorum, item.rules.undo_window_s) = (2, 3600);
        (item.id, item)
    });
    let owner = Member { role: Role::Owner, since: noon(), decides_since: Some(noon()), by: String::new() };
    let roster = Roster::new(BTreeMap::new(), BTreeMap::from([(1, owner)]));
    let mut world = World { items: items.collect(), roster, now: noon(), ..World::default() };
    std::sync::Arc::make_mut(&mut world.rulebook).bulk_limit = 100;
    world
}

proptest! {
    #[test]
    fn rights_hold_in_any_order(asked in prop::collection::vec((prop::sample::select(PEOPLE.to_vec()), operation()), 1..60)) {
        let mut world = world();
        // When each person last lost the right to decide.
        let mut lost: BTreeMap<i64, u32> = BTreeMap::new();
        for (update, (person, operation)) in (1_u32..).zip(asked) {
            world.now = noon() + TimeDelta::seconds(i64::from(update));
            let mut asked = Request { operation, ..request(person, update, &[1]) };
            asked.caller.said_at = world.now;
            let before = world.clone();
            let (rulings, after) = decide(world, &[&asked]);
            let Ruling::Decided { outcome, votes, withdrawn, lapsed } = &rulings[0] else { panic!() };
            let role = before.roster.role(person);
            if !role.is_some_and(Role::may_decide) {
                prop_assert!(votes.is_empty() && (withdrawn.is_empty() && lapsed.is_empty() && after.roster == before.roster), "{outcome:?}");
            }
            if after.roster != before.roster {
                prop_assert_eq!(role, Some(Role::Owner));
            }
            prop_assert!(!after.roster.owners().is_empty(), "nobody is left: {:?}", outcome);
            for person in PEOPLE {
                let may = |world: &World| world.roster.role(person).is_some_and(Role::may_decide);
                if may(&before) && !may(&after) {
                    lost.insert(person, update);
                }
            }
            for (id, item) in &after.items {
                let counting = after.votes.iter().filter(|vote| vote.item == *id);
                if item.state == ItemState::Pending {
                    for vote in counting.filter(|vote| after.roster.counts(&vote.decided_by, &item.rules)) {
                        let cast: u32 = vote.key.rsplit(':').next().unwrap().parse().unwrap();
                        let Some(Actor::Person(voter)) = Actor::parse(&vote.decided_by) else { panic!() };
                        prop_assert!(lost.get(&voter).is_none_or(|lost| *lost < cast), "{vote:?} came back");
                    }
                    prop_assert!(after.yeses(*id) < 2, "{} waits with enough", id);
                } else if before.items[id].state == ItemState::Pending {
                    prop_assert_eq!(after.yeses(*id), 2, "decided by two who might: {:?}", outcome);
                }
                prop_assert!(item.version >= before.items[id].version);
                let changed = votes.iter().chain(withdrawn).chain(lapsed).any(|vote| vote.item == *id);
                prop_assert_eq!(item.version > before.items[id].version, changed, "its cards are told");
            }
            if let Outcome::Appointed { person, after: told, .. } = outcome {
                prop_assert_eq!(after.roster.role(*person), *told);
            }
            world = after;
        }
    }
}
