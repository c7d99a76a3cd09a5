//! The books, and the model that says what they should hold.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::domain::event::Event;
use countersign::domain::ids::ItemId;
use countersign::domain::item::ItemState;
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::{Answered, Decision, Operation, Request};
use countersign::domain::outcome::{Outcome, SkipReason};
use countersign::domain::place::Place;
use countersign::domain::prepare::confirm;
use countersign::domain::receipt::{Receipt, Standing};
use countersign::domain::role::{Change, Role};
use countersign::domain::rules::Rules;
use countersign::domain::scope::Scope;
use countersign::domain::selection::Selection;
use countersign::domain::shown::Shown;
use countersign::ledger::cards::Brought;
use countersign::ledger::outbox::Settled;
use countersign::ledger::{Announce, lease};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};

use super::{PEOPLE, Step};
use crate::support::books::{Books, LEE, appoint, approve_by, submit};

const GROUP: Place = Place { chat: -1001, topic: None, message: None };

/// The one whose role comes and goes.
fn third() -> String {
    format!("tg:{}", PEOPLE[2])
}

/// What the model knows of an item.
struct Known {
    state: ItemState,
    /// Whose votes stand on it, and in which of the third person's terms each was cast.
    voted: BTreeMap<String, u32>,
    expires_at: DateTime<Utc>,
}

/// The books, and what they should say.
pub struct World {
    books: Books,
    epoch: i64,
    items: BTreeMap<i64, Known>,
    done: Vec<(Request, Arc<Receipt>)>,
    prepared: Option<Operation>,
    /// How often the third person's role ended.
    term: u32,
    /// Rows that the outbox should have.
    rows: u64,
    messages: i64,
    updates: u32,
}

impl World {
    pub async fn new() -> Self {
        let mut books = Books::sqlite().await;
        let rules =
            |quorum| Rules { quorum, undo_window_s: 60, expires_after_s: Some(600), ..Rules::default() };
        books.kinds = [("bill".to_owned(), rules(1)), ("pair".to_owned(), rules(2))].into();
        books.announce = Announce::Places(vec![GROUP]);
        books.restart().await;
        let life = Duration::from_secs(86_400);
        let epoch = books.ledger.lease(lease::TELEGRAM, "me", life).await.unwrap().unwrap();
        let (items, done, prepared) = (BTreeMap::new(), Vec::new(), None);
        Self { books, epoch, items, done, prepared, term: 0, rows: 0, messages: 0, updates: 0 }
    }

    fn said(&mut self, who: usize, operation: Operation) -> Request {
        self.updates += 1;
        let mut request = approve_by(PEOPLE[who], self.updates, &[1]);
        request.caller.said_at = self.books.clock.now();
        Request { operation, answered: Answered::Outbox, ..request }
    }

    /// Takes a step, in the books and in the model.
    pub async fn take(&mut self, step: Step) -> TestCaseResult {
        match step {
            Step::Submit { count, pair } => {
                self.updates += 1;
                let mut request = submit(&format!("key-{}", self.updates), &[]);
                let Operation::Submit { items, .. } = &mut request.operation else { panic!() };
                let kind = if pair { "pair" } else { "bill" };
                *items =
                    (0..count).map(|n| NewItem::new(kind, &format!("item {n}"), None).unwrap()).collect();
                self.rows += if count > 3 { 1 } else { count as u64 };
                self.apply(request).await
            }
            Step::Repeat { which } => self.repeat(which, false).await,
            Step::Reuse { which } => self.repeat(which, true).await,
            Step::Wait { seconds } => {
                self.books.clock.advance(TimeDelta::seconds(seconds));
                Ok(())
            }
            Step::Expire => self.expire().await,
            Step::Release => {
                self.books.ledger.release_due().await.unwrap();
                Ok(())
            }
            Step::Send => {
                self.send().await;
                Ok(())
            }
            Step::Bring => {
                self.bring().await;
                Ok(())
            }
            step => match self.asked(step) {
                Some((who, operation)) => {
                    let request = self.said(who, operation);
                    self.apply(request).await
                }
                None => Ok(()),
            },
        }
    }

