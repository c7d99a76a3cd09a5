//! What a batch makes news of people: what they are called, and which role they have.

use std::collections::BTreeMap;

use super::lookup;
use super::people::People;
use crate::domain::caller::{Actor, Caller, Profile};
use crate::domain::operation::{Operation, Request};
use crate::domain::outcome::Outcome;
use crate::domain::role::Role;
use crate::domain::roster::Roster;

/// The people in this batch whose name on record is not what they are called now.
pub(super) fn profiles(done: &[(&Request, &Outcome)], people: &People) -> BTreeMap<i64, Profile> {
    let speakers = done.iter().filter_map(|(request, _)| match &request.caller {
        Caller { actor: Actor::Person(id), profile: Some(profile), .. } => Some((*id, profile)),
        _ => None,
    });
    let appointed = done.iter().filter_map(|(request, outcome)| match (&request.operation, outcome) {
        (
            Operation::Appoint { person, profile: Some(profile), .. },
            Outcome::Appointed { kept: None, .. },
        ) => Some((*person, profile)),
        _ => None,
    });
    let told = appointed.chain(speakers).filter(|(id, profile)| people.is_news(*id, profile));
    told.map(|(id, profile)| (id, profile.clone())).collect()
}

/// The roles that were changed, as they are afterwards.
pub(super) fn roles(done: &[(&Request, &Outcome)], after: &Roster) -> BTreeMap<i64, Option<Role>> {
    let changed = done.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Appointed { person, kept: None, .. } => Some(*person),
        _ => None,
    });
    changed.map(|person| (person, after.role(person))).collect()
}

/// What the actors in an outcome are called; whoever was just given a role, as that told.
pub(super) fn names(request: &Request, outcome: &Outcome, people: &People) -> BTreeMap<String, String> {
    let mut names = people.names(lookup::voters(outcome));
    if let Operation::Appoint { person, profile: Some(profile), .. } = &request.operation {
        let (actor, name) = (Actor::Person(*person).to_string(), profile.shown());
        if !name.is_empty() {
            names.insert(actor, name);
        }
    }
    names
}
