//! What happens to the processes and their database meanwhile.

use std::time::Duration;

use countersign::clock::Clock;

use super::dice::Dice;
use super::say;
use crate::support::postgres::Own;
use crate::support::serve::Server;

/// In tenths of the whole time: when each process is replaced, one of them goes back to the old release, and forward again.
const UPGRADES: [(u32, usize, bool); 5] =
    [(2, 0, true), (3, 1, true), (5, 2, true), (6, 1, false), (8, 1, true)];
/// When the database is restarted.
const RESTARTS: [u32; 2] = [4, 9];
/// From this length on processes also hang for a while: longer than a lease lasts.
const LONG: Duration = Duration::from_secs(60);

pub(super) struct Chaos {
    pub(super) servers: Vec<Server>,
    pub(super) told: Told,
    dice: Dice,
    lasts: Duration,
    old: Option<std::path::PathBuf>,
}

/// How often what was done.
#[derive(Default)]
pub(super) struct Told {
    kills: u32,
    hangs: u32,
    restarts: u32,
    replaced: u32,
    went_back: u32,
    too_old: u32,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kills, hangs, restarts, replaced, went_back, too_old } = self;
        write!(
            f,
            "{kills} kills, {hangs} hangs, {restarts} restarts of the database, {replaced} replaced by the new \
             release, {went_back} by the old one, {too_old} times the old one refused a newer schema"
        )
    }
}

impl Chaos {
    pub(super) fn new(servers: Vec<Server>, dice: Dice, lasts: Duration) -> Self {
        let old = servers[0].manner.binary.clone();
        Self { servers, told: Told::default(), dice, lasts, old }
    }

    /// Until the time is over and all was done; then all three are up.
    pub(super) async fn run(&mut self, database: &Own) {
        let stopwatch = Clock::stopwatch();
        let (mut upgrades, mut restarts) = (UPGRADES.into_iter().peekable(), RESTARTS.into_iter().peekable());
        let is_long = self.lasts >= LONG;
        let pause = if is_long { (1000, 5000) } else { (200, 800) };
        while stopwatch.elapsed() < self.lasts || upgrades.peek().is_some() || restarts.peek().is_some() {
            tokio::time::sleep(Duration::from_millis(pause.0 + self.dice.roll(pause.1))).await;
            database.keep();
            let due = |tenths: u32| stopwatch.elapsed() >= self.lasts * tenths / 10;
            if let Some((_, number, forward)) = upgrades.next_if(|(tenths, ..)| due(*tenths)) {
                self.replace(number, forward).await;
            } else if restarts.next_if(|tenths| due(*tenths)).is_some() {
                tokio::task::block_in_place(|| database.stop());
                tokio::time::sleep(Duration::from_secs(1)).await;
                tokio::task::block_in_place(|| database.again());
                self.told.restarts += 1;
            } else if is_long && self.dice.roll(8) == 0 {
                self.hang().await;
            } else {
                self.kill().await;
            }
        }
    }

    fn any(&mut self) -> usize {
        usize::try_from(self.dice.roll(self.servers.len() as u64)).unwrap()
    }

    async fn kill(&mut self) {
        let number = self.any();
        self.servers[number].kill().await;
        self.told.kills += 1;
        self.start(number).await;
    }

    async fn hang(&mut self) {
        let number = self.any();
        self.servers[number].signal("STOP").await;
        tokio::time::sleep(Duration::from_millis(1000 + self.dice.roll(13_000))).await;
        self.servers[number].signal("CONT").await;
        self.told.hangs += 1;
    }

    /// Ends it well, and starts the new release in its place, or the old one.
    async fn replace(&mut self, number: usize, forward: bool) {
        let server = &mut self.servers[number];
        assert_eq!(server.terminate().await, Some(0));
        server.manner.binary = if forward { None } else { self.old.clone() };
        *(if forward { &mut self.told.replaced } else { &mut self.told.went_back }) += 1;
        self.start(number).await;
    }

    /// A release that refuses the schema of a newer one is not started again.
    async fn start(&mut self, number: usize) {
        let server = &mut self.servers[number];
        if server.starts_again().await {
            return;
        }
        assert!(server.manner.binary.take().is_some(), "the new release ends by itself");
        self.told.too_old += 1;
        say(&format!(
            "the old release refuses what the new one made of the schema; {number} is new from here on"
        ));
        assert!(server.starts_again().await, "the new release ends by itself");
    }
}
