//! What operations do, each outcome and each cause at least once.

use chrono::TimeDelta;
use countersign::domain::card;
use countersign::domain::ids::ItemId;
use countersign::domain::item::{Execution, ItemState};
use countersign::domain::operation::Decision;
use countersign::domain::outcome::{Awaiting, Outcome, Refusal, Skip, SkipReason, Would};

use super::samples::Size;
use crate::support::books::noon;

impl Size {
    fn skips(self) -> Vec<Skip> {
        let at = Some(noon() - TimeDelta::minutes(2));
        let already = |state, by: &str| SkipReason::Already { state, by: Some(by.to_owned()), at };
        let reasons = [
            SkipReason::NotFound,
            SkipReason::Stale,
            SkipReason::Forbidden,
            SkipReason::OwnItem,
            SkipReason::Roles { roles: self.item(1, ItemState::Pending).rules.roles },
            SkipReason::NotInBulk,
            SkipReason::ReasonRequired,
            SkipReason::AlreadyVoted { have: 1, need: 2, receipt: Some(41) },
            SkipReason::AlreadyVoted { have: 1, need: 3, receipt: None },
            SkipReason::Undone,
            SkipReason::Final { at: Some(noon() - TimeDelta::days(3)) },
            SkipReason::NotOwn,
            SkipReason::NotApproved { state: ItemState::Rejected },
            SkipReason::NotFinal { at: Some(noon()) },
            SkipReason::AlreadyIssued { result: Execution::Issued, at: noon() - TimeDelta::hours(3) },
            SkipReason::AlreadyIssued { result: Execution::Failed, at: noon() - TimeDelta::days(3) },
            already(ItemState::Pending, ""),
            already(ItemState::Approved, "tg:7"),
            already(ItemState::Rejected, "tg:8"),
            already(ItemState::Rejected, "api:shop"),
            already(ItemState::Approved, "tg:9"),
            already(ItemState::Withdrawn, "api:shop"),
            SkipReason::Already { state: ItemState::Expired, by: None, at: Some(noon()) },
            SkipReason::Stale,
        ];
        (50..).zip(reasons).map(|(n, reason)| Skip { id: self.id(n), reason }).collect()
    }

    pub(super) fn prepared(
        self,
        decision: Decision,
        ids: &[ItemId],
        left: u64,
        skipped: Vec<Skip>,
    ) -> Outcome {
        let seen = || card::Seen { hash: "1a2b3c4d".to_owned(), round: 1 };
        let would = ids.iter().map(|id| Would { id: *id, seen: seen() }).collect();
        let reason = (decision == Decision::Reject).then(|| self.reason());
        let absent = if ids.is_empty() { vec!["invoice".to_owned()] } else { Vec::new() };
        // Half of what would be approved waits for others.
        let votes =
            ids.iter().filter(|id| decision == Decision::Approve && ids.len() > 1 && id.get() % 2 == 0);
        let awaiting = votes.map(|id| Awaiting { id: *id, have: 1, need: 2 }).collect();
        Outcome::Prepared { decision, would, awaiting, skipped, left, absent, reason }
    }

    /// A preview of nothing but votes.
    fn votes(self) -> Outcome {
        let mut prepared = self.prepared(Decision::Approve, &[self.id(3)], 0, Vec::new());
        if let Outcome::Prepared { would, awaiting, .. } = &mut prepared {
            *awaiting = would.iter().map(|would| Awaiting { id: would.id, have: 1, need: 2 }).collect();
        }
        prepared
    }

    fn withdrawn(self, done: &[ItemId]) -> Outcome {
        let (done, reason) = (done.to_vec(), Some(self.reason()));
        Outcome::Withdrawn { done, skipped: Vec::new(), reason, label: None }
    }

    fn issued(self, result: Execution, done: &[ItemId]) -> Outcome {
        let (done, note) = (done.to_vec(), Some(self.reason()));
        Outcome::Issued { result, done, skipped: Vec::new(), note, label: None }
    }

    pub fn outcomes(self) -> Vec<Outcome> {
        let done: Vec<ItemId> = self.many(2, 500).map(|n| self.id(n)).collect();
        let awaiting = vec![Awaiting { id: self.id(40), have: 1, need: 2 }];
        let decided =
            |decision, done: &[ItemId], awaiting: &[Awaiting], skipped: Vec<Skip>| Outcome::Decided {
                decision,
                done: done.to_vec(),
                skipped,
                awaiting: awaiting.to_vec(),
                reason: (decision == Decision::Reject).then(|| self.reason()),
                label: None,
            };
        let refusals = [
            Refusal::MayNotDecide,
            Refusal::ViewersRead,
            Refusal::GivenSince,
            Refusal::OwnersOnly,
            Refusal::Forbidden { kind: self.item(1, ItemState::Pending).kind },
            Refusal::NothingToUndo,
            Refusal::NotYourReceipt { number: 41 },
            Refusal::NoSuchReceipt { number: 999 },
            Refusal::NothingDecided { number: 40 },
            Refusal::OverBulkLimit { asked: 500, limit: 100 },
            Refusal::ExternalIdTaken { place: 0, item: self.id(7) },
            Refusal::ExpiryOutOfBounds { place: 0, at: noon() - TimeDelta::days(1), now: noon() },
        ];
        let mut outcomes = vec![
            decided(Decision::Approve, &done, &awaiting, self.skips()),
            decided(Decision::Approve, &[], &awaiting, Vec::new()),
            decided(Decision::Approve, &[], &[], Vec::new()),
            decided(Decision::Reject, &done, &[], Vec::new()),
            decided(Decision::Reject, &[], &[], Vec::new()),
            Outcome::Undone { done: done.clone(), skipped: Vec::new() },
            self.prepared(Decision::Approve, &done, 12, self.skips()),
            self.prepared(Decision::Approve, &[], 0, Vec::new()),
            self.votes(),
            self.prepared(Decision::Reject, &done, 0, Vec::new()),
            self.prepared(Decision::Reject, &[], 0, Vec::new()),
            Outcome::Undone { done: Vec::new(), skipped: Vec::new() },
            self.withdrawn(&done),
            self.withdrawn(&[]),
            self.issued(Execution::Issued, &done),
            self.issued(Execution::Failed, &done),
            self.issued(Execution::Failed, &[]),
            Outcome::Submitted { ids: done, known: Vec::new() },
        ];
        outcomes.extend(refusals.map(|refusal| Outcome::Refused { refusal }));
        outcomes
    }
}
