//! Deliveries through the real webhook, over real connections, beside a route that answers a constant.
//!
//! `cargo bench` prints one table; README.md in this folder's parent says how to read it. Each row is a ratio of one run:
//! in every round each path is measured in turn, and the median of the rounds counts.

#![allow(clippy::expect_used, reason = "a measurement that cannot go on ends")]
#![allow(missing_docs, unreachable_pub, reason = "nothing outside uses it")]

mod bare;
mod books;
mod client;
mod pgbench;
mod report;
mod world;

use bare::Bare;
use books::Books;
use client::{Target, measure};
use report::Report;
use world::World;

/// Connections at once.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// The path that all others are held against.
const CONSTANT: &str = "a constant";
const FIRST: &str = "first delivery, three items";
/// With so many keys it is measured what pruning them does.
const PRUNED: usize = 1_000_000;
/// Items that one first delivery approves.
const ITEMS: usize = 3;

/// How much is measured.
struct Extent {
    rounds: usize,
    /// Requests of one measurement by connections.
    repeats: usize,
    firsts: usize,
    keys: Vec<usize>,
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    let extent = if quick {
        Extent { rounds: 1, repeats: 200, firsts: 50, keys: vec![1_000, 2_000] }
    } else {
        Extent { rounds: 5, repeats: 20_000, firsts: 1_500, keys: vec![1_000, 1_000_000] }
    };
    let extent = match given("--keys=") {
        Some(keys) => Extent {
            keys: keys.split(',').map(|keys| keys.parse().expect("--keys= takes numbers")).collect(),
            ..extent
        },
        None => extent,
    };
    let postgres = given("--postgres=");
    println!("{}", report::machine());
    // As `serve` does: what is counted and what is told to nobody are part of every path.
    countersign::telemetry::metrics::install().expect("metrics are kept");
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::sink).init();
    let small = postgres.is_some() || std::env::args().any(|argument| argument == "--small");
    for keys in extent.keys.iter().take(if small { 1 } else { usize::MAX }) {
        println!("\n{keys} keys in the books, {}", if postgres.is_some() { "PostgreSQL" } else { "SQLite" });
        run(&extent, (*keys, Books::new(postgres.as_deref())), &only);
    }
}

/// The value of an option.
fn given(name: &str) -> Option<String> {
    std::env::args().find_map(|argument| argument.strip_prefix(name).map(str::to_owned))
}

/// Measures the paths whose name begins with `only`; for a profile `--alone` leaves the constant and the floors out, and
/// `--at=64` all other numbers of connections.
fn run(extent: &Extent, (keys, books): (usize, Books), only: &str) {
    let clients = runtime("client");
    let servers = runtime("server");
    let a_round: usize = CONNECTIONS.iter().map(|connections| firsts(extent, *connections)).sum();
    let items = (a_round + firsts(extent, 16)) * extent.rounds * ITEMS;
    let mut world = servers.block_on(World::new(books, keys, items));
    let floors = 3 * extent.firsts * extent.rounds;
    let alone = std::env::args().any(|argument| argument == "--alone");
    let has_floors = world.books().are_ours() && !alone;
    let bare = has_floors.then(|| servers.block_on(Bare::new(world.books(), floors)));
    let mut report = Report::default();
    let at = given("--at=").and_then(|at| at.parse::<usize>().ok());
    for _ in 0..extent.rounds {
        for connections in CONNECTIONS.into_iter().filter(|c| at.is_none_or(|at| at == *c)) {
            let mut go = |name: &'static str, target: Target| {
                if !name.starts_with(only) && (name != CONSTANT || alone) {
                    return;
                }
                let measured = clients.block_on(measure(target, connections));
                report.add(name, connections, measured);
            };
            go(CONSTANT, world.constant(extent.repeats));
            go("repeat, from memory", world.settled(extent.repeats));
            go("repeat, from the database", world.open(extent.repeats / 4));
            go(FIRST, world.first(firsts(extent, connections), ITEMS));
            pgbench::measure(&mut report, world.books(), connections);
        }
        if let Some(bare) = &bare {
            // On the servers' threads, whose CPU time is told.
            let rows = servers.block_on(servers.spawn(bare.clone().rows(extent.firsts)));
            report.add("bare commit, one row", 1, rows.expect("rows"));
            let operations = servers.block_on(servers.spawn(bare.clone().operations(extent.firsts)));
            report.add("bare commit, an operation", 1, operations.expect("operations"));
            let apart = servers.block_on(servers.spawn(bare.clone().apart(extent.firsts, 64)));
            report.add("one transaction a request", 64, apart.expect("transactions"));
        }
    }
    if FIRST.starts_with(only) && world.books().are_ours() && keys == PRUNED {
        let pruning = servers.block_on(world.begin_pruning());
        for _ in 0..extent.rounds {
            let target = world.first(firsts(extent, 16), ITEMS);
            report.add("first delivery, while keys are pruned", 16, clients.block_on(measure(target, 16)));
            assert!(!pruning.is_finished(), "there were too few keys to be pruned");
        }
        servers.block_on(pruning).expect("it prunes");
    }
    report.print();
    servers.block_on(world.close());
}

/// One connection cannot share a commit with another: it gets fewer, so that a round stays short.
const fn firsts(extent: &Extent, connections: usize) -> usize {
    if connections == 1 { extent.firsts / 3 } else { extent.firsts }
}

fn runtime(name: &str) -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).thread_name(name).enable_all().build().expect("a runtime")
}