    /// What a person asks for.
    fn asked(&self, step: Step) -> Option<(usize, Operation)> {
        let decision = |reject| if reject { Decision::Reject } else { Decision::Approve };
        match step {
            Step::Decide { who, reject, ids } => {
                let ids = ids.into_iter().filter_map(ItemId::new).collect();
                let (decision, seen) = (decision(reject), BTreeMap::new());
                Some((who, Operation::Decide { decision, ids, seen, reason: None, label: None }))
            }
            Step::Prepare { who, reject } => {
                let selection = Selection::Pending { kinds: Vec::new(), except: Vec::new() };
                Some((who, Operation::Prepare { decision: decision(reject), selection, reason: None }))
            }
            Step::Confirm { who } => Some((who, self.prepared.clone()?)),
            Step::Undo { who } => Some((who, Operation::Undo { receipt: None })),
            Step::Appoint { is_added } => {
                let change = if is_added { Change::Add(Role::Approver) } else { Change::Remove };
                Some((0, appoint(LEE, 0, PEOPLE[2], change).operation))
            }
            _ => None,
        }
    }

    async fn apply(&mut self, request: Request) -> TestCaseResult {
        let receipt = self.books.ledger.apply(request.clone()).await.unwrap();
        prop_assert_eq!(&receipt.standing, &Standing::New);
        self.rows += u64::from(request.answered == Answered::Outbox);
        let (now, actor) = (self.books.clock.now(), request.caller.actor.to_string());
        match &receipt.outcome {
            Outcome::Submitted { ids, .. } => {
                for id in ids {
                    let expires_at = now + TimeDelta::seconds(600);
                    let known = Known { state: ItemState::Pending, voted: BTreeMap::new(), expires_at };
                    prop_assert!(self.items.insert(id.get(), known).is_none(), "{} is there already", id);
                }
            }
            Outcome::Decided { decision, done, skipped, .. } => {
                for id in receipt.outcome.voted() {
                    let item = self.items.get_mut(&id.get()).expect("an item that there is");
                    prop_assert!(item.state == ItemState::Pending && item.expires_at > now, "{}", id);
                    let before = item.voted.insert(actor.clone(), self.term);
                    prop_assert!(before.is_none(), "one vote of one person: {}", id);
                    if done.contains(&id) {
                        item.state = decision.state();
                    }
                }
                for skip in skipped {
                    let SkipReason::Already { state, .. } = &skip.reason else { continue };
                    let item = &self.items[&skip.id.get()];
                    let over = item.state == ItemState::Pending && item.expires_at <= now;
                    prop_assert_eq!(*state, if over { ItemState::Expired } else { item.state });
                }
            }
            Outcome::Undone { done, .. } => {
                for id in done {
                    let item = self.items.get_mut(&id.get()).expect("an item that there is");
                    prop_assert!(item.voted.remove(&actor).is_some(), "one's own vote alone: {}", id);
                    item.state = ItemState::Pending;
                    // What waits again holds no vote whose right has ended since.
                    let term = self.term;
                    item.voted.retain(|who, cast| *who != third() || *cast == term);
                }
            }
            Outcome::Appointed { before: Some(_), after: None, .. } => {
                self.term += 1;
                let waiting = self.items.values_mut().filter(|item| item.state == ItemState::Pending);
                waiting.for_each(|item| item.voted.retain(|who, _| *who != third()));
            }
            Outcome::Prepared { decision, would, .. } => {
                self.prepared = (!would.is_empty()).then(|| confirm(*decision, would, None));
            }
            _ => {}
        }
        self.done.push((request, receipt));
        Ok(())
    }

