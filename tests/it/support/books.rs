//! A database with its ledger, for the suite that runs against each kind of database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::clock::Clock;
use countersign::domain::caller::{Actor, Caller, Profile};
use countersign::domain::ids::ItemId;
use countersign::domain::key::{ClientName, IdempotencyKey};
use countersign::domain::new_item::NewItem;
use countersign::domain::operation::{Answered, Decision, Operation, Request};
use countersign::domain::place::Place;
use countersign::domain::receipt::Receipt;
use countersign::domain::role::Change;
use countersign::domain::rules::Rules;
use countersign::domain::scope::Scope;
use countersign::domain::world::Rulebook;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, OpenError, Options, Page};
use countersign::points::Points;
use serde_json::json;

use super::postgres;

/// The admin of all stories.
pub const LEE: i64 = 111;
/// Another admin.
pub const KIM: i64 = 222;

/// A ledger on a database of its own.
pub struct Books {
    pub ledger: Ledger,
    pub address: Address,
    pub clock: Clock,
    pub points: Points,
    pub admins: BTreeSet<i64>,
    /// The clients whose token may decide, where the settings say.
    pub clients: Option<BTreeSet<ClientName>>,
    pub bulk_limit: usize,
    pub undo_window_s: u32,
    /// Who is told of decisions.
    pub receivers: BTreeSet<String>,
    /// What the policy says of kinds.
    pub kinds: BTreeMap<String, Rules>,
    /// Where new items are shown.
    pub announce: Announce,
    home: Home,
}

enum Home {
    Folder(#[allow(dead_code, reason = "held until the end")] tempfile::TempDir),
    Server(postgres::Scratch),
}

pub fn noon() -> DateTime<Utc> {
    "2026-03-01T12:04:00Z".parse().unwrap()
}

impl Books {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address =
            Address::parse(&format!("sqlite://{}?mode=rwc", folder.path().join("books.db").display()))
                .unwrap();
        Self::on(address, Home::Folder(folder)).await
    }

    pub async fn postgres() -> Option<Self> {
        let scratch = postgres::fresh_database().await?;
        let address = Address::parse(scratch.url()).unwrap();
        Some(Self::on(address, Home::Server(scratch)).await)
    }

    async fn on(address: Address, home: Home) -> Self {
        let clock = Clock::frozen(noon());
        let points = Points::default();
        let admins = BTreeSet::from([LEE, KIM]);
        let rulebook = Rulebook::new(admins.clone(), 100, 0);
        let ledger = open(&address, &clock, &points, (&rulebook, nowhere())).await;
        Self {
            ledger,
            address,
            clock,
            points,
            admins,
            clients: None,
            bulk_limit: 100,
            undo_window_s: 0,
            receivers: BTreeSet::new(),
            kinds: BTreeMap::new(),
            announce: nowhere(),
            home,
        }
    }

    /// The address with its password, as `DATABASE_URL` has it; for PostgreSQL alone.
    pub fn address_text(&self) -> String {
        match &self.home {
            Home::Server(scratch) => scratch.url().to_owned(),
            Home::Folder(_) => panic!("an SQLite file has no server"),
        }
    }

    /// Another instance on the same database, with the present settings.
    pub async fn instance(&self) -> Ledger {
        self.instance_at(&self.clock).await
    }

    /// Another instance, whose machine has a clock of its own.
    pub async fn instance_at(&self, clock: &Clock) -> Ledger {
        let mut rulebook = Rulebook::new(self.admins.clone(), self.bulk_limit, self.undo_window_s);
        rulebook.clients.clone_from(&self.clients);
        rulebook.kinds.clone_from(&self.kinds);
        rulebook.receivers.clone_from(&self.receivers);
        open(&self.address, clock, &self.points, (&rulebook, self.announce.clone())).await
    }

    /// The same, where it may fail.
    pub async fn try_instance(&self) -> Result<Ledger, OpenError> {
        let rulebook = Rulebook::new(self.admins.clone(), self.bulk_limit, self.undo_window_s);
        let options = options(&self.clock, &self.points, (&rulebook, self.announce.clone()));
        Ledger::open(&self.address, options).await
    }

    /// A command that opens the books beside the program, with the present settings.
    pub async fn beside(&self) -> Ledger {
        let rulebook = Rulebook::new(self.admins.clone(), self.bulk_limit, self.undo_window_s);
        let options = options(&self.clock, &self.points, (&rulebook, nowhere()));
        Ledger::open_beside(&self.address, options).await.unwrap()
    }

