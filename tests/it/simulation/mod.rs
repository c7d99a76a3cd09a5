//! A simulation: people, items, repeats, reorderings, undo, expiry, releases, messages, clocks that go wrong, instances that
//! start, stop and die, and a store that fails, all drawn from one seed; after each step the books are held against a simple
//! model.
//!
//! The seed decides the schedule, and every fault in it. What is sent at once may take effect in any order, and how far an
//! instance came that dies is left to chance: the model then accepts each order that explains what is there.
//!
//! `SIMULATION_SEED=7` runs one seed and prints its steps, `SIMULATION_SECONDS=3600` runs new seeds for so long,
//! `SIMULATION_STEPS=500` makes each longer.

mod checks;
mod commands;
mod delivering;
mod effects;
mod instance;
mod item;
mod model;
mod step;
mod telegram;
mod world;

use std::io::Write as _;

use countersign::clock::Clock;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use self::step::{Step, schedule};
use self::world::World;
use crate::support::books::Books;
use crate::support::postgres::variable;

/// Seeds of each run on SQLite, and on PostgreSQL.
const SEEDS: (u64, u64) = (12, 5);
/// Steps of one seed at most.
const STEPS: usize = 120;
/// How often a schedule that failed is shortened.
const SHORTENED_MAX: u32 = 150;

fn number(name: &str) -> Option<u64> {
    variable(name).map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

fn tell(line: &str) {
    // Not `println!`, which the test harness keeps to itself until the end.
    drop(writeln!(std::io::stderr(), "{line}"));
}

async fn play(steps: &[Step], on_postgres: bool, is_told: bool) -> Result<(), String> {
    let books = if on_postgres { Books::postgres().await } else { Some(Books::sqlite().await) };
    let Some(books) = books else { return Ok(()) };
    let mut world = World::new(books).await;
    for (n, step) in steps.iter().enumerate() {
        if is_told {
            tell(&format!("{n}: {step:?}"));
        }
        let heard = world.take(step).await;
        let at = |why: String| format!("at step {n}, {step:?}: {why}");
        world.agrees(heard).await.map_err(at)?;
        if n % 20 == 19 {
            world.audited().await.map_err(at)?;
        }
    }
    world.ends().await.map_err(|why| format!("at the end: {why}"))?;
    world.books.ledger.close().await;
    Ok(())
}

/// Runs one seed; what fails is shortened before it is told.
fn seed(seed: u64, on_postgres: bool, is_told: bool) {
    let steps = number("SIMULATION_STEPS").map_or(STEPS, |steps| usize::try_from(steps).unwrap());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = ProptestConfig {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: if is_told { 0 } else { SHORTENED_MAX },
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let run = runner.run(&schedule(steps), |steps| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let played = runtime.block_on(play(&steps, on_postgres, is_told));
        runtime.shutdown_background();
        played.map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, shortest)) = run {
        let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
        let shortest: Vec<String> = shortest.iter().map(|step| format!("  {step:?}")).collect();
        let shortest = shortest.join("\n");
        panic!(
            "seed {seed} on {database} fails: {why}\nthe shortest schedule found:\n{shortest}\n\
             run it with SIMULATION_SEED={seed} SIMULATION_STEPS={steps} cargo test --test it -- simulation"
        );
    }
}

fn seeds(on_postgres: bool, count: u64) {
    if let Some(one) = number("SIMULATION_SEED") {
        return seed(one, on_postgres, true);
    }
    let Some(seconds) = number("SIMULATION_SECONDS") else {
        return (1..=count).for_each(|one| seed(one, on_postgres, false));
    };
    let (watch, first) = (Clock::stopwatch(), getrandom::u64().unwrap() >> 16);
    let mut ran = 0;
    while watch.elapsed().as_secs() < seconds {
        seed(first + ran, on_postgres, false);
        ran += 1;
        tell(&format!("seed {} is well; {ran} in {} s", first + ran - 1, watch.elapsed().as_secs()));
    }
}

#[test]
fn simulation_on_sqlite() {
    seeds(false, SEEDS.0);
}

#[test]
fn simulation_on_postgres() {
    seeds(true, SEEDS.1);
}