    /// The same delivery again, or another under the same key: nothing is done, and the first answer is told.
    async fn repeat(&mut self, which: usize, is_other: bool) -> TestCaseResult {
        let Some((request, first)) = self.done.get(which % self.done.len().max(1)) else { return Ok(()) };
        let mut again = request.clone();
        if is_other {
            again.scope = Scope::of(&serde_json::json!({ "text": "another" }));
        }
        let receipt = self.books.ledger.apply(again).await.unwrap();
        prop_assert_eq!(matches!(receipt.standing, Standing::Reused { .. }), is_other);
        prop_assert_eq!(receipt.standing == Standing::Repeat, !is_other);
        prop_assert_eq!((receipt.number, &receipt.outcome), (first.number, &first.outcome));
        Ok(())
    }

    async fn expire(&mut self) -> TestCaseResult {
        let now = self.books.clock.now();
        let over = |item: &&mut Known| item.state == ItemState::Pending && item.expires_at <= now;
        let over: Vec<&mut Known> = self.items.values_mut().filter(over).collect();
        prop_assert_eq!(self.books.ledger.expire().await.unwrap(), over.len() as u64);
        over.into_iter().for_each(|item| item.state = ItemState::Expired);
        Ok(())
    }

    async fn versions(&self, ids: &[ItemId]) -> Vec<(ItemId, i32)> {
        let portraits = self.books.ledger.portraits(ids).await.unwrap();
        portraits.into_iter().map(|portrait| (portrait.item.id, portrait.item.version)).collect()
    }

    /// Telegram takes what is due; gives how much that was.
    async fn send(&mut self) -> usize {
        let due = self.books.ledger.due(self.books.clock.now(), self.epoch, 32).await.unwrap();
        for row in &due {
            self.messages += 1;
            let shown = match row.event.as_ref().unwrap() {
                Event::Card { items } => {
                    let items = self.versions(items).await;
                    Some(Shown { message: self.messages, items, is_detail: false, asks: None })
                }
                _ => None,
            };
            self.books.ledger.settle(row, Settled::Sent(shown), self.epoch).await.unwrap();
        }
        due.len()
    }

    /// Messages that are behind are brought to what is so now; gives how many there were.
    async fn bring(&self) -> usize {
        let behind = self.books.ledger.cards_behind(self.books.clock.now(), self.epoch, 32).await.unwrap();
        for message in &behind {
            let items = self.versions(&message.items).await;
            let shown =
                Shown { message: message.place.message.unwrap(), items, is_detail: false, asks: None };
            self.books
                .ledger
                .card_brought(message.place, Brought::UpToDate(shown), self.epoch)
                .await
                .unwrap();
        }
        behind.len()
    }

    pub async fn agrees(&self) -> TestCaseResult {
        let ids: Vec<ItemId> = self.items.keys().filter_map(|id| ItemId::new(*id)).collect();
        for portrait in self.books.ledger.portraits(&ids).await.unwrap() {
            let known = &self.items[&portrait.item.id.get()];
            prop_assert_eq!(portrait.item.state, known.state, "{}", portrait.item.id);
        }
        let audit = self.books.ledger.audit().await.unwrap();
        prop_assert!(audit.is_empty(), "{audit:#?}");
        Ok(())
    }

    /// Everything is sent and brought up to date; then the books are in order, and the outbox holds what it should.
    pub async fn end(mut self) -> TestCaseResult {
        self.books.clock.advance(TimeDelta::seconds(2));
        let mut sent = 0;
        while self.send().await > 0 {
            sent += 1;
        }
        while self.bring().await > 0 {}
        self.agrees().await?;
        let depth = self.books.ledger.outbox_depth().await.unwrap();
        prop_assert_eq!((depth.waiting, depth.failed), (0, 0));
        prop_assert!(
            self.messages == i64::try_from(self.rows).unwrap(),
            "{} of {}",
            self.messages,
            self.rows
        );
        prop_assert!(sent <= self.messages);
        self.books.ledger.close().await;
        Ok(())
    }
}
