//! Who may: a role is given, changed or taken.
//!
//! The votes that counted by the old role alone, or by none, are withdrawn with it from what still waits: an old yes never
//! comes back with a new role.

use super::caller::Actor;
use super::item::ItemState;
use super::outcome::{Kept, Outcome};
use super::role::{Change, Role};
use super::world::{Vote, World};
use crate::limits::ROSTER_MAX;

/// Changes the roster as `by` asks; gives the votes that do not count any more.
pub(super) fn appoint(world: &mut World, person: i64, change: Change, by: &str) -> (Outcome, Vec<Vote>) {
    let before = world.roster.role(person);
    let kept = keeps(world, person, change);
    let after = if kept.is_some() { before } else { change.role() };
    let mut withdrawn = Vec::new();
    if kept.is_none() {
        world.roster.set(person, after, by, world.now);
        withdrawn = lapse(world, person, (before, after));
    }
    let lapsed = u64::try_from(withdrawn.len()).unwrap_or(u64::MAX);
    (Outcome::Appointed { person, change, before, after, kept, lapsed }, withdrawn)
}

/// Why the roster stays as it is, if it does.
fn keeps(world: &World, person: i64, change: Change) -> Option<Kept> {
    let roster = &world.roster;
    if roster.is_listed(person) {
        return Some(Kept::Listed);
    }
    match (change, roster.role(person)) {
        (Change::Remove | Change::Role(_), None) => Some(Kept::HasNone),
        (Change::Add(_), None) => {
            (roster.on_record() >= ROSTER_MAX).then_some(Kept::Full { limit: ROSTER_MAX })
        }
        (Change::Add(role) | Change::Role(role), Some(has)) if role == has => Some(Kept::HasIt),
        (Change::Add(_), Some(_)) => Some(Kept::HasAnother),
        // Somebody must be left who can change it.
        (Change::Remove | Change::Role(_), Some(Role::Owner)) if roster.owners() == [person] => {
            Some(Kept::LastOwner)
        }
        (Change::Remove | Change::Role(_), Some(_)) => None,
    }
}

fn lapse(world: &mut World, person: i64, (before, after): (Option<Role>, Option<Role>)) -> Vec<Vote> {
    let actor = Actor::Person(person).to_string();
    let World { items, votes, .. } = world;
    let lapses = |vote: &mut Vote| {
        let Some(item) = items.get_mut(&vote.item) else { return false };
        let counts = |role: Option<Role>| role.is_some_and(|role| item.rules.roles.admit(role));
        if vote.decided_by != actor || item.state != ItemState::Pending || (counts(before) && counts(after)) {
            return false;
        }
        item.version += 1;
        true
    };
    votes.extract_if(.., lapses).collect()
}