    /// An instance on another database.
    pub async fn instance_on(&self, address: &Address) -> Ledger {
        let rulebook = Rulebook::new(self.admins.clone(), self.bulk_limit, 0);
        open(address, &self.clock, &self.points, (&rulebook, nowhere())).await
    }

    /// Closes the ledger and opens it again, with the present settings.
    pub async fn restart(&mut self) {
        self.ledger.close().await;
        self.ledger = self.instance().await;
    }

    /// Submits items with these titles as the client `shop`.
    pub async fn pending(&self, titles: &[&str]) -> Vec<ItemId> {
        let receipt = self.ledger.apply(submit(&titles.join("-").replace(' ', "_"), titles)).await.unwrap();
        receipt.outcome.done().to_vec()
    }

    /// The end of every story: the books are in order.
    pub async fn close(self) {
        let findings = self.ledger.audit().await.unwrap();
        assert!(findings.is_empty(), "the books are not in order: {findings:#?}");
        self.ledger.close().await;
    }
}

const fn nowhere() -> Announce {
    Announce::Places(Vec::new())
}

fn options(clock: &Clock, points: &Points, (rulebook, announce): (&Rulebook, Announce)) -> Options {
    Options {
        clock: clock.clone(),
        rulebook: rulebook.clone(),
        key_retention: TimeDelta::days(7),
        announce,
        points: points.clone(),
    }
}

async fn open(address: &Address, clock: &Clock, points: &Points, settings: (&Rulebook, Announce)) -> Ledger {
    Ledger::open(address, options(clock, points, settings)).await.unwrap()
}

/// Lee's `/approve` of `ids`, delivered as the update `update`.
pub fn approve(update: u32, ids: &[i64]) -> Request {
    approve_by(LEE, update, ids)
}

/// Somebody's `/approve` of `ids`, delivered as the update `update`.
pub fn approve_by(person: i64, update: u32, ids: &[i64]) -> Request {
    let name = if person == LEE { "lee" } else { "kim" };
    let profile = Profile { name: name.to_owned(), username: Some(name.to_owned()), language: None };
    let text = format!("/approve {ids:?}");
    Request {
        key: IdempotencyKey::telegram(1, update),
        scope: Scope::of(&json!({ "from": person, "chat": person, "message": update, "text": text })),
        caller: Caller {
            actor: Actor::Person(person),
            profile: Some(profile),
            said_at: noon(),
            token_may_decide: false,
        },
        operation: decide(ids),
        place: Some(Place { chat: person, topic: None, message: Some(1) }),
        answered: Answered::Rode,
    }
}

/// Somebody's `/admins …` about a person, delivered as the update `update`.
pub fn appoint(by: i64, update: u32, person: i64, change: Change) -> Request {
    let operation = Operation::Appoint { person, profile: None, change };
    Request { operation, ..approve_by(by, update, &[]) }
}

pub fn decide(ids: &[i64]) -> Operation {
    let ids = ids.iter().map(|id| ItemId::new(*id).unwrap()).collect();
    Operation::Decide {
        decision: Decision::Approve,
        ids,
        seen: std::collections::BTreeMap::new(),
        reason: None,
        label: None,
    }
}

/// A submission by the client `shop`.
pub fn submit(header: &str, titles: &[&str]) -> Request {
    let client = ClientName::parse("shop").unwrap();
    let items: Vec<NewItem> = titles.iter().map(|title| NewItem::new("bill", title, None).unwrap()).collect();
    let body = json!({ "op": "submit", "items": titles });
    Request {
        key: IdempotencyKey::client(&client, header).unwrap(),
        scope: Scope::of(&body),
        caller: Caller {
            actor: Actor::Client(client.clone()),
            profile: None,
            said_at: noon(),
            token_may_decide: false,
        },
        operation: Operation::Submit { client, submit_key: header.to_owned(), items },
        place: None,
        answered: Answered::None,
    }
}

/// The ids a receipt says were decided.
pub fn done(receipt: &Arc<Receipt>) -> Vec<i64> {
    receipt.outcome.done().iter().map(|id| id.get()).collect()
}

/// The audit of a database that nobody uses any more; gives how many items are still open.
pub async fn audit(url: &str) -> u64 {
    let (clock, points) = (Clock::machine(), Points::default());
    let options = options(&clock, &points, (&Rulebook::default(), nowhere()));
    let ledger = Ledger::open_beside(&Address::parse(url).unwrap(), options).await.unwrap();
    assert_eq!(ledger.audit().await.unwrap(), [""; 0]);
    let open = ledger.pending(Page { limit: 1, ..Page::default() }).await.unwrap().total;
    ledger.close().await;
    open
}
