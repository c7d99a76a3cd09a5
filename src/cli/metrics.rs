//! `GET /metrics`: what was counted, and how things stand at this moment.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;

use super::crew::Hands;
use super::{Failure, server};
use crate::ledger::{Ledger, lease};
use crate::settings::Settings;
use crate::telemetry::metrics::{self, Standing};

/// How often what was measured is put into its buckets, whether or not anybody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// Counts from now on.
pub(super) fn install() -> Result<PrometheusHandle, Failure> {
    metrics::install().map_err(|error| Failure::Told(format!("no metrics can be kept: {error}")))
}

struct Watched {
    handle: PrometheusHandle,
    ledger: Ledger,
    hands: Hands,
}

/// The route, for the address that everything else is at; nothing there where `METRICS_ADDR` names one of its own.
pub(super) async fn router(
    settings: &Settings,
    handle: PrometheusHandle,
    ledger: &Ledger,
    hands: &Hands,
    stop: watch::Receiver<bool>,
) -> Result<Router, Failure> {
    tokio::spawn(upkeep(handle.clone()));
    let watched = Arc::new(Watched { handle, ledger: ledger.clone(), hands: hands.clone() });
    let router = Router::new().route("/metrics", get(shown)).with_state(watched);
    let Some(address) = settings.http.metrics_addr else { return Ok(router) };
    let listener =
        TcpListener::bind(address).await.map_err(|cause| Failure::ListenForMetrics { address, cause })?;
    tokio::spawn(server::serve(listener, router, stop));
    tracing::info!(%address, "metrics");
    Ok(Router::new())
}

async fn upkeep(handle: PrometheusHandle) {
    loop {
        sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// What was counted is told also while the database is away; how things stand is then as it was asked for last.
async fn shown(State(watched): State<Arc<Watched>>) -> Response {
    match watched.ledger.figures().await {
        Ok(figures) => {
            let Hands { tally, holder, .. } = &watched.hands;
            let leases = [lease::TELEGRAM, lease::HOUSEKEEPING].map(|name| {
                let ours = figures.holders.iter().any(|(held, by)| held == name && by == holder);
                (name, ours)
            });
            metrics::stands(&Standing {
                sent: tally.read(),
                outbox: (figures.outbox.waiting, figures.outbox.failed),
                webhooks: (figures.webhooks.waiting, figures.webhooks.failed),
                oldest_s: figures.oldest_s,
                cards_behind: figures.cards_behind,
                leases: leases.to_vec(),
                queue: watched.ledger.waiting() as u64,
                wal_bytes: figures.wal_bytes,
            });
        }
        Err(error) => tracing::warn!(%error, "how things stand could not be read for /metrics"),
    }
    watched.handle.run_upkeep();
    let format = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, format)], watched.handle.render()).into_response()
}
