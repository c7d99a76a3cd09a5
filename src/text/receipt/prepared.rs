//! What a decision would do, and who may confirm it until when.

use super::Teller;
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::operation::Decision;
use crate::domain::outcome::{Awaiting, Outcome};
use crate::text::moment;

impl Teller<'_> {
    pub(super) fn prepared(&self) -> Vec<String> {
        let Outcome::Prepared { decision, would, awaiting, skipped, left, absent, reason } =
            &self.receipt.outcome
        else {
            return Vec::new();
        };
        let is_voted = |id: &ItemId| awaiting.iter().any(|vote| vote.id == *id);
        let done: Vec<ItemId> = would.iter().map(|would| would.id).filter(|id| !is_voted(id)).collect();
        let mut lines = self.would(*decision, &done, awaiting);
        lines.extend(reason.as_ref().filter(|_| !would.is_empty()).map(|reason| self.reason(reason)));
        lines.extend(self.skipped(skipped));
        if !absent.is_empty() {
            lines.push(self.catalog.get("would-absent", &[("kinds", &absent.join(", "))]));
        }
        if *left > 0 {
            lines.push(self.catalog.get("would-left", &[("left", &left.to_string())]));
        }
        lines.extend(self.confirmation());
        lines
    }

    /// What it would decide, and what would have one vote more.
    fn would(&self, decision: Decision, done: &[ItemId], awaiting: &[Awaiting]) -> Vec<String> {
        let (some, none) = match decision {
            Decision::Approve => ("would-approve", "would-approve-nothing"),
            Decision::Reject => ("would-reject", "would-reject-nothing"),
        };
        let votes = [("items", self.votes(awaiting))];
        let votes = votes.each_ref().map(|(name, items)| (*name, items.as_str()));
        match (done, awaiting) {
            (_, []) => vec![self.head(some, none, done)],
            ([], _) => vec![self.with_standing("would-vote", &votes)],
            _ => vec![self.head(some, none, done), self.catalog.get("would-vote", &votes)],
        }
    }

    /// Whether it was confirmed, or by whom it can be, or could have been.
    fn confirmation(&self) -> Option<String> {
        if let Some(number) = self.receipt.confirmed {
            return Some(self.catalog.get("confirm-done", &[("number", &format!("R{number}"))]));
        }
        let until = self.receipt.confirm_until()?;
        let is_open = until > self.seen.now;
        let is_own = self.seen.viewer.is_some_and(|viewer| viewer.to_string() == self.receipt.actor);
        Some(match (is_open, is_own) {
            (true, true) => self.catalog.get("confirm-next", &[]),
            (false, true) => self.catalog.get("confirm-over", &[]),
            (true, false) => {
                let time = moment::time(self.catalog, until, self.seen.now, self.zone);
                self.catalog.get("confirm-theirs", &[("who", &self.asker()), ("time", &time)])
            }
            (false, false) => self.catalog.get("confirm-over-theirs", &[]),
        })
    }

    /// Who asked for it, by name.
    fn asker(&self) -> String {
        let actor = &self.receipt.actor;
        let name = self.receipt.names.get(actor).cloned();
        name.unwrap_or_else(|| match Actor::parse(actor) {
            Some(Actor::Person(id)) => self.catalog.get("who-person", &[("id", &id.to_string())]),
            Some(Actor::Client(client)) => self.catalog.get("who-client", &[("name", client.as_str())]),
            None => actor.clone(),
        })
    }
}
