//! Roles, and the people who have them, in words.

use super::card::Painter;
use super::catalog::Catalog;
use super::{Text, moment};
use crate::domain::role::{Decider, Deciders, Role};
use crate::domain::roster::Seat;

/// A page of who has which role.
#[derive(Clone, Copy, Debug)]
pub struct RosterView<'a> {
    /// The people of the page.
    pub seats: &'a [Seat],
    /// How many people have a role in all.
    pub total: usize,
    /// The page after it, if there is one.
    pub more: Option<usize>,
}

/// `@lee (111)`, or the number alone.
pub(super) fn who(catalog: &Catalog, person: i64, name: Option<&str>) -> String {
    let id = person.to_string();
    name.map_or_else(|| id.clone(), |name| catalog.get("who-with-id", &[("name", name), ("id", &id)]))
}

/// `an owner`.
pub(super) fn with_article(catalog: &Catalog, role: Role) -> String {
    catalog.get("role", &[("role", role.code())])
}

/// `owners and clients of the API`.
pub(super) fn deciders(catalog: &Catalog, deciders: &Deciders) -> String {
    let name = |decider| match decider {
        Decider::Owner => catalog.get("decider-owner", &[]),
        Decider::Approver => catalog.get("decider-approver", &[]),
        Decider::Client => catalog.get("decider-client", &[]),
    };
    let mut names: Vec<String> = deciders.named().map(name).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() {
        return last;
    }
    catalog.get("and", &[("some", &names.join(", ")), ("last", &last)])
}

impl Painter<'_> {
    /// Who has which role, since when and by whom.
    pub(super) fn roster(&self, view: &RosterView<'_>) -> Text {
        let total = view.total.to_string();
        let mut lines = vec![self.catalog.get("admins-head", &[("total", &total)])];
        lines.extend(view.seats.iter().map(|seat| self.seat(seat)));
        lines.extend(view.more.map(|page| self.catalog.get("admins-more", &[("page", &page.to_string())])));
        lines.push(self.catalog.get("admins-next", &[]));
        Text::new(&lines.join("\n"))
    }

    fn seat(&self, seat: &Seat) -> String {
        let who = who(self.catalog, seat.person, seat.name.as_deref());
        let role = with_article(self.catalog, seat.role);
        let Some(given) = &seat.given else {
            return self.catalog.get("admins-listed", &[("who", &who), ("role", &role)]);
        };
        let at = moment::time(self.catalog, given.at, self.now, self.zone);
        let by = self.who(&given.by, given.name.as_deref());
        let told = [("who", who), ("role", role), ("time", at), ("by", by)];
        self.catalog.get("admins-line", &told.each_ref().map(|(name, value)| (*name, value.as_str())))
    }
}
