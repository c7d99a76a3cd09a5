//! Who may, in words: what became of a role, and the list of them.

use countersign::domain::caller::Actor;
use countersign::domain::outcome::{Kept, Outcome};
use countersign::domain::receipt::Standing;
use countersign::domain::role::{Change, Role};
use countersign::domain::roster::{Given, Seat};
use countersign::limits::{PERSON_ID_MAX, ROSTER_LINES, ROSTER_MAX};
use countersign::text::{RosterView, Seen, Text, Words};

use super::samples::Size;
use crate::support::books::noon;

impl Size {
    fn person(self, n: i64) -> i64 {
        if self == Self::Usual { n } else { PERSON_ID_MAX - n }
    }

    pub fn appointed(self) -> Vec<Outcome> {
        let outcome = |change, before, after, kept| Outcome::Appointed {
            person: self.person(7),
            change,
            before,
            after,
            kept,
            lapsed: if after.is_none() { 3 } else { 0 },
        };
        let (viewer, approver, owner) = (Some(Role::Viewer), Some(Role::Approver), Some(Role::Owner));
        let kept = |change, has, kept| outcome(change, has, has, Some(kept));
        vec![
            outcome(Change::Add(Role::Approver), None, approver, None),
            outcome(Change::Role(Role::Owner), viewer, owner, None),
            outcome(Change::Remove, viewer, None, None),
            kept(Change::Remove, owner, Kept::Listed),
            kept(Change::Add(Role::Viewer), viewer, Kept::HasIt),
            kept(Change::Add(Role::Viewer), owner, Kept::HasAnother),
            kept(Change::Remove, None, Kept::HasNone),
            kept(Change::Role(Role::Approver), None, Kept::HasNone),
            kept(Change::Role(Role::Viewer), None, Kept::HasNone),
            kept(Change::Remove, owner, Kept::LastOwner),
            kept(Change::Add(Role::Viewer), None, Kept::Full { limit: ROSTER_MAX }),
        ]
    }
}

fn receipts(words: &Words, size: Size) -> Vec<Text> {
    let viewer = Actor::Person(8);
    let seen = Seen { now: noon(), titles: true, viewer: Some(&viewer) };
    let mut texts = Vec::new();
    for outcome in size.appointed() {
        let Outcome::Appointed { after, .. } = outcome else { continue };
        for (standing, role) in [
            (Standing::New, after),
            (Standing::Repeat, after),
            (Standing::Repeat, None),
            (Standing::Repeat, Some(Role::Viewer)),
        ] {
            let mut receipt = size.receipt(standing, outcome.clone());
            receipt.role = role;
            let name = size.name().unwrap_or_default();
            receipt.names.insert(Actor::Person(size.person(7)).to_string(), name);
            texts.push(words.receipt(&receipt, seen));
        }
    }
    texts
}

/// Everything that is told about roles, in these words.
pub fn all(words: &Words, size: Size) -> Vec<Text> {
    let seat = |n: usize| Seat {
        person: size.person(i64::try_from(n).unwrap()),
        name: size.name().filter(|_| n != 2),
        role: Role::ALL[n % 3],
        given: (n != 0).then(|| Given { at: noon(), by: "tg:7".to_owned(), name: size.name() }),
    };
    let seats: Vec<Seat> = (0..if size == Size::Usual { 3 } else { ROSTER_LINES }).map(seat).collect();
    let view = RosterView { seats: &seats, total: seats.len(), more: Some(2) };
    receipts(words, size).into_iter().chain([words.roster(&view, noon())]).collect()
}
