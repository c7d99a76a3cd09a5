//! Every metric, in Prometheus' text format. Nothing is kept until [`install`] was called, which `serve` alone does.

use std::panic;
use std::sync::OnceLock;
use std::time::Duration;

use ::metrics::{
    Counter, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Whether it counts, measures, or tells how things stand.
    pub kind: Kind,
    /// Its labels, comma separated.
    pub labels: &'static str,
    /// What it tells.
    pub meaning: &'static str,
}

/// What a metric does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Counts since the start of the process.
    Counter,
    /// How things stand when it is asked for.
    Gauge,
    /// Seconds that something took.
    Seconds,
}

const fn metric(name: &'static str, kind: Kind, labels: &'static str, meaning: &'static str) -> Metric {
    Metric { name, kind, labels, meaning }
}

const DELIVERIES: Metric = metric(
    "countersign_deliveries_total",
    Kind::Counter,
    "result",
    "Telegram's updates by what became of them: new, repeat, reused (an operation under its key), answered, ignored, unreadable, away (503), panicked (500); and what came without the secret: refused (401)",
);
const DELIVERY_SECONDS: Metric = metric(
    "countersign_delivery_seconds",
    Kind::Seconds,
    "",
    "From an update's arrival to its answer handed over",
);
const REQUESTS: Metric = metric(
    "countersign_http_requests_total",
    Kind::Counter,
    "route, status, result",
    "Requests of the HTTP API by what became of them: new, repeat, reused (an operation under its key), answered (all else that succeeded), refused, away (503), failed",
);
const REQUEST_SECONDS: Metric =
    metric("countersign_http_request_seconds", Kind::Seconds, "route", "From a request's head to its answer");
const DATABASE_ERRORS: Metric = metric(
    "countersign_database_errors_total",
    Kind::Counter,
    "kind",
    "Errors of the database: away (they pass) and broken (they do not)",
);
const PANICS: Metric = metric(
    "countersign_panics_total",
    Kind::Counter,
    "",
    "Faults of the program itself, wherever they were caught; the log says where",
);
const SENT: Metric =
    metric("countersign_outbox_sent_total", Kind::Counter, "", "Rows of the outbox that were delivered");
const RETRIED: Metric =
    metric("countersign_outbox_retried_total", Kind::Counter, "", "Tries that failed and will be repeated");
const GIVEN_UP: Metric =
    metric("countersign_outbox_failed_total", Kind::Counter, "", "Rows that were given up for good");
const WAITING: Metric = metric("countersign_outbox_waiting", Kind::Gauge, "", "Rows that wait to be sent");
const FAILED: Metric =
    metric("countersign_outbox_failed", Kind::Gauge, "", "Rows that failed and nobody has seen to yet");
const OLDEST: Metric = metric(
    "countersign_outbox_oldest_seconds",
    Kind::Gauge,
    "",
    "Age of the oldest row that waits; 0 where none does",
);
const WEBHOOKS_WAITING: Metric = metric(
    "countersign_webhooks_waiting",
    Kind::Gauge,
    "",
    "Decisions that receivers were not told of yet, one for each receiver",
);
const WEBHOOKS_FAILED: Metric = metric(
    "countersign_webhooks_failed",
    Kind::Gauge,
    "",
    "Those of them that were given up and nobody has seen to yet",
);
const CARDS_BEHIND: Metric = metric(
    "countersign_cards_behind",
    Kind::Gauge,
    "",
    "Messages that do not show yet what became of their item",
);
const LEASE: Metric = metric(
    "countersign_lease_held",
    Kind::Gauge,
    "lease",
    "1 where this instance holds the lease (telegram: polls and sends; housekeeping)",
);
const QUEUE: Metric =
    metric("countersign_writer_queue", Kind::Gauge, "", "Operations and small writes that wait for a writer");
const WAL_BYTES: Metric = metric(
    "countersign_sqlite_wal_bytes",
    Kind::Gauge,
    "",
    "Size of SQLite's write-ahead log; 0 with PostgreSQL",
);

/// All of them, in the order in which they are shown.
pub const METRICS: &[Metric] = &[
    DELIVERIES,
    DELIVERY_SECONDS,
    REQUESTS,
    REQUEST_SECONDS,
    DATABASE_ERRORS,
    PANICS,
    SENT,
    RETRIED,
    GIVEN_UP,
    WAITING,
    FAILED,
    OLDEST,
    WEBHOOKS_WAITING,
    WEBHOOKS_FAILED,
    CARDS_BEHIND,
    LEASE,
    QUEUE,
    WAL_BYTES,
];

/// The results of updates, the frequent ones first. Each is there from the start, at 0: of what is born at 1 no alert sees that it
/// grew.
const RESULTS: [&str; 9] =
    ["repeat", "new", "answered", "reused", "ignored", "unreadable", "away", "panicked", "refused"];
/// The kinds of errors of the database; there from the start as well.
const DATABASE_KINDS: [&str; 2] = ["away", "broken"];

