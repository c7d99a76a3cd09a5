//! Deliveries through the real webhook, over real connections, beside a route that answers a constant.
//!
//! `cargo bench` prints one table; README.md in this folder's parent says how to read it. Each row is a ratio of one run:
//! in every round each path is measured in turn, and the median of the rounds counts.

#![allow(clippy::expect_used, reason = "a measurement that cannot go on ends")]
#![allow(missing_docs, unreachable_pub, reason = "nothing outside uses it")]

mod client;
mod report;
mod world;

use client::{Target, measure};
use report::Report;
use world::World;

/// Connections at once.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// The path that all others are held against.
const CONSTANT: &str = "a constant";
/// Items that one first delivery approves.
const ITEMS: usize = 3;

/// How much is measured.
struct Extent {
    rounds: usize,
    /// Requests of one measurement by connections.
    repeats: usize,
    firsts: usize,
    keys: [usize; 2],
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    let extent = if quick {
        Extent { rounds: 1, repeats: 200, firsts: 50, keys: [1_000, 2_000] }
    } else {
        Extent { rounds: 5, repeats: 20_000, firsts: 1_500, keys: [1_000, 1_000_000] }
    };
    let large = !std::env::args().any(|argument| argument == "--small");
    println!("{}", report::machine());
    // As `serve` does: what is counted and what is told to nobody are part of every path.
    countersign::telemetry::metrics::install().expect("metrics are kept");
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::sink).init();
    for keys in extent.keys.into_iter().take(if large { 2 } else { 1 }) {
        println!("\n{keys} keys in the books");
        run(&extent, keys, &only);
    }
}

/// Measures the paths whose name begins with `only`; for a profile `--alone` leaves the constant out, and `--at=64` all other
/// numbers of connections.
fn run(extent: &Extent, keys: usize, only: &str) {
    let clients = runtime("client");
    let servers = runtime("server");
    let a_round: usize = CONNECTIONS.iter().map(|connections| firsts(extent, *connections)).sum();
    let items = a_round * extent.rounds * ITEMS;
    let mut world = servers.block_on(World::new(keys, items));
    let mut report = Report::default();
    let alone = std::env::args().any(|argument| argument == "--alone");
    let at = std::env::args().find_map(|argument| argument.strip_prefix("--at=")?.parse::<usize>().ok());
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
            go("first delivery, three items", world.first(firsts(extent, connections), ITEMS));
        }
        let bare = servers.block_on(world.bare_commits(extent.firsts));
        report.add("bare commit, one row", 1, bare);
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
