//! A receipt in words: what was done, to which items, and what next. A repeat says "duplicate delivery" first.

mod appointed;
mod cause;
mod prepared;
mod votes;

use std::collections::{BTreeMap, BTreeSet};

use super::brief::{each, first_of, short, spans};
use super::catalog::Catalog;
use super::{Seen, moment};
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::item::{Execution, Item, ItemState};
use crate::domain::operation::Decision;
use crate::domain::outcome::{Awaiting, Outcome, Refusal, Skip};
use crate::domain::reason::Reason;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::zone::Zone;
use crate::limits::{AT_ONCE_MAX, MESSAGE_UNITS_MAX};

/// Characters that the items of one sort of change may take; the rest are counted.
const SINCE_CHARS: usize = 160;

pub(super) fn words(catalog: &Catalog, zone: &Zone, receipt: &Receipt, seen: Seen<'_>) -> String {
    let full = Teller { catalog, zone, receipt, seen, titles: seen.titles }.words();
    if full.encode_utf16().count() <= MESSAGE_UNITS_MAX {
        return full;
    }
    // Too many titles for one message: the numbers alone still say exactly what was done.
    Teller { catalog, zone, receipt, seen, titles: false }.words()
}

struct Teller<'a> {
    catalog: &'a Catalog,
    zone: &'a Zone,
    receipt: &'a Receipt,
    seen: Seen<'a>,
    titles: bool,
}

