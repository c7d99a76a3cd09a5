//! Who is shown what waits: the one place for new items, and for those that are brought up again.

use super::options::Announce;
use crate::domain::place::Place;
use crate::domain::role::Role;
use crate::domain::roster::Roster;
use crate::domain::rules::Rules;

/// A place where items are shown.
pub(super) struct Recipient {
    pub(super) place: Place,
    /// Whose it is, where it is somebody's own.
    role: Option<Role>,
}

impl Recipient {
    /// Whether it is shown items with these rules: in private whoever may decide them is.
    pub(super) fn is_shown(&self, rules: &Rules) -> bool {
        self.role.is_none_or(|role| rules.roles.admit(role))
    }
}

/// Everybody who is shown items, with the roles as they stand.
pub(super) fn recipients(announce: &Announce, roster: &Roster) -> Vec<Recipient> {
    match announce {
        Announce::Places(places) => {
            places.iter().map(|place| Recipient { place: *place, role: None }).collect()
        }
        Announce::Privately => {
            let private = |(chat, role)| Recipient {
                place: Place { chat, topic: None, message: None },
                role: Some(role),
            };
            roster.people().into_iter().map(private).collect()
        }
    }
}
