//! The door for other systems: they submit items and, with the right to, decide about them, each request taking effect
//! exactly once.
//!
//! One file an endpoint. Each asks in the same order: who is it and may it (`auth`), under which key (`key`), what
//! exactly was delivered (`body`); then `once` takes it to the ledger and `answer` puts the receipt into JSON.

mod answer;
mod auth;
mod body;
mod bulk;
mod close;
mod decide;
mod decisions;
mod door;
mod error;
mod health;
mod item;
mod key;
mod list;
mod once;
mod shown;
mod submit;

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::clock::Clock;
use crate::settings::ApiToken;
use crate::telemetry::metrics;
use door::Door;
pub use door::TelegramState;
use error::Refusal;

/// The routes under `/api`, and `/healthz` and `/readyz`.
///
/// With no `tokens` the API is off, and every path under `/api` says so. `telegram_state` is what `/readyz` tells about
/// Telegram; it must name no secret. The router has no fallback, so that it can be merged with another.
pub fn router(app: App, tokens: Vec<ApiToken>, telegram_state: TelegramState) -> Router {
    let api = if tokens.is_empty() { off() } else { on() };
    let health = Router::new()
        .route("/healthz", get(health::up).fallback(method_not_allowed))
        .route("/readyz", get(health::ready).fallback(method_not_allowed));
    let door = Arc::new(Door::new(app, tokens, telegram_state));
    let router = api.merge(health).layer(CatchPanicLayer::custom(error::of_panic));
    router.layer(from_fn(measured)).with_state(door)
}

/// The 503 of a program whose database is away.
#[must_use]
pub fn database_away() -> Response {
    Refusal::DatabaseAway.into_response()
}

fn on() -> Router<Arc<Door>> {
    let pending = get(list::handle).post(submit::handle).fallback(method_not_allowed);
    Router::new()
        .route("/api/admin/pending", pending)
        .route("/api/admin/pending/{id}", get(item::handle).fallback(method_not_allowed))
        .route("/api/admin/pending/bulk.approve", post(decide::approve).fallback(method_not_allowed))
        .route("/api/admin/pending/bulk.reject", post(decide::reject).fallback(method_not_allowed))
        .route("/api/admin/pending/bulk.withdraw", post(close::withdraw).fallback(method_not_allowed))
        .route("/api/admin/pending/bulk.issue", post(close::issue).fallback(method_not_allowed))
        .route("/api/admin/decisions", get(decisions::handle).fallback(method_not_allowed))
        .route("/api/{*rest}", any(not_found))
}

fn off() -> Router<Arc<Door>> {
    Router::new().route("/api/{*rest}", any(api_off))
}

/// Counts a request by its route's pattern: what else a path may hold says nothing.
async fn measured(request: Request, next: Next) -> Response {
    let stopwatch = Clock::stopwatch();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    metrics::requested(route.unwrap_or_default(), response.status().as_u16(), stopwatch.elapsed());
    response
}

async fn not_found() -> Refusal {
    Refusal::NotFound
}

async fn method_not_allowed() -> Refusal {
    Refusal::MethodNotAllowed
}

async fn api_off() -> Refusal {
    Refusal::ApiOff
}
