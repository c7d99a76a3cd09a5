//! Why an operation left items alone: one line for each cause, naming all its items.

use super::Teller;
use crate::domain::caller::Actor;
use crate::domain::outcome::{Skip, SkipReason};
use crate::text::{moment, role};

impl Teller<'_> {
    /// One line for each cause, naming all its items.
    pub(super) fn skipped(&self, skipped: &[Skip]) -> Vec<String> {
        let mut causes: Vec<(String, &SkipReason, Vec<String>)> = Vec::new();
        for skip in skipped {
            let id = skip.id.to_string();
            // What reads the same is one cause: two decisions of one minute differ for nobody.
            let reads = self.cause(&skip.reason, &[]);
            match causes.iter_mut().find(|(read, ..)| *read == reads) {
                Some((.., ids)) => ids.push(id),
                None => causes.push((reads, &skip.reason, vec![id])),
            }
        }
        causes.into_iter().map(|(_, cause, ids)| self.cause(cause, &ids)).collect()
    }

    fn cause(&self, cause: &SkipReason, ids: &[String]) -> String {
        let many = if ids.len() > 1 { "many" } else { "one" };
        let bare = ids.iter().map(|id| id.trim_start_matches('#')).collect::<Vec<_>>().join(",");
        let ids = ids.join(", ");
        match cause {
            SkipReason::NotFound => self.catalog.get("not-found", &[("ids", &ids)]),
            SkipReason::Stale => self.catalog.get("stale", &[("ids", &ids)]),
            SkipReason::Forbidden => self.catalog.get("forbidden", &[("ids", &ids)]),
            SkipReason::Roles { roles } => {
                let roles = role::deciders(self.catalog, roles);
                self.catalog.get("roles", &[("ids", &ids), ("roles", &roles)])
            }
            SkipReason::OwnItem => self.catalog.get("own-item", &[("ids", &ids)]),
            SkipReason::NotInBulk => self.catalog.get("not-in-bulk", &[("ids", &ids)]),
            SkipReason::ReasonRequired => {
                self.catalog.get("reason-required", &[("ids", &ids), ("bare", &bare)])
            }
            SkipReason::AlreadyVoted { have, need } => self.catalog.get(
                "already-voted",
                &[("ids", &ids), ("have", &have.to_string()), ("need", &need.to_string())],
            ),
            SkipReason::Undone => self.catalog.get("undone-already", &[("ids", &ids), ("many", many)]),
            SkipReason::NotOwn => self.catalog.get("not-own", &[("ids", &ids)]),
            SkipReason::NotApproved { state } => {
                let state = self.catalog.get(&format!("state-{}", state.code()), &[]);
                self.catalog.get("not-approved", &[("ids", &ids), ("state", &state)])
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
