//! The door for other systems: they submit items and, with the right to, decide about them, each request taking effect
//! exactly once.
//!
//! One file an endpoint, and `endpoint` lists them all: the routes and the `document` come from that list. Each asks in the same order: who is it and may it (`auth`), under which key (`key`), what
//! exactly was delivered (`body`); then `once` takes it to the ledger and `answer` puts the receipt into JSON.

mod answer;
mod auth;
mod body;
mod bulk;
mod close;
mod decide;
mod decisions;
mod docs;
mod document;
mod door;
mod endpoint;
mod error;
mod health;
mod item;
mod key;
mod list;
mod once;
mod shown;
mod submit;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use tracing::field::Empty;

use crate::app::App;
use crate::clock::Clock;
use crate::settings::ApiToken;
use crate::telemetry::{REQUESTS, metrics, micros};
pub use document::text as openapi;
use door::Door;
pub use door::TelegramState;
use endpoint::Endpoint;
use error::Refusal;
use once::Stood;

/// The routes under `/api`, those of health, and the document of them all.
///
/// With no `tokens` the API is off, and every path under `/api` says so. `telegram_state` is what `/readyz` tells about
/// Telegram; it must name no secret. The router has no fallback, so that it can be merged with another.
pub fn router(app: App, tokens: Vec<ApiToken>, telegram_state: TelegramState) -> Router {
    let is_on = !tokens.is_empty();
    let there = Endpoint::ALL.into_iter().filter(|endpoint| is_on || !endpoint.needs_token());
    let elsewhere = if is_on { any(not_found) } else { any(api_off) };
    let router = routes(there).route("/api/{*rest}", elsewhere);
    let door = Arc::new(Door::new(app, tokens, telegram_state));
    router.layer(CatchPanicLayer::custom(error::of_panic)).layer(from_fn(measured)).with_state(door)
}

/// The 503 of a program whose database is away.
#[must_use]
pub fn database_away() -> Response {
    Refusal::DatabaseAway.into_response()
}

fn routes(endpoints: impl Iterator<Item = Endpoint>) -> Router<Arc<Door>> {
    let mut at_path: BTreeMap<&str, MethodRouter<Arc<Door>>> = BTreeMap::new();
    for endpoint in endpoints {
        let others = at_path.remove(endpoint.path()).unwrap_or_default();
        at_path.insert(endpoint.path(), others.merge(handler(endpoint)));
    }
    at_path.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods.fallback(method_not_allowed))
    })
}

fn handler(endpoint: Endpoint) -> MethodRouter<Arc<Door>> {
    match endpoint {
        Endpoint::Submit => post(submit::handle),
        Endpoint::List => get(list::handle),
        Endpoint::Item => get(item::handle),
        Endpoint::Withdraw => post(close::withdraw),
        Endpoint::Issue => post(close::issue),
        Endpoint::Approve => post(decide::approve),
        Endpoint::Reject => post(decide::reject),
        Endpoint::Decisions => get(decisions::handle),
        Endpoint::Up => get(health::up),
        Endpoint::Ready => get(health::ready),
        Endpoint::Document => get(docs::document),
        Endpoint::Page => get(docs::page),
    }
}

/// Counts a request, and tells the log of it, by its route's pattern: what else a path may hold says nothing.
async fn measured(request: Request, next: Next) -> Response {
    let stopwatch = Clock::stopwatch();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!("request", method = %request.method(), route, actor = Empty);
    let response = next.run(request).instrument(span.clone()).await;
    let (result, status, took) = (result(&response), response.status().as_u16(), stopwatch.elapsed());
    span.in_scope(|| tracing::debug!(target: REQUESTS, result, status, elapsed_us = micros(took), "handled"));
    metrics::requested(route.unwrap_or_default(), status, result, took);
    response
}

/// What became of a request: how its operation stood to its key, or what its status says.
fn result(response: &Response) -> &'static str {
    let of_status = || match response.status() {
        StatusCode::SERVICE_UNAVAILABLE => "away",
        status if status.is_server_error() => "failed",
        status if status.is_client_error() => "refused",
        _ => "answered",
    };
    response.extensions().get().map_or_else(of_status, |Stood(standing)| standing)
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
