//! The table: medians of the rounds, and each path as a ratio of the constant route's.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use crate::client::Measured;

#[derive(Default)]
struct Rounds {
    rates: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    cpu: Vec<f64>,
}

/// What was measured of each path, by name and connections, in the order in which they came.
#[derive(Default)]
pub struct Report {
    order: Vec<(&'static str, usize)>,
    rounds: BTreeMap<(&'static str, usize), Rounds>,
}

impl Report {
    pub fn add(&mut self, name: &'static str, connections: usize, mut measured: Measured) {
        let place = (name, connections);
        if !self.order.contains(&place) {
            self.order.push(place);
        }
        measured.latencies.sort_unstable();
        let requests = measured.requests as f64;
        let at = |share: usize| {
            measured.latencies[(measured.latencies.len() - 1) * share / 100].as_secs_f64() * 1e3
        };
        let rounds = self.rounds.entry(place).or_default();
        rounds.rates.push(requests / measured.elapsed.as_secs_f64());
        rounds.p50.push(at(50));
        rounds.p99.push(at(99));
        rounds.cpu.push(measured.cpu.as_secs_f64() * 1e6 / requests);
    }

    /// What another program told: requests per second, and how long one took on average, in milliseconds.
    pub fn add_told(&mut self, name: &'static str, connections: usize, rate: f64, average_ms: f64) {
        let place = (name, connections);
        if !self.order.contains(&place) {
            self.order.push(place);
        }
        let rounds = self.rounds.entry(place).or_default();
        rounds.rates.push(rate);
        rounds.p50.push(average_ms);
        rounds.p99.push(f64::NAN);
        rounds.cpu.push(f64::NAN);
    }

    pub fn print(&self) {
        println!(
            "| path | connections | requests/s | of the constant | p50 ms | p99 ms | CPU µs | of the constant |"
        );
        println!("| --- | --: | --: | --: | --: | --: | --: | --: |");
        for (name, connections) in &self.order {
            let rounds = &self.rounds[&(*name, *connections)];
            let constant = self
                .rounds
                .get(&(crate::CONSTANT, *connections))
                .unwrap_or(&self.rounds[&(*name, *connections)]);
            let (rate, cpu) = (median(&rounds.rates), median(&rounds.cpu));
            println!(
                "| {name} | {connections} | {rate:.0} | {:.0} % | {} | {} | {} | {} |",
                100.0 * rate / median(&constant.rates),
                told(median(&rounds.p50), 3),
                told(median(&rounds.p99), 3),
                told(cpu, 0),
                told(cpu / median(&constant.cpu), 2),
            );
        }
    }
}

/// A number, or a dash where nothing was told.
fn told(number: f64, places: usize) -> String {
    if number.is_nan() { "–".to_owned() } else { format!("{number:.places$}") }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// CPU time that the threads of this name have spent (`/proc/<pid>/schedstat`, nanoseconds).
pub fn cpu_of(name: &str) -> Duration {
    let threads = fs::read_dir("/proc/self/task").expect("/proc").flatten();
    let spent = threads.filter_map(|thread| {
        let of = fs::read_to_string(thread.path().join("comm")).ok()?;
        // The writers' threads and SQLite's own belong to the server as well.
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let spent = stat.split(' ').next()?.parse::<u64>().ok()?;
        ["writer", "sqlx", name].iter().any(|one| of.starts_with(one)).then_some(spent)
    });
    Duration::from_nanos(spent.sum())
}

/// The machine, as far as it tells.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    format!(
        "{cores} cores, {}; client and server on them together",
        model.map_or("unknown", |(_, name)| name)
    )
}
