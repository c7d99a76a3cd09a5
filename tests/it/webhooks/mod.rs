//! Receivers are told of final decisions: signed, at least once, and no dead one slows another.

mod faults;
mod sharing;
mod told;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign::ledger::Ledger;
use countersign::settings::{Environment, Settings};
use countersign::webhooks::{Carrier, Worker};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::books::{Books, approve};

/// Runs each story on each kind of database.
macro_rules! on_each_database {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::support::books::Books::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(books) = crate::support::books::Books::postgres().await {
                    super::$story(books).await;
                }
            })*
        }
    };
}
use on_each_database;

/// Books whose decisions are told by a worker.
struct World {
    books: Books,
    settings: Settings,
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

/// `DECISION_WEBHOOKS`, with loopback allowed.
fn settings(webhooks: &str) -> Settings {
    read(&[("DECISION_WEBHOOKS", webhooks), ("WEBHOOK_NETWORKS", "127.0.0.0/8")])
}

fn read(pairs: &[(&str, &str)]) -> Settings {
    Settings::read(&Environment::from_pairs(pairs.iter().copied())).unwrap()
}

impl World {
    async fn new(mut books: Books, settings: Settings) -> Self {
        books.receivers = settings.webhooks.names();
        books.restart().await;
        let (stop, worker) = start(&books, &books.ledger, &settings);
        Self { books, settings, stop, worker }
    }

    /// One item more, decided by Lee.
    async fn decide(&self, n: u32) {
        let ids = self.books.pending(&[&format!("item {n}")]).await;
        self.books.ledger.apply(approve(n, &[ids[0].get()])).await.unwrap();
    }

    async fn depth(&self) -> (u64, u64) {
        let depth = self.books.ledger.deliveries_depth().await.unwrap();
        (depth.waiting, depth.failed)
    }

    /// Waits until so many wait and so many failed; the clock stands still.
    async fn until(&self, waiting: u64, failed: u64) {
        for _ in 0..6000 {
            if self.depth().await == (waiting, failed) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{:#?}", self.books.ledger.deliveries(9).await);
    }

    /// Waits until what went wrong last with the first delivery tells this.
    async fn until_error(&self, told: &str) {
        for _ in 0..6000 {
            let rows = self.books.ledger.deliveries(9).await.unwrap();
            let error = rows.first().and_then(|row| row.last_error.clone()).unwrap_or_default();
            if error.contains(told) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("not {told}: {:#?}", self.books.ledger.deliveries(9).await);
    }

    /// How many lines about receivers the owners get.
    async fn letters(&self) -> usize {
        let rows = self.books.ledger.outbox(99).await.unwrap();
        rows.iter().filter(|row| row.purpose.starts_with("webhook:")).count()
    }

    /// Lets time go by.
    fn later(&self, by: TimeDelta) {
        self.books.clock.advance(by);
    }

    /// Stops the worker and starts another.
    async fn restart(mut self) -> Self {
        self.stop.send(true).unwrap();
        self.worker.await.unwrap();
        (self.stop, self.worker) = start(&self.books, &self.books.ledger, &self.settings);
        self
    }

    async fn end(self) {
        self.stop.send(true).unwrap();
        self.worker.await.unwrap();
        self.books.close().await;
    }
}

fn start(books: &Books, ledger: &Ledger, settings: &Settings) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    let worker = Worker {
        ledger: ledger.clone(),
        clock: books.clock.clone(),
        carrier: Arc::new(Carrier::new(&settings.webhooks).unwrap()),
        points: books.points.clone(),
    };
    (stop, tokio::spawn(worker.run(stopped)))
}