/// Upper bounds of the histograms, in seconds: a repeat takes less than a millisecond, and is promised within a tenth.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// How things stand.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Rows of the outbox: sent, to be tried again, given up, since the start.
    pub sent: (u64, u64, u64),
    /// Rows that wait, and rows that failed.
    pub outbox: (u64, u64),
    /// Age of the oldest row that waits, in seconds.
    pub oldest_s: u64,
    /// Deliveries to receivers that wait, and that failed.
    pub webhooks: (u64, u64),
    /// Messages that are behind.
    pub cards_behind: u64,
    /// The leases, and whether this instance holds each.
    pub leases: Vec<(&'static str, bool)>,
    /// What waits for a writer.
    pub queue: u64,
    /// Size of SQLite's log in bytes.
    pub wal_bytes: u64,
}

/// Begins to keep metrics in this process; the handle renders them.
///
/// # Errors
/// When metrics are kept already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS.iter().filter(|metric| metric.kind == Kind::Seconds) {
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), &BUCKETS)?;
    }
    let handle = builder.install_recorder()?;
    for Metric { name, kind, meaning, .. } in METRICS {
        match kind {
            Kind::Counter => describe_counter!(*name, *meaning),
            Kind::Gauge => describe_gauge!(*name, *meaning),
            Kind::Seconds => describe_histogram!(*name, Unit::Seconds, *meaning),
        }
    }
    DELIVERED.get_or_init(Delivered::of_this_process);
    for kind in DATABASE_KINDS {
        counter!(DATABASE_ERRORS.name, "kind" => kind).increment(0);
    }
    count_panics();
    Ok(handle)
}

/// Counts what panics from now on, before it is told of as it was told of so far.
fn count_panics() {
    let panics = counter!(PANICS.name);
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        panics.increment(1);
        told(info);
    }));
}

/// An update was handled.
pub fn delivered(result: &'static str, took: Duration) {
    let Some(kept) = DELIVERED.get() else { return };
    kept.count(result);
    kept.seconds.record(took);
}

/// Something came to the webhook without its secret.
pub fn refused() {
    if let Some(kept) = DELIVERED.get() {
        kept.count("refused");
    }
}

/// What is counted of every update, found once: to look a metric up costs as much as a repeat from memory.
struct Delivered {
    results: Vec<(&'static str, Counter)>,
    seconds: Histogram,
}

static DELIVERED: OnceLock<Delivered> = OnceLock::new();

impl Delivered {
    /// The metrics of the recorder that was installed.
    fn of_this_process() -> Self {
        let counted = |result| (result, counter!(DELIVERIES.name, "result" => result));
        Self { results: RESULTS.map(counted).to_vec(), seconds: histogram!(DELIVERY_SECONDS.name) }
    }

    fn count(&self, result: &'static str) {
        match self.results.iter().find(|(known, _)| *known == result) {
            Some((_, counter)) => counter.increment(1),
            None => counter!(DELIVERIES.name, "result" => result).increment(1),
        }
    }
}

/// A request of the HTTP API was answered. `route` is the pattern, never the path that was sent.
pub fn requested(route: String, status: u16, result: &'static str, took: Duration) {
    histogram!(REQUEST_SECONDS.name, "route" => route.clone()).record(took);
    let labels = [("route", route), ("status", status.to_string()), ("result", result.to_owned())];
    counter!(REQUESTS.name, &labels).increment(1);
}

/// The database gave an error.
pub fn database_error(kind: &'static str) {
    counter!(DATABASE_ERRORS.name, "kind" => kind).increment(1);
}

/// How things stand now.
pub fn stands(standing: &Standing) {
    let (sent, retried, given_up) = standing.sent;
    counter!(SENT.name).absolute(sent);
    counter!(RETRIED.name).absolute(retried);
    counter!(GIVEN_UP.name).absolute(given_up);
    let (waiting, failed) = standing.outbox;
    let gauges = [
        (WAITING, waiting),
        (FAILED, failed),
        (OLDEST, standing.oldest_s),
        (WEBHOOKS_WAITING, standing.webhooks.0),
        (WEBHOOKS_FAILED, standing.webhooks.1),
        (CARDS_BEHIND, standing.cards_behind),
        (QUEUE, standing.queue),
        (WAL_BYTES, standing.wal_bytes),
    ];
    for (metric, value) in gauges {
        gauge!(metric.name).set(float(value));
    }
    for (lease, is_ours) in &standing.leases {
        gauge!(LEASE.name, "lease" => *lease).set(if *is_ours { 1.0 } else { 0.0 });
    }
}

#[allow(clippy::cast_precision_loss, reason = "whole to 2^53, far above any count here")]
fn float(value: u64) -> f64 {
    value as f64
}

/// The documentation's table of metrics.
#[must_use]
pub fn table() -> String {
    let row = |metric: &Metric| {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Seconds => "histogram",
        };
        format!("| `{}` | {kind} | {} | {} |\n", metric.name, metric.labels, metric.meaning)
    };
    let rows: String = METRICS.iter().map(row).collect();
    format!("| metric | kind | labels | meaning |\n| --- | --- | --- | --- |\n{rows}")
}
