//! The simulated world: a database, the instances on it, the commands, Telegram, and what goes wrong between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::clock::Clock;
use countersign::domain::place::Place;
use countersign::domain::receipt::Receipt;
use countersign::domain::rules::Rules;
use countersign::domain::world::Rulebook;
use countersign::ledger::{Announce, LedgerError, Options};
use countersign::points::{Act, Points};
use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;

use super::commands::{Command, RETENTION, Writer};
use super::instance::Instance;
use super::item::KINDS;
use super::model::Model;
use super::step::{Job, Step};
use super::telegram::Telegram;
use crate::support::books::{Books, noon};

pub const GROUP: Place = Place { chat: -1001, topic: None, message: None };
const INSTANCES_MAX: usize = 3;

/// A delivery on its way.
pub struct Flight {
    pub command: usize,
    /// It is another request under the command's key.
    pub is_other: bool,
    pub task: JoinHandle<Result<Arc<Receipt>, LedgerError>>,
}

pub struct World {
    pub books: Books,
    pub conn: DatabaseConnection,
    pub instances: Vec<Instance>,
    started: usize,
    /// What the clocks show that are right.
    pub now: DateTime<Utc>,
    pub commands: Vec<Command>,
    pub by_key: BTreeMap<String, usize>,
    pub writer: Writer,
    pub flights: Vec<Flight>,
    /// Something ran beside the last delivery.
    pub had_company: bool,
    pub still: Vec<Arc<Notify>>,
    pub telegram: Arc<Mutex<Telegram>>,
    pub model: Model,
    /// The keys of the operations that took effect, by number.
    pub known: BTreeMap<i64, String>,
    /// The purposes for which the outbox must have a row, and those that were seen sent.
    pub wanted: BTreeSet<String>,
    pub settled: BTreeSet<String>,
}

impl World {
    pub async fn new(books: Books) -> Self {
        let conn = books.address.open_readers().await.unwrap();
        let (instances, commands, flights, still) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut world = Self {
            books,
            conn,
            instances,
            started: 0,
            now: noon(),
            commands,
            by_key: BTreeMap::new(),
            writer: Writer::default(),
            flights,
            had_company: false,
            still,
            telegram: Arc::default(),
            model: Model::new(),
            known: BTreeMap::new(),
            wanted: BTreeSet::new(),
            settled: BTreeSet::new(),
        };
        for _ in 0..2 {
            let instance = world.instance().await;
            world.instances.push(instance);
        }
        world
    }

    async fn instance(&mut self) -> Instance {
        self.started += 1;
        let mut rulebook = Rulebook::new(self.books.admins.clone(), 100, 0);
        for (kind, quorum, undo_window_s, expires_after_s) in KINDS {
            let rules = Rules { quorum, undo_window_s, expires_after_s, ..Rules::default() };
            rulebook.kinds.insert(kind.to_owned(), rules);
        }
        rulebook.receivers.insert("erp".to_owned());
        let options = Options {
            clock: Clock::frozen(self.now),
            rulebook,
            key_retention: RETENTION,
            announce: Announce::Places(vec![GROUP]),
            points: Points::default(),
        };
        Instance::start(&self.books.address, options, format!("instance {}", self.started)).await
    }

    /// Takes a step; gives what was heard in it.
    pub async fn take(&mut self, step: &Step) -> Vec<(Flight, Result<Arc<Receipt>, LedgerError>)> {
        if self.instances.iter().all(|instance| instance.stands_still) {
            self.go_on().await;
        }
        match step {
            Step::Deliver { deliveries, fault, beside } => {
                self.deliver(deliveries, fault.as_ref(), beside.as_ref()).await
            }
            Step::Write(ask) => {
                self.write(ask);
            }
            Step::Run { job, at, lost } => {
                let instance = &self.instances[self.pick(*at)];
                lost.iter().for_each(|point| instance.points.arm(point, Act::Fail));
                drop(self.run(job, *at).await);
                self.instances[self.pick(*at)].points.disarm();
            }
            Step::GoOn => self.go_on().await,
            Step::Wait(seconds) => {
                // Nothing stands still so long: a transaction is given up after four seconds.
                self.go_on().await;
                self.pass(TimeDelta::seconds(*seconds));
            }
            Step::Skew { at, seconds } => {
                let clock = &self.instances[self.pick(*at)].clock;
                clock.advance(self.now + TimeDelta::seconds(*seconds) - clock.now());
            }
            Step::Start if self.instances.len() < INSTANCES_MAX => {
                let instance = self.instance().await;
                self.instances.push(instance);
            }
            Step::Stop(at) if self.instances.len() > 1 => {
                self.go_on().await;
                let instance = self.instances.remove(at % self.instances.len());
                instance.stop().await;
            }
            Step::Crash(at) => self.crash(*at).await,
            Step::Start | Step::Stop(_) => {}
        }
        self.heard().await
    }

    /// The instance that is meant, or the next that does not stand still.
    pub fn pick(&self, at: usize) -> usize {
        let count = self.instances.len();
        let next = (0..count).map(|n| (at + n) % count).find(|n| !self.instances[*n].stands_still);
        next.unwrap_or(at % count)
    }

    pub fn pass(&mut self, by: TimeDelta) {
        self.now += by;
        self.books.clock.advance(by);
        self.instances.iter().for_each(|instance| instance.clock.advance(by));
    }

    /// It dies, and another takes its place.
    pub async fn crash(&mut self, at: usize) {
        let at = at % self.instances.len();
        drop(self.instances.remove(at));
        let next = self.instance().await;
        self.instances.insert(at, next);
    }

    /// Whatever stands still goes on, and ends.
    pub async fn go_on(&mut self) {
        self.still.drain(..).for_each(|still| still.notify_one());
        self.instances.iter_mut().for_each(|instance| instance.stands_still = false);
        for flight in &mut self.flights {
            while !flight.task.is_finished() {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        }
    }

    /// Whether nothing is on its way, nor ran beside the last delivery.
    pub const fn is_at_rest(&self) -> bool {
        self.flights.is_empty() && !self.had_company
    }

    async fn heard(&mut self) -> Vec<(Flight, Result<Arc<Receipt>, LedgerError>)> {
        let mut heard = Vec::new();
        for mut flight in std::mem::take(&mut self.flights) {
            if !flight.task.is_finished() {
                self.flights.push(flight);
                continue;
            }
            match (&mut flight.task).await {
                Ok(answer) => heard.push((flight, answer)),
                Err(gone) => assert!(gone.is_cancelled(), "a delivery panicked: {gone}"),
            }
        }
        heard
    }

    /// Runs a job at an instance.
    pub fn run(&self, job: &Job, at: usize) -> JoinHandle<Result<usize, LedgerError>> {
        let instance = &self.instances[self.pick(at)];
        let (ledger, name, now) = (instance.ledger.clone(), instance.name.clone(), instance.clock.now());
        let (job, telegram) = (job.clone(), self.telegram.clone());
        instance.spawn(async move {
            let count = match job {
                Job::Expire => ledger.expire().await?,
                Job::Release => ledger.release_due().await?,
                Job::Prune => ledger.prune().await?,
                Job::Send(how) => return telegram.lock().await.send(&ledger, &name, how, now).await,
                Job::Bring(how) => return telegram.lock().await.bring(&ledger, &name, how, now).await,
            };
            Ok(usize::try_from(count).unwrap())
        })
    }
}
