//! Why an operation left items alone: one line for each cause, naming all its items.

use super::Teller;
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::outcome::{Skip, SkipReason};
use crate::limits::MESSAGE_UNITS_MAX;
use crate::text::brief::{each, first_of, units};
use crate::text::{moment, role};

/// UTF-16 units of a reason, of what has changed since, and of all that is told in few words.
const OTHERS_UNITS: usize = 1200;
/// Characters that the items of one cause may take; the rest are counted.
const CAUSE_CHARS: usize = 200;

impl Teller<'_> {
    /// One line for each cause, naming its items; so few of them, where there are very many, that what stands below keeps
    /// its place in the message.
    pub(super) fn skipped(&self, skipped: &[Skip]) -> Vec<String> {
        let mut causes: Vec<(String, &SkipReason, Vec<ItemId>)> = Vec::new();
        for skip in skipped {
            let id = skip.id;
            // What reads the same is one cause: two decisions of one minute differ for nobody.
            let reads = self.cause(&skip.reason, &[]);
            match causes.iter_mut().find(|(read, ..)| *read == reads) {
                Some((.., ids)) => ids.push(id),
                None => causes.push((reads, &skip.reason, vec![id])),
            }
        }
        let (mut lines, mut left, mut told) = (Vec::new(), self.room(skipped), 0);
        for (_, cause, ids) in causes {
            let line = self.cause(cause, &ids);
            let taken = units(&line) + 1;
            if taken > left {
                let more = (skipped.len() - told).to_string();
                lines.push(self.catalog.get("items-more", &[("count", &more)]));
                break;
            }
            (left, told) = (left - taken, told + ids.len());
            lines.push(line);
        }
        lines
    }

    /// UTF-16 units that all causes may take together, beside what was done.
    fn room(&self, skipped: &[Skip]) -> usize {
        let named = self.receipt.outcome.named();
        let rest = named.len().saturating_sub(skipped.len());
        let done = units(&self.items(named.get(..rest).unwrap_or_default()));
        MESSAGE_UNITS_MAX.saturating_sub(OTHERS_UNITS + done)
    }

    fn cause(&self, cause: &SkipReason, ids: &[ItemId]) -> String {
        let many = if ids.len() > 1 { "many" } else { "one" };
        let parts = each(ids);
        let bare = parts.iter().map(|(part, _)| part.replace('#', "").replace('–', "-"));
        let bare = bare.collect::<Vec<_>>().join(",");
        let ids = first_of(self.catalog, &parts, CAUSE_CHARS);
        match cause {
            SkipReason::NotFound => self.catalog.get("not-found", &[("ids", &ids), ("many", many)]),
            SkipReason::Stale => self.catalog.get("stale", &[("ids", &ids), ("many", many)]),
            SkipReason::Forbidden => self.catalog.get("forbidden", &[("ids", &ids), ("many", many)]),
            SkipReason::Roles { roles } => {
                let roles = role::deciders(self.catalog, roles);
                self.catalog.get("roles", &[("ids", &ids), ("roles", &roles)])
            }
            SkipReason::OwnItem => self.catalog.get("own-item", &[("ids", &ids), ("many", many)]),
            SkipReason::NotInBulk => self.catalog.get("not-in-bulk", &[("ids", &ids)]),
            SkipReason::ReasonRequired => {
                self.catalog.get("reason-required", &[("ids", &ids), ("bare", &bare)])
            }
            SkipReason::AlreadyVoted { have, need, receipt } => {
                let (have, need) = (have.to_string(), need.to_string());
                let told = [("ids", &*ids), ("have", &have), ("need", &need)];
                receipt.map_or_else(
                    || self.catalog.get("already-voted", &told),
                    |number| {
                        let number = format!("R{number}");
                        let [ids, have, need] = told;
                        self.catalog.get("already-voted-in", &[ids, have, need, ("number", &number)])
                    },
                )
            }
            SkipReason::Undone => self.catalog.get("undone-already", &[("ids", &ids), ("many", many)]),
            SkipReason::NotOwn => self.catalog.get("not-own", &[("ids", &ids), ("many", many)]),
            SkipReason::NotApproved { state } => {
                let state = self.catalog.get(&format!("state-{}", state.code()), &[]);
                self.catalog.get("not-approved", &[("ids", &ids), ("many", many), ("state", &state)])
            }
            SkipReason::NotFinal { .. } => self.catalog.get("not-final", &[("ids", &ids)]),
            SkipReason::AlreadyIssued { result, at } => {
                let ago = behind_a_blank(moment::ago(self.catalog, *at, self.seen.now));
                let told = [("ids", &*ids), ("many", many), ("ago", &ago)];
                self.catalog.get(&format!("already-{}", result.code()), &told)
            }
            SkipReason::Final { at } => {
                let ago = at.map(|at| moment::ago(self.catalog, at, self.seen.now)).unwrap_or_default();
                self.catalog.get("final", &[("ids", &ids), ("ago", &ago)])
            }
            SkipReason::Already { state, by, at } => {
                let by = by.as_deref().map(|by| self.by(by)).unwrap_or_default();
                let ago = at.map(|at| moment::ago(self.catalog, at, self.seen.now)).unwrap_or_default();
                let (by, ago) = (behind_a_blank(by), behind_a_blank(ago));
                let told = [("ids", &*ids), ("many", many), ("by", &by), ("ago", &ago)];
                self.catalog.get(&format!("already-{}", state.code()), &told)
            }
        }
    }

    fn by(&self, actor: &str) -> String {
        let parsed = Actor::parse(actor);
        if parsed.is_some() && parsed.as_ref() == self.seen.viewer {
            return self.catalog.get("by-you", &[]);
        }
        match (self.receipt.names.get(actor), parsed) {
            (Some(name), _) => self.catalog.get("by-name", &[("name", name)]),
            (None, Some(Actor::Client(name))) => self.catalog.get("by-client", &[("name", name.as_str())]),
            (None, Some(Actor::Person(id))) => self.catalog.get("by-person", &[("id", &id.to_string())]),
            (None, None) => String::new(),
        }
    }
}

/// What may be missing brings its own blank along.
fn behind_a_blank(words: String) -> String {
    if words.is_empty() { words } else { format!(" {words}") }
}
