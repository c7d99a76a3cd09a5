//! What became of somebody's role, in words.

use super::Teller;
use crate::domain::caller::Actor;
use crate::domain::outcome::{Kept, Outcome};
use crate::domain::receipt::Standing;
use crate::domain::role::{Change, Role};
use crate::text::role;

impl Teller<'_> {
    pub(super) fn appointed(&self, person: i64) -> Vec<String> {
        let Outcome::Appointed { change, before, after, kept, lapsed, .. } = &self.receipt.outcome else {
            return Vec::new();
        };
        let name = self.receipt.names.get(&Actor::Person(person).to_string());
        let who = role::who(self.catalog, person, name.map(String::as_str));
        if let Some(kept) = kept {
            return vec![self.kept(*kept, *change, *before, (person, &who))];
        }
        let known =
            |role: &Option<Role>| role.map(|role| role::with_article(self.catalog, role)).unwrap_or_default();
        let told = [("who", who.clone()), ("role", known(after)), ("before", known(before))];
        let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
        let id = match (before, after) {
            (_, None) => "removed",
            (None, Some(_)) => "appointed",
            (Some(_), Some(_)) => "appointed-anew",
        };
        let mut lines = vec![self.with_standing(id, &told)];
        if *lapsed > 0 {
            lines.push(self.catalog.get("lapsed", &[("count", &lapsed.to_string())]));
        }
        if before.is_none() && self.receipt.standing == Standing::New {
            lines.push(self.catalog.get("press-start", &[]));
        }
        lines.extend(self.role_since(*after, &who));
        lines
    }

    fn kept(&self, kept: Kept, change: Change, has: Option<Role>, (person, who): (i64, &str)) -> String {
        let article =
            |role: Option<Role>| role.map(|role| role::with_article(self.catalog, role)).unwrap_or_default();
        let wanted = change.role().map(Role::code).unwrap_or_default();
        let (role, id) = (article(has), person.to_string());
        match kept {
            Kept::Listed => self.with_standing("kept-listed", &[("who", who)]),
            Kept::HasIt => self.with_standing("kept-has-it", &[("who", who), ("role", &role)]),
            Kept::HasAnother => {
                let told = [("who", who), ("role", &*role), ("id", &*id), ("wanted", wanted)];
                self.with_standing("kept-has-another", &told)
            }
            Kept::HasNone => match change.role() {
                None => self.with_standing("kept-none-to-take", &[("who", who)]),
                // An approver is what /admins add makes of them.
                Some(Role::Approver) => self.with_standing("kept-has-none", &[("who", who), ("given", &id)]),
                Some(_) => {
                    let given = format!("{id} {wanted}");
                    self.with_standing("kept-has-none", &[("who", who), ("given", &given)])
                }
            },
            Kept::LastOwner => self.with_standing("kept-last-owner", &[("who", who)]),
            Kept::Full { limit } => self.with_standing("kept-full", &[("limit", &limit.to_string())]),
        }
    }

    /// What the person's role is now, where it is not what this made of it.
    fn role_since(&self, after: Option<Role>, who: &str) -> Option<String> {
        let now = self.receipt.role;
        (now != after).then(|| match now {
            Some(role) => {
                let role = role::with_article(self.catalog, role);
                self.catalog.get("since-role", &[("who", who), ("role", &role)])
            }
            None => self.catalog.get("since-no-role", &[("who", who)]),
        })
    }
}
