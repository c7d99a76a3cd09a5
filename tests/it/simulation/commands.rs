//! Commands as they are written, and what was heard of each.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::ids::ItemId;
use countersign::domain::key::{ClientName, IdempotencyKey};
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::{Answered, Decision, Operation, Request};
use countersign::domain::outcome::Outcome;
use countersign::domain::prepare::confirm;
use countersign::domain::role::{Change, Role};
use countersign::domain::scope::Scope;
use countersign::domain::selection::Selection;
use serde_json::json;

use super::item::KINDS;
use super::step::{ASKERS, Ask};
use crate::support::books::{KIM, LEE, appoint, approve_by, submit};

const PEOPLE: [i64; ASKERS - 1] = [LEE, KIM, 333];

/// How long keys are kept here; and how old a message from Telegram may be, which its door looks at.
pub const RETENTION: TimeDelta = TimeDelta::hours(26);
const AGE_MAX: TimeDelta = TimeDelta::hours(22);

/// A command that was written, perhaps delivered, perhaps often.
pub struct Command {
    pub request: Request,
    /// The operation by which it took effect.
    pub effect: Option<(i64, Outcome)>,
    /// Somebody heard that it was new.
    pub was_new: bool,
    /// Somebody heard an answer.
    pub was_answered: bool,
}

impl Command {
    pub const fn new(request: Request) -> Self {
        Self { request, effect: None, was_new: false, was_answered: false }
    }

    /// Whether it may still be delivered: a message that is too old is refused at the door; of a client's own items it is
    /// known for good that they were submitted.
    pub fn may_come(&self, now: DateTime<Utc>) -> bool {
        self.is_submission() || now - self.request.caller.said_at < AGE_MAX
    }

    pub fn is_submission(&self) -> bool {
        matches!(self.request.operation, Operation::Submit { .. })
    }

    /// Another request under the same key.
    pub fn other(&self) -> Request {
        Request { scope: Scope::of(&json!({ "text": "another" })), ..self.request.clone() }
    }
}

/// Writes commands, each under a key of its own.
#[derive(Default)]
pub struct Writer {
    written: u32,
    /// What can be confirmed.
    pub prepared: Option<Operation>,
    /// The numbers of decisions.
    pub decisions: Vec<i64>,
    last_item: i64,
}

impl Writer {
    pub fn write(&mut self, ask: &Ask, now: DateTime<Utc>) -> Option<Request> {
        self.written += 1;
        let (who, operation) = self.asked(ask)?;
        let mut request = if who < PEOPLE.len() {
            let said = approve_by(PEOPLE[who], self.written, &[1]);
            // Some answers ride in the webhook's response.
            let answered = if self.written.is_multiple_of(3) { Answered::Rode } else { Answered::Outbox };
            Request { operation, answered, ..said }
        } else {
            let mut sent = submit(&format!("key-{}", self.written), &[]);
            sent.caller.token_may_decide = true;
            sent.scope = Scope::of(&json!({ "op": operation.verb(), "n": self.written }));
            Request { operation, ..sent }
        };
        request.caller.said_at = now;
        Some(request)
    }

    fn asked(&self, ask: &Ask) -> Option<(usize, Operation)> {
        let (reason, label, note) = (None, None, None);
        let decision = |reject| if reject { Decision::Reject } else { Decision::Approve };
        // Most often of the last items, now and then one that does not exist.
        let last = self.last_item;
        let meant = |n: i64| if n % 3 == 0 { 1 + n % (last + 2) } else { (last - (n / 3) % 6).max(1) };
        let items = |ids: &[i64]| ids.iter().filter_map(|n| ItemId::new(meant(*n))).collect::<Vec<_>>();
        // People alone can take something back, and be asked.
        let person = |who: usize| who % PEOPLE.len();
        let client = PEOPLE.len();
        Some(match ask {
            Ask::Submit { count, kind } => {
                let kind = KINDS[*kind].0;
                let new = |n| NewItem::new(kind, &format!("item {n}"), None).unwrap();
                let shop = ClientName::parse("shop").unwrap();
                let submit_key = format!("key-{}", self.written);
                (
                    client,
                    Operation::Submit { client: shop, submit_key, items: (0..*count).map(new).collect() },
                )
            }
            Ask::Decide { who, reject, ids } => {
                let (decision, ids, seen) = (decision(*reject), items(ids), BTreeMap::new());
                (*who, Operation::Decide { decision, ids, seen, reason, label })
            }
            Ask::Prepare { who, reject } => {
                let selection = Selection::Pending { kinds: Vec::new(), except: Vec::new() };
                (person(*who), Operation::Prepare { decision: decision(*reject), selection, reason })
            }
            Ask::Confirm { who } => (person(*who), self.prepared.clone()?),
            Ask::Undo { who, receipt } => {
                let receipt = receipt.and_then(|n| recent(n, self.decisions.len()));
                let receipt = receipt.map(|n| self.decisions[n]);
                (person(*who), Operation::Undo { receipt })
            }
            Ask::Appoint { is_added } => {
                let change = if *is_added { Change::Add(Role::Approver) } else { Change::Remove };
                (0, appoint(LEE, 0, PEOPLE[2], change).operation)
            }
            Ask::Withdraw { ids } => (client, Operation::Withdraw { ids: items(ids), reason, label }),
            Ask::Issue { result, ids } => {
                (client, Operation::Issue { result: *result, ids: items(ids), note, label })
            }
        })
    }

    /// What took effect makes other commands possible.
    pub fn learn(&mut self, number: i64, outcome: &Outcome) {
        match outcome {
            Outcome::Submitted { ids, .. } => {
                self.last_item = ids.iter().map(|id| id.get()).fold(self.last_item, i64::max);
            }
            Outcome::Decided { .. } => self.decisions.push(number),
            Outcome::Prepared { decision, would, .. } if !would.is_empty() => {
                self.prepared = Some(confirm(*decision, would, None));
            }
            _ => {}
        }
    }
}

/// The place of one among so many, most often of the last.
pub fn recent(n: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(if n.is_multiple_of(3) { n % count } else { last - (n / 3) % count.min(8) })
}

/// The key of a command, as it stands in the books.
pub fn key(request: &Request) -> &str {
    IdempotencyKey::as_str(&request.key)
}