impl Teller<'_> {
    fn words(&self) -> String {
        if let Standing::Reused { differs } = &self.receipt.standing {
            return self.reused(differs);
        }
        let mut lines = match &self.receipt.outcome {
            Outcome::Decided { decision, done, awaiting, skipped, reason, .. } => {
                self.decided(*decision, (done, awaiting, skipped), reason.as_ref())
            }
            Outcome::Prepared { .. } => self.prepared(),
            Outcome::Undone { done, skipped } => {
                let first = self.head("undone", "nothing-undone", done);
                std::iter::once(first).chain(self.skipped(skipped)).collect()
            }
            Outcome::Appointed { person, .. } => self.appointed(*person),
            Outcome::Withdrawn { done, skipped, reason, .. } => {
                self.closed(("withdrawn", "nothing-withdrawn", "reason"), (done, skipped), reason.as_ref())
            }
            Outcome::Issued { result, done, skipped, note, .. } => {
                let some = match result {
                    Execution::Issued => "issued",
                    Execution::Failed => "failed",
                };
                self.closed((some, "nothing-issued", "note"), (done, skipped), note.as_ref())
            }
            Outcome::Submitted { ids, .. } => {
                let items = self.items(ids);
                vec![self.with_standing("submitted", &[("count", &ids.len().to_string()), ("items", &items)])]
            }
            Outcome::Refused { refusal } => vec![self.refused(refusal)],
        };
        lines.extend(self.since());
        lines.extend(self.number());
        if !self.seen.titles && !self.receipt.outcome.done().is_empty() {
            lines.push(self.catalog.get("titles-in-private", &[]));
        }
        lines.join("\n")
    }

    fn decided(
        &self,
        decision: Decision,
        (done, awaiting, skipped): (&[ItemId], &[Awaiting], &[Skip]),
        reason: Option<&Reason>,
    ) -> Vec<String> {
        let (some, none) = match decision {
            Decision::Approve => ("approved", "nothing-approved"),
            Decision::Reject => ("rejected", "nothing-rejected"),
        };
        let votes = [("items", self.votes(awaiting))];
        let votes = votes.each_ref().map(|(name, items)| (*name, items.as_str()));
        let (first, votes) = match (done, awaiting) {
            (_, []) => (self.head(some, none, done), None),
            ([], _) => (self.with_standing("voted", &votes), None),
            _ => (self.head(some, none, done), Some(self.catalog.get("voted", &votes))),
        };
        let reason = reason.filter(|_| !done.is_empty()).map(|reason| self.reason(reason));
        let skipped = self.skipped(skipped);
        std::iter::once(first).chain(votes).chain(reason).chain(skipped).chain(self.undo(done)).collect()
    }

    /// What a client did with its own items.
    fn closed(
        &self,
        (some, none, said): (&str, &str, &str),
        (done, skipped): (&[ItemId], &[Skip]),
        line: Option<&Reason>,
    ) -> Vec<String> {
        let first = self.head(some, none, done);
        let line = line.filter(|_| !done.is_empty());
        let line = line.map(|line| self.catalog.get(said, &[(said, line.as_str())]));
        std::iter::once(first).chain(line).chain(self.skipped(skipped)).collect()
    }

    fn reason(&self, reason: &Reason) -> String {
        self.catalog.get("reason", &[("reason", reason.as_str())])
    }

    /// The number of an answer about more than one item, by which it can be asked for, and all of it taken back.
    fn number(&self) -> Option<String> {
        let outcome = &self.receipt.outcome;
        let decided = matches!(outcome, Outcome::Decided { .. } | Outcome::Undone { .. });
        let number = format!("R{}", self.receipt.number);
        (decided && outcome.named().len() > 1)
            .then(|| self.catalog.get("receipt-number", &[("number", &number)]))
    }

    /// What was done to which items, or that nothing was.
    fn head(&self, some: &str, none: &str, done: &[ItemId]) -> String {
        if done.is_empty() {
            return self.with_standing(none, &[]);
        }
        let items = self.items(done);
        self.with_standing(some, &[("count", &done.len().to_string()), ("items", &items)])
    }

    /// How a new decision is taken back, for whom it can still serve.
    fn undo(&self, done: &[ItemId]) -> Option<String> {
        // What was undone or decided anew since is not this decision any more.
        let changed: BTreeSet<ItemId> = self.receipt.changed_since().map(|item| item.id).collect();
        let stands = done.iter().filter(|id| !changed.contains(id));
        let stands = stands.filter_map(|id| self.receipt.items.get(id));
        let ours = stands.filter(|item| item.decided_at == Some(self.receipt.at));
        let open = ours.filter_map(Item::final_at);
        let left = (open.max()? - self.seen.now).num_seconds();
        let is_new = self.receipt.standing == Standing::New;
        (is_new && left > 0).then(|| {
            let span = moment::span(self.catalog, left);
            self.catalog.get("undo-next", &[("span", &span)])
        })
    }

    /// The message for a first delivery; for a repeat the same, after when it was first answered.
    fn with_standing(&self, id: &str, variables: &[(&str, &str)]) -> String {
        if self.receipt.standing == Standing::New {
            return self.catalog.get(id, variables);
        }
        let what = self.catalog.get(&format!("{id}-before"), variables);
        let outcome = &self.receipt.outcome;
        let appointed = matches!(outcome, Outcome::Appointed { kept: None, .. });
        let effect = appointed || !outcome.done().is_empty() || !outcome.awaiting().is_empty();
        let head = if !effect { "answered-before" } else { "applied-before" };
        let at = moment::time(self.catalog, self.receipt.at, self.seen.now, self.zone);
        self.catalog.get(head, &[("time", &at), ("what", &what)])
    }

    fn items(&self, ids: &[ItemId]) -> String {
        // Many are a summary: their numbers say exactly which, and Details shows each.
        if ids.len() > AT_ONCE_MAX {
            return spans(ids);
        }
        ids.iter().map(|id| self.item(*id)).collect::<Vec<_>>().join(", ")
    }

    fn item(&self, id: ItemId) -> String {
        match self.receipt.items.get(&id).filter(|_| self.titles) {
            Some(item) => format!("{id} {}", short(&item.title)),
            None => id.to_string(),
        }
    }

    fn refused(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::MayNotDecide => self.with_standing("may-not-decide", &[("id", &self.viewers_id())]),
            Refusal::ViewersRead => self.with_standing("viewers-read", &[("id", &self.viewers_id())]),
            Refusal::GivenSince => self.with_standing("given-since", &[]),
            Refusal::OwnersOnly => self.with_standing("owners-only", &[]),
            Refusal::Forbidden { kind } => self.with_standing("forbidden-kind", &[("kind", kind)]),
            Refusal::NothingToUndo => self.with_standing("nothing-to-undo", &[]),
            Refusal::NotYourReceipt { number } => self.about_receipt("not-your-receipt", *number),
            Refusal::NoSuchReceipt { number } => self.about_receipt("no-receipt-to-undo", *number),
            Refusal::NothingDecided { number } => self.about_receipt("nothing-decided", *number),
            Refusal::ExternalIdTaken { item, .. } => {
                self.with_standing("external-id-taken", &[("id", &item.to_string())])
            }
            Refusal::ExpiryOutOfBounds { at, .. } => {
                let at = moment::time(self.catalog, *at, self.seen.now, self.zone);
                self.with_standing("expiry-out-of-bounds", &[("time", &at)])
            }
            Refusal::OverBulkLimit { asked, limit } => self.with_standing(
                "over-bulk-limit",
                &[("asked", &asked.to_string()), ("limit", &limit.to_string())],
            ),
        }
    }

    fn about_receipt(&self, id: &str, number: i64) -> String {
        self.with_standing(id, &[("number", &number.to_string())])
    }

    fn viewers_id(&self) -> String {
        match self.seen.viewer {
            Some(Actor::Person(id)) => id.to_string(),
            _ => String::new(),
        }
    }

    fn reused(&self, differs: &[String]) -> String {
        let field = |name: &String| self.catalog.get(&format!("field-{name}"), &[]);
        let known = ["text", "data", "from", "chat", "message"];
        let mut names: Vec<String> =
            differs.iter().filter(|name| known.contains(&name.as_str())).map(field).collect();
        if names.is_empty() {
            names.push(self.catalog.get("field-other", &[]));
        }
        let at = moment::time(self.catalog, self.receipt.at, self.seen.now, self.zone);
        let number = format!("R{}", self.receipt.number);
        self.catalog.get("reused", &[("number", &number), ("time", &at), ("fields", &names.join(", "))])
    }

    /// What has changed since about the items this operation decided.
    fn since(&self) -> Vec<String> {
        let mut by_state: BTreeMap<&str, Vec<ItemId>> = BTreeMap::new();
        for item in self.receipt.changed_since() {
            by_state.entry(item.state.code()).or_default().push(item.id);
        }
        let line = |(state, ids): (&str, Vec<ItemId>)| {
            let many = if ids.len() > 1 { "many" } else { "one" };
            let ids = first_of(self.catalog, &each(&ids), SINCE_CHARS);
            if state == ItemState::Pending.code() {
                return self.catalog.get("since-undone", &[("ids", &ids)]);
            }
            let state = self.catalog.get(&format!("state-{state}"), &[]);
            self.catalog.get("since", &[("ids", &ids), ("many", many), ("state", &state)])
        };
        by_state.into_iter().map(line).collect()
    }
}
